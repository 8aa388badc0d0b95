"""Targets: probabilities by hand, places, and errors that say where."""

import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.lab.planning import build
from sim.lab.targets import COLUMNS, probabilities

NATION = "- {metric: output, at_least: 15, by: 2024-Q4}"
TOTAL = "- {metric: entries, at_most: 25, by: 2024-Q2}"
PLACE = "- {metric: jobs, at_least: 100, by: 2024-Q4, province: Province 1}"
SOME = "- {metric: jobs, at_least: 30, by: 2024-Q4, zone: Zone 1, industries: [AI, XR]}"
SHARE = "- {metric: jobs, as: share, at_least: 0.5, by: 2024-Q4, province: Province 1, industries: QUANTUM}"
MULTIPLE = "- {metric: high_tech_output, as: multiple, at_least: 2, by: 2023-Q4, zone: Zone 1}"
COUNT = "- {metric: cluster_count_100bn, at_least: 1, by: 2024-Q4, province: Province 1}"
JOBS = {"AI": 10.0, "QUANTUM": 50.0, "XR": 20.0}
"""By industry in the first of two zones; the second has 30, AI alone, the other province's only zone 900."""


def plan(folder, *targets):
    """Return a plan of a base and one alternative with these targets."""
    base, other = folder / "base.yaml", folder / "other.yaml"
    base.write_text("name: base\nworld: synthetic:Z=3,provinces=2\n")
    other.write_text("name: other\nextends: base.yaml\ntargets:\n" + "\n".join(targets) + "\n")
    return build("compare", [base, other], runs=2, until="2024-Q4")


def tables(root):
    """Write merged tables of two runs a scenario: at the end output 10 and 14 in the base, else 14 and 20."""
    rows, cells, zones = [], [], []
    for run, (scenario, output) in enumerate([("base", 10), ("base", 14), ("other", 14), ("other", 20)]):
        key = {"run": run, "scenario": scenario, "seed": 1 + run % 2, "province": "Province 1"}
        far = key | {"province": "Province 2", "zone": "Zone 3", "industry": "QUANTUM"}
        for quarter in ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"):
            margin = int(quarter[-1]) / 10
            rising = {"output": output + 10 * margin - 4.0, "profit_margin": margin}
            rows.append(key | {"quarter": quarter, "entries": 10} | rising)
        for year in (2022, 2023, 2024):
            grown = 1.0 + (year - 2022) * (run % 2)  # the first seed stands still
            for industry, jobs in JOBS.items():
                place = key | {"year": year, "zone": "Zone 1", "industry": industry}
                cells.append(place | {"jobs": jobs * grown, "output": 60_000.0 * grown})
            other = key | {"year": year, "zone": "Zone 2"}
            cells.append(other | {"industry": "AI", "jobs": 30.0 * grown, "output": 0.0})
            cells.append(far | {"year": year, "jobs": 900.0, "output": 1e6})
            zones += [
                key | {"year": year, "zone": zone, "high_tech_output": 7.0 * grown}
                for zone in ("Zone 1", "Zone 2")
            ]
    pd.DataFrame(rows).to_parquet(root / "timeseries.parquet")
    pd.DataFrame(cells).to_parquet(root / "cells.parquet")
    pd.DataFrame(zones).to_parquet(root / "zones.parquet")


def test_probabilities_are_shares_of_runs(tmp_path):
    arms = plan(tmp_path, NATION, TOTAL, PLACE).arms
    tables(tmp_path)
    nation, total, place = probabilities(tmp_path, arms)
    asked = {"scenario": "other", "industries": "", "as": "level", "runs": 2}
    assert nation == asked | {
        "metric": "output", "unit": "m yuan/year", "where": "", "by": "2024-Q4", "op": ">=", "target": 15.0,
        "probability": 0.5, "base_probability": 0.0, "start": None,
        "median": 17.0, "low": pytest.approx(14.3), "high": pytest.approx(19.7),
    }  # fmt: skip
    assert (total["probability"], total["median"], total["op"]) == (1.0, 20.0, "<=")  # two quarters of ten
    assert place == asked | {
        "metric": "jobs", "unit": "jobs", "where": "Province 1", "by": "2024-Q4", "op": ">=", "target": 100.0,
        "probability": 1.0, "base_probability": 1.0, "start": 110.0,
        "median": 220.0, "low": pytest.approx(121.0), "high": pytest.approx(319.0),
    }  # fmt: skip
    assert tuple(place) == COLUMNS


def test_a_mean_is_that_of_the_quarters_so_far(tmp_path):
    arms = plan(tmp_path, "- {metric: profit_margin, at_least: 0.15, by: 2024-Q3}").arms
    tables(tmp_path)
    (row,) = probabilities(tmp_path, arms)
    assert (row["median"], row["probability"]) == (pytest.approx(0.2), 1.0)


def test_without_finished_runs_there_are_none(tmp_path):
    assert probabilities(tmp_path, plan(tmp_path, NATION, PLACE).arms) == []


@pytest.mark.parametrize(
    ("place", "industry", "share"),
    [
        ("zone: Zone 1", "XR", 20 / 80),
        ("province: Province 1", "AI", 40 / 110),
        ("province: Province 2", "QUANTUM", 1.0),
        ("zone: pair", "QUANTUM", 950 / 980),
    ],
)
def test_a_share_is_that_of_the_same_place(tmp_path, place, industry, share):
    target = f"{{metric: jobs, as: share, at_least: 0, by: 2023-Q4, industries: {industry}, {place}}}"
    arms = plan(tmp_path, f"- {target}\ngroups: {{pair: [Zone 1, Zone 3]}}").arms
    tables(tmp_path)
    (row,) = probabilities(tmp_path, arms)
    assert row["start"] == pytest.approx(share)


