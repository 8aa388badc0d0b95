"""One run as its tables tell it: year-ends, panels, and what the facts need of them in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from sim.facts.statistics import great_circle

OF_FIRMS = (
    "quarter", "uid", "province", "industry", "age_quarters", "origin", "tier", "trl", "weight", "workers",
    "rd_spending", "sales", "value_added", "capital", "housed", "patents", "exit",
)  # fmt: skip
OF_ZONES_ALL = ("rd_firms", "rd_host", "rd_universities", "rd_institutes")


def year_of(quarter: Any) -> Any:
    """Return the years of quarters in words, categories or texts."""
    if hasattr(quarter, "cat"):
        years = np.array([int(word[:4]) for word in quarter.cat.categories], dtype=np.int16)
        return years[quarter.cat.codes]
    return quarter.astype(str).str[:4].astype(int).to_numpy()


class Run:
    """The tables of one run, read when they are asked for.

    Attributes:
        folder: the run's folder, ``runs/<key>/seed-0001`` of a results folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str, columns: Any = None) -> Any:
        """Return one of its tables, such as ``zones`` or ``panel/deals``."""
        import pandas as pd

        return pd.read_parquet(
            self.folder / f"{name}.parquet", columns=None if columns is None else list(columns)
        )

    def kept(self, make: Callable[[Run], Any]) -> Any:
        """Return what ``make`` finds in this run, found once: several facts and windows ask for it."""
        found = self.__dict__.setdefault("_kept", {})
        if make not in found:
            found[make] = make(self)
        return found[make]

    @cached_property
    def zones(self) -> Any:
        """Zones at year-ends."""
        return self.table("zones")

    @cached_property
    def cells(self) -> Any:
        """Cells at year-ends, the columns that facts need."""
        return self.table("cells", ("year", "province", "industry", "output", "firms", "priority"))

    @cached_property
    def industries(self) -> Any:
        """Industries at year-ends."""
        return self.table("industries")

    @cached_property
    def series(self) -> Any:
        """The quarterly series of the nation, with ``year``."""
        table = self.table("national")
        return table.assign(year=year_of(table["quarter"]))

    @cached_property
    def layout(self) -> Any:
        """Lists of zones in force, by year."""
        return self.table("panel/layout")

    @cached_property
    def funds(self) -> Any:
        """Funds by quarter, with ``year``."""
        table = self.table("panel/funds", ("quarter", "fund", "kind"))
        return table.assign(year=year_of(table["quarter"]))

    @cached_property
    def talent(self) -> Any:
        """Moves, with ``year`` and the provinces they lead from and to."""
        table = self.table("panel/talent", ("quarter", "from_zone", "to_zone"))
        home = self.home
        return table.assign(
            year=year_of(table["quarter"]),
            start=table["from_zone"].astype(str).map(home),
            end=table["to_zone"].astype(str).map(home),
        )

    @cached_property
    def deals(self) -> Any:
        """Deals, with ``year``, the firm's province, its age in years and whether it had a product."""
        table = self.table("panel/deals")
        return table.assign(year=year_of(table["quarter"]))

    @cached_property
    def firms(self) -> Any:
        """Firms by quarter, with ``year``."""
        table = self.table("panel/firms", OF_FIRMS)
        return table.assign(year=year_of(table["quarter"]))

    @cached_property
    def yearly(self) -> Any:
        """Firms by year: flows of the year, the rest as at the end; ``quarters`` in business."""
        import pandas as pd

        years = [_year_of_firms(rows) for _, rows in self.firms.groupby("year")]  # quicker than all at once
        return pd.concat(years).sort_values("uid", kind="stable", ignore_index=True)

    @cached_property
    def home(self) -> dict[str, str]:
        """The province of every zone."""
        first = self.zones.drop_duplicates("zone")
        return dict(zip(first["zone"].astype(str), first["province"].astype(str), strict=True))

    @cached_property
    def provinces(self) -> list[str]:
        """All provinces with a zone."""
        return sorted(set(self.home.values()))

    @cached_property
    def last_year(self) -> int:
        """The last year of the run."""
        return int(self.zones["year"].max())

    @cached_property
    def distance(self) -> Any:
        """Km between the middles of the provinces' zones, weighted by R&D workers of the last year."""
        zones = self.zones[self.zones["year"] == self.last_year]
        where = zones["province"].astype(str).to_numpy()
        weight = zones["talent"].to_numpy(float)
        middle = {
            axis: [
                float(np.average(zones[axis].to_numpy(float)[where == name], weights=weight[where == name]))
                for name in self.provinces
            ]
            for axis in ("lon", "lat")
        }
        return great_circle(middle["lon"], middle["lat"])

    def by_province(self, table: Any, values: Any) -> Any:
        """Return sums of values by province, all provinces in order, none as zero."""
        found = values.groupby(table["province"].astype(str)).sum()
        return found.reindex(self.provinces, fill_value=0.0).to_numpy(float)

    def zones_by_province(self, column: str | tuple[str, ...]) -> Any:
        """Return a table of provinces by year: the sum over their zones of one column or of some."""
        zones = self.zones
        value = zones[list([column] if isinstance(column, str) else column)].sum(axis=1)
        return value.groupby([zones["province"].astype(str), zones["year"]]).sum().unstack("year")

    def structure(self, year: int) -> Any:
        """Return output by province and industry at the end of a year."""
        cells = self.cells[self.cells["year"] == year]
        keys = [cells["province"].astype(str), cells["industry"].astype(str)]
        return cells["output"].groupby(keys).sum().unstack().reindex(self.provinces).to_numpy(float)


def _year_of_firms(rows: Any) -> Any:
    """Return the firms of one year, in the order of their numbers."""
    firms = rows.groupby("uid")
    flows = firms[["sales", "rd_spending", "value_added"]].sum().assign(quarters=firms.size())
    kept = ["uid", "year", "province", "industry", "origin", "age_quarters", "tier", "trl", "weight",
            "workers", "capital", "housed", "patents"]  # fmt: skip
    last = rows[kept].drop_duplicates("uid", keep="last")
    return last.set_index("uid").join(flows).sort_index().reset_index()


def during(table: Any, first: int, last: int) -> Any:
    """Return the rows of the years from first to last."""
    return table[(table["year"] >= first) & (table["year"] <= last)]
