"""A whole study with the stand-in engine: resume, failure, interruption, number of workers."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest
from lab_standins import computed, go, plan_of

from sim.core.errors import InputError
from sim.lab import durable, folder, packs, session
from sim.lab.api import status
from sim.lab.outcome import Interrupted
from sim.lab.plan import Arm, Plan

METRICS = [
    {"name": "output", "unit": "m yuan", "better": "higher"},
    {"name": "undefined", "unit": "", "better": ""},
]
pytestmark = pytest.mark.usefixtures("small_catalogues")


@pytest.fixture
def plan(standins):
    return plan_of()


def written(root):
    """Return when each finished run got its record."""
    return {path: path.stat().st_mtime_ns for path in root.glob("runs/*/seed-*/run.json")}


def test_a_whole_study(standins, plan, root):
    seen = []
    outcome = go(plan, root, standins.simulate, watch=seen.append)
    assert (outcome.total, outcome.done, outcome.skipped, outcome.failures) == (8, 8, 0, ())
    row = outcome.rows[0]
    assert (row["metric"], row["difference"], row["runs"]) == ("output", pytest.approx(1.0), 4)
    manifest = json.loads((root / "manifest.json").read_text())
    assert (manifest["state"], manifest["runs_done"], manifest["runs_failed"]) == ("done", 8, [])
    assert manifest["flows"]["base"]["amount"] == [2.5]
    assert manifest["programmes"]["other"]["talent_card"] == {"requested": 2.0, "delivered": 1.0}
    assert manifest["warnings"][0] == "base: small numbers (4 of 4 runs)"
    assert manifest["command"].startswith("clusterlab compare base.yaml other.yaml --runs 4 --seed 1")
    assert (root / "scenarios/base.yaml").exists()
    assert seen[-1].done == 8
    assert seen[-1].fraction == 1.0
    assert [p.fraction for p in seen] == sorted(p.fraction for p in seen)
    assert status(root) == {"total": 8, "done": 8, "failed": 0, "running": 0, "damaged": 0}
    assert outcome.frame().shape == (2, 11)


def test_pairs_share_seeds_and_runs_are_unique(plan, root):
    jobs = plan.jobs(root)
    assert sorted(j.run for j in jobs) == list(range(1, 9))
    assert [(j.scenario, j.seed) for j in jobs[:3]] == [("base", 1), ("other", 1), ("base", 2)]


def test_number_of_workers_changes_nothing(standins, plan, tmp_path):
    tables = []
    for jobs in (1, 2):
        root = tmp_path / f"jobs-{jobs}"
        go(plan, root, standins.simulate, jobs=jobs)
        tables.append([(root / f).read_bytes() for f in ("comparison.csv", "scenarios/base.yaml")])
        tables[-1] += [
            pq.read_table(root / f"{t}.parquet") for t in ("timeseries", "cells", "zones", "industries")
        ]
    assert tables[0] == tables[1]


def test_repeating_computes_nothing(standins, plan, root):
    go(plan, root, standins.simulate)
    again = go(plan, root, standins.simulate)
    assert again.skipped == 8
    assert computed(root) == 8


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupted_then_resumed_computes_nothing_twice(standins, plan, root, jobs):
    with pytest.raises(Interrupted) as caught:
        go(plan, root, {1: standins.interrupts, 2: standins.stops_parent}[jobs], jobs=jobs)
    kept = written(root)
    assert caught.value.done == len(kept) >= 3
    assert "--out" in caught.value.command
    manifest = json.loads((root / "manifest.json").read_text())
    assert manifest["state"] == "interrupted"
    assert not list(root.glob("runs/*/.seed*"))
    outcome = go(plan, root, standins.simulate)
    assert (outcome.skipped, outcome.done) == (caught.value.done, 8)
    assert kept.items() <= written(root).items()  # what was there has not been touched


def test_killed_outright_leaves_no_workers_and_nothing_half_done(root):
    script = textwrap.dedent(f"""
        import sys
        sys.path[:0] = [{str(Path(__file__).parent)!r}]
        import lab_standins
        from pathlib import Path
        from sim.lab.workers import carry_out
        jobs = [lab_standins.job(Path({str(root)!r}), seed) for seed in (1, 2, 3, 4)]
        carry_out(jobs, workers=2, task=lab_standins.kills_parent, watcher=None)
    """)
    done = subprocess.run([sys.executable, "-c", script], check=False, timeout=300)
    assert done.returncode == -signal.SIGKILL
    workers = [int(f.read_text()) for f in root.glob("worker-*")]
    assert workers
    patience = time.monotonic() + 20
    while any(alive(w) for w in workers) and time.monotonic() < patience:
        time.sleep(0.05)
    assert not any(alive(w) for w in workers)
    durable.sweep(root)
    assert not list(root.glob("runs/*/*"))


def alive(process):
    """Whether a process is at work (a dead one may wait to be reaped by process 1)."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_failed_runs_are_told_and_pairs_are_of_equal_seeds(standins, plan, root):
    outcome = go(plan, root, standins.raises)
    assert [(f.scenario, f.seed) for f in outcome.failures] == [("base", 2), ("other", 2)]
    assert outcome.rows[0]["runs"] == 3
    manifest = json.loads((root / "manifest.json").read_text())
    assert manifest["state"] == "failed"
    assert manifest["runs_failed"][0]["error"] == "ValueError: the accounts do not close"
    assert manifest["warnings"][0] == "other: compared over the 3 of 4 seeds that both finished"
    assert status(root) == {"total": 8, "done": 6, "failed": 2, "running": 0, "damaged": 0}
    assert go(plan, root, standins.simulate).rows[0]["runs"] == 4
    assert status(root)["failed"] == 0


