"""Plans: what zones' lists are made of, and whether they suit the place, its role and the long run."""

from __future__ import annotations

from sim.mechanisms.layout.roles import role_scores
from sim.metrics.registry import NAN, metric
from sim.world.state import State
from sim.world.tables import NEVER

GROUP = "Plans of zones"
"""Where reports show these metrics."""


@metric("sd", "higher", "final", "G1 G2 G4 X1")
def priority_fit(s: State) -> float:
    """Mean relatedness density of declared pairs, 0 for lists drawn at random; high when committees
    know what an industry is and what suits them.
    """  # noqa: D205
    listed = s.cells.priority
    return float(s.cells.density[listed].mean()) if listed.any() else NAN


@metric("sd", "", "final", "G7")
def role_match(s: State) -> float:
    """Mean suitability of declared pairs for the tier of their zone (innovation source, industrial
    bearing, resource guarantee), 0 for lists drawn at random.
    """  # noqa: D205
    listed = s.cells.priority
    suits = role_scores(s)[s.country.tier]
    return float(suits[listed].mean() - suits.mean()) if listed.any() else NAN


@metric("years", "", "final", "G9 G11")
def priority_age(s: State) -> float:
    """Years since the listed industries were first on their zone's list, mean over declared pairs."""
    first = s.cells.declared[s.cells.priority]
    known = first[first != NEVER]
    return float((s.t - known).mean() / 4.0) if known.size else NAN
