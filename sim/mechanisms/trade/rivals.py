"""Rivals abroad: what Chinese products are worth beside theirs, and which of the two buyers take.

The value of what Chinese makers offer is its quality over the frontier abroad and over its price, against
the path of value that the demand paths presume, y years after the opening::

    v = quality / outside / price / presumed,    presumed = exp(growth * y * (1 + rising * y))

Consumers, firms and governments choose between Chinese makers and those of five countries r with their
own elasticity of substitution (Armington 1969), at home and abroad::

    s(v) = v^sigma / (v^sigma + o * (1 - s0) / s0),    o = sum_r share_r * (u_r / (1 + tariff))^sigma

with s0 the share in 2022 and u_r the rival's value against its presumed path: rivals learn from Chinese
makers who are ahead of them.  Demand for Chinese products is that of the path times s(v) / s(1), in the
proportions of home sales and exports.  What is on offer at home, whoever makes it, sets how soon buyers
adopt (the industry's clock runs) and, where barriers make it dearer, how much they buy::

    offered = s0 * v^sigma + (1 - s0) * o,    pace = offered^(e / sigma)

What rivals' governments bar is lost to buyers but for the part that Chinese makers can replace (imports).
Trade partners answer: to a tariff on their products with one on Chinese ones, and to a surge of Chinese
products with duties.  Both and the tariff that they begin themselves are paid in their own markets, which
take a part of exports.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sim.core.calendar import QUARTER
from sim.core.constant import constant
from sim.core.economics import replaceable
from sim.core.functions import exp, log, power
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import K

LEAST = 1e-6
"""Elasticity of substitution of those who do not substitute, where it is divided by."""


class Turn(NamedTuple):
    """To whom buyers turn, by industry (K,): against what the demand path presumes."""

    home: Any
    """Share of Chinese makers at home, over that of the path."""
    abroad: Any
    """The same abroad."""


def presumed(p: Any, years: float) -> Any:
    """Return the value of Chinese products that the demand paths presume, (K,), 1 at the opening."""
    return exp(p.value_growth * years * (1.0 + p.value_growth_rising * years))


def worth(state: State) -> Any:
    """Return what Chinese products are worth against what the demand paths presume, (K,)."""
    ind = state.industries
    offered = ind.quality[:K] / ind.outside[:K] / ind.price[:K]
    return offered / presumed(state.p, (state.t + 1) / 4.0)


def learn(state: State, value: Any) -> None:
    """Let rivals who are behind Chinese makers gain on them, and on the presumed path likewise."""
    p, ind = state.p, state.industries
    path = presumed(p, (state.t + 1) / 4.0)
    for column, ahead in ((ind.rival_value, value * path), (ind.rival_path, path)):
        gap = np.maximum(1.0, ahead[:, None] / column[:K])
        column[:K] *= power(gap, p.rival_catch_up * QUARTER)


def turn(state: State, value: Any) -> Turn:
    """Return to whom buyers turn at a value (K,) of Chinese products; set shares and partners' tariffs."""
    p, ind, lever = state.p, state.industries, state.lever
    free = taxed = _rivals(state, 0.0)
    market: Any = 1.0  # what there is to buy, and at the price of before
    if lever.import_tariff > 0.0:
        taxed = _rivals(state, lever.import_tariff)
        dearer = offered(state, value, taxed) / offered(state, value, free)
        market = mean(p, power(dearer, p.demand_price_elasticity / substitutes(p)))
    if lever.export_control > 0.0:
        can = replaceable(ind.quality[:K], ind.outside[:K], p)
        missing = 1.0 - _shares(state, value, taxed, p.home_share)
        market = (1.0 - lever.export_control * missing * (1.0 - can)) * market
    share = _shares(state, value, taxed * (1.0 - lever.export_control), p.home_share)
    ind.home_share[:K] = share
    usual = _presumed(p)
    elsewhere = _shares(state, value, free, p.abroad_share) / usual.abroad
    surge = p.surge_answer * np.maximum(0.0, log(elsewhere))
    tariff = lever.partner_tariff + p.tariff_answer * lever.import_tariff + surge
    ind.tariff[:K] = np.minimum(tariff, p.tariff_most)
    there = _shares(state, value / (1.0 + ind.tariff[:K]), free, p.abroad_share) / usual.abroad
    return Turn(
        home=market * share / usual.home,
        abroad=p.partner_markets * there + (1.0 - p.partner_markets) * elsewhere,
    )


