"""The command that finds what stands for each thing that the source documents name."""

from __future__ import annotations

from sim.cli import options as o
from sim.cli.write import line, print_json, print_table


def rows(json: o.Json = False) -> None:
    """List what the source documents name, with the levers, metrics, scenarios and studies for each."""
    from sim.lab.served import KINDS, missing, served

    found = served()
    if json:
        print_json(found)
        return
    for group in dict.fromkeys(row["group"] for row in found):
        told = []
        for row in (r for r in found if r["group"] == group):
            what = "; ".join(f"{kind}: {', '.join(row[kind])}" for kind in KINDS if row[kind])
            lacks = missing(row)
            what += f"; MISSING: {', '.join(lacks)}" if lacks else ""
            told.append((row["row"], " ".join(row["documents"]), f"{row['named']} - {what}"))
        print_table(group.upper(), ("row", "in", "named - served by"), told)
        line("")
