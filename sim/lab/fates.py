"""``places.csv``: what each scenario does to the places that the scenarios name, paired by seed.

A place is named by ``zones:`` or ``provinces:`` of a scenario, as a pilot zone or by a target.  Its
industries are those that the scenario puts on its list (``priorities``) or that a target names; how
they fare elsewhere says whether a gain is the country's or was taken from other zones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError, Problem
from sim.lab.comparison import compare_metrics
from sim.lab.yearend import OF_CELLS, OF_ZONES, Where, by_seed, unit, years
from sim.world import names

if TYPE_CHECKING:
    from sim.lab.plan import Arm
    from sim.scenario import Resolved

COLUMNS: tuple[str, ...] = (
    "scenario", "place", "of", "metric", "unit", "year", "start", "baseline", "value", "difference",
    "ci_low", "ci_high", "p_value", "runs", "place_zh",
)  # fmt: skip
WHOLE, OWN, ELSEWHERE, PLACE = "all 20 industries", "its industries", "the same elsewhere", "whole place"
_OWN = ("output", "firms", "jobs")
_LATE = ("tax", "public_cost")
"""Flows of the last quarter of a year; all others are stocks or yearly rates."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a scenario names, and the industries that it is about."""

    name: str
    kind: str
    industries: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    """Zones of a group."""

    def where(self, industries: tuple[str, ...] = ()) -> Where:
        """Return the place, or some of its industries."""
        if self.kind == "group":
            return Where(zones=self.zones, industries=industries)
        zone, province = (self.name if kind == self.kind else "" for kind in ("zone", "province"))
        return Where(zone, province, industries)


def named(resolved: Resolved) -> tuple[Named, ...]:
    """Return the places that a scenario names, in the order of their first mention."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for kind in ("province", "zone"):
        for name, levers in resolved.document.get(f"{kind}s", {}).items():
            found.setdefault((name, kind), {}).update(dict.fromkeys(_ever(levers.get("priorities", []))))
    for pilot in _ever(resolved.document["policy"]["pilot_zones"]):
        found.setdefault((pilot, "zone"), {})
    for target in resolved.targets:
        if target.where:
            kind = "zone" if target.zone else "province"
            found.setdefault((target.where, kind), {}).update(dict.fromkeys(target.industries))
    groups = resolved.document.get("groups", {})
    return tuple(
        Named(name, "group", tuple(codes), tuple(groups[name]))
        if kind == "zone" and name in groups
        else Named(name, kind, tuple(codes))
        for (name, kind), codes in found.items()
    )


def _ever(value: Any) -> list[str]:
    """Return every name in a list, dated or not."""
    return [name for one in (value.values() if isinstance(value, dict) else [value]) for name in one]


def fates(root: Path, arms: Sequence[Arm]) -> list[dict[str, Any]]:
    """Return the rows of ``places.csv``: each alternative's own places and those that the base names."""
    base, *others = arms
    common = named(base.resolved)
    rows = []
    for arm in others:
        mine = named(arm.resolved)
        known = {(place.name, place.kind) for place in mine}
        for place in (*mine, *(p for p in common if (p.name, p.kind) not in known)):
            rows += compare_place(root, base.name, arm.name, place)
    return rows


def compare_place(root: Path, base: str, other: str, place: Named) -> list[dict[str, Any]]:
    """Return rows that compare one place under two scenarios at the end of the last year.

    Args:
        root: a results folder with merged tables.
        base: name of the scenario to compare with.
        other: name of the scenario; the same name gives levels alone.
        place: the place and the industries it is about.
    """
    first, last = years(root)
    catalogue, tables = [], ({}, {}, {})
    for (of, metric), where in _measures(place):
        key = f"{of}|{metric}"
        catalogue.append({"name": key, "unit": unit(metric), "better": ""})
        asked = ((base, first), (base, last), (other, last))
        for table, (scenario, year) in zip(tables, asked, strict=True):
            table[key] = _values(root, scenario, metric, year, where)
    start, before, after = (_by_seed(table) for table in tables)
    rows = []
    for found in compare_metrics(before, {other: after}, catalogue):
        of, metric = found["metric"].split("|")
        row = {k: v for k, v in found.items() if k in COLUMNS}
        opening = [] if metric in _LATE else [values[found["metric"]] for values in start.values()]
        row |= {"place": place.name, "of": of, "metric": metric, "year": last}
        row["place_zh"] = names.zh_of(place.kind, place.name)
        row["start"] = sum(opening) / len(opening) if opening else None
        rows.append(row)
    return rows


