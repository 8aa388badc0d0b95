"""Clusters: their number, the largest, how concentrated industries are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.metrics.dartboard import concentration
from sim.metrics.registry import NAN, metric, once
from sim.world.state import State
from sim.world.tables import K

GROUP = "Clusters"
"""Where reports show these metrics."""
LARGE = 100_000.0
"""m yuan/year: what S3 (Zhejiang) asks of a platform."""
CLEARLY = 1.645
"""Standard deviations that 19 of 20 normal draws stay below."""


@once
def _clusters(s: State) -> NDArray[np.bool_]:
    """Return zone-industries that are clusters: location quotient >= 1.5, output >= 10 bn yuan."""
    output = s.cells.output[:, :K]
    total = max(float(output.sum()), 1e-9)
    expected = output.sum(axis=1, keepdims=True) * output.sum(axis=0, keepdims=True) / total
    return (output >= 1.5 * expected) & (output >= 10_000.0)


@metric("clusters", "higher", "final", "G6 G10 X1 X6 K1")
def cluster_count(s: State) -> float:
    """Zone-industries with location quotient of output at least 1.5 and output of 10 bn yuan."""
    return float(_clusters(s).sum())


@metric("clusters", "higher", "final", "K1")
def cluster_count_100bn(s: State) -> float:
    """Zone-industries with output above 100 bn yuan a year."""
    return float((s.cells.output[:, :K] >= LARGE).sum())


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
    """Mean Ellison-Glaeser index of the industries over zones, by jobs; 0 for chance, 1 for one place."""
    index = concentration(s).index
    known = np.isfinite(index)
    return float(index[known].mean()) if known.any() else NAN


@metric("industries", "", "final", "X1 X6")
def concentrated_industries(s: State) -> float:
    """Industries whose jobs lie closer together than chance would place their firms 19 times in 20
    (Ellison-Glaeser index above 1.645 of its standard deviations).
    """  # noqa: D205
    where = concentration(s)
    return float((where.index > CLEARLY * where.deviation).sum())


@metric("sd", "higher", "final", "X1")
def cluster_fit(s: State) -> float:
    """Mean relatedness density of the zone-industries that are clusters, by output; high when
    they stand where talent, manufacturing and science suit them.
    """  # noqa: D205
    output = np.where(_clusters(s), s.cells.output[:, :K], 0.0)
    total = float(output.sum())
    return float((output * s.cells.density).sum()) / total if total > 0 else NAN


@metric("m yuan/job/year", "", "final", "X6")
def rent(s: State) -> float:
    """Rent per job, mean over zones by their jobs: how crowded the places are where people work."""
    jobs = s.zones.all_jobs
    return float((s.zones.rent * jobs).sum() / max(float(jobs.sum()), 1e-9))
