"""Readiness steps follow the stated hazard; platforms only add; gains and imitation are as stated."""

import numpy as np
import pytest

from sim.core.draws import lot_of
from sim.core.economics import duplicated
from sim.mechanisms import research
from sim.mechanisms.research import knowledge, search, steps
from sim.mechanisms.research.patents import Terms
from sim.world.tables import INSTITUTE, F, InstituteKind, K

N = 40_000
YEARS = np.array([1e9, 0.75, 0.75, 1.0, 1.25, 1.5, 1.5, 1.25, 1.0, 1e9])


def develop(trl, *, staff=5.0, served=0.0, allied=0.0, around=1.0, speed=1.0, ip=0.5, quality=None, **more):
    """Run one quarter of N firms of industry 0 in one zone; return their columns."""
    options = {"innovation": 0.25, "imitation": 0.25, "patents_per_rd": 0.0, "rd": 0.0, "difficulty": 1.0}
    options |= more
    rules = steps.Rules(0.4, 0.8, options["innovation"], 0.1, 0.05, 3.0, options["patents_per_rd"])
    quarter = steps.Quarter(
        seed=1,
        t=0,
        around=np.full((1, K + 1), around),
        skill=np.ones((1, K + 1)),
        alliance=np.full((1, K), 0.3),
        speed=np.full((K, 10), speed),
        usual=np.tile(4.0 * YEARS * options["difficulty"], (K, 1)),
        keep=np.full((1, K + 1), 1.0 + 0.5 * (ip - 0.5)),
        copy=np.full((1, K + 1), options["imitation"] * (1.5 - ip) / 4.0),
        quality=np.ones(K + 1),
        unit_cost=np.ones(K + 1),
        patents=Terms(1.0, 1.0, 1.0, 1.0),
        filing=np.full((1, K + 1), around),
        limit=options.get("limit", steps.FREE),
    )
    rows = steps.Rows(
        alive=np.ones(N, dtype=bool),
        lot=lot_of(np.arange(N, dtype=np.uint64), np.uint64(3)),
        zone=np.zeros(N, dtype=np.uint16),
        industry=np.zeros(N, dtype=np.uint8),
        weight=np.ones(N, dtype=np.int32),
        born=np.zeros(N, dtype=np.int32),
        rd_staff=np.full(N, staff),
        rd_spending=np.full(N, options["rd"]),
        served=np.full(N, served),
        access=np.zeros(N, dtype=bool),
        allied=np.full(N, allied),
        route=np.full(N, options.get("route", -1), dtype=np.int8),
        trl=np.full(N, trl, dtype=np.uint8),
        quality=np.ones(N) if quality is None else quality,
        unit_cost=np.ones(N),
        patents=np.zeros(N, dtype=np.int64),
        research_stock=np.zeros(N),
    )
    steps._develop(rules, quarter, rows)
    return rows._asdict()


def within(found, p, trials=N):
    """Whether a frequency is within 4.5 standard errors of its probability."""
    return abs(found - p) < 4.5 * np.sqrt(p * (1.0 - p) / trials)


@pytest.mark.parametrize(
    ("trl", "options", "hazard"),
    [
        (1, {}, 1 / (4 * 0.75)),
        (5, {}, 1 / (4 * 1.5)),
        (7, {"difficulty": 3.0}, 1 / (4 * 1.25 * 3)),
        (3, {"staff": 50.0}, 10**0.4 / 4),
        (3, {"served": 1.0}, 1.8 / 4),
        (3, {"served": 0.5}, 1.4 / 4),
        (3, {"around": 0.7, "speed": 1.2}, 0.7 * 1.2 / 4),
        (6, {"allied": 0.5}, 1.15 / (4 * 1.5)),
    ],
)
def test_the_chance_of_a_step_is_the_closed_form(trl, options, hazard):
    after = develop(trl, **options)["trl"]
    assert set(np.unique(after)) <= {trl, trl + 1}
    assert within((after > trl).mean(), 1.0 - np.exp(-hazard))


def test_without_staff_nobody_moves():
    table = develop(4, staff=0.0)
    assert (table["trl"] == 4).all()


def test_more_of_anything_only_adds_steps():
    few = develop(5)["trl"]
    for more in ({"served": 0.6}, {"staff": 9.0}, {"speed": 1.3}, {"around": 1.5}, {"allied": 1.0}):
        assert (develop(5, **more)["trl"] >= few).all()


