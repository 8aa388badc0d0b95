"""Where zones' priorities come from: assignment, compliance, peers, crowding."""

from itertools import pairwise, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.mechanisms import layout
from sim.mechanisms.layout import assign
from sim.world.tables import K

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
    kept = layout._stable(fit, np.array([1, 3]), np.array([1, 1, 1]), now)
    assert kept.tolist() == [[False, True], [True, False], [False, True]]


def test_the_best_scores_make_the_list_and_pinned_industries_are_always_on_it():
    score = np.array([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]])
    pinned = np.array([[False, False, False], [True, False, False]])
    chosen = layout._best(score, np.array([2, 1]), pinned)
    assert chosen.tolist() == [[False, True, True], [True, False, False]]


def test_peers_are_weighted_by_distance_and_province(opening):
    state = opening(world="synthetic:Z=3,provinces=2,span=700,layout=line,total=0.02")
    state.cells.priority[:] = False
    state.cells.priority[0, 0] = True
    assert state.country.province.tolist() == [0, 0, 1]
    near, far = state.decay[1, 0] * 2.0, state.decay[2, 0]
    expected = [0.0, near / (near + state.decay[1, 2]), far / (far + state.decay[2, 1])]
    found = layout.peer_share(state)[:, 0]
    assert np.allclose(found, np.minimum(1.2, np.array(expected) / 0.2))
    assert layout.peer_share(state)[:, 1:].max() == 0.0


def test_half_distance_of_spillovers(opening):
    state = opening(parameters={"spillover_half_distance": 300.0})
    assert np.allclose(state.decay, 0.5 ** (state.country.distance / 300.0))


def test_crowding_is_log_of_capacity_to_come_over_demand(opening):
    state = opening(world="china-31", scale=0.002)
    ind, p = state.industries, state.p
    state.cells.priority[:] = False
    ind.pipeline[:] = 0.0
    ind.capacity[:K] = layout._path(state, 2.0) / p.reference_utilisation * np.e
    assert np.allclose(layout.seen_crowding(state), 1.0, atol=0.01)
    state.cells.priority[:4, 0] = True  # four plants are waiting
    extra = 4 * p.first_plant_lump * p.minimum_efficient_scale[0]
    ratio = 1.0 + extra / ind.capacity[0]
    assert np.isclose(layout.seen_crowding(state)[0], 1.0 + np.log(ratio), atol=0.01)


def test_without_own_reading_and_noise_zones_herd_on_one_list(opening):
    only = {"layout_b_fit": 0.0, "layout_b_peer": 0.0, "layout_own_margin_weight": 0.0}
    only |= {"layout_score_noise_sd": 0.0, "layout_revise_share": 1.0}
    state = opening(world="synthetic:Z=8,total=0.05,hetero=0.6", parameters=only)
    layout.step(state)
    lists = [set(np.flatnonzero(row)) for row in state.cells.priority]
    for one in lists:
        for other in lists:
            assert one <= other or other <= one  # the longer list begins with the shorter one


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
    places = np.ceil(state.industries.forecast[:K] / state.p.minimum_efficient_scale)
    assert (state.cells.priority.sum(axis=0) <= np.maximum(state.p.least_teams, places)).all()
    assert (state.cells.priority.sum(axis=1) <= state.zones.places).all()


def test_information_sharing_makes_committees_shun_crowded_industries(opening):
    scores = {}
    for information in (0.0, 1.0):
        state = opening(information_sharing=information)
        scores[information] = layout.scores(state)
    difference = scores[1.0] - scores[0.0]
    crowd = layout.seen_crowding(state)
    weight = state.p.layout_b_crowd * (1.0 - state.p.layout_crowding_seen_without_information)
    assert np.allclose(difference, -weight * crowd[None, :])


def test_a_shared_definition_makes_committees_read_their_fit_better(opening):
    def correlation(definition):
        quiet = {"layout_score_noise_sd": 0.0, "layout_b_peer": 0.0}
        state = opening(world="china-31", scale=0.002, shared_definition=definition, parameters=quiet)
        score = layout.scores(state)
        return np.mean([np.corrcoef(score[:, k], state.cells.density[:, k])[0, 1] for k in range(K)])

    assert correlation(1.0) > 0.9
    assert correlation(0.0) < 0.7
