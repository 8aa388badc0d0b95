"""What may be asked for: bounds, kinds and folders, every problem in words that say what is allowed."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sim.core.defaults import PANELS
from sim.core.errors import InputError, Problem
from sim.lab import machine, options

SEEDS = "a whole number from 0 to 2147483647"
QUARTERS = "a quarter from 2023-Q1 on, such as 2042-Q4"
FOLDER = "a folder, new, empty or with results"


def told(**given):
    return [str(problem) for problem in options.problems(**given)]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"seed": -1}, f"--seed: -1 is out of range; allowed: {SEEDS}"),
        ({"seed": 2**31}, f"--seed: 2147483648 is out of range; allowed: {SEEDS}"),
        ({"seed": True}, f"--seed: True is not a whole number; allowed: {SEEDS}"),
        ({"seed": 1.0}, f"--seed: 1.0 is not a whole number; allowed: {SEEDS}"),
        ({"scale": "1"}, "--scale: '1' is not a number; allowed: a number from 0.002 to 1"),
        ({"scale": 0.0019}, "--scale: 0.0019 is out of range; allowed: a number from 0.002 to 1"),
        ({"scale": 1.1}, "--scale: 1.1 is out of range; allowed: a number from 0.002 to 1"),
        ({"runs": 1.5}, "--runs: 1.5 is not a whole number; allowed: a whole number from 1 to 100000"),
        ({"runs": 0}, "--runs: 0 is out of range; allowed: a whole number from 1 to 100000"),
        ({"runs": 100_001}, "--runs: 100001 is out of range; allowed: a whole number from 1 to 100000"),
        ({"jobs": 0}, "--jobs: 0 is out of range; allowed: a whole number from 1 to 4096"),
        ({"jobs": 4097}, "--jobs: 4097 is out of range; allowed: a whole number from 1 to 4096"),
        ({"jobs": "2"}, "--jobs: '2' is not a whole number; allowed: a whole number from 1 to 4096"),
        (
            {"seed": 2**31 - 1, "runs": 2},
            "--seed: the last of 2 runs would have seed 2147483648; "
            "allowed: at most 2147483646 with so many runs",
        ),
        ({"world": 3}, "--world: 3 is not a world; allowed: a name, or a file or folder of zones"),
        ({"until": 2042}, f"--until: 2042 is not a text; allowed: {QUARTERS}"),
        ({"until": "2042-Q5"}, f"--until: '2042-Q5' is not a quarter such as 2026-Q1; allowed: {QUARTERS}"),
        ({"until": "2022-Q4"}, f"--until: 2022-Q4 is before the start; allowed: {QUARTERS}"),
        ({"panels": "firms"}, "--panel: 'firms' is no list of texts; allowed: such as ['firms']"),
        ({"panels": (1,)}, "--panel: (1,) is no list of texts; allowed: such as ['firms']"),
        (
            {"panels": ("firms", "deal")},
            "--panel: there is no panel 'deal'; allowed: firms, deals, talent, layout, funds; "
            "did you mean 'deals'?",
        ),
        ({"sets": "a=1"}, "--set: 'a=1' is no list of texts; allowed: such as ['talent_card=0.5']"),
        ({"sets": [1]}, "--set: [1] is no list of texts; allowed: such as ['talent_card=0.5']"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_allowed(given, words):
    assert told(**given) == [words]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"seed": 0, "scale": 0.002, "runs": 1, "jobs": 1, "until": "2023-Q1", "world": "china-31"},
        {"seed": 2**31 - 1, "scale": 1, "jobs": 4096, "until": "2042-Q4", "world": Path("zones.csv")},
        {"seed": 2**31 - 100_000, "runs": 100_000},
        {"seed": np.int64(3), "scale": np.float32(0.5), "runs": np.uint8(2)},
        {"panels": PANELS, "sets": ["talent_card=0.5"]},
    ],
)
def test_what_is_allowed_is_taken(given):
    assert told(**given) == []


def test_all_problems_are_told_at_once():
    wrong = told(seed=-1, scale=2, runs=0, jobs=0, world=1, until="x", panels="firms", sets="a", out=__file__)
    flags = ["--seed", "--scale", "--runs", "--jobs", "--world", "--until", "--panel", "--set", "--out"]
    assert [line.partition(":")[0].split()[0] for line in wrong] == flags


def test_a_list_that_is_none_does_not_hide_the_other():
    assert [line.partition(":")[0] for line in told(panels=("x",), sets="y")] == ["--set", "--panel"]


def test_so_many_runs_that_no_folder_holds_them():
    assert options.too_many(100_000, 5) == []
    (problem,) = options.too_many(100_000, 6)
    assert str(problem) == (
        "--runs: 6 scenarios x 100,000 runs are 600,000 runs; allowed: 500,000 in all; split the study"
    )


def test_folders_that_can_take_results(tmp_path):
    hidden, study = tmp_path / "hidden", tmp_path / "study"
    for folder, file in ((hidden, ".DS_Store"), (study, options.MANIFEST)):
        folder.mkdir()
        (folder / file).touch()
    (study / "timeseries.parquet").touch()
    (tmp_path / "bare/runs/base/seed-0001").mkdir(parents=True)  # its manifest is lost
    (tmp_path / "bare/runs/base/seed-0001/run.json").touch()
    (tmp_path / "packed/runs").mkdir(parents=True)  # as here
    (tmp_path / "packed/runs/pack-0123456789ab.zip").touch()
    for out in (
        None,
        hidden,
        study,
        tmp_path / "bare",
        tmp_path / "packed",
        tmp_path / "new",
        tmp_path / "new/deep",
        str(tmp_path / ("x" * 300)),
    ):
        assert options.place_problems(out) == []


def test_folders_that_cannot(tmp_path, monkeypatch):
    file = tmp_path / "notes.txt"
    file.touch()
    for out, why in (
        (file, f"{file} is a file; allowed: {FOLDER}"),
        (file / "deep", f"{file} is a file; allowed: {FOLDER}"),
        (tmp_path, f"the folder is not empty and holds no manifest.json; allowed: {FOLDER}"),
    ):
        (problem,) = options.place_problems(out)
        assert str(problem) == f"--out {out}: {why}"
    for missing in (os.R_OK, os.W_OK, os.X_OK):
        monkeypatch.setattr(os, "access", lambda path, mode, missing=missing: not mode & missing)
        (problem,) = options.place_problems(tmp_path / "new")
        assert str(problem) == (
            f"--out {tmp_path / 'new'}: {tmp_path} cannot be written to; allowed: a folder you may write to"
        )


def test_a_folder_that_is_no_path_is_told():
    assert told(out=3) == ["--out: 3 is no path; allowed: a text or a pathlib.Path"]


def test_workers_are_those_asked_for_else_one_a_processor():
    assert options.workers(3) == 3
    assert options.workers(None) == machine.processors()


def test_what_is_wrong_with_a_precision_is_told(monkeypatch):
    monkeypatch.setattr(options.precise, "problems", lambda asked: [Problem("--precision", 0, 0, str(asked))])
    assert options.problems(precision={"jobs": 0}) == [Problem("--precision", 0, 0, "{'jobs': 0}")]
    assert options.problems() == []


def test_a_flag_that_is_neither_true_nor_false_is_told():
    assert options.no_flags(check=True, quick=False, equal_cost=np.bool_(1)) == []
    assert [str(problem) for problem in options.no_flags(check=1, equal_cost="no", quick=False)] == [
        "--check: 1 is no answer; allowed: True, False",
        "--equal-cost: 'no' is no answer; allowed: True, False",
    ]


def test_what_only_python_callers_give_is_refused_all_at_once():
    with pytest.raises(InputError) as caught:
        options.of_callers(report="yes", on_progress=3, executor="threads")
    assert str(caught.value).splitlines() == [
        "--report: 'yes' is no answer; allowed: True, False",
        "--on-progress: 3 cannot be called; allowed: a function of one sim.lab.progress.Progress",
        "--executor: 'threads' is no executor; allowed: an executor of concurrent.futures, or alike",
    ]


def test_what_python_callers_may_give_is_taken():
    options.of_callers()
    with ThreadPoolExecutor() as executor:
        options.of_callers(report=False, on_progress=print, executor=executor)
