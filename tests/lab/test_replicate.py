"""Replications: verdicts row for row, and a comparison done again from its folder alone."""

from pathlib import Path

import pandas as pd
import pytest
from lab_standins import problems, table

import sim
import sim.cli
from sim.lab.folder import open_folder
from sim.lab.kinds import KINDS
from sim.lab.planning import build
from sim.lab.replicate import COLUMNS, agrees, verdict
from sim.lab.session import carry_out_plan
from sim.lab.studyfile import read_study
from sim.report import replicate as section_of
from sim.report import write
from tests.report.told import english_in

CLEAR = {"difference": 2.0, "ci_low": 1.0, "ci_high": 3.0, "p_value": 0.01}
UNCLEAR = {"difference": 0.5, "ci_low": -1.0, "ci_high": 2.0, "p_value": 0.5}


def minus(row):
    return row | {"difference": -row["difference"], "ci_low": -row["ci_high"], "ci_high": -row["ci_low"]}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (CLEAR, CLEAR, "the same"),
        (CLEAR, CLEAR | {"difference": 2.5}, "confirmed"),
        (CLEAR, UNCLEAR, "weaker"),
        (CLEAR, CLEAR | {"difference": 2.5, "p_value": 0.06}, "weaker"),
        (CLEAR, minus(UNCLEAR), "lost"),
        (CLEAR, UNCLEAR | {"difference": 0.0}, "lost"),
        (CLEAR, minus(CLEAR), "reversed"),
        (UNCLEAR, CLEAR, "now clear"),
        (UNCLEAR, minus(UNCLEAR), "still unclear"),
        (CLEAR, dict.fromkeys(CLEAR), "undefined"),
        (dict.fromkeys(CLEAR), CLEAR, "undefined"),
        (CLEAR, CLEAR | {"difference": 2.0 + 1e-9}, "the same"),
        (CLEAR, CLEAR | {"difference": 2.0 + 1e-8}, "confirmed"),
        (UNCLEAR | {"difference": 0.0}, UNCLEAR | {"difference": 0.0}, "no effect"),
        (CLEAR | {"difference": 0.0}, UNCLEAR | {"difference": -0.0}, "no effect"),
        (UNCLEAR, UNCLEAR, "the same"),
        (CLEAR, CLEAR | {"difference": 2.5, "p_value": 0.05}, "weaker"),
        (CLEAR, CLEAR | {"difference": 2.5, "p_value": None}, "confirmed"),
        (CLEAR, CLEAR | {"difference": 2.5, "ci_low": None}, "weaker"),
        (CLEAR, CLEAR | {"difference": 2.5, "ci_low": 0.0}, "weaker"),
        (CLEAR, minus(CLEAR) | {"ci_high": 0.0}, "lost"),
    ],
)
def test_every_verdict(old, new, told):
    assert verdict(old, new) == told


def test_differences_agree_within_their_joint_interval():
    assert agrees(CLEAR, CLEAR | {"difference": 3.4}) is True
    assert agrees(CLEAR, CLEAR | {"difference": 3.5}) is False
    assert agrees(CLEAR | {"difference": 3.4}, CLEAR) is True
    wide = CLEAR | {
        "ci_low": -1.0,
        "ci_high": 5.0,
        "difference": 5.1,
    }  # halves of 1 and 3
    assert (agrees(CLEAR, wide), agrees(CLEAR, wide | {"difference": 5.2})) == (True, False)
    for row in (CLEAR | {"ci_low": None}, CLEAR | {"ci_high": None}, CLEAR | {"difference": None}):
        assert agrees(CLEAR, row) is agrees(row, CLEAR) is None


