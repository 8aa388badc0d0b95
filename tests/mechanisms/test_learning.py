"""What committees learn from those who went first, and who may go first."""

import numpy as np
import pytest

from sim.mechanisms.layout import judgement, learning
from sim.mechanisms.layout.learning import attention, believed, learn, plants, records
from sim.mechanisms.layout.trials import try_first
from sim.mechanisms.projects.plants import contest
from sim.world.tables import K, Origin

CLEAR = {"evidence_hidden_sd": 0.0}
"""Everybody sees every account."""
AI = 3
"""The industry that is tried: any but the first."""
WIDE = "synthetic:Z=60,provinces=6,total=0.3"


def build(state, zone, industry, ready, gone=0):
    """Let a zone have begun plants in an industry, of which some are ready and some are gone."""
    rows = state.claim(state.firms, ready)
    for column, value in {"alive": True, "zone": zone, "industry": industry, "weight": 1}.items():
        state.firms[column][rows] = value
    state.firms.origin[rows], state.firms.capacity[rows] = Origin.PROJECT, 0.5
    state.cells.plants[zone, industry] += ready + gone


@pytest.fixture
def pioneer(opening):
    """Return a function that opens a world in which zone 0 alone has built AI, with a margin or failures."""

    def make(margin=0.0, ready=1, gone=0, parameters=None, world=WIDE, **levers):
        state = opening(parameters=CLEAR | (parameters or {}), world=world, **{"heed_evidence": 1.0} | levers)
        state.cells.margin[:] = 0.0
        build(state, 0, AI, ready, gone)
        state.cells.margin[0, AI] = margin
        learn(state)
        return state

    return make


def test_without_heed_nothing_is_learned(pioneer):
    assert not pioneer(0.2, heed_evidence=0.0).cells.prospects.any()


def test_early_success_draws_followers_and_early_failure_holds_them_back(pioneer):
    """Both lists and plants of the others move, in the one industry that was tried."""
    score, begun = {}, {}
    for name, how in {"success": {"margin": 0.2}, "none": {}, "failure": {"ready": 0, "gone": 3}}.items():
        state = pioneer(parameters={"contest_base": 0.0}, **how)
        if name == "none":
            state.cells.prospects[:] = 0.0
        state.cells.margin[:], state.cells.plants[:] = 0.0, 0  # what differs now is what was learned
        score[name] = judgement.scores(state)[1:]
        state.cells.priority[:], state.industries.ready[:] = True, True
        begun[name] = 0
        for state.t in range(4):
            wanted = contest(state)
            assert wanted is not None
            begun[name] += wanted.start[1:, AI].sum()
    assert (score["success"][:, AI] > score["none"][:, AI]).all()
    assert (score["failure"][:, AI] < score["none"][:, AI]).all()
    others = np.arange(K) != AI
    assert (score["success"][:, others] == score["none"][:, others]).all()
    assert begun["success"] > begun["none"] > begun["failure"]


def test_a_zone_learns_from_others_and_not_from_itself(pioneer):
    state = pioneer(0.2)
    assert state.cells.prospects[0, AI] == 0.0
    assert (state.cells.prospects[1:, AI] > 0.0).all()
    assert not np.delete(state.cells.prospects, AI, axis=1).any()


def test_neighbours_heed_more_and_those_of_the_province_twice_as_much(pioneer):
    state = pioneer(0.2)
    seen, country = attention(state), state.country
    assert (np.diag(seen) == 0.0).all()
    assert seen.max() <= 1.0
    others = country.province != country.province[0]
    far = np.argsort(country.distance[0])
    far = far[others[far]]
    assert (np.diff(seen[far, 0]) <= 0.0).all()
    assert (np.diff(state.cells.prospects[far, AI]) <= 1e-12).all()
    same = ~others & (np.arange(60) > 0)
    assert np.allclose(seen[same, 0], np.minimum(1.0, 2.0 * state.ground.decay[same, 0]))


