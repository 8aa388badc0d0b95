"""Methods of the kind ``sensitivity`` that move all factors together: ``morris``, ``sobol`` and ``delta``.

=========== =====================================================================================
morris      elementary effects along trajectories (Morris 1991; Campolongo et al. 2007): ``mu_star``
            is the mean size of the change when a factor goes through its whole range, ``sigma`` how
            much that differs from place to place (interactions, bends)
sobol       shares of the outcome's variance (Saltelli et al. 2010; Jansen 1999): ``S1`` by a factor
            alone, ``ST`` with all its interactions, ``S2`` by two together
delta       shift of the outcome's whole distribution by knowing a factor (Borgonovo 2007; Plischke
            et al. 2013), and ``S1``, from a Latin hypercube
=========== =====================================================================================

Sampling and indices are SALib's (Herman & Usher 2017).  Points are drawn in the unit cube and go through
the factors' distributions; the outcome at a point is its mean over seeds that are common to all points, and
``luck`` tells which share of its variance between points is left of the luck of the seeds.  A point without
a value would change all indices without a sign of it, so an outcome that lacks one gets none.

With scenarios beside the base it is not the outcome that is asked about, but what each of them makes of it:
its difference to the base at the same point under the same seed.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
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
from sim.lab.durable import log
from sim.lab.factors import Factor
from sim.lab.given import Given
from sim.lab.plain import write_csv
from sim.lab.plan import Plan
from sim.scenario import nodes

COLUMNS = (
    "method", "scenario", "outcome", "unit", "factor", "index", "value", "low", "high", "samples", "lacking",
    "runs",
)  # fmt: skip
CONVERGENCE = "convergence.csv"
MANIFEST_KEYS = (*points.MANIFEST_KEYS, "method", "samples", "interactions", "sample_seed")
LUCK = "luck"
REFUSED = "refused"
LEVELS = 4
"""Values of a factor along Morris's trajectories."""
_RESAMPLES = {"morris": 200, "sobol": 200, "delta": 30}
"""Of the bootstrap; a resample of delta takes SALib a tenth of a second a factor."""
_PARTS = (8, 4, 2, 1)
"""Parts of the sample from which indices are computed again, to see whether they still move."""
_AGAINST = "scenario files or names, whose difference to the base is asked about instead of its level"
_EACH = {"morris": "trajectories", "sobol": "base samples", "delta": "points"}
Floats = NDArray[np.float64]
Sampler = Callable[[dict[str, Any], int, int, bool], Floats]


def _library(name: str) -> Any:
    """Return a module of SALib.

    Raises:
        InputError: it is not installed.
    """
    from importlib import import_module

    try:
        return import_module(f"SALib.{name}")
    except ImportError:
        what = "the methods morris, sobol and delta need the package SALib"
        raise InputError(Problem("method", 0, 0, what, remedy="pip install 'clusterlab[analysis]'")) from None


def _morris(problem: dict[str, Any], samples: int, seed: int, interactions: bool) -> Floats:
    return _library("sample.morris").sample(problem, samples, num_levels=LEVELS, seed=seed)


def _sobol(problem: dict[str, Any], samples: int, seed: int, interactions: bool) -> Floats:
    return _library("sample.sobol").sample(problem, samples, calc_second_order=interactions, seed=seed)


def _delta(problem: dict[str, Any], samples: int, seed: int, interactions: bool) -> Floats:
    _library("analyze.delta")
    return designs.latin_hypercube(samples, problem["num_vars"], seed)


SAMPLERS: dict[str, Sampler] = {"morris": _morris, "sobol": _sobol, "delta": _delta}
_SAMPLES = {"morris": (20, 4), "sobol": (128, 16), "delta": (500, 50)}
"""Samples where the file gives none, and the fewest."""
_MOST = 1_000_000


def counts(method: str) -> dict[str, Any]:
    """Return how many samples of a method there may be, as JSON Schema."""
    fewest = _SAMPLES[method][1]
    if method == "sobol":
        return {"enum": [1 << power for power in range(fewest.bit_length() - 1, _MOST.bit_length())]}
    return {"type": "integer", "minimum": fewest, "maximum": _MOST}


@contextlib.contextmanager
def _apart() -> Iterator[None]:
    """Keep what SALib prints and warns of off the screen, and Python's way to tell warnings as it was.

    What matters of it is told by :func:`_doubts`.
    """
    form = warnings.formatwarning  # SALib replaces it for good
    try:
        quiet = contextlib.redirect_stdout(io.StringIO())
        with quiet, warnings.catch_warnings(record=True), np.errstate(all="ignore"):
            yield
    finally:
        warnings.formatwarning = form


