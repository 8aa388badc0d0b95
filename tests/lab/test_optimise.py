"""Searches: the front, the budget, what a round is chosen from, and what the table says."""

import sys
from dataclasses import replace

import numpy as np
import optuna
import pytest
from lab_standins import SEARCH, problems, table

from sim.core.errors import InputError
from sim.lab import optimise
from sim.lab.estimate import estimate
from sim.lab.factors import restored
from sim.lab.studyfile import read_study
from sim.schedule import LEVERS

STUDY = SEARCH


def test_the_front_has_every_point_that_no_other_beats():
    rng = np.random.default_rng(0)
    values = rng.random((60, 3))
    beaten = [
        any((values[j] >= values[i]).all() and (values[j] > values[i]).any() for j in range(60))
        for i in range(60)
    ]
    assert optimise.front(values).tolist() == [not b for b in beaten]


def test_failed_trials_are_passed_over(study, standins, tmp_path, monkeypatch):
    plan = read_study(study())
    values = {arm.name: {3: {"output": float(i)}} for i, arm in enumerate(plan.arms)}
    values["p002"] = {}
    longer = optimise.grow(plan, values)
    assert longer is not None
    assert len(longer.arms) == 1 + 12
    assert longer.to_come == 12
    assert optimise.grow(plan, values).design == longer.design
    marked = optimise.marks(plan, values)
    assert "p002" not in marked
    assert [p for p, m in marked.items() if m["front"]] == ["p006"]


def test_the_dry_run_counts_trials_that_are_still_to_be_chosen(study):
    plan = read_study(study(("runs: 1", "runs: 2")))
    assert (len(plan.arms), plan.to_come) == (7, 18)
    assert estimate(plan, 1).runs == 50
    assert optimise.told(plan)[0] == "24 trials in rounds of 6: maximise output"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("maximise: output\n", "", "study.yaml:1:1: the study has no 'maximise'; allowed: metrics"),
        (
            "maximise: output",
            "maximise: outptu",
            "study.yaml:6:11: there is no metric 'outptu'; did you mean",
        ),
        (
            "maximise: output",
            "maximise: output\nminimise: output",
            "study.yaml:7:1: output is both maximised",
        ),
        ("trials: 24", "trials: 1", "study.yaml:7:9: trials is 1, below its bounds"),
        (
            "trials: 24",
            "trials: 10001",
            "study.yaml:7:9: trials is 10001, above its bounds; allowed: whole numbers 2 to 10000",
        ),
        (
            "batch: 6",
            "batch: 1",
            "study.yaml:8:8: batch is 1, below its bounds; allowed: whole numbers 2 to 10000",
        ),
        ("batch: 6", "batch: 2.5", "study.yaml:8:8: batch is 2.5, not a whole number"),
        ("batch: 6", "budget: -3", "study.yaml:8:9: budget is -3, below its bounds"),
        ("capital_cheapens: {}", "capital_cheapens: {high: 7}", "study.yaml:4:3: capital_cheapens is 7"),
    ],
)
def test_every_problem_is_told_at_its_place(study, before, after, told):
    file = study((before, after))
    with pytest.raises(InputError) as caught:
        read_study(file)
    assert str(caught.value.problems[0]).removeprefix(f"{file.parent}/").startswith(told)


BUDGET = ("maximise: output", "maximise: output\nminimise: [jobs]\nbudget: 1000\noutcomes: [output, rent]")


def test_without_words_there_are_sixty_trials_in_rounds_of_ten_and_a_round_is_no_more_than_all(study):
    plan = read_study(study(("trials: 24\nbatch: 6\n", "")))
    told = {key: plan.design[key] for key in optimise.MANIFEST_KEYS[3:]}
    assert told == {
        "design_words": "60 trials in rounds of 10", "maximise": ["output"], "minimise": [], "budget": None,
        "trials": 60, "batch": 10, "search_seed": 3,
    }  # fmt: skip
    assert (len(plan.design["order"]), plan.to_come) == (10, 50)
    few = read_study(study(("trials: 24\nbatch: 6\n", "trials: 4\n")))
    assert (few.design["batch"], len(few.design["order"]), few.to_come) == (4, 4, 0)
    assert optimise.grow(few, {}) is None
    wide = read_study(study(("batch: 6", "batch: 30")))
    assert (len(wide.design["order"]), wide.to_come) == (24, 0)


