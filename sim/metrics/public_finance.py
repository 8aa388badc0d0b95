"""Public finance: outlay, taxes, debt, what programmes asked for and got."""

from __future__ import annotations

from sim.metrics.registry import metric
from sim.world.state import State


@metric("m yuan", "lower", "total", "G12 C1", account=True)
def public_cost(s: State) -> float:
    """Gross public outlay: programmes, public equity (also that paid by platform debt), research
    grants, first purchases, bail-outs and interest on platform debt.
    """  # noqa: D205
    return float(s.zones.public_cost.sum())


@metric("m yuan", "", "total", "G12", account=True)
def tax_revenue(s: State) -> float:
    """Local and central tax on the sales of the 20 industries."""
    return s.count["future_tax"] * (1.0 + s.p.central_tax_ratio / s.p.local_tax_ratio)


@metric("m yuan", "lower", "total", "G12", account=True)
def public_net_cost(s: State) -> float:
    """Gross outlay less tax on the 20 industries, fund returns and dividends to the state."""
    back = s.count["public_returns"] + s.count["state_dividends"]
    return public_cost(s) - tax_revenue(s) - back


@metric("m yuan", "lower", "final", "G12", account=True)
def public_debt(s: State) -> float:
    """Platform debt outstanding (a contingent liability of the zones)."""
    return float(s.zones.debt.sum())


@metric("m yuan", "", "total", "G12", account=True)
def programme_requested(s: State) -> float:
    """What the programmes asked for would have cost."""
    return s.count["programme_requested"]


@metric("m yuan", "", "total", "G12", account=True)
def programme_delivered(s: State) -> float:
    """What budgets paid of it."""
    return s.count["programme_delivered"]


@metric("m yuan", "", "total", "G4 X4", account=True)
def revenue_shared(s: State) -> float:
    """Tax passed on to zones that stood aside (a transfer, zero in the total)."""
    return s.count["revenue_shared"]