def test_innovators_gain_a_beta_share_and_the_rest_imitate():
    table = develop(9)
    gained = table["quality"] > 1.0
    assert within(gained.mean(), 1.0 - np.exp(-0.25 / 4))
    gain = (table["quality"][gained] - 1.0) / 0.1
    assert abs(gain.mean() - 0.5) < 4.5 * np.sqrt(1 / 28 / gained.sum())
    assert gain.var() == pytest.approx(1 / 28, rel=0.15)
    assert np.allclose(table["unit_cost"][gained], 1.0 - 0.05 * gain)
    behind = develop(9, innovation=0.0, quality=np.full(N, 0.5))["quality"]
    assert np.allclose(behind, 0.5 + 0.25 * 1.0 / 4 * 0.5)
    protected = develop(9, innovation=0.0, quality=np.full(N, 0.5), ip=1.0)["quality"]
    assert np.allclose(protected, 0.5 + 0.25 * 0.5 / 4 * 0.5)


def test_gains_shrink_with_the_lead():
    ahead = develop(9, quality=np.full(N, 2.0), innovation=1e9)["quality"]
    level = develop(9, innovation=1e9)["quality"]
    assert (ahead / 2.0 - 1.0).mean() == pytest.approx((level - 1.0).mean() / 8.0)


def test_patents_are_poisson_in_research_outlay():
    patents = develop(4, rd=2.0, patents_per_rd=0.35)["patents"]
    assert patents.mean() == pytest.approx(0.7, abs=4.5 * np.sqrt(0.7 / N))
    assert patents.var() == pytest.approx(0.7, rel=0.05)
    better = develop(4, rd=2.0, patents_per_rd=0.35, around=1.5)["patents"]
    assert (better >= patents).all()
    assert better.mean() == pytest.approx(1.05, abs=4.5 * np.sqrt(1.05 / N))


def test_an_industry_is_ready_once_enough_firms_make_its_product(opening, lone):
    state = opening("theories.technology=ladder")
    state.industries.ready[:] = False
    row = lone(state, "QUANTUM", trl=8, weight=int(state.p.ready_firms) - 1)
    k = state.firms.industry[row]
    research.step(state)
    assert not state.industries.ready[k]
    state.firms.weight[row] += 1
    research.step(state)
    assert state.industries.ready[k]
    assert state.industries.ready.sum() == 1
    state.firms.alive[row] = False
    research.step(state)
    assert state.industries.ready[k]  # what has been learnt stays


def test_knowledge_decays_without_research(opening):
    state = opening()
    state.firms.alive[:] = False
    before = state.cells.knowledge.copy()
    research.step(state)
    assert np.allclose(state.cells.knowledge, before * (1.0 - state.p.knowledge_decay / 4.0))


def test_parallel_search_is_the_urn_of_searchers_and_approaches():
    """Count the different approaches that N teams pick among M."""
    rng = np.random.default_rng(5)
    for teams, approaches in ((1, 400), (200, 400), (400, 400), (2000, 400)):
        picks = rng.integers(approaches, size=(4000, teams))
        distinct = np.array([np.unique(row).size for row in picks[:400]])
        wasted = 1.0 - distinct.mean() / teams
        assert duplicated(np.array([float(teams)]), approaches)[0] == pytest.approx(wasted, abs=0.004)


def test_a_step_searched_by_many_is_slower_and_a_roadmap_shares_the_results(opening, lone):
    def speed(weight, **options):
        state = opening(**options)
        row = lone(state, "AI", trl=5, weight=weight, rd_staff=5.0)
        state.firms.allied[row] = options.get("allied", 0.0)
        k = state.firms.industry[row]
        return state, search.speed(state)[k]

    p = opening().p
    crowd = int(p.search_approaches)  # of this world: an average firm an approach
    state, crowded = speed(crowd)
    wasted = 1.0 - (1.0 - np.exp(-crowd / p.search_approaches)) * p.search_approaches / crowd
    assert crowded[5] == pytest.approx((1.0 - wasted) / (1.0 - p.search_waste_usual))
    assert crowded[4] == pytest.approx(1.0 / (1.0 - p.search_waste_usual), rel=1e-6)  # nobody there
    assert state.counts.search_wasted / state.counts.search == pytest.approx(wasted)
    _, mapped = speed(crowd, roadmap=1.0)
    spared = 1.0 - wasted * (1.0 - p.roadmap_shared)
    assert mapped[5] == pytest.approx(spared / (1.0 - p.search_waste_usual))


def test_firms_of_a_consortium_search_as_one_team(opening, lone):
    found = []
    for allied, weight in ((0.0, 30), (1.0, 120)):
        state = opening(parameters={"consortium_firms": 4.0})
        row = lone(state, "AI", trl=5, weight=weight, rd_staff=5.0)
        state.firms.allied[row] = allied
        found.append(search.speed(state))
    assert np.allclose(found[0], found[1])