def test_the_record_is_margin_of_what_stands_and_the_floor_for_what_is_gone(pioneer):
    state = pioneer(0.1, ready=1, gone=3, parameters={"evidence_plant_sd": 2.0})
    ready, gone = plants(state)
    assert (ready[0, AI], gone[0, AI]) == (1, 3)
    outcome, precision = records(state)
    p = state.p
    assert outcome[0, AI] == pytest.approx((0.1 + 3 * p.layout_margin_floor) / 4 / p.evidence_margin)
    assert precision[0, AI] == pytest.approx(4.0 / p.evidence_plant_sd**2)  # a plant is one draw
    assert np.count_nonzero(precision) == np.count_nonzero(outcome) == 1


@pytest.mark.parametrize(("margin", "seen"), [(0.1, 0.1), (5.0, 0.2), (-5.0, -0.2)])
def test_margins_are_believed_within_limits(pioneer, margin, seen):
    state = pioneer(margin)
    p = state.p
    assert (p.layout_margin_floor, p.layout_margin_cap) == (-0.2, 0.2)
    assert records(state)[0][0, AI] == pytest.approx(seen / p.evidence_margin)


def test_what_is_still_built_proves_nothing(pioneer):
    state = pioneer()
    state.firms.capacity[:] = 0.0
    assert not records(state)[1].any()


def test_open_pilots_are_seen_clearly_and_from_afar(pioneer):
    hazy = {"evidence_hidden_sd": 2.0}
    precision, seen = {}, {}
    for reporting in (0.0, 0.5, 1.0):
        state = pioneer(0.2, parameters=hazy, pilot_reporting=reporting)
        state.zones.pilot[0] = True
        precision[reporting], seen[reporting] = records(state)[1][0, AI], attention(state)[1:, 0]
    assert precision[0.0] == pytest.approx(1.0 / (1.0 + 4.0))
    assert precision[0.5] == pytest.approx(1.0 / (1.0 + 1.0))
    assert precision[1.0] == pytest.approx(1.0)
    assert (seen[0.5] >= np.maximum(0.5, seen[0.0])).all()
    assert (seen[1.0] == 1.0).all()
    other = pioneer(0.2, parameters=hazy, pilot_reporting=1.0)  # reports bind pilots only
    assert records(other)[1][0, AI] == pytest.approx(precision[0.0])


def test_doubt_is_less_where_a_catalogue_or_a_panel_tells_more(opening):
    def doubt(**levers):
        return float(judgement.doubt(opening(**levers)).max())

    rho = opening().p.layout_fit_correlation_without_definition
    assert doubt() == pytest.approx(1.0 - rho * rho)
    assert doubt(shared_definition=1.0) < doubt(expert_panel=1.0) < doubt(expert_panel=0.5) < doubt()


def value_of_pilots(doubt, pilots, trials=4000, fields=5):
    """Return what a committee gains that chooses a field by its belief after pilots, not blindly."""
    random = np.random.default_rng(7)
    truth = np.sqrt(doubt) * random.normal(size=(trials, fields))
    outcome = truth + random.normal(size=(trials, fields)) / np.sqrt(max(pilots, 1))
    precision = np.full((1, fields), float(pilots))
    one = np.ones((1, 1))
    chosen = [believed(one * doubt, one, row[None, :], precision)[0].argmax() for row in outcome]
    return truth[np.arange(trials), chosen].mean()


def test_a_pilot_is_worth_more_the_more_uncertain_the_fit_and_a_second_one_less():
    values = [value_of_pilots(doubt, 1) for doubt in (0.1, 0.4, 0.75)]
    assert values[0] > 0.01
    assert values[1] > 2.0 * values[0]
    assert values[2] > 1.3 * values[1]
    first, second = value_of_pilots(0.75, 1), value_of_pilots(0.75, 2)
    assert first < second < 1.5 * first


def test_belief_is_shrunk_and_nears_the_truth_with_many_records():
    doubt, one = np.array([[0.5]]), np.ones((1, 1))
    found = [believed(doubt, np.ones((1, n)), np.ones((n, 1)), np.ones((n, 1))).item() for n in (1, 4, 1000)]
    assert found == pytest.approx([0.5 / 1.5, 2.0 / 3.0, 500.0 / 501.0])
    assert believed(doubt, one, 5.0 * one, 0.0 * one).item() == 0.0