def pace(state: State, value: Any) -> Any:
    """Return the pace of adoption at home against that of the path, (K,)."""
    p, lever = state.p, state.lever
    left = _rivals(state, lever.import_tariff) * (1.0 - lever.export_control)
    return mean(p, power(offered(state, value, left), p.adoption_value / substitutes(p)))


def offered(state: State, value: Any, others: Any) -> Any:
    """Return what Chinese makers and rivals offer each kind of buyer at home, (3, K), 1 on the path."""
    start = state.p.home_share
    return start * power(value, elasticities(state.p)) + (1.0 - start) * others


def home_share(state: State, value: Any) -> Any:
    """Return the share of Chinese makers at home at a value, (K,) or (Z, K)."""
    left = _rivals(state, state.lever.import_tariff) * (1.0 - state.lever.export_control)
    return _shares(state, value, left, state.p.home_share)


@constant
def elasticities(p: Any) -> Any:
    """Return the elasticity of substitution of consumers, firms and governments, (3, 1)."""
    return np.array([[p.armington_consumers], [p.armington_firms], [p.armington_governments]])


@constant
def substitutes(p: Any) -> Any:
    """Return the same to divide by."""
    return np.maximum(elasticities(p), LEAST)


@constant
def buyers(p: Any) -> Any:
    """Return the parts of consumers, firms and governments in what is bought, (3, K)."""
    firms = 1.0 - p.buyers_consumers - p.buyers_governments
    return np.array([p.buyers_consumers, firms, p.buyers_governments])


def mean(p: Any, ratio: Any) -> Any:
    """Return the mean of a ratio to the path over buyers, (K,), exactly 1 where all are."""
    return 1.0 + (buyers(p) * (ratio - 1.0)).sum(axis=0)


def _rivals(state: State, tariff: Any) -> Any:
    """Return what rivals offer each kind of buyer under a tariff, (3, K), 1 on the path."""
    ind, sigma = state.industries, elasticities(state.p)[:, :, None]
    value = power(ind.rival_value[:K] / ind.rival_path[:K] / (1.0 + tariff), sigma)
    return (ind.rival_share[:K] * value).sum(axis=2) / ind.rival_share[:K].sum(axis=1)


def _shares(state: State, value: Any, others: Any, start: Any) -> Any:
    """Return the share of Chinese makers in what all buyers take, (K,) or (Z, K)."""
    share = _taken(buyers(state.p), elasticities(state.p), value.reshape(-1, K), others, start)
    return share.reshape(value.shape)


@constant
def _presumed(p: Any) -> Turn:
    """Return the same share at home and abroad on the path that demand presumes, (K,) each."""
    even = buyers(p), elasticities(p), np.ones((1, K)), np.ones((len(buyers(p)), K))
    return Turn(_taken(*even, p.home_share)[0], _taken(*even, p.abroad_share)[0])


@kernel
def _taken(parts: Any, sigma: Any, value: Any, others: Any, start: Any) -> Any:
    """Return the share of Chinese makers by row and industry, one kind of buyer after the other."""
    total = np.zeros(value.shape)
    for z in range(value.shape[0]):
        for kind in range(parts.shape[0]):
            for k in range(K):
                own = power(value[z, k], sigma[kind, 0])
                total[z, k] += parts[kind, k] * own / (own + others[kind, k] * (1.0 - start[k]) / start[k])
    return total
