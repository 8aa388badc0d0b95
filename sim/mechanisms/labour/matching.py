"""Matching: positions are posted and filled inside each zone and field; wages follow.

An industry's positions are spread over fields by its mix (``field_mix``), those of HOST by what the
zone had at the start.  The wage w of a zone and field moves towards its goal, both over living cost c::

    w / c^0.5 -> max(national pay in the field * tightness^e, floor * production pay),
    tightness = positions / workers, between a floor and a cap

Efficiency of a worker by skill s and a years of work, a0 those of the peak::

    efficiency = base_s * (1 + gain * (a / a0) * exp(1 - a / a0))
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.apportion import apportion
from sim.core.constant import constant
from sim.core.functions import exp, power
from sim.core.jit import kernel
from sim.mechanisms.labour.memory import Memory
from sim.world.state import State
from sim.world.tables import CAREER, EMPLOYERS, HOST, INSTITUTE, LEADING, F, K


def positions(state: State) -> Any:
    """Return positions by zone, employer and field, (Z, 22, F), persons."""
    f, table, by_cell = state.firms, state.institutes, state.cells.positions
    by_cell[:] = 0.0
    _post(f.alive, f.zone, f.industry, f.staff_wanted, by_cell)
    wanted = np.empty((state.n_zones, EMPLOYERS, F))
    wanted[:, : K + 1] = by_cell[:, :, None] * state.ground.mix[None, :, :]
    wanted[:, HOST] = by_cell[:, HOST, None] * state.ground.host_mix
    field = table.zone.astype(np.int64) * F + table.field
    institute = np.bincount(field, table.positions + table.project_positions, state.n_zones * F)
    wanted[:, INSTITUTE] = institute.reshape(state.n_zones, F)
    return wanted


@kernel
def _post(alive: Any, zone: Any, industry: Any, wanted: Any, positions: Any) -> None:
    """Add what firms want to the positions of their zone and industry."""
    for i in range(alive.size):
        if alive[i]:
            positions[zone[i], industry[i]] += wanted[i]


def match(state: State, wanted: Any) -> None:
    """Let some leave their position and hire from the idle."""
    p, zones = state.p, state.zones
    hires, vacancies = _match(
        p.separation_rate / 4.0, p.layoff_pace, p.matching_efficiency, wanted, state.cells.staff, zones.idle
    )
    state.counts.hires += hires
    state.counts.vacancies += vacancies


@kernel
def _match(quits: Any, layoffs: Any, efficiency: Any, wanted: Any, staff: Any, idle: Any) -> Any:
    """Separate and match people in each zone and field; return hires and vacancies."""
    hired, vacancies = 0, 0
    vacant, given = np.empty(EMPLOYERS, dtype=np.int64), np.empty(EMPLOYERS, dtype=np.int64)
    for z in range(idle.shape[0]):
        for f in range(idle.shape[1]):
            for e in range(EMPLOYERS):
                have, posts = staff[z, e, f], np.ceil(wanted[z, e, f])
                leave = int(np.floor(have * quits + 0.5)) + int(np.floor(max(0.0, have - posts) * layoffs))
                leave = min(have, leave)
                staff[z, e, f] -= leave
                idle[z, f] += leave
                vacant[e] = max(0, int(posts) - staff[z, e, f])
            v = vacant.sum()
            matched = int(np.floor(efficiency * np.sqrt(float(idle[z, f])) * np.sqrt(float(v))))
            hires = min(matched, idle[z, f], v)
            apportion(vacant, hires, given)
            staff[z, :, f] += given
            idle[z, f] -= hires
            hired += hires
            vacancies += v
    return hired, vacancies


def staff_firms(state: State) -> None:
    """Share the staff of each zone-industry among its firms by posted positions."""
    f, cells, p = state.firms, state.cells, state.p
    ratio = np.minimum(p.staffing_cap, _heads(cells.staff) / np.maximum(cells.positions, 1e-9))
    _staff(ratio, f.alive, f.zone, f.industry, f.staff_wanted, f.rd_staff)
    if f.helped.any():
        _prefer(
            p.pioneer_help, p.pioneer_most, ratio, f.helped, f.zone, f.industry, f.staff_wanted, f.rd_staff
        )


@kernel
def _heads(staff: Any) -> Any:
    """Return the staff of firms by zone and industry, (Z, K + 1)."""
    heads = np.zeros((staff.shape[0], K + 1), dtype=np.int64)
    for z in range(heads.shape[0]):
        for k in range(K + 1):
            for f in range(F):
                heads[z, k] += staff[z, k, f]
    return heads


@kernel
def _staff(ratio: Any, alive: Any, zone: Any, industry: Any, wanted: Any, rd_staff: Any) -> None:
    """Give firms the part of what they want that their zone and industry has."""
    for i in range(alive.size):
        rd_staff[i] = wanted[i] * ratio[zone[i], industry[i]] if alive[i] else 0.0


@kernel
def _prefer(
    part: Any, most: Any, ratio: Any, helped: Any, zone: Any, industry: Any, wanted: Any, rd_staff: Any
) -> None:  # fmt: skip
    """Give who is helped a part of what is missing first; it is then missing in the others of the cell."""
    taken, left = np.zeros_like(ratio), np.zeros_like(ratio)
    for i in range(helped.size):
        z, k = zone[i], industry[i]
        if helped[i]:
            taken[z, k] += wanted[i] * max(0.0, 1.0 - ratio[z, k]) * part
        else:
            left[z, k] += rd_staff[i]
    for i in range(helped.size):
        z, k = zone[i], industry[i]
        met = min(1.0, most * left[z, k] / max(taken[z, k], 1e-9))
        if helped[i]:
            rd_staff[i] += wanted[i] * max(0.0, 1.0 - ratio[z, k]) * part * met
        else:
            rd_staff[i] -= rd_staff[i] * (met * taken[z, k] / max(left[z, k], 1e-9))


def skills(state: State) -> None:
    """Measure how able the workers of each zone, field and cell are; count leading scientists."""
    p, zones, talent = state.p, state.zones, state.talent
    per_head = efficiency(p)
    total = np.zeros((state.n_zones, F))
    stars = np.zeros((state.n_zones, F), dtype=np.int64)
    _sum_skills(per_head, talent.alive, talent.weight, talent.zone, talent.field,
                talent.skill, talent.experience, total, stars)  # fmt: skip
    memory = state.memory[Memory]
    if memory.skill_unit is None:
        memory.skill_unit = max(float(total.sum()) / max(1, int(zones.pool.sum())), 1e-9)
    zones.efficiency[:] = np.where(zones.pool > 0, total / np.maximum(zones.pool, 1) / memory.skill_unit, 1.0)
    _mean_efficiency(state.cells.staff, zones.efficiency, state.cells.skill)
    _renown(state, stars)


@constant
def efficiency(p: Any) -> Any:
    """Return research done by skill class and years of work, (5, 61), in units of the table."""
    by_skill = np.array([0.0, p.skill_bachelor, p.skill_master, p.skill_doctor, p.skill_leading])
    age = np.arange(CAREER + 1) / p.experience_peak
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
    per_head: Any, alive: Any, weight: Any, zone: Any, field: Any, skill: Any, experience: Any, total: Any,
    stars: Any,
) -> None:  # fmt: skip
    """Add each worker's efficiency to its zone and field."""
    for i in range(alive.size):
        if alive[i]:
            total[zone[i], field[i]] += weight[i] * per_head[skill[i], experience[i]]
            if skill[i] == LEADING:
                stars[zone[i], field[i]] += weight[i]


@kernel
def _mean_efficiency(staff: Any, efficiency: Any, skill: Any) -> None:
    """Set ``skill`` to the mean efficiency of the staff of each zone and industry, 1 where there is none."""
    for z in range(skill.shape[0]):
        for k in range(skill.shape[1]):
            heads, total = 0, 0.0
            for f in range(F):
                heads += staff[z, k, f]
                total += staff[z, k, f] * efficiency[z, f]
            skill[z, k] = total / heads if heads > 0 else 1.0
