"""Read a results folder: the only place that knows the files' names and columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.core.errors import InputError, Problem
from sim.core.paths import is_folder
from sim.core.spreadsheet import read_csv
from sim.lab.folder import verify
from sim.lab.kinds import KINDS
from sim.lab.manifest import points, whole
from sim.lab.proof import load
from sim.report.cells import Cells, read_cells
from sim.report.markets import Markets, read_markets
from sim.report.small import small_below

Floats = NDArray[np.float64]
REMEDY = "give a folder made by 'clusterlab demo', 'compare', 'run' or 'study'"
_READ = tuple(f"{t}.parquet" for t in ("timeseries", "cells", "zones", "industries"))
_READ += (*(table for kind in KINDS.values() for table in kind.tables), "targets.csv")
_ZONE_COLUMNS = ("scenario", "seed", "year", "zone", "province", "lon", "lat")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as the manifest's catalogue describes it."""

    name: str
    unit: str = ""
    better: str = ""
    account: bool = False
    doc: str = ""
    over: str = "final"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of ``comparison.csv``; ``None`` where the file is blank."""

    scenario: str
    metric: Metric
    baseline: float | None
    value: float | None
    difference: float | None
    low: float | None
    high: float | None
    p_value: float | None
    better_in: float | None
    runs: int

    @property
    def small_below(self) -> float:
        """Size below which a difference is small, in the metric's unit; zero without a threshold."""
        return small_below(self.metric.name, self.baseline)

    @property
    def verdict(self) -> str:
        """Say what the row shows: better, worse, changed, small, unclear, same, single or undefined.

        Clear means that the 95 % interval excludes zero and the p-value, where there is one, is
        below 0.05 (it is adjusted for the number of metrics); ``single`` has no interval.  A clear difference
        below the metric's threshold is small, and so is any whose whole interval lies below it.
        """
        if self.difference is None:
            return "undefined"
        if self.difference == 0 and (self.low or 0) == 0 == (self.high or 0):
            return "same"
        if self.low is None or self.high is None or self.runs < 2:
            return "single"
        if max(-self.low, self.high) < self.small_below:
            return "small"
        if self.low <= 0 <= self.high or (self.p_value is not None and self.p_value >= 0.05):
            return "unclear"
        if abs(self.difference) < self.small_below:
            return "small"
        if not self.metric.better:
            return "changed"
        return "better" if (self.difference > 0) == (self.metric.better == "higher") else "worse"


