"""Plants of large firms elsewhere: shares sum to one, and what is made is told where it is made."""

import numpy as np
import pytest

from sim.mechanisms import entry, tally, trade
from sim.mechanisms.books import closing
from sim.mechanisms.books import firms as books
from sim.mechanisms.entry import sites
from sim.mechanisms.exit import closure, merger
from sim.mechanisms.exit.candidates import candidates
from sim.mechanisms.trade.costs import plant_cost
from sim.world import plants
from sim.world.tables import BUILD_SLOTS, HOST, K

AI = 0
EFFICIENT = {"minimum_efficient_scale": 1000.0, "plant_efficient_share": 0.1}


def large(opening, lone, *sets, plant=150.0, due=50.0, **levers):
    """Return a state with one firm of artificial intelligence, of efficient size at 100, and its row."""
    state = opening(*sets, parameters=EFFICIENT, **levers)
    row = lone(state, "AI", capacity=plant, lot=7)
    state.firms.pipeline[row, state.t % BUILD_SLOTS] = due
    return state, row


def shares(state, row):
    """Return the parts of a firm by zone."""
    part = np.zeros(state.n_zones)
    part[state.firms.zone[row]] = state.firms.home[row]
    mine = state.sites.alive & (state.sites.firm == row)
    np.add.at(part, state.sites.zone[mine], state.sites.share[mine])
    return part


def to(state, zone):
    """Return a pull that only one zone has."""
    pull = np.full((state.n_zones, K + 1), 1e-12)
    pull[zone] = 1.0
    return pull


def test_a_plant_is_enlarged_until_it_is_efficient(opening, lone):
    state, row = large(opening, lone, plant=99.0)
    sites.sites(state, to(state, 2))
    assert not state.sites.alive.any()
    assert state.firms.home[row] == 1.0


def test_the_next_plant_stands_where_others_are_drawn(opening, lone):
    state, row = large(opening, lone)
    sites.sites(state, to(state, 2))
    assert shares(state, row) == pytest.approx([0.75, 0.0, 0.25, 0.0])
    state.firms.capacity[row] = 200.0  # as books do it
    sites.sites(state, to(state, 3))  # the one begun is not efficient yet
    assert shares(state, row) == pytest.approx([0.6, 0.0, 0.4, 0.0])
    state.firms.capacity[row] = 250.0
    sites.sites(state, to(state, 3))
    assert shares(state, row) == pytest.approx([0.5, 0.0, 1.0 / 3.0, 1.0 / 6.0])
    state.firms.capacity[row] = 300.0
    state.firms.pipeline[row] = 60.0
    sites.sites(state, to(state, 0))
    state.firms.capacity[row] = 360.0
    sites.sites(state, to(state, 0))  # all are efficient: it comes back to its base
    assert shares(state, row).sum() == pytest.approx(1.0)
    assert shares(state, row)[0] == pytest.approx((150.0 + 60.0) / 420.0)
    assert state.sites.alive.sum() == 2


def test_places_are_drawn_as_their_pull(opening, lone):
    state, row = large(opening, lone)
    pull = np.tile(np.array([[1.0], [2.0], [3.0], [2.0]]), (1, K + 1))
    pull /= state.country.gdp[:, None] / state.country.gdp.sum()
    found = np.zeros(state.n_zones)
    for lot in range(2000):
        state.firms.lot[row] = lot
        firm, zone, added = choose(state, pull)
        assert (firm, added) == (row, 50.0)
        found[zone] += 1
    assert found / 2000 == pytest.approx([1 / 8, 2 / 8, 3 / 8, 2 / 8], abs=0.04)


def choose(state, pull):
    f, s = state.firms, state.sites
    first, after = plants.of_firms(s.alive, s.firm, f.rows)
    efficient = state.p.plant_efficient_share * state.p.minimum_efficient_scale
    return sites._choose(
        state.seed, state.t % BUILD_SLOTS, efficient, entry.support.lure(state, pull), f.alive, f.lot,
        f.zone, f.industry, f.weight, f.capacity, f.pipeline, f.home, first, after, s.zone, s.share,
    )  # fmt: skip


def test_money_for_newcomers_is_paid_for_a_plant_in_a_new_place(opening, lone):
    state, row = large(opening, lone)
    state.treasury.aside["investment_attraction"] = np.full(4, 1e6)
    cash, zones = state.firms.cash[row], state.zones.cash.copy()
    sites.sites(state, to(state, 2))
    assert state.firms.cash[row] - cash == pytest.approx(state.p.attraction_grant)
    assert zones - state.zones.cash == pytest.approx([0.0, 0.0, state.p.attraction_grant, 0.0])
    assert state.cells.public_money[2, AI] == pytest.approx(state.p.attraction_grant)
    state.firms.capacity[row] = 200.0
    sites.sites(state, to(state, 2))
    assert state.counts.attraction_paid == pytest.approx(state.p.attraction_grant), "it is there already"


def test_at_one_place_all_that_is_built_stands_at_the_base(opening, lone):
    state, row = large(opening, lone, "theories.sites=base")
    sites.sites(state, to(state, 2))
    assert not state.sites.alive.any()
    plants.put(state, np.array([row]), np.array([1]), np.array([50.0]))  # what it bought stays there
    state.firms.capacity[row] = 200.0
    sites.sites(state, to(state, 2))
    assert shares(state, row) == pytest.approx([0.8, 0.2, 0.0, 0.0])


def two_places(opening, lone, *sets):
    """Return a state whose firm has a quarter of its capacity in zone 3."""
    state, row = large(opening, lone, *sets)
    plants.put(state, np.array([row]), np.array([3]), np.array([50.0]))
    state.firms.capacity[row], state.firms.pipeline[row] = 200.0, 0.0
    return state, row


