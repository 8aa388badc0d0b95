"""Platforms: places at gates, drawn by lottery among the firms that queue."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, uniforms
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import INSTITUTE, K

GATES = np.array([-1, 0, 0, 1, 1, 2, 2, 3, 3, -1])
"""Platform kind that serves a firm by its TRL: innovation centre, concept verification, pilot-test
base, accelerator."""
YOUNG = 16
"""Quarters for which a firm may stay in an incubator."""


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
    state.count["places"] += float(kept.sum() + sum(r.sum() for r in (gates, housing, alliances)))
    if not (verify.any() or gates.any() or housing.any() or alliances.any()):
        state.zones.hosted[:], state.zones.verified[:] = 0.0, 0.0
        return
    trl = firms.trl
    asks = firms.alive & (firms.industry < K) & (firms.rd_staff > 0.0)
    young = asks & (trl <= 7) & (state.t - firms.born <= YOUNG)
    middle = asks & (trl >= 4) & (trl <= 7)
    free = _serve(state, Stream.PLACE, gates, np.where(asks, GATES[trl], -1), firms.served)
    _serve(state, Stream.HOUSING, housing, np.where(young, 0, -1), firms.housed)
    _serve(state, Stream.ALLIANCE, alliances, np.where(middle, 0, -1), firms.allied)
    zones = state.zones
    zones.hosted[:] = np.minimum(free[:, 0], zones.laboratory.sum(axis=1))
    zones.verified[:] = np.minimum(kept + free[:, 1], zones.inventions.sum(axis=1))
    state.count["places_used"] += float(zones.hosted.sum() + zones.verified.sum())
    _pay_premises(state)


def _alliances(state: State) -> Any:
    """Return places for firms in consortia by zone: as many as paid for and as institutes can bear."""
    p = state.p
    bearable = state.cells.staff[:, INSTITUTE].sum(axis=1) / max(p.consortium_institute_fte, 1e-9)
    return np.minimum(state.lever.consortia, bearable) * p.consortium_firms


def _serve(state: State, stream: Stream, room: Any, gate: Any, share: Any) -> Any:
    """Fill the places ``room`` (Z, gates) from the rows that queue at a gate; return what stays free."""
    firms = state.firms
    room = room.copy()
    zone = firms.zone[: gate.size]
    rows = np.flatnonzero((gate >= 0) & (room[zone, gate] > 0.0))
    if rows.size:
        ticket = uniforms(state.seed, stream, state.t // 4, firms.lot[rows])
        order = rows[np.argsort(ticket, kind="stable")]
        state.count["places_used"] += _fill(order, gate, zone, firms.weight, room, share)
    return room


@kernel
def _fill(order: Any, gate: Any, zone: Any, weight: Any, room: Any, share: Any) -> Any:
    """Let rows take places in turn, each as many as it stands for; return the places taken."""
    taken = 0.0
    for position in range(order.size):
        i = order[position]
        z, g = zone[i], gate[i]
        places = min(float(weight[i]), room[z, g])
        if places > 0.0:
            share[i] = places / weight[i]
            room[z, g] -= places
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
