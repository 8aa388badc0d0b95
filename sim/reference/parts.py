"""Renew the tables and pictures in results/reference: python -m sim.reference [PART ...], or all parts.

Each part is one command of clusterlab.  It writes into results/reference-runs/<hash of the sources>/PART,
where an interrupted one goes on; then what the pages show is taken from there, with a record of how it was
made.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from sim.lab.identity import source_hash
from sim.lab.options import has_runs
from sim.reference import holding, markets, named, provenance, scale, scorecard, signs, spread, strength
from sim.reference.provenance import REFERENCE, ROOT
from sim.report import figures, sentences
from sim.report.results import Results, read

RUNS = ROOT / "results" / "reference-runs"
SHOWN = ("built_overcapacity", "stranded_public_money", "cost_per_cluster")
WIDTH, HEIGHT, LEGEND = 346, 351, 34


def picture(results: Results, alternative: str) -> str:
    """Return the fan charts of a few outcomes side by side, with a legend, as one SVG file."""
    charts = figures.fans(results, SHOWN, alternative, "reference")
    wide, high = WIDTH * len(charts), HEIGHT + LEGEND
    size = f'width="{wide}" height="{high}"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" {size}>']
    parts.append(f'<rect {size} fill="#ffffff"/>')
    for place, name in enumerate(figures.legend([results.base, alternative])):
        x = 16 + 200 * place
        line = f'stroke="{name["colour"]}" stroke-width="3" stroke-dasharray="{name["dash"]}"'
        parts.append(f'<line x1="{x}" x2="{x + 28}" y1="18" y2="18" {line}/>')
        parts.append(
            f'<text x="{x + 36}" y="23" font-family="sans-serif" font-size="14">{name["label"]}</text>'
        )
    for place, chart in enumerate(charts):
        parts.append(f'<g transform="translate({WIDTH * place} {LEGEND})">{chart}</g>')
    return "\n".join([*parts, "</svg>", ""])


def answer(folder: Path, target: Path) -> None:
    """Write the picture and the paragraph that answer the question of the README."""
    results = read(folder)
    alternative = results.alternatives[0]
    (target / "answer.svg").write_text(picture(results, alternative), encoding="utf-8")
    said = sentences.answer(results.comparison[alternative], alternative, *results.span)
    (target / "answer.txt").write_text(said + "\n", encoding="utf-8")
    gluts(folder, target / "gluts.csv", results.base, alternative)


def gluts(folder: Path, path: Path, base: str, alternative: str) -> None:
    """Write the highest capacity over demand of each industry from 2025 on, mean over runs, and its year."""
    found: Any = pd.read_parquet(
        folder / "industries.parquet", columns=["scenario", "industry", "year", "capacity", "demand"]
    )
    found = found[found["year"] >= 2025].assign(ratio=found["capacity"] / found["demand"])
    ratio = found.groupby(["scenario", "industry", "year"], observed=True)["ratio"].mean().unstack("year")
    mine, other = ratio.loc[base], ratio.loc[alternative]
    with (ROOT / "sim/world/data/industries.csv").open(encoding="utf-8") as file:
        names = pd.read_csv(file, index_col="industry")["name"]
    table = pd.DataFrame(
        {"year": mine.idxmax(axis=1), "ratio": mine.max(axis=1), alternative: other.max(axis=1)}
    )
    table.insert(0, "name", names.reindex(table.index))
    table.sort_values("ratio", ascending=False).to_csv(path, float_format="%.4g")


def manifest(folder: Path) -> dict[str, Any]:
    """Return what a results folder says about itself."""
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def national(folder: Path, path: Path) -> None:
    """Write what a study does to a few outcomes of the nation."""
    table: Any = pd.read_csv(folder / "comparison.csv")
    table[table["metric"].isin(("output", "cluster_count_100bn"))].to_csv(path, index=False)


def cases(folder: Path, target: Path) -> None:
    """Write what the cases do to the nation, and in which share of runs a place lists an industry in 2030."""
    national(folder, target / "cases_national.csv")
    found: Any = pd.read_parquet(
        folder / "cells.parquet", columns=["scenario", "year", "zone", "industry", "priority"]
    )
    found = found[(found["year"] == 2030) & (found["zone"] == "Hefei") & (found["industry"] == "QUANTUM")]
    listed = found.assign(listed=found["priority"] > 0).groupby("scenario", observed=True)["listed"].mean()
    listed.to_csv(target / "cases_listed.csv")


def platforms(folder: Path, target: Path) -> None:
    """Write the first mile's table; places used, of which the partner has none, are of the lever's runs."""
    table: Any = pd.read_csv(folder / "sensitivity.csv", keep_default_na=False)
    arms = {contrast["lever"]: contrast["arm"] for contrast in manifest(folder)["contrasts"]}
    series: Any = pd.read_parquet(folder / "timeseries.parquet", columns=["scenario", "platform_use"])
    used = series.groupby(series["scenario"].astype(str))["platform_use"].mean()
    rows = table["outcome"] == "platform_use"
    table["mean"] = table["mean"].where(~rows, table["lever"].map(arms).map(used))
    table.to_csv(target / "first_mile.csv", index=False)


YEARS = (2024, 2026, 2028, 2030, 2035, 2042)
FLOWS = ("programme_delivered", "built_overcapacity", "failed_plants", "trl_steps", "value_added_constant")


def by_year(folder: Path, target: Path) -> None:
    """Write when the ways of spending the same money spend it, and what they then have: means over runs."""
    series: Any = pd.read_parquet(folder / "timeseries.parquet", columns=["scenario", "quarter", *FLOWS])
    series = series.assign(year=series["quarter"].astype(str).str[:4].astype(int))
    yearly = series[series["year"].isin(YEARS)].groupby(["scenario", "year"], observed=True)
    found = yearly[list(FLOWS)].mean()
    found["programme_delivered"] *= 4.0  # of a year, not of a quarter
    found.to_csv(target / "same_money_years.csv", float_format="%.6g")


FIFTHS = ("smallest", "second", "third", "fourth", "largest")


def same_money(folder: Path, target: Path) -> None:
    """Write when, and in which zones, the ways of spending the same money leave some for plants."""
    by_year(folder, target)
    zones: Any = pd.read_parquet(folder / "zones.parquet", columns=["zone", "gdp_2022"]).drop_duplicates(
        "zone"
    )
    fifths = pd.qcut(zones["gdp_2022"].rank(method="first"), len(FIFTHS), labels=FIFTHS)
    fifth = dict(zip(zones["zone"], fifths, strict=True))
    cells: Any = pd.read_parquet(
        folder / "cells.parquet",
        columns=["scenario", "seed", "zone", "public_money"],
        filters=[("year", "==", YEARS[-1])],
    )
    cells = cells.assign(fifth=pd.Categorical(cells["zone"].map(fifth), FIFTHS))
    runs = cells["seed"].nunique()
    found = cells.groupby(["scenario", "fifth"], observed=True)["public_money"].sum() / runs
    found.to_csv(target / "same_money_places.csv", float_format="%.6g")


def levers(folder: Path, target: Path) -> None:
    """Write what every lever does, and how strong that makes each thing that the sources name."""
    signs.main(folder, target)
    strength.main(folder, target)


@dataclass(frozen=True)
class Part:
    """One command, the tables of its folder that are copied, and what else is made from the folder."""

    command: tuple[str, ...]
    tables: dict[str, str] = field(default_factory=dict)
    make: Callable[[Path, Path], None] | None = None
    made: tuple[str, ...] = ()
    of: str = "paired runs a scenario"


def _study(name: str, tables: dict[str, str] | None = None, **more: Any) -> Part:
    return Part(("study", f"experiments/{name}.yaml"), tables or {}, **more)


PARTS = {
    "readme": Part(
        ("demo",), {"comparison.csv": "comparison.csv"}, answer, ("answer.svg", "answer.txt", "gluts.csv")
    ),
    "quotas": _study("lists_or_quotas", {"comparison.csv": "lists_or_quotas.csv"}),
    "scorecard": _study(
        "validation/scorecard",
        {"scorecard.csv": "scorecard.csv", "scorecard_missing.csv": "scorecard_missing.csv"},
        make=scorecard.main,
        made=scorecard.MADE,
        of="runs a scenario",
    ),
    "scorecard-2036": _study(
        "validation/scorecard_to_2036", {"scorecard.csv": "scorecard_to_2036.csv"}, of="runs a scenario"
    ),
    "scorecard-tenth": _study(
        "validation/scorecard_tenth", {"scorecard.csv": "scorecard_tenth.csv"}, of="runs a scenario"
    ),
    "scorecard-fresh": _study(
        "validation/scorecard_fresh",
        {"scorecard.csv": "scorecard_fresh.csv"},
        make=scorecard.fresh,
        made=(scorecard.FRESH,),
        of="runs a scenario",
    ),
    "theories-off": _study(
        "validation/theories_off",
        {"scorecard_theories.csv": "scorecard_theories.csv"},
        of="runs a scenario",
    ),
    "cases": _study(
        "cases",
        {"places.csv": "cases.csv", "targets.csv": "cases_targets.csv"},
        make=cases,
        made=("cases_national.csv", "cases_listed.csv"),
    ),
    "plans": _study("provincial_plans", make=named.main, made=(named.TABLE,)),
    "announced": _study(
        "announced_targets",
        {"targets.csv": "announced_targets.csv"},
        make=lambda folder, target: national(folder, target / "announced_national.csv"),
        made=("announced_national.csv",),
        of="runs a scenario",
    ),
    "guidance": _study("guidance_share", {"comparison.csv": "guidance_share.csv"}),
    "dial": _study("coordination_dial", {"comparison.csv": "coordination_dial.csv"}),
    "first-mile": _study("first_mile", make=platforms, made=("first_mile.csv",), of="paired runs a lever"),
    "theories": _study("theories", {"comparison.csv": "theories.csv"}),
    "technology": _study("technology", {"robust.csv": "technology.csv"}),
    "future": _study(
        "open_future", {"comparison.csv": "open_future.csv"}, make=spread.main, made=spread.MADE
    ),
    "same-money": _study(
        "platforms_or_subsidies",
        {"comparison.csv": "same_money.csv"},
        make=same_money,
        made=("same_money_years.csv", "same_money_places.csv"),
    ),
    "ten-ones": _study("ten_ones", {"complements.csv": "ten_ones.csv"}, of="seeds an arm"),
    "best": _study(
        "best_in_every_world",
        {"robust.csv": "best.csv", "ranking.csv": "best_ranking.csv", "regret.csv": "best_regret.csv"},
    ),
    "pilots": _study("how_many_pilots", {"comparison.csv": "pilots.csv"}),
    "assumptions": _study(
        "which_assumptions",
        {"sensitivity.csv": "assumptions.csv"},
        make=holding.main,
        made=(holding.TABLE,),
        of="seeds a point",
    ),
    "worlds": _study("worlds", {"robust.csv": "worlds.csv"}),
    "ip": _study("ip_protection", {"comparison.csv": "ip_protection.csv"}),
    "signs": _study(
        "sign_table", make=levers, made=("sign_table.csv", strength.TABLE), of="paired runs a lever"
    ),
}


def renew(name: str, folder: Path, target: Path = REFERENCE) -> None:
    """Carry out a part's command, or what is left of it, and take from its folder what the pages show."""
    part = PARTS[name]
    before = [place for place in sorted(folder.parent.glob("*")) if place != folder and has_runs(place)]
    shared = [word for place in before for word in ("--reuse", str(place))]
    command = [sys.executable, "-m", "sim", *part.command, "--out", str(folder), *shared]
    done = subprocess.run(command, cwd=ROOT, check=False).returncode
    if done:
        sys.exit(done)
    take(name, folder, target)


