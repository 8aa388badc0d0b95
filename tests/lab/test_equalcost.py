"""Equal public cost: alternatives get the budget at which they cost what the base costs."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import sim.engine
from sim.core.errors import InputError
from sim.lab import equalcost
from sim.lab.equalcost import BUDGET, CLOSE, at_equal_cost, discounted_outlay, trial_runs
from sim.lab.plan import Plan, Point
from sim.lab.planning import build
from sim.world import Parameters

HORIZON = "2026-Q4"


def plan(folder: Path, policy: str, budget: int = 200_000, **more) -> Plan:
    """Return a plan of a base and one alternative on the small world."""
    base, other = folder / "base.yaml", folder / "other.yaml"
    base.write_text(f"name: base\nworld: china-31\nassumptions: {{{BUDGET}: {budget}}}\n")
    other.write_text(f"name: other\nextends: base.yaml\npolicy:\n  {policy}\n")
    return build("compare", [base, other], runs=1, scale=0.003, until=HORIZON, **more)


def test_the_alternative_costs_what_the_base_costs(tmp_path: Path) -> None:
    asked = plan(tmp_path, "platform_company: 200")
    said: list[str] = []
    equal = at_equal_cost(asked, said.append)
    base, other = (discounted_outlay(arm.resolved, [1], 0.003) for arm in equal.arms)
    before = discounted_outlay(asked.arms[1].resolved, [1], 0.003)
    assert abs(before / base - 1.0) > CLOSE
    assert other == pytest.approx(base, rel=CLOSE)
    assert BUDGET in equal.arms[1].resolved.parameters
    assert "--equal-cost" in equal.command()
    assert said[0].startswith("other: budget")


def test_costs_that_no_budget_makes_equal_are_refused(tmp_path: Path) -> None:
    asked = plan(tmp_path, "pilot_zones: all\n  pilot_boost: 2000", budget=100_000)  # the least allowed
    with pytest.raises(InputError, match=r"--equal-cost: other would need a budget of"):
        at_equal_cost(asked, print)


def test_outlay_is_discounted_to_the_start_and_a_mean_over_seeds(tmp_path, monkeypatch):
    arm = plan(tmp_path, "platform_company: 200").arms[0]
    arm.resolved.parameters["social_discount_rate"] = 0.08
    asked = []

    def simulate(resolved, *, seed, scale):
        asked.append((resolved, seed, scale))
        return SimpleNamespace(national={"public_cost": np.array([0.0, 0.0, 0.0, seed, 100.0])})

    monkeypatch.setattr(sim.engine, "simulate", simulate)
    cost = discounted_outlay(arm.resolved, [3, 5], 0.01)
    assert cost == pytest.approx(4.0 / 1.08**0.75 + 100.0 / 1.08)
    assert asked == [(arm.resolved, 3, 0.01), (arm.resolved, 5, 0.01)]


@pytest.fixture
def made_up(monkeypatch):
    """Costs that are a function of scenario and budget; returns a function to set it, and the trials."""
    trials = []

    def costs(function):
        def outlay(resolved, seeds, scale):
            budget = Parameters(resolved.parameters).zone_budget_future_base
            trials.append((resolved.name, budget, tuple(seeds), scale))
            return function(resolved.name, budget)

        monkeypatch.setattr(equalcost, "discounted_outlay", outlay)
        return trials

    return costs


def test_the_secant_finds_the_budget_in_a_few_trials(tmp_path, made_up):
    """The other costs 300,000 and what its budget is over 2, the base 420,000: at 240,000 they are equal."""
    trials = made_up(lambda name, budget: 420_000.0 if name == "base" else 300_000.0 + budget / 2)
    world, said = "synthetic:Z=2,provinces=1", []
    more = {"sets": ["policy.incubators=2"], "world": world}
    asked = plan(tmp_path, "platform_company: 200", budget=250_000, **more)
    equal = at_equal_cost(asked, said.append)
    assert [name for name, *_ in trials] == ["base", *["other"] * 3]
    assert {(seeds, scale) for _, _, seeds, scale in trials} == {((1,), 0.003)}
    budgets = [budget for _, budget, *_ in trials[1:]]
    assert budgets[:2] == pytest.approx([250_000, 250_000 - 5_000 / 1.7])  # on the line through nothing
    assert budgets[2] == pytest.approx(240_000)
    base, other = equal.arms
    assert base is asked.arms[0]
    assert Parameters(other.resolved.parameters).zone_budget_future_base == pytest.approx(240_000)
    assert (other.scenario.world, other.resolved.until) == (world, HORIZON)
    assert (np.asarray(other.resolved.levers["incubators"]) == 2.0).all()
    (line,) = said
    assert line.startswith("other: budget 240,000 m yuan a year, cost ")
    assert line.endswith("0.00% of the base's")  # up to rounding on either side


def test_what_costs_the_same_already_keeps_its_budget(tmp_path, made_up):
    trials = made_up(lambda name, budget: 1000.0 if name == "base" else 1001.9)
    asked, said = plan(tmp_path, "platform_company: 200"), []
    equal = at_equal_cost(asked, said.append)
    assert equal.arms == asked.arms
    assert equal.equal_cost
    assert len(trials) == 2
    assert said == ["other: budget 200,000 m yuan a year, cost +0.19% of the base's"]


def test_a_cost_that_does_not_move_is_given_up_after_eight_trials(tmp_path, made_up):
    turns = iter([1000.0, *[900.0, 1100.0] * 10])
    trials = made_up(lambda name, budget: next(turns))
    said = []
    at_equal_cost(plan(tmp_path, "platform_company: 200"), said.append)
    assert len(trials) == 1 + 8
    assert said[0].endswith("cost +10.00% of the base's")


def test_where_the_cost_stands_still_the_budget_moves_on_in_proportion(tmp_path, made_up):
    turns = iter([1000.0, 800.0, 800.0, 1000.0])
    trials = made_up(lambda name, budget: next(turns))
    at_equal_cost(plan(tmp_path, "platform_company: 200"), print)
    assert [budget for _, budget, *_ in trials[1:]] == pytest.approx([200_000, 250_000, 312_500])


@pytest.mark.parametrize("bound", [100_000.0, 400_000.0])
def test_a_budget_at_its_bound_is_allowed(tmp_path, made_up, bound):
    made_up(lambda name, budget: (bound if name == "base" else budget) / 1000)
    equal = at_equal_cost(plan(tmp_path, "platform_company: 200"), print)
    assert Parameters(equal.arms[1].resolved.parameters).zone_budget_future_base == bound


def test_trials_take_the_first_two_seeds_of_the_plan(tmp_path, made_up):
    trials = made_up(lambda name, budget: 1000.0)
    plan(tmp_path, "platform_company: 200")
    both = [tmp_path / "base.yaml", tmp_path / "other.yaml"]
    for runs, seeds in ((1, (7,)), (2, (7, 8)), (5, (7, 8))):
        trials.clear()
        at_equal_cost(build("compare", both, runs=runs, seed=7, scale=0.004), print)
        assert {(s, scale) for _, _, s, scale in trials} == {(seeds, 0.004)}


@pytest.mark.parametrize(("target", "budget"), [(99.0, "99,000"), (401.0, "401,000")])
def test_budgets_beyond_the_bounds_are_refused_with_what_is_needed_and_allowed(
    tmp_path, made_up, target, budget
):
    made_up(lambda name, budget: target if name == "base" else budget / 1000)
    with pytest.raises(InputError) as caught:
        at_equal_cost(plan(tmp_path, "platform_company: 200"), print)
    assert str(caught.value) == (
        f"--equal-cost: other would need a budget of {budget} to cost what the base costs; "
        f"allowed: {BUDGET} from 100,000 to 400,000 m yuan/year national; compare without it"
    )


def test_points_and_worlds_are_balanced_with_the_first_scenario_at_the_same_place(tmp_path, made_up):
    trials = made_up(lambda name, budget: 400_000.0 if "base" in name else 200_000.0 + budget)
    plan(tmp_path, "platform_company: 200")
    points = [Point(f"p{i} {n}", n, (f"talent_card={i / 2}",)) for i in (1, 2) for n in ("base", "other")]
    files = [tmp_path / "base.yaml", tmp_path / "other.yaml"]
    design = {"points": {"p1": [0.5], "p2": [1.0]}}
    asked = build("sweep", files, points=points, design=design, scale=0.003, until=HORIZON, equal_cost=True)
    assert trial_runs(asked) == 3 * 3 + 3
    equal = at_equal_cost(asked, lambda words: None)
    budgets = {a.name: a.resolved.parameters.get(BUDGET) for a in equal.arms if "other" in a.name}
    assert budgets == {
        "other": pytest.approx(2e5),
        "p1 other": pytest.approx(2e5),
        "p2 other": pytest.approx(2e5),
    }
    made_up(lambda name, budget: 400_000.0 if "base" in name else 250_000.0 + budget)
    equal = at_equal_cost(asked, lambda words: None)
    (arm,) = (a for a in equal.arms if a.name == "p2 other")
    assert arm.resolved.parameters[BUDGET] == pytest.approx(150_000)
    again = build("sweep", files, points=[Point(arm.name, arm.of, arm.settings)], scale=0.003, until=HORIZON)
    assert again.arms[-1].resolved.digest == arm.resolved.digest  # the settings say all of it
    assert trials


def test_another_budget_stands_in_scenario_numbers_and_document(tmp_path):
    arm = plan(tmp_path, "platform_company: 200").arms[1]
    given = equalcost.with_budget(arm, 300_000.0)
    step = given.scenario.layer.parameters[BUDGET]
    assert (step.quarter, step.value, str(step.place)) == (0, 300_000.0, "--equal-cost")
    assert given.resolved.document == given.scenario.document()
    assert given.resolved.document["assumptions"][BUDGET] == 300_000.0
    assert given.resolved.digest == given.scenario.digest != arm.resolved.digest
    assert given.settings == ()
    assert equalcost.budget_of(given.resolved) == 300_000.0


def test_trials_are_counted_only_where_costs_are_made_equal(tmp_path):
    asked = plan(tmp_path, "platform_company: 200")
    assert trial_runs(asked) == 0
    once = trial_runs(replace(asked, equal_cost=True))
    assert once > 2
    assert trial_runs(replace(asked, equal_cost=True, runs=5)) == equalcost.TRIAL_RUNS * once
