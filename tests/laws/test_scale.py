"""What ``scale`` may not change: counts at the start, totals and rates of a run; what it changes is said."""

import csv

import numpy as np
import pytest

from sim.metrics import METRICS
from sim.metrics.scale import SHARED_ROWS, scale_warnings
from sim.world.tables import K

from .conftest import SCENARIOS

TABLE = SCENARIOS.parent / "results/reference/scale_stability.csv"
STEADY = (
    "output", "mean_output", "value_added", "productivity",
    "jobs", "firms", "entries", "patents",
    "price_index", "profit_margin", "capacity_utilisation", "rent",
    "rd_workers", "rd_wage", "experience", "staff_skill",
    "stars", "talent_moves", "vacancies_filled", "public_cost",
    "tax_revenue", "public_net_cost", "chain_completeness", "import_dependence",
    "relative_quality", "adoption", "declared_priorities", "priority_jaccard",
    "gini_output_provinces", "theil_output_provinces", "theil_output_tiers", "knowledge_gini",
    "coupling_coordination",
)  # fmt: skip


def test_a_year_tells_the_same_at_two_scales(lab):
    coarse, fine = (lab.run(world="china-31", scale=s, until="2023-Q4").metrics for s in (0.02, 0.1))
    drift = {n: coarse[n] / fine[n] - 1.0 for n in STEADY}
    assert {n: d for n, d in drift.items() if abs(d) > 0.04} == {}


def opening(lab, scale):
    """Return the share of the largest 1 % of firms in output, and effort of research weighted by output."""
    state = lab.engine(world="china-178", scale=scale).state
    f, k = state.firms, state.firms.industry
    made = f.alive & (k < K) & (f.output > 0)
    weight, output = f.weight[made], f.output[made]
    each = np.sort(np.repeat(output / weight, weight))[::-1]
    team = np.maximum(f.staff_wanted[made] / weight, 1e-9) ** state.p.trl_rd_exponent
    return each[: each.size // 100].sum() / output.sum(), (team * output).sum() / output.sum()


def test_the_largest_firms_are_no_smaller_where_firms_share_rows(lab):
    """Research is a power of a firm's staff: four quarters of a giant would do less of it (record 0035)."""
    fine = opening(lab, 0.02)
    for scale in (0.01, 0.005):
        assert opening(lab, scale) == pytest.approx(fine, rel=0.06)


def test_funds_invest_alike_where_firms_share_rows(lab):
    raised = [
        np.mean([lab.run(world="china-178", scale=s, seed=seed, until="2024-Q4").metrics["equity_raised"]
                 for seed in (1, 2)])
        for s in (0.005, 0.02)
    ]  # fmt: skip
    assert raised[0] == pytest.approx(raised[1], rel=0.35)  # of some ten large rounds a quarter


def drifting(scale):
    """Return the metrics of the table (renewed by `make scale`) and those whose level drifts at a scale."""
    with TABLE.open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["of"].startswith("level") and r["scale"] == scale]
    return {r["metric"] for r in rows}, {r["metric"] for r in rows if r["drifts"] == "True"}


def test_nothing_drifts_at_the_usual_scale():
    known, moved = drifting("0.02")
    assert moved == set()
    assert len(known) > 0.8 * len(METRICS)  # the others never vary


def test_the_warning_names_what_was_measured_to_drift_below():
    assert set(SHARED_ROWS) == drifting("0.01")[1]
    assert set(SHARED_ROWS) <= set(METRICS)


def test_what_coordination_does_is_told_alike_at_either_scale():
    """Effects relative to the level of the same scale; levels themselves may drift."""
    with TABLE.open(encoding="utf-8") as file:
        rows = {(r["metric"], r["of"].split()[0]): r for r in csv.DictReader(file) if r["scale"] == "0.02"}
    for name in ("duplicated_layouts", "mean_duplicated_layouts", "public_cost", "output", "jobs"):
        level, effect = rows[name, "level"], rows[name, "effect"]
        coarse = float(effect["mean"]) / float(level["mean"])
        fine = float(effect["fine_mean"]) / float(level["fine_mean"])
        assert coarse == pytest.approx(fine, abs=0.05), name


def test_coarse_rows_are_warned_of():
    assert scale_warnings(0.02) == scale_warnings(1.0) == ()
    (few,) = scale_warnings(0.01)
    assert "2 firms" in few
    assert len(scale_warnings(0.002)) == 2


LEVELS = (
    "capacity_utilisation price_index profit_margin survival_5y output jobs rd_workers_future public_cost"
)
COARSE = "equity_raised structure_similarity priority_jaccard frontier_trl"


def outcomes(lab, scale):
    """Return outcomes by name, mean over seeds."""
    runs = [lab.run(world="china-31", scale=scale, seed=s, until="2027-Q4") for s in (1, 2)]
    return {n: np.mean([r.metrics[n] for r in runs]) for n in f"{LEVELS} {COARSE}".split()}


@pytest.mark.slow
def test_outcomes_do_not_drift_with_scale(lab):
    """A run at 0.02 (HOST and talent rows of weight 50) tells the same story as one at 0.1 (weight 10).

    Within 6 % for totals, rates and prices, 20 % for what depends on which small firms a coarse row
    happens to hold. Duplicated layouts of 31 provinces are a handful of zones and not compared.
    """
    coarse, fine = outcomes(lab, 0.02), outcomes(lab, 0.1)
    drift = {n: abs(coarse[n] / fine[n] - 1.0) for n in fine}
    too_far = {n: d for n, d in drift.items() if d > (0.06 if n in LEVELS.split() else 0.20)}
    assert too_far == {}


def test_head_counts_do_not_depend_on_scale(lab):
    states = [lab.engine(world="china-31", scale=s).state for s in (0.002, 0.05)]
    for table, column in (("cells", "firms"), ("zones", "pool")):
        one, other = (s.tables[table][column] for s in states)
        assert np.array_equal(one, other)
    for s in states:
        f = s.firms
        cell = f.zone.astype(int) * (K + 1) + f.industry
        rows = np.bincount(cell, np.where(f.alive, f.weight, 0), s.n_zones * (K + 1))
        assert np.array_equal(rows.reshape(-1, K + 1), s.cells.firms)