def test_what_is_made_is_told_where_it_is_made(opening, lone):
    state, row = two_places(opening, lone)
    trade.step(state)
    f, cells = state.firms, state.cells
    assert f.sales[row] > 0.0
    assert cells.output[:, AI] == pytest.approx(4.0 * f.sales[row] * np.array([0.75, 0.0, 0.0, 0.25]))
    assert cells.value_added[:, AI] / cells.output[:, AI].sum() == pytest.approx(
        cells.value_added[:, AI].sum() / cells.output[:, AI].sum() * np.array([0.75, 0.0, 0.0, 0.25])
    )
    flows, _ = books.close(state, np.zeros(K + 1))
    tax = state.p.local_tax_ratio * f.sales[row]
    assert flows[:, AI, closing.LOCAL_TAX] == pytest.approx(tax * np.array([0.75, 0.0, 0.0, 0.25]))
    f.jobs[row] = 41
    tally.step(state)
    assert cells.capacity[:, AI] == pytest.approx(f.capacity[row] * np.array([0.75, 0.0, 0.0, 0.25]))
    assert (cells.jobs[:, AI] - cells.staff[:, AI].sum(axis=1)).tolist() == [31, 0, 0, 10], "whole jobs"
    assert cells.firms[:, AI].tolist() == [1, 0, 0, 0]


def test_a_plant_elsewhere_pays_the_rent_of_its_place(opening, lone):
    paid = []
    for dear in (0, 1, 3):
        state, row = two_places(opening, lone)
        state.firms.jobs[row] = 40
        state.zones.rent[:] = 0.0
        state.zones.rent[dear] = 1.0
        state.firms.output[row] = 100.0
        flows, _ = books.close(state, np.zeros(K + 1))
        paid.append(flows[:, AI, closing.RENT].sum())
    assert paid[1] == 0.0
    assert paid[0] == pytest.approx(3.0 * paid[2])


def test_cost_is_that_of_the_plants_by_capacity(opening, lone):
    """One plant of 150 and one of 50, each with the scale of its own: dearer than one of 200."""
    made = {}
    for name in ("one", "two"):
        state, row = two_places(opening, lone) if name == "two" else large(opening, lone, plant=200.0)
        state.firms.unit_cost[row] = 1.0
        state.memory[trade.memory.Memory].makers_start = None
        trade.costs._structure(state)
        plant_cost(state)
        now = trade.costs._structure(state)
        factor = trade.costs.factor(state, now)
        made[name] = float((factor * now.capacity).sum() / now.capacity.sum())
        assert now.row.tolist() == [row] * (1 + (name == "two"))
        assert state.firms.cost[row] == pytest.approx(1.0), "measured against what it was at the opening"
    assert made["two"] > made["one"]


def test_who_buys_a_firm_leaves_its_plants_where_they_stand(opening, lone):
    state = opening(
        parameters=EFFICIENT | {"merger_hazard": 1e9, "merger_spread": 0.0, "deal_distance_cost": 0.0}
    )
    state.funds.alive[:] = False
    buyer = lone(state, "AI", sales=500.0, cash=5000.0, capacity=300.0, lot=1, listed=True)
    target = int(state.claim(state.firms, 1)[0])
    given = {"weight": 1, "industry": AI, "zone": 2, "trl": 9, "quality": 1.4, "sales": 20.0, "cash": 7.0}
    for column, value in (given | {"capacity": 80.0, "lot": 2, "uid": 999}).items():
        getattr(state.firms, column)[target] = value
    plants.put(state, np.array([buyer, target]), np.array([1, 3]), np.array([100.0, 20.0]))
    state.firms.capacity[[buyer, target]] += [100.0, 20.0]
    tally.step(state)
    before = state.cells.capacity[:, AI].copy()
    assert before == pytest.approx([300.0, 100.0, 80.0, 20.0])
    merger.merge(state, candidates(state))
    assert not state.firms.alive[target]
    tally.step(state)
    assert state.cells.capacity[:, AI] == pytest.approx(before)
    assert (state.sites.firm[state.sites.alive] == buyer).all()
    assert state.sites.alive.sum() == 3


def test_a_firm_that_ends_has_no_plants(opening, lone):
    state, row = two_places(opening, lone)
    assert state.sites.alive.sum() == 1
    closure.retire(state, np.array([row]))
    assert not state.sites.alive.any()
    again = int(state.claim(state.firms, 1)[0])
    assert state.firms.home[again] == 1.0


def test_shares_sum_to_one_in_a_whole_run(opening):
    state = opening(world="china-31", scale=0.005, until="2027-Q4")
    engine = state.engine
    while not engine.done:
        engine.step()
        f, s = state.firms, state.sites
        live = s.alive
        assert f.alive[s.firm[live]].all()
        assert (f.industry[s.firm[live]] < HOST).all()
        whole = f.home + np.bincount(s.firm[live], s.share[live], f.rows)
        assert whole[f.alive] == pytest.approx(1.0, abs=1e-12)
        key = s.firm[live].astype(np.int64) * state.n_zones + s.zone[live]
        assert np.unique(key).size == key.size, "one row a place"
        assert (s.zone[live] != f.zone[s.firm[live]]).all()
    assert live.sum() > 50
    capacity = np.where(f.alive, f.capacity, 0.0)
    assert state.cells.capacity.sum() == pytest.approx(capacity.sum())
    assert state.cells.jobs.sum() == f.jobs[f.alive].sum() + state.cells.staff[:, : K + 1].sum()
