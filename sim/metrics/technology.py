"""Technology: research, readiness, time to market."""

from __future__ import annotations

from sim.core.calendar import START_YEAR
from sim.metrics.registry import NAN, metric
from sim.metrics.sums import gini
from sim.world.state import State
from sim.world.tables import InstituteKind, K

GROUP = "Technology"
"""Where reports show these metrics."""


@metric("m yuan/year", "higher", "final", "T4 T5 C7")
def rd_spending(s: State) -> float:
    """Research outlay of the firms of the 20 industries."""
    return float(s.zones.rd_spending.sum())


@metric("TRL", "higher", "final", "C9 T6")
def frontier_trl(s: State) -> float:
    """Mean over industries of the staff-weighted mean technology readiness level of their firms."""
    return float(s.industries.trl[:K].mean())


@metric("steps", "higher", "total", "G10 T1 T2 T3 T4 T6 T7 C4 C7")
def trl_steps(s: State) -> float:
    """Readiness steps taken by firms."""
    return s.counts.trl_steps


@metric("years", "lower", "mean", "T6 C9")
def time_to_market(s: State) -> float:
    """Mean age of the firms that reach TRL 8 this quarter (born in the run)."""
    reached = s.counts.to_market
    return s.counts.to_market_years / reached if reached > 0 else NAN


@metric("years", "lower", "mean", "C9 T2")
def years_per_step(s: State) -> float:
    """Years that firms of the 20 industries below TRL 9 spend on one readiness step."""
    steps = s.counts.trl_steps
    return s.counts.trl_years / steps if steps > 0 else NAN


@metric("industries", "higher", "final", "C9 E1")
def designs(s: State) -> float:
    """Industries whose next generation has a dominant design (where the theory of technology has routes)."""
    return float((s.industries.opened[:K] >= 0).sum())


@metric("year", "lower", "final", "C9 E1")
def design_year(s: State) -> float:
    """Mean year of the dominant designs that there are."""
    opened = s.industries.opened[:K]
    return float(START_YEAR + opened[opened >= 0].mean() / 4.0) if (opened >= 0).any() else NAN


@metric("patents", "higher", "total", "T1 T4 T7 C7 N2")
def patents(s: State) -> float:
    """New invention patents of firms of the 20 industries."""
    return s.counts.patents


@metric("share", "lower", "mean", "T3 T4")
def duplicate_search(s: State) -> float:
    """Share of the search for readiness steps that repeats what others do, by R&D staff."""
    searched = s.counts.search
    return s.counts.search_wasted / searched if searched > 0 else NAN


@metric("share", "", "mean", "T2 T4")
def platform_use(s: State) -> float:
    """Places taken over places that platforms and consortia offer."""
    places = s.counts.places
    return s.counts.places_used / places if places > 0 else NAN


@metric("firms", "higher", "total", "T6 T2")
def spinoffs(s: State) -> float:
    """Firms founded on inventions of institutes."""
    return s.counts.spinoffs


@metric("years", "lower", "mean", "T6")
def transfer_years(s: State) -> float:
    """Mean years from invention to spin-off of the institutes' spin-offs founded."""
    founded = s.counts.spinoffs
    return s.counts.transfer_years / founded if founded > 0 else NAN


@metric("share", "higher", "final", "T5")
def basic_research_share(s: State) -> float:
    """Basic research over the research outlay of institutes and firms, HOST included."""
    total = s.counts.institute_outlay + float(s.cells.rd_spending.sum()) / 4.0
    return s.counts.basic_outlay / total if total > 0 else NAN


@metric("m yuan", "higher", "total", "T5 C1")
def private_basic(s: State) -> float:
    """What firms gave to institutes for basic research."""
    return s.counts.private_basic


@metric("index", "", "final", "T6 T7 X4")
def knowledge_gini(s: State) -> float:
    """Gini of R&D knowledge in the 20 industries over zones."""
    return gini(s.cells.knowledge[:, :K].sum(axis=1))


@metric("FTE", "", "final", "N2")
def outside_rd_posts(s: State) -> float:
    """R&D positions of research centres that came from abroad."""
    table = s.institutes
    return float(table.positions[table.kind == InstituteKind.OUTSIDE_CENTRE].sum())
