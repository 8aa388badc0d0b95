"""The small runs that the gates watch."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.core.plugins import PROGRAM, module_of
from sim.core.theory import SLOTS
from sim.engine import Engine
from sim.scenario import load, resolve
from sim.schedule import LEVERS
from sim.world import country

HERE = Path(__file__).parent


PLACE = "synthetic:Z=5,provinces=2,total=0.02"
"""Where every mechanism has something to do."""


def engine(
    *,
    world: str,
    until: str,
    scale: float,
    seed: int = 1,
    levers: bool = False,
    theories: Mapping[str, str] | None = None,
) -> Engine:
    """Return an engine without policy, or with every lever of policy half way (``levers``)."""
    text = "name: gate\n"
    if theories:
        text += "theories:\n" + "".join(f"  {slot}: {name}\n" for slot, name in theories.items())
    if levers:
        text += "policy:\n" + "".join(f"  {name}: {value}\n" for name, value in _half_way())
    with TemporaryDirectory() as folder:
        file = Path(folder) / "gate.yaml"
        file.write_text(text, encoding="utf-8")
        resolved = resolve(load(file, (), world=world, until=until), country(world))
    return Engine(resolved, seed=seed, scale=scale)


def _half_way() -> Iterator[tuple[str, float]]:
    for lever in LEVERS.values():
        if lever.group != "world" and lever.kind not in ("zone_set", "industry_set"):
            yield lever.name, lever.high if lever.kind == "integer" else 0.5 * (lever.low + lever.high)


def rivals() -> list[dict[str, str]]:
    """Return choices of theories: the first rivals of all defaults together, then the second ones.

    Where a slot has fewer, its last one stands in the later choices, too.
    """
    found = {}
    for slot in SLOTS.values():
        mine = [name for name, what in slot.variants.items() if module_of(what).startswith(PROGRAM)]
        if others := [name for name in mine if name != slot.default]:
            found[slot.name] = others
    most = max(len(others) for others in found.values())
    return [{slot: names[min(i, len(names) - 1)] for slot, names in found.items()} for i in range(most)]


def watch(engine: Engine, act: Callable[[str, Callable[[], None]], None]) -> None:
    """Let ``act(name, step)`` do each mechanism's step from now on."""

    def watched(name: str, step: Callable[[Any], None]) -> Any:
        return SimpleNamespace(step=lambda state: act(name, lambda: step(state)))

    verbs = {name: watched(name, verb.step) for name, verb in engine.mechanisms.items()}
    engine.__class__ = type("Watched", (type(engine),), {"mechanisms": verbs})


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the numbers of nested containers as flat arrays, each with its path; words are part of it."""
    if isinstance(value, SimpleNamespace):
        value = vars(value)
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{path}/{key}")
    elif isinstance(value, list | tuple):
        for i, one in enumerate(value):
            yield from leaves(one, f"{path}/{i}")
    elif isinstance(value, np.ndarray | np.generic | float | int):
        yield path, np.ravel(value)
    else:
        yield f"{path}={value!r}", np.empty(0)


def write(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
