"""Finished means verified: whatever happens to the files of a results folder is found, told and mended."""

import errno
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from sim.core.errors import InputError
from sim.lab import durable, folder, manifest, options, proof, session, store
from sim.lab.api import status
from sim.lab.outcome import Interrupted
from sim.lab.plan import Arm, Plan

METRICS = [{"name": "output", "unit": "m yuan", "better": "higher"}]
MERGED = ("timeseries.parquet", "cells.parquet", "zones.parquet", "industries.parquet", "comparison.csv")
pytestmark = pytest.mark.usefixtures("small_catalogues")


@pytest.fixture
def go(standins):
    """Carry out a study of two stand-in scenarios in a folder, as a command with ``--out`` does."""

    def study(root, *, seed=1, runs=2, jobs=1, task="simulate", kind="compare"):
        arms = tuple(
            Arm(name, name, f"{name}.yaml", SimpleNamespace(), standins.Small(name, effect))
            for name, effect in (("base", 0.0), ("other", 1.0))
        )
        plan = Plan(kind=kind, name="a study", arms=arms, seed=seed, runs=runs, scale=0.02)
        place = folder.open_folder(root, plan)
        return session.carry_out_plan(plan, place, jobs=jobs, task=getattr(standins, task))

    return study


def tables(root):
    files = [*root.glob("*.parquet"), *root.glob("*.csv"), *root.glob("runs/*/seed-????/*.parquet")]
    return {str(p.relative_to(root)): p.read_bytes() for p in files}


def runs(root, scenario="base"):
    """Return the folder of a scenario's runs."""
    entries = json.loads((root / "manifest.json").read_text())["scenarios"]
    return root / next(entry["runs"] for entry in entries if entry["name"] == scenario)


def computed(root):
    return sum(len(f.read_text()) for f in (root.parent / "computed").iterdir())


def change(path, edit):
    path.write_bytes(edit(path.read_bytes()))


def flipped(content):
    return content[:40] + bytes([content[40] ^ 1]) + content[41:]


def edited(**entries):
    """Return an edit of a JSON file; ``None`` takes an entry out."""

    def edit(content):
        record = json.loads(content) | entries
        return json.dumps({k: v for k, v in record.items() if v is not None}).encode()

    return edit


# A run


