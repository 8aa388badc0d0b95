"""The commands about own worlds."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli import options as o
from sim.cli.write import line, print_json

world = typer.Typer(help="Somebody else's regions as the world.", no_args_is_help=True)


@world.callback()
def _about() -> None:
    """Somebody else's regions as the world."""


@world.command()
def check(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="CSV file of zones, or a folder with tables.", show_default=False
        ),
    ],
    json: o.Json = False,
) -> None:
    """Check the tables of an own world, and say what is in them and what is derived."""
    from sim.world import Parameters, country
    from sim.world.own import DERIVED, derived, read_own

    tables = read_own(path)
    land, assumed = country(tables.name), derived(tables, Parameters())
    people, gdp = float(land.population.sum()), float(land.gdp.sum())
    if json:
        print_json(
            {"world": tables.name, "zones": list(land.zones), "provinces": list(land.provinces)}
            | {"population": people, "gdp": gdp}
            | {"derived": {name: {"total": t, "elasticity": e} for name, (t, e) in assumed.items()}}
        )
        return
    count = len(land.provinces)
    size = f"{len(land.zones)} zones in {count} province{'s' * (count > 1)}"
    line(f"{path}: ok, world {tables.name}, {size}")
    line(f"  population {people:,.0f}, GDP {gdp:,.0f} m yuan a year, {1e6 * gdp / people:,.0f} yuan a head")
    for name, how in DERIVED.items():
        if name in assumed:
            total, power = assumed[name]
            line(f"  {name} is derived [assumption]: {total:,.0f} {how.doc}, by GDP^{power:.2f}")
        else:
            line(f"  {name} is given")
