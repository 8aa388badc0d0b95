"""Seekers: which firms want a round, at which stage and where.

The stage follows readiness: angel up to TRL 4, venture up to 7, growth beyond.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.jit import kernel
from sim.core.urns import Urns, urns
from sim.mechanisms.finance.reach import PLATFORM
from sim.world.state import State
from sim.world.tables import HOST, PRODUCT
from sim.world.valuation import on_order

STAGES = 3


class Seekers(NamedTuple):
    """Rows of firms that seek a round."""

    row: NDArray[np.int32]
    stage: NDArray[np.int8]
    among: tuple[Urns, Urns, Urns]
    """Numbers of seekers by stage in the country, by stage and province, by stage and zone."""
    grain: float
    """Firms a row."""


Rows = namedtuple(
    "Rows", "alive zone industry listed weight trl capacity pipeline cash rd_spending profit wanted"
)
"""Columns of the firms."""


def seekers(state: State) -> Seekers:
    """Return the firms that seek a round, so that a fund bound to a place can look there."""
    firms, p = state.firms, state.p
    team = p.round_team_years * p.startup_rd_fte * p.rd_cost_per_fte
    row, stage = _seeking(firms.gather(Rows), p.round_runway, team)
    province, kind = state.country.province, state.funds.kind
    among, heads = _among(province, row, stage, firms.zone, firms.lot, firms.weight, kind)
    return Seekers(row, stage, among, heads / row.size if row.size else 1.0)


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
def _among(
    province: Any, row: Any, stage: Any, zone: Any, firm_lot: Any, weight: Any, fund_kind: Any
) -> Any:  # fmt: skip
    """Return the seekers of each stage (all, of each province, of each zone if platforms look); and firms."""
    provinces, zones = province.max() + 1, province.size
    inside, at = np.empty(stage.size, np.int64), np.empty(stage.size, np.int64)
    lot, heads = np.empty(stage.size, np.uint64), 0
    for s in range(stage.size):
        i = row[s]
        inside[s] = stage[s] * provinces + province[zone[i]]
        at[s] = stage[s] * zones + zone[i]
        lot[s] = firm_lot[i]
        heads += weight[i]
    asked = lot if (fund_kind == PLATFORM).any() else lot[:0]
    all_of = urns(stage, STAGES, lot), urns(inside, STAGES * provinces, lot), urns(at, STAGES * zones, asked)
    return all_of, heads
