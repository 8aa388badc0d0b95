"""The picture of some facts: growth, size, hazard of exit and what deals bring, beside the model's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter, ScalarFormatter

MODEL, FACT = "#1f5fa8", "#c8501e"
_STYLE: Any = {"svg.hashsalt": "facts", "font.size": 8, "axes.titlesize": 9, "svg.fonttype": "none"}


def draw(path: Path, points: Any, known: Any, model: Any) -> None:
    """Write the four pictures as one SVG file.

    Args:
        path: the file.
        points: y by shape and x, mean over seeds (``sim.facts.shapes``).
        known: value, low and high of each fact.
        model: what the model gives for each, as text.
    """
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8.2, 6.2), layout="constrained")
        (a, b), (c, d) = figure.subplots(2, 2)
        _growth(a, points["growth"], model["F046"])
        _sizes(b, points["size"], model["F044"])
        _hazards(c, points["hazard"], known)
        _deals(d, points["multiple"], known)
        for axes in (a, b, c, d):
            axes.legend(frameon=False)
            axes.spines[["top", "right"]].set_visible(False)
        figure.savefig(path, format="svg", metadata={"Date": None})


def _growth(axes: Any, density: Any, shape: str) -> None:
    x, y = density.index.to_numpy(), density.to_numpy()
    axes.semilogy(x[y > 0], y[y > 0], "o", ms=2.5, color=MODEL, label="model")
    centre = float((x * y).sum() / y.sum())
    width = float((np.abs(x - centre) * y).sum() / y.sum())
    laplace = np.exp(-np.abs(x - centre) / width) / (2 * width)
    axes.semilogy(x, laplace, color=FACT, lw=1, label="Laplace of the same spread")
    axes.set(title=f"Growth of sales (shape b = {float(shape):.2f}; Laplace 1, normal 2)")
    axes.set(xlabel="log growth a year", ylabel="density")
    axes.set(ylim=(y[y > 0].min() / 2, 2 * max(y.max(), laplace.max())))


def _sizes(axes: Any, size: Any, exponent: str) -> None:
    rank, sales = size.index.to_numpy(), size.to_numpy()
    axes.loglog(sales / 1000, rank, ".-", ms=3, color=MODEL, label=f"model, exponent {float(exponent):.2f}")
    axes.loglog(sales / 1000, rank[-1] * sales[-1] / sales, color=FACT, lw=1, label="exponent 1")
    axes.set(title=f"The {rank[-1]:.0f} largest firms", xlabel="sales, bn yuan a year", ylabel="rank")
    axes.set(ylim=(0.7, 1.5 * rank[-1]))
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())


def _hazards(axes: Any, hazard: Any, known: Any) -> None:
    axes.plot(hazard.index, hazard, "o-", ms=3, color=MODEL, label="model")
    for age, key in enumerate(("F038a", "F038b", "F038c"), start=1):
        value, low, high = known[key]
        axes.errorbar(age, value, [[value - low], [high - value]], fmt="o", ms=4, color=FACT, capsize=2,
                      label="fact with bounds" if age == 1 else None)  # fmt: skip
    axes.set(title="Hazard of exit", xlabel="year of life", ylabel="a year", ylim=(0, None))


def _deals(axes: Any, shares: Any, known: Any) -> None:
    place, facts = np.arange(4), [known[f"F054{x}"] for x in "abcd"]
    axes.bar(place - 0.2, shares, 0.38, color=MODEL, label="model, deals that ended")
    gap = [[v - low for v, low, _ in facts], [high - v for v, _, high in facts]]
    axes.bar(place + 0.2, [v for v, _, _ in facts], 0.38, yerr=gap, capsize=2, color=FACT, label="fact (US)")
    axes.set_xticks(place, ["below 1", "1 to 5", "5 to 10", "10 or more"])
    axes.set(title="What deals bring", xlabel="proceeds over cost", ylabel="share of deals")
