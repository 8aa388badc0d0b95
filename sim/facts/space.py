"""Facts on where things are: provinces' shares, structures, entry into related industries, documents."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.facts.known import FIRST, NEAR, OPENING, SETTLED, answers
from sim.facts.run import OF_ZONES_ALL, Run, during
from sim.facts.statistics import (
    elasticity,
    gini,
    laplace_scale,
    top_share,
)

TRILLION = 1e6
GROWTH = 0.052
"""Of China's GDP in 2023 at constant prices (NBS, memory)."""
OPENED = "where firms are at the opening is laid out from this very table (provinces.csv, high_tech_firms)"
TWENTY = "firms of the 20 industries, not of all high technology"


def newly(run: Run) -> Any:
    """Return firms in the year in which they climb to the second rung or begin on it."""
    table = run.yearly
    high = (table["tier"] >= 1).to_numpy()
    same = table["uid"].to_numpy()[1:] == table["uid"].to_numpy()[:-1]
    before = np.concatenate([[False], same & high[:-1]])
    began = ~np.concatenate([[False], same])
    opening = began & (table["origin"] == "initial").to_numpy() & (table["year"] == FIRST[0]).to_numpy()
    return table.loc[high & ~before & ~opening, ["year", "province", "weight"]]


def certificates(run: Run, first: int, last: int) -> Any:
    """Return newly certified firms by province."""
    new = during(run.kept(newly), first, last)
    return run.by_province(new, new["weight"].astype(float))


def research(run: Run, first: int, last: int) -> Any:
    """Return R&D by province of all who do it, mean of the years."""
    table = run.zones_by_province(OF_ZONES_ALL)
    years = [year for year in table.columns if first <= year <= last]
    return table[years].mean(axis=1).reindex(run.provinces).to_numpy(float)


def revenue(run: Run, first: int, last: int) -> Any:
    """Return high-tech revenue by province, mean of the years."""
    table = run.zones_by_province("high_tech_output")
    years = [year for year in table.columns if first <= year <= last]
    return table[years].mean(axis=1).reindex(run.provinces).to_numpy(float)


@answers(
    "F001",
    "Gini over provinces of firms newly certified (panel firms: tier rises to 1)",
    NEAR,
    f"flow of five years, for there are few a year; {OPENED}",
    standing="input",
    stands_in=TWENTY,
)
def new_certificates_gini(run: Run, first: int, last: int) -> float:
    """Return the inequality of new certificates."""
    return gini(certificates(run, first, last))


@answers(
    "F002",
    "share of three provinces in firms newly certified (panel firms)",
    NEAR,
    f"as F001; {OPENED}",
    standing="input",
    stands_in=TWENTY,
)
def new_certificates_three(run: Run, first: int, last: int) -> float:
    """Return the share of the first three provinces in new certificates."""
    return top_share(certificates(run, first, last), 3)


@answers(
    "F004",
    "share of three provinces in R&D (zones: rd_*)",
    OPENING,
    "the opening is laid out from this table",
    standing="input",
)
def research_three(run: Run, first: int, last: int) -> float:
    """Return the share of the first three provinces in R&D."""
    return top_share(research(run, first, last), 3)


@answers(
    "F007",
    "Gini over provinces of high-tech revenue (zones: high_tech_output)",
    NEAR,
    "revenue opens in proportion to certified firms^1.15, a neighbouring table",
    standing="input",
    stands_in="all high technology, services included",
)
def revenue_gini(run: Run, first: int, last: int) -> float:
    """Return the inequality of high-tech revenue."""
    return gini(revenue(run, first, last))


@answers(
    "F012",
    "slope of log new certificates on log R&D over provinces (panel firms; zones: rd_*)",
    NEAR,
    f"flow of five years; {OPENED}, and R&D staff from its neighbour",
    standing="input",
    stands_in=TWENTY,
)
def certificates_on_research(run: Run, first: int, last: int) -> float:
    """Return how new certificates scale with R&D."""
    return elasticity(certificates(run, first, last), research(run, first, last))


@answers(
    "F025",
    "provinces with a zone whose list was in force by March 2023 (panel layout)",
    FIRST,
    "the fact is on March 2023; zones' lists stand for documents",
    stands_in="lists of zones, not documents of provincial governments",
)
def with_documents(run: Run, first: int, last: int) -> float:
    """Return how many provinces have a list."""
    table = run.layout
    mine = table[(table["year"] == first) & (table["declared"].astype(str) <= f"{first}-Q1")]
    return float(len({run.home[str(zone)] for zone in mine["zone"].unique()})) if last >= first else np.nan


