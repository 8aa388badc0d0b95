"""What is measured: national metrics of a state, each declared once.

A metric is a function of the state at the end of a quarter.  ``over`` says how a run's one
number is made from the quarters: their last value, their total or their mean.  Results are on
the 20 future industries unless a name says otherwise (HOST is left out).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sim.core import units
from sim.world.state import State
from sim.world.tables import K

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Metric:
    """One outcome: name, unit, the better direction (or none), how a run's number is made."""

    name: str
    unit: str
    better: Literal["higher", "lower", ""]
    over: Literal["final", "total", "mean"]
    source_rows: tuple[str, ...]
    doc: str
    measure: Callable[[State], float]
    account: bool = False


METRICS: dict[str, Metric] = {}


def metric(
    unit: str,
    better: Literal["higher", "lower", ""],
    over: Literal["final", "total", "mean"],
    rows: str,
    *,
    account: bool = False,
) -> Callable[[Callable[[State], float]], Callable[[State], float]]:
    """Declare the decorated function as a metric; its docstring is the metric's meaning."""

    def declare(function: Callable[[State], float]) -> Callable[[State], float]:
        units.check(unit)
        name, doc = function.__name__, " ".join((function.__doc__ or "").split())
        METRICS[name] = Metric(name, unit, better, over, tuple(rows.split()), doc, function, account)
        return function

    return declare


def measure(state: State) -> dict[str, float]:
    """Return every metric of the state now (NaN where undefined)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return {name: float(m.measure(state)) for name, m in METRICS.items()}


def summarise(series: dict[str, NDArray[np.float64]]) -> dict[str, float | None]:
    """Return one number a metric from its quarters; ``None`` where undefined."""
    out: dict[str, float | None] = {}
    for name, values in series.items():
        over = METRICS[name].over
        known = values[np.isfinite(values)]
        if over == "final":
            value = float(values[-1])
        elif known.size == 0:
            value = NAN
        else:
            value = float(known.sum() if over == "total" else known.mean())
        out[name] = value if np.isfinite(value) else None
    return out


# duplication


@metric("zones", "lower", "final", "G3 G4")
def duplicated_layouts(s: State) -> float:
    """Zones that target an industry beyond n*, summed over industries; n* = forecast demand in
    five years over minimum efficient scale, at least two.
    """  # noqa: D205
    return float(np.maximum(0, s.cells.priority.sum(axis=0) - s.industries.viable[:K]).sum())


@metric("zones", "lower", "mean", "G3 G4")
def mean_duplicated_layouts(s: State) -> float:
    """Duplicated layouts, mean over all quarters."""
    return duplicated_layouts(s)


@metric("zone-industry pairs", "", "final", "G3 G5 G13 K3")
def declared_priorities(s: State) -> float:
    """Zone-industry pairs on the committees' lists."""
    return float(s.cells.priority.sum())


@metric("cosine", "lower", "final", "G3 G4")
def structure_similarity(s: State) -> float:
    """Mean pairwise cosine of the provinces' output structures over the 20 industries."""
    return _mean_cosine(_by_province(s, s.cells.output[:, :K]))


@metric("share", "lower", "final", "G3 G4")
def priority_jaccard(s: State) -> float:
    """Mean pairwise Jaccard overlap of the zones' priority lists (zones that have one)."""
    lists = s.cells.priority[s.cells.priority.any(axis=1)].astype(float)
    if len(lists) < 2:
        return NAN
    both = lists @ lists.T
    size = lists.sum(axis=1)
    either = size[:, None] + size[None, :] - both
    pairs = np.triu_indices(len(lists), 1)
    return float((both / either)[pairs].mean())


@metric("share", "higher", "mean", "G3 G14")
def capacity_utilisation(s: State) -> float:
    """Output over capacity of firms with a product."""
    ind = s.industries
    return float(ind.output[:K].sum() / ind.capacity[:K].sum())


@metric("industries", "lower", "mean", "G3")
def overcapacity_industries(s: State) -> float:
    """Industries whose capacity exceeds 1.5 times demand."""
    ind = s.industries
    return float((ind.capacity[:K] > 1.5 * np.maximum(ind.demand[:K], 1.0)).sum())


@metric("m yuan", "lower", "final", "G3 C1")
def stranded_public_money(s: State) -> float:
    """Public equity lost with dead firms plus public money in zone-industries whose output stays
    below a twentieth of minimum efficient scale.
    """  # noqa: D205
    small = s.cells.output[:, :K] < 0.05 * s.p.minimum_efficient_scale
    lost = s.cells.stranded
    return float((lost + np.where(small, np.maximum(0.0, s.cells.public_money - lost), 0.0)).sum())


# clusters


def _clusters(s: State) -> NDArray[np.bool_]:
    """Return zone-industries that are clusters: location quotient >= 1.5, output >= 10 bn yuan."""
    output = s.cells.output[:, :K]
    total = max(float(output.sum()), 1e-9)
    expected = output.sum(axis=1, keepdims=True) * output.sum(axis=0, keepdims=True) / total
    return (output >= 1.5 * expected) & (output >= 10_000.0)