def problem(factors: Sequence[Factor]) -> dict[str, Any]:
    """Return the factors as SALib takes them: the unit cube, with groups if there are any."""
    names = [factor.key for factor in factors]
    told: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if any(factor.group for factor in factors):
        told["groups"] = [factor.group or factor.key for factor in factors]
    return told


def planner(method: str) -> Callable[[Given, dict[str, Any]], Plan]:
    """Return what plans studies of a method."""

    def plan(study: Given, wanted: dict[str, Any]) -> Plan:
        points.outcomes(study)
        files, factors = points.base(study), of.read(study)
        if "scenarios" in study.found:
            files += study.scenarios(_AGAINST)
        samples = _samples(study, method)
        interactions = _interactions(study)
        if method == "delta" and (grouped := next((f for f in factors if f.group), None)):
            what = f"{grouped.key} is in a group, and delta knows no groups"
            study.report.add(grouped.place or study.root.place, what, remedy="leave group out")
        seed, design = wanted.get("seed", DEFAULT_SEED), None
        if samples and len(factors) > 1 and not study.report.problems:
            with _apart():
                shares = SAMPLERS[method](problem(factors), samples, seed, interactions)
            words = f"{samples:,} {_EACH[method]} of {method}"
            design = Design(factors, designs.rows_at(factors, shares), words)
        elif len(factors) == 1:
            there = factors[0].place or study.root.place
            study.report.add(
                there, "there is only one factor", remedy="name two or more, or write kind: sweep"
            )
        more = {"method": method, "samples": samples, "interactions": interactions, "sample_seed": seed}
        return points.plan("sensitivity", study, files, design, wanted, **more)

    return plan


def _samples(study: Given, method: str) -> int | None:
    """Return how many samples are asked for; those of ``sobol`` are a power of two."""
    usual, fewest = _SAMPLES[method]
    if "samples" not in study.found:
        return usual
    value = study.found["samples"].value
    count = nodes.number(value, study.report, "samples", low=fewest, high=_MOST, whole=True)
    if count is not None and method == "sobol" and int(count) & (int(count) - 1):
        near = 1 << (int(count).bit_length() - 1)
        study.report.add(
            value.place, f"samples is {count}, no power of two", remedy=f"write {near} or {2 * near}"
        )
        return None
    return None if count is None else int(count)


