"""Studies from Python: what a file says, said in a call, with tidy frames."""

import inspect
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.api import How
from sim.core.errors import InputError
from sim.lab.kinds import KINDS

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


class Here(ThreadPoolExecutor):
    """An executor that notes how many runs it was given."""

    given = 0

    def submit(self, *words, **more):
        self.given += 1
        return super().submit(*words, **more)


def test_whatever_begins_a_study_takes_an_executor_a_part_and_runs_of_others():
    begin = (sim.compare, sim.study)
    asked = [set(inspect.signature(call).parameters) for call in begin]
    asked += [set(How.__annotations__)]
    assert all({"executor", "part", "reuse"} <= names for names in asked)
    kinds = [getattr(sim, kind) for kind in KINDS if kind != "compare"]
    assert all(inspect.signature(call).parameters["how"] for call in kinds)


def test_an_executor_carries_out_runs_of_any_call(here):
    more = {**QUICK, "runs": 1, "report": False}
    with Here(1) as crew:
        done = sim.sweep(
            "plain.yaml", factors={"order_first": [0.1]}, outcomes=["jobs"], executor=crew, out="s", **more
        )
        assert (done.done, crew.given) == (2, 2)
        done = sim.compare("plain.yaml", "held.yaml", executor=crew, out="c", **more)
        assert (done.done, crew.given) == (2, 4)
        done = sim.resume("c", executor=crew, report=False)
        assert (done.done, crew.given) == (2, 4)
        done = sim.compare("plain.yaml", "held.yaml", executor=crew, reuse=["c"], out="d", **more)
        assert (done.done, crew.given) == (2, 4)
        sim.compare("plain.yaml", "held.yaml", executor=crew, part="1/2", out="e", **more)
        assert crew.given == 5


@pytest.mark.parametrize("call", [sim.resume, sim.retry, sim.merge])
def test_what_is_no_executor_is_refused_before_anything_is_read(call, here):
    if call is not sim.merge:
        with pytest.raises(InputError, match="--executor: 4 is no executor"):
            call("nowhere", executor=4)
    for kind in ({"factors": {"order_first": [1]}, "outcomes": ["jobs"]},):
        with pytest.raises(InputError, match="--executor: 4 is no executor"):
            sim.sweep("plain.yaml", executor=4, **kind)


def test_a_comparison_is_replicated(here):
    more = {**QUICK, "report": False}
    sim.compare("plain.yaml", "held.yaml", out="c", **more)
    done = sim.replicate("c", seeds="same", outcomes=["output"], jobs=1, out="r", report=False)
    assert done.frame()[["outcome", "verdict"]].to_numpy().tolist() == [["output", "the same"]]
    assert f"of: {here / 'c'}" in (here / "r" / "study.yaml").read_text()
    with pytest.raises(InputError) as caught:
        sim.replicate("c", seed=3, seeds="old")
    assert [str(problem).split(";")[0] for problem in caught.value.problems] == [
        "sim.replicate: seeds is 'old'",
        "sim.replicate: seed is the folder's",
    ]


def test_scenarios_are_held_against_facts(here):
    more = {**QUICK, "world": "china-31", "until": "2023-Q4", "runs": 1, "report": False}
    done = sim.validate(["plain.yaml"], out="v", **more)
    assert set(done.frame()["scenario"]) == {"plain"}
    assert {"fact", "inside"} <= set(done.frame().columns)
    with pytest.raises(InputError, match="no slot of theories 'no_such_slot'"):
        sim.validate("plain.yaml", other_theories="no_such_slot", **more)