def test_aims_and_what_a_budget_bounds_are_outcomes_each_once(study):
    plan = read_study(study(BUDGET))
    assert plan.outcomes == ("output", "jobs", "public_cost", "rent")
    assert optimise.told(plan) == [
        "24 trials in rounds of 6: maximise output, minimise jobs, "
        "with a gross public cost of at most 1,000 m yuan",
        "capital_cheapens: 0 to 1",
        "order_first: 0.02 to 0.4",
    ]
    least = read_study(study(("maximise: output", "minimise: jobs")))
    assert optimise.told(least)[0] == "24 trials in rounds of 6: minimise jobs"
    both = read_study(study(("maximise: output", "maximise: [output, jobs]")))
    assert optimise.told(both)[0] == "24 trials in rounds of 6: maximise output, jobs"
    assert both.kind == "optimise"


def counted(plan):
    """Return runs of every arm whose output is its place."""
    return {arm.name: {seed: {"output": float(i)} for seed in plan.seeds} for i, arm in enumerate(plan.arms)}


def test_the_last_round_has_what_is_left_and_every_value_is_one_that_may_be(study):
    whole = next(lever for lever in LEVERS.values() if lever.kind == "integer" and lever.high > lever.low + 3)
    words = (
        ("order_first: {}", "order_first: {distribution: log_uniform, low: 0.02, high: 0.4}"),
        ("cheapens: {}", f"cheapens: {{}}\n  theories.demand: [value, path]\n  {whole.name}: {{}}"),
        ("trials: 24", "trials: 8"),
    )
    plan = read_study(study(*words))
    grown = optimise.grow(plan, counted(plan))
    assert (len(grown.design["order"]), grown.to_come, len(grown.arms)) == (8, 0, 9)
    assert grown.design["order"][6:] == ["p007", "p008"]
    assert [arm.name for arm in grown.arms] == ["plain", *grown.design["points"]]
    for cheap, demand, number, first in list(grown.design["points"].values())[6:]:
        assert 0.0 <= cheap <= 1.0
        assert demand in ("value", "path")
        assert isinstance(number, int)
        assert whole.low <= number <= whole.high
        assert 0.02 <= first <= 0.4
        assert (cheap, first) == (float(f"{cheap:.6g}"), float(f"{first:.6g}"))


def test_what_a_round_chooses_hangs_on_seed_round_and_results(study):
    plan = read_study(study())
    results = counted(plan)
    rows = optimise.grow(plan, results).design["points"]
    assert optimise.grow(plan, results).design["points"] == rows
    turned = {name: {s: {"output": -run[s]["output"]} for s in run} for name, run in results.items()}
    assert optimise.grow(plan, turned).design["points"] != rows
    for more in ({"search_seed": 4}, {"maximise": [], "minimise": ["output"]}):
        other = replace(plan, design={**plan.design, **more})
        assert optimise.grow(other, results).design["points"] != rows


def test_a_last_round_may_have_a_single_trial(study):
    plan = read_study(study(("trials: 24", "trials: 7")))
    assert len(optimise.grow(plan, counted(plan)).design["order"]) == 7


def test_what_was_tried_after_a_failure_counts_as_well(study):
    plan = read_study(study())
    results = counted(plan) | {"p002": {}}
    turned = {name: {s: {"output": -run[s]["output"]} for s in run} for name, run in results.items()}
    after = turned | {"p001": results["p001"]}
    assert optimise.grow(plan, after).design["points"] != optimise.grow(plan, results).design["points"]


