import json
import os
from dataclasses import replace

import pytest

from sim.core.errors import InputError
from sim.lab import durable, store


def test_a_run_is_there_only_when_finished(standins, root):
    job = standins.job(root, 1)

    def half():
        with store.workplace(job.folder) as draft:
            (draft / "cells.parquet").touch()
            assert durable.running(root) == 1
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        half()
    assert not job.folder.exists()
    assert durable.running(root) == 0
    standins.simulate(job)
    assert sorted(p.name for p in job.folder.iterdir()) == [
        "cells.parquet",
        "industries.parquet",
        "national.parquet",
        "run.json",
        "zones.parquet",
    ]


def test_finished_runs_are_skipped(standins, root):
    jobs = [standins.job(root, seed) for seed in (1, 2)]
    standins.simulate(jobs[0])
    assert store.sort_out(jobs) == ([jobs[0]], [jobs[1]])


def test_another_identity_is_refused_with_what_differs(standins, root):
    job = standins.job(root, 1)
    standins.simulate(job)
    other = replace(job, identity=replace(job.identity, scale=0.1, world="elsewhere"))
    with pytest.raises(InputError) as caught:
        store.sort_out([other])
    text = str(caught.value)
    assert "scale 0.02 there, 0.1 asked for" in text
    assert "world 'nowhere' there, 'elsewhere' asked for" in text
    assert "--out" in text


def test_a_run_without_the_panels_asked_for_is_done_again(standins, root):
    plain = standins.job(root, 1)
    rich = standins.job(root, 1, panels=("firms",))
    standins.simulate(plain)
    assert store.sort_out([rich]) == ([], [rich])
    standins.simulate(rich)
    assert store.sort_out([rich]) == ([rich], [])
    assert store.sort_out([plain]) == ([plain], [])
    assert (plain.folder / "panel/firms.parquet").exists()


def test_a_failure_is_noted_and_forgotten_when_the_run_succeeds(standins, root):
    job = standins.job(root, 1)
    job.folder.parent.mkdir(parents=True)
    store.note_failure(job, "ValueError: no", "Traceback ...")
    assert json.loads(store.failure(job.folder).read_text())["error"] == "ValueError: no"
    standins.simulate(job)
    assert not store.failure(job.folder).exists()


def test_what_a_dead_process_left_is_swept(root):
    here, foreign = durable._host(), "0" * 8
    (root / "runs/small").mkdir(parents=True)
    for host in (here, foreign):
        for name in (f"runs/small/.seed-0001.{host}-00000000", f".cells.parquet.{host}-00000000"):
            (root / f"{name}.lock").touch()
            (root / f"{name}.draft").touch()
            (root / f"{name}.old").mkdir()
    durable.sweep(root)
    left = [p.name for p in root.rglob(".*")]
    assert not any(here in name for name in left)
    assert sum(foreign in name for name in left) == 6, "another machine's locks may not be seen from here"
    for path in root.rglob(f".*{foreign}*"):
        os.utime(path, (0, 0))
    durable.sweep(root)
    assert not list(root.rglob(".*"))
