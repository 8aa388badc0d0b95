"""Three caveats: how far the world's assumptions, luck and the evidence for the levers move the answer."""

from __future__ import annotations

from collections import Counter

from sim.core.defaults import DEFAULT_SCALE
from sim.report import quantities as q
from sim.report.names import label, scenario_label
from sim.report.phrases import say
from sim.report.results import Results
from sim.report.sentences import listing
from sim.report.shipped import shipped

_TOLD = ("built_overcapacity", "value_added_constant")
"""Outcomes whose spread over worlds is told: what goes to waste, and growth."""

_COUNTRY = ("china-178", "china-31")
"""Worlds of which the table speaks: other countries and years are others."""


def caveats(results: Results) -> list[str]:
    """Return three sentences or more to read before the numbers."""
    return [_assumptions(results), _luck(results), _evidence(results)]


def _worlds() -> list[dict[str, str]]:
    """Return the effects of policies in other worlds, none where the table is not at hand."""
    return shipped("worlds.csv")


def _assumptions(results: Results) -> str:
    """Say how far other assumptions about the world move the answer."""
    known = {row["scenario"] for row in _worlds()}
    other = next((a for a in results.alternatives if a in known), None)
    if other is None or results.base != "baseline" or results.manifest.get("world") not in _COUNTRY:
        return say(
            "How far other assumptions about the world would move this answer has not been measured. In "
            "the worlds tried for top-level design the sign of some outcomes turned: ask the question "
            "below first."
        )
    return say(
        "The world's assumptions move the answer. With {policy}, in the {worlds} worlds tried so far: "
        "{outcomes}.",
        policy=scenario_label(other),
        worlds=len({row["world"] for row in _worlds() if row["scenario"] == other}),
        outcomes=listing(
            [_spread(other, name, results.metrics[name].unit) for name in _TOLD if name in results.metrics]
        ),
    )


def _spread(scenario: str, outcome: str, unit: str) -> str:
    """Return from where to where an outcome's change goes over the worlds."""
    mine = [row for row in _worlds() if (row["scenario"], row["outcome"]) == (scenario, outcome)]
    changes = [float(row["difference"]) for row in mine if row["difference"]]
    signs = Counter(row["sign"] for row in mine)
    return say(
        "{outcome} from {low} to {high} {unit} (a sure rise in {up}, a sure fall in {down})",
        outcome=label(outcome).text,
        low=q.signed(min(changes), unit),
        high=q.signed(max(changes), unit),
        unit=q.plain_unit(unit),
        up=signs["+"],
        down=signs["-"],
    )


def _luck(results: Results) -> str:
    """Say what intervals show, and that a draft is one."""
    scale = float(results.manifest.get("scale") or DEFAULT_SCALE)
    runs = len(results.seeds(results.base))
    told = say(
        "Intervals come from {runs} runs of each scenario and show luck inside the model, not doubt about"
        " the model.",
        runs=runs,
    )
    if scale < DEFAULT_SCALE:
        words = "This is a draft at scale {scale}: levels move with scale, report at {usual} or more."
        told += say(" ") + say(words, scale=f"{scale:g}", usual=f"{DEFAULT_SCALE:g}")
    return told


def _evidence(results: Results) -> str:
    """Say what the size of the levers rests on."""
    keys = {
        str(item.get("key", "")).rpartition(".")[2]
        for a in results.alternatives
        for item in results.about(a).get("policy_difference") or []
    }
    evidence = Counter(str((results.levers.get(key) or {}).get("evidence") or "assumption") for key in keys)
    places = say("Numbers of single zones are downscaled from tables of provinces and are illustrations.")
    if not keys:
        return places
    return (
        say(
            "Of {levers} levers that differ, the size of {assumed} rests on assumptions, of {read} on "
            "literature, of {measured} on measurement.",
            levers=len(keys),
            assumed=evidence["assumption"],
            read=evidence["literature"],
            measured=evidence["measured"],
        )
        + say(" ")
        + places
    )