def test_the_search_hears_by_how_much_each_trial_is_above_the_budget(study, monkeypatch):
    plan = read_study(study(BUDGET))
    outcomes = {"output": 1.0, "jobs": 2.0}
    costs = {name: 990.0 + 7.0 * i for i, name in enumerate(plan.design["order"])}
    values = {name: {3: outcomes | {"public_cost": cost}} for name, cost in costs.items()}
    told = []
    monkeypatch.setattr(optuna.trial.Trial, "set_constraint", lambda trial, name, by: told.append(by))
    optimise.grow(plan, values)
    assert told == [-10.0, -3.0, 4.0, 11.0, 18.0, 25.0]


def test_a_factor_that_is_drawn_by_its_logarithm_is_searched_so(study):
    plain, drawn = (
        read_study(study(("order_first: {}", f"order_first: {{{words}low: 0.02, high: 0.4}}")))
        for words in ("", "distribution: log_uniform, ")
    )
    for plan, log in ((plain, False), (drawn, True)):
        factor = restored(plan.design["factors"])[1]
        assert optimise._range(optuna, factor) == optuna.distributions.FloatDistribution(0.02, 0.4, log=log)


def test_points_are_marked_by_their_means_and_costs(study):
    plan = read_study(study(BUDGET, ("runs: 1", "runs: 2"), ("trials: 24", "trials: 5")))
    given = {
        "p001": (3.0, 5.0, 1000.0),
        "p002": (4.0, 5.0, 1000.1),
        "p003": (2.0, 4.0, 0.0),
        "p004": (2.0, 5.0, 0.0),
        "p005": (9.0, 9.0, None),
    }
    values = {
        name: {
            seed: {"output": output + seed, "jobs": jobs - seed, "public_cost": cost} for seed in plan.seeds
        }
        for name, (output, jobs, cost) in given.items()
    }
    assert optimise.marks(plan, values) == {
        "p001": {"feasible": True, "front": True},
        "p002": {"feasible": False, "front": False},
        "p003": {"feasible": True, "front": True},
        "p004": {"feasible": True, "front": False},
    }
    assert optimise.mean(plan, values, "p001", "output") == 6.5
    del values["p001"][4]
    assert optimise.mean(plan, values, "p001", "output") is None
    assert "p001" not in optimise.marks(plan, values)


def test_an_outcome_of_nought_is_a_value_like_others(study):
    plan = read_study(study(("trials: 24", "trials: 2"), ("batch: 6", "batch: 2")))
    values = {name: {3: {"output": output}} for name, output in (("p001", 0.0), ("p002", 0.5))}
    assert [point for point, mark in optimise.marks(plan, values).items() if mark["front"]] == ["p002"]


def test_without_a_point_within_the_budget_there_is_no_front(study):
    plan = read_study(study(BUDGET, ("trials: 24", "trials: 2"), ("batch: 6", "batch: 2")))
    values = {name: {3: {"output": 1.0, "jobs": 1.0, "public_cost": 2000.0}} for name in ("p001", "p002")}
    assert set(map(str, optimise.marks(plan, values).values())) == {"{'feasible': False, 'front': False}"}


def test_the_table_has_marks_beside_what_points_have(study, tmp_path):
    plan = read_study(study(("trials: 24", "trials: 2"), ("batch: 6", "batch: 2")))
    catalogue = [{"name": "output", "unit": "m yuan/year", "better": "higher"}]
    rows = optimise.summarise(plan, tmp_path, counted(plan), catalogue)
    assert [(row["point"], row["feasible"], row["front"]) for row in rows] == [
        ("base", None, None), ("p001", True, False), ("p002", True, True)
    ]  # fmt: skip
    written = table(tmp_path / "optimise.csv")
    assert [*written[0]][-3:] == ["runs", "feasible", "front"]
    assert [row["front"] for row in written] == ["", "False", "True"]


def test_without_the_library_the_remedy_is_told(study, monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna", None)
    (told,) = problems(study())
    assert told.endswith("kind optimise need the package optuna; pip install 'clusterlab[analysis]'")
