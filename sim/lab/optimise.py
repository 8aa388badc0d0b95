"""The kind ``optimise``: points that serve several outcomes best, searched for round by round.

The first round is a Latin hypercube; each further one is chosen by Optuna (Akiba et al. 2019) from what all
earlier ones gave, by tree-structured Parzen estimators for several objectives (Ozaki et al. 2022) under the
budget as a constraint.  What a round chooses depends on the seed, its number and earlier results alone, so a
study goes on from its folder as if it had never stopped.  A trial's outcomes are means over seeds that all
trials share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.defaults import DEFAULT_SEED
from sim.core.errors import InputError, Problem
from sim.lab import designs, points
from sim.lab import factors as of
from sim.lab.comparison import Values
from sim.lab.designs import Design
from sim.lab.factors import Factor
from sim.lab.given import Given
from sim.lab.plain import write_csv
from sim.lab.plan import Plan
from sim.lab.planning import grown
from sim.scenario import nodes

COST = "public_cost"
"""What a budget bounds: gross public cost over the run, m yuan."""
MANIFEST_KEYS = (*points.MANIFEST_KEYS, "maximise", "minimise", "budget", "trials", "batch", "search_seed")
MARKS = ("feasible", "front")
_TRIALS, _BATCH = 60, 10
"""Trials, and those of a round, where the file gives none."""
MOST_TRIALS = 10_000
Floats = NDArray[np.float64]


def _optuna() -> Any:
    try:
        import optuna
    except ImportError:
        what, remedy = (
            "studies of kind optimise need the package optuna",
            "pip install 'clusterlab[analysis]'",
        )
        raise InputError(Problem("kind", 0, 0, what, remedy=remedy)) from None
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: its base and the first round."""
    from sim.metrics import METRICS

    _optuna()
    files, factors = points.base(study), of.read(study)
    aims = {key: study.names(key, "metric", METRICS) for key in ("maximise", "minimise")}
    if not any(aims.values()) and not study.found.keys() & aims.keys():
        study.lacks("maximise", "metrics, here or under 'minimise'; 'clusterlab metrics' lists them")
    for name in set(aims["maximise"]) & set(aims["minimise"]):
        study.report.add(study.found["minimise"].place, f"{name} is both maximised and minimised")
    budget = _number(study, "budget", None, low=0.0)
    trials = _number(study, "trials", _TRIALS, low=2, high=MOST_TRIALS, whole=True)
    batch = _number(study, "batch", min(_BATCH, trials or _BATCH), low=2, high=MOST_TRIALS, whole=True)
    design, seed = None, wanted.get("seed", DEFAULT_SEED)
    if factors and trials and batch and not study.report.problems:
        shares = designs.latin_hypercube(min(batch, trials), len(factors), seed)
        words = f"{trials:,} trials in rounds of {batch}"
        design = Design(factors, designs.rows_at(factors, shares), words)
    outcomes = (
        *aims["maximise"],
        *aims["minimise"],
        *([COST] if budget is not None else []),
        *wanted["outcomes"],
    )
    wanted = wanted | {"outcomes": tuple(dict.fromkeys(outcomes))}
    more = {**aims, "budget": budget, "trials": trials, "batch": batch, "search_seed": seed}
    made = points.plan("optimise", study, files, design, wanted, **more)
    order = points.order(made)
    left = max(0, (trials or 0) - len(order))
    return replace(made, design={**made.design, "order": order}, to_come=left)


def _number(study: Given, key: str, usual: Any, **bounds: Any) -> Any:
    if key not in study.found:
        return usual
    return nodes.number(study.found[key].value, study.report, key, **bounds)


def told(plan: Plan) -> list[str]:
    """Return what is searched for, and where."""
    design = plan.design
    aims = [f"{key} {', '.join(design[key])}" for key in ("maximise", "minimise") if design[key]]
    within = (
        []
        if design["budget"] is None
        else [f"with a gross public cost of at most {design['budget']:,.0f} m yuan"]
    )
    return [f"{design['design_words']}: {', '.join([*aims, *within])}", *points.told(plan)[1:]]


def grow(plan: Plan, values: Mapping[str, Values]) -> Plan | None:
    """Return the plan with one more round, ``None`` when all trials have been tried."""
    design = plan.design
    count = min(design["batch"], design["trials"] - len(design["order"]))
    if count <= 0:
        return None
    rows = [tuple(row) for row in _chosen(plan, values, count)]
    there = {tuple(row): name for name, row in design["points"].items()}
    width = max(3, len(str(design["trials"])))
    for row in rows:
        there.setdefault(row, f"p{len(there) + 1:0{width}d}")
    new = {name: list(row) for row, name in there.items() if name not in design["points"]}
    more = {"points": design["points"] | new, "order": [*design["order"], *(there[row] for row in rows)]}
    factors = of.restored(design["factors"])
    made = grown(plan, list(points.of_rows(new, factors, [arm.name for arm in plan.written])))
    return replace(made, design={**design, **more}, to_come=design["trials"] - len(more["order"]))


