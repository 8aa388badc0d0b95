"""Sweeps: designs, the arms at their points, the tidy table."""

from pathlib import Path

import numpy as np
import pytest
from lab_standins import SWEPT, problems, table

from sim.lab import designs, points
from sim.lab.factors import Factor
from sim.lab.kinds import KINDS
from sim.lab.plan import Point
from sim.lab.planning import build
from sim.lab.studyfile import read_study

STUDY = SWEPT

CATALOGUE = [
    {"name": "output", "unit": "m yuan/year", "better": "higher"},
    {"name": "cluster_count", "unit": "clusters", "better": "higher"},
]


def test_a_grid_has_every_scenario_at_every_point_and_as_it_is(study):
    plan = read_study(study())
    assert plan.kind == "sweep"
    arms = {arm.name: arm for arm in plan.arms}
    assert list(arms)[:4] == ["plain", "held", "p001 plain", "p001 held"]
    assert len(arms) == 2 + 4 * 2
    assert plan.design["points"] == {
        "p001": [0.1, "value"], "p002": [0.1, "path"], "p003": [0.4, "value"], "p004": [0.4, "path"]
    }  # fmt: skip
    last = arms["p004 held"]
    assert (last.of, last.settings) == ("held", ("order_first=0.4", 'theories.demand="path"'))
    assert last.resolved.theories == {"demand": "path"}
    assert (last.resolved.levers["staggering_quota"] == 1).all()
    assert [arm.name for arm in plan.written] == ["plain", "held"]
    assert points.pairs(plan)[:3] == [("p001 plain", "plain"), ("p001 held", "held"), ("p002 plain", "plain")]
    assert points.policies(plan)[:2] == [("held", "plain"), ("p001 held", "p001 plain")]
    assert points.told(plan)[0] == "4 points beside the base point, for each of 2 scenarios: a grid of 2 x 2"


def test_lists_go_together(study):
    plan = read_study(study(("design: grid", "design: list"), ("scenarios: [held.yaml]\n", "")))
    assert plan.design["points"] == {"p001": [0.1, "value"], "p002": [0.4, "path"]}
    assert [arm.name for arm in plan.arms] == ["plain", "p001", "p002"]


def test_a_file_names_factors_and_points(study, tmp_path):
    Path("mine.csv").write_text("\ufefforder_first,theories.demand\n0.2,path\n\n0.3,value\n")
    file = study(
        ("design: grid", "design: {csv: mine.csv}"),
        (STUDY[STUDY.index("factors") : STUDY.index("design")], ""),
    )
    plan = read_study(file)
    assert plan.design["points"] == {"p001": [0.2, "path"], "p002": [0.3, "value"]}
    assert [f["key"] for f in plan.design["factors"]] == ["order_first", "theories.demand"]
    Path("mine.csv").write_text("order_first,theories.demand\n0.2,path\n9,value\n0.3\n")
    assert problems(file) == ["mine.csv:4:1: 1 values in 2 columns; allowed: a number or a word in every one"]
    Path("mine.csv").write_text("order_first,theories.demand\n0.2,path\n9,value\n")
    assert problems(file)[0].startswith("mine.csv:3:1: order_first is 9, above its bounds")


def test_a_latin_hypercube_has_one_point_in_every_part_of_every_factor():
    cube = designs.latin_hypercube(50, 4, seed=3)
    assert np.array_equal(np.sort((cube * 50).astype(int), axis=0), np.arange(50)[:, None].repeat(4, axis=1))
    assert np.array_equal(cube, designs.latin_hypercube(50, 4, seed=3))
    assert not np.array_equal(cube, designs.latin_hypercube(50, 4, seed=4))
    assert np.abs(np.corrcoef(cube.T) - np.eye(4)).max() < 0.5


def test_points_of_a_hypercube_lie_within_the_factors(study):
    plan = read_study(study(("design: grid", "design: {latin_hypercube: 7}"), ("[0.1, 0.4]", "{}")))
    rows = list(plan.design["points"].values())
    assert len(rows) == 7
    assert all(0.02 <= first <= 0.4 for first, _ in rows)
    assert {theory for _, theory in rows} == {"value", "path"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("design: grid\n", "", "study.yaml:1:1: the study has no 'design'; allowed: grid, list"),
        (
            "design: grid",
            "design: greed",
            "study.yaml:7:9: design is 'greed'; allowed: grid, list; did you mean",
        ),
        ("design: grid", "design: csv", "study.yaml:7:9: the design csv is one of something"),
        ("design: grid", "design: {lhs: 3}", "study.yaml:7:10: there is no design 'lhs' of something"),
        ("design: grid", "design: {latin_hypercube: 1}", "study.yaml:7:27: latin_hypercube is 1, below"),
        (
            "design: grid",
            "design: {csv: none.csv}",
            "study.yaml:4:1: a design that is a file names its factors",
        ),
        ("[0.1, 0.4]", "{}", "study.yaml:5:3: order_first has a distribution, of which this design takes no"),
        ("design: grid", "design: list\n#", None),
        (
            "[0.1, 0.4]",
            "[0.1, 7]",
            "study.yaml:5:3: order_first is 7, above its bounds; allowed: 0.02 to 0.4",
        ),
        ("order_first:", "order_frist:", "study.yaml:5:3: 'order_frist' is not a lever"),
        ("path]", "pth]", "study.yaml:6:3: demand has no theory 'pth'; allowed: value, path"),
        ("outcomes: [output, cluster_count]\n", "", "study.yaml:1:1: the study has no 'outcomes'"),
        ("base: plain.yaml\n", "", "study.yaml:1:1: the study has no 'base'"),
    ],
)
def test_every_problem_is_told_at_its_place(study, before, after, told):
    file = study((before, after))
    if told is None:
        assert read_study(file).design["design_words"] == "a list"
    else:
        assert problems(file)[0].startswith(told)


