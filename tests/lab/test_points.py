"""Points of a design: which arm stands where, the tidy table, and what indices are computed from."""

from dataclasses import replace

import numpy as np
import pytest
from lab_standins import SWEEP, Small, plan_of, problems

from sim.lab import points
from sim.lab.factors import Factor
from sim.lab.paired import student
from sim.lab.plan import Arm
from sim.lab.points import Where
from sim.lab.studyfile import read_study
from sim.scenario.nodes import Place

FACTORS = (Factor("talent_card", levels=(0, 0.5)), Factor("theories.demand", levels=("value", "path")))
STUDY = f"""{SWEEP}design: list
outcomes: [output]
scale: 0.002
world: synthetic:Z=6
until: 2023-Q2
"""
OF_A_FILE = (STUDY[STUDY.index("factors") : STUDY.index("design")], ""), ("list", "{csv: points.csv}")
CATALOGUE = [
    {"name": "output", "unit": "m yuan/year", "better": "higher"},
    {"name": "jobs", "unit": "1000", "better": "higher"},
]


def plan_at_points(scenarios=2, order=(), **more):
    """Return a plan of stand-ins of one or two scenarios as they are and at two points."""
    design = {
        "factors": [factor.as_dict() for factor in FACTORS],
        "points": {"p001": [0, "value"], "p002": [0.5, "path"]},
        "order": list(order),
        "design_words": "a list",
    }
    names = ("base", "other")[:scenarios]
    base = plan_of(kind="sweep", design=design, outcomes=("output", "jobs"), **more)
    made = [
        Arm(one.name, one.name, "", None, Small(one.name), one.of, one.settings)
        for one in points.of_rows(design["points"], FACTORS, names)
    ]
    return replace(base, arms=(*base.arms[:scenarios], *made))


def test_arms_stand_at_points_base_points_first():
    plan = plan_at_points()
    assert points.where(plan) == [
        Where("", "base", "base"),
        Where("", "other", "other"),
        Where("p001", "base", "p001 base"),
        Where("p001", "other", "p001 other"),
        Where("p002", "base", "p002 base"),
        Where("p002", "other", "p002 other"),
    ]
    assert [one.arm for one in points.where(plan)] == [arm.name for arm in plan.arms]
    assert points.pairs(plan) == [
        ("p001 base", "base"), ("p001 other", "other"), ("p002 base", "base"), ("p002 other", "other")
    ]  # fmt: skip
    assert points.policies(plan) == [
        ("other", "base"), ("p001 other", "p001 base"), ("p002 other", "p002 base")
    ]  # fmt: skip
    alone = plan_at_points(scenarios=1)
    assert points.pairs(alone) == [("p001", "base"), ("p002", "base")]
    assert points.policies(alone) == []


def test_rows_become_settings_of_every_scenario_with_the_place_that_they_were_written_at():
    there = Place("points.csv", 3, 1)
    one, other = points.of_rows({"p7": (0.5, "path")}, FACTORS, ["a", "b"], there)
    assert (one.name, one.of, one.place) == ("p7 a", "a", there)
    assert (other.name, other.of) == ("p7 b", "b")
    assert one.settings == other.settings == ("talent_card=0.5", 'theories.demand="path"')
    assert points.setting("name", "重庆") == 'name="重庆"'


def test_a_dry_run_tells_factors_and_points():
    assert points.told(plan_at_points()) == [
        "2 points beside the base point, for each of 2 scenarios: a list",
        "talent_card: 0, 0.5",
        "theories.demand: value, path",
    ]
    assert points.told(plan_at_points(scenarios=1))[0] == "2 points beside the base point: a list"


def test_rows_that_are_alike_are_one_point_in_the_order_of_the_design():
    assert points.order(plan_at_points()) == ["p001", "p002"]
    assert points.order(plan_at_points(order=["p002", "p001", "p002"])) == ["p002", "p001", "p002"]


def runs_of(plan, *levels):
    """Return runs of every arm: its level and its scenario's luck by seed."""
    luck = {1: 0.0, 2: 3.0, 3: 1.0}
    return {
        one.arm: {s: {"output": level + luck[s] * (1.0 + 0.1 * i), "jobs": None} for s in plan.seeds}
        for i, (one, level) in enumerate(zip(points.where(plan), levels, strict=True))
    }