DAMAGE = {
    "cut record": ("run.json", lambda b: b[: len(b) // 2]),
    "empty record": ("run.json", lambda b: b""),
    "record of another shape": ("run.json", lambda b: b"[]"),
    "record not UTF-8": ("run.json", lambda b: b"\xff\xfe" + b),
    "key missing": ("run.json", edited(metrics=None)),
    "metrics edited": ("run.json", edited(metrics={"output": 1e9})),
    "identity of another shape": ("run.json", edited(identity="mine", seal=None)),
    "cut table": ("national.parquet", lambda b: b[:100]),
    "a bit of a table": ("cells.parquet", flipped),
}


@pytest.mark.parametrize("harm", DAMAGE)
def test_a_damaged_run_is_set_aside_told_and_computed_again(go, root, caplog, harm):
    go(root)
    wanted = tables(root)
    name, edit = DAMAGE[harm]
    run = runs(root) / "seed-0002"
    change(run / name, edit)
    if harm != "a bit of a table":  # sizes alone do not show it
        assert status(root) == {"total": 4, "done": 3, "failed": 0, "running": 0, "damaged": 1}
    outcome = go(root)
    assert (outcome.done, outcome.skipped) == (4, 3)
    assert computed(root) == 5
    assert tables(root) == wanted
    assert status(root) == {"total": 4, "done": 4, "failed": 0, "running": 0, "damaged": 0}
    (line,) = [r.message for r in caplog.records]
    assert line.startswith("damaged: base, seed 2: ")
    (aside,) = runs(root).glob("seed-0002.damaged-*")
    assert aside.name in line


def test_tables_swapped_between_runs_are_found(go, root, caplog):
    go(root)
    wanted = tables(root)
    one, two = (runs(root) / f"seed-000{seed}/national.parquet" for seed in (1, 2))
    mine = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(mine)
    go(root)
    assert tables(root) == wanted
    assert "damaged: 2 runs, such as base, seed 1" in caplog.text


def test_a_run_in_the_place_of_another_is_damage(go, root):
    go(root)
    wanted = tables(root)
    one, two, aside = runs(root) / "seed-0001", runs(root, "other") / "seed-0002", root / "aside"
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    assert status(root)["damaged"] == 2
    go(root)
    assert tables(root) == wanted


@pytest.mark.parametrize("gone", ["run.json", "zones.parquet"])
def test_a_missing_file_is_damage_and_a_missing_run_is_not(go, root, gone):
    go(root)
    (runs(root) / "seed-0001" / gone).unlink()
    shutil.rmtree(runs(root, "other") / "seed-0001")
    assert status(root) == {"total": 4, "done": 2, "failed": 0, "running": 0, "damaged": 1}
    assert go(root).skipped == 2


def test_runs_without_checksums_are_shown_but_computed_again(go, root, caplog):
    go(root)
    for record in root.glob("runs/*/*/run.json"):
        change(record, edited(seal=None, files=None))
    assert status(root)["done"] == 4
    assert "unverified: 4 runs" in caplog.text
    assert go(root).skipped == 0


def test_the_run_of_another_version_in_a_place_is_damage(go, root, caplog):
    go(root)
    record = runs(root) / "seed-0001/run.json"
    content = json.loads(record.read_text())
    content["identity"]["source_hash"] = "older"
    record.write_text(proof.sealed(content))
    assert go(root).skipped == 3
    assert "damaged: base, seed 1: it is the run of base, seed 1" in caplog.text


# What a folder has in common


@pytest.mark.parametrize("name", MERGED)
@pytest.mark.parametrize("harm", [lambda b: b[:100], flipped, None], ids=["cut", "flipped", "deleted"])
def test_merged_files_are_made_again(go, root, caplog, name, harm):
    go(root)
    wanted = tables(root)
    (root / name).unlink() if harm is None else change(root / name, harm)
    with pytest.raises(InputError, match=f"damaged: {name}.*clusterlab resume"):
        folder.verify(root, folder.read_manifest(root), MERGED)
    assert go(root).skipped == 4
    assert tables(root) == wanted
    assert f"{name}" in caplog.text
    folder.verify(root, folder.read_manifest(root), MERGED)


SPOILT = {
    "cut": lambda b: b[:500],
    "edited": edited(scale=0.5),
    "a run's": lambda b: proof.sealed({"identity": {}}).encode(),
    "not UTF-8": lambda b: b"\xff" + b,
}


@pytest.mark.parametrize("harm", SPOILT)
def test_a_damaged_manifest_is_replaced_by_its_copy(go, root, caplog, harm):
    go(root)
    go(root, seed=7, runs=1)
    change(root / "manifest.json", SPOILT[harm])
    assert status(root)["total"] == 6
    assert "manifest.json" in caplog.text
    assert go(root).total == 6
    assert list(root.glob("manifest.json.damaged-*"))
    assert folder.read_manifest(root)["seeds"] == [1, 2, 7]


def test_a_deleted_manifest_is_replaced_by_its_copy(go, root):
    go(root)
    (root / "manifest.json").unlink()
    assert go(root).skipped == 4
    assert status(root)["done"] == 4


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "cut"])
def test_without_both_manifests_the_same_command_goes_on(go, root, gone):
    go(root)
    go(root, seed=7, runs=1)
    wanted = tables(root)
    (root / options.SPARE).unlink()
    (root / "manifest.json").unlink() if gone else (root / "manifest.json").write_text("{")
    with pytest.raises(InputError, match=f"run the command that made it again with --out {root}"):
        status(root)
    outcome = go(root)
    assert (outcome.total, outcome.skipped) == (6, 6)
    assert tables(root) == wanted


