"""The run store: what counts as finished, what is told of what is not, and what is kept of a failure."""

import json
import os
import shutil
from dataclasses import replace

import pytest

from sim.lab import durable, proof, store


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


def test_another_identity_is_another_place(standins, root):
    job = standins.job(root, 1)
    standins.simulate(job)
    identity = replace(job.identity, scale=0.1)
    other = replace(job, identity=identity, folder=root / "runs" / identity.key / "seed-0001")
    assert store.sort_out([job, other]) == ([job], [other])
    shutil.copytree(job.folder, other.folder)
    assert state(other.folder) == ("damaged", False, "it is the run of small, seed 1")


def test_scenarios_that_say_the_same_share_a_run(standins, root):
    job = standins.job(root, 1)
    twin = replace(job, scenario="twin", run=7)
    assert store.sort_out([job, twin]) == ([], [job, twin])
    standins.simulate(job)
    other = standins.job(root, 2)
    assert store.sort_out([job, twin, other]) == ([job, twin], [other])


def test_a_run_of_which_only_metrics_were_kept_is_done_again_for_its_tables(standins, root):
    lean, full = standins.job(root, 1, tables=False), standins.job(root, 1)
    standins.simulate(lean)
    assert [path.name for path in lean.folder.iterdir()] == ["run.json"]
    assert store.table(lean.folder, "cells.parquet") is None
    assert store.sort_out([lean]) == ([lean], [])
    assert store.sort_out([full]) == ([], [full])
    standins.simulate(full)
    assert store.sort_out([full]) == ([full], [])
    assert store.table(full.folder, "cells.parquet").num_rows == 4


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


def test_what_a_dead_process_left_is_swept(standins, root):
    here, foreign = durable._host(), "0" * 8
    runs = standins.runs(root).relative_to(root)
    (root / runs).mkdir(parents=True)
    for host in (here, foreign):
        for name in (f"{runs}/.seed-0001.{host}-00000000", f".cells.parquet.{host}-00000000"):
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


def state(folder, **how):
    found = store.read(folder, **how)
    return found.state.value, found.record is not None, found.fault


def rewrite(folder, **entries):
    """Change entries of a run's record and seal it anew; ``None`` takes one out."""
    record = json.loads((folder / "run.json").read_text()) | entries
    text = proof.sealed({k: v for k, v in record.items() if v is not None})
    (folder / "run.json").write_text(text)


def change_a_bit(path):
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def test_every_kind_of_damage_is_told_by_its_fault(standins, root):
    job = standins.job(root, 1)
    folder, record = job.folder, job.folder / "run.json"
    assert state(folder) == ("absent", False, "")
    standins.simulate(job)
    text = record.read_text()
    assert state(folder, thorough=True) == ("finished", True, "")
    cells = (folder / "cells.parquet").read_bytes()
    change_a_bit(folder / "cells.parquet")
    assert state(folder) == ("finished", True, "")
    fault = "cells.parquet has another checksum than when it was written"
    assert state(folder, thorough=True) == ("damaged", True, fault)
    (folder / "cells.parquet").write_bytes(cells)
    rewrite(folder, metrics=None, flows=None)
    assert state(folder) == ("damaged", False, "run.json lacks flows, metrics")
    rewrite(folder, metrics={}, flows={}, identity="mine")
    assert state(folder) == ("damaged", False, "the identity in run.json is no mapping")
    record.write_text(text)
    rewrite(folder, files=None)
    assert state(folder) == ("unverified", True, "it carries no checksums")
    record.write_text(json.dumps({k: v for k, v in json.loads(text).items() if k != "seal"}))
    assert state(folder) == ("unverified", True, "it carries no checksums")
    record.write_text("{")
    assert state(folder) == ("damaged", False, "run.json: not readable as JSON")
    record.unlink()
    assert state(folder) == ("damaged", False, "run.json is missing")
    gone = folder.with_name("seed-0009")
    gone.symlink_to("nowhere")
    assert state(gone) == ("damaged", False, "run.json is missing")


def test_only_finished_runs_are_proved(standins, root):
    job = standins.job(root, 1)
    standins.simulate(job)
    assert store.look(job).proved == store.read(job.folder).record
    rewrite(job.folder, files=None)
    assert store.look(job).record is not None
    assert store.look(job).proved is None


def test_a_jobs_run_is_that_of_its_scenario_and_seed_checksums_on_request(standins, root):
    job, other = standins.job(root, 1), standins.job(root, 2)
    standins.simulate(job)
    change_a_bit(job.folder / "cells.parquet")
    assert store.look(job).state is store.State.FINISHED
    assert store.look(job, thorough=True).state is store.State.DAMAGED
    job.folder.rename(other.folder)
    assert store.look(other).fault == "it is the run of small, seed 1"


def test_a_record_vouches_for_every_table_panels_included(standins, root):
    job = standins.job(root, 1, panels=("firms",))
    standins.simulate(job)
    files = json.loads((job.folder / "run.json").read_text())["files"]
    assert list(files) == sorted(
        ["cells.parquet", "industries.parquet", "national.parquet", "panel/firms.parquet", "zones.parquet"]
    )
    assert files["panel/firms.parquet"]["bytes"] == (job.folder / "panel/firms.parquet").stat().st_size


