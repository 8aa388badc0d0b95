"""The Mesa shell: the engine's numbers bit for bit, and agents that read the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from sim.core.errors import InputError
from sim.engine import simulate
from sim.metrics import METRICS
from sim.model import ClusterModel, Fund, Institute, Rows, Zone
from sim.scenario import load, resolve
from sim.world import country

SHIPPED = Path(__file__).parents[2] / "scenarios"
QUICK: dict[str, Any] = {"world": "china-31", "scale": 0.002, "until": "2024-Q4"}


@pytest.fixture(scope="module")
def ended() -> ClusterModel:
    """A model stepped to the end of 2024."""
    model = ClusterModel(seed=7, staggering_quota=0.5, **QUICK)
    while model.running:
        model.step()
    return model


def test_stepped_to_the_end_it_equals_the_engine_bit_for_bit(ended: ClusterModel) -> None:
    path = SHIPPED / "baseline.yaml"
    scenario = load(path, ["staggering_quota=0.5"], world=QUICK["world"], until=QUICK["until"])
    result = simulate(resolve(scenario, country(scenario.world)), seed=7, scale=QUICK["scale"])
    collected = ended.datacollector.get_model_vars_dataframe()
    assert collected["quarter"].tolist() == ["2022-Q4", *result.quarters]
    assert set(collected["seed"]) == {7}
    assert set(result.national) == set(METRICS)
    for name, series in result.national.items():
        np.testing.assert_array_equal(collected[name].to_numpy(float)[1:], series, err_msg=name)


def test_nothing_said_is_the_baseline() -> None:
    assert ClusterModel(scale=0.002).resolved.digest == _digest(SHIPPED / "baseline.yaml")


def _digest(path: Path, *sets: str) -> str:
    return load(path, sets).digest


def test_steps_count_quarters_and_stop_at_the_end(ended: ClusterModel) -> None:
    assert isinstance(ended, mesa.Model)
    assert ended.steps == ended.engine.quarters == 8
    assert not ended.running
    before = len(ended.datacollector.model_vars["quarter"])
    ended.step()
    assert len(ended.datacollector.model_vars["quarter"]) == before
    assert ended.engine.quarter == 8


def test_zones_are_agents_that_read_the_columns(ended: ClusterModel) -> None:
    state = ended.engine.state
    assert len(ended.zones) == len(state.country.zones)
    assert ended.zones.get("name") == list(state.country.zones)
    assert ended.zones.get("output") == state.zones.output.tolist()
    zone = ended.zones[3]
    assert isinstance(zone, Zone)
    assert isinstance(zone, mesa.Agent)
    assert repr(zone) == "<Zone 3>"
    assert zone.pos == (state.country.lon[3], state.country.lat[3])
    assert zone.tier in ("source", "bearing", "resource")
    assert zone.province in state.country.provinces
    assert len(zone.priorities) == state.cells.priority[3].sum()
    assert zone.pool.shape == (6,)
    with pytest.raises(AttributeError, match="output"):
        zone.output = 1.0
    with pytest.raises(AttributeError, match="no attribute or column 'wealth'"):
        _ = zone.wealth


def test_funds_and_institutes_are_agents_too(ended: ClusterModel) -> None:
    state = ended.engine.state
    alive = state.funds.alive
    assert sorted(fund.row for fund in ended.funds) == np.flatnonzero(alive).tolist()
    assert sum(ended.funds.get("cash")) == pytest.approx(state.funds.cash[alive].sum())
    assert len(ended.institutes) == state.institutes.rows
    assert {type(agent) for agent in ended.agents} == {Zone, Fund, Institute}
    assert len({agent.unique_id for agent in ended.agents}) == len(ended.agents)


def test_a_fund_whose_row_is_taken_over_is_another_agent() -> None:
    model = ClusterModel(**QUICK)
    funds = model.engine.state.funds
    old = model.funds[0]
    funds.lot[old.row] += np.uint64(1)
    model._meet_funds()
    assert old not in model.funds
    assert sorted(fund.row for fund in model.funds) == np.flatnonzero(funds.alive).tolist()


@pytest.mark.parametrize("which", ["firms", "talent"])
def test_firms_and_talent_are_views_made_on_demand(ended: ClusterModel, which: str) -> None:
    table = getattr(ended.engine.state, which)
    rows: Rows = getattr(ended, which)
    alive = np.flatnonzero(table.alive)
    assert len(rows) == len(alive)
    assert rows[0].row == alive[0]
    assert rows[-1].lot == table.lot[alive[-1]]
    assert [view.row for view in rows[2:5]] == alive[2:5].tolist()
    assert rows[1] == rows[1]
    assert rows[1] != rows[2]
    assert len({rows[1], rows[1]}) == 1
    np.testing.assert_array_equal(rows.get("weight"), table.weight[alive])
    assert sum(1 for _ in rows) == len(rows)
    with pytest.raises(AttributeError, match="mechanisms"):
        rows[0].zone = 3
    with pytest.raises(IndexError):
        _ = rows[len(rows)]


def test_users_collect_what_they_like_from_agents() -> None:
    model = ClusterModel(**QUICK)
    collector = mesa.DataCollector(agenttype_reporters={Zone: {"zone": "name", "jobs": "jobs"}})
    model.step()
    collector.collect(model)
    frame = collector.get_agenttype_vars_dataframe(Zone)
    assert frame["jobs"].sum() == model.engine.state.zones.jobs.sum()


def test_levers_override_a_file_a_loaded_scenario_and_nothing() -> None:
    path = SHIPPED / "top_level_design.yaml"
    wanted = _digest(path, "talent_card=0.4", "approval_days={2026-Q1: 60}")
    levers: dict[str, Any] = {"talent_card": 0.4, "approval_days": {"2026-Q1": 60}}
    assert ClusterModel(path, scale=0.002, **levers).resolved.digest == wanted
    assert ClusterModel(str(path), scale=0.002, **levers).resolved.digest == wanted
    loaded = load(path)
    assert ClusterModel(loaded, scale=0.002, **levers).resolved.digest == wanted
    assert loaded.digest == _digest(path)
    plain = ClusterModel(talent_card=np.float64(0.4), scale=0.002)
    assert plain.resolved.digest == _digest(SHIPPED / "baseline.yaml", "talent_card=0.4")


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"talent_crad": 0.4}, "talent_card"),
        ({"talent_card": 4}, "talent_card"),
        ({"world": "china-179"}, "china-178"),
        ({"until": "2031"}, "2031"),
        ({"until": "1999-Q1"}, "1999-Q1"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"scale": 7}, "scale"),
        ({"scenario": "nowhere.yaml"}, "nowhere.yaml"),
    ],
)
def test_mistakes_are_input_errors(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        ClusterModel(**QUICK | wrong)


def test_a_loaded_scenario_keeps_its_world() -> None:
    with pytest.raises(InputError, match=r"give them to sim\.load"):
        ClusterModel(load(SHIPPED / "baseline.yaml"), world="china-31")
