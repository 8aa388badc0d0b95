"""Discoveries: where a policy wins and fails, regrets with known answers, and a study from file to report."""

from types import SimpleNamespace

import numpy as np
import pytest
from lab_standins import table

import sim
import sim.cli
from sim.core.errors import InputError
from sim.lab import discover, points
from sim.lab.factors import Factor
from sim.lab.options import MOST_IN_ALL
from sim.lab.studyfile import read_study
from sim.report import write
from tests.report.told import english_in

STUDY = """kind: discover
scenarios: [plain.yaml, held.yaml]
factors:
  order_first: {}
  capital_cheapens: {}
samples: 60
outcomes: [output]
good_enough: {output: {at_least: 100}}
runs: 2
seed: 4
scale: 0.002
world: synthetic:Z=6
until: 2023-Q2
"""
CATALOGUE = [{"name": "output", "unit": "m yuan/year", "better": "higher"}]


def known(plan):
    """The policy gives 10 more where new plants are trusted little, else 5 less; luck is common to both."""
    values = {}
    for where in points.where(plan):
        first = plan.design["points"].get(where.point, [0.4, 1.0])[0]
        gain = (10.0 if first < 0.2 else -5.0) if where.scenario == "held" else 0.0
        values[where.arm] = {seed: {"output": 97.0 + gain + seed} for seed in plan.seeds}
    return values


def test_the_worlds_in_which_a_policy_wins_and_fails_are_found(study, tmp_path):
    plan = read_study(study())
    rows = discover.summarise(plan, tmp_path, known(plan), CATALOGUE)
    share = sum(first < 0.2 for first, _ in plan.design["points"].values()) / 60
    found = {(row["scenario"], row["case"]): row for row in rows}
    wins, fails = found["held", "wins"], found["held", "fails"]
    assert wins["share"] == pytest.approx(share)
    assert wins["share"] + fails["share"] == pytest.approx(1.0)
    assert (wins["factor"], wins["low"]) == ("order_first", None)
    assert wins["high"] == pytest.approx(0.2, abs=0.02)
    assert (fails["factor"], fails["high"]) == ("order_first", None)
    assert fails["low"] == pytest.approx(0.2, abs=0.02)
    assert min(wins["coverage"], wins["density"]) > 0.9
    assert len([row for row in rows if row["box"]]) == 4  # the other factor bounds nothing
    assert found["plain", "good enough"]["share"] == 1.0  # 97 and the mean of seeds 4 and 5
    assert found["held", "good enough"]["share"] == pytest.approx(share)
    regret = {row["scenario"]: row for row in table(tmp_path / "regret.csv")}
    assert float(regret["plain"]["worst_regret"]) == 10.0
    assert float(regret["held"]["worst_regret"]) == 5.0
    assert float(regret["plain"]["mean_regret"]) == pytest.approx(10 * share)
    assert float(regret["held"]["best_in"]) == pytest.approx(share)
    assert float(regret["held"]["good_enough"]) == pytest.approx(share)
    assert {row["box"] for row in table(tmp_path / "peeling.csv")} == {"1"}


def test_a_world_that_lacks_a_run_is_left_out_for_all_scenarios(study, tmp_path):
    plan = read_study(study())
    values = known(plan)
    values["p001 held"] = {}
    del values["p002 plain"][5]  # the other seed is left
    discover.summarise(plan, tmp_path, values, CATALOGUE)
    assert {row["worlds"] for row in table(tmp_path / "regret.csv")} == {"59"}


def summed(plan, tmp_path, values, *better):
    """Return the rows of every table of a study, by the table's name."""
    catalogue = [
        {"name": name, "unit": f"unit of {name}", "better": way}
        for name, way in zip(plan.outcomes, better, strict=True)
    ]
    rows = discover.summarise(plan, tmp_path, values, catalogue)
    found = {name.removesuffix(".csv"): table(tmp_path / name) for name in discover.TABLES}
    assert [(row["case"], row["factor"] or None) for row in found["discover"]] == [
        (row["case"], row["factor"]) for row in rows
    ]
    return found


