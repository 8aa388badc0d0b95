"""Facts as published (``sim/world/data/facts.csv``), and what answers them from the tables of a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from sim.facts.run import Run
from sim.world.reading import read

TABLE = "facts.csv"
Standing = Literal["emergent", "anchor", "input"]
Compute = Callable[[Run, int, int], float]
"""From a run and the first and last year of a window to the statistic."""

OPENING = (2022, 2022)
FIRST = (2023, 2023)
NEAR = (2023, 2027)
"""The five years nearest to facts of about 2022."""
SETTLED = (2028, 2042)
"""A regularity of all years; the first five are left out, in which the opening state wears off."""
WHOLE = (2023, 2042)
"""What is counted over firms or moves of the run itself."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the table."""

    id: str
    statement: str
    value: str
    low: float | None
    high: float | None
    unit: str
    source: str
    group: str
    role: str
    period: str
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How a run answers a fact."""

    statistic: str
    """What is computed, from which table."""
    years: tuple[int, int]
    why: str
    """Why these years, and why it stands where it stands."""
    compute: Compute
    standing: Standing = "emergent"
    stands_in: str = ""
    """How the model's quantity differs from that of the fact."""
    value: float | None = None
    """The number meant, where the fact has several."""
    bounds: tuple[float, float] | None = None
    """An interval of ours, where the table's spans different numbers."""
    cut: bool = False
    """Whether late windows are cut short, so that only the own years count."""


ANSWERS: dict[str, Answer] = {}
UNANSWERED: dict[str, str] = {
    "F067": "The multiple is a parameter of the run (guidance_reinvest_multiple = 1.5), not an outcome.",
    "F073": "A zone stands for itself and its catchment, and all zones for the country: firms outside zones "
    "do not exist in the model.",
    "F080": "The same: no part of the country's R&D and firms lies outside the catchments of zones.",
    "F086": "Only R&D workers move; other migrants are not in the model.",
}
"""Facts with the role ``calibrate`` that no output can answer, and why."""


def answers(
    fact: str, statistic: str, years: tuple[int, int], why: str, **more: object
) -> Callable[..., Compute]:
    """Declare that a function answers a fact; it is called with a run, a first and a last year."""

    def declare(compute: Compute) -> Compute:
        ANSWERS[fact] = Answer(statistic, years, why, compute, **more)  # pyright: ignore[reportArgumentType]
        return compute

    return declare


@cache
def facts() -> dict[str, Fact]:
    """Return the facts by their own id, in the order of the table."""
    found = {}
    for row in read(TABLE):
        low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
        found[row["fact"]] = Fact(
            row["fact"], row["statement"], row["value"], low, high, row["unit"], row["source"], row["group"],
            row["role"], row["period"], row["note"],
        )  # fmt: skip
    return found


def published(fact: Fact) -> tuple[float, float, float]:
    """Return the value and the interval that the model is held against."""
    answer = ANSWERS[fact.id]
    low, high = answer.bounds or (fact.low, fact.high)
    if low is None or high is None:
        raise ValueError(f"{fact.id} has no interval")
    value = answer.value if answer.value is not None else float(fact.value)
    return value, low, high
