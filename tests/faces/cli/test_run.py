"""One run: JSON, a folder, the same numbers from Python."""

import json

import pytest

from .commands import QUICK


def test_run_json_prints_json_and_writes_nothing(command, scenario, tmp_path):
    code, out, _ = command("run", scenario(), *QUICK, "--json", "--seed", "3", "--check")
    found = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} in the output"))
    assert code == 0
    assert set(found) == {"scenario", "seed", "world", "scale", "metrics"}
    assert (found["scenario"], found["seed"], found["scale"]) == ("plain", 3, 0.002)
    assert set(found["metrics"]) >= {"output", "duplicated_layouts", "public_cost"}
    assert [p.name for p in tmp_path.iterdir()] == ["plain.yaml"]


def test_run_writes_a_folder_that_says_the_same(command, scenario, tmp_path):
    path, out = scenario(), tmp_path / "out"
    code, text, _ = command("run", path, *QUICK, "--out", out, "--panel", "firms,layout")
    assert code == 0
    assert "duplicated_layouts" in text
    assert text.rstrip().splitlines()[-1] == str(out / "report.html")
    files = {p.name for p in out.iterdir()}
    assert files >= {
        "manifest.json",
        "timeseries.parquet",
        "cells.parquet",
        "zones.parquet",
        "industries.parquet",
        "report.html",
        "scenarios",
        "panel",
    }
    assert {p.stem for p in (out / "panel").iterdir()} == {"firms", "layout"}
    again = json.loads(command("run", path, *QUICK, "--out", out, "--json")[1])
    alone = json.loads(command("run", path, *QUICK, "--json")[1])
    assert again == alone
    counts = json.loads(command("status", out, "--json")[1])
    assert counts == {"total": 1, "done": 1, "failed": 0, "running": 0, "damaged": 0}


def test_run_without_out_makes_a_dated_folder(command, scenario, tmp_path):
    code, _, err = command("run", scenario(), *QUICK, "--profile")
    assert code == 0
    assert len(list((tmp_path / "results").glob("*-run-plain"))) == 1
    assert any("trade" in line for line in err)


def test_python_gives_the_same_numbers(command, scenario):
    import sim

    path = scenario()
    options = {"world": QUICK[1], "scale": 0.002, "until": QUICK[5]}
    result = sim.run(path, seed=2, **options)
    found = json.loads(command("run", path, *QUICK, "--seed", "2", "--json")[1])
    assert {k: v for k, v in result.metrics.items() if v is not None} == pytest.approx(
        {k: v for k, v in found["metrics"].items() if v is not None}, rel=1e-15
    )
    assert sim.load(path).name == "plain"
