"""Parameters: one table, by name or by industry, with bounds and honest tags."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.world import Parameters, catalogue, load, parameters, reading


def test_every_row_has_unit_source_and_bounds() -> None:
    rows = catalogue()
    assert len({row.key for row in rows}) == len(rows)
    for row in rows:
        assert row.unit, row.key
        assert row.source, row.key
        assert row.low <= row.value <= row.high
        assert row.low < row.high, row.key
        if row.unit.startswith(("share", "probability")) and row.value <= 1.0:
            assert 0.0 <= row.low <= row.high <= max(1.0, row.high)


def test_numbers_and_arrays() -> None:
    p = Parameters()
    assert p.critical_mass_rd == 3000.0
    assert p.demand_2022.shape == (20,)
    assert p.demand_2022[load.industries().codes.index("AI")] == 508_000
    assert p.order_memory == 0.25
    with pytest.raises(ValueError, match="read-only"):
        p.demand_2022[0] = 1.0


def test_overrides_by_name_and_by_industry() -> None:
    p = Parameters({"critical_mass_rd": 1000, "rd_intensity.AI": 0.2, "trl_difficulty": 1.0})
    assert p.critical_mass_rd == 1000.0
    assert p.rd_intensity[0] == 0.2
    assert p.rd_intensity[1] == Parameters().rd_intensity[1]
    assert np.all(p.trl_difficulty == 1.0)
    both = Parameters({"trl_difficulty": 1.0, "trl_difficulty.AI": 2.0})
    assert both.trl_difficulty[:2].tolist() == [2.0, 1.0]


def test_national_totals_shrink_with_the_country_and_nothing_else_does() -> None:
    p, half = Parameters(), Parameters().scaled(0.5)
    totals = {row.name for row in catalogue() if row.extensive}
    assert {"demand_2022", "guidance_flow", "graduates_per_year"} <= totals
    for name, value in vars(p).items():
        if name != "overrides":
            share = 0.5 if name in totals else 1.0
            assert getattr(half, name) == pytest.approx(share * value, rel=0.02), name
    assert half.guidance_funds == round(0.5 * p.guidance_funds)


def test_bad_overrides_are_told_at_once() -> None:
    wrong = {
        "critical_mas_rd": 1.0,
        "rd_intensity.AJ": 0.1,
        "depreciation_capital": -0.1,
        "loan_to_value": np.nan,
    }
    with pytest.raises(InputError) as caught:
        Parameters(wrong)
    assert len(caught.value.problems) == 4
    assert caught.value.problems[0].nearest == "critical_mass_rd"
    assert caught.value.problems[1].nearest == "rd_intensity.AI"


def test_shares_stay_below_one() -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        Parameters({"world_capability_weight": 1.5})


def test_parameters_do_not_change() -> None:
    p = Parameters()
    with pytest.raises(AttributeError, match="do not change"):
        p.critical_mass_rd = 1.0
    with pytest.raises(AttributeError, match="nearest: 'critical_mass_rd'"):
        _ = p.critical_mass


def test_parameters_travel_to_other_processes() -> None:
    p = pickle.loads(pickle.dumps(Parameters({"critical_mass_rd": 1000})))
    assert p.critical_mass_rd == 1000.0
    assert p.overrides == {"critical_mass_rd": 1000}


def test_a_table_that_contradicts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    good = reading.read("parameters.csv")
    for change, words in (
        ({"low": "9e9"}, "outside its bounds"),
        ({"evidence": "rumour"}, "evidence 'rumour'"),
        ({"industry": "AI"}, "expected all or the 20 codes"),
        ({"name": "a-b"}, "cannot be an attribute"),
        ({"extensive": "no"}, "expected yes or nothing"),
        ({"name": good[1]["name"], "extensive": "yes"}, "extensive in some"),
    ):
        broken = ({**good[0], **change}, *good[1:])
        monkeypatch.setattr(reading, "read", lambda file, rows=broken: rows)
        parameters._table.cache_clear()
        with pytest.raises(ValueError, match=words):
            catalogue()
    monkeypatch.undo()
    parameters._table.cache_clear()


def test_the_world_loads_without_heavy_libraries() -> None:
    code = "import sys; from sim.world import country; country('china-178'); print(*sys.modules)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert not {"numba", "pandas", "scipy", "mesa", "matplotlib"} & set(done.stdout.split())
