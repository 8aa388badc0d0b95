"""The table of what was tried, how often, and what broke, in ``results/reference`` and on its page."""

from __future__ import annotations

import csv
import time
from dataclasses import asdict, dataclass, fields
from importlib import import_module
from pathlib import Path

from sim.lab.identity import source_hash

KINDS = ("kills", "damage", "disk", "places", "caches", "mutants", "sessions")
ROOT = Path(__file__).parents[2]
TABLE = ROOT / "results/reference/robustness.csv"
PAGE = ROOT / "docs/robustness.md"
BEGIN, END = "<!-- begin: made by make torture -->", "<!-- end -->"


MEMORY = Path("/dev/shm")
SCRATCH = MEMORY if MEMORY.is_dir() else None
"""Where to do harm: in memory, so that waiting for a disk takes no time."""


@dataclass(frozen=True)
class Row:
    """One sort of harm; ``note`` says what ended well means, or what broke first."""

    what: str
    tried: int
    broke: int
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A row as the table keeps it."""

    kind: str
    what: str
    tried: int
    broke: int
    note: str
    date: str
    sources: str


def suffer(kind: str, *, small: bool, seed: int, count: int | None = None) -> list[Line]:
    """Try one kind of harm and return its lines."""
    module = import_module(f"tests.torture.{kind}")
    rows = module.trial(count or (module.SMALL if small else module.FULL), seed)
    made = time.strftime("%Y-%m-%d"), source_hash()
    return [Line(kind, row.what, row.tried, row.broke, row.note, *made) for row in rows]


def read() -> list[Line]:
    """Return the table as it stands."""
    if not TABLE.exists():
        return []
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Line(**row | {"tried": int(row["tried"]), "broke": int(row["broke"])})
            for row in csv.DictReader(file)
        ]


def write(lines: list[Line]) -> None:
    """Replace the lines of the kinds that were tried, in the table and on the page."""
    new = {line.kind for line in lines}
    order = {kind: i for i, kind in enumerate(KINDS)}
    lines = [line for line in read() if line.kind not in new] + lines
    lines.sort(key=lambda line: order.get(line.kind, len(order)))
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, [field.name for field in fields(Line)], lineterminator="\n")
        table.writeheader()
        table.writerows(asdict(line) for line in lines)
    page = PAGE.read_text(encoding="utf-8")
    head, tail = page.split(BEGIN)[0], page.split(END)[1]
    PAGE.write_text(f"{head}{BEGIN}\n\n{made(lines)}\n\n{END}{tail}", encoding="utf-8")


def made(lines: list[Line]) -> str:
    """Return the table of the page."""
    head = ["| what was done | times | broke | ends well means | made with |", "|---|--:|--:|---|---|"]
    return "\n".join(
        head
        + [
            f"| {line.what} | {line.tried:,} | {line.broke:,} | {line.note} | {line.date}, {line.sources} |"
            for line in lines
        ]
    )
