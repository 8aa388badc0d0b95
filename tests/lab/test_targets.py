"""Targets: probabilities by hand, places, and errors that say where."""

import numpy as np
import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.lab.plan import build
from sim.lab.targets import probabilities

NATION = "- {metric: output, at_least: 15, by: 2024-Q4}"
TOTAL = "- {metric: entries, at_most: 20, by: 2024-Q2}"
PLACE = "- {metric: jobs, at_least: 100, by: 2024-Q4, province: Province 1}"


def plan(folder, *targets):
    """Return a plan of a base and one alternative with these targets."""
    base, other = folder / "base.yaml", folder / "other.yaml"
    base.write_text("name: base\nworld: synthetic:Z=2,provinces=1\n")
    other.write_text("name: other\nextends: base.yaml\ntargets:\n" + "\n".join(targets) + "\n")
    return build("compare", [base, other], runs=2, until="2024-Q4")


def tables(root):
    """Write merged tables of two runs a scenario: output 10 and 14 in the base, 14 and 20 in the other."""
    rows = []
    for run, (scenario, output) in enumerate([("base", 10), ("base", 14), ("other", 14), ("other", 20)]):
        for quarter in ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"):
            rows.append(
                {"run": run, "scenario": scenario, "quarter": quarter, "output": output, "entries": 10}
            )
    pd.DataFrame(rows).to_parquet(root / "timeseries.parquet")
    cells = [
        {"run": run, "scenario": "other" if run > 1 else "base", "year": year, "province": "Province 1",
         "zone": "Zone 1", "jobs": 30.0 * run * (year - 2023)}
        for run in range(4) for year in (2023, 2024) for _ in range(2)
    ]  # fmt: skip
    pd.DataFrame(cells).to_parquet(root / "cells.parquet")


def test_probabilities_are_shares_of_runs(tmp_path):
    arms = plan(tmp_path, NATION, TOTAL, PLACE).arms
    tables(tmp_path)
    nation, total, place = probabilities(tmp_path, arms)
    assert (nation["probability"], nation["base_probability"], nation["runs"]) == (0.5, 0.0, 2)
    assert nation["median"] == 17.0
    assert (total["probability"], total["median"]) == (1.0, 20.0)  # two quarters of ten
    assert (place["probability"], place["median"], place["where"]) == (1.0, 150.0, "Province 1")
    assert np.isclose(place["base_probability"], 0.0)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("- {metric: outptu, at_least: 1, by: 2024}", "there is no metric 'outptu'"),
        (
            "- {metric: survival_5y, at_least: 1, by: 2024-Q4, province: Province 1}",
            "is not measured by place",
        ),
        ("- {metric: jobs, at_least: 1, by: 2024-Q2, province: Province 1}", "write by: 2024-Q4"),
    ],
)
def test_targets_nobody_can_answer_are_refused_with_their_place(tmp_path, target, said):
    with pytest.raises(InputError, match=said) as caught:
        plan(tmp_path, target)
    assert caught.value.problems[0].line == 4
