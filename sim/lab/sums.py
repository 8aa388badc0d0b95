"""What the records of finished runs add up to, one at a time: memory hardly grows with runs."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from typing import Any

_FLOW = ("item", "payer", "payee")


class Measured(Mapping[str, float | None]):
    """The metrics of one run: eight bytes each."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], metrics: Mapping[str, float | None]) -> None:
        self._places = places
        values = [metrics[name] for name in places]
        self._values = array("d", [math.nan if value is None else value for value in values])

    def __getitem__(self, name: str) -> float | None:
        value = self._values[self._places[name]]
        return None if math.isnan(value) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class _OfScenario:
    """The sums of one scenario."""

    def __init__(self) -> None:
        self.runs = 0
        self.programmes: dict[str, Counter[str]] = {}
        self.flows: Counter[tuple[str, ...]] = Counter()
        self.warnings: Counter[str] = Counter()

    def add(self, record: Mapping[str, Any]) -> None:
        self.runs += 1
        self.warnings.update(record["warnings"])
        for lever, money in record["programmes"].items():
            self.programmes.setdefault(lever, Counter()).update(money)
        flows = record["flows"]
        for *key, amount in zip(*(flows.get(k, ()) for k in (*_FLOW, "amount")), strict=True):
            self.flows[tuple(key)] += amount

    def mean_programmes(self) -> dict[str, dict[str, float]]:
        return {
            lever: {k: v / self.runs for k, v in money.items()} for lever, money in self.programmes.items()
        }

    def mean_flows(self) -> dict[str, list[Any]]:
        columns: dict[str, list[Any]] = {k: [key[i] for key in self.flows] for i, k in enumerate(_FLOW)}
        columns["amount"] = [amount / self.runs for amount in self.flows.values()]
        return columns


class Sums:
    """Takes in records of runs, scenario by scenario, and tells what they add up to.

    Attributes:
        metrics: of every run, by scenario and seed.
    """

    def __init__(self, scenarios: list[str], points: Container[str] = ()) -> None:
        """Take in runs of these scenarios; points of a design, maybe thousands, are told together."""
        self.metrics: dict[str, dict[int, Measured]] = {name: {} for name in scenarios}
        self._points = _OfScenario()
        self._sums = {name: self._points if name in points else _OfScenario() for name in scenarios}
        self._places: dict[str, int] = {}
        self._profile: Counter[str] = Counter()
        self._memory: dict[str, float] = {}
        self._peak = 0.0
        self._cpu_seconds = 0.0

    def add(self, scenario: str, seed: int, record: Mapping[str, Any]) -> None:
        """Take in the record of a finished run."""
        metrics = record["metrics"]
        if self._places.keys() != metrics.keys():
            self._places = {name: i for i, name in enumerate(metrics)}
        self.metrics[scenario][seed] = Measured(self._places, metrics)
        self._sums[scenario].add(record)
        self._cpu_seconds += record["cpu_seconds"]
        self._profile.update(record["profile"])
        self._peak = max(self._peak, sum(record["memory"].values()))
        for name, mib in record["memory"].items():  # scenarios' verbs differ
            self._memory[name] = max(mib, self._memory.get(name, mib))

    def as_dict(self) -> dict[str, Any]:
        """Return the manifest's entries: mean money by scenario, m yuan over the run, and what runs took."""
        sums = {name: mine for name, mine in self._sums.items() if mine is not self._points}
        warned = sums | {"points": self._points}
        runs = sum(mine.runs for mine in warned.values())
        memory = {"peak": self._peak, **self._memory} if runs else {}
        return {
            "runs_done": runs,
            "cpu_seconds": round(self._cpu_seconds, 3),
            "programmes": {name: mine.mean_programmes() for name, mine in sums.items()},
            "flows": {name: mine.mean_flows() for name, mine in sums.items()},
            "warnings": [
                f"{name}: {text} ({n} of {mine.runs} runs)"
                for name, mine in warned.items()
                for text, n in mine.warnings.items()
            ],
            "profile": {name: round(seconds, 4) for name, seconds in self._profile.most_common()},
            "memory": {name: round(float(mib), 1) for name, mib in memory.items()},
        }
