"""Moving: people choose places by a logit; leading scientists move with their teams."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, lot_of, uniform
from sim.core.economics import split_integers
from sim.core.functions import exp, log, log1p, power
from sim.core.jit import kernel
from sim.mechanisms.labour.teams import recruit
from sim.world.state import State
from sim.world.tables import EMPLOYERS, LEADING, F

SKILLS = LEADING + 1
"""Length of a table by skill class (the classes count from 1)."""
OFFER, HOME, TEAM = 0, 1, 2
"""Why somebody moved: the place, the home province, with a leading scientist."""


def move(state: State) -> None:
    """Let workers choose places, zones recruit leading scientists, and teams follow theirs."""
    talent, p = state.talent, state.p
    flow = state.moved
    flow[:] = 0
    fresh = np.zeros((state.n_zones, F), dtype=np.int64)
    away = state.zones.idle / np.maximum(state.zones.pool, 1)
    hazard = p.move_hazard + away * (p.move_hazard_idle - p.move_hazard)
    keen = 1.0 + p.move_skill * np.maximum(0, np.arange(SKILLS) - 1)
    moved = choose(
        state.seed, state.t, keen[:, None, None] * hazard, p.graduate_mobility, _nearness(state),
        _appeal(state), _welcome(state), exp(p.move_home), state.country.province, talent.alive,
        talent.lot, talent.weight, talent.zone, talent.field, talent.skill,
        talent.home, talent.fresh, flow, fresh,
    )  # fmt: skip
    recruited = recruit(state, moved[:, 0])
    np.add.at(flow, (recruited[:, 1], recruited[:, 2], talent.field[recruited[:, 0]]), 1)
    leaving = np.concatenate([moved[talent.skill[moved[:, 0]] == LEADING], recruited])
    followed = _follow(state, leaving)
    _note(state, moved, np.concatenate([recruited, followed]))
    state.count["moves"] += float(flow.sum())
    out, arrived = flow.sum(axis=1), flow.sum(axis=0)
    state.zones.arrivals[:] = 4.0 * arrived.sum(axis=1)
    without = away * p.move_hazard_idle / np.maximum(hazard, 1e-12)  # share of movers without a position
    resettle(state, out, arrived, fresh + np.rint(without * (out - fresh)).astype(np.int64))


def _nearness(state: State) -> Any:
    """Return exp(-cost of distance and border) by skill, from and to, (S, Z, Z)."""
    p = state.p
    far = log(state.country.distance / 100.0)
    border = p.move_border * (1.0 - state.lever.openness_people) * state.across
    near = np.empty((SKILLS, *far.shape))
    for skill in range(SKILLS):
        weight = p.move_distance * (1.0 - p.move_far * max(0, skill - 1))
        near[skill] = exp(-weight * far - border)
    return near


def _appeal(state: State) -> Any:
    """Return exp(what each zone offers wherever one comes from), by field and zone, (F, Z)."""
    p, c, zones = state.p, state.country, state.zones
    pay = zones.wage_field
    housing = np.asarray(state.lever.housing)
    if np.any(housing != 0.0):
        pay = pay + (p.housing_value * p.price_housing_support * housing)[:, None]
    pay = pay * (zones.pool - zones.idle + 1.0) / (zones.pool + 1.0)  # times the chance of a position
    crowded = power(zones.rent / zones.rent_start, p.housing_share)  # dearer than when the run opened
    dear = np.sqrt(c.living_cost) * crowded
    pull = (
        p.move_pay * log(pay / dear[:, None])
        + p.move_jobs * log(zones.tightness)
        + p.move_peers * log1p(zones.pool)
        + p.star_pull * log1p(zones.stars)
        + (p.move_card * np.asarray(state.lever.talent_card) + p.move_amenity * log(c.amenity))[:, None]
    )
    return np.ascontiguousarray(exp(pull).T)


def _welcome(state: State) -> Any:
    """Return by how much a payment on arrival multiplies the odds of each zone, (Z,)."""
    p = state.p
    subsidy = np.asarray(state.lever.recruitment_subsidy, dtype=float)
    return np.broadcast_to(power(1.0 + subsidy / p.recruitment_horizon, p.move_pay), state.n_zones)


def _follow(state: State, leaders: Any) -> Any:
    """Let colleagues of the field move along with leading scientists; return their rows, from, to."""
    talent = state.talent
    if leaders.shape[0] == 0 or state.p.team_size < 2:
        return np.empty((0, 3), dtype=np.int64)
    fields = talent.field[leaders[:, 0]].astype(np.int64)
    whole, part = follow(
        int(state.p.team_size) - 1, leaders[:, 1] * F + fields, leaders[:, 2], state.n_zones * F, F,
        talent.alive, talent.skill, talent.weight, talent.zone, talent.field,
    )  # fmt: skip
    lots = lot_of(lot_of(talent.lot[part[:, 0]], np.uint64(state.t)), np.arange(len(part), dtype=np.uint64))
    rows = state.part(part[:, 0], part[:, 3], lots)
    joined = np.concatenate([whole, np.column_stack([rows, part[:, 1:3]])])
    talent.zone[joined[:, 0]] = joined[:, 2]
    cell = (joined[:, 1], joined[:, 2], talent.field[joined[:, 0]])
    np.add.at(state.moved, cell, talent.weight[joined[:, 0]])
    state.count["teams_moved"] += float(leaders.shape[0])
    return joined


def _note(state: State, moved: Any, together: Any) -> None:
    """Write movers into the panel if it was asked for."""
    talent = state.talent
    both = np.concatenate([moved, together])
    if "talent" not in state.panels or not both.size:
        return
    rows = both[:, 0]
    back = state.country.province[both[:, 2]] == talent.home[rows]
    reason = np.where(np.arange(len(both)) >= len(moved), TEAM, np.where(back, HOME, OFFER))
    who = (talent.lot[rows] >> np.uint64(1)).astype(np.int64)  # rows are reused, lots are not
    state.record("talent", uid=who, from_zone=both[:, 1], to_zone=both[:, 2],
                 field=talent.field[rows], skill=talent.skill[rows], reason=reason)  # fmt: skip


def resettle(state: State, out: Any, arrived: Any, idle: Any) -> None:
    """Take ``idle`` of the leavers from the idle, the others from every employer; arrivals start idle."""
    zones, staff = state.zones, state.cells.staff
    employed = staff.sum(axis=1)
    from_idle = np.minimum(np.maximum(idle, out - employed), np.minimum(zones.idle, out))
    flat = np.moveaxis(staff, 1, 2).reshape(-1, EMPLOYERS)
    taken = split_integers(flat.astype(float), (out - from_idle).ravel())
    staff -= np.moveaxis(taken.reshape(state.n_zones, F, EMPLOYERS), 2, 1)
    zones.idle[:] += arrived - from_idle
    zones.pool[:] += arrived - out
    zones.talent[:] = zones.pool.sum(axis=1)


@kernel
def choose(
    seed: Any, t: Any, hazard: Any, graduate: Any, near: Any, appeal: Any, welcome: Any, home_bonus: Any,
    province: Any, alive: Any, lot: Any, weight: Any, zone: Any, field: Any, skill: Any, home: Any,
    fresh: Any, flow: Any, fresh_out: Any,
) -> Any:  # fmt: skip
    """Let each worker who compares places choose one; return (row, from, to) of those who move."""
    zones = welcome.size
    movers = np.empty((lot.size, 3), dtype=np.int64)
    odds = np.empty(zones)
    moved = 0
    for i in range(lot.size):
        if not alive[i]:
            continue
        here, f, s = zone[i], field[i], skill[i]
        young = fresh[i]
        fresh[i] = False
        chance = graduate if young else 1.0 - exp(-hazard[s, here, f] / 4.0)
        if uniform(seed, Stream.MOVE, t, lot[i]) >= chance:
            continue
        total = 0.0
        for j in range(zones):
            v = near[s, here, j] * appeal[f, j]
            if j != here:
                v *= welcome[j]
            if province[j] == home[i]:
                v *= home_bonus
            odds[j] = v
            total += v
        x = uniform(seed, Stream.DESTINATION, t, lot[i]) * total
        there = 0
        while there < zones - 1 and x >= odds[there]:
            x -= odds[there]
            there += 1
        if there == here:
            continue
        zone[i] = there
        flow[here, there, f] += weight[i]
        if young:
            fresh_out[here, f] += weight[i]
        movers[moved, 0], movers[moved, 1], movers[moved, 2] = i, here, there
        moved += 1
    return movers[:moved]


@kernel
def follow(
    size: Any, cell: Any, to: Any, cells: Any, fields: Any, alive: Any, skill: Any, weight: Any, zone: Any,
    field: Any,
) -> Any:  # fmt: skip
    """Find ``size`` colleagues for each leader; return whole rows (row, from, to) and parts (+ persons).

    Masters and doctors of the leader's zone and field are asked in the order of their rows.
    """
    first = np.full(cells, -1, dtype=np.int64)
    following = np.empty(cell.size, dtype=np.int64)
    for r in range(cell.size - 1, -1, -1):
        following[r] = first[cell[r]]
        first[cell[r]] = r
    missing = np.full(cell.size, size, dtype=np.int64)
    whole = np.empty((cell.size * size, 3), dtype=np.int64)
    part = np.empty((cell.size * size, 4), dtype=np.int64)
    wholes, parts = 0, 0
    for i in range(alive.size):
        if not alive[i] or (skill[i] != 2 and skill[i] != 3):
            continue
        c = np.int64(zone[i]) * fields + field[i]
        left = np.int64(weight[i])
        while left > 0 and first[c] >= 0:
            r = first[c]
            n = min(missing[r], left if left == weight[i] else left - 1)  # nobody leaves an empty row
            if n == 0:
                break
            if n == weight[i]:
                whole[wholes, 0], whole[wholes, 1], whole[wholes, 2] = i, zone[i], to[r]
                wholes += 1
            else:
                part[parts, 0], part[parts, 1], part[parts, 2], part[parts, 3] = i, zone[i], to[r], n
                parts += 1
            missing[r] -= n
            left -= n
            if missing[r] == 0:
                first[c] = following[r]
    return whole[:wholes], part[:parts]
