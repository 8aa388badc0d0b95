"""Where zones' priorities come from: assignment, compliance, peers, crowding."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.core.draws import Stream, uniforms
from sim.mechanisms import layout
from sim.mechanisms.layout import judgement, market, office, roles, taxonomy
from sim.mechanisms.layout.assignment import assign, best_total, stable
from sim.mechanisms.layout.judgement import best, scores
from sim.world.market import places
from sim.world.tables import NEVER, K

PLAIN = {"taxonomy_blur": 0.0, "tenure_pressure": 0.0}
"""Committees that read industries as they are and do not mind the end of a term."""
REAL = {"world": "china-31", "scale": 0.002}

FITS = arrays(float, (4, 3), elements=st.floats(-3.0, 3.0).map(lambda x: round(x, 3)))
CAPS = arrays(np.int64, 3, elements=st.integers(0, 3))


def brute_force(fit, places):
    """Return the best total fit of at most one industry a zone, as many zones as places allow."""
    best = (-1, -np.inf)
    for choice in product(range(-1, 3), repeat=4):
        taken = np.bincount([k for k in choice if k >= 0], minlength=3)
        if (taken <= places).all():
            total = sum(fit[z, k] for z, k in enumerate(choice) if k >= 0)
            best = max(best, (int(taken.sum()), total))
    return best


@given(FITS, CAPS)
def test_one_industry_a_zone_is_assigned_for_the_best_total_fit(fit, places):
    given_ = assign(fit, places, np.ones(4, dtype=np.int64))
    count, total = brute_force(fit, places)
    assert given_.sum() == count
    assert abs(fit[given_].sum() - (total if count else 0.0)) < 1e-9


def test_every_zone_gets_one_before_any_gets_two():
    """Equity by rounds (decision 0005): scarce places are not piled on the best zones."""
    fit = np.array([[3.0, 3.0], [2.0, 2.0], [-1.0, -1.0], [-2.0, -2.0]])
    chosen = assign(fit, np.array([2, 2]), np.full(4, 2))
    assert chosen.sum(axis=1).tolist() == [1, 1, 1, 1]
    assert chosen.sum(axis=0).tolist() == [2, 2]


@given(FITS, CAPS, arrays(np.int64, 4, elements=st.integers(0, 3)), arrays(bool, (4, 3)))
def test_places_slots_and_bars_are_respected_and_nothing_possible_is_left(fit, places, slots, barred):
    fit = np.where(barred, -np.inf, fit)
    chosen = assign(fit, places, slots)
    assert (chosen.sum(axis=0) <= places).all()
    assert (chosen.sum(axis=1) <= slots).all()
    assert not (chosen & barred).any()
    room = (places > chosen.sum(axis=0))[None, :] & (slots > chosen.sum(axis=1))[:, None]
    assert not (room & ~chosen & ~barred).any()


def test_zones_keep_what_they_have_as_far_as_places_allow():
    fit = np.array([[3.0, 1.0], [2.0, 1.0], [1.0, 1.0]])
    now = np.array([[False, False], [True, False], [True, False]])
    kept = stable(fit, np.array([1, 3]), np.array([1, 1, 1]), now)
    assert kept.tolist() == [[False, True], [True, False], [False, True]]


def test_the_best_scores_make_the_list_and_pinned_industries_are_always_on_it():
    score = np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]])
    pinned = np.array([[False, False, False], [True, False, False]])
    nothing = np.zeros_like(pinned)
    chosen = best(score, np.array([2, 1]), pinned, nothing)
    assert chosen.tolist() == [[False, True, True], [True, False, False]]
    held = np.array([[True, False, False], [False, False, True]])
    chosen = best(score, np.array([2, 2]), pinned, held)
    assert chosen.tolist() == [[True, True, False], [True, False, True]]


def test_peers_are_weighted_by_distance_and_province(opening):
    state = opening(world="synthetic:Z=3,provinces=2,span=700,layout=line,total=0.02")
    state.cells.priority[:] = False
    state.cells.priority[0, 0] = True
    assert state.country.province.tolist() == [0, 0, 1]
    near, far = state.ground.decay[1, 0] * 2.0, state.ground.decay[2, 0]
    expected = [0.0, near / (near + state.ground.decay[1, 2]), far / (far + state.ground.decay[2, 1])]
    found = judgement.peer_share(state)[:, 0]
    assert np.allclose(found, np.minimum(1.2, np.array(expected) / 0.2))
    assert judgement.peer_share(state)[:, 1:].max() == 0.0


def test_half_distance_of_spillovers(opening):
    state = opening(parameters={"spillover_half_distance": 300.0})
    assert np.allclose(state.ground.decay, 0.5 ** (state.country.distance / 300.0))


def test_crowding_is_log_of_capacity_to_come_over_demand(opening):
    state = opening(world="china-31", scale=0.002)
    ind, p = state.industries, state.p
    state.cells.priority[:] = False
    ind.pipeline[:] = 0.0
    ind.capacity[:K] = market.demand_ahead(state, 2.0) / p.reference_utilisation * np.e
    assert np.allclose(market.seen_crowding(state), 1.0, atol=0.01)
    state.cells.priority[:4, 0] = True  # four plants are waiting
    extra = 4 * p.first_plant_lump * p.minimum_efficient_scale[0]
    ratio = 1.0 + extra / ind.capacity[0]
    assert np.allclose(market.seen_crowding(state)[:, 0], 1.0 + np.log(ratio), atol=0.01)


def test_markets_beyond_the_bounds_of_crowding_are_not_told_apart(opening):
    bounds = {"seen_crowding_floor": -0.5, "seen_crowding_cap": 0.75}
    state = opening(world="china-31", scale=0.002, parameters=bounds)
    state.cells.priority[:] = False
    state.industries.pipeline[:] = 0.0
    for capacity, seen in ((1e12, 0.75), (0.0, -0.5)):
        state.industries.capacity[:] = capacity
        assert (market.seen_crowding(state) == seen).all()


def test_a_market_carries_two_zones_at_least_and_all_there_are_at_most(opening):
    state = opening(world="china-31", scale=0.002)
    state.industries.demand[:3] = state.p.minimum_efficient_scale[:3] * [0.1, 5.0, 1e4]
    found = places(state, state.industries.demand[:K])[:3]
    assert found.tolist() == [state.p.least_teams, 5, state.n_zones]


def test_without_own_reading_and_noise_zones_herd_on_one_list(opening):
    only = {"layout_b_fit": 0.0, "layout_b_peer": 0.0, "layout_own_margin_weight": 0.0}
    only |= {"layout_score_noise_sd": 0.0, "layout_revise_share": 1.0} | PLAIN

    def one_list(blur):
        parameters = only | {"taxonomy_blur": blur, "layout_b_crowd": 0.0}
        state = opening(world="synthetic:Z=8,total=0.05,hetero=0.6", parameters=parameters)
        state.industries.signal[:K] = np.linspace(0.0, 1.4, K)
        layout.step(state)
        lists = [set(np.flatnonzero(row)) for row in state.cells.priority]
        # the longer list begins with the shorter one
        return all(a <= b or b <= a for a in lists for b in lists)

    assert one_list(0.0)
    assert not one_list(0.5)  # the same national list, read as different industries


def test_a_larger_share_of_taxes_only_adds_zones_that_comply(opening):
    followers = []
    for share in (0.0, 0.05, 0.2, 0.4):
        state = opening(world="china-31", scale=0.002, staggering_quota=1.0, revenue_sharing=share)
        layout.step(state)
        followers.append(state.zones.compliant.copy())
    for fewer, more in pairwise(followers):
        assert (fewer <= more).all()
    assert followers[0].sum() < followers[-1].sum()


def test_full_compliance_leaves_no_industry_beyond_its_places(opening):
    certain = {"compliance_share_slope": 28.0, "compliance_loss_midpoint": 1.0, "compliance_loss_slope": 1.0}
    state = opening(
        world="china-31", scale=0.002, parameters=certain, staggering_quota=1.0, revenue_sharing=0.4
    )
    layout.step(state)
    assert state.zones.compliant.all()
    carried = np.ceil(state.industries.forecast[:K] / state.p.minimum_efficient_scale)
    assert (state.cells.priority.sum(axis=0) <= np.maximum(state.p.least_teams, carried)).all()
    assert (state.cells.priority.sum(axis=1) <= state.zones.places).all()


def test_information_sharing_makes_committees_shun_crowded_industries(opening):
    found = {}
    for information in (0.0, 1.0):
        state = opening(information_sharing=information, parameters=PLAIN)
        found[information] = scores(state)
    difference = found[1.0] - found[0.0]
    crowd = market.seen_crowding(state)
    weight = state.p.layout_b_crowd * (1.0 - state.p.layout_crowding_seen_without_information)
    assert np.allclose(difference, -weight * crowd)


def test_a_shared_definition_makes_committees_read_their_fit_better(opening):
    def correlation(definition):
        quiet = {"layout_score_noise_sd": 0.0, "layout_b_peer": 0.0}
        state = opening(world="china-31", scale=0.002, shared_definition=definition, parameters=quiet)
        score, fit = scores(state), judgement.own_fit(state)
        return np.mean([np.corrcoef(score[:, k], fit[:, k])[0, 1] for k in range(K)])

    assert correlation(1.0) > 0.9
    assert correlation(0.0) < 0.7


# taxonomies


def test_a_list_that_names_an_industry_is_read_as_naming_its_relatives():
    kin = np.array([[1.0, 0.6, 0.2], [0.6, 1.0, 0.0], [0.2, 0.0, 1.0]])
    named = np.array([1.0, 0.0, 0.0])
    read = taxonomy.read_as(named, np.array([0.0, 0.5, 1.0]), kin)
    # what a relative is taken for: its relatedness to the named one over all its relatedness
    assert np.allclose(read, [[1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [0.0, 1.0, 1.0]])


def test_what_is_the_same_everywhere_is_read_as_it_is(opening):
    state = opening()
    read = taxonomy.read_as(np.full(K, 0.7), taxonomy.blur(state), state.country.relatedness)
    assert np.allclose(read, 0.7)


def test_committees_differ_in_blur_and_a_catalogue_takes_most_of_it(opening):
    world = {"world": "synthetic:Z=200,provinces=4,total=0.2", "scale": 0.01}
    alone = taxonomy.blur(opening(**world))
    u = uniforms(1, Stream.TAXONOMY, -1, np.arange(200))
    state = opening(**world, shared_definition=1.0)
    assert np.array_equal(alone, 2.0 * state.p.taxonomy_blur * u)
    assert abs(alone.mean() - state.p.taxonomy_blur) < 0.03
    assert alone.std() > 0.1
    assert np.allclose(taxonomy.blur(state), (1.0 - state.p.layout_definition_reach) * alone)


def test_committees_without_blur_read_fit_list_and_crowding_as_they_are(opening):
    plain = opening(parameters={"taxonomy_blur": 0.0})
    kin = plain.country.relatedness
    for values in (plain.cells.density, plain.industries.signal[:K]):
        read = taxonomy.read_as(values, taxonomy.blur(plain), kin)
        assert np.array_equal(read, np.broadcast_to(values, (4, K)))


# tenure and horizon


def test_leaders_take_office_at_different_times_and_go_after_their_term(opening):
    state = opening(world="synthetic:Z=160,provinces=4,total=0.2")
    term = round(4 * state.p.leader_term)
    started = state.zones.took_office.copy()
    assert set(started) == set(range(-term, 0))  # staggered over a whole term
    changes = np.zeros(160)
    for t in range(2 * term):
        state.t = t
        before = state.zones.took_office.copy()
        office.hand_over(state)
        changed = state.zones.took_office != before
        assert (state.zones.took_office[changed] == t).all()
        assert np.array_equal(changed, (t - started) % term == 0)
        changes += changed
    assert (changes == 2).all()


def test_a_new_leader_makes_a_new_list_the_next_year_and_the_others_keep_theirs(opening):
    state = opening(parameters={"layout_revise_share": 0.0, "layout_score_noise_sd": 5.0}, **REAL)
    layout.step(state)
    state.t = 8  # 2025, no plan year
    state.zones.took_office[:] = -6
    state.zones.took_office[:3] = [4, 5, 7]
    state.zones.took_office[3] = 3  # came before the last lists were made
    state.zones.took_office[4] = 8  # comes now: the next year
    before = state.cells.priority.copy()
    layout.step(state)
    changed = (state.cells.priority != before).any(axis=1)
    assert changed[:3].all()
    assert not changed[3:].any()


def test_pressure_rises_over_the_term_and_a_long_horizon_takes_it_away(opening):
    state = opening()
    term = 4.0 * state.p.leader_term
    state.t = 40
    state.zones.took_office[:] = 40 - term * np.array([0.0, 0.25, 0.5, 1.0])
    assert np.allclose(office.pressure(state), state.p.tenure_pressure * np.array([0.0, 0.25, 0.5, 1.0]))
    state.lever.put("policy_horizon", np.full(4, 8.0))
    assert np.allclose(office.pressure(state), state.p.tenure_pressure * np.array([0.0, 0.25, 0.5, 1.0]) / 4)


def test_at_the_end_of_a_term_the_list_weighs_more_and_crowding_less(opening):
    """Only list and hype rise with pressure; margins and crowding shrink: by the same factor."""
    quiet = {"taxonomy_blur": 0.0, "layout_score_noise_sd": 0.0, "layout_b_fit": 0.0, "layout_b_peer": 0.0}
    quiet |= {"tenure_pressure": 1.0}
    terms = {"layout_b_signal": 2.0, "layout_b_crowd": 0.5, "layout_own_margin_weight": 0.5}
    for only, factor in terms.items():
        state = opening(parameters=quiet | {name: 0.0 for name in terms if name != only})
        state.t = 8
        state.industries.signal[:K] = np.linspace(0.0, 1.0, K)
        state.zones.took_office[:] = [8, 8 - 16, 8, 8 - 16]  # newcomers and leavers
        score = scores(state)
        assert np.abs(score[0]).max() > 0.1
        assert np.allclose(score[1], score[0] * factor)


def test_a_horizon_looks_at_the_demand_of_its_year(opening):
    state = opening(policy_horizon=np.array([2.0, 2.0, 5.0, 10.0]))
    crowd = market.seen_crowding(state)
    assert np.array_equal(crowd[0], crowd[1])
    free = (np.abs(crowd) < 0.99).all(axis=0)  # the clip hides nothing
    assert free.sum() >= 3
    for zone, years in ((2, 5.0), (3, 10.0)):
        gap = np.log(market.demand_ahead(state, years) / market.demand_ahead(state, 2.0))
        assert np.allclose((crowd[0] - crowd[zone])[free], gap[free], atol=3e-3)  # m yuan count as one more


def test_lists_are_held_as_long_as_the_horizon_says(opening):
    horizon = np.array([2.0, 3.0, 4.0, 10.0])
    state = opening(policy_horizon=horizon, parameters={"layout_revise_share": 1.0})
    state.t = 8
    state.cells.priority[:] = False
    state.cells.priority[:, :3] = True
    state.cells.declared[:, :3] = [0, 4, 5]  # two years, one year and three quarters ago
    assert office.held(state)[:, :3].tolist() == [
        [False, False, False],
        [False, False, True],
        [False, True, True],
        [True, True, True],
    ]
    score = np.where(np.arange(K) < 3, -99.0, 0.0) * np.ones((4, 1))  # all would be dropped
    kept = best(score, np.full(4, 5), np.zeros((4, K), dtype=bool), office.held(state))
    assert kept[:, :3].sum(axis=1).tolist() == [0, 1, 2, 3]
    assert (kept.sum(axis=1) == 5).all()


# what committees are judged by, and with whom they think


def test_comparative_fit_leaves_out_what_a_zone_is_good_at_in_general(opening):
    plain, compared = (opening(parameters={"fit_comparative": c}, **REAL) for c in (0.0, 1.0))
    assert np.shares_memory(judgement.own_fit(plain), plain.cells.density)
    before = judgement.own_fit(compared)
    assert np.allclose(before.mean(axis=0), 0.0)
    assert np.allclose(before.std(axis=0), 1.0)
    compared.cells.density[3] += 5.0  # stronger in everything alike: nothing to choose by
    assert np.allclose(judgement.own_fit(compared), before)


def test_an_evaluated_committee_scores_tax_sources_instead_of_lists_and_neighbours(opening):
    only = PLAIN | {"layout_score_noise_sd": 0.0, "layout_b_fit": 0.0, "layout_b_crowd": 0.0}
    only |= {"layout_own_margin_weight": 0.0}
    states = [opening(parameters=only, real_economy_evaluation=e, **REAL) for e in (0.0, 0.25, 1.0)]
    none, quarter, full = (scores(s) for s in states)
    assert np.allclose(full, states[0].p.layout_b_tax * judgement.tax_source(states[0]))
    assert np.allclose(quarter, 0.75 * none + 0.25 * full)


def test_tax_sources_are_relative_to_the_nation_and_taken_from_taxes_once_there_are_some(opening):
    state = opening()
    state.cells.output[:] = 5.0  # the same everywhere: nobody depends on anything
    assert np.allclose(judgement.tax_source(state), 0.0)
    state.cells.tax[:] = 1.0
    state.cells.tax[2, 7] = 100.0
    found = judgement.tax_source(state)
    assert found[2, 7] == found.max() > 1.0
    assert np.allclose(found[[0, 1, 3], 7], -1.0 / np.sqrt(3.0))  # z-scores of one against three
    assert np.abs(found).max() <= 2.0


def test_an_expert_committee_halves_noise_and_error(opening):
    only = PLAIN | {"layout_b_signal": 0.0, "layout_b_peer": 0.0, "layout_b_crowd": 0.0}
    only |= {"layout_own_margin_weight": 0.0}

    def error(group):
        state = opening(parameters=only, leading_group=group, **REAL)
        rho = state.p.layout_fit_correlation_without_definition
        return scores(state) - state.p.layout_b_fit * rho * judgement.own_fit(state)

    assert np.abs(error(0.0)).max() > 1.0
    assert np.allclose(error(1.0), error(0.0) * 0.5)


def test_a_cap_shortens_every_list_at_once(opening):
    state = opening(**REAL)
    layout.step(state)
    long = state.cells.priority.copy()
    assert long.sum(axis=1).max() > 3
    state.t = 4
    state.zones.took_office[:] = 4
    state.lever.put("priority_cap", np.full(state.n_zones, 3.0))
    layout.step(state)
    assert (state.cells.priority.sum(axis=1) == 3).sum() >= (long.sum(axis=1) >= 3).sum()
    assert state.cells.priority.sum(axis=1).max() == 3


def test_followers_are_those_who_declare_when_enough_others_have(opening):
    state = opening(parameters={"layout_revise_share": 1.0}, **REAL)
    state.cells.priority[:] = False
    state.cells.declared[:] = NEVER
    state.cells.priority[:2, 0] = True
    state.cells.declared[:2, 0] = -1
    state.industries.viable[:K] = 4
    new = state.cells.priority.copy()
    new[2:4, :2] = True
    layout._declare(state, new)
    assert not state.cells.follower.any()  # two had it, four may
    assert state.cells.followers_before[3, 0] == 2
    layout._declare(state, np.ones_like(new))
    assert state.cells.follower[4:, 0].all()
    assert not state.cells.follower[:4, 0].any()
    assert not state.cells.follower[:, 2].any()


# staggering by fit


def best_by_brute_force(fit, room, slots):
    """Return (places filled, best total fit) over all 0-1 tables within the caps."""
    best_found = (-1, -np.inf)
    for bits in product((0, 1), repeat=fit.size):
        table = np.array(bits).reshape(fit.shape)
        if (table.sum(axis=0) <= room).all() and (table.sum(axis=1) <= slots).all():
            best_found = max(best_found, (int(table.sum()), round(float((table * fit).sum()), 9)))
    return best_found


@settings(max_examples=25, deadline=None)
@given(
    arrays(float, (3, 3), elements=st.floats(-3.0, 3.0).map(lambda x: round(x, 3))),
    CAPS,
    arrays(np.int64, 3, elements=st.integers(0, 3)),
)
def test_without_equity_the_total_fit_is_the_best_there_is(fit, room, slots):
    chosen = assign(fit, room, slots, 0.0)
    found = (int(chosen.sum()), round(float(fit[chosen].sum()), 9))
    assert found == pytest.approx(best_by_brute_force(fit, room, slots), abs=1e-6)


def test_equity_costs_fit_and_no_equity_costs_breadth():
    fit = np.array([[3.0, 3.0], [2.0, 2.0], [-1.0, -1.0], [-2.0, -2.0]])
    room, slots = np.array([2, 2]), np.full(4, 2)
    by_rounds, by_fit = assign(fit, room, slots, 1.0), assign(fit, room, slots, 0.0)
    half = assign(fit, np.array([3, 3]), slots, 0.5)
    assert by_rounds.sum(axis=1).tolist() == [1, 1, 1, 1]
    assert by_fit.sum(axis=1).tolist() == [2, 2, 0, 0]
    assert half.sum(axis=1).tolist() == [2, 2, 1, 1]  # one round for all, the rest by fit


def test_best_total_respects_bars():
    fit = np.array([[5.0, -np.inf], [4.0, 1.0]])
    assert best_total(fit, np.array([1, 1]), np.array([1, 1])).tolist() == [[True, False], [False, True]]


# roles of tiers


def test_sources_suit_what_is_far_from_the_market_and_resource_areas_suit_suppliers(opening):
    state = opening(**REAL)
    source, bearing, resource = roles.role_scores(state)
    trl = state.industries.trl[:K]
    assert source.argmax() == trl.argmin()
    assert np.corrcoef(bearing, trl)[0, 1] > 0.3
    assert np.corrcoef(bearing, state.p.capital_per_output)[0, 1] > 0.3
    bought = state.ground.supply.copy()
    sold = state.industries.output[:K] @ bought / state.industries.output[:K]
    assert np.array_equal(np.argsort(resource), np.argsort(sold))
    for score in (source, bearing, resource):
        assert abs(score.mean()) < 1e-9
        assert score.std() == pytest.approx(1.0)


def test_roles_enter_scores_by_tier(opening):
    alone, divided = (opening(spatial_tiers=s, **REAL) for s in (0.0, 0.5))
    gap = scores(divided) - scores(alone)
    expected = 0.5 * alone.p.spatial_role_weight * roles.role_scores(alone)[alone.country.tier]
    assert set(alone.country.tier) == {0, 1, 2}
    assert np.allclose(gap, expected)
