"""Section 7: one submodel a mechanism, from the docstrings of its files; then the shared formulas."""

from __future__ import annotations

import ast

from sim.core.drawer import OWNERS
from sim.odd import numbers
from sim.odd.sources import file_of, function_text, module_text, parts_of, trees
from sim.odd.text import inline, link, prose, table
from sim.schedule import SCHEDULE, name_of


def submodels() -> str:
    """Return every mechanism: what its file says, its parts in order, its levers and parameters."""
    return "\n\n".join(_submodel(mechanism) for mechanism in SCHEDULE)


def _submodel(mechanism: object) -> str:
    name, file = name_of(mechanism), file_of(mechanism)
    title, _, body = module_text(file).partition("\n\n")
    levers = ", ".join(f"`{lever.name}`" for lever in mechanism.LEVERS)  # type: ignore[attr-defined]
    step = inline(" ".join(function_text(file, "step").split()))
    parts = [
        f"### {name}",
        f"**{inline(' '.join(title.split()))}** ({link(file)})",
        prose(body),
        f"*Each quarter:* {step}",
    ]
    if file.endswith("__init__.py"):
        parts += [_part(part) for part in parts_of(name)]
        levers += f" ({link(file.replace('__init__', 'levers'))})"
    if levers:
        parts.append(f"*Levers:* {levers}.")
    if name in OWNERS:
        where = f" ({link(file.replace('__init__', 'memory'))})" if file.endswith("__init__.py") else ""
        parts.append(f"*Remembers:* {'; '.join(part.doc for part in OWNERS[name].held.values())}{where}.")
    parts += [numbers.borrowed(name), numbers.of(name, "Parameters")]
    return "\n\n".join(part for part in parts if part)


def _part(file: str) -> str:
    title, _, body = module_text(file).partition("\n\n")
    name = file.rsplit("/", 1)[-1].removesuffix(".py")
    words = " ".join(title.split())
    words = words.partition(": ")[2] or words
    head = f"**{name}.** {inline(words[0].upper() + words[1:])} ({link(file)})"
    return f"{head}\n\n{prose(body)}" if body else head


def shared() -> str:
    """Return the formulas that several mechanisms use."""
    rows = []
    for node in (node for file in numbers.FORMULAS for node in trees()[file].body):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            text = (ast.get_docstring(node) or "").split("\n\nArgs:")[0].split("\n\nReturns:")[0]
            rows.append((f"`{node.name}`", inline(" ".join(text.split(">>>")[0].split()))))
    grid = table(("formula", "what it gives"), rows)
    return f"{grid}\n\n{numbers.of(numbers.SHARED, 'Parameters read in shared formulas only')}"
