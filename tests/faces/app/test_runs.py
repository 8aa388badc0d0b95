"""The run on the screen and the one before it."""

from __future__ import annotations

import gc
import weakref

import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from sim.app import offers
from sim.app.inspector.session import AppModel


def test_the_run_before_is_remembered_once_it_began() -> None:
    scenario = offers.read("baseline", "china-31")
    first, second, third = (AppModel(origin=scenario, seed=seed) for seed in (1, 2, 3))
    first.step()
    second.follow(first)
    third.follow(second)
    assert second.before == third.before
    assert third.before.series == first.series()
    assert third.before.words == "baseline; china-31, seed 1, scale 0.005"
    assert all(len(values) == 1 for values in third.before.series.values())
    assert (first.quarter, second.quarter) == ("2023-Q1", "")
    first.step()
    assert first.quarter == "2023-Q1", "a run that was replaced goes on"


def test_a_replaced_model_is_let_go() -> None:
    scenario = offers.read("baseline", "china-31")
    old, new = AppModel(origin=scenario), AppModel(origin=scenario)
    old.step()
    new.follow(old)
    gone = weakref.ref(old)
    del old
    gc.collect()
    assert gone() is None
