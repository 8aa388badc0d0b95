"""Formulas that several mechanisms share.  Arrays in, arrays out; no state.

``p`` is the table of parameters (attribute access); K = 20 future industries, HOST is last
where a vector has K + 1 entries.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.constant import constant
from sim.core.functions import exp, expm1, log, log1p, power
from sim.core.jit import kernel
from sim.core.products import product, total

Array = NDArray[np.float64]


def logistic_path(year: Any, start: Array, ceiling: Array, midpoint: Array) -> Array:
    """Return the logistic diffusion path through ``start`` at 2022, m yuan/year.

    ``year`` is a number or an array that broadcasts with the industries (the readiness clock).
    Source: epidemic diffusion (Griliches 1957); ceilings and midpoints are parameters.

    >>> float(logistic_path(2022.0, np.array([50.0]), np.array([100.0]), np.array([2030.0]))[0])
    50.0
    """
    left, speed = _logistic(start, ceiling, midpoint)
    return ceiling / (1.0 + left * exp(-speed * (year - 2022.0)))


@constant
def _logistic(start: Array, ceiling: Array, midpoint: Array) -> tuple[Array, Array]:
    """Return what is left to grow at the start, over what is there, and how fast it goes."""
    left = ceiling / start - 1.0
    return left, log(left) / np.where(midpoint == 2022.0, np.inf, midpoint - 2022.0)


def demand_path(year: Any, p: Any) -> Array:
    """Return gross demand for Chinese producers on the diffusion path, (K,) or (..., K), m yuan/year."""
    return logistic_path(year, p.demand_2022, p.demand_saturation, p.demand_midpoint)


@constant
def production_jobs_per_output(p: Any) -> Array:
    """Return production jobs per m yuan/year of output at reference use, (K + 1,).

    Revenue per job counts R&D staff too, so their share is taken out (``production_jobs_least`` stays).
    """
    per_job = np.append(p.revenue_per_job, p.host_revenue_per_job)
    intensity = np.append(p.rd_intensity, p.host_rd_intensity)
    return np.maximum(p.production_jobs_least / per_job, 1.0 / per_job - intensity / p.rd_cost_per_fte)


@constant
def selling_rd_intensity(p: Any) -> Array:
    """Return R&D over sales of firms with a product, (K + 1,).

    What an industry spends beyond ``rd_intensity_selling_cap`` is done by firms that have no
    product yet and live on equity.
    """
    return np.minimum(np.append(p.rd_intensity, p.host_rd_intensity), p.rd_intensity_selling_cap)


@constant
def capital_ratio(p: Any) -> Array:
    """Return capital per m yuan/year of capacity, m yuan, (K + 1,)."""
    return np.append(p.capital_per_output, p.host_capital_per_output)


def input_share(p: Any) -> Array:
    """Return bought inputs per reference sales, (K + 1,): the item that closes unit costs.

    At reference utilisation, price and unit cost a firm then earns ``hightech_mfg_profit_margin``
    after production labour, research, rent, taxes and upkeep of capital.
    """
    jobs = production_jobs_per_output(p)
    upkeep = p.depreciation_capital * capital_ratio(p) / p.reference_utilisation
    other = jobs * (p.production_worker_labour_cost + p.rent_per_job)
    share = 1.0 - p.hightech_mfg_profit_margin - other - selling_rd_intensity(p) - upkeep
    share = share - p.local_tax_ratio - p.central_tax_ratio
    return np.clip(share, p.input_share_floor, p.input_share_cap)


def supply_coefficients(supply: Array, demand: Array, p: Any) -> Array:
    """Return input coefficients among the K industries (buyer row, seller column).

    The raw matrix would imply more intermediate than total sales for some sellers, so supplier
    columns are scaled to stay below ``intermediate_sales_cap`` of the seller's demand and rows
    below ``intermediate_row_cap``.
    """
    column = np.minimum(1.0, p.intermediate_sales_cap * demand / np.maximum(product(demand, supply), 1e-12))
    rows = (supply * column).sum(axis=1)
    return supply * column * np.minimum(1.0, p.intermediate_row_cap / np.maximum(rows, 1e-12))[:, None]


def replaceable(quality: Array, outside: Array, p: Any) -> Array:
    """Return the part of imports that domestic makers could replace, by industry of the maker.

    It grows with their quality relative to the outside frontier, both 1 at the start.
    """
    return np.minimum(1.0, p.import_replaceable * quality / outside)


def substitution(supply: Array, imports: Array, cut: float, output: Array, spare: Array, can: Array) -> Array:
    """Return the part of cut imports that domestic makers replace, by industry of the buyer.

    Makers of j replace the part ``can`` of what is cut, less if it exceeds their ``spare`` capacity
    (m yuan/year).  Buyer rows as in ``supply``; ``imports`` are shares of bought inputs.

    >>> supply = np.array([[0.0, 0.2], [0.0, 0.0]])
    >>> lost = np.array([0.5, 0.0]), 1.0, np.array([100.0, 0.0])  # ten of inputs are missing
    >>> substitution(supply, *lost, np.array([0.0, 4.0]), np.array([1.0, 1.0])).round(12).tolist()
    [0.4, 0.0]
    """
    need = product((supply * can).T, cut * imports * output)
    filled = np.minimum(1.0, np.maximum(spare, 0.0) / np.maximum(need, 1e-12))
    return product(supply, can * filled) / np.maximum(supply.sum(axis=1), 1e-12)


def field_mix(relatedness: Array, field: NDArray[np.int64], fields: int = 6) -> Array:
    """Return which fields an industry's R&D workers come from, (K + 1, F), rows sum to one.

    An industry needs a field as much as it is related (squared) to the industries of that
    field, itself included; HOST needs the average of all.
    """
    weight = np.zeros((relatedness.shape[0], fields))
    for f in range(fields):
        members = relatedness[:, field == f]
        if members.shape[1]:
            weight[:, f] = np.square(members).sum(axis=1) / members.shape[1]
    weight /= weight.sum(axis=1, keepdims=True)
    return np.vstack([weight, weight.mean(axis=0)])


def standardise(values: Array) -> Array:
    """Return z-scores over zones (axis 0); a column without spread becomes zeros."""
    scores = np.array(values, dtype=np.float64, order="C")
    if scores.ndim == 1:
        _standardise(scores)
    else:
        _standardise_columns(scores)
    return scores


@kernel
def _standardise(x: Any) -> None:
    square, mean = np.empty(x.size), total(x) / x.size
    for i in range(x.size):
        x[i] -= mean
        square[i] = x[i] * x[i]
    spread = np.sqrt(total(square) / x.size)
    for i in range(x.size):
        x[i] /= spread if spread > 1e-12 else 1.0


@kernel
def _standardise_columns(x: Any) -> None:
    rows, columns = x.shape
    for k in range(columns):
        whole, squares = 0.0, 0.0
        for z in range(rows):
            whole += x[z, k]
        for z in range(rows):
            x[z, k] -= whole / rows
            squares += x[z, k] * x[z, k]
        spread = np.sqrt(squares / rows)
        for z in range(rows):
            x[z, k] /= spread if spread > 1e-12 else 1.0


def quotients(x: NDArray[Any]) -> Array:
    """Return location quotients: a column's part in its row over its part in the whole, one unit each.

    >>> quotients(np.array([[3.0, 1.0], [1.0, 1.0]])).round(2).tolist()
    [[1.12, 0.75], [0.75, 1.5]]
    """
    whole = max(float(x.sum()), 1e-9)
    return x / np.maximum(x.sum(axis=1, keepdims=True) * x.sum(axis=0, keepdims=True) / whole, 1e-9)


def relatedness_density(jobs: NDArray[Any], capability: Array, science: Array, country: Any) -> Array:
    """Return the z-scored relatedness density of each zone around each industry, (Z, K).

    The base of a zone is, in equal parts on a log scale, the concentration of its jobs in an
    industry, the capability of its province's manufacturing, and the concentration of its science
    in the industry's field; density is the base weighted by relatedness (Hidalgo et al. 2007;
    Boschma 2017).  All three are quotients: how large a zone is counts elsewhere.
    """
    field = log1p(quotients(science))[:, country.industry_field]
    base = standardise(log1p(quotients(jobs))) + standardise(log1p(capability)) + standardise(field)
    phi = country.relatedness
    return standardise(product(base, phi) / phi.sum(axis=0))


def critical_mass(research: Array, mass: float, p: Any) -> Array:
    """Return effective research of zone-industries, m yuan/year (any shape).

    Increasing returns up to the critical mass, decreasing beyond; equal to the outlay at it.
    """
    ratio = np.maximum(research, 0.0) / mass
    returns = np.where(ratio < 1.0, p.research_returns_below, p.research_returns_above)
    return mass * power(ratio, returns)


def expected_inventions(quality: Array, outlay: Array, cell: NDArray[np.int64], size: int, p: Any) -> Array:
    """Return the inventions a quarter that institutes can expect, one number each.

    ``outlay`` is in m yuan/year; ``cell`` is each institute's place (zone and field, of ``size``), where
    institutes profit from each other.
    """
    local = np.bincount(cell, outlay, size)
    together = power(local / max(float(local.mean()), 1e-9), p.science_local_returns)
    return p.invention_rate / 4.0 * quality * power(outlay, p.science_returns) * together[cell]


def duplicated(searchers: Array, approaches: float) -> Array:
    """Return the share of search that repeats what others do at the same time (any shape).

    Each of N teams picks one of M promising approaches; M (1 - exp(-N/M)) different ones are tried
    in expectation, the rest is repetition (the urn of parallel research, in the limit of many).
    """
    load = np.maximum(searchers, 1e-9) / approaches
    return np.maximum(0.0, 1.0 + expm1(-load) / load)


def crowding_seen(information: Any, p: Any) -> Any:
    """Return the weight that crowding has in a committee's eyes, given how much information is shared."""
    alone = p.layout_crowding_seen_without_information
    return alone + (1.0 - alone) * information


def crowding(ready: Array, absorbed: Array, low: float, high: float) -> Array:
    """Return ln(capacity to come / demand that absorbs it), as far as told apart (any shape, m yuan/year)."""
    return np.clip(log((ready + 1.0) / (absorbed + 1.0)), low, high)


def tenure_pressure(served: NDArray[Any], horizon: Any, p: Any) -> Array:
    """Return how much the end of a leader's term presses, 0 at its beginning (any shape).

    ``served`` is in quarters, ``horizon`` in years; a horizon of two years divides by one.
    """
    share = np.clip(served / (4.0 * p.leader_term), 0.0, 1.0)
    return p.tenure_pressure * share / (horizon / 2.0)
