"""Sum up a run of mutmut: ``results/reference/mutants.csv``, and an error for survivors without a reason.

Use: ``make mutants``.  A survivor is explained by a row of ``explained.csv``: ``where`` names the
function (``*`` stands for anything), ``before`` and ``after`` are regular expressions that the removed
and the added line must contain, ``why`` says why no test can or need tell them apart.  A row that explains
nothing is an error too, once every mutant it may be about was tried.  After a run over a part of the files
(``make mutants MUTANTS='sim.lab.paired*'``) that part is judged, and the table stays as it is.
"""

from __future__ import annotations

import csv
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
        """Return the function that is changed."""
        return place(self.name)


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


def place(name: str) -> str:
    """Return a mutant's function, such as ``sim.lab.paired.interval`` or ``sim.lab.outcome.Outcome.done``."""
    function = name.rpartition("__mutmut_")[0]
    module, _, last = function.rpartition(".")
    return f"{module}.{last.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


def verdicts(mutants: Path) -> dict[str, dict[str, int | None]]:
    """Return mutmut's exit codes by file and mutant, ``None`` where it was not tried."""
    found = {}
    for meta in sorted(mutants.rglob("*.py.meta")):
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        if codes:
            found[meta.relative_to(mutants).as_posix().removesuffix(".meta")] = codes
    return found


def shown(name: str, file: str) -> Mutant:
    """Return a mutant with the lines it changes, as ``mutmut show`` prints them."""
    text = get_diff_for_mutant(name, path=file)
    lines = [line for line in text.splitlines() if not line.startswith(("---", "+++"))]
    before, after = (" ".join(x[1:].strip() for x in lines if x.startswith(sign)) for sign in "-+")
    return Mutant(name, before, after)


def main() -> int:
    """Judge the mutants that were tried; return 1 if a survivor has no reason or a reason no survivor."""
    reasons = [Reason(**row) for row in csv.DictReader((HERE / "explained.csv").open(encoding="utf-8"))]
    found = verdicts(ROOT / "mutants")
    used: set[Reason] = set()
    unexplained: list[Mutant] = []
    rows = []
    for file, codes in found.items():
        counts: Counter[str] = Counter()
        for name, code in codes.items():
            if code in KILLED:
                counts["killed"] += 1
            elif code in SURVIVED | NO_TEST:
                mutant = shown(name, file)
                reason = next((r for r in reasons if r.covers(mutant)), None)
                counts["explained" if reason else "unexplained"] += 1
                used |= {reason} if reason else set()
                unexplained += [] if reason else [mutant]
            elif code is not None:
                counts["stopped"] += 1
        if counts:
            kinds = {kind: counts[kind] for kind in ("killed", "stopped", "explained", "unexplained")}
            rows.append({"file": file, "mutants": counts.total(), **kinds})
    if not rows:
        sys.stderr.write("no verdicts in mutants/: run `mutmut run` first\n")
        return 1
    for mutant in unexplained:
        sys.stderr.write(f"{mutant.where} ({mutant.name})\n- {mutant.before}\n+ {mutant.after}\n")
    untried = {place(name) for codes in found.values() for name, code in codes.items() if code is None}
    idle = [r for r in reasons if r not in used and not any(fnmatchcase(where, r.where) for where in untried)]
    for reason in idle:
        sys.stderr.write(f"explained.csv: {reason.where} {reason.after!r} explains no survivor\n")
    told = "a part: the table stays"
    if not untried:
        write(rows)
        told = str(TABLE.relative_to(ROOT))
    total = sum(row["mutants"] for row in rows)
    sys.stderr.write(f"{total} mutants, {len(unexplained)} without a reason; {told}\n")
    return int(bool(unexplained or idle))


def write(rows: list[dict[str, str | int]]) -> None:
    """Write the table."""
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
