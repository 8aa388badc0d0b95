"""Results folders: which are written into, what another study differs in, what is read of damaged ones."""

import json
import os
import re
from dataclasses import replace
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.core.errors import InputError
from sim.core.plugins import Plugin
from sim.lab import folder, proof
from sim.lab.options import SPARE
from sim.lab.plan import Arm, Plan

OURS = "allowed: a results folder of clusterlab"


@pytest.fixture
def plan(standins):
    return plan_of(standins, "base", "other")


def plan_of(standins, *names, **more):
    arms = tuple(Arm(n, n, n, SimpleNamespace(), standins.Small(n)) for n in names)
    about = {"kind": "compare", "name": "a study", "seed": 1, "runs": 2, "scale": 0.02}
    return Plan(arms=arms, **(about | more))


def put(root, plan, name="manifest.json", /, **more):
    """Write a manifest of a plan; ``None`` takes an entry out."""
    scenarios = [{"name": arm.name, "runs": plan.runs_of(arm).as_posix()} for arm in plan.arms]
    entries = {"plan": plan.as_dict(), "seed": plan.seed, "scenarios": scenarios}
    entries |= {"kind": plan.kind, "base": plan.arms[0].name, "study_file": plan.study_file} | more
    root.mkdir(exist_ok=True)
    text = proof.sealed({key: value for key, value in entries.items() if value is not None})
    (root / name).write_text(text)


def refused(call, *words):
    with pytest.raises(InputError) as caught:
        call(*words)
    return str(caught.value)


# New folders


