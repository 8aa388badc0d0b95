"""What reports of designs share: the tidy table with its factors, and axes for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.core.spreadsheet import ENCODING
from sim.lab import factors as of
from sim.lab.factors import Factor
from sim.report.figures import ems
from sim.report.names import key_label, label, scenario_label
from sim.report.phrases import foreign, say
from sim.report.results import Metric, Results

_LONGEST = 26.0
"""What has room along an axis, in sizes of its letters."""
_MOST_LISTED = 9
"""Values of a factor that are told one by one."""


def frame(results: Results, name: str) -> Any:
    """Return a table of the folder; words such as ``none`` stay words, blanks are undefined."""
    return pd.read_csv(results.folder / name, encoding=ENCODING, keep_default_na=False, na_values=[""])


@dataclass(frozen=True)
class Points:
    """The tidy table of a study of points."""

    results: Results
    rows: Any
    """A data frame, a row for each outcome, point and scenario."""

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """Its factors."""
        return of.restored(self.results.manifest["factors"])

    @cached_property
    def scenarios(self) -> list[str]:
        """Its scenarios, the first one the base."""
        return list(dict.fromkeys(self.rows["scenario"]))

    @cached_property
    def outcomes(self) -> list[str]:
        """Its outcomes."""
        return list(dict.fromkeys(self.rows["outcome"]))

    def metric(self, outcome: str) -> Metric:
        """Return an outcome's metric."""
        return self.results.metrics[outcome]

    def of(self, outcome: str, scenario: str) -> Any:
        """Return the rows of an outcome under a scenario at the points, without the base point."""
        rows = self.rows
        mine = rows[(rows["outcome"] == outcome) & (rows["scenario"] == scenario) & (rows["point"] != "base")]
        return mine[mine["mean"].notna()]

    def base(self, outcome: str, scenario: str) -> float:
        """Return an outcome's mean at the base point, not a number where it is undefined."""
        rows = self.rows
        here = (rows["outcome"] == outcome) & (rows["scenario"] == scenario) & (rows["point"] == "base")
        return float(rows.loc[here, "mean"].iloc[0]) if here.any() else float("nan")


def values_of(factor: Factor) -> str:
    """Return which values a factor takes, in words."""
    if factor.levels:
        listed = len(factor.levels) <= _MOST_LISTED
        return (
            ", ".join(map(level, factor.levels))
            if listed
            else say("{count} values", count=len(factor.levels))
        )
    ends = say("{low} to {high}", low=f"{factor.low:.6g}", high=f"{factor.high:.6g}")
    name = factor.distribution.replace("_", " ")
    return ends if name == "uniform" else f"{ends} ({say(name)})"


def listed(factors: Sequence[Factor]) -> list[tuple[str, str, str, str, bool]]:
    """Return the rows of a table of factors: what each is called, here and in files, its values and unit."""
    return [
        (key_label(f.key), f.key, values_of(f), say(f.unit, sense="unit"), foreign(f.unit, sense="unit"))
        for f in factors
    ]


def with_unit(factor: Factor) -> str:
    """Return a factor as the title of an axis."""
    named, unit = key_label(factor.key), say(factor.unit, sense="unit")
    if factor.unit in ("", "index", "ratio") or foreign(factor.unit, sense="unit"):
        return named
    told = say("{factor}, {unit}", factor=named, unit=unit)
    return told if ems(told) <= _LONGEST else named


def level(value: Any) -> str:
    """Return a factor's value as text."""
    return scenario_label(value) if isinstance(value, str) else f"{value:.5g}"


def numeric(values: Any) -> bool:
    """Say whether all values are numbers."""
    return pd.api.types.is_numeric_dtype(np.asarray(values))


def heading(outcome: str) -> str:
    """Return an outcome's label for a heading."""
    return label(outcome).title