def _interactions(study: Given) -> bool:
    entry = study.found.get("interactions")
    return entry is not None and nodes.flag(entry.value, study.report, "interactions")


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``sensitivity.csv`` and ``convergence.csv``; return the rows of the first."""
    units = {metric["name"]: metric["unit"] for metric in catalogue}
    rows: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    base, *others = (arm.name for arm in plan.written)
    for outcome, scenario in product(plan.outcomes, others or [base]):
        told = {
            "method": plan.design["method"],
            "scenario": scenario,
            "outcome": outcome,
            "unit": units[outcome],
            "runs": plan.runs,
        }
        blank = dict.fromkeys(COLUMNS) | told
        if lacking := points.lacking(plan, metrics, outcome):
            rows.append(blank | {"index": REFUSED, "lacking": lacking})
            continue
        values, luck = points.responses(plan, metrics, outcome, scenario)
        for samples, found in _indices(plan, values):
            here = [blank | {"samples": samples, **row} for row in found]
            parts += [row for row in here if row["index"] != "S2"]
        rows += here
        if doubts := _doubts(plan, here):
            log.warning("%s", doubts)
        rows.append(blank | {"index": LUCK, "value": luck, "samples": plan.design["samples"]})
    write_csv(root / "sensitivity.csv", COLUMNS, rows)
    write_csv(root / CONVERGENCE, COLUMNS, parts)
    return rows


def _doubts(plan: Plan, rows: Sequence[Mapping[str, Any]]) -> Problem | None:
    """Return which factors have no index of the whole sample though the outcome moves, if any."""
    if not any(row["value"] is not None for row in rows):
        return None
    method, main = plan.design["method"], _MAIN[plan.design["method"]][0]
    none = [row["factor"] for row in rows if row["index"] == main and row["value"] is None]
    if not none:
        return None
    what = f"{main} of {rows[0]['outcome']} could not be told of {', '.join(none)}"
    why = f"their {plan.design['samples']:,} {_EACH[method]} are too few or too much alike"
    return Problem(plan.study_file or plan.name, 0, 0, f"{what}: {why}", remedy="raise samples")


def _indices(plan: Plan, values: Floats) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Give the indices of growing parts of the sample, the whole one last."""
    design = plan.design
    factors, interactions = of.restored(design["factors"]), bool(design["interactions"])
    told, samples = problem(factors), design["samples"]
    with _apart():
        shares = SAMPLERS[design["method"]](told, samples, design["sample_seed"], interactions)
    made = [list(row) for row in designs.rows_at(factors, shares)]
    if made != [list(design["points"][name]) for name in points.order(plan)]:
        what = "another version of SALib draws other points than those that were run"
        raise InputError(Problem("method", 0, 0, what, remedy="install the version that the manifest names"))
    each = len(values) // samples
    for count in sorted({samples // part for part in _PARTS}):
        if count >= min(_SAMPLES[design["method"]][1], samples):
            size = count * each
            yield count, analyse(design["method"], told, shares[:size], values[:size], interactions)


def analyse(
    method: str, told: dict[str, Any], shares: Floats, values: Floats, interactions: bool = False
) -> list[dict[str, Any]]:
    """Return the indices of an outcome, a row each with ``factor``, ``index``, ``value``, ``low``, ``high``.

    Args:
        method: ``morris``, ``sobol`` or ``delta``.
        told: the factors, see :func:`problem`.
        shares: the points in the unit cube, (points, factors).
        values: the outcome at the points, (points,).
        interactions: whether pairs of factors are told, too (``sobol``).

    Returns:
        Indices with the 95 % interval of SALib's bootstrap, blank where the outcome does not move.
    """
    names = list(dict.fromkeys(told.get("groups") or told["names"]))
    if np.ptp(values) <= 1e-12 * np.abs(values).max():
        return [_row(name, index, None, None) for name in names for index in _MAIN[method]]
    with _apart():
        return list(_ANALYSES[method](told, names, shares, values, interactions))


def _row(factor: str, index: str, value: Any, half: Any) -> dict[str, Any]:
    number = None if value is None or not np.isfinite(value) else float(value)
    width = None if number is None or half is None or not np.isfinite(half) else float(half)
    low, high = (None, None) if number is None or width is None else (number - width, number + width)
    return {"factor": factor, "index": index, "value": number, "low": low, "high": high}


def _of_morris(
    told: Any, names: list[str], shares: Floats, values: Floats, _: bool
) -> Iterator[dict[str, Any]]:
    found = _library("analyze.morris").analyze(
        told, shares, values, num_levels=LEVELS, num_resamples=_RESAMPLES["morris"], seed=DEFAULT_SEED
    )
    halves = {"mu_star": found["mu_star_conf"]}
    for i, name in enumerate(names):
        for index in _MAIN["morris"]:
            value = np.ma.filled(found[index], np.nan)[i]
            yield _row(
                name, index, value, np.ma.filled(halves[index], np.nan)[i] if index in halves else None
            )


def _of_sobol(
    told: Any, names: list[str], shares: Floats, values: Floats, interactions: bool
) -> Iterator[dict[str, Any]]:
    found = _library("analyze.sobol").analyze(
        told, values, calc_second_order=interactions, num_resamples=_RESAMPLES["sobol"], seed=DEFAULT_SEED
    )
    for i, name in enumerate(names):
        for index in _MAIN["sobol"]:
            yield _row(name, index, found[index][i], found[f"{index}_conf"][i])
    for i, one in enumerate(names) if interactions else ():
        for j, other in list(enumerate(names))[i + 1 :]:
            yield _row(f"{one} x {other}", "S2", found["S2"][i, j], found["S2_conf"][i, j])


def _of_delta(
    told: Any, names: list[str], shares: Floats, values: Floats, _: bool
) -> Iterator[dict[str, Any]]:
    found = _library("analyze.delta").analyze(
        told, shares, values, num_resamples=_RESAMPLES["delta"], seed=DEFAULT_SEED
    )
    own = "delta" if "delta" in found else "delta_raw"
    for i, name in enumerate(names):
        for index, key in (("delta", own), ("S1", "S1")):
            yield _row(name, index, found[key][i], found[f"{key}_conf"][i])


_ANALYSES: dict[str, Callable[..., Iterator[dict[str, Any]]]] = {
    "morris": _of_morris,
    "sobol": _of_sobol,
    "delta": _of_delta,
}
_MAIN = {"morris": ("mu", "mu_star", "sigma"), "sobol": ("S1", "ST"), "delta": ("delta", "S1")}
