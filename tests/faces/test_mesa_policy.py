"""Policy changed on the way: it gives the numbers of a scenario that said so from the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.model import Change, ClusterModel
from sim.scenario import load
from sim.schedule import LEVERS

from .quick import QUICK, TALENT, ended


def assert_same(one: ClusterModel, other: ClusterModel) -> None:
    """Compare all that was collected, bit for bit."""
    for name, series in one.datacollector.model_vars.items():
        np.testing.assert_array_equal(series, other.datacollector.model_vars[name], err_msg=name)


@pytest.fixture(scope="module")
def plain() -> ClusterModel:
    """A model whose policy is not changed."""
    return ended(ClusterModel(TALENT, seed=7, **QUICK))


@pytest.fixture(scope="module")
def half() -> ClusterModel:
    """A model after two of four quarters; tests leave it as it is."""
    model = ClusterModel(seed=7, **QUICK)
    model.run_for(2)
    return model


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"talent_card": 0.5}, {"talent_card": {"2023-Q3": 0.5}}),
    (
        {"talent_card": np.float64(0.5), "approval_days": np.int64(60)},
        {"talent_card": {"2023-Q3": 0.5}, "approval_days": {"2023-Q3": 60}},
    ),
    ({"capacity_subsidy": {"2023-Q4": 0.3}}, {"capacity_subsidy": {"2023-Q4": 0.3}}),
    (
        {"zones": {"Anhui": {"capacity_subsidy": 0.3}}},
        {"zones": {"Anhui": {"capacity_subsidy": {"2023-Q3": 0.3}}}},
    ),
    ({"tiers.source.talent_card": 0.5}, {"tiers.source.talent_card": {"2023-Q3": 0.5}}),
    (
        {"pilot_zones": ["Anhui"], "pilots": {"capacity_subsidy": 0.3}},
        {"pilot_zones": {"2023-Q3": ["Anhui"]}, "pilots": {"capacity_subsidy": {"2023-Q3": 0.3}}},
    ),
    ({"shared_definition": 1}, {"shared_definition": {"2023-Q3": 1}}),
]


@pytest.mark.parametrize(("change", "dated"), CHANGES, ids="+".join)
def test_a_change_is_the_dated_scenario_bit_for_bit(
    change: dict[str, Any], dated: dict[str, Any], plain: ClusterModel, tmp_path: Path
) -> None:
    model = ClusterModel(TALENT, seed=7, **QUICK)
    model.run_for(2)
    model.set(change)
    ended(model)
    told = ended(ClusterModel(TALENT, seed=7, **dated, **QUICK))
    assert model.resolved.digest == told.resolved.digest
    assert_same(model, told)
    assert any(model.metrics[name] != value for name, value in plain.metrics.items() if not np.isnan(value))
    model.write_scenario(tmp_path / "told.yaml")
    assert load(tmp_path / "told.yaml").digest == told.resolved.digest


def test_changes_are_kept_and_later_ones_win() -> None:
    model = ClusterModel(seed=7, **QUICK)
    model.set(talent_card={"2023-Q2": 0.2, "2023-Q4": 0.9})
    model.step()
    model.set({"zones.Anhui.talent_card": 0.4}, talent_card=0.5)
    assert model.changes == (
        Change("2023-Q2", "talent_card", 0.2),
        Change("2023-Q4", "talent_card", 0.9),
        Change("2023-Q2", "talent_card", 0.5),
        Change("2023-Q2", "zones.Anhui.talent_card", 0.4),
    )
    at = list(model.engine.state.country.zones).index("Anhui")
    wanted = np.full((4, 31), 0.5)
    wanted[:, at] = 0.4
    wanted[0] = 0.0
    np.testing.assert_array_equal(model.resolved.levers["talent_card"], wanted)
    np.testing.assert_array_equal(model.talent_card, wanted[1])


def test_levers_read_what_holds_in_the_coming_quarter() -> None:
    model = ClusterModel(seed=7, talent_card={"2023-Q2": 0.2}, shared_definition=1, **QUICK)
    assert model.talent_card == 0.0
    model.step()
    assert model.talent_card == 0.2
    model.set(pilot_zones=["Anhui", "Beijing"], priorities={"2023-Q3": ["AI"]})
    assert model.pilot_zones == ("Beijing", "Anhui")
    model.step()
    assert "AI" in model.levers["priorities"]
    assert set(model.levers) == set(LEVERS)
    ended(model)
    assert model.shared_definition == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"talent_crad": 0.5}, "did you mean 'talent_card'"),
        ({"talent_card": 5}, "talent_card=.*above its bounds; allowed: 0 to 1"),
        ({"talent_card": "0.5"}, "not a number"),
        ({"talent_card": {}}, "no value"),
        ({"talent_card": {"2023-Q1": 0.5}}, "2023-Q1 has been run; allowed: 2023-Q3 and later"),
        ({"talent_card": {"2023-Q2": 0.5, "2023-Q4": 0.1}}, "2023-Q2 has been run"),
        ({"talent_card": {"2024-Q1": 0.5}}, "after the last quarter"),
        ({"zones": {"Anhiu": {"talent_card": 0.5}}}, "did you mean 'Anhui'"),
        ({"platform_debt_limit": 1.0}, "holds for the whole run"),
        ({"until": "2030-Q4"}, "'until' is not a lever"),
        ({"name": "other"}, "'name' is not a lever"),
        ({"zones": {"Anhui": 0.5}}, "Anhui"),
    ],
)
def test_bad_changes_are_refused_and_change_nothing(
    change: dict[str, Any], told: str, half: ClusterModel
) -> None:
    before = half.resolved.digest
    with pytest.raises(InputError, match=told) as caught:
        half.set(change | {"capacity_subsidy": 0.2})
    assert "--set" not in str(caught.value)
    assert half.changes == ()
    assert half.capacity_subsidy == 0.0
    assert half.resolved.digest == before


def test_all_problems_are_told_at_once_and_nothing_changes_after_the_end(
    half: ClusterModel, plain: ClusterModel
) -> None:
    with pytest.raises(InputError) as caught:
        half.set(talent_card=5, capacity_subsidy=-1, rent_cap=3)
    assert len(caught.value.problems) == 3
    with pytest.raises(InputError, match="the run ended with 2023-Q4"):
        plain.set(talent_card=0.5)


def test_an_assignment_is_refused_with_the_way_to_do_it(half: ClusterModel) -> None:
    model = half.branch()
    with pytest.raises(AttributeError, match=r"model\.set\(talent_card=0\.5\)"):
        model.talent_card = 0.5
    with pytest.raises(AttributeError, match="measured"):
        model.output = 0.5
    with pytest.raises(AttributeError, match="no attribute, metric or lever 'talent_crad'"):
        _ = model.talent_crad
    model.anything_else = 1
    assert model.talent_card == 0.0


def test_a_loaded_scenario_is_not_changed_by_a_model() -> None:
    loaded = load(TALENT, world="china-31", until="2023-Q4")
    before = loaded.digest
    model = ClusterModel(loaded, seed=7, scale=0.002, talent_card=0.1)
    model.set(talent_card=0.9)
    assert load(TALENT, world="china-31", until="2023-Q4").digest == before
    assert loaded.layer.paths == load(TALENT, world="china-31", until="2023-Q4").layer.paths


def test_an_engine_follows_only_what_is_still_to_come(half: ClusterModel) -> None:
    late = ClusterModel(seed=7, talent_card={"2023-Q2": 0.5}, **QUICK).resolved
    with pytest.raises(ValueError, match="talent_card differs in quarters that have been run"):
        half.engine.follow(late)
    other = ClusterModel(seed=7, **QUICK | {"until": "2023-Q3"}).resolved
    with pytest.raises(ValueError, match="quarters cannot change"):
        half.engine.follow(other)
