"""Made-up results folders in the format of DESIGN §2, for tests of the report alone."""

import json
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest

import sim

INDUSTRIES = ["AI", "QUANTUM", "NET6G", "XR", "BRAIN", "SEMI", "ROBOT", "SMARTMFG", "NEV", "HYDROGEN"]
INDUSTRIES += ["STORAGE", "NUCLEAR", "CCUS", "PV", "MATERIALS"]
INDUSTRIES += ["SYNBIO", "GENECELL", "SPACE", "LOWALT", "DEEPSEA"]
METRICS = {
    # name: unit, better, account, over, level at the end, noise, effect of the alternative
    "duplicated_layouts": ("zones", "lower", False, "final", 512.0, 9.0, -212.0),
    "declared_priorities": ("zones", "", False, "final", 960.0, 6.0, -180.0),
    "structure_similarity": ("share", "lower", False, "final", 0.71, 0.004, -0.11),
    "capacity_utilisation": ("share", "higher", False, "final", 0.66, 0.01, 0.062),
    "overcapacity_industries": ("industries", "lower", False, "final", 0.0, 0.0, 0.0),
    "stranded_public_money": ("m yuan", "lower", False, "final", 812e3, 2e4, -310e3),
    "cluster_count": ("clusters", "higher", False, "final", 231.0, 6.0, 4.0),
    "cluster_count_100bn": ("clusters", "higher", False, "final", 41.0, 2.0, 9.0),
    "largest_cluster_output": ("m yuan/year", "higher", False, "final", 1.42e6, 9e4, 2e4),
    "output": ("m yuan/year", "higher", False, "final", 31.2e6, 4e5, -5.1e5),
    "jobs": ("jobs", "higher", False, "final", 14.1e6, 2e5, 1e4),
    "survival_5y": ("share", "higher", False, "mean", 0.52, 0.01, 0.012),
    "time_to_market": ("years", "lower", False, "mean", 7.9, 0.1, 0.02),
    "equity_raised": ("m yuan", "", False, "total", 6.1e6, 1e5, 2e5),
    "talent_moves": ("persons", "", False, "total", 3.2e6, 3e4, 5e4),
    "public_cost": ("m yuan", "lower", True, "total", 5.2e6, 6e4, 4.4e5),
    "tax_revenue": ("m yuan", "higher", True, "total", 9.2e6, 1e5, -9e4),
    "gini_output_provinces": ("index", "lower", False, "final", 0.512, 0.004, 0.021),
    "never_defined": ("index", "", False, "final", np.nan, 0.0, 0.0),
    "built_overcapacity": ("m yuan/year", "lower", False, "mean", 19e3, 1e3, -8e3),
    "gluts": ("industries", "lower", False, "mean", 4.0, 0.5, -1.0),
    "failed_plants": ("plants", "lower", False, "total", 900.0, 20.0, -200.0),
    "cost_per_cluster": ("m yuan/cluster", "lower", True, "final", 35e3, 500.0, 900.0),
    "value_added_constant": ("m yuan/year", "higher", False, "final", 15e6, 1e5, -2e5),
}
PROVINCES = ["Beijing", "Shanghai", "Jiangsu", "Anhui", "Hubei", "Guangdong", "Sichuan", "Xinjiang"]


@dataclass
class Zones:
    """Zones of a made-up country; arrays of one length."""

    names: list
    provinces: list
    lon: np.ndarray
    lat: np.ndarray
    weight: np.ndarray


@dataclass
class Spec:
    """What the folder should look like."""

    scenarios: dict = field(default_factory=lambda: {"baseline": 0.0, "top_level_design": 1.0})
    runs: int = 8
    zones: Zones | None = None
    years: tuple = (2037, 2042)
    effects: dict = field(default_factory=dict)
    compare: bool = True
    failed: int = 0


