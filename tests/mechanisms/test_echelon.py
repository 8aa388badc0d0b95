"""Who climbs the ladder, who is a pioneer or a leader, and where the support goes."""

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.mechanisms import echelon
from sim.world.tables import ESTABLISHED, NEVER, K, Tier


def firm(state, lone, **columns):
    """Leave one firm that by every rule is a high-tech firm of 40 m yuan of sales."""
    given = {"sales": 10.0, "rd_spending": 0.6, "rd_staff": 5.0, "jobs": 20, "patents": 1, "born": -20}
    row = lone(state, "AI", **{**given, **columns})
    state.industries.sales[0] = 1e5
    return row


@pytest.mark.parametrize(
    ("columns", "tier"),
    [
        ({}, Tier.HIGH_TECH),
        ({"rd_spending": 0.4}, Tier.TECH_SME),  # 4 % of 40 m yuan, 5 % are asked
        ({"sales": 20.0, "rd_spending": 0.81}, Tier.HIGH_TECH),  # 4 % of 80 m yuan
        ({"sales": 100.0, "rd_spending": 2.9}, Tier.TECH_SME),  # 3 % of 400 m yuan
        ({"jobs": 50}, Tier.TECH_SME),  # less than a tenth in R&D
        ({"patents": 0}, Tier.TECH_SME),
        ({"born": -2}, Tier.TECH_SME),
        ({"sales": 30.0, "rd_spending": 2.0, "patents": 2}, Tier.LITTLE_GIANT),
        ({"sales": 20.0, "rd_spending": 1.0, "patents": 2}, Tier.HIGH_TECH),  # 80 m yuan, R&D of 5 %
        ({"sales": 30.0, "rd_spending": 2.0, "patents": 2, "born": -8}, Tier.HIGH_TECH),
        ({"sales": 600.0, "rd_spending": 0.0}, Tier.LEADER),
        ({"sales": 499.0, "rd_spending": 0.0}, Tier.TECH_SME),
        # exactly what is asked is enough
        ({"sales": 500.0, "rd_spending": 0.0}, Tier.LEADER),
        ({"rd_spending": 0.5}, Tier.HIGH_TECH),  # 5 % of 40 m yuan
        ({"sales": 12.5, "rd_spending": 0.5}, Tier.HIGH_TECH),  # 4 % of 50 m yuan
        ({"sales": 50.0, "rd_spending": 1.5}, Tier.HIGH_TECH),  # 3 % of 200 m yuan
        ({"sales": 50.0, "rd_spending": 1.4}, Tier.TECH_SME),
        ({"jobs": 45}, Tier.HIGH_TECH),
        ({"born": -4}, Tier.HIGH_TECH),
        ({"born": -3}, Tier.TECH_SME),
        ({"sales": 12.5, "rd_spending": 0.75, "patents": 2, "born": -12}, Tier.LITTLE_GIANT),
        ({"sales": 12.4, "rd_spending": 0.75, "patents": 2}, Tier.HIGH_TECH),
        ({"sales": 25.0, "rd_spending": 1.0, "patents": 2}, Tier.LITTLE_GIANT),  # 4 % of 100 m yuan
        ({"sales": 24.9, "rd_spending": 1.0, "patents": 2}, Tier.HIGH_TECH),
        ({"sales": 30.0, "rd_spending": 2.0, "patents": 1}, Tier.HIGH_TECH),
    ],
)
def test_the_rules_of_certification(opening, lone, columns, tier):
    state = opening()
    row = firm(state, lone, **columns)
    assert echelon.deserved(state)[row] == tier


@pytest.mark.parametrize(
    ("sales", "market", "tier"),
    [
        (500.0, 400_000.0, Tier.LEADER),  # half a percent of it
        (500.0, 400_001.0, Tier.TECH_SME),
        (25.0, 500_000.0, Tier.LITTLE_GIANT),  # 0.02 %
        (25.0, 500_001.0, Tier.HIGH_TECH),
    ],
)
def test_weight_in_the_market_is_asked_of_little_giants_and_leaders(opening, lone, sales, market, tier):
    state = opening()
    row = firm(state, lone, sales=sales, rd_spending=1.0, patents=2)
    state.industries.sales[0] = market
    assert echelon.deserved(state)[row] == tier


