"""Adopter sectors: Bass diffusion, demand brought forward, nothing without support."""

import numpy as np
import pytest

from sim.mechanisms.trade.adopters import LEVERS, adopt
from sim.mechanisms.trade.memory import Memory
from sim.world.tables import ADOPTERS, K


def ahead(state, quarters, **support):
    """Return the demand brought forward in each quarter, by industry."""
    for name, money in support.items():
        state.lever.put(name, money)
    return np.array([adopt(state).sum(axis=0) for _ in range(quarters)])


def test_without_support_adoption_is_the_reference_and_adds_nothing(opening):
    state = opening()
    assert not ahead(state, 40).any()
    assert (state.zones.adoption == state.memory[Memory].adoption_reference).all()


def test_without_imitation_adoption_is_exponential(opening):
    state = opening(parameters={"bass_imitation": 0.0, "bass_innovation": 0.04, "adopter_start": 0.1})
    ahead(state, 10)
    assert state.memory[Memory].adoption_reference == pytest.approx(1.0 - 0.9 * 0.99**10)


def test_one_quarter_of_support_by_hand(opening):
    state = opening()
    p, c = state.p, state.country
    before = state.zones.adoption[0, 0]
    added = c.gdp[1] * p.adopter_gdp_transport
    money = np.array([0.0, 300.0, 0.0, 0.0])
    gained = ahead(state, 1, transport_transformation=money)[0]
    more = 0.25 * p.adoption_effect * 300.0 / added * (1.0 - before)
    share = c.adopters[ADOPTERS.index("transport")]
    assert gained == pytest.approx(p.demand_saturation * share * more * c.gdp[1] / c.gdp.sum())
    assert gained[c.industries.index("NEV")] > 0.0
    assert gained[c.industries.index("XR")] == 0.0


def test_manufacturing_is_where_its_revenue_is(opening):
    state = opening(world="synthetic:Z=4,provinces=2,total=0.02,hetero=0.8,special=0.5")
    c = state.country
    state.lever.put("manufacturing_upgrade", 100.0)
    gained = adopt(state)[:, c.industries.index("SMARTMFG")]
    assert np.allclose(gained, gained[0])  # the same money moves the same value, large zone or small
    state.zones.adoption[:], state.memory[Memory].adoption_reference[:] = 0.5, 0.1
    state.lever.put("manufacturing_upgrade", 0.0)
    gained = adopt(state)[:, c.industries.index("SMARTMFG")]
    assert gained / gained.sum() == pytest.approx(c.hightech_revenue / c.hightech_revenue.sum())


@pytest.mark.parametrize("name", LEVERS)
def test_support_brings_demand_forward_and_fades(opening, name):
    state = opening()
    gained = ahead(state, 20, **{name: 500.0})
    later = ahead(state, 240, **{name: 0.0})
    share = state.country.adopters[LEVERS.index(name)]
    served = share > 0.0
    assert (np.diff(gained[:8, served], axis=0) > 0.0).all()
    assert not gained[:, ~served].any()
    both = np.vstack([gained, later])
    assert (both >= 0.0).all()
    assert (both <= state.p.demand_saturation * share + 1e-9).all()
    assert (later[-1] < 1e-3 * both.max(axis=0) + 1e-9).all()


def test_adoption_never_leaves_its_bounds(opening):
    state = opening(parameters={"adoption_effect": 1e6})
    ahead(state, 60, **dict.fromkeys(LEVERS, 500.0))
    assert state.zones.adoption.min() >= 0.0
    assert state.zones.adoption.max() <= 1.0


def test_shares_of_sectors_leave_something_for_others(opening):
    share = opening().country.adopters
    assert share.shape == (len(ADOPTERS), K)
    assert (share.sum(axis=0) < 1.0).all()
    assert (share.sum(axis=1) > 0.0).all()
