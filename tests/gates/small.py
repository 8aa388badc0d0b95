"""The small runs that the gates watch."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from sim.engine import Engine
from sim.scenario import load, resolve
from sim.schedule import LEVERS
from sim.world import country

HERE = Path(__file__).parent


def engine(*, world: str, until: str, scale: float, seed: int = 1, levers: bool = False) -> Engine:
    """Return an engine without policy, or with every lever of policy half way (``levers``)."""
    text = "name: gate\n"
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


def watch(engine: Engine, act: Callable[[str, Callable[[], None]], None]) -> None:
    """Let ``act(name, step)`` do each mechanism's step from now on."""

    def watched(name: str, step: Callable[[Any], None]) -> Any:
        return SimpleNamespace(step=lambda state: act(name, lambda: step(state)))

    verbs = {name: watched(name, verb.step) for name, verb in engine.mechanisms.items()}
    engine.__class__ = type("Watched", (type(engine),), {"mechanisms": verbs})


def write(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