def counted(tables: list[Path], planned: int) -> int:
    """Return how many runs the tables themselves say they are of; a folder may have been planned for more."""
    found = [pd.read_csv(table).get("runs") for table in tables]
    return max((int(runs.max()) for runs in found if runs is not None), default=planned)


def take(name: str, folder: Path, target: Path = REFERENCE) -> None:
    """Copy or make a part's files from its finished folder, and record how."""
    part, run = PARTS[name], manifest(folder)
    if run["source_hash"] != source_hash():
        sys.exit(
            f"{folder} was made by other sources ({run['source_hash']}): remove it, and run the part again"
        )
    for source, table in part.tables.items():
        shutil.copyfile(folder / source, target / table)
    if part.make:
        part.make(folder, target)
    how = {key: run[key] for key in ("runs", "seed", "scale", "world", "until")}
    how["runs"] = counted([target / table for table in part.tables.values()], run["runs"])
    how |= {"minutes": round(run["cpu_seconds"] / 60.0, 1)}
    how |= {"of": part.of, "command": " ".join(("clusterlab", *part.command))}
    provenance.record([*part.tables.values(), *part.made], how, target)


def stability(folder: Path, target: Path = REFERENCE) -> None:
    """Measure what depends on the scale."""
    scale.main(folder, target / scale.TABLE, scale.RUNS)
    how = {
        "runs": max(scale.RUNS.values()),
        "of": "paired runs a scale",
        "seed": 1,
        "scale": list(scale.RUNS),
    }
    how |= {"world": "china-178", "until": "2042-Q4", "command": "make reference PARTS=scale"}
    provenance.record([scale.TABLE], how, target)


