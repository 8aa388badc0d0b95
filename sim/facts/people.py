"""Facts on people, research and what young firms are like."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.facts.known import FIRST, NEAR, SETTLED, WHOLE, answers
from sim.facts.money import FOUNDED, INCUBATED, STATES, young
from sim.facts.run import OF_ZONES_ALL, Run, during
from sim.facts.statistics import elasticity, gravity, regression, top_share

WESTERN = 0.04
"""Middle of the West's wage-density elasticity, 0.03 to 0.05 (note of F089)."""
TOLD_APART = 0.99
"""Correlation of capital and workers from which on their elasticities cannot be told apart."""
MOVERS = "R&D workers, not all migrants"
BORN_OF_SCIENCE = ("spinoff", "parent_spinoff")


def flows(run: Run, first: int, last: int) -> Any:
    """Return moves between provinces, from row to column; none inside."""
    moves = during(run.talent, first, last)
    at = {name: place for place, name in enumerate(run.provinces)}
    table = np.zeros((len(at), len(at)))
    np.add.at(table, (moves["start"].map(at).to_numpy(int), moves["end"].map(at).to_numpy(int)), 1.0)
    np.fill_diagonal(table, 0.0)
    return table


@answers(
    "F085",
    "distance elasticity of moves between provinces: Poisson, effects of origin and "
    "destination, km between the middles of their zones (panel talent; zones)",
    WHOLE,
    "all moves of the run; the choice has the fact as a coefficient (move_distance)",
    standing="anchor",
    stands_in=MOVERS,
)
def distance_of_moves(run: Run, first: int, last: int) -> float:
    """Return how moves fall with distance."""
    return gravity(flows(run, first, last), run.distance)


@answers(
    "F087",
    "share of five provinces in moves between provinces (panel talent)",
    WHOLE,
    "all moves of the run; how much peers draw is set with it in mind (move_peers)",
    standing="anchor",
    stands_in=MOVERS,
)
def five_destinations(run: Run, first: int, last: int) -> float:
    """Return the share of the first five destinations."""
    return top_share(flows(run, first, last).sum(axis=0), 5)


@answers(
    "F089",
    "slope of log R&D pay on log high-tech jobs over zones, mean of years, over the "
    "West's 0.04 (zones: wage, all_jobs)",
    SETTLED,
    "a regularity; the premium of density (pay_density) is this very number times the West's",
    standing="input",
    stands_in="R&D workers' pay and the size of a zone: areas of catchments are not known",
)
def pay_on_density(run: Run, first: int, last: int) -> float:
    """Return how much more pay rises with density than in the West."""
    table = during(run.zones, first, last)
    slopes = [elasticity(zones["wage"], zones["all_jobs"]) for _, zones in table.groupby("year")]
    return float(np.mean(slopes)) / WESTERN if slopes else np.nan


def patents_by_province(run: Run) -> Any:
    """Return new patents and R&D by province and year."""
    table = run.yearly
    before = table.groupby("uid")["patents"].shift().fillna(0)
    flow = table.assign(new=(table["patents"] - before).clip(lower=0))
    return flow.groupby(["province", "year"], observed=True)[["new", "rd_spending"]].sum().unstack("year")


@answers(
    "F092",
    "slope of log new patents on log R&D of the year before over provinces, mean of years (panel firms)",
    SETTLED,
    "a regularity: 0.98 to 1.05 in every year of the fact; returns in a firm and what the surroundings add "
    "are set with it in mind (patent_*)",
    standing="anchor",
    stands_in="firms of the 20 industries only",
)
def patents_on_research(run: Run, first: int, last: int) -> float:
    """Return how patents scale with R&D."""
    sums = run.kept(patents_by_province)
    new, spent = sums["new"], sums["rd_spending"]
    years = [y for y in new.columns if first <= y <= last and y - 1 in new.columns and y - 1 > WHOLE[0] - 1]
    return float(np.mean([elasticity(new[y], spent[y - 1]) for y in years])) if years else np.nan