@dataclass(frozen=True)
class Results:
    """A results folder in memory; ``scenarios`` has the base first."""

    folder: Path
    manifest: dict[str, Any]
    scenarios: tuple[str, ...]
    metrics: dict[str, Metric]
    comparison: dict[str, list[Difference]]
    timeseries: Any
    """National series, a data frame; one row a run and quarter."""
    zones: Any
    """Zone, province, lon and lat, a data frame with one row a zone."""
    levers: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """Name of the scenario the others are compared with."""
        return self.scenarios[0]

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of the scenarios compared with the base."""
        return self.scenarios[1:]

    @property
    def span(self) -> tuple[int, int]:
        """First and last simulated year."""
        quarters = self.timeseries["quarter"]
        return int(str(quarters.min())[:4]), int(str(quarters.max())[:4])

    @cached_property
    def cells(self) -> Cells | None:
        """Zone x industry arrays of the first, the worst and the last year, or ``None`` without the file."""
        path = self.folder / "cells.parquet"
        return read_cells(path, self.scenarios, self.worst_year) if path.exists() else None

    @cached_property
    def markets(self) -> Markets | None:
        """Industries over the years, or ``None`` without the file."""
        path = self.folder / "industries.parquet"
        return read_markets(path, self.scenarios) if path.exists() else None

    @property
    def worst_year(self) -> int | None:
        """Year in which the base has most zones beyond n*, or ``None`` without the industries' file."""
        return None if self.markets is None else self.markets.years[self.markets.worst(self.base)]

    @cached_property
    def zone_province(self) -> tuple[str, ...]:
        """Province of each zone, in the order of ``cells.zones``."""
        if self.cells is None:
            return ()
        of = dict(zip(self.zones["zone"].astype(str), self.zones["province"].astype(str), strict=True))
        return tuple(of.get(z, "") for z in self.cells.zones)

    @property
    def done(self) -> int:
        """Number of runs that finished."""
        return int(self.manifest.get("runs_done") or self.timeseries["run"].nunique())

    def about(self, scenario: str) -> dict[str, Any]:
        """Return the manifest's entry of a scenario."""
        entries = self.manifest.get("scenarios") or []
        return next((s for s in entries if s.get("name") == scenario), {"name": scenario})

    def series(self, metric: str, scenario: str) -> tuple[Floats, Floats]:
        """Return years (T,) and values (runs, T) of a national metric, runs in order of seed."""
        years, rows = self._places[scenario]
        values = self.timeseries[metric].to_numpy(dtype=np.float64, na_value=np.nan)
        return years, np.where(rows >= 0, values[rows], np.nan)

    @cached_property
    def _places(self) -> dict[str, tuple[Floats, Any]]:
        """Years (T,) of each scenario, and the row of every seed and quarter (runs, T), -1 for none."""
        found = {}
        names = self.timeseries["scenario"].to_numpy()
        for scenario in set(names):
            mine = np.flatnonzero(names == scenario)
            part = self.timeseries.iloc[mine]
            seeds, run = np.unique(part["seed"], return_inverse=True)
            quarters, at = np.unique(part["quarter"].astype(str), return_inverse=True)
            rows = np.full((len(seeds), len(quarters)), -1)
            rows[run, at] = mine
            found[scenario] = np.array([int(q[:4]) + int(q[-1]) / 4 for q in quarters]), rows
        return found

    def seeds(self, scenario: str) -> list[int]:
        """Return the seeds that finished, in order (the rows of :meth:`series`)."""
        rows = self.timeseries[self.timeseries["scenario"] == scenario]
        return sorted(int(s) for s in rows["seed"].unique())

    def paired(self, metric: str, scenario: str) -> tuple[Floats, Floats]:
        """Return years (T,) and scenario minus base (pairs, T) over the seeds both finished."""
        years, ours = self.series(metric, scenario)
        _, theirs = self.series(metric, self.base)
        mine, base = self.seeds(scenario), self.seeds(self.base)
        both = sorted(set(mine) & set(base))
        return years, ours[[mine.index(s) for s in both]] - theirs[[base.index(s) for s in both]]


def read(folder: Path) -> Results:
    """Read a results folder; raise ``InputError`` with a remedy if it is not one.

    Of points, of which there may be thousands, only the scenarios are read that they are settings of.
    """
    folder = Path(folder)
    if not is_folder(folder):
        raise InputError(Problem(str(folder), 0, 0, "there is no such folder", remedy=REMEDY))
    manifest = _manifest(folder)
    lean = manifest.get("keep") == "metrics"
    missing = [f for f in ("timeseries.parquet", "zones.parquet") if not (folder / f).exists()]
    if missing and not lean:
        what = f"{' and '.join(missing)} missing: the runs are not finished or not merged"
        raise InputError(Problem(str(folder), 0, 0, what, remedy=f"run 'clusterlab resume {folder}' first"))
    verify(folder, manifest, _READ)
    apart = [str(s["name"]) for s in whole(manifest)] if points(manifest) else []
    only = [("scenario", "in", apart)] if apart else None
    if lean:
        timeseries, zones = _spans(manifest), pd.DataFrame(columns=list(_ZONE_COLUMNS))
    else:
        timeseries = pd.read_parquet(folder / "timeseries.parquet", filters=only)
        zones = pd.read_parquet(folder / "zones.parquet", columns=list(_ZONE_COLUMNS), filters=only)
    if timeseries.empty or (zones.empty and not lean):
        remedy = f"run 'clusterlab resume {folder}' first"
        raise InputError(Problem(str(folder), 0, 0, "no run has finished", remedy=remedy))
    timeseries["scenario"] = timeseries["scenario"].astype(str)
    present = set(timeseries["scenario"])
    named = [str(s.get("name")) for s in manifest.get("scenarios") or [] if s.get("name") in present]
    named = list(dict.fromkeys([*named, *sorted(present)]))
    base = manifest.get("base")
    if base in named:
        named = [base, *(n for n in named if n != base)]
    metrics = _catalogue(manifest.get("metrics"), timeseries)
    comparison = _comparison(folder / "comparison.csv", metrics)
    levers = manifest.get("levers") or []
    entries = levers.values() if isinstance(levers, Mapping) else levers
    return Results(
        folder=folder,
        manifest=manifest,
        scenarios=tuple(named),
        metrics=metrics,
        comparison={n: comparison[n] for n in named if n in comparison},
        timeseries=timeseries,
        zones=zones.drop_duplicates("zone")[["zone", "province", "lon", "lat"]].reset_index(drop=True),
        levers={str(e["name"]): dict(e) for e in entries if "name" in e},
    )


