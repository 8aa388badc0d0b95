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


def test_seeds_are_those_of_the_scenario_that_was_asked_for(jobs, root, standins):
    other = standins.job(root, 9, "other")
    standins.simulate(other)
    store.tidy(root, [job.folder for job in (*jobs, other)])
    assert store.seeds(jobs[0].folder.parent) == {1, 2, 3}
    assert store.seeds(other.folder.parent) == {9}
    assert sorted(packs.packed(root / "runs")) == sorted(job.folder for job in (*jobs, other))


def test_packs_have_so_many_runs_and_the_last_one_what_is_left(jobs, root, monkeypatch):
    monkeypatch.setattr(packs, "SIZE", 2)
    store.tidy(root, [job.folder for job in jobs])
    held = []
    for path in sorted(root.glob("runs/*")):
        with zipfile.ZipFile(path) as archive:
            held.append(sum(name.endswith("run.json") for name in archive.namelist()))
    assert sorted(held) == [1, 2]
    assert store.sort_out(jobs) == (jobs, [])


def test_texts_are_pressed_and_tables_are_not_as_they_are_already(jobs, root):
    store.tidy(root, [job.folder for job in jobs])
    with zipfile.ZipFile(pack_of(root)) as archive:
        told = {(i.filename.rpartition(".")[2], i.compress_type) for i in archive.infolist()}
    assert told == {("json", zipfile.ZIP_DEFLATED), ("parquet", zipfile.ZIP_STORED)}


def test_damage_that_leaves_the_size_is_not_packed_either(jobs, root):
    path = jobs[0].folder / "cells.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    store.tidy(root, [job.folder for job in jobs])
    assert path.exists()
    assert not jobs[1].folder.exists()


def test_what_others_put_there_or_take_away_is_noticed(jobs, root, tmp_path):
    store.tidy(root, [jobs[0].folder])
    first = pack_of(root)
    assert store.sort_out(jobs[:1]) == (jobs[:1], [])
    first.rename(tmp_path / first.name)
    assert store.sort_out(jobs[:1]) == ([], jobs[:1])
    (root / "runs/pack-folder.zip").mkdir()  # no pack, and no fault of the others
    (tmp_path / first.name).rename(first)
    assert store.sort_out(jobs[:1]) == (jobs[:1], [])


def test_a_folder_that_goes_while_it_is_packed_does_no_harm(jobs, root, monkeypatch):
    close = zipfile.ZipFile.close

    def meanwhile(self):
        close(self)
        if self.mode == "w":
            shutil.rmtree(jobs[0].folder, ignore_errors=True)

    monkeypatch.setattr(zipfile.ZipFile, "close", meanwhile)
    store.tidy(root, [job.folder for job in jobs])
    assert store.sort_out(jobs) == (jobs, [])
