"""Page one: the verdict in one sentence, five numbers, map, bill, caveats, next questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sim.metrics.duplication import OUTCOMES
from sim.report import atlas, maps, tables
from sim.report import quantities as q
from sim.report.basemap import NOTE
from sim.report.bill import bill
from sim.report.caveats import caveats
from sim.report.names import label, scenario_label
from sim.report.phrases import say
from sim.report.questions import questions
from sim.report.results import Difference, Results
from sim.report.sentences import ENOUGH, bracketed, clauses, listing, sentences

FIVE = ("built_overcapacity", "duplicated_layouts", "value_added_constant", "jobs", "public_cost")
"""The five numbers of page one, in units people use; those that a folder does not have are passed over."""
_SPARE = ("stranded_public_money", "cluster_count", "output", "public_net_cost")
"""What stands in for those."""
_BESIDE = ("value_added_constant", "public_cost")
"""What the verdict tells beside waste."""
_MAPS = 4
"""Most maps of page one."""
_WASTE = {
    (True, True): "With {policy}, waste falls in {better} but rises in {worse}",
    (True, False): "With {policy}, waste falls in {better} and clearly rises in nothing",
    (False, True): "With {policy}, waste rises in {worse} and clearly falls in nothing",
    (False, False): "With {policy}, no kind of waste clearly changes",
}
"""How the verdict begins, by whether some waste gets better and some worse."""


def context(results: Results, alternatives: Sequence[str], shared: atlas.Scales | None) -> dict[str, Any]:
    """Return everything that page one shows."""
    return {
        "verdicts": [verdict(results.comparison[a], a) for a in alternatives],
        "numbers": [_numbers(results.comparison[a], a) for a in alternatives] or [_levels(results)],
        "maps": _maps(results, alternatives, shared),
        "bill": bill(results, alternatives),
        "caveats": caveats(results),
        "questions": questions(results),
        "note": say(NOTE),
    }


def verdict(rows: Sequence[Difference], scenario: str) -> str:
    """Return what a policy does in one sentence: waste, value added and public money."""
    by_name = {r.metric.name: r for r in rows}
    waste = [by_name[name] for name in OUTCOMES if name in by_name]
    better, worse = ([r for r in waste if r.verdict == v] for v in ("better", "worse"))
    words = say(
        _WASTE[bool(better), bool(worse)],
        policy=scenario_label(scenario),
        better=listing([_sized(r) for r in better]),
        worse=listing([_sized(r) for r in worse]),
    )
    beside = [_moves(by_name[name]) for name in _BESIDE if name in by_name]
    runs = max((r.runs for r in rows), default=0)
    doubt = bracketed([say("{runs} runs are too few to be sure", runs=runs)]) if runs < ENOUGH else ""
    return sentences([clauses([words, *beside]) + doubt])


def _sized(row: Difference) -> str:
    share = q.percent_change(row.difference, row.baseline, row.metric.unit)
    return label(row.metric.name).text + bracketed([share or q.signed(row.difference, row.metric.unit)])


def _moves(row: Difference) -> str:
    """Return how one outcome moves, as a clause without interval."""
    name = label(row.metric.name).text
    if row.verdict in ("unclear", "undefined"):
        return say("{outcome} does not clearly change", outcome=name)
    if row.verdict in ("small", "same"):
        return say("{outcome} hardly changes", outcome=name)
    change = q.amount(abs(row.difference or 0.0), row.metric.unit, difference=True)
    share = q.percent_change(row.difference, row.baseline, row.metric.unit)
    words = "{outcome} rises by {change}" if (row.difference or 0.0) > 0 else "{outcome} falls by {change}"
    return say(words, outcome=name, change=change) + bracketed([share] if share else [])


def _chosen(there: Sequence[str]) -> list[str]:
    """Return the names of five numbers among those there are."""
    five = [name for name in FIVE if name in there]
    return [*five, *(name for name in _SPARE if name in there)][: len(FIVE)]


def _numbers(rows: Sequence[Difference], scenario: str) -> dict[str, Any]:
    by_name = {r.metric.name: r for r in rows}
    return {
        "label": scenario_label(scenario),
        "cards": [tables.metric_row(by_name[name]) for name in _chosen(list(by_name))],
        "runs": max((r.runs for r in rows), default=0),
    }


def _levels(results: Results) -> dict[str, Any]:
    """Return five levels of a scenario without comparison."""
    by_name = {r.metric.name: r for r in tables.levels(results)}
    cards = [tables.metric_row(by_name[name]) for name in _chosen(list(by_name))]
    return {"label": scenario_label(results.base), "cards": cards, "runs": 0}


def _maps(results: Results, alternatives: Sequence[str], shared: atlas.Scales | None) -> list[maps.Map]:
    """Return the map of gain and loss of every alternative, or the last map of levels without one."""
    plates = [atlas.plates(results, a, shared)[-1:] for a in alternatives[:_MAPS]]
    if not alternatives:
        plates = [atlas.plates(results, None, shared)[-1:]]
    return [m for drawn in plates for m in drawn]
