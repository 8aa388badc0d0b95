"""A checked scenario: every setting with its date, its place in a file, and one digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.core.calendar import quarter_index, quarter_text
from sim.core.errors import Problem
from sim.core.lever import Lever
from sim.core.shown import Shown, figure, listed
from sim.scenario.layers import INDUSTRIES, OVERRIDES, Address, Layer
from sim.scenario.nodes import Place
from sim.scenario.targets import Target, within
from sim.scenario.values import UNSET, Path, Step, Value, default_value
from sim.scenario.vocabulary import Gazetteer, Vocabulary

DEFAULT = Place("default")
_MOST, _BRIEF = 16, 60
"""Settings that are shown of a scenario, and the longest text of one."""


@dataclass(frozen=True, repr=False)
class Scenario(Shown):
    """What a scenario file says once everything it extends and every option is applied.

    Attributes:
        name: its name; the file's stem where the file gives none.
        description: one paragraph for people.
        serves: ids of the source rows it is about.
        path: the file.
        world: name of the world, such as ``china-178``.
        start: first quarter, such as ``2023-Q1``.
        until: last quarter.
        layer: lever paths, parameter values and targets, each with its place.
        files: the file and those it extends, the last one first.
        words: levers and parameters it was checked against.
        names: places, groups and industries it was checked against.
        layers: what each file says, the last one first extended, then the ``--set`` options.
        notes: what is to be told of its files: two of one name, two that set the same.
        horizon: last quarter that the scenario itself runs to, if ``--until`` asks for fewer.
        plugins: files that it says declare parts of somebody's own.
    """

    name: str
    description: str
    serves: tuple[str, ...]
    path: str
    world: str
    start: str
    until: str
    layer: Layer
    files: tuple[str, ...]
    words: Vocabulary
    names: Gazetteer
    layers: tuple[Layer, ...] = ()
    notes: tuple[Problem, ...] = ()
    horizon: str = ""
    plugins: tuple[str, ...] = ()

    @property
    def quarters(self) -> int:
        """Number of quarters of the run."""
        return quarter_index(self.until) + 1

    @property
    def targets(self) -> tuple[Target, ...]:
        """Targets due within the run."""
        return within(self.layer.targets or (), quarter_index(self.until))

    @property
    def parameters(self) -> dict[str, float]:
        """Parameters that differ from the table: ``name`` or ``name.INDUSTRY`` to value."""
        found = sorted(self.layer.parameters.items())
        return {key: float(step.value) for key, step in found if step.value != UNSET}  # pyright: ignore

    @property
    def theories(self) -> dict[str, str]:
        """Variants by slot, where they are not the default."""
        chosen = {slot: str(step.value) for slot, step in sorted(self.layer.theories.items())}
        return {k: v for k, v in chosen.items() if v not in (UNSET, self.words.slots[k].default)}

    def national(self, lever: Lever) -> Path:
        """Return a lever's nationwide path within the run, from its default on."""
        section = "assumptions" if lever.group == "world" else "policy"
        default = default_value(lever, self.names)
        path = tuple(
            Step(step.quarter, default, step.place) if step.value == UNSET else step
            for step in self.layer.paths.get(Address(section, "", lever.name), ())
        )
        if not path or path[0].quarter > 0:
            path = (Step(0, default, DEFAULT), *path)
        return self._within(path)

    def overrides(self, lever: str = "") -> dict[Address, Path]:
        """Return the paths that override the nation's within the run, weakest section first.

        Args:
            lever: keep only this lever's.
        """
        found = {
            address: self._within(path)
            for section in OVERRIDES
            for address, path in self.layer.paths.items()
            if address.section == section and lever in ("", address.key)
        }
        return {address: path for address, path in found.items() if path}

    def document(self) -> dict[str, Any]:
        """Return the whole scenario as plain data; dumped to YAML and loaded it gives the same digest."""
        assumed = {k: plain_path(self.national(v)) for k, v in self.words.worldly.items()}
        tree: dict[str, Any] = {
            "name": self.name,
            "description": self.description,
            "world": self.world,
            "start": self.start,
            "until": self.until,
            "assumptions": assumed | self.parameters,
            "policy": {k: plain_path(self.national(v)) for k, v in self.words.policy.items()},
        }
        if self.theories:
            tree["theories"] = self.theories
        if self.plugins:
            tree["plugins"] = list(self.plugins)
        groups = {group.name: list(group.zones) for group in self.names.zones.groups.values()}
        if groups:
            tree["groups"] = groups
        for (section, name, key, industry), path in self.overrides().items():
            place = tree.setdefault("zones" if section == "groups" else section, {})
            if name:
                place = place.setdefault(name, {})
            if industry:
                place = place if section == INDUSTRIES else place.setdefault(INDUSTRIES, {})
                place = place.setdefault(industry, {})
            place[key] = plain_path(path)
        if self.serves:
            tree["serves"] = list(self.serves)
        if self.targets:
            tree["targets"] = [target.document() for target in self.targets]
        return tree

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what affects numbers: not the words about it and the targets."""
        words = ("name", "description", "serves", "plugins", "targets")  # plug-ins count by their content
        tree = {k: v for k, v in self.document().items() if k not in words}
        acting = {address.name for address in self.overrides() if address.section == "groups"}
        tree["groups"] = {k: v for k, v in tree.pop("groups", {}).items() if k in acting}
        if not acting:
            del tree["groups"]
        text = json.dumps(tree, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def _shown(self) -> tuple[str, list[Sequence[str]], list[str]]:
        rows: list[Sequence[str]] = []
        for lever in self.words.levers.values():
            path = self.national(lever)
            if [step.value for step in path] != [default_value(lever, self.names)]:
                rows.append((lever.name, _brief(worded_path(path)), lever.unit))
        rows += [(a.head, a.key, _brief(worded_path(p))) for a, p in self.overrides().items()]
        rows += [(slot, variant, "theory") for slot, variant in self.theories.items()]
        rows += [(key, figure(value), "parameter") for key, value in self.parameters.items()]
        head = f"{self.name} on {self.world}, {self.start} to {self.until}"
        first = [f"{' '.join(self.description.split())[:300]}"] if self.description else []
        more = [f"and {len(rows) - _MOST} more settings"] if len(rows) > _MOST else []
        files = [f"from {listed(self.files, 3)}"] if self.files else []
        wanted = [f"{len(self.targets)} targets"] if self.targets else []
        return head, rows[:_MOST], [*more, *first, *wanted, *files]

    def _within(self, path: Path) -> Path:
        """Keep the steps of a path that the run reaches and that change something."""
        kept: list[Step] = []
        for step in path:
            below = kept[-1].value if kept else UNSET
            if step.quarter < self.quarters and step.value != below:
                kept.append(step)
        return tuple(kept)


def _brief(text: str) -> str:
    return text if len(text) <= _BRIEF else f"{text[: _BRIEF - 1]}…"


def plain_path(path: Path) -> Any:
    """Return a path as it is written in YAML: one value, or values by quarter."""
    if len(path) == 1 and path[0].quarter == 0:
        return plain_value(path[0].value)
    return {quarter_text(step.quarter): plain_value(step.value) for step in path}


def plain_value(value: Value) -> Any:
    """Return a value as plain data."""
    return list(value) if isinstance(value, tuple) else value


def worded_value(value: Value) -> str:
    """Return a value for people.

    >>> worded_value(0.15), worded_value(("AI", "SEMI")), worded_value(())
    ('0.15', 'AI, SEMI', 'none')
    """
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return value if isinstance(value, str) else f"{value:.10g}"


def worded_path(path: Path) -> str:
    """Return a path for people, such as ``0, from 2026-Q1 0.3``."""
    steps = (
        worded_value(s.value) if s.quarter == 0 else f"from {quarter_text(s.quarter)} {worded_value(s.value)}"
        for s in path
    )
    return ("; " if any(isinstance(s.value, tuple) for s in path) else ", ").join(steps)
