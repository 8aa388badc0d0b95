"""Public finance: outlay by tier, taxes, debt, what programmes asked for and got."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import public_outlay
from sim.core.jit import kernel
from sim.metrics.clusters import cluster_count
from sim.metrics.registry import NAN, metric, once
from sim.world.state import State
from sim.world.tables import K

GROUP = "Public money"
"""Where reports show these metrics."""


@metric("m yuan", "lower", "total", "G12 C1", account=True)
def public_cost(s: State) -> float:
    """Gross public outlay of zones, provinces and centre on future industries: programmes, public
    equity (also that paid by platform debt), grants, subsidies, first purchases, bail-outs and interest
    on platform debt. Transfers between governments are left out, so every yuan counts once.
    """  # noqa: D205
    return float(s.zones.public_cost.sum()) + provincial_cost(s) + central_cost(s)


@metric("m yuan", "lower", "total", "G12 G6", account=True)
def central_cost(s: State) -> float:
    """The part of gross public outlay that the centre paid itself (what it passed on is not in it)."""
    return s.counts.central_cost


@metric("m yuan", "lower", "total", "G12 T1", account=True)
def provincial_cost(s: State) -> float:
    """The part of gross public outlay that provinces paid themselves."""
    return float(s.provinces.public_cost.sum())


@metric("m yuan", "", "total", "G12 G6", account=True)
def transfers_to_zones(s: State) -> float:
    """Money that zones received from provinces and from the centre, pilot boosts included."""
    return float(s.zones.transfers.sum())


@metric("m yuan", "", "total", "G12", account=True)
def tax_revenue(s: State) -> float:
    """Local and central tax on the sales of the 20 industries."""
    return s.counts.future_tax * (1.0 + s.p.central_tax_ratio / s.p.local_tax_ratio)


@metric("m yuan", "lower", "total", "G12", account=True)
def public_net_cost(s: State) -> float:
    """Gross outlay less tax on the 20 industries, fund returns and dividends to the state."""
    back = s.counts.public_returns + s.counts.state_dividends
    return public_cost(s) - tax_revenue(s) - back


@metric("m yuan", "lower", "final", "G12", account=True)
def public_debt(s: State) -> float:
    """Platform debt outstanding."""
    return float(s.zones.debt.sum())


@metric("m yuan", "lower", "final", "G12 C5", account=True)
def contingent_liabilities(s: State) -> float:
    """What governments may have to stand for: platform debt, and of the bank debt of firms that a
    zone owns a part of that part.
    """  # noqa: D205
    f, owned = s.firms, np.empty(s.firms.rows)
    _owned_debt(f.alive, f.public_share, f.dilution, f.debt, owned)
    return public_debt(s) + float(owned.sum())


@kernel
def _owned_debt(alive: Any, public_share: Any, dilution: Any, debt: Any, owned: Any) -> None:
    """Put down what of each living row's debt is that of its public owner."""
    for i in range(alive.size):
        owned[i] = public_share[i] * dilution[i] * debt[i] if alive[i] else 0.0


@metric("m yuan", "", "total", "G12", account=True)
def programme_requested(s: State) -> float:
    """What the programmes asked for would have cost, rescues and pilot boosts included."""
    return s.counts.programme_requested


@metric("m yuan", "", "total", "G12", account=True)
def programme_delivered(s: State) -> float:
    """What budgets paid of it."""
    return s.counts.programme_delivered


@metric("m yuan", "lower", "total", "G8 G12", account=True)
def waiting_programmes(s: State) -> float:
    """Programmes asked for that waited because no budget could pay them, each quarter anew."""
    return s.counts.waiting


@metric("m yuan", "lower", "total", "E4 C5", account=True)
def bailout_cost(s: State) -> float:
    """Public money put into insolvent firms with public equity."""
    return s.counts.bailouts


@metric("m yuan", "lower", "total", "C7 G3", account=True)
def subsidy_cost(s: State) -> float:
    """Capacity subsidies paid towards new plants."""
    return s.counts.capacity_subsidies


@metric("m yuan", "lower", "total", "E5", account=True)
def attraction_cost(s: State) -> float:
    """Grants paid to footloose projects for coming."""
    return s.counts.attraction_paid


@metric("m yuan/job", "lower", "final", "G12 G14", account=True)
def cost_per_job(s: State) -> float:
    """Gross public outlay since the start for each job that the 20 industries have."""
    jobs = float(s.cells.jobs[:, :K].sum())
    return _spent_so_far(s) / jobs if jobs > 0.0 else NAN


@metric("m yuan/cluster", "lower", "final", "G3 G12", account=True)
def cost_per_cluster(s: State) -> float:
    """Gross public outlay since the start for each cluster there is."""
    there = cluster_count(s)
    return _spent_so_far(s) / there if there > 0.0 else NAN


@metric("ratio of outlay so far to yearly value added", "lower", "final", "G12 G14", account=True)
def cost_per_value_added(s: State) -> float:
    """Gross public outlay since the start for each yuan of yearly value added of the 20 industries."""
    made = float(s.zones.value_added.sum())
    return _spent_so_far(s) / made if made > 0.0 else NAN


@metric("m yuan", "", "total", "G4 X4", account=True)
def revenue_shared(s: State) -> float:
    """Tax passed on to zones that stood aside (a transfer, zero in the total)."""
    return s.counts.revenue_shared


@once
def _spent_so_far(s: State) -> float:
    return public_outlay(s.ledger.total + s.ledger.flow)