def small_country(count=16):
    rng = np.random.default_rng(5)
    return Zones(
        [f"Zone {i + 1}" for i in range(count)],
        [PROVINCES[i * len(PROVINCES) // count] for i in range(count)],
        rng.uniform(85, 128, count),
        rng.uniform(20, 47, count),
        rng.pareto(1.5, count) + 0.2,
    )


def make_results(folder, spec=None):
    """Write manifest, comparison and tables of ``spec`` into ``folder`` and return it."""
    spec = spec or Spec()
    folder.mkdir(parents=True, exist_ok=True)
    zones = spec.zones or small_country()
    effects = {n: m[6] for n, m in METRICS.items()} | spec.effects
    national, cells, places, industries, finals = [], [], [], [], {}
    run = 0
    for scenario, strength in spec.scenarios.items():
        for seed in range(1, spec.runs + 1):
            run += 1
            series, final = _national(seed, strength, effects, spec.years)
            finals[scenario, seed] = final
            key = {"run": run, "scenario": scenario, "seed": seed}
            national.append(pd.DataFrame(key | series))
            cells.append(_cells(zones, seed, strength, spec.years, key))
            places.append(_places(zones, spec.years, key))
            industries.append(_industries(cells[-1], key))
    pd.concat(national, ignore_index=True).to_parquet(folder / "timeseries.parquet", index=False)
    pd.concat(cells, ignore_index=True).to_parquet(folder / "cells.parquet", index=False)
    pd.concat(places, ignore_index=True).to_parquet(folder / "zones.parquet", index=False)
    pd.concat(industries, ignore_index=True).to_parquet(folder / "industries.parquet", index=False)
    names = list(spec.scenarios)
    if spec.compare and len(names) > 1:
        _comparison(finals, names, spec.runs).to_csv(folder / "comparison.csv", index=False)
    (folder / "manifest.json").write_text(json.dumps(_manifest(spec, names), indent=1), encoding="utf-8")
    return folder


def _national(seed, strength, effects, years):
    first, last = years
    quarters = [f"{y}-Q{q}" for y in range(first, last + 1) for q in range(1, 5)]
    ramp = np.linspace(0.15, 1.0, len(quarters))
    out, final = {"quarter": quarters}, {}
    for i, (name, (_, _, _, over, level, noise, _)) in enumerate(METRICS.items()):
        common = np.random.default_rng([seed, i]).normal(0, noise, len(quarters)).cumsum()
        common *= 1.0 / np.sqrt(len(quarters))
        own = np.random.default_rng([seed, i, int(100 * abs(strength))]).normal(0, noise * 0.25)
        values = level * ramp + common + strength * (effects[name] * ramp**2 + own * ramp)
        values = values / 80 if over == "total" else values
        out[name] = values
        final[name] = values.sum() if over == "total" else values[-1]
    return out, final


def _cells(zones, seed, strength, years, key):
    z, k = len(zones.names), len(INDUSTRIES)
    rng = np.random.default_rng([seed, 77])
    taste, size = rng.normal(size=(z, k)), np.outer(zones.weight, np.linspace(2.0, 0.3, k) ** 2)
    fit = np.random.default_rng(3).normal(size=(z, k))
    hype = np.linspace(1.2, -0.6, k)
    start = (hype + 0.8 * fit) > 1.5
    end = (hype * (1.3 - 0.9 * strength) + (0.6 + strength) * fit + 0.5 * taste) > 1.1
    frames = []
    for year in range(years[0] - 1, years[1] + 1):
        age = (year - years[0] + 1) / (years[1] - years[0] + 1)
        priority = start if age < 0.5 else end
        boost = 1 + 0.8 * end * age * (1 + 0.4 * strength * (fit > 0))
        output = (size > 0.05) * size * 900 * (0.1 + age) * boost * np.exp(0.1 * taste)
        frames.append(
            pd.DataFrame(
                {
                    **{n: np.repeat(v, z * k) for n, v in key.items()},
                    "year": year,
                    "zone": np.repeat(zones.names, k),
                    "province": np.repeat(zones.provinces, k),
                    "industry": np.tile(INDUSTRIES, z),
                    "priority": priority.ravel(),
                    "firms": np.rint(output / 200).astype(int).ravel(),
                    "jobs": np.rint(output * 0.4).astype(int).ravel(),
                    "output": output.ravel(),
                    "capacity": (output / (0.66 + 0.06 * strength)).ravel(),
                    "public_money": (output * 0.05 * priority * age).ravel(),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _industries(cells, key):
    """Six zones are viable in the first industry, two in the last; nobody wants DEEPSEA in the first year.

    BRAIN has a glut every other year; of its plants so many fail a year as is its place in the list.
    """
    sums = cells.groupby(["year", "industry"], sort=False)[["priority", "output", "capacity"]].sum()
    table = sums.reset_index().rename(columns={"priority": "zones_targeting"})
    position = table["industry"].map(INDUSTRIES.index)
    unwanted = (table["industry"] == "DEEPSEA") & (table["year"] == table["year"].min())
    table["zones_viable"] = 6 - position // 4
    table["demand"] = np.where(unwanted, 0.0, table["output"] * 0.9)
    glut = (table["industry"] == "BRAIN") & (table["year"] % 2 == 0)
    table["failed_plants"] = position * (table["year"] - table["year"].min())
    return table.assign(**key, price=np.where(glut, 0.9, 1.0), cost=1.0, utilisation=0.7, trl=8.0)


def _places(zones, years, key):
    z = len(zones.names)
    frames = [
        pd.DataFrame(
            {
                **{n: np.repeat(v, z) for n, v in key.items()},
                "year": year,
                "zone": zones.names,
                "province": zones.provinces,
                "tier": "bearing",
                "lon": zones.lon,
                "lat": zones.lat,
                "talent": 1000,
                "wage": 0.24,
                "rent": 0.01,
                "output": zones.weight,
                "tax": 1.0,
                "public_cost": 1.0,
            }
        )
        for year in range(years[0], years[1] + 1)
    ]
    return pd.concat(frames, ignore_index=True)


def _comparison(finals, names, runs):
    rows = []
    for scenario in names[1:]:
        for name, (unit, better, *_) in METRICS.items():
            base = np.array([finals[names[0], s][name] for s in range(1, runs + 1)])
            other = np.array([finals[scenario, s][name] for s in range(1, runs + 1)])
            gap = other - base
            row = {"scenario": scenario, "metric": name, "unit": unit, "runs": runs}
            if not np.isfinite(gap).all():
                rows.append(row | {"runs": 0})
                continue
            row |= {"baseline": base.mean(), "value": other.mean(), "difference": gap.mean()}
            if runs > 1:
                error = gap.std(ddof=1) / np.sqrt(runs)
                row |= {"ci_low": gap.mean() - 2 * error, "ci_high": gap.mean() + 2 * error}
                row["p_value"] = 1.0 if error == 0 else float(np.exp(-abs(gap.mean() / error)))
            if better:
                row["better_in"] = ((gap > 0) == (better == "higher")).mean()
            rows.append(row)
    columns = ["scenario", "metric", "unit", "baseline", "value", "difference", "ci_low", "ci_high"]
    columns += ["p_value", "better_in", "runs"]
    return pd.DataFrame(rows).reindex(columns=columns)


def _manifest(spec, names):
    policy = [
        {
            "key": "staggering_quota",
            "base": "0",
            "value": "0, from 2026-Q1 0.6",
            "unit": "share",
            "doc": "Quotas.",
        },
        {"key": "pilot_zones", "base": "none", "value": "Hefei, Shanghai Zhangjiang", "unit": "", "doc": ""},
    ]
    flows = {
        "item": ["wages", "tax", "grant", "sales", "transfer", "repayment"],
        "payer": ["firms", "firms", "local", "households", "provinces", "local"],
        "payee": ["households", "local", "firms", "firms", "local", "banks"],
        "amount": [4.1e6, 1.2e6, 3.3e5, 9.9e6, 7.2e4, 8.8e4],
    }
    programmes = {
        "staggering_quota": {"requested": 5200.0, "delivered": 4100.0},
        "talent_card": {"requested": 0.0, "delivered": 0.0},
        "guidance_fund_size": {"requested": 8.4e5, "delivered": 5.1e5},
    }
    return {
        "clusterlab": "0.1.0",
        "python": "3.11.9",
        "packages": {"numpy": "2.4.6", "numba": "0.68"},
        "source_hash": "0123456789abcdef",
        "kind": "compare",
        "name": "top_level_design against baseline",
        "command": "clusterlab compare scenarios/baseline.yaml scenarios/top_level_design.yaml --runs 30",
        "scenarios": [
            {
                "name": n,
                "file": f"scenarios/{n}.yaml",
                "description": f"What {n} means & implies.",
                "digest": "ab" * 32,
                "policy_difference": policy if n != names[0] else [],
            }
            for n in names
        ],
        "base": names[0],
        "world": "china-178",
        "scale": 0.02,
        "seed": 1,
        "runs": spec.runs,
        "until": f"{spec.years[1]}-Q4",
        "started": "2026-01-01T00:00:00",
        "finished": "2026-01-01T00:01:30",
        "jobs": 2,
        "wall_seconds": 90.0,
        "cpu_seconds": 170.0,
        "runs_done": spec.runs * len(names),
        "runs_failed": [{"scenario": names[-1], "seed": s + 1, "error": "x"} for s in range(spec.failed)],
        "programmes": dict.fromkeys(names, programmes),
        "flows": dict.fromkeys(names, flows),
        "warnings": ["<b>one</b> warning"],
        "profile": {},
        "question": "Coordinated layouts against uncoordinated layouts",
        "industries": {code: f"name of {code}" for code in INDUSTRIES},
        "metrics": [
            {
                "name": n,
                "unit": m[0],
                "better": m[1],
                "account": m[2],
                "over": m[3],
                "source_rows": [],
                "doc": f"Meaning of {n}.",
            }
            for n, m in METRICS.items()
        ],
        "levers": [
            {"name": "staggering_quota", "unit": "share", "doc": "Share assigned.", "evidence": "assumption"}
        ],
    }


@pytest.fixture(scope="session")
def results_folder(tmp_path_factory):
    """Return a factory: ``results_folder(runs=1, ...)`` makes a folder with these settings."""

    def make(**settings):
        return make_results(tmp_path_factory.mktemp("results"), Spec(**settings))

    return make


@pytest.fixture(scope="session")
def whole_country():
    """Return a made-up country of as many zones as the real one."""
    return small_country(178)


@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """Return the folder of a tiny true comparison."""
    folder = tmp_path_factory.mktemp("quick") / "out"
    asked = {"world": "china-31", "scale": 0.002, "until": "2025-Q4", "runs": 2}
    sim.compare("baseline", "top_level_design", out=folder, jobs=1, **asked)
    return folder
