"""Statistics that facts are stated in; each is tested on data with a known answer.

They take plain arrays and know nothing of the model.  Fits are scipy's (generalised normal by maximum
likelihood, Laplace); where scipy has none, the estimator is a few lines and its source is named.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def gini(values: ArrayLike) -> float:
    """Return the Gini coefficient of non-negative values.

    >>> gini([1.0, 1.0, 1.0]), round(gini([0.0, 0.0, 3.0]), 4)
    (0.0, 0.6667)
    """
    x = np.sort(np.asarray(values, dtype=float))
    n, total = x.size, float(x.sum())
    if n == 0 or total <= 0.0:
        return np.nan
    return float(2.0 * (np.arange(1, n + 1) * x).sum() / (n * total) - (n + 1) / n)


def top_share(values: ArrayLike, count: int) -> float:
    """Return the share of the largest ``count`` values in their sum.

    >>> top_share([5.0, 3.0, 1.0, 1.0], 2)
    0.8
    """
    x = np.sort(np.asarray(values, dtype=float))
    total = float(x.sum())
    return float(x[-count:].sum() / total) if total > 0.0 else np.nan


def elasticity(y: ArrayLike, x: ArrayLike, weight: ArrayLike | None = None) -> float:
    """Return the slope of log y on log x over the rows where both are above zero (least squares).

    >>> round(elasticity([2.0, 8.0, 32.0], [1.0, 2.0, 4.0]), 6)
    2.0
    """
    one, other = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    good = (one > 0.0) & (other > 0.0)
    if good.sum() < 3 or np.ptp(one[good]) <= 0.0:
        return np.nan
    w = None if weight is None else np.sqrt(np.asarray(weight, dtype=float)[good])
    return float(np.polyfit(np.log(one[good]), np.log(other[good]), 1, w=w)[0])


def regression(y: ArrayLike, *columns: ArrayLike) -> NDArray[Any]:
    """Return the coefficients of y on columns, least squares, the constant last."""
    parts = [np.asarray(column, dtype=float) for column in columns]
    x = np.column_stack([*parts, np.ones(parts[0].size)])
    return np.linalg.lstsq(x, np.asarray(y, dtype=float), rcond=None)[0]


def rank_size(sizes: ArrayLike) -> float:
    """Return the exponent of log(rank - 1/2) on log size, largest first (Gabaix & Ibragimov 2011)."""
    x = np.sort(np.asarray(sizes, dtype=float))[::-1]
    x = x[x > 0.0]
    return -elasticity(np.arange(1, x.size + 1) - 0.5, x)


def subbotin_shape(rates: ArrayLike) -> float:
    """Return the shape of a generalised normal by maximum likelihood: 1 Laplace, 2 normal."""
    from scipy.stats import gennorm

    x = np.asarray(rates, dtype=float)
    x = x[np.isfinite(x)]
    return float(gennorm.fit(x)[0]) if x.size > 10 else np.nan


def laplace_scale(rates: ArrayLike) -> float:
    """Return the scale of a Laplace distribution by maximum likelihood: mean distance from the median.

    >>> laplace_scale([-2.0, 0.0, 2.0, 0.0])
    1.0
    """
    from scipy.stats import laplace

    x = np.asarray(rates, dtype=float)
    x = x[np.isfinite(x)]
    return float(laplace.fit(x)[1]) if x.size else np.nan


def hazards(age: ArrayLike, ended: ArrayLike, weight: ArrayLike, years: int) -> Array:
    """Return yearly hazards by year of life from spells of one quarter each.

    A spell is a firm in one quarter: its age in quarters and whether it ended then.  The quarterly hazard
    of a year of life is deaths over spells, as in an actuarial life table with a cell a year; a year
    compounds four quarters.  Nothing is known, NaN, where nobody is at risk.
    """
    year = np.asarray(age, dtype=np.int64) // 4
    good = (year >= 0) & (year < years)
    mass = np.asarray(weight, dtype=float)[good]
    risk = np.bincount(year[good], mass, years)
    gone = np.bincount(year[good], mass * np.asarray(ended, dtype=bool)[good], years)
    with np.errstate(invalid="ignore", divide="ignore"):
        return 1.0 - (1.0 - gone / risk) ** 4


def survival(hazard: ArrayLike, years: int) -> float:
    """Return the share that outlives so many years of these hazards.

    >>> round(survival([0.5, 0.5, 0.0], 2), 2)
    0.25
    """
    return float(np.prod(1.0 - np.asarray(hazard, dtype=float)[:years]))


def similarity(table: ArrayLike) -> float:
    """Return the mean cosine similarity of the industrial structures of all pairs of places.

    >>> similarity([[1.0, 0.0], [2.0, 0.0]]), similarity([[1.0, 0.0], [0.0, 1.0]])
    (1.0, 0.0)
    """
    x = np.asarray(table, dtype=float)
    x = x[x.sum(axis=1) > 0.0]
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    pairs = (unit @ unit.T)[np.triu_indices(len(x), 1)]
    return float(pairs.mean()) if pairs.size else np.nan


def raw_concentration(table: ArrayLike) -> float:
    """Return G / (1 - sum of x^2), mean over industries: Ellison and Glaeser without plants.

    G is the sum over places of (share of the industry - share of all industries)^2.
    """
    x = np.asarray(table, dtype=float)
    x = x[:, x.sum(axis=0) > 0.0]
    share, whole = x / x.sum(axis=0), x.sum(axis=1) / x.sum()
    g = np.square(share - whole[:, None]).sum(axis=0) / (1.0 - np.square(whole).sum())
    return float(g.mean())


def proximity(quotient: ArrayLike) -> Array:
    """Return how often industries are specialised in together: the lower conditional share of places.

    The measure of Hidalgo, Klinger, Barabasi and Hausmann (2007); zero with itself.
    """
    has = (np.asarray(quotient, dtype=float) >= 1.0).astype(float)
    both, alone = has.T @ has, has.sum(axis=0)
    most = np.maximum(alone[:, None], alone[None, :])
    found = np.divide(both, most, out=np.zeros_like(both), where=most > 0.0)
    np.fill_diagonal(found, 0.0)
    return found


def relatedness(quotient: ArrayLike, near: ArrayLike) -> Array:
    """Return relatedness density: the share of an industry's proximity that a place is specialised in."""
    has, kin = (np.asarray(quotient, dtype=float) >= 1.0).astype(float), np.asarray(near, dtype=float)
    total = kin.sum(axis=0)
    return (has @ kin) / np.where(total > 0.0, total, 1.0)


