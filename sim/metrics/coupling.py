"""Four chains: innovation, industry, capital and talent of a zone, their coupling and the weakest link.

A chain is the mean of its indicators (all weigh the same), each an index between 0 and 1::

    u = x^(1/sd) / (x^(1/sd) + g^(1/sd))

with g and sd the geometric mean and the standard deviation of logs of the indicator over zones at
the end of 2022: 1/2 is the typical zone of 2022, 0.73 one standard deviation above it, nothing is
0.  The reference stays, so indices can be compared over years and runs.  Indicators of the 20
industries, by resident, so that a zone is not strong because it is large:

- innovation: science stock of institutes; stock of R&D knowledge of firms;
- industry: output; firms (how complete supply chains are is a metric of its own: a share that does not
  grow with the country would make every zone's industry chain lag in the end);
- capital: money of firms; money of funds at home here not yet placed; bank credit in place;
- talent: R&D workers living here; R&D workers employed by the 20 industries.

Degree of coupling C, level of development T, degree of coupling coordination D of the chains U::

    C = sqrt((1 - mean |U_i - U_j|) * (prod U_i / max U)^(1/3)),   T = mean U,   D = sqrt(C * T)

with max U taken out of each of the four factors.  This is the modified C of Wang et al. 2021
(Journal of Natural Resources 36(3), 793-810, doi 10.31497/zrzyxb.20210319): the traditional one, 4
times the geometric mean over the sum, crowds near 1.  Indicators and equal weights are
assumptions: entropy weights would follow the data, and with them the index would change its meaning
from run to run.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.drawer import Drawer, held
from sim.core.functions import exp, log, power
from sim.core.jit import kernel
from sim.metrics.registry import metric, once
from sim.world.state import State
from sim.world.tables import K

GROUP = "Four chains"
"""Where reports show these metrics."""
CHAINS: dict[str, tuple[str, ...]] = {
    "innovation": ("science", "knowledge"),
    "industry": ("output", "firms"),
    "capital": ("firms_money", "funds_money", "credit"),
    "talent": ("workers", "staff"),
}
"""The chains and their indicators."""
LEAST_SPREAD = 0.1
"""Least standard deviation of logs: zones that are all alike must not make the index jump."""


class Memory(Drawer, owner="coupling"):
    """What the chains are measured by."""

    chains_start: dict[str, tuple[float, float]] | None = held(
        "", "geometric mean and spread over zones of each indicator of the four chains at the opening", None
    )


def indicators(s: State) -> dict[str, NDArray[np.float64]]:
    """Return the indicators of the chains by resident of each zone, (Z,) each."""
    z, c, funds, people = s.zones, s.cells, s.funds, s.country.population
    money, credit = _money_of_firms(s)
    placed = np.where(funds.alive, funds.cash, 0.0)
    totals = {
        "science": z.science.sum(axis=1),
        "knowledge": c.knowledge[:, :K].sum(axis=1),
        "output": z.output,
        "firms": c.firms[:, :K].sum(axis=1),
        "firms_money": money,
        "funds_money": np.bincount(funds.zone, placed, s.n_zones),
        "credit": credit,
        "workers": z.talent,
        "staff": c.staff[:, :K].sum(axis=(1, 2)),
    }
    values = np.maximum(np.array(list(totals.values())), 0.0) / people
    return dict(zip(totals, values, strict=True))


def _money_of_firms(s: State) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return money and bank debt of the firms of the 20 industries by zone, m yuan."""
    f, there = s.firms, np.zeros((s.n_zones, K + 1, 2))
    _add_money(f.alive, f.zone, f.industry, f.cash, f.debt, there)
    return there[:, :K, 0].sum(axis=1), there[:, :K, 1].sum(axis=1)


@kernel
def _add_money(alive: Any, zone: Any, industry: Any, cash: Any, debt: Any, there: Any) -> None:
    """Add money and debt of each living row to those of its cell, which stand side by side."""
    for i in range(alive.size):
        if alive[i]:
            z, k = zone[i], industry[i]
            there[z, k, 0] += cash[i]
            there[z, k, 1] += debt[i]


def reference(s: State) -> dict[str, tuple[float, float]]:
    """Return geometric mean and spread of logs of each indicator over zones; taken once, at the opening."""
    out = {}
    for name, values in indicators(s).items():
        logs = log(values[values > 0.0])
        middle, spread = (float(logs.mean()), float(logs.std())) if logs.size else (0.0, 0.0)
        out[name] = middle, max(spread, LEAST_SPREAD)
    return out