def test_zones_count_the_firms_of_each_class(opening, lone):
    state = opening()
    firm(state, lone)
    rows = np.concatenate([[1], state.claim(state.firms, 6)])
    firms, zones = state.firms, state.zones
    firms.weight[rows], firms.zone[rows] = [2, 3, 5, 7, 11, 13, 17], 2
    firms.industry[rows] = [0, 1, 2, 3, 4, K, 6]
    firms.pioneer[rows] = [0, NEVER, NEVER, 1, NEVER, 1, 1]
    firms.tier[rows] = [Tier.TECH_SME, Tier.HIGH_TECH, Tier.LITTLE_GIANT, Tier.LEADER, 0, 0, 0]
    firms.alive[rows[-1]] = False
    firms.trl[rows], firms.born[rows] = 0, -20
    state.t = 1
    echelon.step(state)
    found = {name: getattr(zones, name).tolist() for name in ("smes", "strong", "pioneers", "leaders")}
    assert found == {
        "smes": [0.0, 0.0, 2.0 + 11.0, 0.0],
        "strong": [0.0, 0.0, 3.0 + 3 * 5.0, 0.0],
        "pioneers": [0.0, 0.0, 2.0 + 7.0, 0.0],
        "leaders": [0.0, 0.0, 7.0, 0.0],
    }


def test_a_row_of_many_firms_is_judged_by_one_of_them(opening, lone):
    state = opening()
    row = firm(state, lone, weight=50, sales=500.0, rd_spending=30.0, rd_staff=250.0, jobs=1000, patents=50)
    assert echelon.deserved(state)[row] == Tier.HIGH_TECH


def test_one_rung_up_a_year_and_down_only_after_three(opening, lone):
    state = opening()
    row = firm(state, lone, sales=30.0, rd_spending=2.0, patents=2, tier=Tier.TECH_SME, certified=0)
    firms, tiers = state.firms, []
    for year in range(1, 10):
        state.t = 4 * year
        if year == 3:  # a bad year: nothing is deserved any more
            firms.rd_spending[row] = 0.0
        echelon._review(state)
        tiers.append(int(firms.tier[row]))
    assert tiers == [1, 2, 2, 2, 1, 1, 1, 0, 0]


def test_what_is_still_deserved_after_three_years_is_renewed(opening, lone):
    state = opening()
    row = firm(state, lone, tier=Tier.HIGH_TECH, certified=0)
    for state.t, certified in ((8, 0), (12, 12), (20, 12), (24, 24)):
        echelon._review(state)
        assert (state.firms.tier[row], state.firms.certified[row]) == (Tier.HIGH_TECH, certified)


def test_everybody_opens_with_the_tier_of_the_rules(opening):
    state = opening(world="china-31", scale=0.002)
    echelon._review(state)
    f = state.firms
    future = f.alive & (f.industry < K)
    assert (f.tier == echelon.deserved(state, patents=False))[future].all()
    assert (f.tier[f.alive & ~future] == 1).all()
    due = f.certified[future]
    assert sorted(set(due.tolist())) == list(range(-12, 0))  # so that not all are renewed at once


def test_pioneers_are_the_first_in_a_zone_and_the_first_at_a_step(opening, lone):
    state = opening()
    row = firm(state, lone, trl=5, born=-9)
    state.industries.frontier[:] = state.industries.pioneered[:] = 5
    state.cells.firms[:] = 0
    state.cells.firms[0, 0] = 1
    state.t = 7
    second, first = (int(r) for r in state.claim(state.firms, 2))
    for r, zone in ((second, 0), (first, 1)):
        state.firms.born[r], state.firms.trl[r], state.firms.zone[r], state.firms.weight[r] = 7, 4, zone, 1
    echelon._name_pioneers(state)
    assert state.firms.pioneer[[row, second, first]].tolist() == [NEVER, NEVER, 7]
    state.t, state.firms.trl[row], state.industries.frontier[0] = 8, 6, 6
    echelon._name_pioneers(state)
    assert state.firms.pioneer[[row, second, first]].tolist() == [8, NEVER, 7]
    state.firms.trl[second] = 6  # the step has been taken before
    state.t = 9
    echelon._name_pioneers(state)
    assert state.firms.pioneer[second] == NEVER


