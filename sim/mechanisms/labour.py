"""Labour: research positions are filled from the zone's talent, wages follow, talent moves.

Firms of a zone and industry post positions; people are matched to positions inside each zone
and field.  Every quarter some leave their position; M of the idle are hired::

    M = min(mu * U^eta * V^(1 - eta), U, V)

shared among employers by vacancies (largest remainder; whole persons).  Firms share the staff of
their zone-industry by the positions they posted (decision record 0003).  The wage of a zone and
field moves towards base * living cost^0.5 * tightness^epsilon.

A worker considers moving with a small quarterly hazard and then chooses among all zones by a
logit on real pay, jobs, services (talent card), peers, amenities, distance and home::

    V = b_w*ln(wage/living cost^0.5) + b_j*ln(tightness) + b_c*card + b_a*ln(amenity)
        + b_p*ln(peers) - elasticity*ln(distance) - border*(1 - openness)*(other province) + home

The border stands for what ties people to their province beyond distance and taste: household
registration, pensions and school places that do not travel.  ``openness_people`` takes it down.

Source: mobility elasticity 1.8 to pay and distance elasticity -1.45 (F085, measured); matching
function: Petrongolo & Pissarides (2001); other coefficients are assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, uniform
from sim.core.economics import split_integers
from sim.core.jit import kernel
from sim.core.lever import Lever, Programme
from sim.world.state import State
from sim.world.tables import EMPLOYERS, INSTITUTE, F, K

LEVERS = (
    Lever(
        name="talent_card",
        unit="share of R&D workers",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="talent",
        doc="Talent card with free services (health, schools, housing, transport, finance, business).",
        source="S2: East Lake digital talent card, six free services",
        evidence="assumption",
        source_rows=("H1", "H2"),
        programme=Programme(price="price_talent_card", base="staff", payee="rest", delay=2),
    ),
    Lever(
        name="openness_people",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="People move freely: registration, pensions and school places travel across province borders.",
        source="S4: free flow of factors between regions",
        evidence="assumption",
        source_rows=("X4", "H1"),
        programme=Programme(price="price_openness_people", base="nation", payer="centre", delay=8),
    ),
)
READS = ("firms.alive", "firms.zone", "firms.industry", "firms.staff_wanted")
READS += ("institutes.positions", "institutes.zone", "institutes.field")
WRITES = ("firms.rd_staff", "cells.positions", "cells.staff", "zones.idle", "zones.pool")
WRITES += ("zones.wage_field", "zones.wage", "zones.tightness", "zones.talent", "talent.zone")


def step(state: State) -> None:
    """Match, set wages, staff the firms, let people move."""
    wanted = _positions(state)
    _match(state, wanted)
    _wages(state, wanted)
    _staff_firms(state)
    _move(state)


def _positions(state: State) -> Any:
    """Return positions by zone, employer and field, (Z, 22, F), persons."""
    firms, table = state.firms, state.institutes
    n = firms.rows
    posted = np.where(firms.alive[:n], firms.staff_wanted[:n], 0.0)
    by_cell = state.sum_by_cell(posted)
    state.cells.positions[:] = by_cell
    wanted = np.empty((state.n_zones, EMPLOYERS, F))
    wanted[:, : K + 1] = by_cell[:, :, None] * state.mix[None, :, :]
    field = table.zone.astype(np.int64) * F + table.field
    institute = np.bincount(field, table.positions, state.n_zones * F)
    wanted[:, INSTITUTE] = institute.reshape(state.n_zones, F)
    return wanted


def _match(state: State, wanted: Any) -> None:
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


def _wages(state: State, wanted: Any) -> None:
    p, zones = state.p, state.zones
    tight = wanted.sum(axis=1) / np.maximum(zones.pool, 1)
    zones.tightness[:] = np.clip(tight, 0.3, 3.0)
    base = p.rd_worker_labour_cost * np.sqrt(state.country.living_cost)[:, None]
    goal = base * zones.tightness**p.wage_tightness
    zones.wage_field[:] += p.wage_pace * (goal - zones.wage_field)
    weight = np.maximum(zones.pool, 1)
    zones.wage[:] = (zones.wage_field * weight).sum(axis=1) / weight.sum(axis=1)


def _staff_firms(state: State) -> None:
    """Share the staff of each zone-industry among its firms by posted positions."""
    firms, cells = state.firms, state.cells
    n = firms.rows
    have = cells.staff[:, : K + 1].sum(axis=2)
    ratio = np.minimum(1.5, have / np.maximum(cells.positions, 1e-9)).ravel()
    cell = state.firm_cells()
    firms.rd_staff[:n] = np.where(firms.alive[:n], firms.staff_wanted[:n] * ratio[cell], 0.0)


def _move(state: State) -> None:
    p, c, zones, talent = state.p, state.country, state.zones, state.talent
    pull = (
        p.move_pay * np.log(zones.wage_field / np.sqrt(c.living_cost)[:, None])
        + p.move_jobs * np.log(zones.tightness)
        + p.move_peers * np.log1p(zones.pool)
        + (p.move_card * np.asarray(state.lever.talent_card) + p.move_amenity * np.log(c.amenity))[:, None]
    )
    cost = -p.move_distance * np.log(c.distance / 100.0)
    cost -= p.move_border * (1.0 - state.lever.openness_people) * state.across
    cumulative = np.exp(cost[:, None, :] + pull.T[None, :, :]).cumsum(axis=2)
    first = np.searchsorted(c.province, np.arange(len(c.provinces)), side="left")
    last = np.searchsorted(c.province, np.arange(len(c.provinces)), side="right")
    n = talent.rows
    flow = np.zeros((state.n_zones, state.n_zones, F), dtype=np.int64)
    moved = _choose(
        state.seed, state.t, 1.0 - np.exp(-p.move_hazard / 4.0), np.exp(p.move_home) - 1.0, cumulative,
        first, last, talent.alive[:n], talent.lot[:n], talent.weight[:n], talent.zone[:n],
        talent.field[:n], talent.home[:n], flow,
    )  # fmt: skip
    if "talent" in state.panels and moved.size:
        rows = moved[:, 0]
        who = (talent.lot[rows] >> np.uint64(1)).astype(np.int64)  # rows are reused, lots are not
        state.record("talent", uid=who, from_zone=moved[:, 1], to_zone=moved[:, 2],
                     field=talent.field[rows], skill=talent.skill[rows],
                     reason=np.where(c.province[moved[:, 2]] == talent.home[rows], 1, 0))  # fmt: skip
    state.count["moves"] += float(flow.sum())
    state.moved = flow
    _resettle(state, flow.sum(axis=1), flow.sum(axis=0))


def _resettle(state: State, out: Any, arrived: Any) -> None:
    """Take leavers from every employer and the idle in proportion; arrivals start idle."""
    zones, staff = state.zones, state.cells.staff
    groups = np.concatenate([staff, zones.idle[:, None, :]], axis=1)
    flat = np.moveaxis(groups, 1, 2).reshape(-1, EMPLOYERS + 1)
    taken = split_integers(flat.astype(float), out.ravel())
    taken = np.moveaxis(taken.reshape(state.n_zones, F, EMPLOYERS + 1), 2, 1)
    staff -= taken[:, :EMPLOYERS]
    zones.idle[:] += arrived - taken[:, EMPLOYERS]
    zones.pool[:] += arrived - out
    zones.talent[:] = zones.pool.sum(axis=1)


@kernel
def _choose(
    seed: Any, t: Any, hazard: Any, home_pull: Any, cumulative: Any, first: Any, last: Any, alive: Any,
    lot: Any, weight: Any, zone: Any, field: Any, home: Any, flow: Any,
) -> Any:  # fmt: skip
    """Let each worker who considers moving choose a zone; add persons to ``flow``."""
    movers = np.empty((lot.size, 3), dtype=np.int64)
    moved = 0
    for i in range(lot.size):
        if not alive[i] or uniform(seed, Stream.MOVE, t, lot[i]) >= hazard:
            continue
        here, f, h = zone[i], field[i], home[i]
        row = cumulative[here, f]
        low = row[first[h] - 1] if first[h] > 0 else 0.0
        bonus = home_pull * (row[last[h] - 1] - low)
        x = uniform(seed, Stream.DESTINATION, t, lot[i]) * (row[row.size - 1] + bonus)
        if x >= row[row.size - 1]:  # drawn by home: choose among the zones of that province
            x = low + (x - row[row.size - 1]) / home_pull
        there = min(np.searchsorted(row, x), row.size - 1)
        if there == here:
            continue
        zone[i] = there
        flow[here, there, f] += weight[i]
        movers[moved, 0], movers[moved, 1], movers[moved, 2] = i, here, there
        moved += 1
    return movers[:moved]
