"""Facts on venture capital and guidance funds."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.facts.known import FIRST, NEAR, answers
from sim.facts.run import Run, during
from sim.facts.statistics import gini, top_share

MADE = (2023, 2030)
"""Deals made early enough for most to have ended by 2042."""
YOUNG = 16
"""Quarters: as long as a firm may stay in an incubator."""
PRODUCT = 8
"""Readiness from which there is a product."""
TEN_THOUSAND = 100.0
"""10,000 yuan in a million."""
ENDED = (
    "deals made to 2030, of which most have ended; the others are left out; American data; niches and "
    "prices of rounds are set with them in mind (niche_*, premoney_*)"
)
STATES = "five years from the opening"
HOMES = "funds open where this table has the money (zones' shares of venture capital)"
FOUNDED = ("startup", "restart", "spinoff", "parent_spinoff")
"""How firms begin that founders begin: not moved in, nor built by a zone."""
INCUBATED = f"no firm is housed without the lever: founders' firms of at most {YOUNG} quarters stand in"


def multiples(run: Run, first: int, last: int) -> Any:
    """Return what deals made in these years brought over their cost, those that ended."""
    return during(run.deals, first, last)["multiple"].dropna().to_numpy()


def _between(run: Run, first: int, last: int, low: float, high: float) -> float:
    found = multiples(run, first, last)
    return float(((found >= low) & (found < high)).mean()) if found.size else np.nan


@answers(
    "F054a",
    "deals that brought less than they cost (panel deals: multiple)",
    MADE,
    ENDED,
    cut=True,
    standing="anchor",
)
def below_cost(run: Run, first: int, last: int) -> float:
    """Return the share of losses."""
    return _between(run, first, last, 0.0, 1.0)


@answers(
    "F054b",
    "deals that brought one to five times the cost (panel deals)",
    MADE,
    ENDED,
    cut=True,
    standing="anchor",
)
def one_to_five(run: Run, first: int, last: int) -> float:
    """Return the share of modest gains."""
    return _between(run, first, last, 1.0, 5.0)


@answers(
    "F054c",
    "deals that brought five to ten times the cost (panel deals)",
    MADE,
    ENDED,
    cut=True,
    standing="anchor",
)
def five_to_ten(run: Run, first: int, last: int) -> float:
    """Return the share of good gains."""
    return _between(run, first, last, 5.0, 10.0)


@answers(
    "F054d",
    "deals that brought ten times the cost or more (panel deals)",
    MADE,
    ENDED,
    cut=True,
    standing="anchor",
)
def ten_and_more(run: Run, first: int, last: int) -> float:
    """Return the share of great gains."""
    return _between(run, first, last, 10.0, np.inf)


def raised(run: Run, first: int, last: int, *, early: bool = False) -> Any:
    """Return money that firms got in deals by province; ``early``: angel and venture rounds of the young."""
    table = during(run.deals, first, last)
    if early:
        table = table[(table["stage"] != "growth") & (table["age_quarters"] <= YOUNG)]
    return run.by_province(table, table["amount"])


@answers(
    "F057",
    "Gini over provinces of money raised in deals (panel deals: amount, province)",
    NEAR,
    f"{STATES}; funds open where another table of the same money has it, and how often they look at home is "
    "set with its neighbours F058 and F059 in mind (fund_home_*)",
    standing="anchor",
    stands_in="the 20 industries",
)
def venture_gini(run: Run, first: int, last: int) -> float:
    """Return the inequality of venture capital."""
    return gini(raised(run, first, last))


@answers(
    "F058",
    "share of three provinces in money raised in deals (panel deals)",
    NEAR,
    f"{STATES}; as F057; how often funds look at home is set with it in mind (fund_home_*)",
    standing="anchor",
    stands_in="the 20 industries",
)
def venture_three(run: Run, first: int, last: int) -> float:
    """Return the share of the first three provinces."""
    return top_share(raised(run, first, last), 3)


@answers(
    "F059a",
    "Gini over provinces of early money (angel and venture rounds of young firms; panel deals)",
    NEAR,
    f"{STATES}; {HOMES}",
    standing="input",
    stands_in=INCUBATED,
)
def early_gini(run: Run, first: int, last: int) -> float:
    """Return the inequality of early money."""
    return gini(raised(run, first, last, early=True))


@answers(
    "F059b",
    "the first province's share of early money (panel deals)",
    NEAR,
    f"{STATES}; {HOMES}",
    standing="input",
    stands_in=INCUBATED,
)
def early_one(run: Run, first: int, last: int) -> float:
    """Return the share of the first province."""
    return top_share(raised(run, first, last, early=True), 1)


@answers(
    "F059c",
    "share of three provinces in early money (panel deals)",
    NEAR,
    f"{STATES}; {HOMES}",
    standing="input",
    stands_in=INCUBATED,
)
def early_three(run: Run, first: int, last: int) -> float:
    """Return the share of the first three provinces."""
    return top_share(raised(run, first, last, early=True), 3)


@answers(
    "F059d",
    "share of five provinces in early money (panel deals)",
    NEAR,
    f"{STATES}; {HOMES}",
    standing="input",
    stands_in=INCUBATED,
)
def early_five(run: Run, first: int, last: int) -> float:
    """Return the share of the first five provinces."""
    return top_share(raised(run, first, last, early=True), 5)


def young(run: Run, first: int, last: int) -> Any:
    """Return firms that were housed in an incubator or, where none was, the founders' young ones, by year."""
    table = during(run.yearly, first, last)
    housed = table[table["housed"] > 0.0]
    if len(housed):
        return housed
    return table[(table["age_quarters"] <= YOUNG) & table["origin"].isin(FOUNDED)]


