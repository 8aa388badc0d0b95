"""Runs of other folders: which are taken, and what is told of folders without any."""

import errno
from dataclasses import replace

import pytest
from lab_standins import plan_of

from sim.core.errors import InputError
from sim.lab import gather, packs, store
from sim.lab.durable import NotStored


@pytest.fixture
def elsewhere(root, standins):
    """Give a function that carries out a plan in another folder, and return that."""

    def carried(name, plan):
        folder = root.with_name(name)
        folder.mkdir()
        for job in plan.jobs(folder):
            standins.simulate(job)
        return folder

    return carried


def there(root, plan):
    return [job.run for job in plan.jobs(root) if store.look(job).proved]


def test_what_is_missing_is_taken_from_whichever_folder_has_it(root, elsewhere):
    plan = plan_of(runs=4)
    one, two = elsewhere("one", plan.over([1, 2])), elsewhere("two", plan.over([2, 3]))
    jobs = plan.jobs(root)
    assert gather.take(jobs, []) == 0
    assert gather.take([*jobs, *jobs], [one, two]) == 6
    assert there(root, plan) == [job.run for job in jobs if job.seed < 4]
    assert gather.take(jobs, [one, two]) == 0
    for job in jobs:
        if job.seed < 4:
            source = (one if job.seed < 3 else two) / job.folder.relative_to(root)
            files = {file.relative_to(job.folder) for file in job.folder.rglob("*") if file.is_file()}
            assert store.RECORD in {str(file) for file in files}
            assert all((job.folder / file).read_bytes() == (source / file).read_bytes() for file in files)


def test_a_run_is_taken_with_its_panels_and_only_if_it_has_those_that_are_wanted(root, standins):
    (plain, *_), other = plan_of().jobs(root), root.with_name("other")
    other.mkdir()
    wanted = replace(plain, panels=("firms",))
    there = replace(plain, root=other, folder=other / plain.folder.relative_to(root))
    standins.simulate(there)
    assert gather.take([wanted], [other]) == 0
    assert not plain.folder.exists()
    standins.simulate(replace(there, panels=("firms", "talent")))
    assert gather.take([wanted], [other]) == 1
    assert (plain.folder / "panel/firms.parquet").is_file()
    assert (plain.folder / "panel/talent.parquet").is_file()


def test_what_is_damaged_within_is_not_taken(root, elsewhere):
    plan = plan_of(runs=1)
    other = elsewhere("other", plan)
    cells = plan.jobs(other)[0].folder / "cells.parquet"
    text = bytearray(cells.read_bytes())
    text[40] ^= 1  # of the same length
    cells.write_bytes(text)
    assert gather.take(plan.jobs(root), [other]) == 1
    assert there(root, plan) == [plan.jobs(root)[1].run]


def test_runs_of_packs_are_taken_as_well(root, elsewhere):
    plan = plan_of(runs=2)
    other = elsewhere("other", plan)
    packs.pack(job.folder for job in plan.jobs(other))
    assert not list(other.glob("runs/*/seed-*/run.json"))
    assert gather.known([other]) == [other]
    assert gather.take(plan.jobs(root), [other]) == 4
    assert len(there(root, plan)) == 4


def test_a_full_disk_is_told_with_the_run_that_has_no_room(root, elsewhere, monkeypatch):
    plan = plan_of(runs=1)
    other = elsewhere("other", plan)

    def full(source, target):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(gather.shutil, "copyfileobj", full)
    with pytest.raises(NotStored) as caught:
        gather.take(plan.jobs(root), [other])
    assert (caught.value.path, caught.value.why) == (str(plan.jobs(root)[0].folder), "the disk is full")
    assert there(root, plan) == []


def test_folders_without_runs_are_told_together(root, elsewhere):
    other = elsewhere("other", plan_of(runs=1))
    allowed = "allowed: a results folder of clusterlab with runs"
    with pytest.raises(InputError) as caught:
        gather.known([root.with_name("a"), str(other), root])
    assert [str(problem) for problem in caught.value.problems] == [
        f"--reuse {root.with_name('a')}: holds no runs; {allowed}",
        f"--reuse {root}: holds no runs; {allowed}",
    ]
    with pytest.raises(InputError) as caught:
        gather.known(str(other))
    said = f"--reuse: {str(other)!r} is no list of folders; allowed: ['results/FOLDER']"
    assert str(caught.value) == said
    with pytest.raises(InputError, match="--reuse: 3 is no"):
        gather.known([3])
