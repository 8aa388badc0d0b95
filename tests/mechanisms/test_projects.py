"""From declared to built: one lump a zone and industry, paid for, or not started."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.accounts import Item, Sector
from sim.core.draws import lot_of
from sim.mechanisms import projects
from sim.mechanisms.projects import roles
from sim.mechanisms.projects.building import LOT, begin
from sim.mechanisms.projects.plants import _around
from sim.mechanisms.projects.plants import plants as wanted
from sim.world.tables import BUILD_SLOTS, K, Origin
from tests.mechanisms.declared import ONE_PLANT, declared

WIDE = "synthetic:Z=60,provinces=6,total=0.3"


def test_a_plant_is_one_lump_paid_by_a_chain_of_owners(opening):
    state, k = declared(opening, 1e6)
    p, n = state.p, state.firms.rows
    begin(state, wanted(state))
    capacity = p.first_plant_lump * p.minimum_efficient_scale[k]
    capital = capacity * (p.capital_per_output[k] + p.initial_cash_share)
    public = capital / p.capital_per_public_yuan
    f = state.firms
    new = np.flatnonzero(f.alive & (f.origin == Origin.PROJECT))
    assert sorted(f.zone[new].tolist()) == [0, 1, 2, 3]
    assert new.min() >= 1
    assert f.rows <= n + 4
    slot = int(p.public_build_lag) % BUILD_SLOTS
    assert np.allclose(f.pipeline[new, slot], capacity)
    assert np.allclose(f.pipeline[new].sum(axis=1), capacity)
    assert np.allclose(f.public_equity[new], public)
    assert np.allclose(f.public_share[new], 1.0 / (1.0 + p.private_per_public_vc))
    assert np.allclose(f.cash[new], p.initial_cash_share * capacity)
    flow = state.ledger.flow
    assert flow[Item.EQUITY, Sector.LOCAL, Sector.FIRMS] == pytest.approx(4 * public)
    assert flow[Item.EQUITY, Sector.REST, Sector.FIRMS] == pytest.approx(4 * public * p.private_per_public_vc)
    assert flow[Item.LOAN, Sector.BANKS, Sector.FIRMS] == pytest.approx(f.debt[new].sum())
    invested = flow[Item.INVESTMENT, Sector.FIRMS, Sector.REST]
    assert invested + f.cash[new].sum() == pytest.approx(4 * capital)
    assert np.allclose(1e6 - state.zones.cash, public)
    assert (state.zones.debt == 0.0).all()


def test_what_a_zone_wishes_most_it_pays_first_and_goes_on_to_what_it_can_pay(opening):
    state, _ = declared(opening, 0.0, {"platform_debt_limit": 0.0})
    lines, asked = [2, 5, 9, 12], wanted(state)
    start, wish, capacity = np.zeros_like(asked.start), np.zeros_like(asked.wish), asked.capacity.copy()
    start[1, lines], wish[1, lines], capacity[lines] = True, [0.1, 0.9, 0.5, 0.7], 1.0
    capacity[5] = 1e9  # nobody can pay for it
    capital = capacity * (state.industries.plant_price[:K] + asked.working)
    public = capital / state.p.capital_per_public_yuan
    state.zones.cash[1] = public[12] + public[9] + 0.5 * public[2]
    begin(state, asked._replace(start=start, wish=wish, capacity=capacity))
    assert state.cells.plants[1, lines].tolist() == [0, 0, 1, 1]
    assert np.argwhere(state.cells.began).tolist() == [[1, 9], [1, 12]]


def test_what_a_zone_wishes_most_is_ready_first_where_a_team_has_one_place(opening):
    state, _ = declared(opening, 1e9)
    state.lever.put("special_team", np.array([0.0, 1.0, 0.0, 0.0]))
    asked = wanted(state)
    start, wish, capacity = np.zeros_like(asked.start), np.zeros_like(asked.wish), np.ones(K)
    start[1, [5, 9]], wish[1, [5, 9]] = True, [0.1, 0.9]
    begin(state, asked._replace(start=start, wish=wish, capacity=capacity))
    f = state.firms
    new = np.flatnonzero(f.alive & (f.origin == Origin.PROJECT))
    ready = dict(
        zip(f.industry[new].tolist(), np.argmax(f.pipeline[new] > 0.0, axis=1).tolist(), strict=True)
    )
    usual = state.p.public_build_lag
    assert ready == {5: int(usual), 9: round(usual * (1.0 - state.p.team_lag))}


def test_a_plant_of_no_size_is_not_begun(opening):
    state, _ = declared(opening, 1e6, {"first_plant_lump": 0.0})
    rows, cash = state.firms.rows, state.zones.cash.copy()
    begin(state, wanted(state))
    assert state.firms.rows == rows
    assert not state.cells.plants.any()
    assert not state.cells.began.any()
    assert np.array_equal(state.zones.cash, cash)


@pytest.mark.parametrize(("per_public_yuan", "private"), [(1.9, 0.9), (1.5, 0.5), (1.0, 0.0), (0.0, 0.0)])
def test_private_owners_follow_up_to_what_a_plant_costs(opening, per_public_yuan, private):
    """A public yuan that draws few others leaves no room for banks: nobody lends less than nothing."""
    more = {"capital_per_public_yuan": per_public_yuan, "private_per_public_vc": 0.93}
    state, k = declared(opening, 1e6, more)
    asked = wanted(state)
    begin(state, asked)
    f, flow = state.firms, state.ledger.flow
    new = np.flatnonzero(f.alive & (f.origin == Origin.PROJECT))
    capital = asked.capacity[k] * (state.industries.plant_price[k] + asked.working)
    public = flow[Item.EQUITY, Sector.LOCAL, Sector.FIRMS]
    assert public == pytest.approx(4 * capital / max(1.0, per_public_yuan))
    assert flow[Item.EQUITY, Sector.REST, Sector.FIRMS] == pytest.approx(public * private, abs=1e-9 * capital)
    assert np.allclose(f.debt[new], 0.0, atol=1e-9 * capital)
    assert (f.debt[new] >= 0.0).all()
    assert np.allclose(f.public_share[new], 1.0 / (1.0 + private))


def test_little_that_lacks_is_drawn_as_debt_too(opening):
    state, k = declared(opening, 0.0)
    before, asked = state.ledger.flow.copy(), wanted(state)
    capital = asked.capacity[k] * (state.industries.plant_price[k] + asked.working)
    public = capital / state.p.capital_per_public_yuan
    state.zones.cash[:] = public - 0.25
    begin(state, asked)
    assert np.allclose(state.zones.debt, 0.25)
    assert np.allclose(state.zones.cash, 0.0)
    loans = (state.ledger.flow - before)[Item.LOAN]
    assert loans[Sector.BANKS, Sector.LOCAL] == pytest.approx(1.0)
    assert loans.sum() == pytest.approx(1.0 + loans[Sector.BANKS, Sector.FIRMS])


def test_money_for_plants_flows_between_the_sectors_that_are_named_and_no_others(opening):
    state, k = declared(opening, 1e6)
    before = state.ledger.flow.copy()
    begin(state, wanted(state))
    flow, firms = state.ledger.flow - before, state.firms
    new = firms.origin == Origin.PROJECT
    into = flow[Item.EQUITY, Sector.LOCAL, Sector.FIRMS] + flow[Item.EQUITY, Sector.REST, Sector.FIRMS]
    assert flow[Item.EQUITY].sum() == pytest.approx(into)
    assert flow[Item.LOAN].sum() == pytest.approx(firms.debt[new].sum())
    invested = flow[Item.INVESTMENT, Sector.FIRMS, Sector.REST]
    assert flow[Item.INVESTMENT].sum() == pytest.approx(invested)
    assert (state.cells.plants[:, k] == 1).all()


def test_a_second_plant_is_counted_and_a_firm_of_its_own(opening):
    state, k = declared(opening, 1e9)
    first = wanted(state)
    for _ in range(2):
        begin(state, first)
    assert state.cells.plants[:, k].tolist() == [2, 2, 2, 2]
    place = lot_of(np.arange(4, dtype=np.uint64), np.full(4, k, dtype=np.uint64))
    lots = [lot_of(lot_of(place, np.uint64(LOT)), np.uint64(before)) for before in (0, 1)]
    new = state.firms.origin == Origin.PROJECT
    assert sorted(state.firms.lot[new]) == sorted(np.concatenate(lots))


def test_roles_are_told_what_is_expected_where_a_plant_may_begin(opening, monkeypatch):
    state, _ = declared(opening, 1e6, {"plant_hype": 0.0, "plant_crowding": 0.0, "tenure_pressure": 0.0})
    told = []
    monkeypatch.setattr(roles, "building", lambda state, much: told.append(much) or np.ones(state.n_zones))
    wanted(state)
    assert told[0].tolist() == [1e9] * 4


def test_neighbours_are_the_other_zones_by_nearness():
    decay = np.array([[1.0, 0.5, 0.25], [0.5, 1.0, 0.25], [0.25, 0.25, 1.0]])
    state = SimpleNamespace(n_zones=3, ground=SimpleNamespace(decay=decay))
    found = _around(state, np.array([[True, False], [False, True], [True, True]]))
    assert np.allclose(found, [[1 / 3, 1.0], [1.0, 1 / 3], [0.5, 0.5]])
    alone = SimpleNamespace(n_zones=1, ground=SimpleNamespace(decay=np.ones((1, 1))))
    assert _around(alone, np.array([[True]])).tolist() == [[0.0]]


def test_a_project_firm_begins_with_what_its_industry_knows(opening):
    state, k = declared(opening, 1e6, {"budget_spent_per_quarter": 0.0})
    p, ind = state.p, state.industries
    ind.quality[:], ind.unit_cost[:] = 1.5 + 0.1 * np.arange(K + 1), 2.0 + 0.1 * np.arange(K + 1)
    state.zones.public_cost[:], state.cells.public_money[:] = 3.0, 2.0
    state.t, state.counts.entries = 5, 10.0
    before = set(np.flatnonzero(state.firms.alive))
    projects.step(state)
    f = state.firms
    new = np.array(sorted(set(np.flatnonzero(f.alive)) - before))
    capacity = p.first_plant_lump * p.minimum_efficient_scale[k]
    public = capacity * (p.capital_per_output[k] + p.initial_cash_share) / p.capital_per_public_yuan
    private = public * p.private_per_public_vc
    bought = {
        "zone": [0, 1, 2, 3],
        "industry": k,
        "weight": 1,
        "born": 5,
        "origin": Origin.PROJECT,
        "trl": 9,
        "tier": 1,
        "quality": p.entrant_quality * ind.quality[k],
        "unit_cost": ind.unit_cost[k],
        "debt": capacity * (p.capital_per_output[k] + p.initial_cash_share) - public - private,
        "cash": p.initial_cash_share * capacity,
        "public_equity": public,
        "public_share": public / (public + private),
    }
    assert {name: getattr(f, name)[new].tolist() for name in bought} == {
        name: pytest.approx(np.broadcast_to(value, 4).tolist()) for name, value in bought.items()
    }
    slots = np.flatnonzero(f.pipeline[new].any(axis=0))
    assert slots.tolist() == [(5 + int(p.public_build_lag)) % BUILD_SLOTS]
    assert len(set(f.lot[new].tolist())) == 4
    assert np.allclose(state.zones.public_cost, 3.0 + public)
    assert np.allclose(state.cells.public_money[:, k], 2.0 + public)
    assert np.allclose(np.delete(state.cells.public_money, k, axis=1), 2.0)
    assert state.counts.entries == 14.0


def test_a_zone_builds_one_plant_after_another_while_money_and_debt_last(opening):
    state, _ = declared(opening, 0.0, {"budget_spent_per_quarter": 0.0, "platform_debt_limit": 1e4})
    p, zones = state.p, state.zones
    lines, ledger = [2, 5, 9, 12], state.ledger
    state.cells.priority[:] = False
    state.cells.priority[1, lines] = True
    ratio = (np.array(p.capital_per_output) + p.initial_cash_share) / p.capital_per_public_yuan
    first, second, third, _ = public = (p.first_plant_lump * p.minimum_efficient_scale * ratio)[lines]
    assert public[3] > public.min() / 2
    zones.cash[1] = first + 0.25 * second
    zones.debt[1] = had = state.treasury.debt_limit()[1] - 0.75 * second - 0.5 * min(public)
    projects.step(state)
    assert state.cells.plants[1, lines].tolist() == [1, 1, 0, 0]
    assert state.cells.plants.sum() == 2
    assert zones.cash[1] == pytest.approx(0.0)
    assert zones.debt[1] == pytest.approx(had + 0.75 * second)
    assert zones.public_cost[1] == pytest.approx(first + second)
    assert ledger.flow[Item.LOAN, Sector.BANKS, Sector.LOCAL] == pytest.approx(0.75 * second)
    assert ledger.flow[Item.EQUITY, Sector.LOCAL, Sector.FIRMS] == pytest.approx(first + second)
    assert third > 0.0


@pytest.fixture
def same(opening):
    """Return a function that says whether a change moves starts just as a factor on the hazard does."""

    def check(factor, parameters=None, change=lambda state: None):
        plants = []
        for hazard, changed in ((1.6, True), (1.6 * factor, False)):
            quiet = {"plant_hype": 0.0, "plant_crowding": 0.0, "tenure_pressure": 0.0}
            set_to = quiet | (parameters or {} if changed else {}) | {"plant_hazard": hazard}
            state = opening(ONE_PLANT, parameters=set_to, world=WIDE)
            state.cells.priority[:], state.industries.ready[:] = True, True
            state.zones.cash[:] = 1e9
            if changed:
                change(state)
            projects.step(state)
            plants.append(state.cells.plants.copy())
        return (plants[0] == plants[1]).all()

    return check


def test_hype_hastens_plants_by_its_exponential(same):
    def change(state):
        state.industries.hype[:] = 0.5

    assert same(np.exp(0.8 * 0.5), {"plant_hype": 0.8}, change)


@pytest.mark.parametrize(("information", "seen"), [(0.0, 0.2), (0.5, 0.6), (1.0, 1.0)])
def test_seen_crowding_delays_plants_by_its_exponential(same, information, seen):
    def change(state):
        ind, use = state.industries, state.p.reference_utilisation
        state.lever.put("information_sharing", information)
        ind.forecast[:], ind.capacity[:] = 99.0, 99.0 / use
        ind.pipeline[:] = (100.0 * np.exp(0.9) - 1.0) / use - ind.capacity

    parameters = {"plant_crowding": 0.8, "layout_crowding_seen_without_information": 0.2}
    assert same(np.exp(-0.8 * seen * 0.9), parameters, change)


def test_a_leading_group_hastens_plants_by_its_share(same):
    assert same(1.5, change=lambda state: state.lever.put("leading_group", 0.5))


def test_the_end_of_a_term_hastens_plants_the_less_the_longer_the_horizon(same):
    def change(state):
        state.t = 0
        state.zones.took_office[:] = -2 * state.p.leader_term
        state.lever.put("policy_horizon", 4.0)

    assert same(1.0 + 0.8 * 0.5 / 2.0, {"tenure_pressure": 0.8}, change)


def test_a_zone_builds_its_first_plant_once(opening):
    state, k = declared(opening, 1e6)
    begin(state, wanted(state))
    begin(state, wanted(state))
    assert state.cells.plants[:, k].tolist() == [1, 1, 1, 1]
    assert state.cells.plants.sum() == 4


def test_without_money_debt_pays_up_to_its_limit(opening):
    state, k = declared(opening, 0.0, {"first_plant_lump": 0.01})
    limit = 1.0 * state.p.zone_budget_future_base / 4.0
    state.zones.debt[:] = [0.0, limit, limit * 2.0, limit - 1e-6]
    before = state.zones.debt.copy()
    begin(state, wanted(state))
    assert state.cells.plants[:, k].tolist() == [1, 0, 0, 0]
    assert state.zones.debt[0] > before[0]
    assert (state.zones.debt[1:] == before[1:]).all()
    assert np.allclose(state.zones.cash, 0.0)


def test_industries_nobody_can_make_and_nobody_declared_are_not_built(opening):
    state, k = declared(opening, 1e9)
    state.industries.ready[k] = False
    begin(state, wanted(state))
    assert state.cells.plants.sum() == 0


def starts(opening, seeds, tier=None, **options):
    """Return the share of first plants started by zone in one quarter, all industries listed."""
    quiet = {"plant_hazard": 0.35, "plant_hype": 0.0, "plant_crowding": 0.0}
    parameters = quiet | options.pop("parameters", {})
    started = 0.0
    for seed in range(1, seeds + 1):
        state = opening(ONE_PLANT, parameters=parameters, seed=seed, world=WIDE, **options)
        if tier is not None:
            state.country = replace(state.country, tier=tier)
        state.cells.priority[:] = True
        state.industries.ready[:] = True
        state.zones.cash[:] = 1e9
        state.zones.took_office[:] = -8  # half of the term is over
        projects.step(state)
        started = started + state.cells.plants.mean(axis=1)
    return started / seeds


def test_plants_start_as_often_as_stated(opening):
    trials = 14 * 60 * K
    for pressure in (0.0, 1.0):
        started = starts(opening, 14, parameters={"tenure_pressure": pressure}).mean()
        chance = 1.0 - np.exp(-0.35 * (1.0 + 0.5 * pressure) / 4.0)
        assert abs(started - chance) < 4.5 * np.sqrt(chance * (1 - chance) / trials)


def test_with_roles_sources_build_less_and_bearing_areas_more_for_the_same_sum(opening):
    """Two sources at half the hazard, one bearing area at twice, one resource area as before."""
    tier = np.tile([0, 0, 1, 2], 15)
    started = starts(opening, 27, tier=tier, spatial_tiers=1.0, parameters={"tenure_pressure": 0.0})
    for role, times in enumerate((0.5, 2.0, 1.0)):
        chance, trials = 1.0 - np.exp(-0.35 * times / 4.0), 27 * K * (tier == role).sum()
        found = started[tier == role].mean()
        assert abs(found - chance) < 4.5 * np.sqrt(chance * (1.0 - chance) / trials)


def test_seen_crowding_and_hype_move_the_hazard(opening):
    def plants(information, hype):
        state, _ = declared(opening, 1e9, {"plant_hazard": 0.5})
        state.cells.priority[:] = True
        state.lever.put("information_sharing", information)
        state.industries.capacity[:20] = state.industries.forecast[:20] * 4.0  # crowded everywhere
        state.industries.hype[:20] = hype
        begin(state, wanted(state))
        return state.cells.plants > 0

    blind, seeing, hyped = plants(0.0, 0.0), plants(1.0, 0.0), plants(0.0, 1.0)
    assert (seeing <= blind).all()
    assert (blind <= hyped).all()
    assert seeing.sum() < blind.sum() < hyped.sum()


def test_money_set_aside_for_programmes_builds_and_grants_nothing(opening):
    for ready, built in ((True, True), (False, False)):
        for set_aside in (0.0, 1e6):
            state, _ = declared(opening, 1e6)
            state.industries.ready[:] = ready
            budget = state.country.st_budget / state.country.st_budget.sum()
            limit = state.p.platform_debt_limit * state.p.zone_budget_future_base * budget
            state.zones.debt[:] = limit * (1 - 1e-9)
            state.treasury.aside["guidance_fund_size"] = np.full(4, set_aside / 2)
            state.treasury.aside["application_scenarios"] = np.full(4, set_aside / 2)
            projects.step(state)
            assert (state.cells.plants.sum() > 0) == (built and set_aside == 0.0)
            assert (state.zones.cash < 1e6).any() == (set_aside == 0.0)
