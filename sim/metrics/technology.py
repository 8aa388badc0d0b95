"""Technology: research, readiness, time to market."""

from __future__ import annotations

from sim.metrics.registry import NAN, metric
from sim.world.state import State
from sim.world.tables import K


@metric("m yuan/year", "higher", "final", "T4 T5")
def rd_spending(s: State) -> float:
    """Research outlay of the firms of the 20 industries."""
    return float(s.zones.rd_spending.sum())


@metric("TRL", "higher", "final", "C9 T6")
def frontier_trl(s: State) -> float:
    """Mean over industries of the staff-weighted mean technology readiness level of their firms."""
    return float(s.industries.trl[:K].mean())


@metric("steps", "higher", "total", "T2 T6")
def trl_steps(s: State) -> float:
    """Readiness steps taken by firms."""
    return s.count["trl_steps"]


@metric("years", "lower", "mean", "T6 C9")
def time_to_market(s: State) -> float:
    """Mean age of the firms that reach TRL 8 this quarter (born in the run)."""
    reached = s.count["to_market"]
    return s.count["to_market_years"] / reached if reached > 0 else NAN