def test_more_runs_go_on_where_fewer_ended(standins, root):
    go(plan_of(runs=2), root, standins.simulate)
    outcome = go(plan_of(runs=3), root, standins.simulate)
    assert (outcome.skipped, outcome.done) == (4, 6)
    series = pq.read_table(root / "timeseries.parquet")
    assert sorted(set(series["run"].to_pylist())) == [1, 2, 3, 4, 5, 6]


def test_another_study_in_the_folder_is_refused(standins, plan, root):
    go(plan, root, standins.simulate)
    other = plan_of(runs=4)
    changed = Plan(kind="compare", name="x", arms=other.arms[:1], seed=9, runs=4, scale=0.1)
    with pytest.raises(InputError) as caught:
        folder.open_folder(root, changed)
    text = str(caught.value)
    assert "scale 0.02 there, 0.1 asked for" in text
    assert "scenarios base, other there, base asked for" in text
    assert "choose another --out" in text


def test_a_study_with_other_scenarios_uses_what_is_there(standins, root, caplog):
    def many(*names):
        arms = tuple(Arm(n, n, n, SimpleNamespace(), standins.Small(n)) for n in names)
        return Plan(kind="compare", name="many", arms=arms, seed=1, runs=2, scale=0.02)

    go(many("base", "old"), root, standins.simulate)
    outcome = go(many("base", "new", "old"), root, standins.simulate)
    assert (outcome.done, outcome.skipped, computed(root)) == (6, 4, 6)
    assert "scenarios base, old there, base, new, old asked for; runs that are the same" in caplog.text
    assert {path.name for path in (root / "scenarios").iterdir()} == {"base.yaml", "new.yaml", "old.yaml"}
    outcome = go(many("base", "new"), root, standins.simulate)
    assert (outcome.done, outcome.skipped, computed(root)) == (4, 4, 6)
    assert set(pq.read_table(root / "zones.parquet")["scenario"].to_pylist()) == {"base", "new"}
    assert {path.name for path in (root / "scenarios").iterdir()} == {"base.yaml", "new.yaml"}
    with pytest.raises(InputError, match="holds another study: scenarios base, new there, other, new asked"):
        folder.open_folder(root, many("other", "new"))