def test_who_makes_what_is_established_is_no_first_one(opening, lone):
    state = opening()
    row = firm(state, lone, trl=9)
    state.cells.firms[:] = 1.0
    for route, since in ((ESTABLISHED, NEVER), (ESTABLISHED + 1, 7)):
        state.t, state.firms.route[row], state.industries.pioneered[:] = 7, route, 0
        echelon._name_pioneers(state)
        assert state.firms.pioneer[row] == since


def test_only_living_firms_of_the_20_industries_are_pioneers(opening, lone):
    state = opening()
    row = firm(state, lone, trl=3, born=7)
    rows = np.concatenate([[row], state.claim(state.firms, 3)])
    firms, ind, state.t = state.firms, state.industries, 7
    firms.industry[rows], firms.zone[rows], firms.weight[rows] = [0, 0, K, K], [0, 1, 1, 2], 1
    firms.alive[rows[1]] = False
    firms.born[rows], firms.trl[rows] = [7, 7, 7, -9], [3, 9, 3, 9]
    state.cells.firms[:] = 0
    ind.frontier[:], ind.pioneered[:] = 5, 5
    ind.frontier[[1, 2]], ind.pioneered[[1, 2]] = [4, 6], [6, 4]
    echelon.step(state)
    assert firms.pioneer[rows].tolist() == [7, NEVER, NEVER, NEVER]
    assert ind.pioneered[:3].tolist() == [5, 6, 6]


def support(opening, lone, lever, money, tiers, **columns):
    """Pay a programme in zone 0 to single firms of the given tiers; return state and their grants."""
    state = opening(**{lever: 1.0})
    firm(state, lone, **columns)
    rows = np.concatenate([[1], state.claim(state.firms, len(tiers) - 1)])
    for column in ("industry", "zone", "weight", "sales", "born", "pioneer", "output", "rd_staff", "trl"):
        getattr(state.firms, column)[rows] = getattr(state.firms, column)[1]
    state.firms.lot[rows] = rows
    state.firms.tier[rows] = tiers
    before = state.firms.cash[rows].copy()
    state.t = 1  # no review
    state.treasury.aside[lever] = np.array([money, 7.0, 0.0, 0.0])
    cash = state.zones.cash.copy()
    echelon.step(state)
    paid = cash - state.zones.cash
    grants = state.firms.cash[rows] - before
    assert paid == pytest.approx([grants.sum(), 0.0, 0.0, 0.0])  # zone 1 has nobody: its money stays
    assert state.ledger.flow[Item.GRANT, Sector.LOCAL, Sector.FIRMS] == pytest.approx(grants.sum())
    assert state.ledger.flow[Item.GRANT].sum() == pytest.approx(grants.sum())
    assert state.cells.public_money[0].sum() == pytest.approx(grants.sum())
    assert state.treasury.programmes[lever][1] == pytest.approx(grants.sum())
    assert lever not in state.treasury.aside
    return state, grants.tolist()


def test_support_goes_by_rung(opening, lone):
    tiers = [Tier.TECH_SME, Tier.HIGH_TECH, Tier.LITTLE_GIANT, Tier.LEADER]
    state, grants = support(opening, lone, "sme_foundation", 8.0, tiers)
    assert grants == [8.0, 0.0, 0.0, 0.0]
    assert state.firms.access[1:5].tolist() == [True, False, False, False]
    _, grants = support(opening, lone, "strong_foundation", 8.0, tiers)
    assert grants == [0.0, 2.0, 6.0, 0.0]
    _, grants = support(opening, lone, "leader_anchoring", 8.0, tiers)
    assert grants == [0.0, 0.0, 0.0, 8.0]


