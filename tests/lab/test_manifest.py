"""The manifest: what it says of a study, how runs add up in it, and what it puts back."""

import json
import re
import sys
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from types import SimpleNamespace

import pytest

from sim.core.plugins import Plugin
from sim.lab import manifest, proof
from sim.lab.durable import NotStored
from sim.lab.options import SPARE
from sim.lab.plan import Arm, Plan, Point
from sim.lab.precision import goals
from sim.world.names import industry

METRICS = [{"name": "output", "unit": "m yuan", "better": "higher"}]


@pytest.fixture
def plan(standins):
    def of(tables=None, **more):
        arms = tuple(
            Arm(
                n,
                f"{n}-folder",
                f"{n}.yaml",
                f"scenario {n}",
                Own(n, description=f"about {n}", tables=tables),
            )
            for n in ("base", "other")
        )
        about = {"kind": "compare", "name": "a study", "arms": arms, "seed": 3, "runs": 2, "scale": 0.02}
        return Plan(**(about | more))

    class Own(standins.Small):
        @property
        def parameters(self):
            return (f"of {self.name}",)

        @property
        def document(self):
            return {"name": self.name}

    return of


@pytest.fixture(autouse=True)
def small(small_catalogues, monkeypatch):
    """Know one metric and one industry, and nothing of scenarios but their names."""
    from sim.lab import catalogue

    monkeypatch.setattr(catalogue, "levers", lambda: ["a lever"])
    monkeypatch.setattr(catalogue, "industries", lambda world: {"AI": f"in {world}"} if world else {})
    monkeypatch.setattr("sim.scenario.difference", lambda base, other: [f"{base} against {other}"])
    monkeypatch.setattr("sim.lab.machine.name", lambda: "a machine")


def read(root, name="manifest.json"):
    sheet = proof.load(root / name)
    assert sheet.sealed, sheet.fault
    return sheet.content


def test_a_first_manifest_says_what_is_asked_and_that_nothing_is_done(plan, root):
    plugin = Plugin("mine", "mine.py", "abc", ("a", "b"))
    asked = plan(
        panels=("firms",), check=True, outcomes=("output",), design={"by": ["x"]}, question="Why?",
        plugins=(plugin,), precision=goals({"output": "10%"}),
    )  # fmt: skip
    there = manifest.begin(root, asked, 5)
    assert read(root) == {**read(root), **json.loads(json.dumps(there))}
    assert read(root) == read(root, SPARE)
    started = there.pop("started")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", started)
    assert (
        abs((datetime.fromisoformat(manifest.now()) - datetime.fromisoformat(started)).total_seconds()) < 600
    )
    assert there == {
        "clusterlab": manifest.program_version(),
        "python": sys.version.split()[0],
        "packages": manifest.packages(),
        "source_hash": asked.as_dict()["source_hash"],
        "state": "running",
        "kind": "compare",
        "name": "a study",
        "question": "Why?",
        "command": asked.command(),
        "study_file": "",
        "plan": asked.as_dict(),
        "plugins": [{"module": "mine", "file": "mine.py", "digest": "abc", "parts": ("a", "b")}],
        "scenarios": [
            {
                "name": name,
                "file": f"scenarios/{name}-folder.yaml",
                "runs": asked.runs_of(arm).as_posix(),
                "source": f"{name}.yaml",
                "description": f"about {name}",
                "digest": f"digest of {name}",
                "policy_difference": [f"scenario base against scenario {name}"],
                "yaml": f"name: {name}\n",
            }
            for name, arm in zip(("base", "other"), asked.arms, strict=True)
        ],
        "base": "base",
        "world": "nowhere",
        "world_tables": {},
        "scale": 0.02,
        "seed": 3,
        "runs": 2,
        "seeds": [3, 4],
        "planned_seeds": [3, 4],
        "precision": {"output": "10%"},
        "stopped": "",
        "start": "2023-Q1",
        "until": "2023-Q4",
        "panels": ["firms"],
        "check": True,
        "keep": "all",
        "outcomes": ["output"],
        "to_come": 0,
        "by": ["x"],
        "finished": None,
        "jobs": 5,
        "machine": "a machine",
        "wall_seconds": 0.0,
        "cpu_seconds": 0.0,
        "runs_done": 0,
        "runs_failed": [],
        "programmes": {},
        "flows": {},
        "warnings": [],
        "profile": {},
        "memory": {},
        "metrics": METRICS,
        "levers": ["a lever"],
        "industries": {"AI": "in nowhere"},
        "industries_zh": {"AI": industry("AI").zh},
        "files": {},
    }
    for name in ("base", "other"):
        assert (root / f"scenarios/{name}-folder.yaml").read_text() == f"name: {name}\n"


