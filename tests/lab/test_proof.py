"""Proof that files are what was written: seals of records, sizes and checksums of tables."""

import hashlib
import json
import os
import zipfile

import pytest

from sim.lab import proof
from sim.lab.proof import Sheet


def test_a_sealed_record_is_known_again_and_any_change_is_a_fault(tmp_path):
    path = tmp_path / "r.json"
    record = {"b": 1, "a": ["合肥", None], "seal": "of an earlier one"}
    text = proof.sealed(record)
    assert text.endswith("\n")
    content = json.loads(text)
    plain = json.dumps({"a": ["合肥", None], "b": 1}, separators=(",", ":"), ensure_ascii=False)
    assert content["seal"] == hashlib.sha256(plain.encode()).hexdigest()
    assert len(json.loads(proof.sealed({"a": "\ud800"}))["seal"]) == 64
    path.write_text(text, encoding="utf-8")
    assert proof.load(path) == Sheet(content)
    path.write_text(json.dumps(content | {"b": 2}))
    assert proof.load(path) == Sheet(fault="changed since it was written")
    path.write_text(json.dumps({"b": 2}))
    assert proof.load(path) == Sheet({"b": 2})


@pytest.mark.parametrize(
    ("content", "sheet"),
    [
        (b"{\n  !", Sheet(fault="not readable as JSON", line=2, column=3)),
        (b"[]", Sheet(fault="no mapping at the top", line=1, column=1)),
        (b"\xff{}", Sheet(fault="not readable (UnicodeDecodeError)")),
        (b"[" * 200_000, Sheet(fault="not readable (RecursionError)")),
        ('{"a": "合"}'.encode(), Sheet({"a": "合"})),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(tmp_path, content, sheet):
    (tmp_path / "r.json").write_bytes(content)
    assert proof.load(tmp_path / "r.json") == sheet


def test_nothing_and_a_folder_are_told_apart(tmp_path):
    assert proof.load(tmp_path / "none") == Sheet()
    assert proof.load(tmp_path) == Sheet(fault="not readable (Is a directory)")


@pytest.fixture
def files(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(name.encode() * 3)
    return proof.fingerprints(tmp_path, "ab")


def test_a_file_is_known_by_size_and_checksum(tmp_path, files):
    assert files == {
        name: {"bytes": 3, "sha256": hashlib.sha256(name.encode() * 3).hexdigest()} for name in "ab"
    }
    assert proof.fault(tmp_path, files) == ""
    (tmp_path / "b").write_bytes(b"bbc")
    assert proof.fault(tmp_path, files) == "b has another checksum than when it was written"
    assert proof.fault(tmp_path, files, thorough=False) == ""
    (tmp_path / "a").write_bytes(b"aa")
    assert proof.fault(tmp_path, files, thorough=False) == "a has 2 bytes instead of 3"


def test_files_that_are_gone_or_cannot_be_read_are_told(tmp_path, files):
    (tmp_path / "b").unlink()
    assert proof.fault(tmp_path, files) == "b is missing"
    (tmp_path / "b").symlink_to("b")
    assert proof.fault(tmp_path, files) == f"b cannot be read ({os.strerror(40)})"


def test_files_in_a_pack_are_known_as_those_in_a_folder_are(tmp_path, files):
    pack = tmp_path / "pack.zip"
    with zipfile.ZipFile(pack, "w") as archive:
        archive.writestr("runs/a", b"aaa")
        archive.writestr("runs/b", b"bb")
    folder = zipfile.Path(pack, "runs/")
    assert proof.fault(folder, {"a": files["a"]}) == ""
    assert proof.fault(folder, files) == "b has 2 bytes instead of 3"
    assert proof.fault(folder, {"a": files["b"]}) == "a has another checksum than when it was written"
    assert proof.fault(folder, {"c": files["a"]}) == "c is missing"
    pack.write_bytes(pack.read_bytes().replace(b"aaa", b"aba"))
    assert proof.fault(zipfile.Path(pack, "runs/"), files).startswith("a cannot be read (Bad CRC-32")
