"""The answer and the findings in words, made from ``comparison.csv`` and nothing else.

The wording is honest by rule: the direction word follows the sign, an interval that includes
zero reads "no clear difference", one below its threshold "hardly changes", what became worse is always
named, and one run alone is said to be one run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.metrics.duplication import OUTCOMES
from sim.report.names import label, period, scenario_label
from sim.report.phrases import chinese, say
from sim.report.quantities import (
    amount,
    interval,
    is_share,
    is_yuan,
    join,
    number,
    p_text,
    percent_change,
    plain_unit,
    signed,
)
from sim.report.results import Difference

_COST = "public_cost"
_VALUE = ("value_added_constant", "value_added")
_LEVELS = ("duplicated_layouts", "largest_cluster_output")
"""Told with both levels where they have clearly moved."""
_OPENING = (OUTCOMES, _LEVELS, _VALUE, (_COST,))
"""Sentences of the answer: what duplication comes to, lists and clusters, value added, the bill."""
_VERDICTS = ("better", "worse")
ENOUGH = 6
"""Fewest pairs with which the sign-flip test can reach p < 0.05 (2 / 2**6)."""
_TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Duplication", ("built_overcapacity", "gluts", "failed_plants")),
    (
        "Waste",
        ("stranded_public_money", "cost_per_cluster", "capacity_utilisation", "overcapacity_industries"),
    ),
    ("Clusters", ("cluster_count", "cluster_count_100bn", "top10_cluster_share")),
    ("Growth", ("value_added_constant", "value_added", "output", "jobs")),
    ("Public money", ("public_cost", "public_net_cost", "public_debt", "private_per_public")),
    ("Fairness", ("gini_output_provinces", "theil_output_provinces", "theil_output_tiers")),
)
_MAIN = (
    *(*OUTCOMES, "capacity_utilisation", "overcapacity_industries"),
    *("cluster_count", "cluster_count_100bn", "largest_cluster_output"),
    *(*_VALUE, "output", "mean_output", "jobs"),
    *("duplicated_layouts", "mean_duplicated_layouts", "structure_similarity", "priority_jaccard"),
    *("public_cost", "public_net_cost", "public_debt"),
)
"""What is listed first, by importance: waste, clusters, growth, lists, public money."""
_NEGLIGIBLE = 0.5
_MOVES = {
    (True, True): "{outcome} rise by {change}",
    (True, False): "{outcome} fall by {change}",
    (False, True): "{outcome} rises by {change}",
    (False, False): "{outcome} falls by {change}",
}
"""A change in words, by whether the outcome is a plural and whether it rises."""
_LEVELS_MOVE = {
    (True, True): "{outcome} rise from {before} to {after}",
    (True, False): "{outcome} fall from {before} to {after}",
    (False, True): "{outcome} rises from {before} to {after}",
    (False, False): "{outcome} falls from {before} to {after}",
}
_UNSIGNED = ("unclear", "small")
"""Verdicts that are told without a direction."""
_COUNTED = {"zones", "industries", "clusters", "firms", "jobs", "persons", "steps"}


def answer(rows: Sequence[Difference], scenario: str, first: int, last: int) -> str:
    """Return the answer for one alternative: the headline, its cost, what gets better and what worse."""
    by_name = {r.metric.name: r for r in rows}
    found = [[by_name[n] for n in names if n in by_name] for names in _OPENING]
    opening = [group for group in found if group] or [list(rows[:2])]
    leads = [row for group in opening for row in group]
    if not leads:
        return say("There is nothing to compare for {scenario}.", scenario=scenario_label(scenario))
    start = say("With {scenario}, ", scenario=scenario_label(scenario))
    moved = {r.verdict for r in leads} - {"same", "undefined"}
    if moved == {"single"}:
        words = "In one single run, which gives no interval, with {scenario} "
        start = say(words, scenario=scenario_label(scenario))
    said = [_told(group, first, last, explain=i == 0) for i, group in enumerate(opening)]
    return sentences([start + said[0], *said[1:], *_balance(rows, leads)])


def _told(rows: Sequence[Difference], first: int, last: int, *, explain: bool) -> str:
    """Return changes as clauses of one sentence; what has not clearly moved comes last, in one of them."""
    parts, unclear = [], [r for r in rows if r.verdict == "unclear"]
    clear = [r for r in rows if r.verdict != "unclear"]
    for i, row in enumerate(clear):
        mine, when = explain and i == 0, _when(row, first, last)
        if row.metric.name in _LEVELS:
            parts.append(_headline(row, first, last, explain=mine))
        else:
            shared = i + 1 < len(clear) and _when(clear[i + 1], first, last) == when
            parts.append(clause(row, explain=mine) + ("" if shared else when))
    if unclear:
        whens = {_when(r, first, last) for r in unclear}
        parts.append(
            _no_clear(unclear, explain=explain and not clear) + (whens.pop() if len(whens) == 1 else "")
        )
    return clauses(parts)


def _no_clear(rows: Sequence[Difference], *, explain: bool) -> str:
    """Return that some outcomes have not clearly moved, with their intervals."""
    named = [label(r.metric.name).text + _brackets(r, explain=explain and i == 0) for i, r in enumerate(rows)]
    return say("there is no clear difference in {outcomes}", outcomes=listing(named))


def clauses(parts: Sequence[str]) -> str:
    """Return clauses of one sentence one after the other."""
    return ("；" if chinese() else "; ").join(parts)


def sentences(parts: Sequence[str]) -> str:
    """Return sentences one after the other, each with a capital and a full stop."""
    if chinese():
        return "。".join(parts) + "。"
    return ". ".join(map(capital, parts)) + "."


def _headline(row: Difference, first: int, last: int, *, explain: bool) -> str:
    """Return a headline metric's change with both levels, or as a clause where it has not clearly moved."""
    if row.verdict in {"undefined", "same", *_UNSIGNED}:
        return clause(row, explain=explain) + _when(row, first, last)
    name, unit = label(row.metric.name), row.metric.unit
    told = _LEVELS_MOVE[name.plural, (row.difference or 0.0) > 0]
    by = say("by {change}", change=_plain(abs(row.difference or 0.0), unit))
    levels = say(told, outcome=name.text, before=_plain(row.baseline, unit), after=_level(row))
    return levels + _when(row, first, last) + bracketed([by, *_in_brackets(row, explain=explain)])


