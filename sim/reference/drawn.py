"""The picture of the facts: growth, size, hazard of exit and what deals bring, beside the model's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

MODEL, FACT = "#1f5fa8", "#c8501e"
_STYLE: Any = {"svg.hashsalt": "facts", "font.size": 8, "axes.titlesize": 9, "svg.fonttype": "none"}


def draw(
    path: Path, rates: Any, shape: float, size: Any, exponent: float, hazard: Any, shares: Any, known: Any
) -> None:
    """Write the four pictures as one SVG file.

    Args:
        path: the file.
        rates: log growth of firms a year, less the mean of industry and year.
        shape: shape of their distribution.
        size: sales of the largest firms, m yuan a year, falling.
        exponent: their rank-size exponent.
        hazard: hazard of exit by year of life.
        shares: share of deals by what they brought (F054).
        known: value, low and high of each fact.
    """
    with mpl.rc_context(_STYLE):
        figure = _figure(rates, shape, size, exponent, hazard, shares, known)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _figure(
    rates: Any, shape: float, size: Any, exponent: float, hazard: Any, shares: Any, known: Any
) -> Figure:
    figure = Figure(figsize=(8.2, 6.2), layout="constrained")
    (a, b), (c, d) = figure.subplots(2, 2)
    edge = 4.0 * float(np.std(rates))
    density, bins = np.histogram(rates, bins=60, range=(-edge, edge), density=True)
    middle = (bins[1:] + bins[:-1]) / 2
    a.semilogy(middle[density > 0], density[density > 0], "o", ms=2.5, color=MODEL, label="model")
    centre = np.median(rates)
    width = np.mean(np.abs(rates - centre))
    laplace = np.exp(-np.abs(middle - centre) / width) / (2 * width)
    a.semilogy(middle, laplace, color=FACT, lw=1, label="Laplace of the same spread")
    a.set(title=f"Growth of sales (shape b = {shape:.2f}; Laplace 1, normal 2)", xlabel="log growth a year")
    a.set(ylabel="density", ylim=(density[density > 0].min() / 2, 2 * max(density.max(), laplace.max())))
    rank = np.arange(1, size.size + 1)
    b.loglog(size / 1000, rank, ".", ms=3, color=MODEL, label=f"model, exponent {exponent:.2f}")
    b.loglog(size / 1000, size.size * size[-1] / size, color=FACT, lw=1,
             label="exponent 1")  # fmt: skip
    b.set(title=f"The {size.size} largest firms", xlabel="sales, bn yuan a year", ylabel="rank")
    b.set(ylim=(0.7, 1.5 * size.size))
    b.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    b.xaxis.set_major_formatter(ScalarFormatter())
    b.xaxis.set_minor_formatter(NullFormatter())
    year = np.arange(1, hazard.size + 1)
    c.plot(year, hazard, "o-", ms=3, color=MODEL, label="model")
    for age, key in enumerate(("F038a", "F038b", "F038c"), start=1):
        value, low, high = known[key]
        c.errorbar(age, value, [[value - low], [high - value]], fmt="o", ms=4, color=FACT, capsize=2,
                   label="fact with bounds" if age == 1 else None)  # fmt: skip
    c.set(title="Hazard of exit", xlabel="year of life", ylabel="a year", ylim=(0, None))
    place, facts = np.arange(4), [known[f"F054{x}"] for x in "abcd"]
    d.bar(place - 0.2, shares, 0.38, color=MODEL, label="model, deals that ended")
    gap = [[v - low for v, low, _ in facts], [high - v for v, _, high in facts]]
    d.bar(place + 0.2, [v for v, _, _ in facts], 0.38, yerr=gap, capsize=2, color=FACT, label="fact (US)")
    d.set_xticks(place, ["below 1", "1 to 5", "5 to 10", "10 or more"])
    d.set(title="What deals bring", xlabel="proceeds over cost", ylabel="share of deals")
    for axes in (a, b, c, d):
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
    return figure
