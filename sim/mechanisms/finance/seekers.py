"""Seekers: which firms want a round, at which stage, where, and how large a round may be.

The stage follows readiness: angel up to TRL 4, venture up to 7, growth beyond.  A round is what the firm
needs to the next one (``rounds``), a ticket of the stage at most, or less where that would buy more than
the largest stake; an early round is never under a share of the ticket, since it must last to the next,
and a growth round that small is not closed.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.jit import kernel
from sim.core.urns import Urns, urns
from sim.mechanisms.finance.rounds import need, rounds
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT
from sim.world.valuation import fame, market, on_order, worth

STAGES = 3
SEEKER = np.dtype(
    [
        ("each", "f8"),  # what is paid for each firm before the round, m yuan
        ("money", "f8"),  # of its round; numpy has a size of its own
        ("quality", "f8"),  # as far as it shows, with what its product can win
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
    lift: Array
    """What is paid for a firm over its value."""
    lasts: float = 0.0
    """Quarters that the money of a round lasts; at 0 it is a ticket whatever the firm needs."""
    team: float = 0.0
    """Cost of a usual team, m yuan a quarter."""


class Seekers(NamedTuple):
    """Rows of firms that seek a round."""

    among: tuple[Urns, Urns, Urns]
    """By stage in the country, by stage and province, by stage and zone."""
    amount: Array
    """For all firms of the row, m yuan; 0 where no round is closed, or none more this quarter."""
    industry: NDArray[np.int8]
    seen: NDArray[Any]
    """The rest, as records."""


Rows = namedtuple(
    "Rows",
    "alive lot zone industry listed weight trl quality capacity pipeline sales cash debt rd_spending profit"
    " wanted niche launched",
)
"""Columns of the firms."""


def terms(state: State) -> Terms:
    """Return the terms of this run."""
    p = state.p
    ticket = np.array([p.fund_angel_ticket, p.fund_vc_ticket, p.fund_growth_ticket])
    stake = np.array([p.fund_angel_stake, p.fund_vc_stake, p.fund_growth_stake])
    least = np.array([p.fund_least_angel, p.fund_least_venture, p.fund_least_ticket])
    lift = np.array([p.premoney_angel, p.premoney_venture, p.premoney_growth])
    team = p.startup_rd_fte * p.rd_cost_per_fte / 4.0
    return Terms(ticket, stake, stake / (1.0 - stake), least * ticket, lift, rounds(state), team)


def seekers(state: State, usual: Terms) -> Seekers:
    """Return the firms that seek a round, so that a fund bound to a place can look there."""
    columns, p = state.firms.gather(Rows), state.p
    team = p.round_team_years * p.startup_rd_fte * p.rd_cost_per_fte
    rows, stage = _seeking(columns, p.round_runway, team)
    seen = np.recarray(rows.size, SEEKER)  # its fields are attributes for a debugger too
    amount, industry = np.empty(rows.size), columns.industry[rows]
    _fill(usual, market(state), columns, rows, stage, amount, seen)
    return Seekers(_among(state.country.province, stage, seen), amount, industry, seen)


@kernel
def _seeking(f: Any, runway: Any, team: Any) -> Any:
    """Return firms whose money lasts under ``runway`` quarters, or whose investment waits, and their stages.

    Short of money is also who has less than ``team`` a firm, m yuan.
    """
    size = f.alive.size
    rows, stage = np.empty(size, np.int32), np.empty(size, np.int8)
    n = 0
    for i in range(size):
        product = f.trl[i] >= PRODUCT
        needed = runway * max(f.rd_spending[i] - max(f.profit[i], 0.0), 0.0)
        short = f.cash[i] < max(needed, team * f.weight[i])
        seeks = f.wanted[i] > 0.0 if product else short
        rows[n] = i  # overwritten by the next where the firm does not seek:
        stage[n] = int(f.trl[i] > 4) + int(product)  # quicker than a branch
        n += f.alive[i] & (f.industry[i] < HOST) & (not f.listed[i]) & seeks
    for j in range(n):
        i = rows[j]
        if stage[j] == STAGES - 1 and f.capacity[i] <= 0.0 and on_order(f.pipeline, i) <= 0.0:
            stage[j] = 1  # a product, but no plant yet
    return rows[:n], stage[:n]


@kernel
def _among(province: Any, stage: Any, seen: Any) -> Any:
    """Return the seekers of each stage: all, those of each province, those of each zone."""
    provinces, zones = province.max() + 1, province.size
    inside, at = np.empty(stage.size, np.int64), np.empty(stage.size, np.int64)
    for s in range(stage.size):
        zone = seen[s].zone
        inside[s] = stage[s] * provinces + province[zone]
        at[s] = stage[s] * zones + zone
    lot = seen.lot
    return (
        urns(stage, STAGES, lot), urns(inside, STAGES * provinces, lot), urns(at, STAGES * zones, lot),
    )  # fmt: skip


@kernel
def _fill(usual: Any, m: Any, f: Any, rows: Any, stage: Any, amount: Any, seen: Any) -> None:
    """Write what is known of each seeker."""
    for s in range(rows.size):
        i, now = rows[s], stage[s]
        k, trl, weight = f.industry[i], f.trl[i], f.weight[i]
        value = worth(
            m, k, trl, weight, f.quality[i], f.capacity[i], f.sales[i], f.cash[i], f.debt[i], f.niche[i],
            f.launched[i],
        )  # fmt: skip
        each = value / weight * usual.lift[now]
        most = usual.ticket[now]
        if usual.lasts > 0.0:
            plant = f.capacity[i] + on_order(f.pipeline, i) > 0.0
            team = 0.0 if trl >= PRODUCT and plant else usual.team * weight
            cost = need(usual.lasts, f.rd_spending[i], team, f.profit[i], f.wanted[i], not plant)
            most = min(most, cost / weight)
        size = round_size(each, now, most, usual.odds[now], usual.least[now])
        amount[s] = size * weight
        seeker = seen[s]
        seeker.each, seeker.money = each, size
        made = trl >= PRODUCT and f.capacity[i] > 0.0
        seeker.quality = f.quality[i] * fame(m, k, made, trl, weight, f.niche[i], f.launched[i])
        seeker.lot = f.lot[i]
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