def test_regret_is_of_the_better_direction_and_of_worlds(study, tmp_path):
    """In world i of 60 the policy costs i jobs more, and one job less in the last ten."""
    text = ("outcomes: [output]\ngood_enough: {output: {at_least: 100}}\n", "outcomes: [jobs, rent]\n")
    plan = read_study(study(text, ("runs: 2", "runs: 1")))
    assert plan.design["good_enough"] == {}
    loss = {f"p{i:03d}": float(i) if i <= 50 else -1.0 for i in range(1, 61)} | {"": 0.0}
    values = {
        one.arm: {4: {"jobs": 7.0 + loss[one.point] * (one.scenario == "held"), "rent": 1.0}}
        for one in points.where(plan)
    }
    found = summed(plan, tmp_path, values, "lower", "")
    plain, held, neither, nor = found["regret"]
    assert [plain[key] for key in discover.REGRET] == [
        "plain", "jobs", "unit of jobs", repr(10 / 60), "1.0", "1.0", repr(50 / 60), "", "60"
    ]  # fmt: skip
    assert [float(held[key]) for key in ("mean_regret", "regret_90", "worst_regret", "best_in")] == [
        pytest.approx(51 * 25 / 60), pytest.approx(44.1), 50.0, pytest.approx(10 / 60)
    ]  # fmt: skip
    assert [neither[key] for key in discover.REGRET] == ["plain", "rent", "unit of rent", *[""] * 5, "60"]
    assert nor["scenario"] == "held"
    assert {(row["scenario"], row["outcome"]) for row in found["discover"]} == {("held", "jobs")}
    assert {row["case"]: float(row["share"]) for row in found["discover"]} == {
        "wins": pytest.approx(10 / 60), "fails": pytest.approx(50 / 60)
    }  # fmt: skip


def test_good_enough_is_between_bounds_both_ends_included(study, tmp_path):
    plan = read_study(study(("{at_least: 100}", "{at_least: 10, at_most: 40}"), ("runs: 2", "runs: 1")))
    assert plan.design["good_enough"] == {"output": {"at_least": 10, "at_most": 40}}
    level = {f"p{i:03d}": float(i) for i in range(1, 61)} | {"": 0.0}
    values = {one.arm: {4: {"output": level[one.point]}} for one in points.where(plan)}
    found = summed(plan, tmp_path, values, "")
    assert [float(row["good_enough"]) for row in found["regret"]] == [pytest.approx(31 / 60)] * 2
    shares = {(row["scenario"], row["case"]): float(row["share"]) for row in found["discover"]}
    assert shares == {
        (name, case): pytest.approx(share)
        for name in ("plain", "held")
        for case, share in (("good enough", 31 / 60), ("not good enough", 29 / 60))
    }
    assert {row["outcome"] for row in found["discover"]} == {"output"}


@pytest.mark.parametrize(("bound", "share"), [("at_least: 10", 51 / 60), ("at_most: 40", 40 / 60)])
def test_good_enough_may_have_one_bound(study, tmp_path, bound, share):
    plan = read_study(study(("{at_least: 100}", f"{{{bound}}}"), ("runs: 2", "runs: 1")))
    level = {f"p{i:03d}": float(i) for i in range(1, 61)} | {"": 0.0}
    values = {one.arm: {4: {"output": level[one.point]}} for one in points.where(plan)}
    found = summed(plan, tmp_path, values, "")
    assert [float(row["good_enough"]) for row in found["regret"]] == [pytest.approx(share)] * 2


