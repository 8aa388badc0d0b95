"""The description of a real results folder: what reads crates reads it, and it is renewed with the folder."""

import hashlib
import json
from urllib.parse import unquote

import pytest
from rocrate.rocrate import ROCrate

import sim
from sim.lab.crate import CRATE, RUN

HOW = {"runs": 2, "scale": 0.002, "until": "2023-Q2", "world": "china-31", "report": False}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("crate") / "out"
    own = {"name": "合肥 first", "extends": "baseline", "policy": {"talent_card": 0.5}}
    sim.compare("baseline", own, out=root, **HOW)
    return root


def graph(folder):
    return {one["@id"]: one for one in json.loads((folder / CRATE).read_text(encoding="utf-8"))["@graph"]}


def test_what_crates_are_read_with_reads_it(folder):
    read = ROCrate(folder)
    assert read.root_dataset["datePublished"]
    assert "合肥" in read.root_dataset["name"]
    assert read.dereference(RUN)["instrument"]["softwareVersion"]
    parts = {unquote(part.id) for part in read.root_dataset["hasPart"]}
    assert {"comparison.csv", "timeseries.parquet", "manifest.json", "scenarios/baseline.yaml"} <= parts


def test_every_file_is_there_with_that_size_and_checksum(folder):
    files = [one for one in graph(folder).values() if one["@type"] == "File"]
    assert len(files) > 5
    for one in files:
        content = (folder / unquote(one["@id"])).read_bytes()
        assert int(one["contentSize"]) == len(content)
        assert one["sha256"] == hashlib.sha256(content).hexdigest()


def test_every_reference_leads_somewhere(folder):
    there = graph(folder)

    def asked(value):
        if isinstance(value, dict):
            if set(value) == {"@id"}:
                yield value["@id"]
            else:
                for inner in value.values():
                    yield from asked(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from asked(inner)

    wanted = {key for one in there.values() for key in asked(one) if not key.startswith("https://")}
    assert wanted <= set(there)
    assert {"./", RUN} <= set(there)


def test_it_is_renewed_with_the_folder(folder):
    before = graph(folder)["manifest.json"]["sha256"]
    sim.resume(folder)
    after = graph(folder)
    assert after["manifest.json"]["sha256"] != before  # the times in it are new
    assert after[RUN]["actionStatus"].endswith("CompletedActionStatus")
