"""Where funds look and how much a round brings: limiting cases with known answers."""

import numpy as np
import pytest

from sim.mechanisms.finance import deals
from sim.mechanisms.finance.prices import see, terms
from sim.mechanisms.finance.reach import anywhere, reach, syndicates
from sim.mechanisms.finance.rounds import need, rounds, staged, tickets
from sim.mechanisms.finance.seekers import seekers
from sim.world.tables import FundKind

WIDE = "synthetic:Z=6,provinces=3,total=0.05"


def places_of_deals(state):
    """Return provinces of funds and of the firms that they back in a quarter, market funds alone."""
    found = []
    state.panels = ("deals",)
    state.record = lambda name, **columns: found.append(columns)
    state.funds.alive[:] = state.funds.alive & (state.funds.kind < FundKind.GUIDANCE)
    state.funds.cash[:] = 1e4
    deals.close_deals(state)
    province = state.country.province
    return province[found[0]["fund_zone"]], province[found[0]["zone"]]


def test_money_stays_at_home_where_home_is_all_that_funds_see(opening):
    home = {"fund_home_early": 1.0, "fund_home_late": 1.0, "deal_bar_early": -5.0, "deal_bar_late": -5.0}
    fund, firm = places_of_deals(opening(world=WIDE, parameters=home))
    assert fund.size > 10
    assert (fund == firm).all()


def test_money_goes_only_where_a_lead_is_at_home(opening):
    parameters = {
        "fund_home_early": 0.0,
        "fund_home_late": 0.0,
        "fund_follow_lead": 1.0,
        "deal_bar_early": -5.0,
        "deal_bar_late": -5.0,
    }
    state = opening(world=WIDE, parameters=parameters)
    market = state.funds.alive & (state.funds.kind < FundKind.GUIDANCE)
    state.funds.zone[market] = np.flatnonzero(state.country.province == 1)[0]
    fund, firm = places_of_deals(state)
    assert fund.size > 10
    assert (firm == 1).all()


def test_anywhere_is_anywhere(opening):
    state = opening(
        "theories.reach=anywhere", world=WIDE, parameters={"deal_bar_early": -5.0, "deal_bar_late": -5.0}
    )
    assert (reach(state).home == 0.0).all()
    assert anywhere(state).lead == 0.0
    fund, firm = places_of_deals(state)
    assert (fund != firm).any()
    assert syndicates(state).home[0] == state.p.fund_home_early


def test_nobody_is_backed_below_the_bar(opening):
    state = opening(world=WIDE, parameters={"deal_bar_early": 1.0, "deal_bar_late": 1.0, "signal_noise": 0.1})
    state.record = pytest.fail
    raised = state.counts.equity_raised
    state.firms.quality[:] = state.industries.quality[state.firms.industry]
    state.firms.niche[:] = 0.0
    deals.close_deals(state)
    assert state.counts.equity_raised == raised


def test_a_round_pays_outlays_losses_and_plants_until_the_next_one():
    assert need(6.0, 1.0, 0.6, 0.0, 0.0, False) == 6.0  # a team larger than usual
    assert need(6.0, 0.2, 0.6, 0.0, 0.0, False) == pytest.approx(3.6)  # at least a usual one
    assert need(6.0, 1.0, 0.6, 0.0, 50.0, True) == 56.0  # the whole first plant
    assert need(6.0, 9.0, 0.0, -2.0, 5.0, False) == 42.0  # a maker: its losses and six quarters of building
    assert need(6.0, 9.0, 0.0, 3.0, 5.0, False) == 30.0


@pytest.mark.parametrize(("theory", "lasts"), [("staged", True), ("tickets", False)])
def test_a_rich_team_raises_its_need_or_a_ticket(opening, lone, theory, lasts):
    state = opening(f"theories.rounds={theory}", parameters={"round_runway": 8.0})
    row = lone(state, "AI", trl=6, cash=1.0, rd_spending=1.0, zone=1, quality=4.0)
    state.firms.niche[row] = 0.15
    seen = see(state, terms(state), seekers(state), np.array([0]))
    p = state.p
    assert rounds(state) == (staged(state) if lasts else tickets(state))
    assert seen.amount == pytest.approx([p.round_lasts * 1.0 if lasts else p.fund_vc_ticket])