def answering(folder: Path, target: Path = REFERENCE) -> None:
    """Measure worlds in which demand answers and scale costs."""
    markets.main(folder, target / markets.TABLE)
    how = {"runs": markets.RUNS, "of": "paired runs a comparison", "seed": 1, "scale": markets.SCALE}
    how |= {"world": "china-178", "until": f"{markets.UNTIL}, the theories of demand to {markets.LATE}"}
    provenance.record([markets.TABLE], how | {"command": "make reference PARTS=markets"}, target)


ALONE = {
    "fingerprint": lambda folder: provenance.renew_fingerprint(),
    "scale": stability,
    "markets": answering,
}
"""Parts that are no command of clusterlab."""


def main(names: list[str]) -> None:
    """Renew the parts, those that the README and the pages show first."""
    order = ["fingerprint", *PARTS, "markets", "scale"]
    if unknown := [name for name in names if name not in order]:
        sys.exit(f"no such part: {', '.join(unknown)} (there are {', '.join(order)})")
    for name in [one for one in order if one in names or not names]:
        folder = RUNS / source_hash() / name
        sys.stdout.write(f"== {name}: {folder.relative_to(ROOT)}\n")
        sys.stdout.flush()
        ALONE[name](folder) if name in ALONE else renew(name, folder)
