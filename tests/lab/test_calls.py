"""Calls from Python beside those of one study: its words as a mapping, parts, folders brought together."""

from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.lab import api, proof
from sim.lab.parts import Part
from sim.lab.plan import Plan
from sim.scenario.nodes import Place
from sim.scenario.yamlfile import parse, plain

MANIFEST = {
    "plan": {"kind": "compare"}, "kind": "compare", "name": "a study", "scale": 0.1, "scenarios": [],
    "panels": [], "check": False, "outcomes": [], "study_file": "", "keep": "all", "seed": 4, "runs": 2,
}  # fmt: skip


def put(folder, **more):
    """Write a results folder with one scenario and return it."""
    (folder / "runs/b/seed-0004").mkdir(parents=True)
    (folder / "runs/b/seed-0004/run.json").touch()
    scenarios = [{"name": "b", "file": "scenarios/b.yaml", "yaml": "name: b\n"}]
    (folder / "manifest.json").write_text(proof.sealed(MANIFEST | {"scenarios": scenarios} | more))
    return folder


def told(call, *words, **more):
    with pytest.raises(InputError) as caught:
        call(*words, **more)
    return str(caught.value).splitlines()


def test_what_is_no_path_or_cannot_be_called_is_told_by_its_name():
    path, wrong = "3 is no path; allowed: a text or a pathlib.Path", "--on-progress: 3 cannot be called"
    for call in (api.resume, api.retry, api.merge, api.status):
        assert told(call, 3) == [f"folder: {path}"]
    assert told(api.merge, ".", 3) == [f"folder: {path}"]
    assert told(api.study, 3) == [f"study: {path}"]
    assert told(api.run, "baseline", on_progress=3)[0].startswith(wrong)
    first, second = told(api.study, "q.yaml", on_progress=3, executor=4)
    assert first.startswith(wrong)
    assert second.startswith("--executor: 4 is no executor")


# a study


def test_a_part_of_a_study_is_carried_out_by_the_executor_with_runs_of_others(asked, root, monkeypatch):
    monkeypatch.setattr("sim.lab.studyfile.read_study", lambda *words, **more: asked.plan)
    executor, other = NoExecutor(), put(root)
    api.study("q.yaml", part="2/3", executor=executor, reuse=[other])
    assert asked.go[0][1] == {
        "jobs": None, "on_progress": None, "part": Part(2, 3), "executor": executor, "reuse": [other],
    }  # fmt: skip


class NoExecutor:
    def submit(self):
        """Look like an executor."""


def test_a_plan_may_have_a_limit_of_time_and_is_set_to_equal_cost_if_asked(asked, monkeypatch):
    plan = Plan(kind="compare", name="", arms=(), seed=1, runs=1, scale=0.1, equal_cost=True)
    monkeypatch.setattr(api, "at_equal_cost", lambda *words: words)
    assert api.run_into(plan, "there", minutes=5.0, tell=print) == "done"
    assert asked.open == [("there", (plan, print))]
    assert asked.go == [(((plan, print), "opened"), {"jobs": None, "on_progress": None, "minutes": 5.0})]


def test_a_study_without_a_file_is_kept_in_its_folder(asked, root, monkeypatch):
    monkeypatch.setattr(api, "open_folder", lambda out, plan: root)
    plan = Plan(kind="compare", name="mine", arms=(), seed=1, runs=1, scale=0.1)
    api.run_into(plan, root, text="kind: compare\n")
    assert (root / "study.yaml").read_text() == "kind: compare\n"
    (((kept, there), _),) = asked.go
    assert (kept.study_file, kept.name, there) == (str(root / "study.yaml"), "mine", root)


# its words


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Stand in a folder with a scenario and a world, another scenario at home."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("a.yaml", "home/b.yaml", "own/zones.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_study_of_words_is_planned_as_its_file_would_be(home, monkeypatch):
    planned, gone = [], []
    monkeypatch.setattr(
        "sim.lab.studyfile.plan_of", lambda *words, **more: planned.append((words, more)) or "plan"
    )
    monkeypatch.setattr(api, "run_into", lambda *words, **more: gone.append((words, more)) or "done")
    document = {"kind": "sweep", "base": "a.yaml", "world": None, "runs": np.int64(3), "name": "合肥"}
    assert api.from_words(document, out="there", jobs=2, on_progress=print) == "done"
    (((root, here), more),) = planned
    assert plain(root) == {"kind": "sweep", "base": str(home / "a.yaml"), "runs": 3, "name": "合肥"}
    assert {entry.place for entry in root.entries} == {Place("sim.sweep")}  # no lines: nobody sees them
    assert (here, more) == (home / "study.yaml", {"jobs": 2, "out": "there"})
    (((plan, out), how),) = gone
    assert (plan, out) == ("plan", "there")
    assert plain(parse(how.pop("text"), "study.yaml")) == plain(root)
    assert how == {"jobs": 2, "on_progress": print, "part": None, "executor": None, "reuse": ()}


