"""Moving: people choose places by a logit; leading scientists move with their teams."""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.apportion import withdraw
from sim.core.draws import Stream, fill_uniforms, lot_of, uniform
from sim.core.functions import exp, log, log1p, power
from sim.core.jit import kernel
from sim.mechanisms.labour.career import career
from sim.mechanisms.labour.distance import SKILLS, distance
from sim.mechanisms.labour.services import ALIKE, by_field, services
from sim.mechanisms.labour.teams import recruit
from sim.world.state import State
from sim.world.tables import DOCTOR, LEADING, MASTER, F

BLOCK = 16
"""Zones that a draw passes at a time."""
OFFER, HOME, TEAM = 0, 1, 2
"""Why somebody moved: the place, the home province, with a leading scientist."""


class Places(NamedTuple):
    """What zones are to those who compare them, as factors of their odds."""

    near: NDArray[np.float64]
    """By skill, from and to, (S, Z, Z)."""
    appeal: NDArray[np.float64]
    """By stage and field, (S * F, Z)."""
    welcome: NDArray[np.float64]
    """For who comes from elsewhere, (Z,)."""
    home_bonus: float
    first: NDArray[np.int64]
    """First zone of each province, (P + 1,)."""
    stage: NDArray[np.uint8] = ALIKE
    """Of each row of talent; empty if services are worth the same to all."""


People = namedtuple("People", "alive lot weight zone field skill home fresh")
"""Columns of talent."""


def move(state: State) -> None:
    """Let workers choose places, zones recruit leading scientists, and teams follow theirs."""
    talent, p = state.talent, state.p
    flow, fresh = state.counts.moved, np.zeros((state.n_zones, F), dtype=np.int64)
    flow[:] = 0
    away = state.zones.idle / np.maximum(state.zones.pool, 1)
    hazard = p.move_hazard + away * (p.move_hazard_idle - p.move_hazard)
    keen = 1.0 + p.move_skill * np.maximum(0, np.arange(SKILLS) - 1)
    chance = 1.0 - exp(-(keen[:, None, None] * hazard) / 4.0)
    people = talent.gather(People)
    first = np.searchsorted(state.country.province, np.arange(state.provinces.rows + 1))
    offered = services(state)
    appeal = _appeal(state, offered.worth)
    places = Places(distance(state), appeal, _welcome(state), exp(p.move_home), first, offered.stage)
    moved = choose(state.seed, state.t, chance, p.graduate_mobility, places, people, flow, fresh)
    talent.fresh[:] = False
    recruited = recruit(state, moved[:, 0])
    np.add.at(flow, (recruited[:, 1], recruited[:, 2], talent.field[recruited[:, 0]]), 1)
    leaving = np.concatenate([moved[talent.skill[moved[:, 0]] == LEADING], recruited])
    followed = _follow(state, leaving)
    _note(state, moved, np.concatenate([recruited, followed]))
    out, arrived = _margins(flow)
    state.counts.moves += float(out.sum())
    state.zones.arrivals[:] = 4.0 * arrived.sum(axis=1)
    without = away * p.move_hazard_idle / np.maximum(hazard, 1e-12)  # share of movers without a position
    resettle(state, out, arrived, fresh + np.rint(without * (out - fresh)).astype(np.int64))


def _appeal(state: State, worth: Any) -> Any:
    """Return exp(what each zone offers wherever one comes from), by stage and field, and zone (S * F, Z).

    Args:
        state: the world.
        worth: log points of its services by stage, zone and field.
    """
    p, c, zones = state.p, state.country, state.zones
    pay = zones.wage_field
    housing = by_field(state, "housing")
    if np.any(housing != 0.0):
        pay = pay + p.housing_value * p.price_housing_support * housing
    pay = pay * (zones.pool - zones.idle + 1.0) / (zones.pool + 1.0)  # times the chance of a position
    crowded = power(zones.rent / zones.rent_start, p.housing_share)  # dearer than when the run opened
    dear = np.sqrt(c.living_cost) * crowded
    pull = (
        p.move_pay * log(pay / dear[:, None])
        + p.move_jobs * log(zones.tightness)
        + p.move_peers * log1p(zones.pool)
        + p.star_pull * log1p(zones.stars)
        + (worth + (p.move_amenity * log(c.amenity))[:, None])
        + career(state)
    )
    return np.ascontiguousarray(exp(pull).transpose(0, 2, 1)).reshape(-1, state.n_zones)


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
    np.add.at(state.counts.moved, cell, talent.weight[joined[:, 0]])
    state.counts.teams_moved += float(leaders.shape[0])
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
    """Take ``idle`` of the leavers from the idle, the others from every employer; arrivals start idle.

    Who came and went on within the quarter, as one who follows a leading scientist may, held no position.
    """
    zones = state.zones
    through = np.maximum(0, out - zones.pool)
    withdraw(state.cells.staff, zones.idle, out - through, idle)
    zones.idle[:] += arrived - through
    zones.pool[:] += arrived - out
    zones.talent[:] = zones.pool.sum(axis=1)


