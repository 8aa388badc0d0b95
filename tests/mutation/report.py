"""Sum up mutmut's verdicts on one file: its row of ``results/reference/mutants.csv``, and what has no reason.

A survivor is explained by a row of ``explained.csv``: ``where`` names the function (``*`` stands for
anything), ``before`` and ``after`` are regular expressions that the removed and the added line must
contain, ``why`` says why no test can or need tell them apart.  A row about this file that explains nothing
is an error too.  Rows of the table stand until their file is tried again; ``source`` tells of which text
they are.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
MUTANTS = ROOT / "mutants"
TABLE = ROOT / "results" / "reference" / "mutants.csv"
KILLED, SURVIVED, NO_TEST = {1, 3}, {0}, {5, 33}
"""Exit codes that mutmut notes; every other one is a time-out or a crash, which a run notices as well."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change to one function that no test noticed."""

    name: str
    before: str
    after: str

    @property
    def where(self) -> str:
        """Return the function that is changed, such as ``sim.lab.paired.interval``."""
        function = self.name.rpartition("__mutmut_")[0]
        module, _, last = function.rpartition(".")
        return f"{module}.{last.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of ``explained.csv``."""

    where: str
    before: str
    after: str
    why: str

    def covers(self, mutant: Mutant) -> bool:
        """Say whether this is the reason why a mutant lives."""
        return (
            fnmatchcase(mutant.where, self.where)
            and re.search(self.before, mutant.before) is not None
            and re.search(self.after, mutant.after) is not None
        )


def module(file: str) -> str:
    """Return a file's dotted name."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def digest(file: str) -> str:
    """Return twelve hexadecimal digits of a file's text."""
    return hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:12]


def table() -> dict[str, dict[str, str]]:
    """Return the rows of the table by file."""
    with TABLE.open(encoding="utf-8") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def stands(file: str) -> bool:
    """Say whether the table has this text of a file, and nothing without a reason in it."""
    row = table().get(file)
    return row is not None and row["source"] == digest(file) and row["unexplained"] == "0"


def shown(name: str, file: str) -> Mutant:
    """Return a mutant with the lines it changes, as ``mutmut show`` prints them."""
    text = get_diff_for_mutant(name, path=file)
    lines = [line for line in text.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (" ".join(x[1:].strip() for x in lines if x.startswith(sign)) for sign in "-+")
    return Mutant(name, before, after)


def report(file: str) -> int:
    """Renew a file's row; return how many survivors have no reason and how many reasons no survivor."""
    codes = json.loads((MUTANTS / f"{file}.meta").read_text(encoding="utf-8"))["exit_code_by_key"]
    reasons = [Reason(**row) for row in csv.DictReader((HERE / "explained.csv").open(encoding="utf-8"))]
    counts = Counter(dict.fromkeys(("killed", "stopped", "explained", "unexplained"), 0))
    used: set[Reason] = set()
    for name, code in codes.items():
        if code in KILLED:
            counts["killed"] += 1
        elif code not in SURVIVED | NO_TEST:
            counts["stopped"] += 1
        else:
            mutant = shown(name, file)
            reason = next((r for r in reasons if r.covers(mutant)), None)
            counts["explained" if reason else "unexplained"] += 1
            if reason:
                used.add(reason)
            else:
                sys.stderr.write(f"{mutant.where} ({name})\n- {mutant.before}\n+ {mutant.after}\n")
    mine = re.compile(re.escape(module(file)) + r"(\.[A-Z]\w*)?\.[\w*]+")
    idle = [r for r in reasons if mine.fullmatch(r.where) and r not in used]
    for reason in idle:
        sys.stderr.write(f"explained.csv: {reason.where} {reason.after!r} explains no survivor\n")
    write(file, {"mutants": counts.total(), **counts})
    sys.stderr.write(f"{file}: {counts.total()} mutants, {counts['unexplained']} without a reason\n")
    return counts["unexplained"] + len(idle)


def write(file: str, counts: dict[str, int]) -> None:
    """Put a file's row into the table."""
    rows = table() | {file: {"file": file, "source": digest(file), **counts}}
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, ["file", "source", *counts], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[name] for name in sorted(rows))