def test_movers_carry_what_their_like_know_and_no_knowledge_is_lost(opening):
    state = opening()
    state.zones.pool[:] = 1000
    state.cells.staff[:] = 0
    state.zones.idle[:] = 0
    state.cells.knowledge[:] = 0.0
    moved = np.zeros((4, 4, F), dtype=np.int64)
    moved[0, 1, 2] = 100  # of 1000 people of field 2 in zone 0, a tenth
    state.zones.pool[0, 2], state.zones.pool[1, 2] = 900, 1100
    state.cells.staff[0, 3, 2], state.zones.idle[0, 2] = 450, 450  # half worked in industry 3 ...
    state.cells.staff[0, 3, 5] = 1000  # ... beside a thousand of another field
    state.cells.knowledge[0, 3] = 6000.0
    state.counts.moved = moved
    net = knowledge.carried(state)
    assert net.sum() == pytest.approx(0.0)
    per_worker = 6000.0 / 1500.0  # 500 of field 2 were there before the move
    assert net[1, 3] == pytest.approx(state.p.mover_knowledge * 50 * per_worker)
    assert net[0, 3] == pytest.approx(-net[1, 3])
    assert np.count_nonzero(net) == 2


def test_nobody_can_carry_away_more_than_there_is(opening):
    state = opening()
    moved = np.zeros((4, 4, F), dtype=np.int64)
    moved[0, 1] = state.zones.pool[0] - 1
    left = state.cells.staff[0] * 0
    state.zones.pool[1] += moved[0, 1]
    state.zones.pool[0] = 1
    left[4, :] = 1
    state.cells.staff[0] = left
    state.counts.moved = moved
    after = state.cells.knowledge + knowledge.carried(state)
    assert after.min() >= 0.0


def test_outside_centres_bring_less_as_the_gap_closes(opening):
    state = opening(outside_rd=1.0)
    table = state.institutes
    row = np.flatnonzero((table.kind == InstituteKind.OUTSIDE_CENTRE) & (table.zone == 2))[0]
    f = table.field[row]
    table.positions[:] = 0.0
    table.positions[row] = 100.0
    state.cells.staff[:, INSTITUTE] = 0
    state.cells.staff[2, INSTITUTE, f] = 80
    p, home = state.p, state.cells.knowledge[:, :K].sum(axis=0)
    brought = knowledge.brought_in(state)
    assert brought[[0, 1, 3]].max() == 0.0
    staff = state.cells.staff[:, :K].sum(axis=0)
    each = home / staff.sum(axis=1)
    part = staff[:, f] / staff[:, f].sum()
    gap = 1.0 - 1.0 / p.outside_lead
    assert brought[2] == pytest.approx(p.outside_leak / 4.0 * 80 * part * each * gap)
    state.cells.knowledge[:, :K] *= p.outside_lead  # caught up
    assert knowledge.brought_in(state).max() == pytest.approx(0.0, abs=1e-9)


def test_protection_keeps_a_zones_knowledge_from_everybody_and_leaves_it_the_others(opening):
    state = opening()
    usual = knowledge.within_reach(state)
    s = state.p.ip_spill
    state.lever.put("ip_protection", 1.0)
    assert knowledge.within_reach(state) == pytest.approx(usual * (1.0 - s) / (1.0 - s / 2.0))
    state.lever.put("ip_protection", np.array([0.5, 0.5, 0.5, 1.0]))
    alone = knowledge.within_reach(state)
    lost = (usual - alone) / usual
    assert (lost > 0.0).all()
    assert (lost[3] > lost[:3]).all()  # most in reach of the zone itself, which still reads the others
    state.lever.put("ip_protection", 1.0)
    assert (alone > knowledge.within_reach(state)).all()


def test_protection_is_never_monotone(opening):
    """Over the grid, innovation at TRL 9 peaks inside, and what firms below it take up only falls."""
    levels = np.linspace(0.0, 1.0, 11)
    state = opening(world="china-31", scale=0.002)
    cells = state.cells
    innovation, readiness = [], []
    for ip in levels:
        state.lever.put("ip_protection", float(ip))
        cells.spillover[:] = knowledge.within_reach(state)
        around = research.surroundings(state, np.maximum(cells.rd_spending[:, :K], 1e-9))
        worked = develop(9, around=float(around.mean()), ip=float(ip), innovation=1.0)["quality"] > 1.0
        innovation.append(worked.mean())
        readiness.append(around.mean())
    best = int(np.argmax(innovation))
    assert 0.5 < levels[best] < 1.0
    assert innovation[0] < innovation[best] - 0.005
    assert innovation[-1] < innovation[best] - 0.003
    assert (np.diff(readiness) < 0.0).all()
