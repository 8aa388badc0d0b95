"""Facts on what provinces make: structures alike, concentration, entry into related industries."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.economics import quotients
from sim.facts.known import SETTLED, answers
from sim.facts.run import Run
from sim.facts.statistics import (
    laplace_scale,
    logit,
    proximity,
    raw_concentration,
    relatedness,
    similarity,
)

SPAN = 5
"""Years between two looks at provinces' structures, as in the facts."""
DELTA = ("Shanghai", "Jiangsu", "Zhejiang", "Anhui")
"""Provinces of the Yangtze River Delta."""
STRUCTURE = "it opens at the quotients of 2017 (capability.csv), so the first years are left out"
TWENTY = "output of the 20 industries, not of all manufacturing"


def _mean_over_years(run: Run, first: int, last: int, statistic: Any) -> float:
    years = sorted(set(run.cells["year"]) & set(range(first, last + 1)))
    return float(np.mean([statistic(run.structure(year)) for year in years])) if years else np.nan


@answers(
    "F014",
    "mean cosine of provinces' output by industry, mean of years (cells)",
    SETTLED,
    f"a regularity; {STRUCTURE}; large firms got plants elsewhere (theory sites) with it in mind, no number",
    stands_in=TWENTY,
)
def structures_alike(run: Run, first: int, last: int) -> float:
    """Return how alike provinces are."""
    return _mean_over_years(run, first, last, similarity)


@answers(
    "F015",
    "the same inside the Yangtze River Delta (cells)",
    SETTLED,
    f"a regularity; {STRUCTURE}",
    stands_in=TWENTY,
)
def delta_alike(run: Run, first: int, last: int) -> float:
    """Return how alike the provinces of the delta are."""
    rows = [run.provinces.index(name) for name in DELTA if name in run.provinces]
    if len(rows) < len(DELTA):
        return np.nan
    return _mean_over_years(run, first, last, lambda table: similarity(table[rows]))


@answers(
    "F020",
    "raw concentration over provinces, mean of industries and years (cells)",
    SETTLED,
    f"a regularity; {STRUCTURE}; large firms got plants elsewhere (theory sites) with it in mind, no number",
    stands_in=TWENTY,
)
def concentrated(run: Run, first: int, last: int) -> float:
    """Return how concentrated industries are."""
    return _mean_over_years(run, first, last, raw_concentration)


def _spans(run: Run, first: int, last: int) -> list[tuple[Any, Any]]:
    """Return provinces' structures at the beginnings and ends of spans inside the window."""
    start, pairs = first - 1, []
    while start + SPAN <= min(last, run.last_year):
        pairs.append((run.structure(start), run.structure(start + SPAN)))
        start += SPAN
    return pairs


def _mean_over_spans(run: Run, first: int, last: int, statistic: Any) -> float:
    found = [statistic(before, after) for before, after in _spans(run, first, last)]
    return float(np.nanmean(found)) if np.isfinite(found).any() else np.nan


SPANS = "spans of five years, as in the fact; the first is left out, in which the opening wears off"


def entry_on_relatedness(before: Any, after: Any) -> float:
    """Return the logit coefficient of entry on relatedness density, a standard deviation of it."""
    quotient, later = quotients(before), quotients(after)
    density = relatedness(quotient, proximity(quotient))
    outside = quotient < 1.0
    x = density[outside]
    if x.size == 0 or x.std() == 0.0:
        return np.nan
    return float(logit(later[outside] >= 1.0, (x - x.mean()) / x.std())[0])


@answers(
    "F032",
    "logit of entry (quotient from below to above 1 in five years) on relatedness "
    "density, per standard deviation, proximity of the span's own beginning (cells)",
    SETTLED,
    f"{SPANS}; entry has this coefficient as a parameter (relatedness_entry_logit)",
    standing="anchor",
    stands_in=TWENTY,
)
def entry_related(run: Run, first: int, last: int) -> float:
    """Return how much more related industries are entered."""
    return _mean_over_spans(run, first, last, entry_on_relatedness)


@answers(
    "F034",
    "province-industries below quotient 1 that are above it five years later (cells)",
    SETTLED,
    SPANS,
    stands_in=TWENTY,
)
def entered(run: Run, first: int, last: int) -> float:
    """Return how often industries are entered."""

    def share(before: Any, after: Any) -> float:
        was, now = quotients(before) >= 1.0, quotients(after) >= 1.0
        return float(now[~was].mean())

    return _mean_over_spans(run, first, last, share)


@answers(
    "F035",
    "province-industries above quotient 1 that are below it five years later (cells)",
    SETTLED,
    SPANS,
    stands_in=TWENTY,
)
def left(run: Run, first: int, last: int) -> float:
    """Return how often industries are left."""

    def share(before: Any, after: Any) -> float:
        was, now = quotients(before) >= 1.0, quotients(after) >= 1.0
        return float((~now)[was].mean())

    return _mean_over_spans(run, first, last, share)


@answers("F036", "correlation of log(1 + quotient) over five years (cells)", SETTLED, SPANS, stands_in=TWENTY)
def persistent(run: Run, first: int, last: int) -> float:
    """Return how persistent specialisation is."""

    def correlation(before: Any, after: Any) -> float:
        one, other = np.log1p(quotients(before)).ravel(), np.log1p(quotients(after)).ravel()
        return float(np.corrcoef(one, other)[0, 1])

    return _mean_over_spans(run, first, last, correlation)


@answers(
    "F047",
    "Laplace scale of log growth of provinces' industries over five years, a year (cells)",
    SETTLED,
    SPANS,
    stands_in=TWENTY,
)
def growth_of_cells(run: Run, first: int, last: int) -> float:
    """Return the spread of growth of provinces' industries."""

    def scale(before: Any, after: Any) -> float:
        good = (before > 0.0) & (after > 0.0)
        return laplace_scale(np.log(after[good] / before[good]) / SPAN)

    return _mean_over_spans(run, first, last, scale)
