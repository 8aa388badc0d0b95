"""Run mutmut over one file after the other, each with the tests that look at it, and sum up.

Use: ``make mutants``; ``python -m tests.mutation.run 'sim.lab.comparison*'`` for some modules; with
``--again`` only what lived before and functions that changed, for one module whose tests were sharpened.
``files.csv`` lists the files with their tests.  A file whose row in ``results/reference/mutants.csv`` was
made of the same source is passed over unless it is named, so that a run that was stopped goes on.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

from tests.mutation.report import KILLED, MUTANTS, ROOT, module, report, stands

HERE = Path(__file__).parent
TRIAL = """
import sys
from mutmut import configuration
from mutmut.__main__ import _run
from mutmut.workers.isolation import ForkRunner
ForkRunner.run_clean_tests = lambda runner, tests: 0  # the run that times the tests was clean
only = configuration.config()
only.only_mutate, only.pytest_add_cli_args_test_selection = [sys.argv[2]], sys.argv[3:]
_run((), int(sys.argv[1]))
"""
"""Tries all mutants of one file; mutmut has no option for it."""


def main(patterns: list[str], *, again: bool = False, children: int = 2) -> int:
    """Try the files that are named, or all that changed; return how many mutants and reasons are amiss."""
    with (HERE / "files.csv").open(encoding="utf-8") as listed:
        files = {row["file"]: row["tests"].split() for row in csv.DictReader(listed)}
    wrong = 0
    for file, tests in files.items():
        named = any(fnmatchcase(module(file), pattern) for pattern in patterns)
        if not named and (patterns or stands(file)):
            continue
        _clear(MUTANTS / f"{file}.meta", again=again)
        subprocess.run(
            [sys.executable, "-c", TRIAL, str(children), file, *tests],
            cwd=ROOT,
            env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            check=True,
        )
        wrong += report(file)
    return wrong


def _clear(verdicts: Path, *, again: bool) -> None:
    """Throw away what an earlier run left, except, on request, what it killed."""
    found = json.loads(verdicts.read_text(encoding="utf-8")) if again and verdicts.exists() else None
    shutil.rmtree(MUTANTS, ignore_errors=True)
    if found:
        codes = found["exit_code_by_key"]
        found["exit_code_by_key"] = {name: code if code in KILLED else None for name, code in codes.items()}
        verdicts.parent.mkdir(parents=True)
        verdicts.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    words = sys.argv[1:]
    sys.exit(min(main([word for word in words if word != "--again"], again="--again" in words), 1))