@answers(
    "F028",
    "new lists of zones over new lists of zones and new national lists (panel layout; "
    "industries: national_list)",
    SETTLED,
    "a share of all years, with national lists in 2031, 2036 and 2041",
    stands_in="one national list a plan; ministries and provinces write none",
)
def local_documents(run: Run, first: int, last: int) -> float:
    """Return the share of local documents."""
    lists = during(run.layout, first, last)
    local = lists[lists["revised"].astype(bool)].groupby(["year", "zone"], observed=True).ngroups
    named = during(run.industries, first, last)
    central = named.loc[named["national_list"].astype(bool), "year"].nunique()
    return local / (local + central) if local + central > 0 else np.nan


@answers(
    "F049",
    "Laplace scale of yearly log growth of provinces' R&D (zones: rd_*, year-ends)",
    SETTLED,
    "a regularity of all years; shocks of provinces are as large as it needs (province_research_sd)",
    standing="anchor",
)
def growth_of_research(run: Run, first: int, last: int) -> float:
    """Return the spread of growth of provinces' R&D."""
    table = run.zones_by_province(OF_ZONES_ALL)
    rates = np.log(table.where(table > 0.0)).diff(axis=1)
    years = [year for year in rates.columns if first <= year <= last]
    return laplace_scale(rates[years].to_numpy().ravel()) if years else np.nan


def _of_year(run: Run, year: int, *columns: str) -> float:
    zones = run.zones[run.zones["year"] == year]
    return float(zones[list(columns)].to_numpy(float).sum()) if len(zones) else np.nan


@answers(
    "F053",
    "certified firms of the 20 industries and host firms (zones: certified, host_firms)",
    OPENING,
    "the opening is laid out from this number",
    standing="input",
)
def certified(run: Run, first: int, last: int) -> float:
    """Return certified firms in force."""
    return _of_year(run, last, "certified", "host_firms") if first <= last else np.nan


@answers(
    "F072",
    "value added of high technology over GDP, that of 2022 grown by 5.2 % a year (zones)",
    FIRST,
    "the first year with accounts; revenue of 2022 closes at 50 tn by assumption, bought inputs at the rest",
    standing="input",
    stands_in="GDP of 2023 as that of 2022 times its growth at constant prices: the model has no GDP",
)
def share_of_gdp(run: Run, first: int, last: int) -> float:
    """Return the share in GDP."""
    gdp = _of_year(run, last, "gdp_2022")
    gdp *= (1.0 + GROWTH) ** (last - OPENING[0])
    return _of_year(run, last, "value_added", "host_value_added") / gdp if gdp > 0.0 else np.nan


@answers(
    "F075",
    "high-tech revenue (zones: high_tech_output)",
    OPENING,
    "closes at 50 tn by assumption (host_demand_2022)",
    standing="input",
)
def revenue_of_all(run: Run, first: int, last: int) -> float:
    """Return revenue, trillion yuan."""
    return _of_year(run, last, "high_tech_output") / TRILLION


@answers(
    "F078",
    "Zhongguancun's share of high-tech revenue (zones: high_tech_output)",
    FIRST,
    "the fact is on 2021-22; revenue opens where certified firms are, with larger firms in larger places",
    standing="input",
)
def zhongguancun(run: Run, first: int, last: int) -> float:
    """Return the share of the largest zone."""
    zones = run.zones[(run.zones["year"] == last) & (run.zones["zone"].astype(str) == "Zhongguancun")]
    return (
        float(zones["high_tech_output"].sum()) / _of_year(run, last, "high_tech_output")
        if len(zones)
        else np.nan
    )


@answers(
    "F094",
    "standard deviation over provinces of R&D over GDP, per cent (zones: rd_*, gdp_2022)",
    OPENING,
    "the opening is laid out from this table",
    standing="input",
    value=1.31,
    bounds=(1.18, 1.44),
)
def intensity(run: Run, first: int, last: int) -> float:
    """Return the spread of R&D intensity, against the fact's 1.31 within a tenth."""
    gdp = run.zones_by_province("gdp_2022")[last].reindex(run.provinces).to_numpy(float)
    return float(np.std(100.0 * research(run, first, last) / gdp, ddof=1))
