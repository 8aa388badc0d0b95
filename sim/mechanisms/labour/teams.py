"""Teams: leading scientists are recruited with their teams, from abroad or from other zones.

A zone has as many places as the programme pays for.  Each open place finds somebody with a hazard,
in a field that the zone's priorities need: from abroad with a given chance, or where no one of the
field lives elsewhere; else somebody from another zone, who brings colleagues along.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, lot_of, uniforms
from sim.core.functions import exp
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import DOCTOR, LEADING, F, K


def recruit(state: State, moving: Any) -> Any:
    """Fill open places for leading scientists; return (row, from, to) of those who change zones.

    Scientists from abroad arrive with their team; those in ``moving`` are on the move already.
    """
    p, wanted = state.p, state.force.by_zone("leading_scientists")
    # delivery nears what is asked for and never reaches it: a place opens a little before
    due = np.floor(wanted / p.team_place_opens + 1e-9).astype(np.int64)
    open_places = np.maximum(0, due - state.zones.teams)
    none = np.empty((0, 3), dtype=np.int64)
    if not open_places.any():
        return none
    most = int(open_places.max())
    place = state.zones.teams[:, None] + np.arange(most)[None, :]
    lots = lot_of(np.arange(state.n_zones, dtype=np.uint64)[:, None], place.astype(np.uint64))
    found = uniforms(state.seed, Stream.TEAM, state.t, lots) < 1.0 - exp(-p.team_recruited / 4.0)
    z, column = np.nonzero(found & (np.arange(most)[None, :] < open_places[:, None]))
    if z.size == 0:
        return none
    lots = lots[z, column]
    field = _fields(state, z, uniforms(state.seed, Stream.TEAM, -1, lots))
    home = _source(state, z, field, lots, moving)
    foreign = (home < 0) | (uniforms(state.seed, Stream.TEAM_SOURCE, -1, lots) < p.team_abroad)
    _from_abroad(state, z[foreign], field[foreign], lots[foreign])
    rows, to = home[~foreign], z[~foreign]
    origin = state.talent.zone[rows].astype(np.int64)
    state.talent.zone[rows] = to
    state.zones.teams[:] += np.bincount(z, minlength=state.n_zones)
    return np.column_stack([rows, origin, to])


def _fields(state: State, z: Any, u: Any) -> Any:
    """Return the field of each recruited team: what the zone's priorities need, or what it has."""
    named = product(state.cells.priority.astype(float), state.ground.mix[:K])
    need = np.where(named.sum(axis=1, keepdims=True) > 0, named, state.zones.pool + 1e-9)[z]
    cumulative = need.cumsum(axis=1)
    return (u[:, None] * cumulative[:, -1:] >= cumulative[:, :-1]).sum(axis=1)


def _source(state: State, z: Any, field: Any, lots: Any, moving: Any) -> Any:
    """Return a leading scientist of the field who lives elsewhere for each place, or -1."""
    talent = state.talent
    free = talent.alive & (talent.skill == LEADING) & (talent.weight == 1)
    free[moving] = False
    pool = np.flatnonzero(free)
    home = np.full(z.size, -1, dtype=np.int64)
    taken = np.zeros(pool.size, dtype=bool)
    for i in range(z.size):  # a handful a quarter
        turn = uniforms(state.seed, Stream.TEAM_SOURCE, state.t, lot_of(talent.lot[pool], lots[i]))
        eligible = ~taken & (talent.field[pool] == field[i]) & (talent.zone[pool] != z[i])
        if eligible.any():
            best = int(np.where(eligible, turn, -1.0).argmax())
            home[i], taken[best] = pool[best], True
    return home


def _from_abroad(state: State, z: Any, field: Any, lots: Any) -> None:
    """Add scientists and their teams to the labour force."""
    talent, zones, p = state.talent, state.zones, state.p
    size = int(p.team_size)
    team = size - 1
    for skill, persons, years, tag in (
        (LEADING, 1, p.leading_years, 1),
        (DOCTOR, team, p.team_years, 2),
    ):
        if persons < 1:
            continue
        rows = state.claim(talent, z.size)
        talent.lot[rows] = lot_of(lot_of(lots, np.uint64(state.t)), np.uint64(tag))
        talent.weight[rows] = persons
        talent.zone[rows], talent.field[rows] = z, field
        talent.skill[rows], talent.experience[rows] = skill, int(years)
        talent.home[rows] = state.country.province[z]
    joined = np.zeros((state.n_zones, F), dtype=np.int64)
    np.add.at(joined, (z, field), size)
    zones.pool[:] += joined
    zones.idle[:] += joined
    state.counts.from_abroad += float(joined.sum())