def test_an_outcome_without_an_effect_in_either_confirms_nothing():
    """Nor does one that was never clear, though it is the same now."""
    none = UNCLEAR | {"difference": 0.0, "ci_low": 0.0, "ci_high": 0.0, "p_value": None}
    pairs = [
        ("output", CLEAR, CLEAR | {"difference": 2.5}), ("jobs", CLEAR, UNCLEAR), ("gluts", none, none),
        ("entries", UNCLEAR, UNCLEAR), ("failed_plants", none, none),
    ]  # fmt: skip
    published = {"difference": "published", "ci_low": "published_low", "ci_high": "published_high"}
    rows = pd.DataFrame(
        {
            "scenario": "held",
            "outcome": outcome,
            **new,
            "verdict": verdict(old, new),
            "agrees": agrees(old, new),
        }
        | {name: old[key] for key, name in (published | {"p_value": "published_p"}).items()}
        for outcome, old, new in pairs
    )
    assert section_of._answer(rows, rows, "held", False) == (
        "Held: 1 of 2 clear differences are confirmed. 2 have no effect in either. "
        "100 % of all lie within their joint interval."
    )
    assert section_of._answer(rows, rows, "held", True).startswith("Held: 3 of 5 differences are the same")


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A comparison's folder, and a study of it."""
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text("name: plain\nworld: synthetic:Z=6\nuntil: 2023-Q2\n")
    Path("held.yaml").write_text("name: held\nextends: plain.yaml\npolicy: {staggering_quota: 1}\n")
    sim.compare("plain.yaml", "held.yaml", runs=2, seed=4, scale=0.002, out="old", jobs=1, report=False)
    Path("plain.yaml").unlink()
    Path("study.yaml").write_text("kind: replicate\nof: old\nseeds: same\n")
    return tmp_path / "study.yaml"


@pytest.fixture
def folder(tmp_path, monkeypatch, standins):
    """A comparison's folder of stand-ins under seeds 4, 5, and 9, and a function that plans a study of it."""
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text("name: plain\nworld: synthetic:Z=6\nuntil: 2023-Q2\n")
    Path("held.yaml").write_text("name: held\nextends: plain.yaml\npolicy: {staggering_quota: 1}\n")
    plan = build("compare", ["plain.yaml", "held.yaml"], runs=2, seed=4, scale=0.002).over([4, 5, 9])
    carry_out_plan(plan, open_folder(tmp_path / "old", plan), jobs=1, task=standins.simulate)
    Path("plain.yaml").unlink()

    def study(text):
        (tmp_path / "study.yaml").write_text(f"kind: replicate\n{text}")
        return tmp_path / "study.yaml"

    return study


def test_scenarios_are_run_as_they_were_resolved_under_fresh_seeds_or_the_same(folder, tmp_path):
    plan = read_study(folder("of: old\n"))
    assert [arm.name for arm in plan.arms] == ["plain", "held"]
    assert (plan.kind, plan.scale, plan.world, plan.until) == ("replicate", 0.002, "synthetic:Z=6", "2023-Q2")
    assert plan.seeds == (10, 11, 12)  # after all of the folder, and so many
    told = {key: plan.design[key] for key in ("replicated", "taken")}
    assert told == {"replicated": str(tmp_path / "old"), "taken": "fresh"}
    (row,) = (row for row in plan.design["published"] if row["metric"] == "output")
    (old,) = (row for row in table(tmp_path / "old/comparison.csv") if row["metric"] == "output")
    assert row == {
        key: old[key] for key in ("scenario", "metric", "difference", "ci_low", "ci_high", "p_value")
    }
    number = len(table(tmp_path / "old/comparison.csv"))
    assert KINDS["replicate"].told(plan) == [f"{number} differences of {tmp_path / 'old'}, with fresh seeds"]
    assert read_study(folder("of: old\nseeds: same\n")).seeds == (4, 5, 9)
    assert read_study(folder("of: old\nseeds: same\nruns: 2\n")).seeds == (4, 5)
    fewer = read_study(folder("of: old\nruns: 1\noutcomes: [jobs, output]\n"))
    assert (fewer.seeds, {row["metric"] for row in fewer.design["published"]}) == ((10,), {"jobs", "output"})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("of: nowhere\n", "study.yaml:2:5: nowhere: no such folder"),
        ("of: [old]\n", "study.yaml:2:5: of is a list, not text"),
        ("seeds: same\n", "study.yaml:1:1: the study has no 'of'; allowed: the results folder of a compari"),
        ("of: old\nseeds: old\n", "study.yaml:3:8: seeds is 'old'; allowed: fresh, same"),
        ("of: old\nseeds: same\nruns: 4\n", "study.yaml:4:7: the folder has 3 seeds, not 4; write fewer, or"),
        *(
            (f"of: old\n{key}: {value}\n", f"study.yaml:3:1: {key} is the folder's; leave it out")
            for key, value in (
                ("seed", 3), ("scale", 0.1), ("until", "2024-Q1"), ("world", "china-31")
            )
        ),
    ],
)  # fmt: skip
def test_what_is_no_replication_is_told_at_its_place(folder, text, told):
    (first, *more) = problems(folder(text))
    assert (first[: len(told)], more) == (told, [])


