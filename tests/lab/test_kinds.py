"""Kinds of studies are records: one more needs its module and its record, and nothing else."""

import csv
import importlib
import json
from pathlib import Path

import pytest

import sim
import sim.cli
from sim.core.errors import InputError
from sim.lab.kinds import KINDS, LATER
from sim.lab.studyfile import read_study

TOY = """kind: ranking
entrants: [plain.yaml, held.yaml]
method: mean
by: [output]
seed: 4
scale: 0.002
world: synthetic:Z=6
until: 2023-Q2
"""


@pytest.fixture
def ranking(monkeypatch):
    """A kind that the program does not know."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.setitem(KINDS, "ranking", importlib.import_module("toy_kind").RANKING)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Write a study beside its scenarios and return its path."""
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text("name: plain\n")
    Path("held.yaml").write_text("name: held\npolicy: {staggering_quota: 1, information_sharing: 1}\n")

    def write(text=TOY, name="study.yaml"):
        Path(name).write_text(text)
        return tmp_path / name

    return write


def problems(file):
    with pytest.raises(InputError) as caught:
        read_study(file)
    return [str(problem).removeprefix(f"{file}:") for problem in caught.value.problems]


def command(capsys, *words):
    code = sim.cli.run([str(word) for word in words])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err.splitlines()


def test_a_new_kind_runs_from_its_file_to_its_report(ranking, written, capsys, tmp_path):
    study, out = written(), tmp_path / "out"
    code, lines, _ = command(capsys, "study", study, "--dry-run")
    assert code == 0
    assert lines[0] == "ranking 'study': 2 scenarios x 2 runs on synthetic:Z=6"
    assert "  ranked by output" in lines
    assert command(capsys, "check", study)[0] == 0
    code, lines, err = command(capsys, "study", study, "--jobs", 1, "--out", out)
    assert code == 0, err
    with (out / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["mean"]) > float(rows[1]["mean"]) > 0.0
    assert {(row["scenario"], row["runs"]) for row in rows} == {("plain", "2"), ("held", "2")}
    first, second = (row["scenario"] for row in rows)
    assert lines == [f"{first} comes first of 2.", str(out / "report.html")]
    page = (out / "report.html").read_text(encoding="utf-8")
    for words in (
        f"<p>{first} &gt; {second}</p>",
        "Which scenario comes first?",
        "every number of the ranking in <code>ranking.csv</code>",
        "<p>There are none.</p>",
        "How to reproduce",
    ):
        assert words in page
    assert "Who pays whom" not in page


def test_a_study_of_a_new_kind_goes_on_from_its_folder_alone(ranking, written, tmp_path):
    done = sim.study(written(), out=tmp_path / "out", jobs=1, report=False)
    before = (tmp_path / "out" / "ranking.csv").read_bytes()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["kind"], manifest["by"]) == ("ranking", ["output"])
    assert {"ranking.csv", "timeseries.parquet"} <= manifest["files"].keys()
    (tmp_path / "out" / "ranking.csv").unlink()
    again = sim.resume(tmp_path / "out", jobs=1)
    assert (again.done, again.skipped) == (4, 4)
    assert again.rows == done.rows
    assert (tmp_path / "out" / "ranking.csv").read_bytes() == before


def test_its_record_says_what_is_refused(ranking, written):
    assert problems(written(TOY.replace("method: mean", "method: median"))) == [
        "3:9: not yet: the method 'median' comes later; allowed: mean"
    ]
    assert problems(written(TOY.replace("method: mean\n", "")))[0].endswith(
        "the study has no 'method'; allowed: mean"
    )
    other = "kind: compare\nscenarios: [plain.yaml, held.yaml]\nby: [output]\n"
    assert problems(written(other)) == [
        "3:1: 'by' belongs to studies of kind 'ranking'; leave it out, or write kind: ranking"
    ]


def test_without_its_record_the_kind_is_unknown(written):
    assert problems(written())[0].startswith("1:7: kind is 'ranking'")


@pytest.mark.parametrize("kind", LATER)
def test_kinds_that_come_later_are_refused_with_a_clear_word(written, kind):
    told = problems(written(f"kind: {kind}\nscenarios: [plain.yaml, held.yaml]\n"))
    assert told == [f"1:7: not yet: studies of kind {kind!r} come later; allowed: {', '.join(KINDS)}"]


def test_records_are_whole():
    shared = {key for kind in KINDS.values() for key in kind.keys if key in KINDS["compare"].keys}
    assert shared == {"scenarios", "precision", "equal_cost"}
    assert all(len(kind.keys) == len(set(kind.keys)) for kind in KINDS.values())
    for kind in KINDS.values():
        module, _, name = kind.section.partition(":")
        assert callable(getattr(importlib.import_module(module), name))
        assert ("method" in kind.keys) == bool(kind.methods)
        assert kind.tables
    assert not set(KINDS) & set(LATER)