def test_scenarios_that_say_the_same_are_run_once_and_shown_by_their_names(standins, root):
    class Same(standins.Small):
        digest = "the same"

    arms = tuple(Arm(n, n, n, SimpleNamespace(), Same(n)) for n in ("base", "twin"))
    seen = []
    outcome = go(replace(plan_of(), arms=arms), root, standins.simulate, watch=seen.append)
    assert (outcome.done, computed(root), seen[-1].done) == (8, 4, 8)
    assert outcome.rows[0]["difference"] == 0.0
    for name in ("timeseries", "cells", "zones", "industries"):
        table = pq.read_table(root / f"{name}.parquet")
        assert {"base", "twin"} == set(table["scenario"].to_pylist()), name
        assert len(set(table["run"].to_pylist())) == 8
    assert status(root)["done"] == 8


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_large_study_leaves_few_files_and_the_same_tables(standins, root, monkeypatch, jobs):
    plain, packs_root = plan_of(runs=5, panels=("firms",)), root.with_name("packed")
    wanted = go(plain, root, standins.simulate)
    monkeypatch.setattr(packs, "FROM", 10)
    monkeypatch.setattr(packs, "SIZE", 4)
    packs_root.mkdir()
    outcome = go(plain, packs_root, standins.simulate, jobs=jobs)
    assert (outcome.done, outcome.rows) == (10, wanted.rows)
    inside = sorted(path.name for path in (packs_root / "runs").iterdir())
    assert len(inside) == 3
    assert all(name.startswith("pack-") for name in inside)
    for name in ("timeseries", "cells", "zones", "industries", "panel/firms"):
        assert pq.read_table(packs_root / f"{name}.parquet") == pq.read_table(root / f"{name}.parquet")
    assert status(packs_root)["done"] == 10
    again = go(plain, packs_root, standins.simulate)
    assert (again.skipped, again.rows) == (10, wanted.rows)
    more = go(plan_of(runs=6, panels=("firms",)), packs_root, standins.simulate)
    assert (more.done, more.skipped) == (12, 10)


def test_of_a_study_that_keeps_metrics_alone_there_are_no_tables(standins, root):
    outcome = go(plan_of(keep="metrics"), root, standins.simulate)
    assert outcome.rows == go(plan_of(), root.with_name("full"), standins.simulate).rows
    assert not list(root.glob("*.parquet"))
    assert {path.name for path in root.glob("runs/*/*/*")} == {"run.json"}
    assert json.loads((root / "manifest.json").read_text())["keep"] == "metrics"


def test_folders_that_cannot_be_used(plan, tmp_path):
    file = tmp_path / "file"
    file.touch()
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").touch()
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "manifest.json").write_text("{")
    for place, what in (
        (file, "file is a file"),
        (foreign, "not empty"),
        (broken, "cannot be read"),
        (file / "below", "file is a file"),
    ):
        with pytest.raises(InputError, match=what):
            folder.open_folder(place, plan)


def test_a_new_folder_is_dated_and_never_shared(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first, second = folder.open_folder(None, plan), folder.open_folder(None, plan)
    assert first != second
    assert first.parent == tmp_path / "results"
    assert first.name.endswith("compare-a-study")


def test_workers_are_capped_by_free_memory_with_a_word(standins, plan, root, monkeypatch, caplog):
    monkeypatch.setattr("sim.lab.machine.free_memory", lambda: 0.0)
    outcome = session.carry_out_plan(plan, root, jobs=4, task=standins.simulate)
    assert outcome.done == outcome.total
    assert json.loads((root / "manifest.json").read_text())["jobs"] == 1
    assert caplog.messages[0].startswith("1 worker instead of 4: each needs about ")
