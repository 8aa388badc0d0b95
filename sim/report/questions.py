"""What to ask next, and the command that answers it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.core.defaults import DEFAULT_SCALE
from sim.metrics import HEADLINE
from sim.report.gains import by_zone
from sim.report.names import lever_label, scenario_label, zone_name
from sim.report.phrases import chinese, say
from sim.report.results import Results
from sim.scenario.find import collection, names
from sim.world.names import zone

MOST = 3
ENOUGH = 30
"""Runs from which on more of them are not the next question."""
_USUAL = (("world", "china-178"), ("until", "2042-Q4"))
"""What shipped scenarios have, which a command need not say."""
_SLOWER = 0.75
"""Growth of demand, times the usual, that the question on the world tries."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the command that answers it."""

    text: str
    command: str


def questions(results: Results) -> list[Question]:
    """Return the next three questions of a reader, the most pressing first."""
    return [question for question, _ in zip(_asked(results), range(MOST), strict=False)]


def _asked(results: Results) -> Iterator[Question]:
    other = next((a for a in results.alternatives if a in results.comparison), None)
    if other is None:
        yield from _alone(results)
        return
    pair = (source(results, results.base), source(results, other))
    runs = len(results.seeds(results.base))
    leads = [r for r in results.comparison[other] if r.metric.name in HEADLINE]
    if runs < ENOUGH and any(r.verdict in ("unclear", "single") for r in leads):
        words = "Do more runs settle what is not clear?"
        yield Question(say(words), _compare(results, pair, f"--runs {ENOUGH}", "--out", str(results.folder)))
    words = "Does the answer hold if demand grows a quarter more slowly?"
    yield Question(say(words), _compare(results, pair, f"--set demand_growth_factor={_SLOWER:g}"))
    loser = _loses_most(results, other)
    if loser:
        words = "What becomes of {zone}, which loses most?"
        yield Question(say(words, zone=_called(loser)), _place(results, loser))
    lever = _main_lever(results, other)
    if lever:
        words = "What is left of it without {lever}?"
        text = say(words, lever=lever_label(lever[0]))
        yield Question(text, _compare(results, pair, f"--set {lever[0]}={lever[1]}"))
    words = "Is it the policy or the money: what would it do at the cost of {scenario}?"
    yield Question(say(words, scenario=scenario_label(results.base)), _compare(results, pair, "--equal-cost"))


def _alone(results: Results) -> Iterator[Question]:
    """Return what to ask of one scenario."""
    own = source(results, results.base)
    for text, other in (
        ("What does coordination change?", "top_level_design"),
        ("What would a downturn do?", "downturn"),
    ):
        if own != other:
            yield Question(say(text), _compare(results, (own, other)))
    if results.cells is not None:
        output = results.cells.last[results.base]["output"].mean(axis=0).sum(axis=1)
        name = results.cells.zones[int(output.argmax())]
        yield Question(say("What becomes of {zone}, the largest?", zone=_called(name)), _place(results, name))


def source(results: Results, scenario: str) -> str:
    """Return how the command line names a scenario: a shipped one's name, else its file."""
    given = str(results.about(scenario).get("source") or "")
    root, path = collection("scenarios"), Path(given)
    if given and root and path.is_relative_to(root):
        inside = path.relative_to(root)
        return inside.stem if len(inside.parts) == 1 else inside.as_posix()
    return given or (
        scenario if scenario in names() else str(results.folder / "scenarios" / f"{scenario}.yaml")
    )


def _compare(results: Results, pair: Sequence[str], *more: str) -> str:
    manifest: dict[str, Any] = results.manifest
    words = ["clusterlab", "compare", *pair]
    scale = manifest.get("scale")
    if scale and scale != DEFAULT_SCALE:
        words += ["--scale", f"{scale:g}"]
    for option, usual in _USUAL:
        if manifest.get(option) not in (None, usual):
            words += [f"--{option}", str(manifest[option])]
    return " ".join([shlex.join(words), *(more if len(more) < 2 else (more[0], shlex.join(more[1:])))])


def _place(results: Results, name: str) -> str:
    return shlex.join(["clusterlab", "place", str(results.folder), name])


def _called(name: str) -> str:
    """Return a zone's name, in English with the Chinese one beside it."""
    return zone_name(name) if chinese() else zone(name).label


def _loses_most(results: Results, other: str) -> str | None:
    change = by_zone(results, other, "output")
    if change is None or not (change.estimate[0] < 0).any():
        return None
    return change.names[int(change.estimate[0].argmin())]


def _main_lever(results: Results, other: str) -> tuple[str, str] | None:
    """Return of several levers that differ nationwide the dearest one, and its value in the base."""
    items = results.about(other).get("policy_difference") or []
    plain = [
        (str(i["key"]), str(i.get("base", ""))) for i in items if str(i.get("key", "")) in results.levers
    ]
    numbers = [(key, base) for key, base in plain if base.replace(".", "", 1).isdigit()]
    asked = (results.manifest.get("programmes") or {}).get(other) or {}
    if len(numbers) < 2:
        return None
    return max(numbers, key=lambda n: float((asked.get(n[0]) or {}).get("requested") or 0.0))