@answers(
    "F095",
    "share of firms in all R&D (zones: rd_*)",
    FIRST,
    "staff of institutes and universities opens at their shares of this table",
    standing="input",
    value=0.776,
    bounds=(0.737, 0.815),
)
def research_of_firms(run: Run, first: int, last: int) -> float:
    """Return the share of enterprises, against 0.776 within a twentieth, as of F059."""
    zones = during(run.zones, first, last)
    mine = zones[["rd_firms", "rd_host"]].to_numpy(float).sum()
    total = zones[list(OF_ZONES_ALL)].to_numpy(float).sum()
    return float(mine / total) if total > 0.0 else np.nan


@answers(
    "F096",
    "return to R&D over return to capital: elasticities of value added to R&D of the "
    "year before, capital and workers, less the mean of industry and year, each over "
    "its sum (panel firms)",
    SETTLED,
    "a regularity; no number while workers follow from plant alone (correlation above 0.99)",
    stands_in="yearly R&D, no stock; firms with sales of the 20 industries",
)
def return_to_research(run: Run, first: int, last: int) -> float:
    """Return how much more a yuan of R&D brings than one of plant."""
    table = run.yearly
    spent = table.groupby("uid")["rd_spending"].shift()
    columns = ("value_added", "spent", "capital", "workers")
    found = during(table.assign(spent=spent), first, last)
    found = found[(found[list(columns)] > 0.0).all(axis=1)]
    if len(found) < 100:
        return np.nan
    logs = np.log(found[list(columns)])
    logs = logs - logs.groupby([found["industry"], found["year"]], observed=True).transform("mean")
    if np.corrcoef(logs["capital"], logs["workers"])[0, 1] > TOLD_APART:
        return np.nan
    slope = regression(*(logs[name].to_numpy() for name in columns))
    return float(slope[0] / slope[1] * found["capital"].sum() / found["spent"].sum())


@answers(
    "F098",
    "workers of a young firm, production and R&D (panel firms)",
    NEAR,
    STATES,
    stands_in=INCUBATED,
    value=12.3,
)
def workers_each(run: Run, first: int, last: int) -> float:
    """Return workers a young firm."""
    table = young(run, first, last)
    firms = float(table["weight"].sum())
    return float(table["workers"].sum()) / firms if firms > 0.0 else np.nan


@answers(
    "F099",
    "firms founded out of institutes and firms over all founded by founders (panel firms: origin)",
    NEAR,
    f"{STATES}; how often inventions found firms is set with it in mind (spinoff_rate)",
    standing="anchor",
    stands_in="how firms began for where founders come from",
    value=0.344,
    bounds=(0.327, 0.361),
)
def founders_of_science(run: Run, first: int, last: int) -> float:
    """Return the share of S&T staff among founders, against 96 of 279 thousand within a twentieth."""
    table = run.yearly.drop_duplicates("uid")
    born = during(table, first, last)["origin"]
    all_of_them = born.isin(FOUNDED).sum()
    return float(born.isin(BORN_OF_SCIENCE).sum() / all_of_them) if all_of_them else np.nan


@answers(
    "F100", "R&D over sales of young firms (panel firms)", NEAR, STATES, stands_in=INCUBATED, value=0.0668
)
def research_of_young(run: Run, first: int, last: int) -> float:
    """Return the R&D intensity of young firms."""
    table = young(run, first, last)
    sales = float(table["sales"].sum())
    return float(table["rd_spending"].sum()) / sales if sales > 0.0 else np.nan


@answers(
    "F103",
    "growth of output of the low-altitude economy in 2023, last quarters (industries: output)",
    FIRST,
    "the year of the fact; its level in 2022 opens at the fact, "
    "the midpoint of its path is set with it in mind",
    standing="anchor",
    value=0.338,
)
def low_altitude(run: Run, first: int, last: int) -> float:
    """Return the growth of the low-altitude economy."""
    table = run.industries[run.industries["industry"].astype(str) == "LOWALT"].set_index("year")["output"]
    return float(table[last] / table[first - 1] - 1.0) if {last, first - 1} <= set(table.index) else np.nan
