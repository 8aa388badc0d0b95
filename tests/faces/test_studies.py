"""Studies from Python: what a file says, said in a call, with tidy frames."""

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.core.errors import InputError

QUICK = {"runs": 2, "seed": 4, "scale": 0.002, "world": "synthetic:Z=6", "until": "2023-Q1", "jobs": 1}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text("name: plain\n")
    Path("held.yaml").write_text("name: held\npolicy: {staggering_quota: 1, information_sharing: 1}\n")
    return tmp_path


def test_a_sweep_gives_a_tidy_frame_and_leaves_its_study_in_the_folder(here):
    values = np.array([0.1, 0.4])
    asked = {"factors": {"order_first": values}, "scenarios": ["held.yaml"], "outcomes": ("output", "jobs")}
    done = sim.sweep("plain.yaml", **asked, out="x", report=False, **QUICK)
    frame = done.frame()
    assert list(frame.columns[:3]) == ["point", "scenario", "order_first"]
    assert len(frame) == 2 * 2 * 3
    assert sorted(frame["order_first"].dropna().unique()) == [0.1, 0.4]
    assert done.frame("sweep.csv")["mean"].tolist() == pytest.approx(frame["mean"].tolist())
    assert done.report is None
    written = (here / "x" / "study.yaml").read_text()
    assert "kind: sweep" in written
    again = sim.study(here / "x" / "study.yaml", out="y", jobs=1, report=False)
    assert again.frame().equals(frame)
    same = sim.sweep("plain.yaml", **asked, out="x", report=False, **QUICK)
    assert same.skipped == same.done == 12


def test_every_problem_of_a_call_is_told(here):
    with pytest.raises(InputError) as caught:
        sim.sweep("plain.yaml", factors={"order_frist": [1], "talent_card": 3}, outcomes=["jbos"], **QUICK)
    told = [str(problem) for problem in caught.value.problems]
    assert any("sim.sweep: there is no metric 'jbos'; did you mean 'jobs'?" in line for line in told)
    assert any("the factor talent_card is 3" in line for line in told)
    with pytest.raises(InputError, match="'order_frist' is not a lever"):
        sim.sweep("plain.yaml", factors={"order_frist": [1]}, outcomes=["jobs"], **QUICK)


def test_the_other_kinds_can_be_called_alike(here):
    more = {**QUICK, "runs": 1, "report": False}
    worlds = {"usual": {}, "trust": {"order_first": 0.2}}
    found = sim.robust(["plain.yaml", "held.yaml"], worlds=worlds, outcomes=["output"], **more).frame()
    assert set(found["world"]) == set(worlds)
    which = {"factors": {"order_first": {}, "capital_cheapens": [0, 1]}}
    found = sim.sensitivity("plain.yaml", method="morris", samples=4, outcomes=["output"], **which, **more)
    assert {"mu_star", "sigma"} <= set(found.frame()["index"])
    assert set(found.frame("convergence.csv")["samples"]) == {4}
    found = sim.optimise("plain.yaml", maximise=["output"], trials=4, batch=2, **which, **more).frame()
    assert {"order_first", "front", "feasible"} <= set(found.columns)
    assert found["point"].nunique() == 5


def test_a_discovery_has_its_tables_by_name(here):
    done = sim.discover(
        ["plain.yaml", "held.yaml"], factors={"order_first": {}}, outcomes=["output"], samples=20,
        report=False, **{**QUICK, "runs": 1},
    )  # fmt: skip
    assert {"wins", "fails"} == set(done.frame()["case"])
    assert len(done.frame("cases.csv")) == 2 * 21
    assert set(done.frame("regret.csv")["scenario"]) == {"plain", "held"}
