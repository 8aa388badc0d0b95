"""The schema of study files: it accepts what the loader does, and an editor can tell what keys mean."""

import pytest

from sim.core.errors import InputError
from sim.lab.kinds import KINDS
from sim.lab.studyfile import KEYS, plan_of
from sim.lab.studyschema import study_schema
from sim.scenario.yamlfile import dump, parse, plain
from sim.world.rows import source_rows

jsonschema = pytest.importorskip("jsonschema", reason="comes with altair, of the app extra")

TOGETHER = {
    "kind": "sensitivity",
    "base": "a.yaml",
    "outcomes": "jobs",
    "factors": {"order_first": {}, "x": [1]},
}
GOOD = {
    "compare": {"kind": "compare", "scenarios": ["a.yaml", "b.yaml"]},
    "sweep": {
        "kind": "sweep",
        "base": "a.yaml",
        "outcomes": ["jobs"],
        "design": "grid",
        "factors": {"x": [1]},
    },
    "sensitivity": TOGETHER | {"method": "morris"},
    "optimise": {"kind": "optimise", "base": "a.yaml", "factors": {"order_first": {}}, "maximise": "jobs"},
    "discover": {
        "kind": "discover",
        "scenarios": ["a.yaml", "b.yaml"],
        "outcomes": "jobs",
        "factors": {"order_first": {}},
    },
    "robust": {
        "kind": "robust",
        "scenarios": ["a.yaml", "b.yaml"],
        "outcomes": ["jobs"],
        "worlds": {"as_it_is": {}, "other": [{"order_first": 0.3}]},
    },
    "complements": {
        "kind": "complements",
        "base": "a.yaml",
        "outcomes": ["jobs"],
        "parts": {name: {name: 0.5} for name in ("talent_card", "accelerators", "incubators")},
    },
    "replicate": {"kind": "replicate", "of": "results/x"},
    "validate": {"kind": "validate", "scenarios": "a.yaml"},
}
"""A study of each kind, with no more than it needs."""
NUMBERS = ({}, True, "many", [1], None)
NAMES = ({}, [], None, ["no_such_name"], "no_such_name", [["jobs"]])
WRONG = {
    "kind": ("no", None, 1),
    "name": ({}, [], True, None),
    "description": ({}, [], True, None),
    "serves": (*NAMES[:1], *NAMES[2:]),
    "runs": (*NUMBERS, 0, 1.5, 100_001),
    "seed": (*NUMBERS, -1, 2**31),
    "scale": (*NUMBERS, 0, 1.1, 0.001),
    "until": ({}, 2042, "2042", "2042-Q5", None),
    "world": ({}, [], None),
    "outcomes": (*NAMES, ["jobs", "jobs"]),
    "keep": ("some", ["all"], None, 1),
    "base": ({}, ["a.yaml"], None),
    "scenarios": ({}, [], None, [["a.yaml"]]),
    "precision": ([], "10%", {"no_such_name": 1}, {"jobs": 0}, {"jobs": "-3%"}, {"jobs": []}, {"jobs": True}),
    "equal_cost": ("yes", 1, None, []),
    "factors": (
        *("all", None, [], {}, 3, {"x": 1}, {"x": []}, {"x": [1, 1]}, {"x": [None]}, {"x": {"lo": 1}}),
        *(
            {"x": {"from": 0, "to": 1}},
            {"x": {"from": 0, "to": 1, "steps": 1}},
            {"x": {"low": "a", "high": 1}},
        ),
        *({"x": {"low": 0, "high": 1, "distribution": name}} for name in ("normal", "triangular", "beta")),
    ),
    "design": (
        "csv",
        "cube",
        {},
        {"grid": 3},
        {"latin_hypercube": 1},
        {"csv": []},
        [],
        None,
        {"csv": "a", "list": 1},
    ),
    "method": ("mors", None, 1),
    "levers": (*NAMES, ["talent_card", "talent_card"]),
    "samples": (*NUMBERS, 0, 1.5),
    "interactions": ("yes", 1, None),
    "maximise": (*NAMES, ["jobs", "jobs"]),
    "minimise": (*NAMES, ["jobs", "jobs"]),
    "budget": (*NUMBERS, -1),
    "trials": (*NUMBERS, 1, 2.5, 10_001),
    "batch": (*NUMBERS, 1, 2.5),
    "good_enough": (
        [],
        {"no_such_name": {"at_least": 1}},
        {"jobs": {}},
        {"jobs": {"at_least": "a"}},
        {"jobs": 3},
    ),
    "worlds": ({}, {"a": {}}, [], None, {"a": {}, "b": True}),
    "parts": ({}, [], None, {"a": {"x": 1}, "b": {"y": 1}}, {"a": {"x": 1}, "b": {"y": 1}, "c": 3}),
    "of": ({}, [], None, True),
    "seeds": ("old", [], 3, None),
    "other_theories": (*NAMES, ["wages", "wages"]),
}
"""By key what may not stand there."""
RIGHT = {
    "serves": ([], next(iter(source_rows()))),
    "runs": (1, 100_000),
    "precision": (None, {}, {"jobs": 5e4, "output": "10%"}),
    "factors": (
        *(
            "parameters",
            {"route_*": {}, "x": None, "y": [0.1, "a", True], "z": {"values": [1], "group": "g"}},
        ),
        *(
            {"x": {"low": 0, "high": 1, "distribution": "normal", "mean": 0.5, "sd": 1}},
            {"x": {"from": 0, "to": 1, "steps": 5}},
        ),
    ),
    "design": ("list", {"latin_hypercube": 20}),
    "levers": ("talent_card", ["talent_card", "accelerators"]),
    "good_enough": ({"jobs": {"at_least": 1}}, {"jobs": {"at_most": 1, "at_least": 0.5}}),
    "worlds": ({"a": None, "b": "b.yaml"},),
    "other_theories": ("all", ["wages"]),
    "seeds": ("same", "fresh"),
    "budget": (0, 1e6),
}
"""By key what may."""