def test_the_manifest_alone_is_enough_to_go_on(go, root):
    go(root)
    wanted = tables(root)
    texts = {p.name: p.read_text() for p in root.glob("scenarios/*")}
    for path in root.iterdir():
        if path.name != "manifest.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    manifest.restore_scenarios(root, folder.read_manifest(root))
    assert {p.name: p.read_text() for p in root.glob("scenarios/*")} == texts
    go(root)
    assert tables(root) == wanted


def test_a_death_while_the_manifest_is_made_blocks_nothing(go, root):
    script = textwrap.dedent(f"""
        import os, sys
        from pathlib import Path
        sys.path[:0] = [{str(Path(__file__).parents[2])!r}]
        from sim.lab import durable
        from tests.torture import study
        durable.put = lambda draft, final: os._exit(9)
        study.carry_out(Path({str(root)!r}))
    """)
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=300).returncode == 9
    assert [p.name[:15] for p in root.iterdir() if p.suffix == ".draft"] == [".manifest.json."]
    assert not [p for p in root.iterdir() if not p.name.startswith(".")]
    assert go(root).done == 4
    assert not list(root.rglob(".*.draft"))


def test_a_changed_scenario_is_set_aside_and_written_again(go, root, caplog):
    go(root)
    file = root / "scenarios/base.yaml"
    text = file.read_text()
    file.write_text("name: mine\n")
    go(root)
    assert file.read_text() == text
    assert [p.read_text() for p in root.glob("scenarios/*.damaged-*")] == ["name: mine\n"]
    assert "base.yaml was changed" in caplog.text


# What cannot be written


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_full_disk_stops_the_study_and_fails_no_run(go, root, jobs):
    with pytest.raises(Interrupted) as caught:
        go(root, runs=4, jobs=jobs, task="no_space")
    assert "the disk is full" in caught.value.why
    assert caught.value.done == status(root)["done"]
    assert status(root)["failed"] == 0
    assert json.loads((root / "manifest.json").read_text())["state"] == "interrupted"
    assert go(root, runs=4).done == 8


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EDQUOT, errno.EIO])
@pytest.mark.parametrize("at", [1, 5, 20, 45])
def test_writes_that_fail_from_some_point_on(go, root, monkeypatch, at, error):
    seen, sync = [], os.fsync

    def failing(number):
        seen.append(number)
        if len(seen) >= at:
            raise OSError(error, os.strerror(error))
        sync(number)

    monkeypatch.setattr(durable.os, "fsync", failing)
    with pytest.raises(Interrupted) as caught:
        go(root)
    assert caught.value.why.startswith(f"cannot write {root}")
    assert not list(root.rglob("*.failed.json"))
    monkeypatch.setattr(durable.os, "fsync", sync)
    assert go(root).done == 4
    assert not list(root.rglob(".*.draft"))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_vanished_folder_is_not_made_anew(go, root, jobs):
    with pytest.raises(Interrupted, match="gone"):
        go(root, runs=4, jobs=jobs, task="loses_the_folder")
    assert not root.exists()
    root.with_name("elsewhere").rename(root)
    assert go(root, runs=4).done == 8


# Who is alive


