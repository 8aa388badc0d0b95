"""A study that holds scenarios against facts: from its file to tables and report."""

import csv
import math
from dataclasses import replace
from pathlib import Path

import pytest
from lab_standins import problems

import sim
import sim.cli
from sim.core.errors import InputError
from sim.core.theory import SLOTS
from sim.facts import missing
from sim.facts.known import ANSWERS
from sim.lab import validating
from sim.lab.identity import facts_hash
from sim.lab.kinds import KINDS
from sim.lab.planning import build
from sim.lab.studyfile import read_study
from sim.lab.validating import KEPT, PANELS, TABLES, compared, said
from sim.scenario import load

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
def test_scenarios_stand_side_by_side(study, tmp_path, capsys, monkeypatch):
    out, begun = tmp_path / "out", ["study", str(study), "--jobs", "1", "--out", str(tmp_path / "out")]
    assert sim.cli.run([*begun, "--part", "1/2"]) == 0
    assert not (out / TABLES[0]).exists()
    capsys.readouterr()
    kept = {path: path.stat().st_mtime_ns for path in out.rglob(KEPT)}
    assert len(kept) == 2  # whoever carries out runs finds what they say of the facts
    assert sim.cli.run(begun) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:2]] == ["plain", "curve"]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept
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
    monkeypatch.setattr(validating, "measure", None)
    sim.resume(out, jobs=1)
    assert {name: (out / name).read_bytes() for name in TABLES} == before


def test_runs_of_other_theories_are_asked_for_less(study, monkeypatch):
    study.write_text(STUDY + "other_theories: [wages]\n")
    plan, asked, heard = read_study(study), {}, []
    monkeypatch.setattr(validating, "execute", lambda job, on_quarter: on_quarter(7) or job.scenario)
    monkeypatch.setattr(validating, "said", lambda folder, whole: asked.update({folder: whole}))
    carry_out = KINDS["validate"].task(plan)
    for job in plan.jobs(Path("out")):
        carry_out(job, heard.append)
    assert asked == {"plain": True, "curve": True, "wages: wage_curve": False}
    assert heard == [7] * len(plan.jobs(Path("out")))
    before = KINDS["validate"].task(replace(plan, design={}))  # of a folder that tells no other theories
    before(plan.jobs(Path("out"))[2], heard.append)
    assert asked["wages: wage_curve"] is True


def test_a_run_is_asked_once_and_again_where_that_is_in_doubt(tmp_path, monkeypatch):
    found = []

    def measure(run, by_window):
        found.append(by_window)
        return [("F001", 2023, 2027, 1 / 3), ("F032", 2028, 2032, math.nan)]

    monkeypatch.setattr(validating, "measure", measure)
    monkeypatch.setattr(validating, "shapes", lambda run: [{"shape": type(run).__name__, "y": 0.1 + 0.2}])
    first = said(tmp_path, whole=True)
    assert first == {
        "whole": True,
        "by": facts_hash(),
        "facts": [["F001", 2023, 2027, 1 / 3], ["F032", 2028, 2032, None]],
        "shapes": [{"shape": "Run", "y": 0.1 + 0.2}],
    }
    again = said(tmp_path, whole=True)
    assert (again["facts"], again["shapes"], found) == (first["facts"], first["shapes"], [True])
    assert said(tmp_path, whole=False)["shapes"] == []
    assert found == [True, False]
    text = (tmp_path / KEPT).read_text()
    (tmp_path / KEPT).write_text(text.replace("2023", "2024"))  # not what was written
    said(tmp_path, whole=False)
    monkeypatch.setattr(validating, "facts_hash", lambda: "of other code")
    said(tmp_path, whole=False)
    assert found == [True, False, False, False]


def test_every_panel_is_asked_for_and_one_scenario_is_enough(study):
    study.write_text(STUDY.replace(", curve.yaml", "").replace("runs: 2\n", ""))
    plan = read_study(study)
    assert (plan.panels, plan.runs, len(plan.arms)) == (PANELS, 3, 1)


def test_scenarios_are_needed_and_are_no_key_of_an_optimisation(study):
    study.write_text("kind: validate\n")
    assert problems(study) == [
        "study.yaml:1:1: the study has no 'scenarios'; allowed: scenario files or names"
    ]
    study.write_text("kind: validate\nscenarios: []\n")
    assert problems(study) == ["study.yaml:2:12: there is no scenario; allowed: scenario files or names"]
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


def test_each_theory_comes_with_where_it_was_asked_for_and_its_scenario_as_the_study_runs_it(
    study, monkeypatch
):
    study.write_text(STUDY + "other_theories: [wages]\n")
    built, loaded = [], []
    monkeypatch.setattr(validating, "build", lambda *of, **more: built.append(more) or build(*of, **more))
    plan = read_study(study)
    assert plan.kind == "validate"
    (asked,) = built
    assert [(place.line, place.column) for place in asked["places"]] == [(2, 13), (2, 25)]
    (point,) = asked["points"]
    assert (point.place.line, point.place.column) == (8, 17)
    monkeypatch.setattr("sim.scenario.load", lambda *of, **more: loaded.append(more) or load(*of, **more))
    where = {"world": "three-zones", "until": "2025-Q4"}
    found = validating.others("plain.yaml", ["wages"], point.place, where)
    assert found == [(replace(point, name="wages: wage_curve"), ["wages", "wage_curve"])]
    assert loaded == [where]