def test_a_run_that_somebody_else_finished_meanwhile_stays_and_ours_is_dropped(standins, root):
    job = standins.job(root, 1, panels=("firms",), check=True)
    standins.simulate(job)
    there = (job.folder / "run.json").stat().st_ino
    for same in (job, replace(job, panels=()), replace(job, check=False)):
        standins.simulate(same)
        assert (job.folder / "run.json").stat().st_ino == there
    standins.simulate(replace(job, panels=("firms", "deals")))
    assert (job.folder / "panel/deals.parquet").exists()
    there = (job.folder / "run.json").stat().st_ino
    assert [p.name for p in standins.runs(root).iterdir()] == ["seed-0001"]


@pytest.mark.parametrize("harm", ["damaged", "unverified", "a bit"])
def test_what_is_damaged_where_a_run_is_to_go_is_set_aside(standins, root, harm):
    job = standins.job(root, 1)
    standins.simulate(job)
    if harm == "a bit":
        change_a_bit(job.folder / "cells.parquet")
    else:
        rewrite(job.folder, **({"metrics": None} if harm == "damaged" else {"files": None}))
    standins.simulate(job)
    assert state(job.folder)[0] == "finished"
    (aside,) = standins.runs(root).glob("seed-0001.damaged-*")
    assert state(aside, thorough=True)[0] == ("damaged" if harm == "a bit" else harm)


def test_the_check_that_was_asked_for_is_part_of_what_a_run_holds(standins, root):
    plain, checked = standins.job(root, 1), standins.job(root, 1, check=True)
    standins.simulate(plain)
    assert store.sort_out([checked]) == ([], [checked])
    standins.simulate(checked)
    assert store.sort_out([plain, checked]) == ([plain, checked], [])


def test_a_folder_that_is_gone_is_not_made_anew(standins, root):
    job = standins.job(root / "gone", 1)
    with pytest.raises(durable.NotStored, match="the folder is gone") as caught:
        standins.simulate(job)
    assert caught.value.path == str(job.folder)
    with pytest.raises(durable.NotStored, match="the folder is gone") as caught:
        store.note_failure(job, "no", "...")
    assert caught.value.path == str(job.folder)
    assert not (root / "gone").exists()


def test_what_failed_is_told_with_its_error_or_what_is_wrong_with_the_note(standins, root):
    jobs = [standins.job(root, seed) for seed in (1, 2, 3, 4)]
    for job in jobs[:2]:
        store.note_failure(job, f"ValueError: {job.seed}", "Traceback ...")
    assert json.loads((standins.runs(root) / "seed-0001.failed.json").read_text()) == {
        "scenario": "small", "seed": 1, "error": "ValueError: 1", "detail": "Traceback ...",
    }  # fmt: skip
    store.failure(jobs[1].folder).write_text("{}")
    store.failure(jobs[2].folder).write_text("[]")
    assert store.failed(jobs) == [
        (jobs[0], "ValueError: 1"),
        (jobs[1], ""),
        (jobs[2], "no mapping at the top"),
    ]


def test_what_is_damaged_is_told_in_one_line_and_to_do(standins, root, caplog):
    jobs = [standins.job(root, seed) for seed in (1, 2, 3)]
    for job in jobs:
        standins.simulate(job)
    (jobs[0].folder / "zones.parquet").unlink()
    assert store.sort_out(jobs) == (jobs[1:], jobs[:1])
    (aside,) = standins.runs(root).glob("seed-0001.damaged-*")
    assert caplog.messages == [
        f"damaged: small, seed 1: zones.parquet is missing; set aside as {aside.name} and computed again"
    ]
    caplog.clear()
    change_a_bit(jobs[1].folder / "cells.parquet")
    assert store.sort_out(jobs[1:2]) == ([], jobs[1:2])
    assert "cells.parquet has another checksum" in caplog.messages[0]
    caplog.clear()
    jobs.append(standins.job(root, 4))
    standins.simulate(jobs[3])
    for job in jobs[2:]:
        rewrite(job.folder, files=None)
    assert store.sort_out(jobs) == ([], jobs)
    (aside,) = standins.runs(root).glob("seed-0003.damaged-*")
    assert caplog.messages == [
        "damaged: 2 runs, such as small, seed 3: it carries no checksums; "
        f"set aside as {aside.name} and computed again"
    ]


class Unreadable:
    """A folder on a disk with a fault."""

    def glob(self, pattern):
        raise OSError("fault")


def test_seeds_are_those_of_finished_runs_in_their_places(standins, root):
    assert store.seeds(standins.runs(root)) == set()
    assert store.seeds(Unreadable()) == set()
    jobs = [standins.job(root, seed) for seed in (1, 2, 3, 4)]
    for job in jobs:
        standins.simulate(job)
    (jobs[1].folder / "run.json").unlink()
    jobs[2].folder.rename(jobs[2].folder.with_name("seed-0007"))
    assert store.seeds(standins.runs(root)) == {1, 4}
