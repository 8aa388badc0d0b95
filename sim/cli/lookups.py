"""The commands that look things up or write down what is there: check, explain, levers, odd ..."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import options as o
from sim.cli.check import check
from sim.cli.init import init
from sim.cli.place import place
from sim.cli.rows import rows
from sim.cli.write import line, note, print_json, print_table, warn
from sim.cli.zones import zones
from sim.core.errors import InputError, Problem
from sim.core.paths import path_of


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    for command in (
        *(check, explain, levers, theories, metrics, rows, zones, place, point),
        *(odd, schema, init, warmup),
    ):
        app.command()(command)


def explain(
    scenario: o.Scenario,
    key: Annotated[str, typer.Argument(help="Lever or parameter.", show_default=False)],
    sets: o.Sets = None,
    world: o.World = None,
    until: o.Until = None,
) -> None:
    """Say what a value is, where it was set, its default, bounds and source."""
    from sim.scenario import explained, load, warnings_of

    loaded = load(scenario, sets or (), world=world, until=until)
    warn(warnings_of(loaded))
    line(explained(loaded, key).rstrip("\n"))


def point(
    folder: o.Folder,
    name: Annotated[
        str, typer.Argument(help="Point as its table names it, such as p012.", show_default=False)
    ],
    file: Annotated[Path, typer.Argument(help="Scenario file to write.", parser=path_of, show_default=False)],
) -> None:
    """Write a point of a sweep, search or discovery as a scenario file."""
    from sim.lab.chosen import write_point

    line(str(write_point(folder, name, file)))


def levers(json: o.Json = False) -> None:
    """List all levers: what planners and scenarios can change."""
    from sim.lab import catalogue

    found = catalogue.levers()
    if json:
        print_json(found)
        return
    for group in dict.fromkeys(lever["group"] for lever in found):
        mine = [lever for lever in found if lever["group"] == group]
        rows = [
            (
                lever["name"],
                _bounds(lever["low"], lever["high"]),
                _short(lever["default"]),
                f"{lever['doc']} Unit: {lever['unit']}. {_cost(lever)} [{lever['evidence']}]",
            )
            for lever in mine
        ]
        header = ("lever", "bounds", "default", "meaning, unit, cost, evidence")
        print_table(group.upper(), header, rows, right="bounds,default")
        line("")


def theories(json: o.Json = False) -> None:
    """List the slots of the model with the theories that can stand in each, own ones included."""
    from sim.lab import catalogue

    found = catalogue.theories()
    if json:
        print_json(found)
        return
    rows = [
        (one["slot"] if one["default"] else "", one["theory"], one["doc"] + " (default)" * one["default"])
        for one in found
    ]
    print_table("Theories", ("slot", "theory", "what it claims"), rows)


def _cost(lever: dict[str, Any]) -> str:
    """Return in words what a lever costs, who pays it and how long it takes to be there."""
    if not lever["payer"]:
        return "Costs nothing by itself."
    delay = f", delay {lever['delay']} quarters" if lever["delay"] else ""
    return f"Price {lever['price']:g} {lever['price_unit']}, the {lever['payer']} pays{delay}."


def _bounds(low: object, high: object) -> str:
    simple = all(isinstance(x, int | float) for x in (low, high))
    return f"{low:g} to {high:g}" if simple else "a list"


def _short(value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:g}"
    if isinstance(value, list) and len(value) > 3:
        return f"{len(value)} names"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


def metrics(json: o.Json = False) -> None:
    """List all metrics: what runs are measured by."""
    from sim.lab import catalogue

    found = catalogue.metrics()
    if json:
        print_json(found)
        return
    rows = [(m["name"], m["unit"], m["better"], _meaning(m)) for m in found]
    print_table("Metrics", ("metric", "unit", "better", "meaning"), rows)


def _meaning(metric: dict[str, Any]) -> str:
    return f"{metric['doc']} [own: {metric['origin']}]".lstrip() if metric["origin"] else metric["doc"]


def odd(
    out: Annotated[
        str, typer.Option(help="Markdown file to write; the picture goes beside it.")
    ] = "docs/ODD.md",
) -> None:
    """Write the model's protocol (ODD+D) and data-flow picture, made from the code."""
    from sim.odd import renew

    try:
        files = renew(path_of(out))
    except OSError as error:
        raise InputError(
            Problem(
                out,
                0,
                0,
                f"cannot be written: {error.strerror}",
                allowed="a file in a folder one may write to",
            )
        ) from None
    for file in files:
        line(f"wrote {file}")


def schema(
    study: Annotated[bool, typer.Option("--study", help="That of study files.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from sim.lab.studyschema import study_schema
    from sim.scenario import schema as scenario_schema

    print_json(study_schema() if study else scenario_schema())


def warmup() -> None:
    """Compile the model's kernels once, so that later commands start at once.

    Small runs to the end of the horizon call every kernel that a run calls, those of rare events and of
    policies, too.
    """
    from sim.core.jit import FOLDER
    from sim.lab.api import simulate_plan
    from sim.lab.options import LOWEST_SCALE
    from sim.lab.planning import build

    begun = time.perf_counter()
    for name in ("baseline", "ten_ones", "first_mile"):
        simulate_plan(build("run", [name], scale=LOWEST_SCALE))
    where = f"kept in {FOLDER}" if FOLDER else "not kept"
    note(f"kernels compiled in {time.perf_counter() - begun:.0f} s; {where}")
