"""Free flow of factors: each openness lever lifts its own border and no other."""

import numpy as np
import pytest

from sim.mechanisms.finance import deals
from sim.mechanisms.labour import moving
from sim.mechanisms.research import knowledge
from sim.world.tables import K

TWO = "synthetic:Z=6,provinces=2,total=0.02"
"""Two provinces of three zones."""


def across(state, flow):
    """Return the persons who crossed a province border."""
    return int((flow * (state.ground.across > 0)).sum())


def moves(opening, **levers):
    """Return moves between zones of one quarter in which many consider moving, (Z, Z)."""
    state = opening(world=TWO, scale=1.0, parameters={"move_hazard": 8.0, "move_border": 1.0}, **levers)
    state.panels["talent"] = []
    before = state.zones.pool.copy()
    moving.move(state)
    record = state.panels["talent"][0]
    flow = np.zeros((state.n_zones, state.n_zones))
    np.add.at(flow, (record["from_zone"], record["to_zone"]), 1.0)
    assert state.zones.pool.sum() == before.sum()
    return state, flow


def test_openness_for_people_multiplies_the_odds_of_crossing_by_the_border(opening):
    state, closed = moves(opening)
    _, opened = moves(opening, openness_people=1.0)
    crossing, crossing_open = across(state, closed), across(state, opened)
    assert crossing_open > 1.3 * crossing
    stay = state.talent.alive.sum()
    odds, odds_open = (n / (stay - n) for n in (crossing, crossing_open))
    error = np.sqrt(1.0 / crossing + 1.0 / crossing_open)
    assert abs(np.log(odds_open / odds) - 1.0) < 3.5 * error
    assert error < 0.15


def test_openness_for_knowledge_lifts_the_border_of_spillovers(opening):
    state = opening(world=TWO)
    p, related = state.p, state.cells.knowledge[:, :K] @ state.country.relatedness
    closed = (state.ground.decay * (1.0 - p.knowledge_border * state.ground.across)) @ related
    assert knowledge.within_reach(state) == pytest.approx(closed / closed.mean(axis=0))
    state.lever.put("openness_knowledge", 1.0)
    assert knowledge.within_reach(state) == pytest.approx(state.ground.decay @ related / closed.mean(axis=0))
    state.lever.put("openness_knowledge", 0.5)
    half = (closed + state.ground.decay @ related) / 2.0
    assert knowledge.within_reach(state) == pytest.approx(half / closed.mean(axis=0))


def test_openness_for_knowledge_does_nothing_within_one_province(opening):
    state = opening(world="synthetic:Z=4,provinces=1,total=0.02")
    closed = knowledge.within_reach(state)
    state.lever.put("openness_knowledge", 1.0)
    assert knowledge.within_reach(state) == pytest.approx(closed, rel=1e-12)


def deals_across(opening, openness):
    """Let bound funds invest for a quarter; return the deals in and beyond their provinces."""
    state = opening(world=TWO, openness_capital=openness, parameters={"deal_distance_cost": 0.0})
    state.funds.local[:] = 1.0
    state.funds.politics[:] = 0.0
    state.panels["deals"] = []
    state.firms.rd_spending[:] = state.firms.cash / 3.0  # all are short of money
    deals.close_deals(state)
    record = state.panels["deals"][0]
    row = {uid: i for i, uid in enumerate(state.firms.uid.tolist())}
    firm = np.array([row[uid] for uid in record["firm"].tolist()])
    province = state.country.province
    return province[state.funds.zone[record["fund"]]] == province[state.firms.zone[firm]]


def test_bound_funds_stay_in_their_province_until_capital_is_free(opening):
    assert deals_across(opening, 0.0).all()
    free = deals_across(opening, 1.0)
    assert 0.2 < free.mean() < 0.8