def test_what_somebody_is_writing_is_not_swept(root):
    script = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        from sim.lab import durable
        with durable.drafting(Path({str(root)!r}) / "runs/a/seed-0001") as draft:
            draft.mkdir()
            print("ready", flush=True)
            sys.stdin.read()
    """)
    (root / "runs/a").mkdir(parents=True)
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        durable.sweep(root)
        assert len(list(root.glob("runs/a/.seed*"))) == 2
        assert durable.running(root) == 1
        writer.kill()
        writer.wait()
        assert durable.running(root) == 0
        durable.sweep(root)
    assert not list(root.glob("runs/a/.*"))


def test_where_there_are_no_locks_the_age_decides(root, monkeypatch):
    import filelock

    def none(self):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(filelock.FileLock, "_acquire", none)
    with durable.drafting(root / "x") as draft:
        draft.touch()
        durable.sweep(root)
        assert draft.exists()
        lock = draft.with_suffix(".lock")
        for path in (draft, lock):
            path.touch()
            os.utime(path, (0, 0))
        durable.sweep(root)
        assert not draft.exists()


# Parts of one study


def test_parts_come_together_whatever_their_order(go, tmp_path):
    roots = [tmp_path / name / "results" for name in ("apart", "backwards", "at-once")]
    for root in roots:
        root.mkdir(parents=True)
    go(roots[0], seed=1)
    first = go(roots[0], seed=3)
    go(roots[1], seed=3)
    go(roots[1], seed=1)
    go(roots[2], seed=1, runs=4)
    assert (first.total, first.done, first.skipped) == (8, 8, 4)
    assert tables(roots[0]) == tables(roots[1]) == tables(roots[2])
    there = json.loads((roots[0] / "manifest.json").read_text())
    assert (there["seed"], there["runs"], there["seeds"]) == (1, 4, [1, 2, 3, 4])
    assert (there["state"], there["runs_done"]) == ("done", 8)
    runs = pq.read_table(roots[0] / "timeseries.parquet")["run"].to_pylist()
    assert sorted(set(runs)) == list(range(1, 9))


def test_seeds_with_gaps_are_reproduced_stretch_by_stretch(go, root):
    go(root, seed=1)
    go(root, seed=6, runs=1)
    there = json.loads((root / "manifest.json").read_text())
    assert there["seeds"] == [1, 2, 6]
    one, other = there["command"].split(" && ")
    assert "--runs 2 --seed 1" in one
    assert "--runs 1 --seed 6" in other
    assert one.rsplit(" ", 1)[1] == other.rsplit(" ", 1)[1]
    rows = pq.read_table(root / "timeseries.parquet", columns=["run", "scenario", "seed"]).to_pylist()
    numbers = {(row["scenario"], row["seed"]): row["run"] for row in rows}
    assert numbers == {("base", 1): 1, ("base", 2): 2, ("base", 6): 3,
                       ("other", 1): 4, ("other", 2): 5, ("other", 6): 6}  # fmt: skip


def test_fewer_runs_than_before_forget_none(go, root):
    go(root, runs=3)
    assert go(root, runs=1).total == 6


def test_one_run_stays_one_run(go, root):
    go(root, runs=1, kind="run")
    with pytest.raises(InputError, match="seed 1 there, 3 asked for"):
        go(root, runs=1, seed=3, kind="run")


@pytest.mark.slow
def test_two_processes_write_parts_into_one_folder_at_once(tmp_path, go):
    root, whole = tmp_path / "at-once/results", tmp_path / "whole/results"
    for place in (root, whole):
        place.parent.mkdir()
    script = textwrap.dedent(f"""
        import sys
        from pathlib import Path
        sys.path[:0] = [{str(Path(__file__).parents[2])!r}]
        from tests.torture import study
        study.carry_out(Path({str(root)!r}), runs=4, seed=int(sys.argv[1]))
    """)
    parts = [subprocess.Popen([sys.executable, "-c", script, str(seed)]) for seed in (1, 5, 9)]
    assert [part.wait(timeout=500) for part in parts] == [0, 0, 0]
    there = json.loads((root / "manifest.json").read_text())
    assert (there["state"], there["seeds"], there["runs_done"]) == ("done", list(range(1, 13)), 24)
    go(whole, runs=12)
    ours, theirs = tables(root), tables(whole)
    name = "timeseries.parquet"  # what its columns mean is told out of each process's own catalogue
    assert pq.read_table(root / name).equals(pq.read_table(whole / name))
    del ours[name], theirs[name]
    assert {n: b for n, b in ours.items() if n.endswith("t")} == {
        n: b for n, b in theirs.items() if n.endswith("t")
    }
    assert not [p for p in root.rglob(".*") if p.name != options.SPARE]


def test_store_reads_nothing_where_nothing_is(tmp_path):
    assert store.read(tmp_path / "seed-0001").state is store.State.ABSENT