def test_pioneers_are_supported_while_they_are_young(opening, lone):
    state, grants = support(opening, lone, "pioneer_support", 8.0, [0, 0], pioneer=0)
    assert grants == [4.0, 4.0]
    assert state.firms.helped[1:3].all()
    state, grants = support(opening, lone, "pioneer_support", 8.0, [0, 0], pioneer=-19)
    assert grants == [0.0, 0.0]
    assert not state.firms.helped.any()


def test_a_purse_for_an_industry_supports_its_firms_alone_and_the_general_one_the_others(opening, lone):
    state, name = opening(sme_foundation=1.0), "sme_foundation"
    rows = [firm(state, lone), int(state.claim(state.firms, 1)[0])]
    firms, treasury, force = state.firms, state.treasury, state.force
    firms.industry[rows], firms.zone[rows], firms.weight[rows], firms.tier[rows] = [0, 2], 0, 1, Tier.TECH_SME
    force.aimed[name], force.own[name] = np.full((4, K), np.nan), np.zeros((4, K))
    force.aimed[name][:, 2] = force.own[name][:, 2] = 1.0
    treasury.put_aside(name, np.array([8.0, 0.0, 0.0, 0.0]))
    treasury.put_aside(name, np.array([5.0, 0.0, 0.0, 0.0]), industry=2)
    held, cash, state.t = firms.cash[rows], state.zones.cash.copy(), 1
    echelon.step(state)
    assert firms.cash[rows] - held == pytest.approx([8.0, 5.0])
    assert cash - state.zones.cash == pytest.approx([13.0, 0.0, 0.0, 0.0])
    assert treasury.programmes[name][1] == pytest.approx(13.0)


def test_what_anchored_leaders_buy_is_known_by_industry(opening, lone):
    state, _ = support(opening, lone, "leader_anchoring", 8.0, [Tier.LEADER], output=1000.0)
    assert state.cells.anchored[0] == pytest.approx(1000.0 * state.ground.supply[0])
    assert state.cells.anchored[1:].sum() == 0.0
    assert state.firms.anchored.sum() == 1
    state.firms.tier[1] = Tier.LITTLE_GIANT  # no leader any more
    echelon.step(state)
    assert (state.cells.anchored == 0.0).all()


def test_a_larger_share_supports_more_firms_and_drops_none(opening):
    chosen = []
    for share in (0.3, 0.6):
        state = opening(world="china-31", scale=0.02, sme_foundation=share)
        echelon.step(state)
        chosen.append(state.firms.access.copy())
    assert (chosen[1] >= chosen[0]).all()
    eligible = (state.firms.tier == 0) & state.firms.alive & (state.firms.industry < K)
    assert chosen[0].sum() / eligible.sum() == pytest.approx(0.3, abs=0.05)
    assert chosen[1].sum() / eligible.sum() == pytest.approx(0.6, abs=0.05)
    assert not (chosen[1] & ~eligible).any()


def test_losses_count_quarters_in_a_row(opening, lone):
    state = opening()
    row = firm(state, lone, margin=-0.1)
    state.t = 1
    for expected in (1, 2):
        echelon.step(state)
        assert state.firms.losses[row] == expected
    state.firms.margin[row] = 0.01
    echelon.step(state)
    assert state.firms.losses[row] == 0


@pytest.mark.parametrize(("trl", "margin", "losses"), [(8, -0.1, 4), (7, -0.1, 0), (9, 0.0, 0)])
def test_only_firms_with_a_product_can_lose_on_it(opening, lone, trl, margin, losses):
    state = opening()
    row = firm(state, lone, trl=trl, margin=margin, losses=3)
    state.t = 1
    echelon.step(state)
    assert state.firms.losses[row] == losses


def test_losses_are_counted_up_to_ten_thousand(opening, lone):
    state = opening()
    row = firm(state, lone, margin=-0.1, losses=9_999)
    state.t = 1
    for _ in range(2):
        echelon.step(state)
        assert state.firms.losses[row] == 10_000