def test_the_table_tells_levels_and_paired_differences_in_its_columns_order():
    plan = plan_at_points(runs=3)
    values = runs_of(plan, 10.0, 20.0, 11.0, 31.0, 12.0, 42.0)
    rows = points.effects(plan, values, CATALOGUE)
    assert [(row["outcome"], row["point"], row["scenario"]) for row in rows] == [
        (outcome, point, scenario)
        for outcome in ("output", "jobs")
        for point in ("base", "p001", "p002")
        for scenario in ("base", "other")
    ]
    assert points.table(plan).columns == (
        "point", "scenario", "talent_card", "theories.demand", "outcome", "unit", "mean", "low", "high",
        "base", "difference", "ci_low", "ci_high", "p_value",
        "first", "effect", "effect_low", "effect_high", "effect_p", "runs",
    )  # fmt: skip
    assert all(tuple(row) == points.table(plan).columns for row in rows)
    last = rows[5]
    there, own, first = (
        np.array([values[arm][seed]["output"] for seed in plan.seeds])
        for arm in ("p002 other", "other", "p002 base")
    )
    level, moved, gained = student(there, 0 * there), student(there, own), student(there, first)
    assert (last["talent_card"], last["theories.demand"], last["unit"]) == (0.5, "path", "m yuan/year")
    assert (last["mean"], last["low"], last["high"], last["runs"]) == (level.mean, level.low, level.high, 3)
    assert [last[key] for key in ("base", "difference", "ci_low", "ci_high")] == [
        pytest.approx(own.mean()), moved.mean, moved.low, moved.high
    ]  # fmt: skip
    assert [last[key] for key in ("first", "effect", "effect_low", "effect_high")] == [
        pytest.approx(first.mean()), gained.mean, gained.low, gained.high
    ]  # fmt: skip
    assert last["p_value"] >= moved.p_value > 0.0  # adjusted over the table
    assert last["effect_p"] >= gained.p_value > 0.0
    base, other = rows[:2]
    assert [base[key] for key in ("talent_card", "base", "p_value", "first", "effect_p")] == [None] * 5
    assert (other["effect"], other["difference"]) == (pytest.approx(10.0 + 4.0 / 30.0), None)
    assert rows[2]["effect"] is None
    blank = rows[-1]
    assert (blank["runs"], blank["mean"], blank["difference"], blank["unit"]) == (0, None, None, "1000")


def test_p_values_are_adjusted_over_the_table():
    rows = points.effects(
        plan_at_points(runs=3), runs_of(plan_at_points(runs=3), 1.0, 1.2, 2.0, 2.1, 1.1, 1.3), CATALOGUE
    )
    for name in ("p_value", "effect_p"):
        told = [row[name] for row in rows if row[name] is not None]
        assert len(told) == (4 if name == "p_value" else 3)
    assert (
        "effect_p"
        not in points.effects(
            plan_at_points(1, runs=3), runs_of(plan_at_points(1, runs=3), 1.0, 2.0, 2.5), CATALOGUE
        )[0]
    )


def test_a_run_without_a_value_is_counted_wherever_it_is_missing():
    plan = plan_at_points(runs=3)
    values = runs_of(plan, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0)
    assert points.lacking(plan, values, "output") == 0
    assert points.lacking(plan, values, "jobs") == 18
    values["p001 other"] = {1: {"output": None}, 2: {}}
    assert points.lacking(plan, values, "output") == 3


def test_responses_are_levels_of_the_first_scenario_and_differences_of_another():
    plan = plan_at_points(runs=3, order=["p002", "p001", "p002"])
    values = runs_of(plan, 10.0, 20.0, 11.0, 31.0, 12.0, 42.0)
    means, luck = points.responses(plan, values, "output", "base")
    assert means == pytest.approx([12 + 4 * 1.4 / 3, 11 + 4 * 1.2 / 3, 12 + 4 * 1.4 / 3])
    own = np.array([[0.0, 3.0, 1.0]]) * np.array([[1.4], [1.2], [1.4]])
    own = own - own.mean(axis=0)
    expected = (own - own.mean(axis=1, keepdims=True)).var(axis=1, ddof=1).mean() / 3 / means.var()
    assert luck == pytest.approx(expected)
    gains, _ = points.responses(plan, values, "output", "other")
    assert gains == pytest.approx([30 + 4 * 0.1 / 3, 20 + 4 * 0.1 / 3, 30 + 4 * 0.1 / 3])