def logit(y: ArrayLike, *columns: ArrayLike) -> Array:
    """Return the coefficients of a logit of a yes-or-no outcome on columns, the constant last.

    Maximum likelihood by Newton's method; NaN where the outcome does not vary or is separated.
    """
    parts = [np.asarray(column, dtype=float) for column in columns]
    said = np.asarray(y, dtype=float)
    x = np.column_stack([*parts, np.ones(said.size)])
    beta = np.zeros(x.shape[1])
    if said.size <= x.shape[1] or said.min() == said.max():
        return np.full(x.shape[1], np.nan)
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ beta, -30.0, 30.0)))
        step = np.linalg.lstsq(x.T @ (x * (p * (1.0 - p))[:, None]), x.T @ (said - p), rcond=None)[0]
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            return beta
    return np.full(x.shape[1], np.nan)


def gravity(flow: ArrayLike, distance: ArrayLike) -> float:
    """Return the distance elasticity of flows between places: Poisson, effects of origin and destination.

    Santos Silva and Tenreyro (2006), by iteratively reweighted least squares; the diagonals do not count.
    """
    moved, far = np.asarray(flow, dtype=float), np.asarray(distance, dtype=float)
    n = len(moved)
    start, end = np.nonzero(~np.eye(n, dtype=bool))
    effects = np.hstack([np.eye(n)[start], np.eye(n)[end][:, 1:]])
    x = np.column_stack([effects, np.log(far[start, end])])
    y = moved[start, end]
    if y.sum() <= 0.0:
        return np.nan
    x = x[:, np.abs(x[y > 0.0]).sum(axis=0) > 0.0]
    mean, beta = y + y.mean(), np.zeros(x.shape[1])
    for _ in range(100):
        score, root = np.log(mean) + (y - mean) / mean, np.sqrt(mean)
        beta = np.linalg.lstsq(x * root[:, None], score * root, rcond=None)[0]
        mean = np.exp(np.clip(x @ beta, -30.0, 30.0))
    return float(beta[-1])


def great_circle(lon: ArrayLike, lat: ArrayLike) -> Array:
    """Return km between places on the earth."""
    x, y = np.radians(np.asarray(lon, dtype=float)), np.radians(np.asarray(lat, dtype=float))
    angle = np.sin(y)[:, None] * np.sin(y) + np.cos(y)[:, None] * np.cos(y) * np.cos(x[:, None] - x)
    return EARTH * np.arccos(np.clip(angle, -1.0, 1.0))


EARTH = 6371.0


def interval(values: ArrayLike) -> tuple[float, float, float]:
    """Return mean and Student's 95 % interval of independent values; without width if there is one only.

    >>> [round(x, 2) for x in interval([1.0, 2.0, 3.0])]
    [2.0, -0.48, 4.48]
    """
    from scipy.stats import t

    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if x.size == 0:
        return (np.nan, np.nan, np.nan)
    mean = float(x.mean())
    half: Any = t.ppf(0.975, x.size - 1) * x.std(ddof=1) / np.sqrt(x.size) if x.size > 1 else 0.0
    return mean, mean - float(half), mean + float(half)
