"""A study that holds scenarios against facts: from its file to tables and report."""

import csv
from pathlib import Path

import pytest

import sim
import sim.cli
from sim.core.errors import InputError
from sim.core.theory import SLOTS
from sim.facts.known import ANSWERS
from sim.lab.studyfile import read_study
from sim.lab.validating import PANELS, TABLES, compared

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


def test_scenarios_are_needed_and_are_no_key_of_an_optimisation(study):
    study.write_text("kind: validate\n")
    with pytest.raises(InputError, match="no 'scenarios'"):
        read_study(study)
    study.write_text("kind: optimise\nscenarios: [plain.yaml]\n")
    with pytest.raises(InputError, match=r"belongs to studies of kind 'compare' or .*'validate'"):
        read_study(study)


def test_each_theory_is_changed_alone(study):
    study.write_text(STUDY + "other_theories: [wages, trade]\n")
    plan = read_study(study)
    assert [arm.name for arm in plan.arms] == ["plain", "curve", "wages: wage_curve", "trade: none"]
    chosen = [arm.resolved.theories for arm in plan.arms[2:]]
    assert chosen == [{"wages": "wage_curve"}, {"trade": "none"}]
    study.write_text(STUDY.replace("plain.yaml, curve", "curve") + "other_theories: wages\n")
    changed = read_study(study).arms[1]
    assert (changed.name, changed.resolved.theories) == ("wages: tightness", {})


def test_all_theories_are_every_variant_that_was_not_chosen(study):
    study.write_text(STUDY + "other_theories: all\n")
    arms = read_study(study).arms[2:]
    assert len(arms) == sum(len(slot.variants) - 1 for slot in SLOTS.values())


def test_an_unknown_slot_is_told_with_the_nearest(study):
    study.write_text(STUDY + "other_theories: [wage]\n")
    with pytest.raises(InputError, match=r"there is no slot of theories 'wage'.*'wages'"):
        read_study(study)


def test_what_a_theory_is_for_is_told_by_the_facts_that_turn():
    def told(scenario, **inside):
        return [
            {"scenario": scenario, "fact": fact, "role": "calibrate", "standing": "emergent", "inside": word}
            for fact, word in inside.items()
        ]

    cards = told("plain", A="inside", B="outside", C="inside", D="")
    cards += told("trade: none", A="outside", B="inside", C="", D="inside")
    cards[-1]["role"] = cards[3]["role"] = "reference"
    first, other = compared(cards, {"trade: none": ["trade", "none"]})
    assert (first["scenario"], first["all"], first["of"], first["gained"]) == ("plain", 2, 3, "")
    assert (other["slot"], other["theory"], other["emergent"], other["of"]) == ("trade", "none", 1, 2)
    assert (other["gained"], other["lost"], other["no_number"]) == ("B", "A", "C")
    assert compared(cards, {}) == []
