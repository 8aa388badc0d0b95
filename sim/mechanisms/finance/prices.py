"""Prices: what funds see of the seekers that they look at, what these are worth, how large a round may be.

A round is what the firm needs to the next one (``rounds``), a ticket of the stage at most, or less where that
would buy more than the largest stake; an early round is never under a share of the ticket, since it must last
to the next, and a growth round that small is not closed.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.constant import constant
from sim.core.functions import power
from sim.core.jit import kernel
from sim.mechanisms.finance.rounds import need, rounds
from sim.mechanisms.finance.seekers import STAGES, Seekers
from sim.world.state import State
from sim.world.tables import PRODUCT
from sim.world.valuation import market, on_order, promise, worth

SEEN = np.dtype(
    [
        ("amount", "f8"),  # for all firms of the row, m yuan; 0 where no round is closed, or none more
        ("each", "f8"),  # what is paid for each firm before the round, m yuan
        ("money", "f8"),  # of its round; numpy has a size of its own
        ("quality", "f8"),  # as far as it shows, with what its product can win
        ("lot", "u8"),
        ("row", "i4"),
        ("zone", "i2"),
        ("industry", "i1"),
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


Rows = namedtuple(
    "Rows",
    "lot zone industry weight trl quality capacity pipeline sales cash debt rd_spending profit wanted niche"
    " launched",
)
"""Columns of the firms."""


def terms(state: State) -> Terms:
    """Return the terms of this run."""
    return _of(state.p, float(rounds(state)))


@constant
def _of(p: Any, lasts: float) -> Terms:
    ticket = np.array([p.fund_angel_ticket, p.fund_vc_ticket, p.fund_growth_ticket])
    stake = np.array([p.fund_angel_stake, p.fund_vc_stake, p.fund_growth_stake])
    least = np.array([p.fund_least_angel, p.fund_least_venture, p.fund_least_ticket])
    lift = np.array([p.premoney_angel, p.premoney_venture, p.premoney_growth])
    team = p.startup_rd_fte * p.rd_cost_per_fte / 4.0
    return Terms(ticket, stake, stake / (1.0 - stake), least * ticket, lift, lasts, team)


def see(state: State, usual: Terms, found: Seekers, looked: NDArray[np.int64]) -> Any:
    """Return what is seen of the seekers that somebody looks at; of others nothing is worked out."""
    seen = np.recarray(found.row.size, SEEN)  # its fields are attributes for a debugger too
    _see(usual, market(state), state.firms.gather(Rows), found.row, found.stage, looked, seen)
    return seen


@kernel
def _see(usual: Any, m: Any, f: Any, rows: Any, stage: Any, looked: Any, seen: Any) -> None:
    """Write what is seen of each."""
    wins, heed = np.empty(looked.size), np.empty(looked.size)
    for j in range(looked.size):
        i = rows[looked[j]]
        made = f.trl[i] >= PRODUCT and f.capacity[i] > 0.0
        wins[j], heed[j] = promise(m, f.industry[i], made, f.trl[i], f.weight[i], f.niche[i], f.launched[i])
    own = power(wins, heed)
    fame = power(own, m.signal)  # what is seen of a niche adds to the quality that funds choose by
    for j in range(looked.size):
        i, now = rows[looked[j]], stage[looked[j]]
        k, trl, weight, capacity = f.industry[i], f.trl[i], f.weight[i], f.capacity[i]
        value = worth(
            m, k, trl >= PRODUCT and capacity > 0.0, trl, weight, f.quality[i], capacity, f.sales[i],
            f.cash[i], f.debt[i], own[j],
        )  # fmt: skip
        each = value / weight * usual.lift[now]
        most = usual.ticket[now]
        if usual.lasts > 0.0:
            plant = capacity + on_order(f.pipeline, i) > 0.0
            team = 0.0 if trl >= PRODUCT and plant else usual.team * weight
            cost = need(usual.lasts, f.rd_spending[i], team, f.profit[i], f.wanted[i], not plant)
            most = min(most, cost / weight)
        size = round_size(each, now, most, usual.odds[now], usual.least[now])
        firm = seen[looked[j]]
        firm.amount, firm.each, firm.money = size * weight, each, size
        firm.quality = f.quality[i] * (fame[j] if f.niche[i] > 0.0 else 1.0)
        firm.lot, firm.row, firm.zone, firm.industry, firm.trl = f.lot[i], i, f.zone[i], k, trl


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
