"""Replications: verdicts row for row, and a comparison done again from its folder alone."""

from pathlib import Path

import pytest
from lab_standins import table

import sim
import sim.cli
from sim.core.errors import InputError
from sim.lab.replicate import agrees, verdict
from sim.lab.studyfile import read_study
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
    ],
)
def test_every_verdict(old, new, told):
    assert verdict(old, new) == told


def test_differences_agree_within_their_joint_interval():
    assert agrees(CLEAR, CLEAR | {"difference": 3.4}) is True
    assert agrees(CLEAR, CLEAR | {"difference": 3.5}) is False
    assert agrees(CLEAR, CLEAR | {"ci_low": None}) is None


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


def test_the_same_seeds_give_the_same_and_fresh_ones_come_after(published, tmp_path, capsys):
    assert sim.cli.run(["study", str(published), "--jobs", "1", "--out", str(tmp_path / "same")]) == 0
    rows = table(tmp_path / "same" / "replicate.csv")
    assert len(rows) == len(table(tmp_path / "old" / "comparison.csv"))
    assert {row["verdict"] for row in rows} <= {"the same", "undefined"}
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
    for text, told in (
        ("of: nowhere\n", "study.yaml:2:5: nowhere: no such folder"),
        ("seeds: same\n", "study.yaml:1:1: the study has no 'of'"),
        ("of: old\nseeds: old\n", "study.yaml:3:8: seeds is 'old'; allowed: fresh, same"),
        ("of: old\nscale: 0.01\n", "study.yaml:3:1: scale is the folder's; leave it out"),
    ):
        published.write_text(f"kind: replicate\n{text}")
        with pytest.raises(InputError) as caught:
            read_study(published)
        assert str(caught.value.problems[0]).removeprefix(f"{tmp_path}/").startswith(told)