def test_a_grid_of_too_many_points_is_refused_before_it_is_made(study):
    wide = "{from: 0.1, to: 0.4, steps: 9999}"
    changes = (("[0.1, 0.4]", wide), ("  theories.demand: [value, path]", f"  capital_cheapens: {wide}"))
    assert problems(study(*changes))[0].startswith("study.yaml:7:9: the grid has 99,980,001 points")


def test_the_tidy_table_has_means_differences_and_effects(study):
    plan = read_study(study(("outcomes: [output, cluster_count]", "outcomes: [output]")))
    luck = {4: 0.0, 5: 2.0}

    def value(arm, seed):
        first = {"0.1": 10.0, "0.4": 30.0}.get(arm.settings[0][12:] if arm.settings else "", 0.0)
        return 100.0 + first + (5.0 if "held" in arm.name else 0.0) * (1.0 + first) + luck[seed]

    values = {arm.name: {seed: {"output": value(arm, seed)} for seed in (4, 5)} for arm in plan.arms}
    rows = {(row["point"], row["scenario"]): row for row in points.effects(plan, values, CATALOGUE)}
    assert tuple(next(iter(rows.values()))) == points.table(plan).columns
    base, there, held = rows["base", "plain"], rows["p003", "plain"], rows["p003", "held"]
    assert (base["mean"], base["order_first"], base["difference"]) == (101.0, None, None)
    assert (there["mean"], there["base"], there["difference"]) == (131.0, 101.0, 30.0)
    assert (there["order_first"], there["theories.demand"], there["runs"]) == (0.4, "value", 2)
    assert there["low"] < 131.0 < there["high"]
    assert (there["ci_low"], there["ci_high"]) == (30.0, 30.0)  # luck is common to both
    assert (held["first"], held["effect"], held["effect_low"]) == (131.0, 155.0, 155.0)
    assert rows["base", "held"]["effect"] == 5.0
    assert there["effect"] is None
    assert points.lacking(plan, values, "output") == 0
    del values["p003 held"][5]
    assert points.lacking(plan, values, "output") == 1


def test_its_table_is_written_and_handed_on(study, tmp_path):
    plan = read_study(study(("[output, cluster_count]", "[output]"), ("runs: 2", "runs: 1")))
    values = {arm.name: {4: {"output": float(i)}} for i, arm in enumerate(plan.arms)}
    rows = KINDS["sweep"].summarise(plan, tmp_path, values, CATALOGUE)
    assert rows == points.effects(plan, values, CATALOGUE)
    written = table(tmp_path / "sweep.csv")
    assert tuple(written[0]) == points.table(plan).columns
    assert [(row["point"], row["scenario"]) for row in written] == [
        (row["point"], row["scenario"]) for row in rows
    ]


def test_further_scenarios_are_told_where_they_are_none(study):
    assert problems(study(("[held.yaml]", "[]"))) == [
        "study.yaml:3:12: there is no scenario; "
        "allowed: further scenario files or names, each run at every point beside the base"
    ]


def test_a_hypercube_is_drawn_by_the_seed_of_the_study(study):
    changes = (("design: grid", "design: {latin_hypercube: 7}"), ("[0.1, 0.4]", "{}"))
    drawn = [
        read_study(study(*changes, *more)).design["points"]
        for more in ((), (("seed: 4", "seed: 5"),), (("seed: 4\n", ""),), (("seed: 4", "seed: 1"),))
    ]
    assert drawn[0] != drawn[1] != drawn[2]
    assert drawn[2] == drawn[3]  # the seed where none is given


def test_points_share_what_they_say_alike():
    some = [Point(f"p{i}", "baseline", (f"talent_card={i / 40}",)) for i in range(40)]
    plan = build("sweep", ["baseline"], points=some, until="2023-Q2")
    arrays = {id(a): a.nbytes for arm in plan.arms for a in arm.resolved.levers.values()}
    single = sum(a.nbytes for a in plan.arms[0].resolved.levers.values())
    assert sum(arrays.values()) == single + 39 * plan.arms[0].resolved.levers["talent_card"].nbytes
    assert len({arm.resolved.digest for arm in plan.arms}) == 40  # the first is as the base


def test_a_study_of_points_names_its_keys():
    assert set(points.MANIFEST_KEYS) == set(KINDS["sweep"].design)


def test_a_sweep_that_does_not_say_its_question_is_called_by_its_name_and_what_is_varied(study):
    """Its report was titled by the base scenario's name."""
    plan = read_study(study())
    assert plan.question == "Study: order first, demand"
    plan = read_study(study(("kind: sweep\n", "kind: sweep\nname: trust_or_hype\n")))
    assert plan.question == "Trust or hype: order first, demand"
    plan = read_study(study(("kind: sweep\n", "kind: sweep\ndescription: Does trust matter?\n")))
    assert plan.question == "Does trust matter?"


def test_of_many_factors_a_question_names_some():
    factors = [Factor(name) for name in "abcde"]
    assert points.question("q", factors) == "Q: a, b, c and 2 more"
