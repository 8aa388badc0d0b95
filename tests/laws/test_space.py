"""Crowding: what a place gains by size it loses again when it is full (an inverted U).

Zones of three sizes share one country, so that all face the same demand, wages and money.  (One zone that
grows alone, with the country's demand as it was, makes a country of too many firms: all fare worse then,
and what crowding does to the place cannot be told from it.)
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from sim.core.theory import open_theories
from sim.engine import Engine
from sim.records import Recorder
from sim.world.populate import populate

ZONES = 40
WORLD = f"synthetic:Z={ZONES},provinces=10,special=0.8,total=0.3"
SIZES = np.repeat([1.0, 8.0, 64.0], [24, 14, 2])
SMALL, MIDDLE, LARGE = np.unique(SIZES)
SCALE = 0.05
SEEDS = (1, 2, 3)


class Place(NamedTuple):
    """What became of zones of one kind in six years."""

    growth: float
    """Firms of the 20 industries, over those at the opening."""
    rent: float
    wage: float


def after(lab, size, land, seed):
    """Return what became of zones of some sizes on so much land, as multiples of the usual, by both."""
    deal = np.random.default_rng(seed).permutation(ZONES)
    size, land = (np.broadcast_to(values, ZONES)[deal] for values in (size, land))
    engine = opened(lab, size / size.mean(), land, seed)
    state = engine.state
    before = state.cells.firms[:, :20].sum(axis=1)
    while not engine.done:
        engine.step()
    now, zones = state.cells.firms[:, :20].sum(axis=1), state.zones

    def place(kind):
        return Place(now[kind].sum() / before[kind].sum(), zones.rent[kind].mean(), zones.wage[kind].mean())

    return {kind: place((size == kind[0]) & (land == kind[1])) for kind in set(zip(size, land, strict=True))}


def opened(lab, size, land, seed):
    """Return an engine at the opening of such a country; its totals do not depend on sizes."""
    engine = Engine(lab.resolve(world=WORLD, until="2028-Q4"), seed=seed, scale=SCALE)
    c, p, catalogue = engine.state.country, engine.state.p, engine.state.force.catalogue

    def times(values):
        return (np.asarray(values, dtype=float).T * size).T

    share = times(c.demand_share)
    institutes = np.rint(times(c.institute_workers)).astype(int)
    larger = replace(
        c,
        firms=np.rint(times(c.firms)).astype(int),
        demand_share=share / share.sum(axis=0),
        institute_workers=institutes,
        rd_workers=np.maximum(institutes, np.rint(times(c.rd_workers)).astype(int)),
        gdp=times(c.gdp),
        population=times(c.population),
        land_capacity=c.land_capacity * land,
    )
    engine.state = populate(larger, p, seed, SCALE, engine.state.theories)
    engine.state.force.catalogue = catalogue
    engine.ask()
    open_theories(engine.state)
    engine.recorder = Recorder(engine.state, "space", engine.quarters, ())
    return engine


def means(runs):
    """Return the means over seeds by size or land, whichever differs."""
    kinds = sorted(runs[0])
    return [Place(*np.mean([run[kind] for run in runs], axis=0)) for kind in kinds]


@pytest.fixture(scope="module")
def on_equal_land(lab):
    """Small, middle and large zones, all on as much land."""
    return means([after(lab, SIZES, 1.0, seed) for seed in SEEDS])


@pytest.fixture(scope="module")
def on_land_of_their_size(lab):
    """The same with land in proportion to size: nobody is crowded more than others."""
    return means([after(lab, SIZES, SIZES / SIZES.mean(), seed) for seed in SEEDS])


@pytest.mark.slow
def test_larger_places_grow_faster_where_none_is_crowded(on_land_of_their_size):
    small, middle, large = on_land_of_their_size  # 0.54, 1.77, 2.09
    assert small.growth < 0.7 * middle.growth
    assert middle.growth < 0.9 * large.growth


@pytest.mark.slow
def test_crowded_places_grow_less_than_their_equals(lab):
    """Of zones as large as each other half have a sixteenth of the land of the others."""
    crowded, roomy = means([after(lab, 1.0, np.repeat([0.25, 4.0], ZONES // 2), seed) for seed in SEEDS])
    assert crowded.rent > 1.5 * roomy.rent
    assert crowded.growth < 0.95 * roomy.growth  # 1.44 and 1.62


@pytest.mark.slow
def test_rents_and_pay_rise_with_size(on_equal_land):
    small, middle, large = on_equal_land
    assert 1.5 * small.rent < middle.rent < large.rent / 1.5
    assert small.wage < 0.8 * middle.wage  # 0.107, 0.263, 0.303
    assert middle.wage < 0.95 * large.wage


@pytest.mark.slow
def test_small_places_grow_less_though_their_land_is_cheap(on_equal_land):
    small, middle, _ = on_equal_land  # 0.59, 1.73
    assert small.growth < 0.8 * middle.growth


@pytest.mark.slow
def test_crowding_takes_what_size_gives(on_equal_land, on_land_of_their_size):
    (_, middle, large), (_, roomy_middle, roomy_large) = on_equal_land, on_land_of_their_size
    gain, roomy_gain = large.growth / middle.growth, roomy_large.growth / roomy_middle.growth  # 0.97, 1.18
    assert gain < 0.9 * roomy_gain


@pytest.mark.slow
@pytest.mark.xfail(
    strict=True,
    reason="large zones grow as middle ones, 1.63 (0.02) and 1.67 (0.02) over 24 seeds, and not surely less",
)
def test_the_net_effect_of_size_is_an_inverted_u(on_equal_land):
    _, middle, large = on_equal_land
    assert large.growth < 0.9 * middle.growth