def capital(text: str) -> str:
    """Return a text with a capital."""
    return text[:1].upper() + text[1:]


def _when(row: Difference, first: int, last: int) -> str:
    if row.difference is None:
        return ""
    when = period(row.metric, first, last)
    return f"（{when}）" if chinese() else f" {when}"


def clause(row: Difference, *, explain: bool = False) -> str:
    """Return one metric's change as a clause, without full stop.

    ``explain`` says once that the brackets hold a 95 % interval.
    """
    name, unit = label(row.metric.name), row.metric.unit
    verdict = row.verdict
    if verdict == "undefined" or row.difference is None:
        return say("{outcome} cannot be compared (undefined in one of the scenarios)", outcome=name.text)
    if verdict == "unclear":
        return _no_clear([row], explain=explain)
    if verdict == "same":
        words = "{outcome} are unchanged" if name.plural else "{outcome} is unchanged"
        return say(words, outcome=name.text)
    brackets = _brackets(row, explain=explain)
    if verdict == "small":
        words = "{outcome} hardly change" if name.plural else "{outcome} hardly changes"
        return say(words, outcome=name.text) + brackets
    change = amount(abs(row.difference), unit, difference=True)
    if plain_unit(unit) and plain_unit(unit) in name.text:
        change = number(abs(row.difference), unit)
    return say(_MOVES[name.plural, row.difference > 0], outcome=name.text, change=change) + brackets


def _brackets(row: Difference, *, explain: bool) -> str:
    return bracketed(_in_brackets(row, explain=explain))


def bracketed(parts: Sequence[str]) -> str:
    """Return parts in brackets, nothing for none."""
    if not parts:
        return ""
    return f"（{'；'.join(parts)}）" if chinese() else f" ({'; '.join(parts)})"


def _in_brackets(row: Difference, *, explain: bool = False) -> list[str]:
    """Return the interval (in the direction of the verb) and the percentage."""
    parts = []
    unit = row.metric.unit
    if row.low is not None and row.high is not None and row.runs > 1:
        low, high = row.low, row.high
        if row.verdict not in _UNSIGNED and (row.difference or 0) < 0:
            low, high = -high, -low
        between = interval(low, high, unit)
        word = plain_unit(unit)
        if row.verdict in _UNSIGNED and word and word != "%" and word not in label(row.metric.name).text:
            between = join(between, word)
        parts.append((say("95 % interval ") if explain else "") + between)
        if row.verdict == "unclear" and not low <= 0 <= high:
            few = say("but {runs} runs are too few to be sure", runs=row.runs)
            many = say("but p {p} once all outcomes are tested", p=p_text(row.p_value))
            parts.append(few if row.runs < ENOUGH else many)
    share = percent_change(row.difference, row.baseline, unit) if row.verdict != "unclear" else ""
    if share:
        parts.append(share)
    return parts