def test_boxes_say_what_bounds_them_and_how_they_were_peeled(study, tmp_path):
    words = ("  capital_cheapens: {}\n", "  capital_cheapens: {}\n  theories.demand: [value, path]\n")
    plan = read_study(study(words, ("samples: 60", "samples: 100"), ("runs: 2", "runs: 1")))
    rows = plan.design["points"]
    wins = {name: row[2] == "path" and row[0] < 0.2 for name, row in rows.items()} | {"": False}
    values = {
        one.arm: {4: {"output": 1.0 if one.scenario == "held" and wins[one.point] else 0.0}}
        for one in points.where(plan)
    }
    found = summed(plan, tmp_path, values, "higher")
    mine = {row["factor"]: row for row in found["discover"] if row["case"] == "wins"}
    assert [*mine] == ["order_first", "theories.demand"]
    assert (mine["theories.demand"]["values"], mine["order_first"]["values"]) == ("path", "")
    assert (mine["theories.demand"]["low"], mine["order_first"]["low"]) == ("", "")
    assert float(mine["order_first"]["high"]) == pytest.approx(0.2, abs=0.02)
    assert 0.0 < float(mine["theories.demand"]["quasi_p"]) < 1e-3
    share = sum(wins.values()) / 100
    for row in mine.values():
        assert (row["box"], row["worlds"], float(row["share"])) == ("1", "100", pytest.approx(share))
        assert float(row["coverage"]) * share == pytest.approx(float(row["density"]) * float(row["mass"]))
    peeled = [row for row in found["peeling"] if row["case"] == "wins"]
    assert [row["step"] for row in peeled] == [str(i) for i in range(len(peeled))]
    assert [float(peeled[0][key]) for key in ("coverage", "density", "mass", "sides")] == [
        1.0, pytest.approx(share), 1.0, 0.0
    ]  # fmt: skip
    assert {(row["scenario"], row["outcome"], row["box"]) for row in peeled} == {("held", "output", "1")}
    assert int(peeled[-1]["sides"]) >= 2
    (fails,) = (row for row in found["discover"] if row["case"] == "fails")  # nowhere: no box
    assert [fails[key] for key in ("share", "box", "factor", "worlds")] == ["0.0", "", "", "100"]
    assert len(found["cases"]) == 2 * 101
    assert [*found["cases"][0]] == list(points.table(plan).columns)


def test_the_words_that_a_box_keeps_are_listed(monkeypatch):
    box = discover.prim.Box((discover.prim.Side(left_out=frozenset({0})),), 1.0, 0.5, 0.5, (0.01,))
    monkeypatch.setattr(discover.prim, "boxes", lambda *words: [(box, [])])
    factor, rows = Factor("kind", levels=("a", "b", "c")), {f"p{i}": [w] for i, w in enumerate("abcabc")}
    plan = SimpleNamespace(design={"factors": [factor.as_dict()], "points": rows})
    sought = discover.Sought("held", "output", "wins", np.array([True, False] * 3))
    (row,), steps = discover._boxes(plan, sought, np.ones(6, dtype=bool))
    assert (row["factor"], row["values"], row["quasi_p"], steps) == ("kind", "b, c", 0.01, [])


@pytest.mark.parametrize(("cases", "looked"), [(1, False), (2, True), (98, True), (99, False)])
def test_no_box_is_sought_of_less_than_a_fiftieth_or_of_what_is_nearly_all(
    study, tmp_path, monkeypatch, cases, looked
):
    sought = []
    monkeypatch.setattr(discover.prim, "boxes", lambda places, mine, words: sought.append(mine.sum()) or [])
    plan = read_study(
        study(("samples: 60", "samples: 100"), ("runs: 2", "runs: 1"), ("{at_least: 100}", "{at_least: 1}"))
    )
    first = sorted(plan.design["points"], key=lambda name: plan.design["points"][name][0])[:cases]
    values = {one.arm: {4: {"output": float(one.point in first)}} for one in points.where(plan)}
    found = summed(plan, tmp_path, values, "")
    good = [row for row in found["discover"] if row["case"] == "good enough"]
    assert {float(row["share"]) for row in good} == {cases / 100}
    assert sought == ([cases, 100 - cases] * 2 if looked else [])  # and of the others, for both scenarios


