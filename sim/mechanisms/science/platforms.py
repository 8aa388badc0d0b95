"""Platforms: places at gates, drawn by lottery among the firms that queue."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, uniforms
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import HOST, INSTITUTE

GATES = np.array([-1, 0, 0, 1, 1, 2, 2, 3, 3, -1])
"""Platform kind that serves a firm by its TRL: innovation centre, concept verification, pilot-test
base, accelerator."""
BEFORE_MARKET = np.array([0, 0, 0, 0, 0, 0, 0, 0, -1, -1])
"""Incubators take firms without a product."""
MIDDLE = np.array([-1, -1, -1, -1, 0, 0, 0, 0, -1, -1])
"""Consortia take firms at TRL 4-7."""
YOUNG, ANY = 16, 1_000_000
"""Quarters for which a firm may stay in an incubator, elsewhere."""


def fill(state: State) -> None:
    """Give this year's places to firms in the order of the lottery; pay what incubators pay."""
    p, lever, firms = state.p, state.lever, state.firms
    firms.served[:], firms.housed[:], firms.allied[:] = 0.0, 0.0, 0.0
    ones = np.ones(state.n_zones)
    verify = lever.concept_verification * p.platform_concept_verification_capacity * ones
    kept = verify * p.verification_for_inventions
    rooms = (
        lever.innovation_centres * p.innovation_centre_places * ones,
        verify - kept,
        lever.pilot_test_bases * p.platform_pilot_test_base_capacity * ones,
        lever.accelerators * p.platform_accelerator_capacity * ones,
    )
    gates = np.stack(rooms, axis=1)
    housing = (lever.incubators * p.platform_incubator_capacity * ones)[:, None]
    alliances = _alliances(state)[:, None]
    state.counts.places += float(kept.sum() + sum(r.sum() for r in (gates, housing, alliances)))
    if not (verify.any() or gates.any() or housing.any() or alliances.any()):
        state.zones.hosted[:], state.zones.verified[:] = 0.0, 0.0
        return
    free = _serve(state, Stream.PLACE, gates, GATES, ANY, firms.served)
    _serve(state, Stream.HOUSING, housing, BEFORE_MARKET, YOUNG, firms.housed)
    _serve(state, Stream.ALLIANCE, alliances, MIDDLE, ANY, firms.allied)
    zones = state.zones
    zones.hosted[:] = np.minimum(free[:, 0], zones.laboratory.sum(axis=1))
    zones.verified[:] = np.minimum(kept + free[:, 1], zones.inventions.sum(axis=1))
    state.counts.places_used += float(zones.hosted.sum() + zones.verified.sum())
    _pay_premises(state)


def _alliances(state: State) -> Any:
    """Return places for firms in consortia by zone: as many as paid for and as institutes can bear."""
    p = state.p
    bearable = state.cells.staff[:, INSTITUTE].sum(axis=1) / max(p.consortium_institute_fte, 1e-9)
    return np.minimum(state.lever.consortia, bearable) * p.consortium_firms


def _serve(state: State, stream: Stream, room: Any, gates: Any, oldest: int, share: Any) -> Any:
    """Fill the places ``room`` (Z, gates) from the rows that queue at a gate; return what stays free.

    ``gates`` says at which gate a firm queues by its TRL, up to the age of ``oldest`` quarters.
    """
    f, room = state.firms, room.copy()
    born = state.t - oldest
    rows = _queue(room, gates, born, f.alive, f.zone, f.industry, f.rd_staff, f.trl, f.born)
    if rows.size:
        ticket = uniforms(state.seed, stream, state.t // 4, f.lot[rows])
        order = rows[np.argsort(ticket, kind="stable")]
        state.counts.places_used += _fill(order, gates[f.trl[order]], f.zone, f.weight, room, share)
    return room


@kernel
def _queue(
    room: Any, gates: Any, born_after: Any, alive: Any, zone: Any, industry: Any, rd_staff: Any, trl: Any,
    born: Any,
) -> Any:  # fmt: skip
    """Return the rows of firms that research and whose gate has room in their zone."""
    rows = np.empty(alive.size, dtype=np.int64)
    count = 0
    for i in range(alive.size):
        gate = gates[trl[i]]
        if alive[i] and gate >= 0 and industry[i] < HOST and rd_staff[i] > 0.0 and born[i] >= born_after:
            rows[count] = i
            count += room[zone[i], gate] > 0.0
    return rows[:count]


@kernel
def _fill(order: Any, gate: Any, zone: Any, weight: Any, room: Any, share: Any) -> Any:
    """Let rows take places at their gates in turn, each as many as it stands for; return the places taken."""
    taken = 0.0
    for position in range(order.size):
        i, g = order[position], gate[position]
        places = min(float(weight[i]), room[zone[i], g])
        if places > 0.0:
            share[i] = places / weight[i]
            room[zone[i], g] -= places
            taken += places
    return taken


def _pay_premises(state: State) -> None:
    """Let incubators pay their firms' premises and services: the operating cost of a place each."""
    p, firms = state.p, state.firms
    rows = np.flatnonzero(firms.housed)
    if rows.size == 0:
        return
    place = p.platform_incubator_opex / max(p.platform_incubator_capacity, 1e-9) / 4.0
    worth = firms.housed[rows] * firms.weight[rows] * place
    firms.cash[rows] += worth
    state.ledger.pay(Item.PROGRAMME, Sector.REST, Sector.FIRMS, float(worth.sum()))
