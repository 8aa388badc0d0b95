"""Four chains: limiting cases, a reference that stays, what a zone's weakest link is."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.metrics import METRICS, coupling
from sim.metrics.coupling import CHAINS, Memory, chains, coordination, weakest

index = st.floats(0.0, 1.0)
four = st.lists(index, min_size=4, max_size=4).map(lambda u: np.array(u)[:, None])


@given(u=index)
def test_equal_chains_are_fully_coupled_and_coordinated_as_far_as_developed(u):
    same = np.full((4, 1), u)
    assert coupling.coupling(same)[0] == pytest.approx(1.0 if u > 0.0 else 0.0)
    assert coordination(same)[0] == pytest.approx(np.sqrt(u))


@given(u=four, gone=st.integers(0, 3))
def test_without_one_chain_nothing_is_coordinated(u, gone):
    u[gone] = 0.0
    assert coordination(u)[0] == 0.0


@given(u=four, order=st.permutations(range(4)))
def test_degrees_lie_between_zero_and_one_whatever_the_order(u, order):
    c, d = coupling.coupling(u)[0], coordination(u)[0]
    assert 0.0 <= c <= 1.0 + 1e-12
    assert 0.0 <= d <= np.sqrt(u.mean()) + 1e-12
    assert coordination(u[list(order)])[0] == pytest.approx(d, abs=1e-12)


@given(u=st.lists(st.floats(0.05, 0.95), min_size=4, max_size=4).map(lambda u: np.array(u)[:, None]))
def test_help_for_the_weakest_link_never_lowers_coordination(u):
    better = u.copy()
    better[int(weakest(u)[0])] *= 1.02
    if better.argmin() == u.argmin():
        assert coordination(better)[0] >= coordination(u)[0]


def test_wang_s_degree_by_hand():
    """C = sqrt((1 - mean |Ui - Uj|) * (product of Ui / max)^(1/3)) for 0.2, 0.4, 0.4, 0.8."""
    u = np.array([[0.2], [0.4], [0.4], [0.8]])
    apart = (0.2 + 0.2 + 0.6 + 0.0 + 0.4 + 0.4) / 6
    c = np.sqrt((1 - apart) * (0.25 * 0.5 * 0.5) ** (1 / 3))
    assert coupling.coupling(u)[0] == pytest.approx(c)
    assert coordination(u)[0] == pytest.approx(np.sqrt(c * 0.45))


def test_the_typical_zone_of_the_start_has_one_half(engine):
    state = engine().state
    for name, values in coupling.indicators(state).items():
        middle, _ = state.memory[Memory].chains_start[name]
        assert np.log(values).mean() == pytest.approx(middle)
    z = state.zones
    middle, _ = state.memory[Memory].chains_start["science"]
    z.science[:] = np.exp(middle) * state.country.population[:, None] / 6
    state.cells.knowledge[:] = 0.0
    assert chains(state)[0] == pytest.approx([0.25] * 4)  # 1/2 for science, nothing for knowledge


def test_growth_shows_because_the_reference_stays(engine):
    state = engine().state
    before = chains(state)
    state.zones.output[:] *= 3.0
    after = chains(state)
    industry = list(CHAINS).index("industry")
    assert (after[industry] > before[industry]).all()
    assert np.array_equal(np.delete(after, industry, 0), np.delete(before, industry, 0))


def test_a_zone_is_not_strong_because_it_is_large(engine):
    """Twice the people with twice of everything: the same chains."""
    state = engine().state
    before = chains(state)[:, 0]
    people = state.country.population.copy()
    people[0] *= 2.0
    state.country = replace(state.country, population=people)
    s, f = state, state.firms
    here = f.zone == 0
    for values in (
        s.zones.science,
        s.cells.knowledge,
        s.zones.output,
        s.cells.firms,
        s.zones.talent,
        s.cells.staff,
    ):
        values[0] *= 2
    f.cash[here] *= 2.0
    f.debt[here] *= 2.0
    s.funds.cash[s.funds.zone == 0] *= 2.0
    assert chains(state)[:, 0] == pytest.approx(before)


def test_the_weakest_link_is_named_and_shares_add_up(engine):
    run = engine()
    while not run.done:
        run.step()
    state, result = run.state, run.result()
    u = chains(state)
    names = np.array(list(CHAINS))[u.argmin(axis=0)]
    assert result.zones["weak_link"][-4:].tolist() == names.tolist()
    for name, values in zip(CHAINS, u, strict=True):
        assert result.zones[f"{name}_chain"][-4:] == pytest.approx(values)
    assert sum(METRICS[f"weak_link_{c}"].measure(state) for c in CHAINS) == pytest.approx(1.0)
    people = state.country.population
    mean = float((coordination(u) * people).sum() / people.sum())
    assert METRICS["coupling_coordination"].measure(state) == pytest.approx(mean)


def test_without_a_reference_nothing_is_said(engine):
    state = engine().state
    state.memory[Memory].chains_start = None
    assert np.isnan(METRICS["coupling_coordination"].measure(state))
    assert np.isnan(METRICS["weak_link_talent"].measure(state))


def test_zones_that_are_all_alike_do_not_make_the_index_jump(engine):
    state = engine(world="synthetic:Z=4,provinces=2,hetero=0,special=0,total=0.02").state
    assert all(spread >= coupling.LEAST_SPREAD for _, spread in state.memory[Memory].chains_start.values())
    assert np.isfinite(chains(state)).all()
