"""What Python callers use: each call asks for a plan with just these words and carries it out."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.core.errors import InputError
from sim.lab import api, durable, proof, store
from sim.lab.kinds import KINDS
from sim.lab.plan import Arm, Plan

pytestmark = pytest.mark.usefixtures("small_catalogues")
METRICS = [{"name": "output", "unit": "m yuan", "better": "higher"}]


GIVEN = {"seed": 7, "scale": 0.1, "world": "china-31", "until": "2030-Q4", "sets": ["a=1"]}


def test_a_run_is_planned_as_asked_and_simulated_here(monkeypatch):
    plans, runs = [], []
    monkeypatch.setattr(api, "build", lambda *words, **more: plans.append((words, more)) or "plan")
    monkeypatch.setattr(api, "simulate_plan", lambda plan, **more: runs.append((plan, more)) or "result")
    more = GIVEN | {"panels": ["firms"], "check": True}
    assert api.run("baseline", **more, on_progress=print) == "result"
    assert plans == [(("run", ["baseline"]), more)]
    assert runs == [("plan", {"on_progress": print})]
    api.run("baseline")
    plain = {"seed": 1, "scale": 0.02, "world": None, "until": None, "sets": (), "panels": (), "check": False}
    assert plans[1] == (("run", ["baseline"]), plain)


def test_the_first_run_of_a_plan_is_simulated_and_its_quarters_told(standins, monkeypatch):
    def simulate(resolved, *, on_quarter, **more):
        on_quarter(1)
        on_quarter(4)
        return resolved, more

    monkeypatch.setattr("sim.engine.simulate", simulate)
    arms = tuple(Arm(n, n, n, SimpleNamespace(), standins.Small(n)) for n in ("base", "other"))
    plan = Plan(kind="run", name="", arms=arms, seed=5, runs=3, scale=0.1, panels=("firms",), check=True)
    seen = []
    resolved, more = api.simulate_plan(plan, on_progress=seen.append)
    assert resolved is arms[0].resolved
    assert more == {"seed": 5, "scale": 0.1, "check": True, "panels": ("firms",)}
    assert [(p.total, p.done, p.fraction) for p in seen] == [(1, 0, 0.0), (1, 0, 0.25), (1, 0, 1.0)]


def test_a_comparison_is_planned_as_asked_and_carried_out_into_its_folder(asked):
    more = GIVEN | {"runs": 4, "out": "there", "jobs": 3, "precision": {"jobs": 1}, "equal_cost": False}
    assert api.compare("base", "one", "two", **more, on_progress=print) == "done"
    assert asked.build == [(("compare", ["base", "one", "two"]), more)]
    assert asked.open == [("there", asked.plan)]
    assert asked.go == [((asked.plan, "opened"), {"jobs": 3, "on_progress": print})]
    api.compare("base", "one")
    assert asked.build[1][1] == {
        "seed": 1, "runs": 30, "scale": 0.02, "world": None, "until": None, "sets": (), "jobs": None,
        "out": None, "precision": None, "equal_cost": False,
    }  # fmt: skip
    assert asked.open[1] == (None, asked.plan)
    assert asked.go[1][1] == {"jobs": None, "on_progress": None}


def test_a_base_alone_is_no_comparison(asked):
    with pytest.raises(InputError) as caught:
        api.compare("base")
    assert str(caught.value) == "compare: nothing to compare the base with"


def test_a_study_file_is_read_from_its_path_and_carried_out(asked, monkeypatch):
    read = []
    plan = asked.plan
    monkeypatch.setattr(
        "sim.lab.studyfile.read_study", lambda *words, **more: read.append((words, more)) or plan
    )
    assert api.study("~/q.yaml", out="there", jobs=2, on_progress=print) == "done"
    assert read == [((Path.home() / "q.yaml",), {"jobs": 2, "out": "there"})]
    assert asked.open == [("there", plan)]
    assert asked.go == [((plan, "opened"), {"jobs": 2, "on_progress": print})]
    api.study("q.yaml")
    assert (asked.open[1], asked.go[1][1]) == ((None, plan), {"jobs": None, "on_progress": None})


MANIFEST = {
    "plan": {"kind": "compare"}, "kind": "compare", "name": "a study", "seed": 4, "runs": 2, "scale": 0.1,
    "scenarios": [{"name": "b", "file": "scenarios/b.yaml", "yaml": "name: b\n"}], "panels": ["firms"],
    "check": True, "outcomes": ["jobs"], "study_file": "q.yaml", "keep": "all",
}  # fmt: skip


def put(root, **more):
    (root / "manifest.json").write_text(proof.sealed(MANIFEST | more))


def test_a_study_goes_on_from_its_folder_alone(asked, root, monkeypatch):
    brought = []
    monkeypatch.setattr("sim.core.plugins.bring", brought.extend)
    monkeypatch.chdir(root)
    put(root)
    assert api.resume(".", jobs=3, on_progress=print) == "done"
    words = {
        "points": [], "name": "a study", "seed": 4, "runs": 2, "scale": 0.1, "panels": ["firms"],
        "check": True, "outcomes": ("jobs",), "keep": "all", "question": "", "study_file": "q.yaml",
        "precision": None, "design": {}, "to_come": 0, "jobs": 3,
    }  # fmt: skip
    assert asked.build == [(("compare", [root / "scenarios/b.yaml"]), words)]
    assert (root / "scenarios/b.yaml").read_text() == "name: b\n"
    assert asked.open == [(root, ("plan over", [4, 5]))]
    assert asked.go == [((("plan over", [4, 5]), "opened"), {"jobs": 3, "on_progress": print})]
    assert brought == []


def test_seeds_that_were_planned_come_back_with_design_and_plug_ins(asked, root, monkeypatch):
    brought = []
    monkeypatch.setattr("sim.core.plugins.bring", brought.extend)
    plugin = {"module": "mine", "file": "mine.py", "digest": "abc", "parts": ["a"]}
    design = KINDS["sensitivity"].design
    assert "contrasts" in design
    put(
        root, kind="sensitivity", seeds=[4], planned_seeds=[4, 6, 7], contrasts=["c"], question="Why?",
        precision={"jobs": "10%"}, plugins=[plugin],
    )  # fmt: skip
    api.resume(root)
    ((words, more),) = asked.build
    assert words[0] == "sensitivity"
    told = {key: more[key] for key in ("seed", "runs", "question", "precision", "design", "jobs")}
    assert told == {
        "seed": 4, "runs": 3, "question": "Why?", "precision": {"jobs": "10%"},
        "design": {"contrasts": ["c"]}, "jobs": None,
    }  # fmt: skip
    assert asked.open[0][1] == ("plan over", [4, 6, 7])
    assert [(one.module, one.parts) for one in brought] == [("mine", ("a",))]
    put(root, kind="of my own", seeds=[4, 9])
    api.resume(root)
    assert (asked.build[1][1]["design"], asked.open[1][1]) == ({}, ("plan over", [4, 9]))


def test_what_a_manifest_must_have_to_go_on(asked, root):
    content = {"plan": {"kind": "compare"}}
    (root / "manifest.json").write_text(proof.sealed(content))
    with pytest.raises(
        InputError, match="lacks kind, name, scenarios, seed, runs, scale, panels, check, outc"
    ):
        api.resume(root)
    with pytest.raises(InputError, match=r"lacks scenarios, seed, runs;"):
        api.status(root)


def test_the_state_of_a_folder_is_told_run_by_run(standins, root, monkeypatch, caplog):
    monkeypatch.chdir(root)
    put(
        root,
        seeds=[1, 2, 3, 4, 5, 6, 7],
        scenarios=[{"name": "small", "runs": f"runs/{standins.runs(root).name}"}],
    )
    jobs = [standins.job(root, seed) for seed in (1, 2, 3, 4, 5, 6, 7)]
    assert api.status(".") == {"total": 7, "done": 0, "failed": 0, "running": 0, "damaged": 0}
    for job in jobs[:3]:
        standins.simulate(job)
    (jobs[1].folder / "run.json").write_text("{")
    store.note_failure(jobs[1], "no", "...")
    store.note_failure(jobs[2], "no", "...")
    store.note_failure(jobs[3], "no", "...")
    store.note_failure(jobs[5], "no", "...")
    shutil.copytree(jobs[0].folder, jobs[6].folder)  # another run in its place
    with durable.drafting(jobs[4].folder):
        told = {"total": 7, "done": 2, "failed": 2, "running": 1, "damaged": 2}
        assert api.status(root) == told
    assert caplog.messages == []
    record = json.loads((jobs[0].folder / "run.json").read_text())
    (jobs[0].folder / "run.json").write_text(json.dumps({k: v for k, v in record.items() if k != "seal"}))
    assert api.status(root) == told | {"running": 0}
    assert caplog.messages == ["unverified: 1 runs of an earlier version, which kept no checksums"]


def test_a_folder_whose_runs_lie_elsewhere_is_refused(root):
    put(root, scenarios=[{"name": "a", "runs": "runs/a"}, {"name": "b"}])
    with pytest.raises(InputError) as caught:
        api.status(root)
    assert str(caught.value) == (
        f"{root}: its runs are kept as an earlier version did; its tables and report can be read; "
        "run its command again with another --out"
    )