def test_a_new_folder_tells_time_kind_and_name_and_is_never_shared(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(folder, "datetime", Clock)
    stem = "2026-02-03-040506-compare-a-study"
    names = [folder.open_folder(None, plan) for _ in range(3)]
    assert names == [tmp_path / "results" / name for name in (stem, f"{stem}-2", f"{stem}-3")]
    long = folder.open_folder(None, replace(plan, name="x" * 90))
    assert long.name == f"2026-02-03-040506-compare-{'x' * 60}"
    for n in range(4, 1000):
        (tmp_path / "results" / f"{stem}-{n}").mkdir()
    with pytest.raises(AssertionError, match=r"^a thousand results folders in one second$"):
        folder.open_folder(None, plan)


class Clock:
    """A clock that stands still."""

    @staticmethod
    def now():
        return Clock()

    def astimezone(self):
        return self

    def strftime(self, form):
        assert form == "%Y-%m-%d-%H%M%S"
        return "2026-02-03-040506"


def test_a_folder_that_cannot_be_made_is_told(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").touch()
    said = "cannot be made: Not a directory; allowed: a folder you may write to; --out"
    assert re.fullmatch(
        f"{tmp_path}/results/.*-compare-a-study: {said}", refused(folder.open_folder, None, plan)
    )
    long = tmp_path / ("x" * 300)
    said = said.replace("Not a directory", "File name too long")
    assert refused(folder.open_folder, long, plan).startswith(f"--out {tmp_path}/xxx")
    assert refused(folder.open_folder, long, plan).endswith(f"xxx: {said}")


def test_a_name_that_python_itself_refuses_is_told_in_its_words(plan, root, monkeypatch):
    monkeypatch.setattr(folder.Path, "mkdir", lambda *args, **more: _raise(ValueError("embedded null byte")))
    said = "cannot be made: embedded null byte; allowed: a folder you may write to; --out"
    assert refused(folder.open_folder, root, plan) == f"--out {root}: {said}"


def test_a_place_that_cannot_be_a_folder_is_told_before_it_is_made(plan, tmp_path):
    (tmp_path / "file").touch()
    said = f"{tmp_path / 'file'} is a file; allowed: a folder, new, empty or with results"
    assert refused(folder.open_folder, tmp_path / "file", plan) == f"--out {tmp_path / 'file'}: {said}"


def test_folders_are_made_with_those_above_and_told_by_their_absolute_path(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert folder.open_folder("a/b", plan) == tmp_path / "a" / "b"
    assert (tmp_path / "a" / "b").is_dir()
    assert folder.open_folder("a/b", plan) == tmp_path / "a" / "b"


# Folders with a study


def test_a_study_is_gone_on_with_over_other_seeds_too(standins, plan, root):
    put(root, plan)
    assert folder.open_folder(root, replace(plan, seed=7, runs=9)) == root
    (root / "manifest.json").rename(root / SPARE)
    assert folder.open_folder(root, plan) == root


def test_another_study_is_told_by_all_that_differs(standins, plan, root):
    put(root, plan)
    plugin = Plugin("mine", "mine.py", "abc", ())
    other = replace(plan, kind="run", scale=0.1, plugins=(plugin,), seed=3)
    assert refused(folder.open_folder, root, other) == (
        f"--out {root}: holds another study: kind compare there, run asked for; "
        "scale 0.02 there, 0.1 asked for; plug-ins none there, mine (abc) now; "
        "seed 1 there, 3 asked for; choose another --out"
    )
    put(root, other, seed=3)
    assert "plug-ins mine (abc) there, none now" in refused(folder.open_folder, root, plan)
    put(root, plan, plan=plan.as_dict() | {"source_hash": "older", "plugins": None}, scenarios=[])
    found = refused(folder.open_folder, root, plan)
    assert "; it was computed with another version of the program" in f"; {found.split('study: ')[1]}"
    assert "plug-ins none there, none now" in found
    two = replace(plan, plugins=(plugin, Plugin("yours", "yours.py", "def", ())))
    put(root, plan)
    assert "plug-ins none there, mine (abc), yours (def) now" in refused(folder.open_folder, root, two)


def test_seeds_matter_to_a_single_run_alone(standins, plan, root):
    run = replace(plan, kind="run")
    put(root, run)
    assert folder.open_folder(root, run) == root
    said = "holds another study: seed 1 there, 2 asked for; choose another --out"
    assert refused(folder.open_folder, root, replace(run, seed=2)) == f"--out {root}: {said}"


def test_scenarios_that_changed_are_named(standins, plan, root):
    there = plan.as_dict() | {"scenarios": {"base": "x", "other": "y"}}
    put(root, plan, plan=there, scenarios=[])
    assert "holds another study: the scenario 'base' and 'other' has changed;" in refused(
        folder.open_folder, root, plan
    )
    there["scenarios"]["base"] = plan.as_dict()["scenarios"]["base"]
    put(root, plan, plan=there, scenarios=[])
    assert "holds another study: the scenario 'other' has changed;" in refused(folder.open_folder, root, plan)
    put(root, plan, plan=there | {"scenarios": None}, scenarios=[])
    assert "scenarios no others there, base, other asked for" in refused(folder.open_folder, root, plan)


@pytest.mark.parametrize(("count", "told"), [(12, ", ".join(f"s{i}" for i in range(12))), (13, "s12")])
def test_of_many_scenarios_those_are_named_that_differ(standins, root, count, told):
    names = [f"s{i}" for i in range(count)]
    put(root, plan_of(standins, *names[:-1]), base="another")
    there = "no others" if count > 12 else ", ".join(names[:-1])
    found = refused(folder.open_folder, root, plan_of(standins, *names))
    assert f"holds another study: scenarios {there} there, {told} asked for;" in found


def test_of_many_scenarios_those_are_named_that_are_no_longer_there(standins, root):
    put(root, plan_of(standins, "gone", *(f"s{i}" for i in range(13))), base="another")
    found = refused(folder.open_folder, root, plan_of(standins, *(f"s{i}" for i in range(14))))
    assert "holds another study: scenarios gone there, s13 asked for;" in found


def test_other_scenarios_of_a_study_use_the_runs_it_has_with_a_word(standins, plan, root, caplog):
    put(root, plan, plan=plan.as_dict() | {"until": "2030-Q4"})
    other = plan_of(standins, "base", "third")
    assert folder.open_folder(root, other) == root
    told = f"scenarios base, other there, base, third asked for; until 2030-Q4 there, {plan.until} asked for"
    still = "runs that are the same are used, the others stay in runs/"
    assert caplog.messages == [f"{root}: {told}; {still}"]


def test_a_study_file_is_the_same_study_by_its_name_whatever_its_base(standins, root, caplog):
    put(root, plan_of(standins, "base", "other", study_file="mine.yaml"))
    assert folder.open_folder(root, plan_of(standins, "other", "third", study_file="mine.yaml")) == root
    assert len(caplog.messages) == 1
    yours = plan_of(standins, "base", "third", study_file="yours.yaml")
    assert "holds another study: scenarios base, other there" in refused(folder.open_folder, root, yours)


def test_points_that_are_still_to_be_chosen_are_not_missed(standins, plan, root, caplog):
    """A search asks for its first points; those that it chose before stand in the folder already."""
    put(root, plan)
    assert folder.open_folder(root, plan_of(standins, "base", to_come=1)) == root
    assert not caplog.messages


# Damaged manifests


def test_a_damaged_manifest_is_set_aside_where_its_copy_or_runs_are(plan, root, caplog):
    put(root, plan)
    put(root, plan, SPARE)
    (root / "manifest.json").write_text("{")
    assert folder.open_folder(root, plan) == root
    (aside,) = root.glob("manifest.json.damaged-*")
    fault = f"damaged: {root / 'manifest.json'}: not readable as JSON; set aside as {aside.name}"
    assert caplog.messages == [fault]
    aside.rename(root / "manifest.json")
    (root / SPARE).unlink()
    (root / "runs/base/seed-0001").mkdir(parents=True)
    (root / "runs/base/seed-0001/run.json").touch()
    assert folder.open_folder(root, plan) == root
    assert len(list(root.glob("manifest.json.damaged-*"))) == 1


def test_somebody_elses_file_of_that_name_is_left_alone(plan, root):
    (root / "manifest.json").write_text("{\n}")
    remedy = f"run the command that made it again with --out {root}: finished runs are kept"
    assert refused(folder.open_folder, root, plan) == (
        f"{root}:1:1: manifest.json cannot be read: not the manifest of a study; {OURS}; {remedy}"
    )
    assert (root / "manifest.json").exists()


def test_what_is_no_results_folder_is_told(plan, tmp_path, root):
    assert refused(folder.read_manifest, tmp_path / "no") == f"{tmp_path / 'no'}: no such folder; {OURS}"
    said = f"{root}: holds no manifest.json; {OURS}"
    assert refused(folder.read_manifest, root) == said
    (root / "runs/base/seed-0001").mkdir(parents=True)
    (root / "runs/base/seed-0001/run.json").touch()
    remedy = f"run the command that made it again with --out {root}: finished runs are kept"
    assert refused(folder.read_manifest, root) == f"{said}; {remedy}"


def test_a_manifest_is_read_or_its_sealed_copy_with_a_word(plan, root, caplog):
    put(root, plan, mark="itself")
    put(root, plan, SPARE, mark="copy")
    assert folder.read_manifest(root, ["plan", "mark"])["mark"] == "itself"
    assert refused(folder.read_manifest, root, ["plan", "a", "b"]) == (
        f"{root}: its manifest.json lacks a, b; {OURS}"
    )
    (root / "manifest.json").write_text("{\n!")
    assert folder.read_manifest(root)["mark"] == "copy"
    used = "its copy from when the study began is used"
    assert caplog.messages == [f"damaged: {root / 'manifest.json'}: not readable as JSON; {used}"]
    (root / "manifest.json").unlink()
    assert folder.read_manifest(root)["mark"] == "copy"
    assert caplog.messages[1:] == [f"damaged: {root / 'manifest.json'}: holds no manifest.json; {used}"]
    (root / "manifest.json").write_text("{\n!")
    (root / SPARE).write_text(json.dumps({"plan": plan.as_dict()}))  # without a seal
    assert refused(folder.read_manifest, root).startswith(
        f"{root}:2:1: manifest.json cannot be read: not readable as JSON; {OURS}; run the command"
    )


# Merged tables


def test_merged_tables_are_what_was_written_or_at_least_open(root):
    for name in ("a.parquet", "b.parquet"):
        pq.write_table(pa.table({"x": [1]}), root / name)
    (root / "c.csv").write_text("x")
    manifest = {"files": proof.fingerprints(root, ["a.parquet"])}
    names = ("a.parquet", "b.parquet", "c.csv", "none.parquet")
    folder.verify(root, manifest, names)
    remedy = f"'clusterlab resume {root}' makes it again from the runs"
    (root / "b.parquet").write_bytes(b"PAR1")
    found = refused(folder.verify, root, manifest, names)
    assert found.startswith(f"{root}: damaged: b.parquet cannot be read (")
    assert found.endswith(f"); {remedy}")
    assert "." not in found.split("(")[1].split(")")[0]
    folder.verify(root, manifest, names[:1])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pq, "read_metadata", lambda path: _raise(OSError("it is too short. It has 4 bytes.")))
        found = refused(folder.verify, root, manifest, names)
    assert found == f"{root}: damaged: b.parquet cannot be read (it is too short); {remedy}"
    os.truncate(root / "a.parquet", 10)
    assert refused(folder.verify, root, manifest, names).startswith(
        f"{root}: damaged: a.parquet has 10 bytes"
    )
    folder.verify(root, manifest, ["c.csv"])
    folder.verify(root, {"files": None}, ["c.csv"])
    assert "a.parquet cannot be read" in refused(folder.verify, root, {}, names)


def _raise(error):
    raise error
