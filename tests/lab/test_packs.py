"""Packs of runs: found like folders, proved like folders, and a death on the way loses nothing."""

import shutil
import zipfile

import pytest

from sim.lab import packs, store
from sim.lab.durable import NotStored


@pytest.fixture
def jobs(standins, root):
    jobs = [standins.job(root, seed, panels=("firms",)) for seed in (1, 2, 3)]
    for job in jobs:
        standins.simulate(job)
    return jobs


def pack_of(root):
    (path,) = root.glob("runs/pack-*.zip")
    return path


def test_packed_runs_are_finished_and_their_tables_the_same(jobs, root):
    wanted = [store.table(job.folder, "cells.parquet") for job in jobs]
    store.tidy(root, [job.folder for job in jobs])
    assert [path.name for path in (root / "runs").iterdir()] == [pack_of(root).name]
    assert [store.table(job.folder, "cells.parquet") for job in jobs] == wanted
    assert store.table(jobs[0].folder, "panel/firms.parquet").num_rows == 3
    assert store.table(jobs[0].folder, "panel/deals.parquet") is None
    assert store.sort_out(jobs) == (jobs, [])
    assert store.seeds(jobs[0].folder.parent) == {1, 2, 3}
    with zipfile.ZipFile(pack_of(root)) as archive:
        assert archive.testzip() is None


def test_a_run_that_is_in_no_pack_is_absent(jobs, root, standins):
    store.tidy(root, [job.folder for job in jobs])
    assert store.look(standins.job(root, 4)).state is store.State.ABSENT


@pytest.mark.parametrize("part", ["run.json", "cells.parquet"])
def test_a_run_that_is_damaged_in_a_pack_is_computed_again_and_counts_first(
    jobs, root, standins, caplog, part
):
    store.tidy(root, [job.folder for job in jobs])
    path = pack_of(root)
    with zipfile.ZipFile(path) as archive:
        there = archive.getinfo(f"{jobs[1].folder.parent.name}/seed-0002/{part}")
    content = bytearray(path.read_bytes())
    content[there.header_offset + 60 + len(there.filename) + there.compress_size // 2] ^= 1
    path.write_bytes(content)
    packs._SHELVES.clear()
    assert store.sort_out(jobs) == ([jobs[0], jobs[2]], [jobs[1]])
    assert "damaged: small, seed 2: " in caplog.text
    assert "left in its pack and computed again" in caplog.text
    standins.simulate(jobs[1])
    assert store.sort_out(jobs) == (jobs, [])


def test_a_pack_that_is_no_zip_file_holds_nothing(jobs, root):
    store.tidy(root, [job.folder for job in jobs])
    pack_of(root).write_bytes(b"PK")
    packs._SHELVES.clear()
    assert store.sort_out(jobs) == ([], jobs)


def test_what_is_damaged_is_not_packed(jobs, root):
    (jobs[0].folder / "cells.parquet").write_bytes(b"")
    store.tidy(root, [job.folder for job in jobs])
    assert jobs[0].folder.is_dir()
    assert store.sort_out(jobs[1:]) == (jobs[1:], [])


def test_runs_in_a_folder_and_in_a_pack_count_once(jobs, root, tmp_path):
    shutil.copytree(root / "runs", tmp_path / "before")
    store.tidy(root, [job.folder for job in jobs])
    shutil.copytree(tmp_path / "before", root / "runs", dirs_exist_ok=True)  # died before it removed them
    assert store.sort_out(jobs) == (jobs, [])
    store.tidy(root, [job.folder for job in jobs])
    assert [path.name for path in (root / "runs").iterdir()] == [pack_of(root).name]


def test_where_a_pack_cannot_be_written_the_folders_stay(jobs, root, monkeypatch):
    def full(*words, **more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)
    with pytest.raises(NotStored, match="the disk is full"):
        store.tidy(root, [job.folder for job in jobs])
    monkeypatch.undo()
    assert not list(root.glob("runs/*.zip"))
    assert not list(root.glob("runs/.pack*"))
    assert store.sort_out(jobs) == (jobs, [])


def test_nothing_to_pack_makes_no_pack(root):
    packs.pack([])
    assert not list(root.iterdir())
