"""Demography: graduates join the labour force, workers grow older and retire.

Graduates into R&D are a national total that grows slowly; universities receive their share by
quality, in whole rows of talent.  A worker's hazard of retiring rises after thirty years of
work.

Source: 6.35 million R&D workers growing to about 10 million in 20 years (blueprint); rates are
assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, lot_of, round_each, uniform, uniforms
from sim.core.economics import split_integers
from sim.core.jit import kernel
from sim.core.lever import Lever
from sim.world.populate import weights
from sim.world.state import State
from sim.world.tables import EMPLOYERS, F

LEVERS: tuple[Lever, ...] = ()
READS = ("institutes.zone", "institutes.field", "institutes.quality", "institutes.kind")
WRITES = ("talent.*", "zones.pool", "zones.idle", "zones.talent", "cells.staff")
WRITES += ("institutes.graduates",)


def step(state: State) -> None:
    """Retire, then graduate."""
    _retire(state)
    _graduate(state)
    if state.t % 4 == 3:
        n = state.talent.rows
        state.talent.experience[:n] = np.minimum(60, state.talent.experience[:n].astype(int) + 1)


def _retire(state: State) -> None:
    p, talent, zones, staff = state.p, state.talent, state.zones, state.cells.staff
    n = talent.rows
    gone = np.zeros((state.n_zones, F), dtype=np.int64)
    _leave(
        state.seed, state.t, p.retire_hazard / 4.0, p.retire_hazard_late / 4.0, talent.alive[:n],
        talent.lot[:n], talent.weight[:n], talent.zone[:n], talent.field[:n], talent.experience[:n], gone,
    )  # fmt: skip
    groups = np.concatenate([staff, zones.idle[:, None, :]], axis=1)
    flat = np.moveaxis(groups, 1, 2).reshape(-1, EMPLOYERS + 1)
    taken = split_integers(flat.astype(float), gone.ravel()).reshape(state.n_zones, F, EMPLOYERS + 1)
    taken = np.moveaxis(taken, 2, 1)
    staff -= taken[:, :EMPLOYERS]
    zones.idle[:] -= taken[:, EMPLOYERS]
    zones.pool[:] -= gone
    state.count["retired"] += float(gone.sum())


def _graduate(state: State) -> None:
    p, table, talent, zones = state.p, state.institutes, state.talent, state.zones
    total = p.graduates_per_year * (1.0 + p.graduates_growth) ** (state.t / 4.0)
    share = np.where(table.kind == 0, table.quality, 0.0)
    share = share / share.sum()
    table.graduates[:] = np.rint(total * share)
    cell = table.zone.astype(np.int64) * F + table.field
    mean = np.bincount(cell, share, state.n_zones * F) * total / 4.0
    _, weight = weights(state.scale)
    lots = np.arange(mean.size, dtype=np.uint64)
    rows_each = round_each(mean / weight, uniforms(state.seed, Stream.GRADUATE, state.t, lots))
    group = np.repeat(np.arange(mean.size), rows_each)
    rows = state.claim(talent, group.size)
    ordinal = np.arange(group.size) - np.repeat(np.cumsum(rows_each) - rows_each, rows_each)
    place = lot_of(group.astype(np.uint64), np.uint64(state.t + 100))
    lots = lot_of(place, ordinal.astype(np.uint64))
    talent.lot[rows] = lots
    talent.weight[rows] = weight
    talent.zone[rows] = group // F
    talent.field[rows] = group % F
    u = uniforms(state.seed, Stream.INITIAL_TALENT, state.t, lots)
    talent.skill[rows] = np.where(u < 0.5, 1, np.where(u < 0.88, 2, 3))
    talent.home[rows] = state.country.province[group // F]
    joined = (rows_each * weight).reshape(state.n_zones, F)
    zones.pool[:] += joined
    zones.idle[:] += joined
    zones.talent[:] = zones.pool.sum(axis=1)
    state.count["graduates"] += float(joined.sum())


@kernel
def _leave(
    seed: Any, t: Any, early: Any, late: Any, alive: Any, lot: Any, weight: Any, zone: Any, field: Any,
    experience: Any, gone: Any,
) -> None:  # fmt: skip
    """Retire workers by a hazard that rises after thirty years."""
    for i in range(lot.size):
        if alive[i]:
            hazard = late if experience[i] >= 30 else early
            if uniform(seed, Stream.RETIRE, t, lot[i]) < hazard:
                alive[i] = False
                gone[zone[i], field[i]] += weight[i]
