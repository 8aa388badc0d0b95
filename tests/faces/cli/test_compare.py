"""Comparisons: end to end, with workers, failed, interrupted; a place looked up in their folder."""

import json
import signal
import subprocess
import sys
import time

import pytest

from sim.cli.progress import PlainLines
from sim.lab.progress import Progress

from .commands import QUICK, process


@pytest.fixture
def two(scenario):
    return scenario("loose"), scenario("tight", "policy: {information_sharing: 1, staggering_quota: 1}\n")


@pytest.mark.slow
def test_compare_end_to_end_and_again(command, two, tmp_path):
    words = ("compare", *two, *QUICK, "--runs", "2", "--jobs", "1", "--out", tmp_path / "out")
    code, text, err = command(*words)
    assert code == 0, err
    report = tmp_path / "out" / "report.html"
    assert text.rstrip().splitlines()[-1] == str(report)
    assert report.stat().st_size > 1000
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["question"] == "Tight against loose"
    assert manifest["scenarios"][1]["policy_difference"][0]["key"] == "information_sharing"
    assert (manifest["runs_done"], manifest["state"]) == (4, "done")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out/runs").rglob("run.json")}
    code, text, err = command(*words)
    assert code == 0
    assert "4 of 4 runs finished, 0 of them now (4 were there already)" in err
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "out/runs").rglob("run.json")}
    assert command("resume", tmp_path / "out")[0] == 0
    code, _, err = command(*words, "--scale", "0.003")
    assert code == 2
    assert "scale 0.002 there, 0.003 asked for" in err[0]


@pytest.mark.slow
def test_workers_change_nothing(command, two, tmp_path):
    for jobs in (1, 2):
        words = ("compare", *two, *QUICK, "--runs", "2", "--jobs", jobs, "--out", tmp_path / f"jobs{jobs}")
        assert command(*words)[0] == 0
    for table in (
        "comparison.csv",
        *(f"{t}.parquet" for t in ("timeseries", "cells", "zones", "industries")),
    ):
        assert (tmp_path / "jobs1" / table).read_bytes() == (tmp_path / "jobs2" / table).read_bytes()


def test_failed_runs_give_3(command, two, tmp_path, monkeypatch):
    from sim import engine

    def fails(resolved, *, seed, **options):
        raise ArithmeticError("the accounts do not close")

    monkeypatch.setattr(engine, "simulate", fails)
    code, _, err = command("compare", *two, *QUICK, "--runs", "1", "--jobs", "1", "--out", tmp_path / "out")
    assert code == 3
    assert "failed: loose, seed 1: ArithmeticError: the accounts do not close" in err
    code, out, err = command("run", two[0], *QUICK, "--json")
    assert (code, out) == (3, "")
    assert err == ["failed: ArithmeticError: the accounts do not close"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_comparison_goes_on(two, tmp_path, number):
    out = tmp_path / "out"
    words = ["compare", *two, *QUICK[:4], "--runs", "40", "--jobs", "2", "--out", str(out)]
    at_work = subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell's background jobs ignore SIGINT, and so would their children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    patience = time.monotonic() + 500
    while len(list(out.glob("runs/*/seed-*/run.json"))) < 3 and time.monotonic() < patience:
        time.sleep(0.05)
    at_work.send_signal(number)
    _, err = at_work.communicate(timeout=300)
    assert at_work.returncode == 130, err
    assert "Traceback" not in err
    assert f"--out {out}" in err.splitlines()[-1]
    before = {p: p.stat().st_mtime_ns for p in out.glob("runs/*/seed-*/run.json")}
    assert len(before) >= 3
    done = json.loads(process("status", out, "--json").stdout)
    assert done == {"total": 80, "done": len(before), "failed": 0, "running": 0, "damaged": 0}


def test_plain_progress_is_a_few_lines(capsys):
    watch = PlainLines()
    for step in range(1001):
        watch(Progress(10, step // 100, 0, step / 1000, step / 10, (1000 - step) / 10))
    lines = capsys.readouterr().err.splitlines()
    assert 5 <= len(lines) <= 12
    assert lines[-1] == "10 of 10 runs, 100 %, 1 min 40 s gone"


def test_a_planner_finds_any_zone_in_a_folder(command, scenario, tmp_path):
    base, other = scenario("base"), scenario("other", "zones: {Zone 1: {priorities: [AI], talent_card: 1}}\n")
    quick = (*QUICK[:-1], "2024-Q4", "--runs", 2, "--jobs", 1, "--out", tmp_path / "out")
    assert command("compare", base, other, *quick)[0] == 0
    code, out, _ = command("place", tmp_path / "out", "zone 1", "--industries", "AI,PV", "--json")
    rows = json.loads(out)
    assert code == 0
    assert {(row["place"], row["scenario"], row["base"]) for row in rows} == {("Zone 1", "other", "base")}
    assert {"its industries", "the same elsewhere"} <= {row["of"] for row in rows}
    assert "Zone 1, other against base" in command("place", tmp_path / "out", "Zone 1")[1]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "The places it names" in page
    code, out, err = command("place", tmp_path / "out", "Zone 11")
    assert (code, out) == (2, "")
    assert "no such zone or province" in err[0]
    assert command("place", tmp_path, "Zone 1")[0] == 2