def test_what_is_undefined_in_a_run_counts_neither_for_nor_against(tmp_path):
    arms = plan(tmp_path, MULTIPLE.replace("at_least: 2", "at_most: 2")).arms
    tables(tmp_path)
    zones = pd.read_parquet(tmp_path / "zones.parquet")
    zones.loc[(zones["seed"] == 1) & (zones["year"] == 2022), "high_tech_output"] = 0.0
    zones.to_parquet(tmp_path / "zones.parquet")
    (row,) = probabilities(tmp_path, arms)
    assert (row["runs"], row["start"], row["median"], row["probability"]) == (1, 1.0, 2.0, 1.0)
    zones["high_tech_output"] = 0.0
    zones.to_parquet(tmp_path / "zones.parquet")
    (row,) = probabilities(tmp_path, arms)
    assert (row["runs"], row["start"], row["median"], row["probability"]) == (0, None, None, None)


def test_what_the_base_wants_is_asked_of_every_alternative_once(tmp_path):
    arms = plan(tmp_path, NATION).arms[::-1]
    tables(tmp_path)
    mine, theirs = probabilities(tmp_path, arms)
    assert (mine["scenario"], mine["probability"], mine["base_probability"]) == ("other", 0.5, 0.5)
    assert (theirs["scenario"], theirs["probability"], theirs["base_probability"]) == ("base", 0.0, 0.5)
    assert len(probabilities(tmp_path, (arms[0], arms[0]))) == 2


def test_targets_of_some_industries_shares_multiples_and_counts(tmp_path):
    arms = plan(tmp_path, SOME, SHARE, MULTIPLE, COUNT).arms
    tables(tmp_path)
    some, share, multiple, count = probabilities(tmp_path, arms)
    assert (some["industries"], some["unit"], some["start"]) == ("AI XR", "jobs", 30.0)
    assert (some["low"], some["high"]) == pytest.approx((33.0, 87.0))  # 30 and 90
    assert share["median"] == pytest.approx(50.0 / 110.0)  # of Zone 1 and Zone 2
    assert (share["as"], share["unit"], share["probability"]) == ("share", "share", 0.0)
    assert (multiple["unit"], multiple["start"], multiple["probability"]) == ("ratio", 1.0, 0.5)
    assert multiple["median"] == 1.5  # once and twice
    assert (count["start"], count["median"], count["probability"]) == (0.0, 1.5, 0.5)  # none, or three


BY_PLACE = (
    "allowed: output, jobs, firms, capacity, public_money, cluster_count_100bn, "
    "talent, high_tech_output, tax, public_cost"
)
LEFT_OUT = "leave zone, province, industries and as out, or choose another metric"


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "metric: outptu, at_least: 1, by: 2024",
            "there is no metric 'outptu'; allowed: one of 131 metrics; did you mean 'output'?; "
            "'clusterlab metrics' lists them",
        ),
        (
            "metric: survival_5y, at_least: 1, by: 2024-Q4, province: Province 1",
            f"survival_5y is not measured by place and industry; {BY_PLACE}; {LEFT_OUT}",
        ),
        (
            "metric: outptu, at_least: 1, by: 2024-Q4, province: Province 1",
            f"outptu is not measured by place and industry; {BY_PLACE}; did you mean 'output'?; {LEFT_OUT}",
        ),
        (
            "metric: entries, as: multiple, at_least: 1, by: 2024-Q4",
            f"entries is not measured by place and industry; {BY_PLACE}; {LEFT_OUT}",
        ),
        (
            "metric: talent, industries: [AI], at_least: 1, by: 2024-Q4",
            "talent is measured by zone, not by industry; leave industries out",
        ),
        (
            "metric: jobs, industries: [AI], at_least: 1, by: 2024-Q1",
            "a target of some industries, a share or a multiple is due in 2024-Q1, "
            "but they are measured at year-ends; write by: 2024-Q4",
        ),
        (
            "metric: jobs, at_least: 1, by: 2024-Q2, province: Province 1",
            "a target of Province 1 is due in 2024-Q2, but they are measured at year-ends; write by: 2024-Q4",
        ),
    ],
)
def test_targets_nobody_can_answer_are_refused_with_their_place(tmp_path, target, said):
    with pytest.raises(InputError) as caught:
        plan(tmp_path, f"- {{{target}}}")
    assert str(caught.value) == f"{tmp_path / 'other.yaml'}:4:12: {said}"


def test_every_target_nobody_can_answer_is_told(tmp_path):
    late = "- {metric: jobs, at_least: 1, by: 2024-Q2, zone: Zone 1}"
    with pytest.raises(InputError) as caught:
        plan(tmp_path, "- {metric: outptu, at_least: 1, by: 2024}", late, NATION, late)
    assert [problem.line for problem in caught.value.problems] == [5, 7, 4]


def test_a_target_of_a_group_is_that_of_its_zones_together(tmp_path):
    group = "- {metric: jobs, at_least: 1, by: 2024-Q4, zone: pair}"
    text = f"{group}\ngroups: {{pair: [Zone 1, Zone 2], one: [Zone 2]}}"
    study = plan(tmp_path, text, "")
    tables(tmp_path)
    (row,) = probabilities(tmp_path, study.arms)
    study = plan(tmp_path, PLACE)
    (province,) = probabilities(tmp_path, study.arms)
    assert row["where"] == "pair"
    assert (row["median"], row["start"]) == (province["median"], province["start"])
    study = plan(tmp_path, text.replace("zone: pair", "zone: one"), "")
    (second,) = probabilities(tmp_path, study.arms)
    assert second["start"] == 3 * JOBS["AI"]
