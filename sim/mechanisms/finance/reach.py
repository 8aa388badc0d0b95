"""Reach: where market funds look for firms, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, key, uniform
from sim.core.jit import kernel
from sim.core.theory import Slot, theory
from sim.core.urns import drawn
from sim.world.state import State
from sim.world.tables import FundKind

GUIDANCE, PLATFORM = int(FundKind.GUIDANCE), int(FundKind.PLATFORM)
"""Kinds of public funds, as kernels compare them; market funds are below."""


class Reach(NamedTuple):
    """How market funds find firms."""

    home: NDArray[np.float64]
    """Part of the quarters in which a fund looks in its own province only, by stage."""
    lead: float
    """Of the others, the part in which it follows a lead investor into the lead's province."""


def syndicates(state: State) -> Reach:
    """Market funds invest at home, or where a fund that is at home there leads: money stays near hubs.

    What a firm is like, is seen from nearby: investors back firms around them, and beyond that those whom
    an investor on the spot brings to them (Sorenson & Stuart 2001; Cumming & Dai 2010).  Leads are drawn
    among all market funds with money (who draws another stays at home), so outside money goes where funds
    are and not where firms are.  Later rounds travel farther.  Public funds keep to their own rules.
    """
    p = state.p
    return Reach(np.array([p.fund_home_early, p.fund_home_early, p.fund_home_late]), p.fund_follow_lead)


reach = Slot("reach", "where market funds look for firms", syndicates)


@theory("reach")
def anywhere(state: State) -> Reach:
    """Market funds look all over the country: only distance in what they choose keeps money near."""
    return Reach(np.zeros(3), 0.0)


@kernel
def place_of(seed: Any, t: Any, r: Any, stage: Any, fund: Any, turns: Any, leads: Any, f: Any) -> Any:
    """Return a zone in whose province a market fund looks this quarter, or -1: anywhere."""
    lot, home = f.lot[fund], np.int64(f.zone[fund])
    if uniform(seed, Stream.REACH, t, lot) < r.home[stage]:
        return home
    if uniform(seed, Stream.LEAD, t, lot) < r.lead:
        lead = turns[drawn(leads, 0, key(seed, Stream.LEAD, -1 - t, lot))]
        return np.int64(f.zone[lead]) if f.kind[lead] < GUIDANCE else home
    return np.int64(-1)
