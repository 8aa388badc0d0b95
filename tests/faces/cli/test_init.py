"""A study folder to begin with, anywhere, and what a shell completes."""

import json

import pytest

from sim.scenario.yamlfile import parse, plain

from .commands import process


def test_what_init_makes_runs_as_it_stands(command, tmp_path):
    code, out, err = command("init", "mine")
    assert (code, err) == (0, [])
    assert out.splitlines()[-1] == "next: clusterlab study mine/study.yaml"
    made = tmp_path / "mine"
    code, out, err = command("check", "mine/study.yaml")
    assert (code, err) == (0, [])
    assert "study 'first' of 3 scenarios x 8 runs" in out
    text = (made / "study.yaml").read_text(encoding="utf-8")
    quick = text.replace("runs: 8 ", "runs: 1 ").replace("scale: 0.02 ", "scale: 0.002 ")
    (made / "study.yaml").write_text(quick + "world: china-31\nuntil: 2023-Q1\n", encoding="utf-8")
    assert command("study", "mine/study.yaml", "--out", "x", "--jobs", 1)[0] == 0
    assert (tmp_path / "x" / "report.html").is_file()


def test_init_leaves_what_is_there_alone(command, tmp_path):
    (tmp_path / "empty").mkdir()
    assert command("init", "empty")[0] == 0
    before = {p: p.read_bytes() for p in (tmp_path / "empty").rglob("*") if p.is_file()}
    code, out, err = command("init", "empty")
    assert (code, out) == (2, "")
    assert err[0].startswith("empty: is not empty: it holds ")
    assert "a new or an empty folder" in err[0]
    assert {p: p.read_bytes() for p in (tmp_path / "empty").rglob("*") if p.is_file()} == before
    (tmp_path / "file").write_text("")
    assert command("init", "file")[2][0].startswith("file: cannot be written: ")


def test_every_file_links_to_the_schema_that_accepts_it(command, tmp_path):
    jsonschema = pytest.importorskip("jsonschema", reason="comes with altair, of the app extra")
    command("init", "mine")
    files = [*(tmp_path / "mine").rglob("*.yaml")]
    assert len(files) == 4
    for file in files:
        text = file.read_text(encoding="utf-8")
        link = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
        schema = json.loads((file.parent / link).read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator(schema).validate(plain(parse(text, str(file))))
    printed = {
        name: command("schema", *words)[1] for name, words in (("scenario", ()), ("study", ["--study"]))
    }
    for name, text in printed.items():
        assert (tmp_path / "mine" / f"{name}.schema.json").read_text(encoding="utf-8") == text


def test_a_shell_completes_commands_and_scenarios():
    for words, wanted in (
        ("clusterlab stu", "study"),
        ("clusterlab compare baseline top", "top_level_design"),
    ):
        told = process(
            _CLUSTERLAB_COMPLETE="complete_bash", COMP_WORDS=words, COMP_CWORD=str(words.count(" "))
        )
        assert (told.returncode, told.stdout.split()) == (0, [wanted])