def test_versions_are_those_of_the_packages_that_are_there(monkeypatch):
    assert manifest.packages()["numpy"] == version("numpy")
    known = {
        "mesa",
        "numba",
        "numpy",
        "pandas",
        "pyarrow",
        "pydantic",
        "ruamel.yaml",
        "scipy",
        "SALib",
        "optuna",
    }
    assert known >= set(manifest.packages())
    monkeypatch.setattr(manifest, "_PACKAGES", ("no such package", "numpy"))
    assert manifest.packages() == {"numpy": version("numpy")}


@pytest.mark.parametrize("left", ["manifest.json", SPARE])
def test_a_later_part_keeps_seeds_start_and_time_of_the_earlier(plan, root, left):
    first = manifest.begin(root, plan(), 1)
    manifest.save(root, first | {"started": "long ago", "wall_seconds": 7.5})
    if left == SPARE:
        (root / "manifest.json").replace(root / SPARE)
    there = manifest.begin(root, plan(seed=9, runs=1), 1)
    assert (there["seed"], there["runs"], there["seeds"], there["planned_seeds"]) == (
        3,
        3,
        [3, 4, 9],
        [3, 4, 9],
    )
    assert (there["started"], there["wall_seconds"]) == ("long ago", 7.5)


def test_without_a_manifest_the_base_tells_the_seeds_and_a_single_run_asks_nobody(standins, plan, root):
    for job in plan(seed=8).jobs(root)[::2]:
        standins.simulate(job)
    assert list((root / "runs").iterdir()) == [plan().runs_of(plan().arms[0], root)]
    assert manifest.begin(root, plan(), 1)["seeds"] == [3, 4, 8, 9]
    assert manifest.begin(root, plan(kind="run", runs=1), 1)["seeds"] == [3]


def test_seeds_of_older_manifests_are_in_a_row():
    assert manifest.seeds_of({"seed": 4, "runs": 3}) == [4, 5, 6]
    assert manifest.seeds_of({"seed": 4, "runs": 3, "seeds": [1, 4, 9]}) == [1, 4, 9]


def test_a_study_that_needed_fewer_seeds_says_so_and_what_it_planned():
    there = {"seed": 1, "runs": 4, "seeds": [1, 2, 3, 4], "planned_seeds": [1, 2, 3, 4], "stopped": ""}
    assert manifest.stopped(there, {1, 4}, "enough") == {
        "seed": 2, "runs": 2, "seeds": [2, 3], "planned_seeds": [1, 2, 3, 4], "stopped": "enough",
    }  # fmt: skip
    assert there["stopped"] == ""


@pytest.mark.parametrize("content", [{}, {"plan": "compare"}, {"plan": {}}, {"plan": None}])
def test_a_record_that_is_no_manifest_is_a_fault(root, content):
    (root / "manifest.json").write_text(json.dumps(content))
    found = manifest.find(root)
    assert found == proof.Sheet(fault="not the manifest of a study", line=1, column=1)


def test_a_manifest_is_found_by_its_name(root):
    assert manifest.find(root).absent
    (root / SPARE).write_text('{"plan": {"kind": "compare"}}')
    assert manifest.find(root).absent
    assert manifest.find(root, SPARE).content == {"plan": {"kind": "compare"}}
    (root / "manifest.json").write_text("{")
    assert manifest.find(root).fault == "not readable as JSON"


