"""A study that holds scenarios against facts: from its file to tables and report."""

import csv
from pathlib import Path

import pytest

import sim
import sim.cli
from sim.core.errors import InputError
from sim.facts.known import ANSWERS
from sim.lab.studyfile import read_study
from sim.lab.validating import PANELS, TABLES

STUDY = """kind: validate
scenarios: [plain.yaml, curve.yaml]
runs: 2
seed: 5
scale: 0.002
world: china-31
until: 2024-Q4
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text("name: plain\n")
    Path("curve.yaml").write_text("name: curve\ntheories: {wages: wage_curve}\n")
    Path("study.yaml").write_text(STUDY)
    return tmp_path / "study.yaml"


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_scenarios_stand_side_by_side(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert sim.cli.run(["study", str(study), "--jobs", "1", "--out", str(out)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in said[:2]] == ["plain", "curve"]
    card = rows(out / "scorecard.csv")
    assert {(row["scenario"], row["fact"]) for row in card} == {
        (name, fact) for name in ("plain", "curve") for fact in ANSWERS
    }
    assert {row["runs"] for row in card if row["fact"] == "F053"} == {"2"}
    mine = [row for row in card if row["scenario"] == "plain" and row["standing"] == "emergent"]
    verdicts = [row["inside"] for row in mine]
    assert verdicts == sorted(verdicts, key=["outside", "", "inside"].index)
    for row in card:
        if row["model"]:
            inside = float(row["low"]) <= float(row["model"]) <= float(row["high"])
            assert row["inside"] == ("inside" if inside else "outside")
            assert float(row["least"]) <= float(row["model"]) * (1 + 1e-3) + 1e-9
    assert {row["seed"] for row in rows(out / "scorecard_windows.csv")} == {"5", "6"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "What the model gives by itself" in page
    before = {name: (out / name).read_bytes() for name in TABLES}
    (out / TABLES[0]).unlink()
    sim.resume(out, jobs=1)
    assert {name: (out / name).read_bytes() for name in TABLES} == before


def test_every_panel_is_asked_for_and_one_scenario_is_enough(study):
    study.write_text(STUDY.replace(", curve.yaml", "").replace("runs: 2\n", ""))
    plan = read_study(study)
    assert (plan.panels, plan.runs, len(plan.arms)) == (PANELS, 3, 1)


def test_scenarios_are_needed_and_are_no_key_of_a_sensitivity(study):
    study.write_text("kind: validate\n")
    with pytest.raises(InputError, match="no 'scenarios'"):
        read_study(study)
    study.write_text("kind: sensitivity\nscenarios: [plain.yaml]\n")
    with pytest.raises(InputError, match=r"belongs to studies of kind 'compare' or .*'validate'"):
        read_study(study)