@kernel
def choose(
    seed: Any, t: Any, chance: Any, graduate: Any, places: Any, people: Any, flow: Any, fresh: Any
) -> Any:  # fmt: skip
    """Let those who compare places choose one; add persons to ``flow``; return (row, from, to) of who moves.

    They do by a ``chance`` by skill, zone and field, or that of a graduate.
    """
    zones, most, few = places.welcome.size, chance.max(), 0
    drawn, rows = np.empty(people.lot.size), np.empty(people.lot.size, np.uint32)
    fill_uniforms(seed, Stream.MOVE, t, people.lot, drawn)
    for i in range(rows.size):
        rows[few] = i
        few += people.fresh[i] | (drawn[i] < most)
    movers = np.empty((few, 3), dtype=np.int64)
    odds, sums = np.zeros(-(-zones // BLOCK) * BLOCK), np.empty(-(-zones // BLOCK))
    moved = 0
    for i in rows[:few]:
        likely = graduate if people.fresh[i] else chance[people.skill[i], people.zone[i], people.field[i]]
        if not people.alive[i] or drawn[i] >= likely:
            continue
        here, f, home = people.zone[i], people.field[i], people.home[i]
        kind = places.stage[i] * F + f if places.stage.size else f
        near, appeal = places.near[people.skill[i], here], places.appeal[kind]
        for j in range(zones):
            odds[j] = near[j] * appeal[j] * places.welcome[j]
        odds[here] = near[here] * appeal[here]
        for j in range(places.first[home], places.first[home + 1]):
            odds[j] *= places.home_bonus
        there = _pick(uniform(seed, Stream.DESTINATION, t, people.lot[i]), odds, sums, zones)
        if there == here:
            continue
        people.zone[i] = there
        flow[here, there, f] += people.weight[i]
        if people.fresh[i]:
            fresh[here, f] += people.weight[i]
        movers[moved, 0], movers[moved, 1], movers[moved, 2] = i, here, there
        moved += 1
    return movers[:moved]


@kernel
def _pick(u: Any, odds: Any, sums: Any, zones: Any) -> Any:
    """Return whom a draw picks by odds: by blocks, and near an edge, where rounding decides, one by one."""
    total = 0.0
    for b in range(sums.size):
        sums[b] = odds[b * BLOCK : (b + 1) * BLOCK].sum()
        total += sums[b]
    x, edge, b = u * total, 1e-12 * total, 0
    while b < sums.size - 1 and x >= sums[b]:
        x -= sums[b]
        b += 1
    there = b * BLOCK
    while there < zones - 1 and x >= odds[there]:
        x -= odds[there]
        there += 1
    return there if edge < x < odds[there] - edge else _pick_exactly(u, odds, zones)


@kernel
def _pick_exactly(u: Any, odds: Any, zones: Any) -> Any:
    """Return whom a draw picks by odds, added and taken off in their order."""
    total = 0.0
    for j in range(zones):
        total += odds[j]
    x, there = u * total, 0
    while there < zones - 1 and x >= odds[there]:
        x -= odds[there]
        there += 1
    return there


@kernel
def _margins(flow: Any) -> Any:
    """Return how many persons left and how many came, by zone and field, (Z, F) each."""
    zones, _, fields = flow.shape
    out, arrived = np.zeros((zones, fields), dtype=np.int64), np.zeros((zones, fields), dtype=np.int64)
    for a in range(zones):
        for b in range(zones):
            for f in range(fields):
                if flow[a, b, f] > 0:
                    out[a, f] += flow[a, b, f]
                    arrived[b, f] += flow[a, b, f]
    return out, arrived


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
    wholes, parts, served = 0, 0, 0
    for i in range(alive.size):
        if served == cell.size:
            break
        c = np.int64(zone[i]) * fields + field[i]
        if first[c] < 0 or not alive[i] or (skill[i] != MASTER and skill[i] != DOCTOR):
            continue
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
                served += 1
    return whole[:wholes], part[:parts]
