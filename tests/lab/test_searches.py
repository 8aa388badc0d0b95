"""Searches carried out: the top, the budget, the same points whatever happens on the way, and a report."""

import json

import numpy as np
import pytest
from lab_standins import SEARCH, table

import sim
import sim.cli
from sim.core.errors import InputError
from sim.lab.chosen import write_point
from sim.lab.folder import open_folder
from sim.lab.outcome import Interrupted
from sim.lab.session import carry_out_plan
from sim.lab.studyfile import read_study
from sim.report import write
from tests.report.told import english_in

STUDY = SEARCH


def search(file, out, task):
    plan = read_study(file)
    return carry_out_plan(plan, open_folder(out, plan), jobs=1, task=task)


def test_a_search_finds_the_top_and_gets_nearer_with_trials(study, standins, tmp_path):
    done = search(study(), tmp_path / "out", standins.bowl)
    assert done.done == 25
    rows = [
        r for r in table(tmp_path / "out/optimise.csv") if r["outcome"] == "output" and r["point"] != "base"
    ]
    (best,) = (r for r in rows if r["front"] == "True")
    assert float(best["mean"]) == pytest.approx(13.0, abs=0.02)
    assert float(best["capital_cheapens"]) == pytest.approx(0.6, abs=0.15)
    misses = [13.0 - float(r["mean"]) for r in rows]
    assert np.mean(misses[12:]) < np.mean(misses[:6])
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["to_come"], len(manifest["order"]), manifest["state"]) == (0, 24, "done")


def test_what_was_interrupted_goes_on_to_the_same_points(study, standins, tmp_path):
    search(study(), tmp_path / "a" / "out", standins.bowl)
    with pytest.raises(Interrupted):
        search(study(), tmp_path / "b" / "out", standins.bowl_interrupted)
    search(study(), tmp_path / "b" / "out", standins.bowl)
    assert table(tmp_path / "a/out/optimise.csv") == table(tmp_path / "b/out/optimise.csv")
    computed = (tmp_path / "b" / "computed").read_text().splitlines()
    assert len(computed) == len(set(computed)) == 25  # nothing was computed twice
    other = search(study(("seed: 3", "seed: 4")), tmp_path / "c" / "out", standins.bowl)
    assert [r["mean"] for r in other.rows] != [r["mean"] for r in table(tmp_path / "a/out/optimise.csv")]


def test_more_trials_go_on_where_fewer_ended(study, standins, tmp_path):
    search(study(("trials: 24", "trials: 12")), tmp_path / "out", standins.bowl)
    first = table(tmp_path / "out/optimise.csv")
    search(study(), tmp_path / "out", standins.bowl)
    points = {(r["point"], r["capital_cheapens"], r["mean"]) for r in table(tmp_path / "out/optimise.csv")}
    assert {(r["point"], r["capital_cheapens"], r["mean"]) for r in first} < points
    assert len(points) == 25


def test_a_budget_bounds_what_is_called_best(study, standins, tmp_path):
    file = study(("maximise: output", "maximise: output\nminimise: jobs\nbudget: 30"))
    search(file, tmp_path / "out", standins.bowl)
    rows = table(tmp_path / "out/optimise.csv")
    cost = {r["point"]: float(r["mean"]) for r in rows if r["outcome"] == "public_cost"}
    value = {
        p: (m["output"], -m["jobs"])
        for p in cost
        if (m := {r["outcome"]: float(r["mean"]) for r in rows if r["point"] == p})
    }
    feasible = {p for p in cost if p != "base" and cost[p] <= 30.0}
    assert {r["point"] for r in rows if r["feasible"] == "True"} == feasible
    front = {r["point"] for r in rows if r["front"] == "True"}
    assert front
    assert front <= feasible
    for p in feasible:
        beaten = any(
            q != p and all(a >= b for a, b in zip(value[q], value[p], strict=True)) and value[q] != value[p]
            for q in feasible
        )
        assert (p in front) == (not beaten)
    late = [p for p in cost if p > "p012" and p != "plain"]
    assert np.mean([cost[p] <= 30.0 for p in late]) > 0.5  # it searches where the budget allows


def test_a_search_through_the_model_ends_in_a_report_and_a_scenario(study, tmp_path, capsys):
    changes = (("trials: 24", "trials: 4"), ("batch: 6", "batch: 2"), ("output\n", "[output, jobs]\n"))
    file, out = study(*changes), tmp_path / "out"
    assert sim.cli.run(["study", str(file), "--jobs", "1", "--out", str(out)]) == 0
    assert "points are beaten by no other" in capsys.readouterr().out
    page = (out / "report.html").read_text(encoding="utf-8")
    assert english_in(write(out, "zh").read_text(encoding="utf-8")) == []
    assert "with the front" in page
    again = sim.resume(out, jobs=1, report=False)
    assert (again.done, again.skipped) == (5, 5)
    assert sim.cli.run(["point", str(out), "p003", str(tmp_path / "mine.yaml")]) == 0
    mine = sim.load(tmp_path / "mine.yaml")
    assert mine.name == "mine"
    (digest,) = (
        s["digest"]
        for s in json.loads((out / "manifest.json").read_text(encoding="utf-8"))["scenarios"]
        if s["name"] == "p003"
    )
    assert mine.digest == digest
    for name, to, told in (
        ("p003", "mine.yaml", "exists already"),
        ("p03", "new.yaml", "did you mean 'p003'"),
    ):
        with pytest.raises(InputError, match=told):
            write_point(out, name, tmp_path / to)
