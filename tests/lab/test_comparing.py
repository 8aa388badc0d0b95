"""The summary of a comparison: paired differences with the base, and the places that scenarios name."""

from types import SimpleNamespace

import pytest
from lab_standins import table

from sim.lab import comparing, fates
from sim.lab.kinds import nothing, with_the_base
from sim.lab.plan import Arm, Plan

METRICS = [{"name": "output", "unit": "m yuan", "better": "higher"}]


@pytest.fixture
def plan(standins):
    arms = tuple(Arm(n, n, n, SimpleNamespace(), standins.Small(n)) for n in ("base", "one", "two"))
    return Plan(kind="compare", name="x", arms=arms, seed=1, runs=2, scale=0.02)


def test_every_scenario_is_compared_with_the_first_and_places_are_those_of_all(plan, root, monkeypatch):
    place = dict.fromkeys(fates.COLUMNS, "x")
    asked = []
    monkeypatch.setattr(fates, "fates", lambda *words: asked.append(words) or [place])
    metrics = {name: {s: {"output": s + k} for s in (1, 2)} for k, name in enumerate(("base", "one", "two"))}
    rows = comparing.summarise(plan, root, metrics, METRICS)
    assert [(row["scenario"], row["difference"], row["unit"]) for row in rows] == [
        ("one", 1.0, "m yuan"),
        ("two", 2.0, "m yuan"),
    ]
    assert [row["scenario"] for row in table(root / "comparison.csv")] == ["one", "two"]
    assert table(root / "places.csv") == [place]
    assert asked == [(root, plan.arms)]


def test_before_any_run_has_finished_no_place_is_asked_for(plan, root, monkeypatch):
    monkeypatch.setattr(fates, "fates", lambda *words: pytest.fail("asked for"))
    rows = comparing.summarise(plan, root, {arm.name: {} for arm in plan.arms}, METRICS)
    assert [row["runs"] for row in rows] == [0, 0]
    assert not (root / "places.csv").exists()


def test_a_kind_that_says_nothing_else_pairs_all_with_the_first(plan):
    assert with_the_base(plan) == [("one", "base"), ("two", "base")]
    assert nothing(plan) == []