def test_scenarios_and_tables_are_put_back_where_they_are_not_whole(root, caplog):
    there = {
        "scenarios": [{"file": "scenarios/a.yaml", "yaml": "name: 合\n"}, {"file": "scenarios/old.yaml"}],
        "world_tables": {"files": {"own/zones.csv": "x\ud800"}},
    }
    for _ in range(2):
        manifest.restore_scenarios(root, there)
    assert (root / "scenarios/a.yaml").read_text(encoding="utf-8") == "name: 合\n"
    assert (root / "world/own/zones.csv").read_bytes() == b"x\\ud800"
    assert [p.name for p in (root / "scenarios").iterdir()] == ["a.yaml"]
    assert caplog.messages == []
    (root / "scenarios/a.yaml").write_text("mine")
    manifest.restore_scenarios(root, there | {"world_tables": None})
    (aside,) = root.glob("scenarios/a.yaml.damaged-*")
    assert caplog.messages == [
        f"damaged: {root / 'scenarios/a.yaml'} was changed since it was written; set aside as {aside.name}"
    ]
    assert (root / "scenarios/a.yaml").read_text(encoding="utf-8") == "name: 合\n"
    manifest.restore_scenarios(root, {"scenarios": []})


def test_where_scenarios_cannot_be_put_back_is_told(root):
    (root / "scenarios").touch()
    with pytest.raises(NotStored) as caught:
        manifest.restore_scenarios(root, {"scenarios": []})
    assert caught.value.path == str(root)


def test_tables_of_an_own_world_come_along_with_what_is_derived(plan, root, monkeypatch):
    asked = []
    monkeypatch.setattr("sim.world.own.derived", lambda *words: asked.append(words) or {"gdp": (7.0, 0.5)})
    monkeypatch.setattr("sim.world.Parameters", lambda words: f"parameters {words}")
    tables = SimpleNamespace(copy="own/zones.csv", path="/my/zones.csv", files={"own/zones.csv": "zone\n"})
    there = manifest.begin(root, plan(tables=tables), 1)
    assert there["world_tables"] == {
        "read_from": "/my/zones.csv",
        "files": {"own/zones.csv": "zone\n"},
        "derived": {"gdp": {"total": 7.0, "elasticity_to_gdp": 0.5, "evidence": "assumption"}},
    }
    assert asked == [(tables, "parameters ('of base',)")]
    assert there["scenarios"][1]["yaml"] == "name: other\nworld: ../world/own/zones.csv\n"
    assert (root / "world/own/zones.csv").read_text() == "zone\n"


def test_scenarios_of_an_earlier_view_go_unless_somebody_changed_them(root):
    (root / "scenarios").mkdir()
    texts = {
        "same": "name: a\n",
        "changed": "name: mine\n",
        "odd": "\\udce4",
        "old": "",
        "point": "name: p\n",
    }
    for name, text in texts.items():
        (root / f"scenarios/{name}.yaml").write_text(text)
    said = {"same": "name: a\n", "changed": "name: b\n", "odd": "\udce4", "gone": "", "point": "name: p\n"}
    before = [{"file": f"scenarios/{name}.yaml", "yaml": text} for name, text in said.items()]
    before[-1]["of"] = "same"
    manifest._clear_scenarios(root, {"scenarios": [*before, {"file": "scenarios/old.yaml"}]})
    assert sorted(file.stem for file in (root / "scenarios").iterdir()) == ["changed", "point"]
    (root / "scenarios/folder.yaml").mkdir()
    with pytest.raises(NotStored) as caught:
        manifest._clear_scenarios(root, {"scenarios": [{"file": "scenarios/folder.yaml"}]})
    assert caught.value.path == str(root)


def test_points_are_told_apart_from_the_scenarios_they_are_settings_of(plan):
    mine = plan()
    at = replace(mine.arms[0], name="p1", of="base", settings=("talent_card=0.5", "jobs=2"))
    told = {"scenarios": [manifest._scenario(mine, arm) for arm in (*mine.arms, at)]}
    assert [one["name"] for one in manifest.whole(told)] == ["base", "other"]
    assert manifest.points(told) == [Point("p1", "base", ("talent_card=0.5", "jobs=2"))]
    assert json.loads(json.dumps(told))["scenarios"][2]["settings"] == ["talent_card=0.5", "jobs=2"]
    assert (manifest.whole({}), manifest.points({"scenarios": None})) == ([], [])
