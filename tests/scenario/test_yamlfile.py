"""Any bytes become a tree with positions or an ``InputError``, quickly."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError
from sim.scenario import yamlfile
from sim.scenario.nodes import Mapping, Place, Report, fields, number, texts
from sim.scenario.yamlfile import dump, parse, plain


def read_bytes(tmp_path, data):
    path = tmp_path / "f.yaml"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        yamlfile.read(path, "f.yaml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "f.yaml: the file is empty; write 'key: value' lines"),
        (b"# only a comment\n", "f.yaml: the file is empty; write 'key: value' lines"),
        (b"- 1\n", "f.yaml:1:1: the file is not a mapping; write 'key: value' lines"),
        (b"words", "f.yaml:1:1: the file is not a mapping; write 'key: value' lines"),
        (b"a: 1\nb: [1\n", "f.yaml:3:1: not valid YAML: expected ',' or ']', but got '<stream end>'"),
        (
            b"policy:\n\tx: 1\n",
            "f.yaml:2:1: not valid YAML: found character '\\t' that cannot start any token; "
            "indent with spaces, not tabs",
        ),
        (b"a: 1\nb: \xff\n", "f.yaml:2:4: the file is not UTF-8 text; save it as UTF-8"),
        (b"a: 1\nb: \x00\n", "f.yaml:2:4: the character '\\x00' is not text"),
        ("a: 1".encode("utf-16"), "f.yaml:1:1: the file is not UTF-8 text; save it as UTF-8"),
        (b"a: !x 1\n", "f.yaml:1:4: the tag !x is not allowed; write plain values without '!'"),
        (
            b"a: !!python/object/apply:os.system [ls]",
            "f.yaml:1:4: the tag tag:yaml.org,2002:python/object/apply:os.system is not allowed; "
            "write plain values without '!'",
        ),
        (b"a: 1\n---\nb: 1\n", "f.yaml:2:1: a second document starts here; keep one document in a file"),
        (b"? [a]\n: 1\n", "f.yaml:1:3: a key must be a single word, not a list or mapping"),
        (b"a: *x\n", "f.yaml:1:4: the alias *x has no finished anchor &x before it"),
        (b"a: &x [*x]\n", "f.yaml:1:8: the alias *x has no finished anchor &x before it"),
        (b'a: "\\ud800"\n', "f.yaml:1:4: half a character (a surrogate) is not text"),
        (b"a: " + b"[" * 100, "f.yaml:1:27: values are nested more than 24 deep"),
        (b"a: " + b"x" * (1 << 20), "f.yaml: the file is larger than 1024 KiB"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_at_its_place(tmp_path, data, message):
    assert read_bytes(tmp_path, data) == message


def test_billion_laughs_is_refused_at_once(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    start = time.perf_counter()
    message = read_bytes(tmp_path, "\n".join(lines).encode())
    assert "more than 50,000 values, aliases written out" in message
    assert time.perf_counter() - start < 2


def test_aliases_are_limited(tmp_path):
    data = b"a: &a 1\nb: [" + b"*a, " * 201 + b"1]"
    assert "more than 200 aliases" in read_bytes(tmp_path, data)


def test_missing_file_names_the_nearest(tmp_path):
    (tmp_path / "baseline.yaml").touch()
    with pytest.raises(InputError, match=r"no such file; did you mean 'baseline.yaml'\?"):
        yamlfile.read(tmp_path / "base_line.yaml")


@pytest.mark.parametrize("name", ["", ".", "nul\0byte", "f.yaml/deeper", "x" * 5000])
def test_unreadable_paths_are_input_errors(tmp_path, name):
    (tmp_path / "f.yaml").write_text("a: 1")
    with pytest.raises(InputError):
        yamlfile.read(tmp_path / name if name else tmp_path)


def test_positions_count_from_one():
    tree = parse("a: 1\nb:\n  c: [x,  y]\n", "f.yaml")
    assert isinstance(tree, Mapping)
    inner = tree.entries[1].value.entries[0]
    assert inner.place == Place("f.yaml", 3, 3)
    assert [item.place for item in inner.value.items] == [Place("f.yaml", 3, 7), Place("f.yaml", 3, 11)]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("0.5", 0.5),
        ("1e-05", 1e-05),
        (".5", 0.5),
        ("-3", -3),
        ("true", True),
        ("yes", "yes"),
        ("2026-Q1", "2026-Q1"),
        ("2026-01-01", "2026-01-01"),
        ("1_000", "1_000"),
        ("'1'", "1"),
        ("~", None),
        ("", None),
    ],
)
def test_scalars_are_yaml_1_2(written, value):
    assert plain(parse(f"a: {written}", "f")) == {"a": value}


def test_fields_tells_unknown_and_repeated_keys():
    report = Report()
    found = fields(parse("runs: 3\nrun: 4\nruns: 5", "f.yaml"), ["runs", "seed"], report, "the study")
    assert list(found) == ["runs"]
    assert [str(p) for p in report.problems] == [
        "f.yaml:2:1: the study has no key 'run'; allowed: runs, seed; did you mean 'runs'?",
        "f.yaml:3:1: 'runs' is set twice at this level, first at f.yaml:1:1; keep one of them",
    ]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("true", "x is true, not a whole number; allowed: whole numbers 1 or more; write 1 or 0"),
        ("2.5", "x is 2.5, not a whole number; allowed: whole numbers 1 or more"),
        ("0", "x is 0, below its bounds; allowed: whole numbers 1 or more"),
        ("9" * 400, "x is not a finite number; allowed: whole numbers 1 or more"),
        (
            "'1,000'",
            "x is the text '1,000', not a whole number; allowed: whole numbers 1 or more; "
            "1000 or 1? write the one you mean, with a point for decimals and no other sign",
        ),
    ],
)
def test_numbers_are_checked(written, message):
    report = Report()
    assert number(parse(written, "f"), report, "x", low=1, whole=True) is None
    assert [str(p) for p in report.problems] == [f"f:1:1: {message}"]


def test_one_text_counts_as_a_list():
    assert texts(parse("AI", "f"), Report(), "x") == [("AI", Place("f", 1, 1))]


def test_a_problem_met_twice_is_told_once():
    report = Report()
    tree = parse("a: &x {bad: 1}\nb: *x", "f")
    for entry in tree.entries:
        fields(entry.value, ["good"], report, "it")
    assert len(report.problems) == 1


words = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=30)
scalars = st.one_of(st.booleans(), st.integers(), st.floats(allow_nan=False), words, st.none())


@given(st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(words, inner), max_leaves=20))
def test_dumped_data_reads_back(value):
    assert plain(parse(dump({"value": value}), "f")) == {"value": value}


@given(st.text(alphabet="abc :-\n{}[],&*!|>'\"#%@?~\t\\<=.0123", max_size=80))
def test_hostile_text_raises_nothing_but_input_errors(text):
    with contextlib.suppress(InputError):
        parse(text, "f.yaml")
