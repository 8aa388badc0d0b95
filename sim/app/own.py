"""From a visitor's document to checked scenarios: offered files, own YAML, and YAML out again.

What a visitor brings is read as a file on the command line is, with the same messages, but may name no
other file of this computer: it extends shipped scenarios only, and brings no program parts.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from sim.app import offers
from sim.app.document import Variant, tree
from sim.core.errors import InputError
from sim.lab import targets
from sim.scenario import Resolved, Scenario, load, nodes, resolve, yamlfile
from sim.scenario.find import names
from sim.scenario.nodes import Report
from sim.world import country

LONGEST = yamlfile.MAX_BYTES
_KEPT = 40
"""Scenarios whose arrays are kept."""
_LAST: OrderedDict[str, Resolved] = OrderedDict()
_LOCK = threading.Lock()


def read(variant: Variant) -> Scenario:
    """Return the checked scenario of a variant.

    Raises:
        InputError: with every problem of its file and overrides, or it names what is not offered.
    """
    world = variant.world or None
    if not variant.text:
        scenario = offers.read(variant.base, world, variant.sets)
    else:
        _may_be_read(variant)
        scenario = _in_a_folder(variant, lambda file: load(file, variant.sets, world=world))
    targets.check(scenario)
    resolved(scenario)
    return scenario


def resolved(scenario: Scenario) -> Resolved:
    """Return the arrays of a scenario: one of the last of all sessions, or made now.

    Arrays that are equal to those of the one before are kept once: a move changes one lever of eighty.

    Raises:
        InputError: two groups that share a zone set one lever.
    """
    with _LOCK:
        if scenario.digest in _LAST:
            _LAST.move_to_end(scenario.digest)
            return _LAST[scenario.digest]
    made = resolve(scenario, country(scenario.world))
    with _LOCK:
        if _LAST:
            before = next(reversed(_LAST.values())).levers
            levers = {k: before[k] if np.array_equal(before[k], v) else v for k, v in made.levers.items()}
            made = replace(made, levers=levers)
        _LAST[scenario.digest] = made
        while len(_LAST) > _KEPT:
            _LAST.popitem(last=False)
    return made


def brought(name: str, data: bytes) -> Variant:
    """Return what a visitor brought as a scenario.

    Args:
        name: of the file, as the visitor's computer says it.
        data: its bytes.

    Raises:
        InputError: with every problem found.
    """
    label = _label(name)
    with TemporaryDirectory() as folder:
        file = Path(folder) / label
        file.write_bytes(data[: LONGEST + 1])
        try:
            yamlfile.read(file, label)
        except InputError as error:
            raise InputError(_without(folder, error)) from None
    variant = Variant(label, data.decode())
    read(variant)
    return variant


def _label(name: str) -> str:
    """Return a file name without a folder, fit for every system."""
    stem = re.sub(r"[^\w.()+ -]+", "-", Path(name.replace("\\", "/")).name).strip("-. ")[-80:]
    return stem if stem.endswith((".yaml", ".yml")) else f"{stem or 'own'}.yaml"


def written(variant: Variant, letter: str = "") -> str:
    """Return a variant as a scenario file, which read again has the same digest.

    Overrides on a shipped scenario are a few lines that extend it; anything else is written out whole.  The
    letter goes before its name, so that scenarios side by side have different ones.
    """
    return text(variant, read(variant), letter)


def text(variant: Variant, scenario: Scenario, letter: str = "") -> str:
    """Return a variant that has been read as a scenario file, as :func:`written` does."""
    name = f"{letter} {scenario.name}".strip()[:80]
    if variant.text or variant.base not in names() or variant.world:
        return yamlfile.dump(scenario.document() | {"name": name})
    head = {"name": name, "extends": f"{variant.base}.yaml"}
    return yamlfile.dump(head | tree(variant.paths()))


def snippet(variants: Sequence[Variant], options: Mapping[str, Any]) -> str:
    """Return a Python program that compares the variants, whatever folder it runs in.

    Args:
        variants: the first one is what the others are compared with.
        options: of :func:`sim.compare`.
    """
    lines = ["from pathlib import Path", "", "import sim", "", "FILES = {"]
    for letter, variant in zip("ABCD", variants, strict=False):
        text = written(variant, letter).replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
        lines.append(f'    "scenario-{letter}.yaml": """\\\n{text}""",')
    said = ", ".join(f"{key}={value!r}" for key, value in options.items())
    lines += ["}", "", 'if __name__ == "__main__":', "    for name, text in FILES.items():"]
    lines += ['        Path(name).write_text(text, encoding="utf-8")']
    return "\n".join([*lines, f"    print(sim.compare(*FILES, {said}).frame())", ""])


def _may_be_read(variant: Variant) -> None:
    """Refuse text that would make this computer open files or run programs of the visitor's choice."""
    root = yamlfile.parse(variant.text, variant.base)
    report = Report()
    for entry in nodes.entries(root, report, "the file"):
        if entry.key == "plugins":
            report.add(
                entry.place, "plugins cannot be brought to the page", remedy="start them with the server"
            )
        elif (
            entry.key == "world" and (word := nodes.text(entry.value, report, "world")) not in offers.worlds()
        ):
            allowed = ", ".join(offers.worlds())
            report.add(entry.value.place, f"the world {word!r} is not on this page", allowed=allowed)
        elif entry.key == "extends":
            known = names()
            for word, place in nodes.texts(entry.value, report, "extends") or []:
                if word.removesuffix(".yaml") not in known:
                    what = f"{word!r} is not a scenario that comes with the program"
                    report.add(
                        place, what, allowed=nodes.listing(known), remedy="bring one file that says all"
                    )
    report.stop()


def _in_a_folder(variant: Variant, use: Callable[[Path], Scenario]) -> Scenario:
    with TemporaryDirectory() as folder:
        file = Path(folder) / _label(variant.base)  # a link may say any name
        file.write_text(variant.text, encoding="utf-8")
        try:
            scenario = use(file)
        except InputError as error:
            raise InputError(_without(folder, error)) from None
        return replace(scenario, path=variant.base, files=(variant.base, *scenario.files[1:]))


def _without(folder: str, error: InputError) -> list:
    """Return problems without the name of the folder in which the file lay for a moment."""
    gone = f"{folder}/"
    return [replace(p, file=p.file.replace(gone, ""), what=p.what.replace(gone, "")) for p in error.problems]
