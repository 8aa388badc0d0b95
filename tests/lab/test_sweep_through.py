"""Sweeps through the model: from the file to tables and report, and on from the folder."""

import csv
import json

import numpy as np
import pytest
from lab_standins import SWEPT

import sim
import sim.cli
from sim.lab.api import status
from sim.report import write
from tests.report.told import english_in

STUDY = SWEPT


def test_a_sweep_goes_from_its_file_to_its_report_and_on_from_its_folder(study, tmp_path, capsys):
    file, out = study(), tmp_path / "out"
    assert sim.cli.run(["study", str(file), "--jobs", "1", "--out", str(out)]) == 0
    said, _ = capsys.readouterr()
    assert "of 4 points" in said
    with (out / "sweep.csv").open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == 2 * 2 * 5
    assert {row["point"] for row in rows} == {"base", "p001", "p002", "p003", "p004"}
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert [s["name"] for s in manifest["scenarios"] if "file" in s] == ["plain", "held"]
    assert {"of", "settings", "digest", "name", "runs"} == manifest["scenarios"][-1].keys()
    assert sorted(p.name for p in (out / "scenarios").iterdir()) == ["held.yaml", "plain.yaml"]
    assert set(manifest["programmes"]) == {"plain", "held"}
    page = (out / "report.html").read_text(encoding="utf-8")
    assert english_in(write(out, "zh").read_text(encoding="utf-8")) == []
    assert page.count("<figure>") >= 2 * (2 + 2)  # curves by factor, maps of mean and effect
    assert "p004" in page
    assert "Who pays whom" not in page
    before = (out / "sweep.csv").read_bytes()
    (out / "sweep.csv").unlink()
    again = sim.resume(out, jobs=1, report=False)
    assert (again.done, again.skipped) == (20, 20)
    assert (out / "sweep.csv").read_bytes() == before
    assert status(out)["done"] == 20
    table = again.frame()
    assert {"order_first", "theories.demand", "mean", "difference", "effect"} <= set(table.columns)


def test_a_run_at_a_point_is_the_run_of_a_scenario_with_its_settings(study, tmp_path):
    done = sim.study(study(), out=tmp_path / "out", jobs=1, report=False)
    rows = [r for r in done.rows if (r["point"], r["scenario"], r["outcome"]) == ("p002", "held", "output")]
    sets = ["order_first=0.1", "theories.demand=path"]
    alone = [
        sim.run("held.yaml", seed=seed, scale=0.002, world="synthetic:Z=6", until="2023-Q2", sets=sets)
        for seed in (4, 5)
    ]
    assert rows[0]["mean"] == pytest.approx(np.mean([run.metrics["output"] for run in alone]), rel=1e-15)
