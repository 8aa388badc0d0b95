"""Firms and talent answer as Mesa's AgentSet does: the same calls on both, the same answers."""

from __future__ import annotations

import copy
import inspect
from random import Random
from typing import Any

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim.model import ClusterModel, Firm, Rows, RowView, Worker


@pytest.fixture(scope="module")
def model() -> ClusterModel:
    """A model after two quarters."""
    model = ClusterModel(seed=7, world="china-31", scale=0.002, until="2023-Q4")
    model.run_for(2)
    return model


@pytest.fixture
def firms(model: ClusterModel) -> Rows:
    """Some three hundred of its firms."""
    return model.firms[:3000:10]


@pytest.fixture(scope="module")
def agents(model: ClusterModel) -> AgentSet:
    """The same firms as agents in Mesa's own collection."""

    class Copy(mesa.Agent):
        """One firm, copied column by column."""

        def __init__(self, holder: mesa.Model, view: RowView) -> None:
            super().__init__(holder)
            self.row = view.row
            for column in ("cash", "industry", "zone", "weight", "listed"):
                setattr(self, column, getattr(view, column))

        def double(self, by: int = 2) -> float:
            return self.cash * by

    holder = mesa.Model(rng=1)
    for view in model.firms[:3000:10]:
        Copy(holder, view)
    holder.agents.holder = holder
    return holder.agents


def rows(found: Any) -> list[int]:
    """Return the row numbers of views or agents in order."""
    return [each.row for each in found]


SELECTIONS: list[dict[str, Any]] = [
    {},
    {"filter_func": lambda f: f.cash > 10.0},
    {"filter_func": lambda f: f.cash > 10.0 and f.industry in (3, 4)},
    {"at_most": 5},
    {"at_most": 0},
    {"at_most": 1},
    {"at_most": 1.0},
    {"at_most": 0.333},
    {"at_most": 10**6},
    {"filter_func": lambda f: f.industry == 3, "at_most": 2},
    {"filter_func": lambda f: f.cash < 5.0, "at_most": 0.1},
    {"filter_func": lambda _: False},
]


@pytest.mark.parametrize("said", SELECTIONS)
def test_select(said: dict[str, Any], firms: Rows, agents: AgentSet) -> None:
    assert rows(firms.select(**said)) == rows(agents.select(**said))
    before = rows(firms)
    again = firms.select(**said, inplace=True)
    assert again is firms
    assert rows(firms) == rows(agents.select(**said))
    assert len(before) == len(agents)


def test_select_with_a_mask_is_the_filter_on_whole_columns(firms: Rows) -> None:
    quick = firms.select(firms.get("cash") > 10.0, at_most=20)
    assert rows(quick) == rows(firms.select(lambda f: f.cash > 10.0, at_most=20))
    for wrong in (np.ones(3, dtype=bool), np.arange(len(firms))):
        with pytest.raises(ValueError, match="boolean array"):
            firms.select(wrong)


def test_select_by_type(model: ClusterModel) -> None:
    assert (
        len(model.firms.select(agent_type=Firm))
        == len(model.firms.select(agent_type=RowView))
        == len(model.firms)
    )
    assert len(model.firms.select(agent_type=Worker)) == len(model.talent.select(agent_type=mesa.Agent)) == 0
    assert isinstance(model.talent[0], Worker)


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("key", ["cash", "industry", lambda f: (f.zone, -f.cash)])
def test_sort_keeps_equals_in_order(key: Any, ascending: bool, firms: Rows, agents: AgentSet) -> None:
    assert rows(firms.sort(key, ascending)) == rows(agents.sort(key, ascending))
    firms.sort(key, ascending, inplace=True)
    assert rows(firms) == rows(agents.sort(key, ascending))


def test_shuffle_draws_from_the_models_random(firms: Rows, agents: AgentSet) -> None:
    order = rows(agents)
    Random(3).shuffle(order)
    firms.random = Random(3)
    assert rows(firms.shuffle()) == order != rows(firms)
    firms.random = Random(3)
    assert rows(firms.shuffle(inplace=True)) == rows(firms) == order


