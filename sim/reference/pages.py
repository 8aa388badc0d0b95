"""Render the pages that show numbers of runs, from docs/parts/*.md.j2 and the tables in results/reference.

Use: python -m sim.reference.pages.  A figure in a sentence is filled in from a table, and what the
sentence makes of it stands in a claim that fails here when the table no longer bears it:

    {% call claim(dial.quota_only.output.down) %}Quotas cost output.{% endcall %}

Templates are written in Jinja2 with these functions:

- ``table(file, column, ...)``: the rows of a table (see Row), by the values of one or more of its columns;
- ``largest(rows, beginning)``: values of rows whose names begin so; ``work()``: counted work of a quarter;
- ``how(file)`` and ``shown(file)``: the record of how a table was made, and the sentence about it;
- ``yardstick`` (what is said of counts of lists wherever shown), ``picture`` (the outcomes in answer.svg);
- ``num``, ``signed``, ``percent``, ``part`` (a fraction in words), ``count`` (a whole number in words): one
  number;
- ``cell`` (difference and interval), ``give`` (difference and half of the interval), ``verdict`` (a word by
  the sign, another one where it is not clear), ``change`` (so many per cent more or less): one row.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2

from sim.core.spreadsheet import read_csv
from sim.lab import dictionary
from sim.metrics.duplication import YARDSTICK
from sim.reference import parts, provenance, signs, strength
from sim.reference.provenance import REFERENCE, ROOT
from sim.reference.tabled import ENOUGH, cell, change, give, grid, largest, table, verdict
from sim.reference.worded import count, num, part, percent, signed
from sim.report.names import label
from sim.report.sentences import listing
from sim.report.signs import relative
from sim.world.rows import source_rows

PARTS = ROOT / "docs" / "parts"
ELSEWHERE = {"README.md": ROOT / "README.md", "reference.md": REFERENCE / "README.md"}
"""Pages that do not go to docs/."""
FEW = "So few pairs make intervals too narrow and allow no small p-value: read the large differences only."


def how(file: str) -> dict[str, Any]:
    """Return the record of how a table was made."""
    return provenance.read()[file]


def text(file: str) -> str:
    """Return what stands in a file."""
    return (REFERENCE / file).read_text(encoding="utf-8").strip()


def shown(*files: str) -> str:
    """Return how tables were made, in a line; those that are old in a line of their own."""
    lines = []
    for file in files:
        record = how(file)
        lines.append(f"*Made by {provenance.told(record)}.*")
        if "paired runs a scenario" in record["of"] and 1 < record["runs"] < ENOUGH:
            lines.append(FEW)
        if why := provenance.old(record):
            lines.append(f"**{file} was made before the last change of results: {why}.**")
    return "\n\n".join(dict.fromkeys(lines))


def work() -> dict[str, float]:
    """Return the counted work of a small quarter, all steps together (``tests/gates/work.csv``)."""
    rows = read_csv(ROOT / "tests" / "gates" / "work.csv")
    return {what: sum(float(row[what]) for row in rows) for what in ("calls", "kernels")}


HELPERS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        *(table, largest, how, text, work, shown, num, signed, percent, part, count),
        *(cell, give, verdict, change, grid),
    )
}


class Untrue(Exception):
    """Sentences of a page that its tables do not bear."""


def render(name: str, text: str) -> str:
    """Return the page of a template.

    Raises:
        Untrue: with every claim that fails.
    """
    failed = []

    def claim(holds: bool, caller: Callable[[], str]) -> str:
        said = caller()
        if not holds:
            failed.append(" ".join(said.split()))
        return said

    world = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        autoescape=False,
    )  # fmt: skip
    world.globals |= HELPERS | {"claim": claim, "sign_tables": sign_tables}
    world.globals |= {"yardstick": YARDSTICK, "picture": listing([label(name).text for name in parts.SHOWN])}
    world.globals |= {"records": provenance.read, "old": provenance.old, "outputs": outputs}
    world.globals |= {"row_reasons": strength.reasons, "row_phrases": strength.phrases}
    world.globals |= {"source_rows": source_rows, "label": label}
    world.globals |= {"relative": relative}
    page = world.from_string(text).render()
    if failed:
        raise Untrue("\n".join(f"docs/parts/{name}: the tables do not bear this: {said}" for said in failed))
    return f"<!-- Made from docs/parts/{name} by `make docs`: edit that, not this. -->\n{page}"


def sign_tables() -> str:
    """Return the tables of signs with their reasons."""
    return signs.made(signs.read(signs.TABLE), signs.read(signs.REASONS))


def outputs() -> dict[str, list[dict[str, str]]]:
    """Return the columns of a results folder's tables, by table."""
    return {
        table: [{"table": table, "column": c, "unit": u, "meaning": m} for c, (u, m) in columns.items()]
        for table, columns in dictionary.rows().items()
    }


def pages() -> dict[str, Path]:
    """Return where the page of every template goes."""
    return {
        part.name: ELSEWHERE.get(part.stem, ROOT / "docs" / part.stem)
        for part in sorted(PARTS.glob("*.md.j2"))
    }


def main() -> None:
    """Renew all pages; stop at those whose tables do not bear what they say."""
    untrue = []
    for name, page in pages().items():
        try:
            text = render(name, (PARTS / name).read_text(encoding="utf-8"))
        except Untrue as error:
            untrue.append(str(error))
            continue
        page.write_text(text, encoding="utf-8", newline="\n")
    if untrue:
        sys.exit("\n".join(untrue))


if __name__ == "__main__":
    main()