def _chosen(plan: Plan, values: Mapping[str, Values], count: int) -> Iterator[list[Any]]:
    """Give the values of the factors of the next trials, chosen from those before."""
    optuna, design = _optuna(), plan.design
    factors = of.restored(design["factors"])
    aims = [(name, way) for way in ("maximise", "minimise") for name in design[way]]
    where = {factor.key: _range(optuna, factor) for factor in factors}
    number = len(design["order"]) // design["batch"]
    seed = int(np.random.default_rng([design["search_seed"], number]).integers(2**31))
    limit = design["budget"]
    ways = [{"maximise": "maximize", "minimise": "minimize"}[way] for _, way in aims]
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=0)
    search = optuna.create_study(directions=ways, sampler=sampler)
    for point in design["order"]:
        search.enqueue_trial(dict(zip(where, design["points"][point], strict=True)))
        trial = search.ask(where)
        means = [mean(plan, values, point, name) for name, _ in aims]
        cost = 0.0 if limit is None else mean(plan, values, point, COST)
        if None in means or cost is None:
            search.tell(trial, state=optuna.trial.TrialState.FAIL)
            continue
        if limit is not None:
            trial.set_constraint("budget", cost - limit)
        search.tell(trial, means)
    for _ in range(count):
        trial = search.ask(where)
        yield [_rounded(factor, trial.params[factor.key]) for factor in factors]


def _range(optuna: Any, factor: Factor) -> Any:
    """Return a factor's values as Optuna takes them."""
    kinds = optuna.distributions
    if factor.levels:
        return kinds.CategoricalDistribution(factor.levels)
    if factor.whole:
        return kinds.IntDistribution(int(factor.low), int(factor.high))
    return kinds.FloatDistribution(factor.low, factor.high, log=factor.distribution == "log_uniform")


def _rounded(factor: Factor, value: Any) -> Any:
    if factor.levels or factor.whole:
        return value
    return min(max(float(f"{value:.6g}"), factor.low), factor.high)


def mean(plan: Plan, values: Mapping[str, Values], point: str, outcome: str) -> float | None:
    """Return an outcome's mean over seeds at a point of the first scenario, ``None`` if any has no value."""
    runs = values[points.arm_name(point, plan.written[0].name, len(plan.written))]
    found = [runs.get(seed, {}).get(outcome) for seed in plan.seeds]
    return None if None in found else float(np.mean([value for value in found if value is not None]))


def front(values: Floats) -> NDArray[np.bool_]:
    """Return which points no other one beats: none is as good in all and better in one.

    Args:
        values: what is to be large, (points, objectives).

    >>> front(np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])).tolist()
    [True, True, False, True]
    """
    as_good = np.all(values[:, None] <= values[None], axis=2)
    better = np.any(values[:, None] < values[None], axis=2)
    return np.asarray(~np.any(as_good & better, axis=1))


def marks(plan: Plan, values: Mapping[str, Values]) -> dict[str, dict[str, bool]]:
    """Return of each complete point whether its cost is within the budget and whether it is on the front."""
    design = plan.design
    aims = [(name, 1.0) for name in design["maximise"]] + [(name, -1.0) for name in design["minimise"]]
    found, within = {}, {}
    for point in design["points"]:
        told = [mean(plan, values, point, name) for name, _ in aims]
        cost = 0.0 if design["budget"] is None else mean(plan, values, point, COST)
        if None not in told and cost is not None:
            within[point] = design["budget"] is None or cost <= design["budget"]
            found[point] = [sign * (value or 0.0) for value, (_, sign) in zip(told, aims, strict=True)]
    best = [point for point in found if within[point]]
    top = front(np.array([found[point] for point in best])) if best else []
    first = {point for point, on in zip(best, top, strict=True) if on}
    return {point: {"feasible": within[point], "front": point in first} for point in found}


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``optimise.csv``, the tidy table with a point's marks, and return its rows."""
    marked = marks(plan, metrics)
    none: dict[str, bool | None] = dict.fromkeys(MARKS)
    rows = [row | marked.get(row["point"], none) for row in points.effects(plan, metrics, catalogue)]
    write_csv(root / "optimise.csv", (*points.table(plan).columns, *MARKS), rows)
    return rows
