"""The kind ``robust``: does what a policy does hold whatever the world is like?

The worlds are assumptions: theories and parameters.  Every scenario is run in every world, and compared
with the first one in the same world under the same seeds.  A world is named by a scenario file, of which
theories and assumptions are taken and no policy, by settings as ``--set`` takes them, or by a list of both;
``{}`` is the world as it is.  How far the ranking of scenarios holds, and what each would make one regret,
tells :mod:`sim.lab.ranking`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.lab import options, points, ranking
from sim.lab.comparison import Values, adjust
from sim.lab.given import Given
from sim.lab.plain import write_csv, write_found
from sim.lab.plan import Plan
from sim.lab.planning import at, build, settle
from sim.lab.sensitivity import EFFECT, effect, sign
from sim.scenario import nodes
from sim.scenario.nodes import Mapping as Lines
from sim.scenario.nodes import Node, Place, Scalar
from sim.scenario.nodes import Sequence as Listed
from sim.scenario.yamlfile import plain

if TYPE_CHECKING:
    from sim.scenario import Scenario

TABLES = ("robust.csv", "ranking.csv", "regret.csv")
"""The second where there are two scenarios or more to rank beside the first."""
COLUMNS: tuple[str, ...] = ("world", "scenario", "outcome", "unit", *EFFECT, "sign", "rank", "runs")
_SCENARIOS = "two or more scenario files or names, the one that the others are compared with first"
_WORLDS = (
    "two or more names, each with a scenario file, settings such as {order_first: 0.4}, a list of both, {}"
)

Named = tuple[str, Place]
Settings = tuple[str, ...]


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: every scenario in every world."""
    points.outcomes(study)
    files = study.scenarios(_SCENARIOS, least=2)
    worlds = _worlds(study)

    def built() -> Plan:
        if files and worlds:  # fewer than two are told already
            return in_worlds(files, worlds, **wanted)
        return build(
            "robust", [f for f, _ in files], places=[p for _, p in files], **wanted
        )  # for its problems

    return study.built(built, known=bool(files))


def _worlds(study: Given) -> dict[str, tuple[Settings, Place]]:
    """Return each world's settings as ``--set`` takes them, and where it stands."""
    if "worlds" not in study.found:
        study.lacks("worlds", _WORLDS)
        return {}
    value = study.found["worlds"].value
    found = {}
    for entry in nodes.entries(value, study.report, "worlds", "name a world, then what is different in it"):
        if entry.key in found:
            study.report.add(entry.place, f"the world {entry.key!r} is named again", remedy="name it once")
        else:
            settings = _settings(study, entry.key, entry.value)
            found[entry.key] = (
                tuple(f"{k}={json.dumps(v, ensure_ascii=False)}" for k, v in settings.items()),
                entry.place,
            )
    if len(found) < 2:
        what = "there is only one world" if found else "there is no world"
        study.report.add(value.place, what, allowed=_WORLDS)
    return found


def _settings(study: Given, name: str, value: Node) -> dict[str, Any]:
    """Return what is different in a world by key: from a file, from lines, or a list of both (later wins)."""
    if isinstance(value, Listed):
        parts = [_settings(study, name, item) for item in value.items]
        return {key: setting for part in parts for key, setting in part.items()}
    if isinstance(value, Scalar) and value.value is not None:
        text = nodes.text(value, study.report, f"the world {name}")
        file = study.scenario(text, value.place) if text else None
        if file is None:
            return {}
        try:
            return assumed(file)
        except InputError as error:
            study.report.problems += [at(value.place, file, problem) for problem in error.problems]
            return {}
    lines = value.entries if isinstance(value, Lines) else ()  # no value is the world as it is
    return {line.key: plain(line.value) for line in lines}


def assumed(file: str) -> dict[str, Any]:
    """Return the theories and assumptions of a scenario, not its policy, by key of ``--set``."""
    from sim.scenario import load
    from sim.scenario.scenario import plain_path

    scenario = load(file)
    worldly = {name: plain_path(scenario.national(lever)) for name, lever in scenario.words.worldly.items()}
    usual = {name: lever.default for name, lever in scenario.words.worldly.items()}
    theories = {f"theories.{slot}": variant for slot, variant in scenario.theories.items()}
    return theories | scenario.parameters | {k: v for k, v in worldly.items() if v != usual[k]}