def test_faults_of_a_scenario_file_named_like_the_kind_are_told(study):
    Path("validate").write_text("policy: {talent_crad: 1}\n")
    study.write_text(STUDY.replace("curve.yaml", "validate").replace("runs: 2", "runs: 0"))
    runs, lever = problems(Path(study.name))
    assert runs.startswith("study.yaml:3:7: 0 is out of range")
    assert lever.startswith("validate:1:10: policy has no lever 'talent_crad'")


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

    cards = told("plain", D="", A="inside", B="outside", C="inside", E="outside", F="inside", G="inside")
    cards += told("trade: none", D="inside", A="outside", B="inside", C="", E="inside", F="outside", G="")
    cards[0]["role"] = cards[7]["role"] = "reference"
    first, other = compared(cards, {"trade: none": ["trade", "none"]})
    assert (first["scenario"], first["slot"], first["theory"]) == ("plain", "", "")
    assert (first["all"], first["of"], first["gained"]) == (4, 6, "")
    assert (other["slot"], other["theory"], other["emergent"], other["of"]) == ("trade", "none", 2, 4)
    assert (other["gained"], other["lost"], other["no_number"]) == ("B E", "A F", "C G")
    assert compared(cards, {}) == []
    (nothing,) = compared([], {"trade: none": ["trade", "none"]})
    assert (nothing["scenario"], nothing["of"], nothing["lost"]) == ("trade: none", 0, "")


def test_each_run_is_measured_and_shown_but_for_other_theories_less(study, tmp_path, standins, monkeypatch):
    """Whoever measures hears of every run that is whole; of other theories no windows and no pictures are."""
    study.write_text(STUDY + "other_theories: wages\n")
    plan = read_study(study)
    assert plan.design == {"other_theories": {"wages: wage_curve": ["wages", "wage_curve"]}}
    jobs = plan.jobs(tmp_path)
    for job in jobs[1:]:
        standins.simulate(replace(job, resolved=standins.Small(job.scenario)))
    asked = {}

    def measure(folder, *, by_window):
        asked[folder] = by_window
        found = [("F046", *ANSWERS["F046"].years, 0.123456), ("F053", *ANSWERS["F053"].years, float("nan"))]
        return [*found, ("F046", 2023, 2027, 9.87654)] if by_window else found

    monkeypatch.setattr(validating, "Run", lambda folder: folder)
    monkeypatch.setattr(validating, "measure", measure)
    monkeypatch.setattr(
        validating, "shapes", lambda run: [{"shape": "size", "x": 1.23456, "y": float("nan")}]
    )
    cards = validating.summarise(plan, tmp_path, {}, [])
    assert asked == {job.folder: job.scenario != "wages: wage_curve" for job in jobs[1:]}
    card = rows(tmp_path / "scorecard.csv")
    assert len(card) == len(cards) == 3 * len(ANSWERS)
    assert [row["scenario"] for row in card[:: len(ANSWERS)]] == ["plain", "curve", "wages: wage_curve"]
    told = {(row["scenario"], row["fact"]): row for row in card}
    assert [told["plain", "F046"][key] for key in ("runs", "model")] == ["1", "0.1235"]
    assert [told["curve", "F046"][key] for key in ("runs", "model")] == ["2", "0.1235"]
    assert told["curve", "F053"]["model"] == ""
    parts = rows(tmp_path / "scorecard_windows.csv")
    late = [row for row in parts if (row["first"], row["last"], row["value"]) == ("2023", "2027", "9.877")]
    assert [(row["scenario"], row["seed"]) for row in late] == [
        ("plain", "6"),
        ("curve", "5"),
        ("curve", "6"),
    ]
    assert {row["value"] for row in parts if row["fact"] == "F053"} == {""}
    pictures = rows(tmp_path / "scorecard_shapes.csv")
    assert [[*row.values()] for row in pictures] == [
        ["plain", "6", "size", "1.235", ""], ["curve", "5", "size", "1.235", ""],
        ["curve", "6", "size", "1.235", ""],
    ]  # fmt: skip
    assert [row["scenario"] for row in rows(tmp_path / "scorecard_theories.csv")] == [
        "plain",
        "wages: wage_curve",
    ]
    assert len(rows(tmp_path / "scorecard_missing.csv")) == len(missing())
    assert len(validating.summarise(replace(plan, design={}), tmp_path, {}, [])) == len(cards)
    assert rows(tmp_path / "scorecard_theories.csv") == []


def test_what_is_planned_is_held_against_all_facts_and_compared_with_nothing(study):
    plan = read_study(study)
    assert KINDS["validate"].pairs(plan) == []
    assert KINDS["validate"].told(plan) == [
        f"{len(ANSWERS)} facts, computed from every run; {len(missing())} more are listed with a reason"
    ]


def test_of_one_scenario_and_no_other_theory_nothing_is_compared(study):
    assert read_study(study).design == {"other_theories": {}}
    study.write_text(STUDY.replace("plain.yaml, curve", "plan") + "other_theories: wages\n")
    assert problems(study)[0].startswith("study.yaml:2:13: there is no file ")