@metric("clusters", "higher", "final", "X1 X6 K1")
def cluster_count(s: State) -> float:
    """Zone-industries with location quotient of output at least 1.5 and output of 10 bn yuan."""
    return float(_clusters(s).sum())


@metric("clusters", "higher", "final", "K1")
def cluster_count_100bn(s: State) -> float:
    """Zone-industries with output above 100 bn yuan a year."""
    return float((s.cells.output[:, :K] >= 100_000.0).sum())


@metric("m yuan/year", "higher", "final", "X1 X6 K1")
def largest_cluster_output(s: State) -> float:
    """Output of the largest zone-industry."""
    return float(s.cells.output[:, :K].max())


@metric("share", "", "final", "X6")
def top10_cluster_share(s: State) -> float:
    """Mean over industries of the share of output in the ten largest zones."""
    output = np.sort(s.cells.output[:, :K], axis=0)[::-1]
    total = output.sum(axis=0)
    made = total > 0
    return float((output[:10].sum(axis=0)[made] / total[made]).mean()) if made.any() else NAN


@metric("index", "", "final", "X1 X6")
def ellison_glaeser(s: State) -> float:
    """Mean Ellison-Glaeser index of the industries over zones, by jobs."""
    f = s.firms
    n = f.rows
    live = f.alive[:n] & (f.industry[:n] < K)
    jobs = np.where(live, f.jobs[:n] + f.rd_staff[:n], 0.0)
    k = np.minimum(f.industry[:n], K - 1)
    total = np.bincount(k, jobs, K)
    herfindahl = np.bincount(k, jobs * jobs / np.maximum(1, f.weight[:n]), K) / np.maximum(total, 1e-9) ** 2
    cell = np.bincount(f.zone[:n].astype(np.int64) * K + k, jobs, s.n_zones * K).reshape(-1, K)
    share = cell / np.maximum(total, 1e-9)
    x = s.zones.all_jobs / s.zones.all_jobs.sum()
    spread = 1.0 - float((x * x).sum())
    g = ((share - x[:, None]) ** 2).sum(axis=0)
    gamma = (g - spread * herfindahl) / (spread * (1.0 - herfindahl))
    known = (total > 0) & (herfindahl < 0.999)
    return float(gamma[known].mean()) if known.any() else NAN


# growth and health


@metric("m yuan/year", "higher", "final", "G14 K1")
def output(s: State) -> float:
    """Gross sales of the 20 industries."""
    return float(s.industries.sales[:K].sum())


@metric("m yuan/year", "higher", "final", "G14 K1")
def value_added(s: State) -> float:
    """Sales less bought inputs of the 20 industries."""
    return float(s.zones.value_added.sum())


@metric("m yuan/year", "higher", "mean", "G14")
def mean_output(s: State) -> float:
    """Gross sales of the 20 industries, mean over all quarters."""
    return output(s)


@metric("jobs", "higher", "final", "G14")
def jobs(s: State) -> float:
    """R&D and production jobs of the 20 industries."""
    return float(s.cells.jobs[:, :K].sum())


@metric("firms", "higher", "final", "E2 E3")
def firms(s: State) -> float:
    """Firms of the 20 industries."""
    return float(s.cells.firms[:, :K].sum())


@metric("firms", "higher", "total", "E1 N1")
def entries(s: State) -> float:
    """Firms born."""
    return s.count["entries"]


@metric("firms", "", "total", "E4")
def exits(s: State) -> float:
    """Firms that died."""
    return s.count["exits"]


@metric("share", "higher", "final", "E4")
def survival_5y(s: State) -> float:
    """Share of firms that reach age five (Kaplan-Meier over firms born in the run)."""
    births, deaths = s.births, s.deaths
    chance = 1.0
    for age in range(20):
        last = s.t - age
        if last < 0:
            return NAN
        reached = births[: last + 1].sum() - deaths[: last + 1, :age].sum()
        chance *= 1.0 - deaths[: last + 1, age].sum() / max(reached, 1e-9)
    return float(chance)


@metric("share of sales", "higher", "mean", "G14")
def profit_margin(s: State) -> float:
    """Profit over sales of the 20 industries, smoothed over a year."""
    sales = s.industries.sales[:K]
    return float((s.industries.margin[:K] * sales).sum() / sales.sum())


@metric("index", "lower", "final", "G14")
def price_index(s: State) -> float:
    """Price level of the 20 industries, output-weighted, 2022 = 1."""
    ind = s.industries
    return float((ind.price[:K] * ind.output[:K]).sum() / ind.output[:K].sum())


# technology


@metric("m yuan/year", "higher", "final", "T4 T5")
def rd_spending(s: State) -> float:
    """Research outlay of the firms of the 20 industries."""
    return float(s.zones.rd_spending.sum())


