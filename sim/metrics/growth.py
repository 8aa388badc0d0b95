"""Growth and health: output, jobs, firms, survival, margins, prices."""

from __future__ import annotations

from typing import Any

from sim.core.jit import kernel
from sim.mechanisms.exit.memory import Memory
from sim.metrics.registry import NAN, metric
from sim.world.state import State
from sim.world.tables import K

GROUP = "Growth and health"
"""Where reports show these metrics."""


@metric("m yuan/year", "higher", "final", "G6 G10 G14 D1 D2 D3 D4 E5 C7 K1")
def output(s: State) -> float:
    """Gross sales of the 20 industries."""
    return float(s.industries.sales[:K].sum())


@metric("m yuan/year", "higher", "final", "G14 K1")
def value_added(s: State) -> float:
    """Sales less bought inputs of the 20 industries, at current prices."""
    return float(s.zones.value_added.sum())


@metric("m yuan/year", "higher", "final", "G10 G14 K1")
def value_added_constant(s: State) -> float:
    """Value added of the 20 industries at constant prices of 2022 (double deflation): quantities sold less
    the inputs that making them takes, both at the prices of 2022. A unit takes the inputs of 2022, times what
    small places and plants waste (`cost_of_structure`); all else that moves costs is a price of inputs.
    Contract research and first purchases stand as paid, and better products count no more than others.
    """  # noqa: D205
    ind = s.industries
    made, wasted = ind.output[:K], ind.cost[:K] / ind.unit_cost[:K]
    research = ind.sales[:K] - ind.price[:K] * made
    return float((made * (1.0 - s.ground.input_share[:K] * wasted) + research).sum())


@metric("m yuan/job/year", "higher", "final", "G14")
def productivity(s: State) -> float:
    """Value added per job of the 20 industries."""
    return value_added(s) / max(jobs(s), 1.0)


@metric("m yuan/year", "higher", "mean", "G14")
def mean_output(s: State) -> float:
    """Gross sales of the 20 industries, mean over all quarters."""
    return output(s)


@metric("jobs", "higher", "final", "G14")
def jobs(s: State) -> float:
    """R&D and production jobs of the 20 industries."""
    return float(s.cells.jobs[:, :K].sum())


@metric("firms", "higher", "final", "E2 E3 C6")
def firms(s: State) -> float:
    """Firms of the 20 industries."""
    return float(s.cells.firms[:, :K].sum())


@metric("firms", "higher", "total", "E1 N1")
def entries(s: State) -> float:
    """Firms born."""
    return s.counts.entries


@metric("firms", "", "total", "E4")
def exits(s: State) -> float:
    """Firms that died."""
    return s.counts.exits


@metric("share", "higher", "final", "E4 C4 C6")
def survival_5y(s: State) -> float:
    """Share of firms that reach age five (Kaplan-Meier over firms born in the run)."""
    lives = s.memory[Memory]
    return _survival(lives.births, lives.deaths, s.t) if s.t >= 19 else NAN


@kernel
def _survival(births: Any, deaths: Any, now: Any) -> Any:
    """Return the chance to outlive twenty quarters; deaths are by quarter of birth and age."""
    chance = 1.0
    for age in range(20):
        reached, died = 0.0, 0.0
        for born in range(now - age + 1):
            reached += births[born]
            died += deaths[born, age]
            for younger in range(age):
                reached -= deaths[born, younger]
        chance *= 1.0 - died / max(reached, 1e-9)
    return chance


@metric("share of sales", "higher", "mean", "G14")
def profit_margin(s: State) -> float:
    """Profit over sales of the 20 industries, smoothed over a year."""
    sales = s.industries.sales[:K]
    return float((s.industries.margin[:K] * sales).sum() / sales.sum())


@metric("index", "lower", "final", "G14")
def price_index(s: State) -> float:
    """Price level of the 20 industries, output-weighted, 2022 = 1."""
    ind = s.industries
    return float((ind.price[:K] * ind.output[:K]).sum() / ind.output[:K].sum())


@metric("ratio", "lower", "final", "G3 G4")
def cost_of_structure(s: State) -> float:
    """Unit cost of the 20 industries over what it were, had the makers of 2022 grown in proportion
    (1 unless scale and fit cost money: theory `plant_cost`), output-weighted.
    """  # noqa: D205
    ind = s.industries
    return float((ind.cost[:K] / ind.unit_cost[:K] * ind.output[:K]).sum() / ind.output[:K].sum())
