"""How a command ends when something is wrong that is not the user's input: one line, and an exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import sim.cli
from sim.cli.crash import DEBUG, explain
from sim.core.errors import InputError, Problem
from sim.lab import api
from sim.lab.durable import NotStored
from sim.lab.outcome import Interrupted

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ending(monkeypatch, capsys, tmp_path):
    """Let ``status`` end in an error and return the exit code and the lines on stderr."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)

    def run(error, *words):
        def fail(folder):
            raise error

        monkeypatch.setattr(api, "status", fail)
        code = sim.cli.run(["status", *words])
        out, err = capsys.readouterr()
        assert out == ""
        return code, err.splitlines()

    return run


def test_an_error_of_our_own_is_one_line_and_a_file(ending, tmp_path):
    code, (line,) = ending(RuntimeError("the\nledger"), str(tmp_path / "none"))
    assert code == 1
    start = "clusterlab stopped by an error of its own: RuntimeError: the ledger; details in "
    assert line.startswith(start)
    file = Path(line.removeprefix(start))
    assert file.parent == tmp_path
    details = file.read_text()
    for part in ("Traceback", "raise error", f"clusterlab status {tmp_path}/none", "numpy ", "Python 3."):
        assert part in details


def test_the_details_lie_in_the_results_folder_if_it_is_known(ending, tmp_path):
    root = tmp_path / "results"
    root.mkdir()
    (root / "manifest.json").touch()
    _, (line,) = ending(RuntimeError("no"), str(root))
    assert f"details in {root}/clusterlab-error-" in line


def test_the_traceback_is_shown_to_who_asks(ending, monkeypatch):
    monkeypatch.setenv(DEBUG, "1")
    code, lines = ending(RuntimeError("no"), "x")
    assert code == 1
    assert "Traceback (most recent call last):" in lines


@pytest.mark.parametrize(
    ("error", "code", "first"),
    [
        (
            Interrupted(Path("x"), 3, 8, "go on"),
            130,
            "stopped: 3 of 8 runs are finished and kept; go on with",
        ),
        (
            Interrupted(Path("x"), 3, 8, "go on", "the disk is full"),
            1,
            "stopped: the disk is full; 3 of 8 runs are finished and kept; go on with",
        ),
        (
            NotStored("x/report.html", "the disk is full"),
            1,
            "stopped: cannot write x/report.html: the disk is full; what is finished is kept; "
            "the same command goes on",
        ),
        (KeyboardInterrupt(), 130, "stopped"),
        (InputError(Problem("x", 0, 0, "bad")), 2, "x: bad"),
    ],
)
def test_every_other_ending(ending, error, code, first):
    found, lines = ending(error, "x")
    assert (found, lines[0]) == (code, first)


def shell(text):
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; cd {ROOT}; {text}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(
    "rest", ["levers | head -1", "levers --json | head -1", "--help | true", "levers >&-"]
)
def test_a_reader_that_has_seen_enough_is_no_error(rest):
    done = shell(f"{sys.executable} -m sim {rest}")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_output_that_cannot_be_written_is_told():
    done = shell(f"{sys.executable} -m sim metrics > /dev/full")
    assert done.returncode == 1
    assert done.stderr == "stopped: cannot write the output: No space left on device\n"


def test_nobody_listening_on_stderr_changes_nothing():
    done = shell(f"{sys.executable} -m sim status nowhere 2>&-")
    assert done.returncode == 2


@pytest.mark.skipif(os.name == "nt", reason="a folder one stands in cannot be deleted here")
@pytest.mark.parametrize(
    "words",
    ["levers", "check baseline", "status results", "report results", "run baseline --until 2023-Q1", "app"],
)
def test_a_folder_that_is_gone_is_told(words, tmp_path):
    done = shell(
        f"mkdir {tmp_path}/gone; cd {tmp_path}/gone; rmdir {tmp_path}/gone; {sys.executable} -m sim {words}"
    )
    told = "the folder this was started in is gone; change to one that is there and start again\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_the_details_of_an_error_do_not_need_the_folder(monkeypatch, tmp_path):
    def gone():
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(os, "getcwd", gone)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (line,) = explain(RuntimeError("no"), ["status", "x"])
    assert "in a folder that is gone" in Path(line.partition("details in ")[2]).read_text()