def test_a_folder_of_no_comparison_is_told(folder, tmp_path):
    (tmp_path / "old/comparison.csv").unlink()
    assert problems(folder("of: old\n")) == [
        "study.yaml:2:5: old: it holds no comparison.csv; allowed: a folder of a comparison"
    ]


def test_the_table_has_published_and_new_differences_side_by_side(folder, tmp_path):
    plan = read_study(folder("of: old\nruns: 2\n"))
    was = {key: str(value) for key, value in CLEAR.items()}
    plan.design["published"][:] = [
        {"scenario": "held", "metric": "output", **was},
        {"scenario": "held", "metric": "jobs", **dict.fromkeys(CLEAR, "")},
        {"scenario": "held", "metric": "gone", **was},  # nothing is told of it
    ]
    values = {
        "plain": {10: {"output": 1.0}, 11: {"output": 2.0}},
        "held": {10: {"output": 3.4}, 11: {"output": 4.6}},
    }
    catalogue = [{"name": "output", "unit": "m", "better": ""}, {"name": "jobs", "unit": "n", "better": ""}]
    rows = KINDS["replicate"].summarise(plan, tmp_path, values, catalogue)
    output, jobs = rows
    assert tuple(output) == COLUMNS
    assert [output[key] for key in COLUMNS[:7]] == ["held", "output", "m", *CLEAR.values()]
    assert (output["difference"], output["runs"]) == (pytest.approx(2.5), 2)
    assert output["verdict"] == verdict(CLEAR, {key: output[key] for key in CLEAR})
    assert output["agrees"] is True
    assert [jobs[key] for key in ("outcome", "published", "verdict", "agrees", "runs")] == [
        "jobs", None, "undefined", None, 0
    ]  # fmt: skip
    written = table(tmp_path / "replicate.csv")
    assert [(row["outcome"], row["verdict"]) for row in written] == [
        (row["outcome"], row["verdict"]) for row in rows
    ]
    assert tuple(written[0]) == COLUMNS


def test_the_same_seeds_give_the_same_and_fresh_ones_come_after(published, tmp_path, capsys):
    assert sim.cli.run(["study", str(published), "--jobs", "1", "--out", str(tmp_path / "same")]) == 0
    rows = table(tmp_path / "same" / "replicate.csv")
    assert len(rows) == len(table(tmp_path / "old" / "comparison.csv"))
    assert {row["verdict"] for row in rows} <= {"the same", "no effect", "undefined"}
    assert "differences are the same to rounding" in capsys.readouterr().out
    assert "Is it still got?" in (tmp_path / "same" / "report.html").read_text(encoding="utf-8")
    assert english_in(write(tmp_path / "same", "zh").read_text(encoding="utf-8")) == []
    published.write_text("kind: replicate\nof: old\nruns: 3\noutcomes: [output]\n")
    plan = read_study(published)
    assert plan.seeds == (6, 7, 8)
    assert plan.scale == 0.002
    assert [row["metric"] for row in plan.design["published"]] == ["output"]
    again = sim.resume(tmp_path / "same", jobs=1, report=False)
    assert (again.done, again.skipped) == (4, 4)
