"""Seekers: which firms want a round, at which stage, where, and how large a round may be.

The stage follows readiness: angel up to TRL 4, venture up to 7, growth beyond.  A round is a ticket
of the stage, or less where that would buy more than the largest stake; an early round is never
under a share of the ticket, since it must last to the next, and a growth round that small is not
closed.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT
from sim.world.valuation import business_value, market, on_order

STAGES = 3
SEEKER = np.dtype(
    [
        ("each", "f8"),  # value of each firm, m yuan
        ("size", "f8"),  # of its round
        ("quality", "f8"),
        ("lot", "u8"),
        ("row", "i4"),
        ("zone", "i2"),
        ("trl", "i1"),
    ],
    align=True,
)
"""What a fund sees of a row of firms that it looks at."""

Array = NDArray[np.float64]


class Terms(NamedTuple):
    """Usual terms of a round by stage."""

    ticket: Array
    """M yuan a firm."""
    stake: Array
    """Largest share that is sold."""
    odds: Array
    """The same over what is kept."""
    least: Array
    """Smallest round, m yuan a firm."""


class Places(NamedTuple):
    """Where zones stand among the places, such that those of a province are neighbours."""

    place: NDArray[np.int64]
    """Of each zone."""
    ends: NDArray[np.int64]
    """The first and the last place of each zone's province, (Z, 2)."""


class Seekers(NamedTuple):
    """Rows of firms that seek a round, by stage and place."""

    start: NDArray[np.int64]
    """Where each stage and place begins (one more entry than there are)."""
    amount: Array
    """For all firms of the row, m yuan; 0 where no round is closed, or none more this quarter."""
    industry: NDArray[np.int8]
    seen: NDArray[Any]
    """The rest, as records."""


class Rows(NamedTuple):
    """Columns of the firms."""

    lot: NDArray[np.uint64]
    zone: NDArray[np.int16]
    industry: NDArray[np.int8]
    weight: NDArray[np.int32]
    trl: NDArray[np.int8]
    quality: Array
    capacity: Array
    sales: Array
    cash: Array
    debt: Array


def terms(p: Any) -> Terms:
    """Return the terms that parameters give."""
    ticket = np.array([p.fund_angel_ticket, p.fund_vc_ticket, p.fund_growth_ticket])
    stake = np.array([p.fund_angel_stake, p.fund_vc_stake, p.fund_growth_stake])
    least = np.array([p.fund_least_early, p.fund_least_early, p.fund_least_ticket])
    return Terms(ticket, stake, stake / (1.0 - stake), least * ticket)


def places(province: NDArray[np.int64]) -> Places:
    """Return the places of zones that belong to these provinces."""
    place = np.empty(province.size, dtype=np.int64)
    place[np.argsort(province, kind="stable")] = np.arange(province.size)
    heads = np.bincount(province)
    last = np.cumsum(heads)
    return Places(place, np.stack([(last - heads)[province], last[province]], axis=1))


def seekers(state: State, usual: Terms, place: NDArray[np.int64]) -> Seekers:
    """Return the firms that seek a round, so that a fund bound to a place can look there."""
    f, p = state.firms, state.p
    rows = _seeking(
        f.alive, f.industry, f.listed, f.trl, f.cash, f.rd_spending, f.profit, f.wanted, p.round_runway
    )
    stage, start = _counted(rows, f.trl, f.capacity, f.pipeline, f.zone, place)
    columns = f.gather(Rows)
    seen = np.recarray(rows.size, SEEKER)  # its fields are attributes for a debugger too
    found = Seekers(start, np.empty(rows.size), np.empty(rows.size, np.int8), seen)
    _fill(usual, market(state), columns, rows, stage, place, found)
    return found


@kernel
def _seeking(
    alive: Any, industry: Any, listed: Any, trl: Any, cash: Any, rd_spending: Any, profit: Any, wanted: Any,
    runway: Any,
) -> Any:  # fmt: skip
    """Return the rows of firms whose money lasts under ``runway`` quarters, or whose investment waits."""
    rows = np.empty(alive.size, dtype=np.int32)
    n = 0
    for i in range(alive.size):
        short = cash[i] < runway * max(rd_spending[i] - max(profit[i], 0.0), 0.0)
        seeks = wanted[i] > 0.0 if trl[i] >= PRODUCT else short
        rows[n] = i  # overwritten by the next where the firm does not seek: quicker than a branch
        n += alive[i] & (industry[i] < HOST) & (not listed[i]) & seeks
    return rows[:n]


@kernel
def _counted(rows: Any, trl: Any, capacity: Any, pipeline: Any, zone: Any, place: Any) -> Any:
    """Return the stage of each seeker, and where each stage and place begins."""
    stage = np.empty(rows.size, dtype=np.int8)
    start = np.zeros(STAGES * place.size + 1, dtype=np.int64)
    for j in range(rows.size):
        i = rows[j]
        stage[j] = (trl[i] > 4) + (trl[i] >= PRODUCT)
        if (trl[i] >= PRODUCT) & (capacity[i] <= 0.0) and on_order(pipeline, i) <= 0.0:
            stage[j] = 1
        start[stage[j] * place.size + place[zone[i]] + 1] += 1
    for a in range(1, start.size):
        start[a] += start[a - 1]
    return stage, start


@kernel
def _fill(usual: Any, m: Any, f: Any, rows: Any, stage: Any, place: Any, found: Any) -> None:
    """Write what is known of each seeker where its stage and place are."""
    free = found.start.copy()
    for j in range(rows.size):
        i, now = rows[j], stage[j]
        k, trl, weight = f.industry[i], f.trl[i], f.weight[i]
        made = trl >= PRODUCT and f.capacity[i] > 0.0
        promise = m.entrant[k] * weight * m.kept[max(0, PRODUCT - trl)] * f.quality[i]
        business = business_value(made, m.multiple, f.sales[i], m.scrap[k] * f.capacity[i], promise)
        each = max(business + f.cash[i] - f.debt[i], 0.0) / weight
        size = round_size(each, now, usual.ticket[now], usual.odds[now], usual.least[now])
        at = now * place.size + place[f.zone[i]]
        s = free[at]
        free[at] += 1
        found.amount[s], found.industry[s] = size * weight, k
        seeker = found.seen[s]
        seeker.each, seeker.size = each, size
        seeker.quality, seeker.lot = f.quality[i], f.lot[i]
        seeker.row, seeker.zone, seeker.trl = i, f.zone[i], trl


@kernel
def round_size(each: Any, stage: Any, ticket: Any, odds: Any, least: Any) -> Any:
    """Return the money of a round for a firm worth ``each``, m yuan; 0 where none is closed.

    A round is a ticket, or less where that would buy more than the largest stake.  An early round
    must pay for the way to the next one: investors then pay more than the firm seems worth.  A
    growth round that is small is not worth the partners' time.
    """
    size = min(ticket, each * odds)
    if stage < STAGES - 1:
        return max(size, least)
    return size if size >= least else 0.0
