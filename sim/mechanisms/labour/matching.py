"""Matching: positions are posted and filled inside each zone and field; wages follow.

An industry's positions are spread over fields by its mix (``field_mix``), those of HOST by what the
zone had at the start.  The wage w of a zone and field moves towards its goal, both over living cost c::

    w / c^0.5 -> max(national pay in the field * tightness^e, floor * production pay),
    tightness = positions / workers, 0.3 to 3

Efficiency of a worker by skill s and a years of work, a0 those of the peak::

    efficiency = base_s * (1 + gain * (a / a0) * exp(1 - a / a0))
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import split_integers
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import EMPLOYERS, HOST, INSTITUTE, LEADING, F, K


def positions(state: State) -> Any:
    """Return positions by zone, employer and field, (Z, 22, F), persons."""
    firms, table = state.firms, state.institutes
    posted = np.where(firms.alive, firms.staff_wanted, 0.0)
    by_cell = state.sum_by_cell(posted)
    state.cells.positions[:] = by_cell
    wanted = np.empty((state.n_zones, EMPLOYERS, F))
    wanted[:, : K + 1] = by_cell[:, :, None] * state.mix[None, :, :]
    wanted[:, HOST] = by_cell[:, HOST, None] * state.host_mix
    field = table.zone.astype(np.int64) * F + table.field
    institute = np.bincount(field, table.positions, state.n_zones * F)
    wanted[:, INSTITUTE] = institute.reshape(state.n_zones, F)
    return wanted


def match(state: State, wanted: Any) -> None:
    """Let some leave their position and hire from the idle."""
    p, staff, idle = state.p, state.cells.staff, state.zones.idle
    quits = np.floor(staff * (p.separation_rate / 4.0) + 0.5).astype(np.int64)
    excess = np.floor(np.maximum(0.0, staff - np.ceil(wanted)) * p.layoff_pace).astype(np.int64)
    leave = np.minimum(staff, quits + excess)
    staff -= leave
    idle += leave.sum(axis=1)
    vacancy = np.maximum(0, np.ceil(wanted).astype(np.int64) - staff)
    v = vacancy.sum(axis=1)
    m = p.matching_efficiency * np.sqrt(idle.astype(float)) * np.sqrt(v.astype(float))
    hires = np.minimum(np.floor(m).astype(np.int64), np.minimum(idle, v))
    flat = np.moveaxis(vacancy, 1, 2).reshape(-1, EMPLOYERS).astype(float)
    given = split_integers(flat, hires.ravel()).reshape(state.n_zones, F, EMPLOYERS)
    staff += np.moveaxis(given, 2, 1)
    idle -= hires
    state.count["hires"] += float(hires.sum())
    state.count["vacancies"] += float(v.sum())


def wages(state: State, wanted: Any) -> None:
    """Move each zone's wage by field towards national pay, living cost and tightness."""
    p, zones = state.p, state.zones
    tight = wanted.sum(axis=1) / np.maximum(zones.pool, 1)
    zones.tightness[:] = np.clip(tight, 0.3, 3.0)
    weight = np.maximum(zones.pool, 1)
    dear = np.sqrt(state.country.living_cost)[:, None]
    national = (zones.wage_field / dear * weight).sum(axis=0) / weight.sum(axis=0)
    goal = np.maximum(national * power(zones.tightness, p.wage_tightness),
                      p.wage_floor * p.production_worker_labour_cost)  # fmt: skip
    zones.wage_field[:] += p.wage_pace * (goal * dear - zones.wage_field)
    zones.wage[:] = (zones.wage_field * weight).sum(axis=1) / weight.sum(axis=1)


def staff_firms(state: State) -> None:
    """Share the staff of each zone-industry among its firms by posted positions."""
    firms, cells = state.firms, state.cells
    have = cells.staff[:, : K + 1].sum(axis=2)
    ratio = np.minimum(1.5, have / np.maximum(cells.positions, 1e-9)).ravel()
    cell = state.firm_cells()
    wanted = np.where(firms.alive, firms.staff_wanted, 0.0)
    firms.rd_staff[:] = wanted * ratio[cell]
    helped = firms.helped
    if helped.any():  # what they get first is missing in the others of the cell
        first = np.where(helped, wanted * np.maximum(0.0, 1.0 - ratio[cell]) * state.p.pioneer_help, 0.0)
        others = np.where(helped, 0.0, firms.rd_staff)
        taken, left = state.sum_by_cell(first).ravel(), state.sum_by_cell(others).ravel()
        able = np.minimum(1.0, 0.5 * left / np.maximum(taken, 1e-9))
        given = (able * taken / np.maximum(left, 1e-9))[cell]
        firms.rd_staff[:] += first * able[cell] - others * given


def skills(state: State) -> None:
    """Measure how able the workers of each zone, field and cell are; count leading scientists."""
    p, zones, talent = state.p, state.zones, state.talent
    able = efficiency(p)
    total = np.zeros((state.n_zones, F))
    stars = np.zeros((state.n_zones, F), dtype=np.int64)
    _sum_skills(able, talent.alive, talent.weight, talent.zone, talent.field,
                talent.skill, talent.experience, total, stars)  # fmt: skip
    if state.skill_unit is None:
        state.skill_unit = max(float(total.sum()) / max(1, int(zones.pool.sum())), 1e-9)
    zones.efficiency[:] = np.where(zones.pool > 0, total / np.maximum(zones.pool, 1) / state.skill_unit, 1.0)
    staff = state.cells.staff[:, : K + 1]
    heads = staff.sum(axis=2)
    mean = (staff * zones.efficiency[:, None, :]).sum(axis=2) / np.maximum(heads, 1)
    state.cells.skill[:] = np.where(heads > 0, mean, 1.0)
    _renown(state, stars)


def efficiency(p: Any) -> Any:
    """Return research done by skill class and years of work, (5, 61), in units of the table."""
    by_skill = np.array([0.0, p.skill_bachelor, p.skill_master, p.skill_doctor, p.skill_leading])
    age = np.arange(61) / p.experience_peak
    return by_skill[:, None] * (1.0 + p.experience_gain * age * exp(1.0 - age))[None, :]


def _renown(state: State, stars: Any) -> None:
    """Let institutes of a field follow the leading scientists who live in their zone."""
    p, zones, table = state.p, state.zones, state.institutes
    if np.array_equal(stars, zones.stars):
        return
    usual = p.leading_share * max(float(zones.pool.mean()), 1.0)
    change = power((usual + stars) / (usual + zones.stars), p.star_quality)
    table.quality[:] *= change[table.zone, table.field]
    zones.stars[:] = stars


@kernel
def _sum_skills(
    able: Any, alive: Any, weight: Any, zone: Any, field: Any, skill: Any, experience: Any, total: Any,
    stars: Any,
) -> None:  # fmt: skip
    """Add each worker's efficiency to its zone and field."""
    for i in range(alive.size):
        if alive[i]:
            total[zone[i], field[i]] += weight[i] * able[skill[i], experience[i]]
            if skill[i] == LEADING:
                stars[zone[i], field[i]] += weight[i]
