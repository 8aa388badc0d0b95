"""The description of a results folder for repositories: an RO-Crate that says what is there, and no more."""

import hashlib
import json

import pytest

from sim.lab import crate, proof
from sim.lab.crate import CRATE

MADE = {
    "name": "", "question": "", "scenarios": [{"name": "a"}, {"name": "b"}],
    "command": "clusterlab compare a b",
    "started": "2026-01-02T03:04:05+00:00", "finished": "2026-01-02T03:05:06+00:00", "state": "done",
    "clusterlab": "1.2", "source_hash": "0f", "packages": {"numpy": "2.0", "scipy": "1.14"},
}  # fmt: skip
"""What a crate takes from a manifest, beside the fingerprints of tables."""


@pytest.fixture
def described(root):
    """Give a function that describes a folder with a table, a picture, two scenarios and a study."""
    (root / "scenarios").mkdir()
    for name in ("t.csv", "p q.png", "scenarios/b.yaml", "scenarios/a.yaml", "scenarios/note", "study.yaml"):
        (root / name).write_text(f"{name}\n")
    (root / "manifest.json").write_text("{}")

    def graph_of(**more):
        files = proof.fingerprints(root, ["t.csv", "p q.png"])
        crate.write(root, MADE | {proof.FILES: files} | more)
        return json.loads((root / CRATE).read_text(encoding="utf-8"))

    return graph_of


def refer(*names):
    return [{"@id": name} for name in names]


def test_the_folder_its_run_and_the_program_are_told_as_the_manifest_has_them(described):
    told = described()
    used = refer("scenarios/a.yaml", "scenarios/b.yaml", "study.yaml")
    made = refer("t.csv", "p%20q.png", "manifest.json")
    assert told["@context"] == "https://w3id.org/ro/crate/1.1/context"
    assert told["@graph"][:4] == [
        {
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        {
            "@id": "./",
            "@type": "Dataset",
            "name": "a, b",
            "description": "Results of clusterlab compare a b",
            "datePublished": "2026-01-02T03:05:06+00:00",
            "hasPart": used + made,
            "mentions": {"@id": "#run"},
        },
        {
            "@id": "#run",
            "@type": "CreateAction",
            "name": "clusterlab compare a b",
            "startTime": "2026-01-02T03:04:05+00:00",
            "endTime": "2026-01-02T03:05:06+00:00",
            "actionStatus": "http://schema.org/CompletedActionStatus",
            "instrument": {"@id": "#clusterlab"},
            "object": used,
            "result": made,
        },
        {
            "@id": "#clusterlab",
            "@type": "SoftwareApplication",
            "name": "clusterlab",
            "softwareVersion": "1.2",
            "identifier": "0f",
            "softwareRequirements": ["numpy==2.0", "scipy==1.14"],
        },
    ]
    assert [{"@id": one["@id"]} for one in told["@graph"][4:]] == used + made


def test_files_are_told_by_name_format_size_and_checksum(described):
    files = described()["@graph"][4:]
    assert files[4] == {
        "@id": "p%20q.png",
        "@type": "File",
        "name": "p q.png",
        "encodingFormat": "application/octet-stream",  # no format that is known here
        "contentSize": "8",
        "sha256": hashlib.sha256(b"p q.png\n").hexdigest(),
    }
    assert [one["encodingFormat"] for one in files] == [
        *["application/yaml"] * 3, "text/csv", "application/octet-stream", "application/json"
    ]  # fmt: skip


def test_a_study_is_called_by_its_name_and_question_and_may_have_failed(described):
    folder, run = described(name="mine", question="Does it?", state="failed")["@graph"][1:3]
    assert (folder["name"], folder["description"]) == ("mine", "Does it?")
    assert run["actionStatus"] == "http://schema.org/FailedActionStatus"
