"""Facts on firms: how long they live, how large they are, how they grow."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.facts import statistics
from sim.facts.known import SETTLED, WHOLE, answers
from sim.facts.run import Run, during
from sim.facts.statistics import rank_size, subbotin_shape, survival

AGES = 10
LARGEST = 500  # firms of the rank-size plot
SMALLEST = 5.0  # m yuan a year; Chinese firm panels leave out those below
MOST = 200_000
"""Growth rates that a fit takes at most, every so many-th of them: its error is then below 0.01."""
BORN = "firms born in the run, all reasons of exit; all its years"
CASH = "how long founders' money lasts is set with these hazards in mind (startup_cash, niche_*)"
QUARTERS = 4


def spells(run: Run) -> Any:
    """Return firms by year, age in quarters and whether they began in the run; and those that ended so."""
    table = run.firms
    born = (table["origin"] != "initial").to_numpy()
    ended = (table["exit"] != "").to_numpy() * table["weight"].to_numpy(float)
    keys = [table["year"].to_numpy(), np.minimum(table["age_quarters"].to_numpy(), QUARTERS * AGES), born]
    sums = table[["weight"]].assign(ended=ended).groupby(keys).sum()
    sums.index.names = ["year", "age", "born"]
    return sums.reset_index()


def hazards(run: Run, first: int, last: int) -> Any:
    """Return yearly hazards by year of life of firms born in the run."""
    table = during(run.kept(spells), first, last)
    table = table[table["born"]]
    whole = np.stack([table["ended"], table["weight"] - table["ended"]])  # those that end, those that do not
    age, ended = np.tile(table["age"], 2), np.repeat([True, False], len(table))
    return statistics.hazards(age, ended, whole.ravel(), AGES)


@answers(
    "F038a",
    "hazard of exit in the first year of life (panel firms)",
    WHOLE,
    f"{BORN}; {CASH}",
    standing="anchor",
)
def hazard_1(run: Run, first: int, last: int) -> float:
    """Return the first year's hazard."""
    return float(hazards(run, first, last)[0])


@answers(
    "F038b",
    "hazard of exit in the second year of life (panel firms)",
    WHOLE,
    f"{BORN}; {CASH}; how unequal it is, too (founders_money_*)",
    standing="anchor",
)
def hazard_2(run: Run, first: int, last: int) -> float:
    """Return the second year's hazard."""
    return float(hazards(run, first, last)[1])


@answers(
    "F038c",
    "hazard of exit in the third year of life (panel firms)",
    WHOLE,
    f"{BORN}; {CASH}",
    standing="anchor",
)
def hazard_3(run: Run, first: int, last: int) -> float:
    """Return the third year's hazard."""
    return float(hazards(run, first, last)[2])


@answers(
    "F039",
    "survival to age five from these hazards (panel firms)",
    WHOLE,
    f"{BORN}; of its five hazards three are anchors, those of years four and five are not",
    value=0.70,
)
def survive_5(run: Run, first: int, last: int) -> float:
    """Return who reaches five."""
    return survival(hazards(run, first, last), 5)


@answers(
    "F040",
    "exits a year over firms, all firms of the 20 industries (panel firms)",
    WHOLE,
    "all years: rates of single years wander; closures are set below it (closure_hazard), and deaths of "
    "young firms are anchors (F038)",
    standing="anchor",
)
def death_rate(run: Run, first: int, last: int) -> float:
    """Return the death rate."""
    table = during(run.kept(spells), first, last)
    total, gone = (float(table[column].sum()) for column in ("weight", "ended"))
    return QUARTERS * gone / total if total > 0.0 else np.nan


def largest(run: Run, year: int) -> Any:
    """Return the sales of the largest firms of a year, a row counting as often as it stands for."""
    table = run.yearly.loc[run.yearly["year"] == year, ["sales", "weight"]]
    size = np.repeat((table["sales"] / table["weight"]).to_numpy(), table["weight"].to_numpy())
    return np.sort(size)[::-1][:LARGEST]


@answers(
    "F044",
    "exponent of log(rank - 1/2) on log sales of the 500 largest firms, mean of years (panel firms)",
    SETTLED,
    "a regularity; sizes open by a rank law with nearly this exponent (opening_rank_exponent)",
    standing="input",
    stands_in="firms of one industry and place, not groups; the 20 industries",
)
def sizes(run: Run, first: int, last: int) -> float:
    """Return the rank-size exponent."""
    found = [rank_size(largest(run, y)) for y in range(first, min(last, run.last_year) + 1)]
    return float(np.mean(found)) if found else np.nan


def rates(run: Run) -> Any:
    """Return yearly log growth of sales, less the mean of industry and year, with ``year``."""
    table = run.yearly
    size = table["sales"] / table["weight"]
    full = table.assign(size=size)[(table["quarters"] == QUARTERS) & (size >= SMALLEST)]
    step = (full.groupby("uid")["year"].diff() == 1).to_numpy()
    rate = np.log(full["size"]).groupby(full["uid"]).diff()
    found = full.assign(rate=rate)[step]
    usual = found.groupby(["industry", "year"], observed=True)["rate"].transform("mean")
    return found[["year"]].assign(rate=found["rate"] - usual)


def growth(run: Run, first: int, last: int) -> Any:
    """Return the growth rates of these years."""
    return during(run.kept(rates), first, last)["rate"].to_numpy()


@answers(
    "F046",
    "shape of a generalised normal (Subbotin) fitted to yearly log growth of sales, "
    "less the mean of industry and year, firms of 5 m yuan and more (panel firms)",
    SETTLED,
    "a regularity; the size of luck in orders is set with it in mind (order_luck), the shape is not",
    standing="anchor",
)
def tents(run: Run, first: int, last: int) -> float:
    """Return the shape of growth rates."""
    found = growth(run, first, last)
    return subbotin_shape(found[:: 1 + found.size // MOST])