def _measures(place: Named) -> Iterator[tuple[tuple[str, str], tuple[Where, Where | None]]]:
    """Yield what is measured of a place: the part, and what is subtracted from it if anything is."""
    if place.industries:
        mine = place.where(place.industries)
        for metric in _OWN:
            yield (OWN, metric), (mine, None)
        yield (ELSEWHERE, "output"), (Where(industries=place.industries), mine)
    for metric in (*OF_CELLS, *OF_ZONES):
        yield (WHOLE if metric in OF_CELLS else PLACE, metric), (place.where(), None)


def _values(root: Path, scenario: str, metric: str, year: int, part: tuple[Where, Where | None]) -> Any:
    whole, less = part
    found = by_seed(root, scenario, metric, year, whole)
    return found if less is None else found - by_seed(root, scenario, metric, year, less)


def _by_seed(table: Mapping[str, Any]) -> dict[int, dict[str, float]]:
    """Return metrics by seed from series by metric."""
    seeds = sorted({int(seed) for series in table.values() for seed in series.index})
    return {seed: {key: float(series[seed]) for key, series in table.items()} for seed in seeds}


def results_of(folder: Path, name: str, industries: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Return what became of any place in a results folder: each alternative against the base.

    Args:
        folder: a results folder with merged tables.
        name: a zone or, if no zone has it, a province.
        industries: codes to tell apart, none for all 20 only.

    Returns:
        Rows of ``places.csv`` with ``base``; without alternatives the base against itself.

    Raises:
        InputError: not a results folder, or no such place or industry.
    """
    from sim.lab.folder import read_manifest, verify

    manifest = read_manifest(folder.absolute())
    verify(folder, manifest, ("zones.parquet", "cells.parquet", "industries.parquet"))
    base, *others = (scenario["name"] for scenario in manifest["scenarios"])
    place = _find(folder, name, industries)
    return [
        row | {"base": base}
        for other in others or [base]
        for row in compare_place(folder, base, other, place)
    ]


def _find(root: Path, name: str, industries: tuple[str, ...]) -> Named:
    """Return the place that is meant, checked against the tables of the folder."""
    import pandas as pd

    from sim.scenario.nodes import Place, Report
    from sim.scenario.vocabulary import Register

    path = root / "zones.parquet"
    if not path.exists():
        what, remedy = "no run has finished", f"run 'clusterlab resume {root}' first"
        raise InputError(Problem(str(root), 0, 0, what, remedy=remedy))
    table: Any = pd.read_parquet(path, columns=["zone", "province"]).drop_duplicates().astype(str)
    codes: Any = pd.read_parquet(root / "industries.parquet", columns=["industry"])["industry"].astype(str)
    report, spot = Report(), Place(name)
    known = Register("industry with the code", names.industry_names(tuple(codes.unique())))
    wanted = known.order(known.find(code, spot, report) or "" for code in industries)
    zones = names.zone_names(tuple(table["zone"]))
    provinces = names.province_names(tuple(table["province"].unique()))
    shared = names.shared_words(zones.names, tuple(table["province"]))
    found = names.place_meanings(name, zones, provinces, shared)
    if not found:
        near = zones.nearest(name) or provinces.nearest(name)
        remedy = "'clusterlab zones' lists them"
        report.add(spot, "there is no such zone or province", nearest=near, remedy=remedy)
    elif len(found) > 1:
        told = ", ".join(f"the {kind} {other}" for kind, other in found)
        report.add(spot, f"this may be {told}", remedy="write the English name of one")
    report.stop()
    kind, other = dict(enumerate(found))[0]
    return Named(other, kind, wanted)