@answers(
    "F061",
    "money raised by young firms over their number, a year (panels deals and firms)",
    NEAR,
    f"{STATES}; what investors ask for is set with it in mind (deal_bar_late)",
    standing="anchor",
    stands_in=INCUBATED,
)
def money_each(run: Run, first: int, last: int) -> float:
    """Return money a young firm and year, 10,000 yuan."""
    table = young(run, first, last)
    deals = during(run.deals, first, last)
    mine = deals["firm"].isin(table["uid"].unique()) & (deals["age_quarters"] <= YOUNG)
    firms = float(table["weight"].sum())
    return TEN_THOUSAND * float(deals.loc[mine, "amount"].sum()) / firms if firms > 0.0 else np.nan


@answers(
    "F062",
    "young firms without a product that close a deal in a year, over all such firms (panels deals and firms)",
    NEAR,
    f"{STATES}; what investors ask for is set with it in mind (deal_bar_early)",
    standing="anchor",
    stands_in="young firms without a product for teams in maker spaces",
)
def backed_teams(run: Run, first: int, last: int) -> float:
    """Return the yearly chance of a team to be backed."""
    table = during(run.yearly, first, last)
    founded = table["origin"].isin(FOUNDED)
    teams = table[founded & (table["age_quarters"] <= YOUNG) & (table["trl"] < PRODUCT)]
    deals = during(run.deals, first, last)
    deals = deals[deals["firm"].isin(teams["uid"].unique()) & (deals["trl"] < PRODUCT)]
    backed = len(deals.drop_duplicates(["firm", "year"]))
    return backed / len(teams) if len(teams) else np.nan


@answers(
    "F065",
    "guidance funds that are alive at the end of the year (panel funds)",
    FIRST,
    "the opening has this number (guidance_funds)",
    standing="input",
)
def guidance_funds(run: Run, first: int, last: int) -> float:
    """Return the number of guidance funds."""
    table = run.funds
    mine = table[(table["quarter"].astype(str) == f"{last}-Q4") & (table["kind"].astype(str) == "guidance")]
    return float(mine["fund"].nunique()) if first <= last and len(mine) else np.nan


@answers(
    "F066",
    "raised over target of guidance funds, mean of quarters (timeseries: fundraising_ratio)",
    NEAR,
    f"{STATES}; follows from F068 and the public share of 0.3",
    standing="anchor",
)
def raised_over_target(run: Run, first: int, last: int) -> float:
    """Return how far guidance funds are filled."""
    return float(during(run.series, first, last)["fundraising_ratio"].mean())


@answers(
    "F068",
    "private per public yuan in guidance funds, mean of quarters (timeseries: private_per_public)",
    NEAR,
    f"{STATES}; the odds of joining are anchored here",
    standing="anchor",
)
def private_per_public(run: Run, first: int, last: int) -> float:
    """Return what public money draws."""
    return float(during(run.series, first, last)["private_per_public"].mean())