def in_worlds(
    files: Sequence[Named],
    worlds: Mapping[str, tuple[Settings, Place]],
    *,
    world: str | None = None,
    until: str | None = None,
    **rest: Any,
) -> Plan:
    """Return the plan of every scenario in every world.

    Args:
        files: scenario files with their places, the one that the others are compared with first.
        worlds: settings, and where they stand, by name.
        world: overrides the scenarios' country.
        until: overrides the scenarios' last quarter.
        rest: as for :func:`sim.lab.planning.build`.

    Raises:
        InputError: with every problem of the options and of any scenario in any world.
    """
    from sim.scenario import load

    asked = {k: rest[k] for k in ("seed", "scale", "runs", "jobs", "out") if k in rest}
    problems = options.problems(until=until, **asked)
    wrong = {problem.file for problem in problems}
    arms: list[Scenario] = []
    places: list[Place] = []
    contrasts = []
    for name, (settings, there) in worlds.items():
        mine = []
        for file, place in files:
            try:
                scenario = load(file, settings, world=world, until=until)
            except InputError as error:
                told = (at(place, file, p) for p in error.problems if p.file not in wrong)
                settle(problems, told, there)
                continue
            mine.append(replace(scenario, name=f"{scenario.name} ({name})"))
            places.append(place)
            contrasts.append(
                {"world": name, "scenario": scenario.name, "arm": mine[-1].name, "base": mine[0].name}
            )
        arms += mine
    if problems:
        raise InputError(problems)
    design = {"contrasts": [c for c in contrasts if c["arm"] != c["base"]]}
    return build("robust", arms, places=places, design=design, **rest)


def pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return every scenario with the first in the same world, by name."""
    return [(contrast["arm"], contrast["base"]) for contrast in plan.design["contrasts"]]


def told(plan: Plan) -> list[str]:
    """Return how many scenarios meet how many worlds."""
    worlds = {contrast["world"] for contrast in plan.design["contrasts"]}
    return [f"every scenario in {len(worlds)} worlds: {', '.join(sorted(worlds))}"]


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``robust.csv``, ``ranking.csv`` and ``regret.csv``; return the rows of the first."""
    contrasts, known = plan.design["contrasts"], {metric["name"]: metric for metric in catalogue}
    rows = effects(contrasts, metrics, plan.outcomes, catalogue)
    write_csv(root / TABLES[0], COLUMNS, rows)
    ranks: list[dict[str, Any]] = []
    regrets: list[dict[str, Any]] = []
    for outcome in plan.outcomes:
        about = known[outcome]
        made = ranking.gains(contrasts, metrics, outcome)
        if made.runs and len(made.scenarios) > 2:
            ranks += ranking.ranking(outcome, about["better"], made)
        if made.runs:
            regrets += ranking.regrets(outcome, about["unit"], about["better"], made)
    write_found(root / TABLES[1], ranking.RANKING, ranks)
    write_found(root / TABLES[2], ranking.REGRET, regrets)
    return rows


def effects(
    contrasts: Sequence[Mapping[str, str]],
    values: Mapping[str, Values],
    outcomes: Sequence[str],
    catalogue: Sequence[Mapping[str, Any]],
) -> list[dict[str, Any]]:
    """Return the rows of ``robust.csv`` by outcome, world and scenario.

    ``partner`` and ``mean`` are means over the same ``runs`` pairs, ``p_value`` is adjusted over all rows,
    ``rank`` is the scenario's place by its effect among all of its world, the first one included (1: best;
    blank where no direction is better).
    """
    known = {metric["name"]: metric for metric in catalogue}
    rows = []
    for outcome in outcomes:
        for contrast in contrasts:
            row: dict[str, Any] = dict.fromkeys(COLUMNS)
            row |= {"world": contrast["world"], "scenario": contrast["scenario"], "outcome": outcome}
            row |= {"unit": known[outcome]["unit"]}
            rows.append(row | effect(outcome, values[contrast["arm"]], values[contrast["base"]]))
    adjust(rows)
    for row in rows:
        row["sign"] = sign(row)
    _rank(rows, {name: metric["better"] for name, metric in known.items()})
    return rows


def _rank(rows: Sequence[dict[str, Any]], better: Mapping[str, str]) -> None:
    """Give every row its place among the scenarios of its world."""
    for row in rows:
        direction = {"higher": 1.0, "lower": -1.0}.get(better[row["outcome"]])
        if direction is None or row["mean"] is None:
            continue
        rivals = [r for r in rows if (r["outcome"], r["world"]) == (row["outcome"], row["world"])]
        gains = [0.0, *(direction * r["difference"] for r in rivals if r["difference"] is not None)]
        row["rank"] = 1 + sum(gain > direction * row["difference"] for gain in gains)