def test_haze_has_no_bias_and_the_size_it_is_said_to_have(pioneer):
    state = pioneer(parameters={"evidence_hidden_sd": 1.5})
    read = []
    for state.t in range(400):
        read.append(records(state)[0][0, AI])
    assert abs(np.mean(read)) < 4.0 * 1.5 / 20.0
    assert np.std(read) == pytest.approx(1.5, rel=0.15)


# autonomy


@pytest.fixture
def assigned(opening):
    """All 60 zones follow the assignment and have one industry each; nothing is built; scores are given."""
    state = opening(world=WIDE, local_autonomy=0.5)
    state.zones.compliant[:], state.zones.pilot[:] = True, False
    state.industries.viable[:K] = 10
    state.cells.plants[:] = 0
    lists = np.zeros((60, K), dtype=bool)
    lists[:, AI] = True
    score = np.random.default_rng(3).normal(size=(60, K))
    return state, score, lists, np.full(60, 2)


def test_autonomous_zones_add_the_one_industry_they_think_most_of(assigned):
    state, score, lists, slots = assigned
    after = try_first(state, score, lists, slots, 0)
    tries = after.sum(axis=1) == 2
    assert 0.3 < tries.mean() < 0.7
    assert (after[~tries] == lists[~tries]).all()
    assert after[tries, AI].all()
    assert (after & ~lists)[tries].argmax(axis=1).tolist() == np.where(lists, -9.0, score)[tries].argmax(
        axis=1
    ).tolist()


def test_in_a_full_list_it_takes_the_place_of_one_thought_less_of(assigned):
    state, score, lists, slots = assigned
    score[:, AI] = np.where(np.arange(60) % 2, 99.0, -99.0)
    after = try_first(state, score, lists, slots - 1, 0)
    assert (after.sum(axis=1) == 1).all()
    assert after[1::2, AI].all()
    assert 0 < after[::2, AI].sum() < 30
    state.lever.put("priorities", lists)  # what the scenario fixes stays
    assert (try_first(state, score, lists, slots - 1, 0) == lists).all()


def test_pilots_are_always_free_and_those_who_do_not_follow_never_are(assigned):
    state, score, lists, slots = assigned
    state.lever.put("local_autonomy", 1e-9)
    state.zones.pilot[:10], state.zones.compliant[5:] = True, False
    tries = (try_first(state, score, lists, slots, 0) != lists).any(axis=1)
    assert np.flatnonzero(tries).tolist() == list(range(5))
    state.lever.put("local_autonomy", 0.0)
    assert try_first(state, score, lists, slots, 0) is lists


def test_where_half_of_the_places_are_built_only_those_who_began_go_on(assigned):
    state, score, lists, slots = assigned
    state.lever.put("local_autonomy", 1.0)
    score[:] = -1.0
    score[:, 7] = 1.0
    state.cells.plants[50:54, 7] = 1
    state.cells.plants[:, 8:] = 1  # what is built elsewhere does not count
    assert try_first(state, score, lists, slots, 0)[:, 7].all()
    state.cells.plants[54, 7] = 1
    state.cells.priority[:] = False
    state.cells.priority[50:52, 7] = True
    assert np.flatnonzero(try_first(state, score, lists, slots, 0)[:, 7]).tolist() == [50, 51]
    state.cells.plants[:, :] = 1  # nothing is left to try, but for two who began
    after = try_first(state, score, lists, slots, 0)
    assert np.flatnonzero((after != lists).any(axis=1)).tolist() == [50, 51]


def test_learning_reads_only_plants_of_zones(pioneer):
    state = pioneer(ready=2)
    before = plants(state)[0].sum()
    state.firms.origin[:] = Origin.STARTUP
    assert before == 2
    assert plants(state)[0].sum() == 0
    assert learning.records(state)[1][0, AI] > 0.0  # both count as gone
