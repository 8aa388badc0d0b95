"""The schema of study files: it accepts what the loader does, and an editor can tell what keys mean."""

import pytest

from sim.lab.kinds import KINDS
from sim.lab.plan import KEEP
from sim.lab.studyfile import KEYS
from sim.lab.studyschema import study_schema
from sim.scenario.yamlfile import parse, plain
from sim.world.rows import source_rows

jsonschema = pytest.importorskip("jsonschema", reason="comes with altair, of the app extra")

VALUES = ("text", 1, ["text"], [next(iter(source_rows()))], next(iter(KEEP)))
"""Of these each key takes one."""


@pytest.fixture
def schema():
    return study_schema()


@pytest.fixture
def accepts(schema):
    return jsonschema.Draft202012Validator(schema).is_valid


def test_it_is_a_schema_that_tells_what_it_is_of(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == jsonschema.Draft202012Validator.META_SCHEMA["$id"]
    assert "study" in schema["title"]
    assert "question" in schema["description"]


def test_keys_are_those_of_the_kind(accepts):
    good = {"kind": "sensitivity", "method": "morris", "base": "baseline", "samples": 8, "runs": 1}
    assert accepts(good)
    for bad in ({"precision": {}}, {"method": "mors"}, {"runs": 0}, {"kind": "compare"}, {"scale": 2}):
        assert not accepts(good | bad), bad
    assert not accepts({"scenarios": ["baseline"]})
    assert not accepts(["kind"])


def test_where_the_kind_is_missing_that_alone_is_told(schema):
    """Not that every other key belongs to some other kind."""
    errors = [*jsonschema.Draft202012Validator(schema).iter_errors({"scenarios": ["baseline"], "runs": 2})]
    assert [error.message for error in errors] == ["'kind' is a required property"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_own_keys_and_methods_and_no_others(kind, accepts):
    for key in {*KEYS, *(key for one in KINDS.values() for key in one.keys)} - {"kind", "method"}:
        allowed = any(accepts({"kind": kind, key: value}) for value in VALUES)
        assert allowed == (key in (*KEYS, *KINDS[kind].keys)), key
    for method in {method for one in KINDS.values() for method in one.methods}:
        allowed = method in KINDS[kind].methods and method not in KINDS[kind].later
        assert accepts({"kind": kind, "method": method}) == (allowed or _free(kind)), method


def _free(kind):
    """Say whether a kind has a method that the schema leaves to the loader."""
    return "method" in KINDS[kind].keys and not KINDS[kind].methods


def test_an_editor_is_told_of_every_key_before_the_kind_is_known(schema):
    assert set(schema["properties"]) == {*KEYS, *(key for kind in KINDS.values() for key in kind.keys)}
    assert schema["properties"]["kind"]["enum"] == list(KINDS)
    assert "same seeds" in schema["properties"]["runs"]["description"]


def test_the_studies_that_come_with_the_program_are_valid(request, accepts):
    files = sorted((request.config.rootpath / "experiments").rglob("*.yaml"))
    assert files
    for file in files:
        assert accepts(plain(parse(file.read_text(encoding="utf-8"), str(file)))), file