def test_firms_of_one_model_shuffle_alike_and_on(model: ClusterModel) -> None:
    one, other = model.branch(), model.branch()
    first = rows(one.firms.shuffle())
    assert first == rows(other.firms.shuffle())
    assert first != rows(one.firms.shuffle())


def test_do_and_map_call_each_view(firms: Rows, agents: AgentSet) -> None:
    assert firms.map(lambda f, by: f.cash * by, 3) == agents.map(lambda f, by: f.cash * by, 3)
    seen: list[int] = []
    assert firms.do(lambda f: seen.append(f.row)) is firms
    assert seen == rows(agents)
    assert firms.shuffle_do(lambda f, by: seen.append(f.row * by), by=0) is firms
    assert seen[len(agents) :] == [0] * len(agents)
    assert firms.map("__repr__")[0] == repr(firms[0])


def test_get_gives_columns(firms: Rows, agents: AgentSet) -> None:
    assert firms.get("cash").tolist() == agents.get("cash")
    assert firms.get(["cash", "listed", "industry"]) == agents.get(["cash", "listed", "industry"])
    assert firms.get("row").tolist() == rows(agents)
    assert firms.get("wealth", "default", 1.5).tolist() == agents.get("wealth", "default", 1.5)
    assert firms.get(["zone", "wealth"], handle_missing="default") == agents.get(
        ["zone", "wealth"], "default"
    )
    with pytest.raises(AttributeError, match="wealth"):
        firms.get("wealth")
    with pytest.raises(ValueError, match="handle_missing"):
        firms.get("cash", "ignore")
    firms.get("cash")[:] = 0.0
    assert firms.get("cash").tolist() == agents.get("cash")


def test_agg_and_groupby(firms: Rows, agents: AgentSet) -> None:
    assert firms.agg("weight", sum) == agents.agg("weight", sum)
    assert firms.agg("cash", [min, max, np.mean]) == pytest.approx(agents.agg("cash", [min, max, np.mean]))
    for by in ("industry", "listed", lambda f: (f.zone, f.listed), lambda f: f.cash > 10):
        ours, theirs = firms.groupby(by), agents.groupby(by)
        assert list(ours.groups) == list(theirs.groups)
        assert [rows(group) for _, group in ours] == [rows(group) for _, group in theirs]
        assert ours.count() == theirs.count()
        assert ours.agg("weight", sum) == theirs.agg("weight", sum)
        assert ours.map(len) == theirs.map(len)
        assert ours.map("agg", "cash", np.sum) == pytest.approx(theirs.map("agg", "cash", np.sum))
        lists = firms.groupby(by, result_type="list")
        assert {key: rows(group) for key, group in lists} == {key: rows(group) for key, group in theirs}
        assert lists.agg("weight", sum) == ours.agg("weight", sum)


def test_it_counts_iterates_and_finds(firms: Rows, model: ClusterModel) -> None:
    assert len(firms) == len(list(firms)) == len(firms.to_list()) == 300
    assert firms[7] in firms
    assert firms[7] not in firms[:7]
    assert model.talent[7] not in firms
    assert firms.index(firms[7]) == 7
    assert firms.count(firms[7]) == 1
    assert next(reversed(firms)) == firms[-1]
    assert rows(copy.copy(firms)) == rows(firms)
    assert repr(firms) == "<300 rows of firms>"
    assert len(repr(model.firms)) < 80


def test_columns_are_read_only(firms: Rows) -> None:
    with pytest.raises(AttributeError, match=r"mechanisms only.*model\.set"):
        firms.set("cash", 1.0)


def test_arguments_are_named_as_mesa_names_them() -> None:
    names = ("select", "shuffle", "sort", "do", "shuffle_do", "map", "agg", "get", "set", "groupby")
    for name in names:
        ours = list(inspect.signature(getattr(Rows, name)).parameters)
        theirs = list(inspect.signature(getattr(AgentSet, name)).parameters)
        assert ours == theirs, name