def study_with(kind, key):
    """Return a good study of a kind that may have a key."""
    study = GOOD[kind]
    if key in ("levers",):
        return {k: v for k, v in study.items() if k != "factors"} | {"method": "one_at_a_time"}
    return study | ({"method": "sobol"} if key == "interactions" else {})


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
    good = TOGETHER | {"method": "morris", "samples": 8, "runs": 1}
    assert accepts(good)
    for bad in ({"precision": {}}, {"method": "mors"}, {"runs": 0}, {"kind": "compare"}, {"scale": 2}):
        assert not accepts(good | bad), bad
    assert not accepts({"scenarios": ["baseline"]})
    assert not accepts(["kind"])


def test_every_key_of_every_kind_is_described_and_has_a_shape(schema):
    for key, told in schema["properties"].items():
        assert told.pop("description"), key
        assert told, key
    assert set(WRONG) == set(schema["properties"])


@pytest.mark.parametrize("kind", KINDS)
def test_a_study_needs_the_keys_of_its_kind(kind, accepts):
    assert accepts(GOOD[kind])
    for key in GOOD[kind]:
        assert not accepts({k: v for k, v in GOOD[kind].items() if k != key}), key


@pytest.mark.parametrize(
    ("kind", "key"), [(kind, key) for kind in KINDS for key in (*KEYS, *KINDS[kind].keys)]
)
def test_values_that_cannot_be_are_refused(kind, key, accepts):
    study = study_with(kind, key)
    for value in WRONG[key]:
        assert not accepts(study | {key: value}), value
    if kind != "replicate" and (kind, key) != ("discover", "samples"):
        for value in RIGHT.get(key, ()):
            assert accepts(study | {key: value}), value


def test_bounds_hang_on_kind_and_method(accepts):
    morris, sweep = TOGETHER | {"method": "morris"}, GOOD["sweep"]
    assert accepts(morris | {"samples": 4})
    assert not accepts(morris | {"samples": 3})
    assert not accepts(morris | {"interactions": True})
    assert not accepts(morris | {"levers": ["talent_card"]})
    assert [accepts(morris | {"method": "sobol", "samples": n}) for n in (8, 16, 17, 2**19, 2**20)] == [
        *(False, True, False, True, False)
    ]
    assert not accepts(morris | {"method": "delta", "samples": 49})
    assert [accepts(GOOD["discover"] | {"samples": n}) for n in (19, 20, 500_000, 500_001)] == [
        *(False, True, True, False)
    ]
    assert not accepts(GOOD["compare"] | {"scenarios": ["a.yaml"]})
    assert accepts(GOOD["validate"] | {"scenarios": ["a.yaml"]})
    of_file = {key: value for key, value in sweep.items() if key != "factors"} | {"design": {"csv": "p.csv"}}
    assert accepts(of_file)
    assert not accepts(of_file | {"factors": {"x": [1]}})
    assert not accepts(GOOD["compare"] | {"keep": "metrics"})
    assert accepts(sweep | {"keep": "metrics"})
    assert not accepts(GOOD["replicate"] | {"seed": 1})


def test_where_the_kind_is_missing_that_alone_is_told(schema):
    """Not that every other key belongs to some other kind."""
    errors = [*jsonschema.Draft202012Validator(schema).iter_errors({"scenarios": ["baseline"], "runs": 2})]
    assert [error.message for error in errors] == ["'kind' is a required property"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_its_own_keys_and_methods_and_no_others(kind, schema):
    (then,) = (rule["then"] for rule in schema["allOf"] if rule["if"]["properties"]["kind"]["const"] == kind)
    assert set(then["properties"]) == {*KEYS, *KINDS[kind].keys}
    assert then["additionalProperties"] is False
    if KINDS[kind].methods:
        assert then["properties"]["method"]["enum"] == list(KINDS[kind].methods)


@pytest.mark.parametrize("key", WRONG)
def test_what_the_schema_refuses_the_loader_refuses(key, tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\n")
    kind = next(name for name, one in KINDS.items() if key in (*KEYS, *one.keys))
    study = study_with(kind, key) | {"seed": -5}  # so that nothing is resolved
    for value in WRONG[key]:
        root = parse(dump(study | {key: value}), str(tmp_path / "q.yaml"), positions=False)
        with pytest.raises(InputError) as caught:
            plan_of(root, tmp_path / "q.yaml")
        about = [problem for problem in caught.value.problems if "-5 is out of range" not in problem.what]
        assert about, value


def test_an_editor_is_told_of_every_key_before_the_kind_is_known(schema):
    assert set(schema["properties"]) == {*KEYS, *(key for kind in KINDS.values() for key in kind.keys)}
    assert schema["properties"]["kind"]["enum"] == list(KINDS)
    assert "same seeds" in schema["properties"]["runs"]["description"]


def test_the_studies_that_come_with_the_program_are_valid(request, accepts):
    files = sorted((request.config.rootpath / "experiments").rglob("*.yaml"))
    assert files
    for file in files:
        assert accepts(plain(parse(file.read_text(encoding="utf-8"), str(file)))), file
