"""Sections 4 to 6: random streams, where the initial state comes from, input data with sources."""

from __future__ import annotations

import csv

from sim.core.draws import Stream
from sim.odd.sources import ROOT, line_comments, module_text, uses
from sim.odd.text import folded, inline, link, places, prose, table

MEANINGS = line_comments("sim/core/draws.py", r"([A-Z_]+) = \d+")


def streams() -> str:
    """Return every stream of luck with its meaning and who draws from it."""
    rows = [
        (
            str(s.value),
            s.name.lower(),
            MEANINGS.get(s.name, ""),
            places(uses("Stream", s.name)),
        )
        for s in Stream
    ]
    return folded(f"Random streams: {len(rows)}", table(("number", "stream", "luck of", "drawn in"), rows))


def text_of(file: str) -> str:
    """Return what a file of the world says about itself, under its link."""
    title, _, body = module_text(file).partition("\n\n")
    return f"**{inline(' '.join(title.split()))}** ({link(file)})\n\n{prose(body)}"


def data() -> str:
    """Return the columns of every data table with unit and source."""
    with (ROOT / "world" / "data" / "columns.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    parts = []
    for file in dict.fromkeys(row["file"] for row in rows):
        mine = [row for row in rows if row["file"] == file]
        grid = table(
            ("column", "unit", "source", "status"),
            [(f"`{r['column']}`", r["unit"], inline(r["source"]), r["status"]) for r in mine],
        )
        parts.append(folded(f"<b>{file}</b>: {len(mine)} columns", grid))
    return "\n\n".join(parts)
