"""What the sources say about themselves: docstrings, comments, and who reads which lever or parameter."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import sim

ROOT = Path(sim.__file__).resolve().parent
MODEL = ("core", "world", "mechanisms", "metrics", "lab", "engine.py", "records.py", "balance.py")
"""What runs and measures the model: neither the language of scenarios nor the faces."""
DECLARATIONS = ("Lever", "dial", "per_zone", "Programme", "Column")
"""Calls that name levers, parameters and columns without reading them."""


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """A function of a file, such as ``sim/mechanisms/demography.py`` and ``_train``; "" outside functions."""

    file: str
    function: str

    @property
    def mechanism(self) -> str:
        """Name of the mechanism that the file belongs to; "" elsewhere."""
        parts = self.file.split("/")
        return parts[2].removesuffix(".py") if parts[1] == "mechanisms" and len(parts) > 2 else ""


class _Reader(ast.NodeVisitor):
    """Notes in one walk over a file where names are read."""

    def __init__(self, file: str, found: dict[str, dict[str, set[Place]]]) -> None:
        self.file, self.found, self.inside = file, found, ""

    def _note(self, kind: str, name: str) -> None:
        self.found[kind][name].add(Place(self.file, self.inside))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer, self.inside = self.inside, self.inside or node.name
        self.generic_visit(node)
        self.inside = outer

    def visit_Call(self, node: ast.Call) -> None:
        """Pass over declarations: naming a lever there is not reading it."""
        if not (isinstance(node.func, ast.Name) and node.func.id in DECLARATIONS):
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        owner = node.value
        while isinstance(owner, ast.Call):  # Parameters(...).name
            owner = owner.func
        of = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        of = "p" if of in ("parameters", "Parameters") else of
        self._note(of if of in ("lever", "p", "Stream", "Item") else "attribute", node.attr)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value.isidentifier():
            self._note("word", node.value)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        first = node.values[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            self._note("prefix", first.value)
        self.generic_visit(node)


@lru_cache(maxsize=1)
def trees() -> dict[str, ast.Module]:
    """Return the parsed files of the model by their name in the repository."""
    files = [
        f for part in MODEL for f in ([ROOT / part] if part.endswith(".py") else (ROOT / part).rglob("*.py"))
    ]
    return {f"sim/{f.relative_to(ROOT).as_posix()}": ast.parse(f.read_text("utf-8")) for f in sorted(files)}


@lru_cache(maxsize=1)
def _found() -> dict[str, dict[str, set[Place]]]:
    found: dict[str, dict[str, set[Place]]] = defaultdict(lambda: defaultdict(set))
    for file, tree in trees().items():
        _Reader(file, found).visit(tree)
    return found


def reads_of_lever(name: str) -> list[Place]:
    """Return the functions of mechanisms that read a lever, by attribute or by name."""
    return sorted(p for p in _found()["word"][name] | _found()["lever"][name] if p.mechanism)


def reads_of_parameter(name: str) -> list[Place]:
    """Return the functions that read a parameter: by attribute, by name, or by the head of its name."""
    found = _found()
    heads = {
        p
        for head, places in found["prefix"].items()
        if head.endswith("_") and name.startswith(head)
        for p in places
    }
    by_name = {p for p in found["word"][name] if p.function}
    return sorted(found["p"][name] | by_name | {p for p in heads if len(p.function)})


def uses(kind: str, name: str) -> list[Place]:
    """Return where ``Stream.NAME``, ``Item.NAME`` or (kind ``attribute``) a column is used."""
    return sorted(_found()[kind][name])


def module_text(file: str) -> str:
    """Return the docstring of a file."""
    return ast.get_docstring(trees()[file]) or ""


def function_text(file: str, name: str) -> str:
    """Return the docstring of a function of a file."""
    for node in trees()[file].body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
    raise KeyError(f"{file} has no function {name}")


def parts_of(package: str) -> list[str]:
    """Return the files of a package's theory in the order in which its ``step`` first calls them."""
    tree = trees()[f"sim/mechanisms/{package}/__init__.py"]
    home = f"sim.mechanisms.{package}"
    origin: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(home):
            for name in node.names:
                origin[name.asname or name.name] = node.module.removeprefix(home).lstrip(".") or name.name
    step = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "step")
    names = sorted(
        (n for n in ast.walk(step) if isinstance(n, ast.Name)), key=lambda n: (n.lineno, n.col_offset)
    )
    called = [origin[n.id] for n in names if n.id in origin]
    folder = f"sim/mechanisms/{package}/"
    rest = [f.removeprefix(folder).removesuffix(".py") for f in trees() if f.startswith(folder)]
    beside = ("__init__", "levers", "memory")
    return [f"{folder}{p}.py" for p in dict.fromkeys([*called, *rest]) if p not in beside]


def line_comments(file: str, pattern: str) -> dict[str, str]:
    """Return the comment at the end of each line whose beginning matches ``pattern`` (one group)."""
    found = re.finditer(rf"^\s+{pattern}.*?  # (.+)$", (ROOT.parent / file).read_text("utf-8"), re.M)
    return {match[1]: match[2] for match in found}


def file_of(module: ModuleType | Any) -> str:
    """Return a module's file as it is named in the repository."""
    return f"sim/{Path(inspect.getfile(module)).resolve().relative_to(ROOT).as_posix()}"
