"""Measure worlds in which demand answers and scale costs, and what policy does in them: markets.csv.

Every row of ``PAIRS`` is a comparison of two worlds; runs that the folder has are not made again.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sim.lab.comparison import compare_metrics, write_comparison
from sim.metrics import METRICS
from sim.reference import runs

TABLE = "markets.csv"
RUNS, SCALE, UNTIL, LATE = 4, 0.01, "2035-Q4", "2042-Q4"
SHOWN = (
    "output", "mean_output", "value_added_constant", "value_added", "price_index", "exports",
    "home_market_share",
    "cost_of_structure",
    "duplicated_layouts", "capacity_utilisation", "cluster_count", "largest_cluster_output", "jobs",
    "public_cost", "built_overcapacity", "stranded_public_money", "firms", "rd_spending",
)  # fmt: skip
PAUSE = "outside_frontier_growth={2024-Q1: 0, 2029-Q1: 0.02}"
DATED, FLAT_COSTS = "theories.demand=path", "theories.plant_cost=flat"


class World(NamedTuple):
    """A scenario with settings, to a date."""

    sets: tuple[str, ...] = ()
    scenario: str = "baseline"
    until: str = UNTIL

    def also(self, *sets: str, scenario: str = "") -> World:
        """Return the world with more settings, or under another scenario."""
        return self._replace(sets=(*self.sets, *sets), scenario=scenario or self.scenario)

    def metrics(self, folder: Path, seed: int) -> dict[str, float | None]:
        """Return the metrics of one run in it."""
        return runs.metrics(folder, self.scenario, self.sets, scale=SCALE, seed=seed, until=self.until)


PATH, MARKET, FLAT = World((DATED,)), World(), World((FLAT_COSTS,))
COORDINATED = "top_level_design"
THETA = {f"theta_{t:g}": World((f"plant_scale={t:g}",)) for t in (0.06, 0.12)}
PAIRS: dict[str, tuple[World, World]] = {
    "value": (PATH._replace(until=LATE), MARKET._replace(until=LATE)),
    "pause_path": (PATH, PATH.also(PAUSE)),
    "pause_value": (MARKET, MARKET.also(PAUSE)),
    "difficulty_path": (PATH, PATH.also("technology_difficulty=2")),
    "difficulty_value": (MARKET, MARKET.also("technology_difficulty=2")),
    "import_tariff": (MARKET, MARKET.also("import_tariff=0.2")),
    "partner_tariff": (MARKET, MARKET.also("partner_tariff=0.25")),
    "export_control": (MARKET, MARKET.also("export_control=0.5")),
    "purchase_path": (PATH, PATH.also("purchase_subsidy=100")),
    "purchase_value": (MARKET, MARKET.also("purchase_subsidy=100")),
    "capacity_value": (MARKET, MARKET.also("capacity_subsidy=0.1")),
    **{name: (FLAT, world) for name, world in THETA.items()},
    "coordination_flat": (FLAT, FLAT.also(scenario=COORDINATED)),
    **{f"coordination_{n}": (world, world.also(scenario=COORDINATED)) for n, world in THETA.items()},
}
"""The comparisons by name: the world that the other is held against, and the other."""


def main(folder: Path, target: Path) -> None:
    """Run what is missing and write the table."""
    catalogue = [{"name": n, "unit": METRICS[n].unit, "better": METRICS[n].better} for n in SHOWN]
    seeds, rows = range(1, RUNS + 1), []
    for name, pair in PAIRS.items():
        base, other = ({seed: world.metrics(folder, seed) for seed in seeds} for world in pair)
        rows += compare_metrics(base, {name: other}, catalogue)
    write_comparison(target, rows)
