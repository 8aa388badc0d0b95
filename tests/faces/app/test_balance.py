"""Equal public cost on the page: the budget that the command line would find, from the crew's runs."""

from __future__ import annotations

import queue
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from sim.app import own
from sim.app.balance import KEY, Balancing
from sim.app.document import Edit, Variant
from sim.app.estimator import Pace
from sim.core.errors import InputError
from sim.lab.equalcost import budget_of
from sim.scenario import Resolved

BASE = Variant("baseline", world="china-31")
LIMIT = 60.0


class Costing:
    """Stands for a crew whose runs cost a share of the budget, and more for the base."""

    def __init__(self, extra: float) -> None:
        self.extra = extra
        self.asked: list[tuple[int, float]] = []

    def want(self, who: Any, resolved: Resolved, seed: int, scale: float, hear: Any, rank: int) -> Any:
        self.asked.append((seed, scale))
        cost = 2.0 * budget_of(resolved) + (self.extra if resolved.digest == of(BASE).digest else 0.0)
        run = SimpleNamespace(national={"public_cost": np.full(80, cost, dtype=np.float32)})
        if seed % 2:
            return run
        hear("done", run)
        return None

    def leave(self, who: Any) -> None: ...


def of(variant: Variant, budget: float | None = None) -> Resolved:
    return own.resolved(own.read(variant if budget is None else variant.edited(Edit(KEY, "", budget))))


def found(crew: Any) -> Any:
    other = BASE.edited(Edit("policy.talent_card", "2024-Q1", 0.5))
    told: queue.Queue[Any] = queue.Queue()
    pace = Pace(exact=0.003, pairs=8, seed=3)
    Balancing(crew, pace, of(BASE), "other", lambda budget: of(other, budget), told.put)
    return told.get(timeout=LIMIT)


def test_the_budget_makes_both_cost_the_same() -> None:
    crew = Costing(extra=10_000.0)
    assert found(crew) == pytest.approx(budget_of(of(BASE)) + 5_000.0, rel=2e-3)
    assert set(crew.asked) == {(3, 0.003), (4, 0.003)}


def test_without_such_a_budget_it_is_told_why() -> None:
    told = found(Costing(extra=1e12))
    assert isinstance(told, InputError)
    assert "would need a budget" in str(told.problems[0])


def test_a_budget_is_an_override_that_goes_into_links_and_files() -> None:
    from sim.app.document import Document
    from sim.app.link import link, restored

    changed = BASE.edited(Edit(KEY, "", 200_000.0)).edited(Edit("policy.talent_card", "2024-Q1", 0.5))
    assert budget_of(of(changed)) == 200_000.0
    assert restored(link(Document((BASE, changed)))).arms[1] == changed
    back = own.brought("mine.yaml", own.written(changed).encode())
    assert own.read(back).digest == own.read(changed).digest