@once
def chains(s: State) -> NDArray[np.float64]:
    """Return the four chains of every zone, 0 to 1, (4, Z) in the order of ``CHAINS``."""
    first = s.memory[Memory].chains_start
    if first is None:
        return np.full((len(CHAINS), s.n_zones), np.nan)
    now, u = indicators(s), np.zeros((len(CHAINS), s.n_zones))
    values = np.array([now[name] for names in CHAINS.values() for name in names])
    start = np.array([first[name] for names in CHAINS.values() for name in names])
    _add_indices(values, start, _CHAIN, u)
    return u


_CHAIN = np.repeat(np.arange(len(CHAINS)), [len(names) for names in CHAINS.values()])
"""The chain of each indicator."""


@kernel
def _add_indices(values: Any, start: Any, chain: Any, u: Any) -> None:
    """Make each chain of every zone the mean of its indicators' indices."""
    for i in range(len(chain)):
        middle, spread = start[i]
        for z in range(values.shape[1]):
            lead = (log(max(values[i, z], 1e-300)) - middle) / spread
            u[chain[i], z] += 1.0 / (1.0 + exp(-min(max(lead, -700.0), 700.0)))
    for c in range(len(u)):
        members = (chain == c).sum()
        for z in range(u.shape[1]):
            u[c, z] /= members


def coupling(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the degree of coupling C of n chains, 0 to 1, from their indices (n, Z).

    >>> coupling(np.array([[0.3, 0.8, 0.0], [0.3, 0.2, 1.0]]))
    array([1.        , 0.31622777, 0.        ])
    """
    degree = np.empty(u.shape[1])
    _couple(u, degree)
    return degree


@kernel
def _couple(u: Any, degree: Any) -> None:
    n = len(u)
    for z in range(degree.size):
        apart, largest, product = 0.0, 0.0, 1.0
        for i in range(n):
            largest = max(largest, u[i, z])
            for j in range(i + 1, n):
                apart += abs(u[i, z] - u[j, z])
        for i in range(n):
            product *= u[i, z] / largest if largest > 0.0 else 0.0
        degree[z] = np.sqrt((1.0 - apart / (n * (n - 1) // 2)) * power(product, 1.0 / (n - 1)))


def coordination(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the degree of coupling coordination D of the chains, 0 to 1, from their indices (n, Z).

    >>> coordination(np.array([[0.25, 1.0], [0.25, 0.0]]))
    array([0.5, 0. ])
    """
    return np.sqrt(coupling(u) * u.mean(axis=0))


def weakest(u: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the position of each zone's weakest chain, (Z,)."""
    return u.argmin(axis=0)


def _people_share(s: State, zones: NDArray[np.float64]) -> float:
    people = s.country.population
    return float((zones * people).sum() / people.sum())


@metric("index", "higher", "final", "X3")
def coupling_coordination(s: State) -> float:
    """Degree of coupling coordination of the innovation, industry, capital and talent chains of zones
    (0 to 1), mean by residents: high where all four are strong and none lags.
    """  # noqa: D205
    return _people_share(s, coordination(chains(s)))


@once
def _weak(s: State) -> dict[str, float]:
    """Return by chain the share of residents whose zone has its weakest link in it."""
    u = chains(s)
    if not np.isfinite(u).all():
        return dict.fromkeys(CHAINS, float("nan"))
    weak = weakest(u)
    return {name: _people_share(s, (weak == c).astype(float)) for c, name in enumerate(CHAINS)}


@metric("share", "", "final", "X3")
def weak_link_innovation(s: State) -> float:
    """Share of residents whose zone has its weakest link in the innovation chain."""
    return _weak(s)["innovation"]


@metric("share", "", "final", "X3 X2")
def weak_link_industry(s: State) -> float:
    """Share of residents whose zone has its weakest link in the industry chain."""
    return _weak(s)["industry"]


@metric("share", "", "final", "X3")
def weak_link_capital(s: State) -> float:
    """Share of residents whose zone has its weakest link in the capital chain."""
    return _weak(s)["capital"]


@metric("share", "", "final", "X3 H1")
def weak_link_talent(s: State) -> float:
    """Share of residents whose zone has its weakest link in the talent chain."""
    return _weak(s)["talent"]