def _balance(rows: Sequence[Difference], said: Sequence[Difference]) -> list[str]:
    """Return what else is clearly better and what is clearly worse, the main outcomes first.

    Gains too small to matter are left out; what is worse is never left out.
    """
    spoken = {r.metric.name for r in said}
    judged = [r for r in rows if r.metric.better and r.verdict not in ("single", "undefined")]
    if not judged:
        return []
    runs = max(r.runs for r in judged)
    if runs < ENOUGH:
        return [say("{runs} runs are too few to call anything better or worse", runs=runs)]
    told = {v: [r for r in judged if r.verdict == v and _root(r) not in spoken] for v in _VERDICTS}
    told["better"] = [r for r in told["better"] if not negligible(r)]
    better = [say("Clearly better: {outcomes}", outcomes=_listed(told["better"]))] if told["better"] else []
    if not told["worse"]:
        return [*better, say("Nothing else is clearly worse")]
    return [*better, say("Clearly worse: {outcomes}", outcomes=_listed(told["worse"]))]


def negligible(row: Difference) -> bool:
    """Return whether a mean count is less than half a thing in both scenarios, which says little."""
    sides = [abs(v) for v in (row.baseline, row.value) if v is not None]
    return row.metric.unit in _COUNTED and bool(sides) and max(sides) < _NEGLIGIBLE


def _root(row: Difference) -> str:
    """Return the metric's name, or of a mean over the years the name of what it is the mean of."""
    return row.metric.name.removeprefix("mean_")


def _listed(rows: Sequence[Difference], most: int = 3) -> str:
    """Return a few outcomes with the size of their change, and how many more there are."""
    rank = {n: i for i, n in enumerate(_MAIN)}
    ordered = sorted(rows, key=lambda r: (rank.get(r.metric.name, len(rank)), r.metric.account))
    named = []
    for row in ordered[:most]:
        unit = row.metric.unit
        share = "" if negligible(row) else percent_change(row.difference, row.baseline, unit)
        size = share or signed(row.difference, unit).replace("pp", "percentage points")
        named.append(label(row.metric.name).text + bracketed([size]))
    more = len(ordered) - len(named)
    if more:
        named.append(say("1 more outcome") if more == 1 else say("{more} more outcomes", more=more))
    return listing(named)


def listing(named: Sequence[str]) -> str:
    """Return things one after the other, the last with "and"."""
    if chinese() or not named:
        return "、".join(named)
    return " and ".join(x for x in (", ".join(named[:-1]), named[-1]) if x)


def findings(rows: Sequence[Difference], limit: int = 5) -> list[tuple[str, str]]:
    """Return up to ``limit`` (topic, sentence) pairs; public money is always among them."""
    by_name = {r.metric.name: r for r in rows}
    found = []
    for topic, names in _TOPICS:
        told = [by_name[n] for n in names if n in by_name and by_name[n].verdict != "undefined"]
        told = [r for r in told if not negligible(r) or r.verdict == "worse"]
        if told:
            text = clauses([clause(r, explain=not found and i == 0) for i, r in enumerate(told[:3])])
            found.append((topic, sentences([text])))
    while len(found) > limit:
        found.remove(next(f for f in reversed(found) if f[0] not in {"Public money", "Growth"}))
    return [(say(topic), text) for topic, text in found]


def delivery(programmes: Mapping[str, Mapping[str, float]]) -> str:
    """Return how much of what programmes asked for was delivered, or nothing if none asked."""
    asked = sum(float(p.get("requested") or 0) for p in programmes.values())
    given = sum(float(p.get("delivered") or 0) for p in programmes.values())
    if asked <= 0:
        return ""
    return say(
        "Programmes asked for {asked} and received {given} ({share} %); what budgets could not pay was not "
        "delivered.",
        asked=amount(asked, "m yuan"),
        given=amount(given, "m yuan"),
        share=f"{100 * given / asked:.0f}",
    )


def single_answer(rows: Sequence[Difference], scenario: str, first: int, last: int) -> str:
    """Return the opening sentence of a report on one scenario without comparison."""
    by_name = {r.metric.name: r for r in rows if r.value is not None}
    names = (*OUTCOMES, *_LEVELS, "cluster_count", *_VALUE, _COST)
    told = [by_name[n] for n in names if n in by_name]
    between = "" if chinese() else " "
    parts = [
        between.join((label(r.metric.name).text, _level(r), period(r.metric, first, last))) for r in told
    ]
    if not parts:
        words = "The scenario {scenario} ran until {year}."
        return say(words, scenario=scenario_label(scenario), year=last)
    return sentences([say("Under {scenario}: ", scenario=scenario_label(scenario)) + clauses(parts)])


def _plain(value: float | None, unit: str) -> str:
    """Return a level or size; a mean of counts without decimals where it has some size."""
    if value is None or is_yuan(unit) or is_share(unit) or not 10 <= abs(value) < 1e6:
        return number(value, unit)
    return f"{value:,.0f}"


def _level(row: Difference) -> str:
    text, words = _plain(row.value, row.metric.unit), plain_unit(row.metric.unit)
    return text if words in {"", "%"} or words in label(row.metric.name).text else join(text, words)