@metric("TRL", "higher", "final", "C9 T6")
def frontier_trl(s: State) -> float:
    """Mean over industries of the staff-weighted mean technology readiness level of their firms."""
    return float(s.industries.trl[:K].mean())


@metric("steps", "higher", "total", "T2 T6")
def trl_steps(s: State) -> float:
    """Readiness steps taken by firms."""
    return s.count["trl_steps"]


@metric("years", "lower", "mean", "T6 C9")
def time_to_market(s: State) -> float:
    """Mean age of the firms that reach TRL 8 this quarter (born in the run)."""
    reached = s.count["to_market"]
    return s.count["to_market_years"] / reached if reached > 0 else NAN


# capital


@metric("m yuan", "higher", "total", "C2 C3")
def equity_raised(s: State) -> float:
    """Money put into firms by funds."""
    return s.count["equity_raised"]


@metric("yuan/yuan", "higher", "mean", "C2")
def private_per_public(s: State) -> float:
    """Private money drawn into guidance funds per public yuan."""
    public = s.count["guidance_public"]
    return s.count["guidance_private"] / public if public > 0 else NAN


# talent


@metric("persons", "higher", "final", "H1 H4")
def rd_workers_future(s: State) -> float:
    """R&D workers employed by the 20 industries."""
    return float(s.cells.staff[:, :K].sum())


@metric("persons", "", "total", "H1 X4")
def talent_moves(s: State) -> float:
    """Moves of R&D workers between zones."""
    return s.count["moves"]


@metric("share", "higher", "mean", "H1 H3")
def vacancies_filled(s: State) -> float:
    """Hires over vacancies of R&D positions."""
    open_ = s.count["vacancies"]
    return s.count["hires"] / open_ if open_ > 0 else NAN


# public finance


@metric("m yuan", "lower", "total", "G12 C1", account=True)
def public_cost(s: State) -> float:
    """Gross public outlay: programmes, public equity (also that paid by platform debt), research
    grants, first purchases, bail-outs and interest on platform debt.
    """  # noqa: D205
    return float(s.zones.public_cost.sum())


@metric("m yuan", "", "total", "G12", account=True)
def tax_revenue(s: State) -> float:
    """Local and central tax on the sales of the 20 industries."""
    return s.count["future_tax"] * (1.0 + s.p.central_tax_ratio / s.p.local_tax_ratio)


@metric("m yuan", "lower", "total", "G12", account=True)
def public_net_cost(s: State) -> float:
    """Gross outlay less tax on the 20 industries, fund returns and dividends to the state."""
    back = s.count["public_returns"] + s.count["state_dividends"]
    return public_cost(s) - tax_revenue(s) - back


@metric("m yuan", "lower", "final", "G12", account=True)
def public_debt(s: State) -> float:
    """Platform debt outstanding (a contingent liability of the zones)."""
    return float(s.zones.debt.sum())


@metric("m yuan", "", "total", "G12", account=True)
def programme_requested(s: State) -> float:
    """What the programmes asked for would have cost."""
    return s.count["programme_requested"]


@metric("m yuan", "", "total", "G12", account=True)
def programme_delivered(s: State) -> float:
    """What budgets paid of it."""
    return s.count["programme_delivered"]


@metric("m yuan", "", "total", "G4 X4", account=True)
def revenue_shared(s: State) -> float:
    """Tax passed on to zones that stood aside (a transfer, zero in the total)."""
    return s.count["revenue_shared"]


# fairness


@metric("index", "lower", "final", "G12 X4")
def gini_output_provinces(s: State) -> float:
    """Gini of the output of the 20 industries over provinces."""
    x = np.sort(_by_province(s, s.zones.output))
    n = len(x)
    if n < 2 or x.sum() <= 0:
        return NAN
    return float(2.0 * (np.arange(1, n + 1) * x).sum() / (n * x.sum()) - (n + 1) / n)


@metric("index", "lower", "final", "G12 X4")
def theil_output_provinces(s: State) -> float:
    """Theil index of output per resident between provinces, weighted by residents."""
    y, people = _by_province(s, s.zones.output), _by_province(s, s.country.population)
    if len(y) < 2 or y.sum() <= 0:
        return NAN
    share, weight = y / y.sum(), people / people.sum()
    return float((share * np.log(np.maximum(share, 1e-12) / weight)).sum())


def _by_province(s: State, values: NDArray[np.float64]) -> NDArray[np.float64]:
    member = np.arange(len(s.country.provinces))[:, None] == s.country.province[None, :]
    return member.astype(float) @ values


def _mean_cosine(rows: NDArray[np.float64]) -> float:
    length = np.sqrt((rows**2).sum(axis=1))
    rows = rows[length > 0] / length[length > 0, None]
    if len(rows) < 2:
        return NAN
    return float((rows @ rows.T)[np.triu_indices(len(rows), 1)].mean())