def test_luck_is_a_share_and_needs_two_seeds_and_an_outcome_that_moves():
    plan = plan_at_points(runs=2)
    values = runs_of(plan, 0.0, 0.0, 5.0, 0.0, 5.0, 0.0)
    values["p001 base"], values["p002 base"] = (
        {seed: {"output": value} for seed, value in zip((1, 2), of, strict=True)}
        for of in ((0.0, 10.0), (10.0, 0.1))
    )
    assert points.responses(plan, values, "output", "base")[1] == 1.0
    values["p002 base"] = values["p001 base"]
    means, luck = points.responses(plan, values, "output", "base")
    assert (means.tolist(), luck) == ([5.0, 5.0], None)
    single = plan_at_points(runs=1)
    means, luck = points.responses(single, runs_of(single, 0.0, 0.0, 1.0, 0.0, 2.0, 0.0), "output", "base")
    assert (means.tolist(), luck) == ([1.0, 2.0], None)


def test_a_plan_has_every_scenario_as_it_is_and_at_every_point(study):
    plan = read_study(study())
    assert {key: plan.design[key] for key in ("points", "order", "design_words")} == {
        "points": {"p001": [0.1, "value"], "p002": [0.4, "path"]}, "order": [], "design_words": "a list"
    }  # fmt: skip
    assert points.table(plan).factors == (
        Factor("order_first", levels=(0.1, 0.4), unit=plan.design["factors"][0]["unit"]),
        Factor("theories.demand", levels=("value", "path")),
    )
    assert [(arm.name, arm.settings) for arm in plan.written] == [("plain", ()), ("held", ())]
    assert [arm.name for arm in plan.arms] == [one.arm for one in points.where(plan)]
    assert [arm.settings for arm in plan.arms[2:]] == [
        ("order_first=0.1", 'theories.demand="value"'),
        ("order_first=0.1", 'theories.demand="value"'),
        ("order_first=0.4", 'theories.demand="path"'),
        ("order_first=0.4", 'theories.demand="path"'),
    ]
    assert {arm.resolved.world for arm in plan.arms} == {"synthetic:Z=6"}


def test_points_are_numbered_in_so_many_digits_as_the_last_one_needs():
    assert [*points._names(2)] == ["p001", "p002"]
    assert next(points._names(999)) == "p001"
    assert [*points._names(1000)][::999] == ["p0001", "p1000"]


def test_rows_that_are_alike_are_run_once_and_told_where_they_stand_first(study, tmp_path):
    file = study(*OF_A_FILE)
    (tmp_path / "points.csv").write_text("order_first\n0.3\n0.1\n0.3\n", encoding="utf-8")
    plan = read_study(file)
    assert plan.design["points"] == {"p001": [0.3], "p002": [0.1]}
    assert plan.design["order"] == points.order(plan) == ["p001", "p002", "p001"]
    (tmp_path / "points.csv").write_text("order_first\n0.1\n9\n0.2\n9\n", encoding="utf-8")
    (told,) = problems(file)
    assert told.startswith("points.csv:3:1: order_first is 9, above its bounds")


def test_what_is_wrong_with_values_is_told_of_all_factors_once(study):
    file = study(("[0.1, 0.4]", "[0.4, 7]"), ("[value, path]", "[value, pth]"), ("list", "grid"))
    assert [line.split(";")[0] for line in problems(file)] == [
        "study.yaml:5:3: order_first is 7, above its bounds",
        "study.yaml:6:3: demand has no theory 'pth'",
    ]


def test_problems_of_the_design_the_scenarios_and_the_options_are_told_together(study, tmp_path):
    (tmp_path / "held.yaml").write_text("name: held\npolicy: {staggering_quot: 1}\n")
    told = problems(study(("scale: 0.002", "scale: 7"), ("design: list", "design: greed")))
    assert [line.split(";")[0] for line in told] == [
        "study.yaml:7:9: design is 'greed'",
        "study.yaml:9:8: 7.0 is out of range",
        "held.yaml:2:10: policy has no lever 'staggering_quot'",
    ]


def test_without_outcomes_or_a_base_both_are_asked_for(study):
    assert problems(study(("base: plain.yaml\n", ""), ("outcomes: [output]\n", ""))) == [
        "study.yaml:1:1: the study has no 'outcomes'; allowed: metrics; 'clusterlab metrics' lists them",
        "study.yaml:1:1: the study has no 'base'; allowed: a scenario file or name",
    ]
    (told,) = problems(study(("base: plain.yaml", "base: [plain.yaml]")))
    assert told.startswith("study.yaml:2:7: base is a list, not text")
    (told,) = problems(study(("base: plain.yaml", "base: plans.yaml")))
    assert told.startswith("study.yaml:2:7: there is no file ")
    assert "plans.yaml; did you mean 'plain.yaml'?" in told
