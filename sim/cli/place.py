"""The command that answers a planner of one zone or province from a results folder."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from sim.cli import options as o
from sim.cli.write import print_json, print_table


def place(
    folder: o.Folder,
    name: Annotated[str, typer.Argument(help="Zone or province: Zhaoqing, 肇庆, 安徽.", show_default=False)],
    industries: Annotated[
        str, typer.Option(help="Names or codes such as LOWALT,氢能 to tell apart, here and elsewhere.")
    ] = "",
    json: o.Json = False,
) -> None:
    """Say what became of one zone or province: start, end, and what each scenario changes there."""
    from sim.lab.fates import results_of

    asked = tuple(filter(None, re.split(r"[\s,，、]+", industries)))
    rows = results_of(folder, name, asked)
    if json:
        print_json(rows)
        return
    from sim.report.fates import fate

    several = any(row["scenario"] != row["base"] for row in rows)
    header = ("outcome", "start", "base", *(("change", "95 % interval") if several else ()), "unit")
    for scenario in dict.fromkeys(row["scenario"] for row in rows):
        told = [fate(row) for row in rows if row["scenario"] == scenario]
        cells = [(f.outcome, f.start, f.baseline, f.change, f.interval, f.unit) for f in told]
        against = f", {scenario} against {rows[0]['base']}" if several else f", {scenario}"
        shown = [c if several else (*c[:3], c[5]) for c in cells]
        print_table(f"{told[0].place}{against}", header, shown, right="start,base,change,95 % interval")