def test_without_a_whole_world_the_tables_are_empty(study, tmp_path):
    plan = read_study(study())
    found = summed(plan, tmp_path, {arm.name: {4: {}, 5: {}} for arm in plan.arms}, "higher")
    assert (found["discover"], found["regret"], found["peeling"]) == ([], [], [])


def test_a_seed_counts_where_all_scenarios_have_it(study, tmp_path):
    plan = read_study(study(("samples: 60", "samples: 20")))
    values = {one.arm: {4: {"output": 1.0}, 5: {"output": 3.0}} for one in points.where(plan)}
    values["p001 plain"] = {4: {"output": 1.0}, 5: {"output": None}}
    found = summed(plan, tmp_path, values, "higher")
    assert {float(row["worst_regret"]) for row in found["regret"]} == {0.0}  # under seed 4 alone both have 1


def test_there_are_two_hundred_worlds_where_the_study_says_no_number(study):
    assert len(read_study(study(("samples: 60\n", ""))).design["points"]) == 200
    plan = read_study(study(("samples: 60", "samples: 20")))
    assert (len(plan.design["points"]), plan.design["design_words"]) == (20, "worlds of a Latin hypercube")
    again, other = (read_study(study(("seed: 4", f"seed: {seed}"))).design["points"] for seed in (4, 5))
    assert again == read_study(study()).design["points"] != other


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[plain.yaml, held.yaml]", "[plain.yaml]", "study.yaml:2:12: there is nothing to compare"),
        (
            "samples: 60",
            "samples: 19",
            f"study.yaml:6:10: samples is 19, below its bounds; allowed: whole numbers 20 to {MOST_IN_ALL}",
        ),
        ("samples: 60", "samples: 60.5", "study.yaml:6:10: samples is 60.5, not a whole number"),
        (
            "samples: 60",
            f"samples: {MOST_IN_ALL + 1}",
            f"study.yaml:6:10: samples is {MOST_IN_ALL + 1}, above its bounds",
        ),
        ("{at_least: 100}", "{at_least: x}", "study.yaml:8:34: at_least is the text 'x', not a number"),
        ("{at_least: 100}", "100", "study.yaml:8:23: output is 100"),
        (
            "{output: {at_least: 100}}",
            "{jobs: {at_least: 1}}",
            "study.yaml:8:15: good_enough has no key 'jobs'",
        ),
        ("{at_least: 100}", "{}", "study.yaml:8:23: output has no bound; allowed: outcomes, each with"),
        (
            "{at_least: 100}",
            "{above: 1}",
            "study.yaml:8:24: output has no key 'above'; allowed: at_least, at_most",
        ),
    ],
)
def test_every_problem_is_told_at_its_place(study, before, after, told):
    file = study((before, after))
    with pytest.raises(InputError) as caught:
        read_study(file)
    assert str(caught.value.problems[0]).removeprefix(f"{file.parent}/").startswith(told)


def test_a_study_goes_from_its_file_to_its_report_and_on_from_its_folder(study, tmp_path, capsys):
    file, out = study(("samples: 60", "samples: 20"), ("runs: 2", "runs: 1")), tmp_path / "out"
    assert sim.cli.run(["study", str(file), "--jobs", "2", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Held, output: better than plain in" in said
    assert "Least to regret in the worst world" in said
    page = (out / "report.html").read_text(encoding="utf-8")
    assert english_in(write(out, "zh").read_text(encoding="utf-8")) == []
    assert "What one would regret" in page
    before = {name: (out / name).read_bytes() for name in discover.TABLES}
    for name in discover.TABLES:
        (out / name).unlink()
    again = sim.resume(out, jobs=1, report=False)
    assert again.skipped == 2 * 21
    assert before == {name: (out / name).read_bytes() for name in discover.TABLES}