def test_scenarios_and_worlds_of_words_are_found_from_any_folder(home):
    a, b, own = str(home / "a.yaml"), str(home / "home/b.yaml"), str(home / "own")
    document = {
        "base": Path("a.yaml"), "scenarios": ["~/b.yaml", "baseline", 3, "a.yaml"], "world": "own",
        "design": {"file": "a.yaml", "runs": 8}, "name": "a.yaml",
        "worlds": {"two": ["own", "china-31"], "one": "own", "none": "gone"},
    }  # fmt: skip
    assert api._said(document) == {
        "base": a, "scenarios": [b, "baseline", 3, a], "world": own,
        "design": {"file": a, "runs": 8}, "name": "a.yaml",
        "worlds": {"two": [own, "china-31"], "one": own, "none": "gone"},
    }  # fmt: skip
    odd = {"scenarios": "a.yaml", "design": "a.yaml", "worlds": ["own"]}
    assert api._said(odd) == odd | {"scenarios": a}


def test_scenarios_that_stand_in_no_file_are_refused_all_at_once():
    mapping, remedy = {"name": "x"}, "write it to a file first"
    assert told(api.from_words, {"kind": "sweep", "base": mapping, "scenarios": ["a", None, 3, mapping]}) == [
        f"sim.sweep: base: a dict is no scenario here; allowed: a scenario's file or name; {remedy}",
        f"sim.sweep: scenarios: a int is no scenario here; allowed: a list of files and names; {remedy}",
        f"sim.sweep: scenarios: a dict is no scenario here; allowed: a list of files and names; {remedy}",
    ]
    first, second = told(api.from_words, {"kind": "sweep", "base": ["a.yaml"], "scenarios": mapping})
    assert first.startswith("sim.sweep: base: a list is no scenario here")
    assert second.startswith("sim.sweep: scenarios: a dict is no scenario here")


# its folders


def test_a_retry_is_of_the_failed_runs_alone(asked, root, monkeypatch):
    monkeypatch.chdir(put(root))
    assert api.retry(".", jobs=3, on_progress=print) == "done"
    ((words, more),) = asked.build
    assert (words, more["jobs"]) == (("compare", [root / "scenarios/b.yaml"]), 3)
    plan = ("plan over", [4, 5])
    assert asked.open == [(root, plan)]
    assert asked.go == [((plan, "opened"), {"jobs": 3, "on_progress": print, "failed_alone": True})]


def test_how_many_points_are_still_to_come_is_kept(asked, root):
    api.resume(put(root, to_come=3))
    assert asked.build[0][1]["to_come"] == 3


class Seeds:
    """A plan that is nothing but its seeds."""

    def __init__(self, *seeds):
        self.seeds = seeds

    def over(self, seeds):
        return Seeds(*seeds)

    def jobs(self, root):
        return ("jobs", self.seeds, root)


@pytest.fixture
def merged(asked, tmp_path, monkeypatch):
    """Return a function that merges folders, and says from where the plan was and what was done."""
    asked.plan = Seeds()
    monkeypatch.chdir(tmp_path)

    def merge(*folders):
        taken = []
        monkeypatch.setattr(api.gather, "take", lambda *words: taken.append(words))
        monkeypatch.setattr(api, "sum_up", lambda plan, root: ("summed", plan.seeds, root))
        asked.build.clear()
        asked.open.clear()
        result = api.merge(*folders)
        ((_, (scenario,)), _), *_ = asked.build
        return scenario.parents[1], taken, [(root, plan.seeds) for root, plan in asked.open], result

    return merge


def test_parts_are_brought_together_under_all_their_seeds(merged, tmp_path):
    new, one, two = (tmp_path / name for name in ("new", "one", "two"))
    put(one)
    put(two, seed=9, runs=1)
    seeds = (4, 5, 9)
    assert merged("new", "one", "two") == (
        one,
        [(("jobs", seeds, new), [one, two])],
        [(root, seeds) for root in (new, one, two)],
        ("summed", seeds, new),
    )
    assert merged("two", "one") == (
        two,
        [(("jobs", seeds, two), [one])],
        [(root, seeds) for root in (two, one)],
        ("summed", seeds, two),
    )


def test_a_folder_alone_is_summed_up_again(merged, tmp_path):
    one = put(tmp_path / "one")
    assert merged("one") == (one, [(("jobs", (4, 5), one), [])], [(one, (4, 5))], ("summed", (4, 5), one))


def test_a_part_whose_seeds_nobody_knows_is_refused(merged, tmp_path):
    put(tmp_path / "one")
    put(tmp_path / "two")
    lacking = {key: value for key, value in MANIFEST.items() if key not in ("seed", "runs")}
    (tmp_path / "two/manifest.json").write_text(proof.sealed(lacking))
    (line,) = told(api.merge, "new", "one", "two")
    assert "lacks seed, runs" in line