def _spans(manifest: Mapping[str, Any]) -> Any:
    """Return when every scenario begins and ends, by seed: all that is known over time of metrics alone."""
    names = [str(scenario.get("name")) for scenario in whole(manifest)] if manifest.get("runs_done") else []
    quarters = manifest["start"], manifest["until"]
    rows = list(product(names, manifest.get("seeds") or [manifest["seed"]], quarters))
    return pd.DataFrame(rows, columns=["scenario", "seed", "quarter"])


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / "manifest.json"
    sheet = load(path)
    if sheet.absent:
        raise InputError(Problem(str(folder), 0, 0, "no manifest.json: not a results folder", remedy=REMEDY))
    if sheet.content is None or (sheet.sealed and "plan" not in sheet.content):
        remedy = f"'clusterlab resume {folder}' makes it again if its runs are there; else {REMEDY}"
        what = sheet.fault or "not the manifest of a study"
        raise InputError(Problem(str(path), sheet.line, sheet.column, what, remedy=remedy))
    return sheet.content


def _catalogue(entries: Any, timeseries: Any) -> dict[str, Metric]:
    """Return the manifest's metrics, completed by numeric columns it does not describe."""
    found = entries.values() if isinstance(entries, Mapping) else (entries or [])
    metrics = {
        str(e["name"]): Metric(
            name=str(e["name"]),
            unit=str(e.get("unit") or ""),
            better=str(e.get("better") or ""),
            account=bool(e.get("account")),
            doc=" ".join(str(e.get("doc") or "").split()),
            over=str(e.get("over") or "final"),
            group=str(e.get("group") or ""),
        )
        for e in found
        if isinstance(e, Mapping) and "name" in e
    }
    for column in timeseries.select_dtypes("number").columns:
        if column not in {"run", "seed"} and column not in metrics:
            metrics[str(column)] = Metric(str(column))
    return metrics


def _comparison(path: Path, metrics: Mapping[str, Metric]) -> dict[str, list[Difference]]:
    """Return the rows of ``comparison.csv`` by scenario, in the order of the file."""
    rows: dict[str, list[Difference]] = {}
    if not path.exists():
        return rows
    for line in read_csv(path):
        name = line["metric"]
        known = metrics.get(name) or Metric(name, line.get("unit") or "")
        row = Difference(
            line["scenario"],
            known,
            *(_finite(line.get(c)) for c in ("baseline", "value", "difference", "ci_low", "ci_high")),
            p_value=_finite(line.get("p_value")),
            better_in=_finite(line.get("better_in")),
            runs=int(_finite(line.get("runs")) or 0),
        )
        rows.setdefault(row.scenario, []).append(row)
    return rows


def _finite(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
