"""The commands about own worlds."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options as o
from sim.cli.write import line, print_json

if TYPE_CHECKING:
    from sim.world.about import About

world = typer.Typer(help="Somebody else's regions as the world.", no_args_is_help=True)


@world.callback()
def _about() -> None:
    """Somebody else's regions as the world."""


@world.command()
def check(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH",
            help="CSV file of zones, a folder with tables, or an example such as three-zones.",
            show_default=False,
        ),
    ],
    json: o.Json = False,
) -> None:
    """Check the tables of an own world, and say what is in them and what is derived."""
    from sim.world import Parameters, country
    from sim.world.own import about, derived, read_own
    from sim.world.ownsheets import DERIVED

    tables = read_own(path)
    said = about(tables)
    land, assumed = country(tables.name), derived(tables, Parameters())
    people, gdp = float(land.population.sum()), float(land.gdp.sum())
    if json:
        print_json(
            {"world": tables.name, "zones": list(land.zones), "provinces": list(land.provinces)}
            | {"population": people, "gdp": gdp}
            | {"derived": {name: {"total": t, "elasticity": e} for name, (t, e) in assumed.items()}}
            | {"about": asdict(said)}
        )
        return
    count = len(land.provinces)
    size = f"{len(land.zones)} zones in {count} province{'s' * (count > 1)}"
    line(f"{path}: ok, world {tables.name}, {size}")
    _tell(said)
    line(f"  population {people:,.0f}, GDP {gdp:,.0f} m yuan a year, {1e6 * gdp / people:,.0f} yuan a head")
    for name, how in DERIVED.items():
        if name in assumed:
            total, power = assumed[name]
            line(f"  {name} is derived [assumption]: {total:,.0f} {how.doc}, by GDP^{power:.2f}")
        else:
            line(f"  {name} is given")


def _tell(said: About) -> None:
    """Write what a world says of itself, and what follows from what it leaves out."""
    from sim.world.about import UNIT
    from sim.world.load import industries

    for key in ("title", "source", "year", "licence", "evidence", "note"):
        if text := getattr(said, key):
            line(f"  {key}: {text}")
    if said.unit != UNIT:
        line(f"  money in {said.unit}, at {said.yuan:g} yuan: {said.rate_source}")
    codes = industries().codes
    if len(said.industries) == len(codes):
        line(f"  industries: all {len(codes)}")
        return
    line(f"  industries: {', '.join(said.industries) or 'none, the rest of high technology alone'}")
    line(f"  the other {len(codes) - len(said.industries)} have no firms, no market and no place on lists")
