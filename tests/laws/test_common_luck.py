"""Common random numbers: what does not touch an agent does not change its luck; more only adds."""

import numpy as np
import pytest

from sim.world.tables import K, Origin

STRANGER = np.uint64(987_654_321)


def add_stranger(state, industry):
    """Put a firm without people, money or product at the end of the table."""
    row = state.claim(state.firms, 1)
    assert row[0] == state.firms.rows - 1
    state.firms.lot[row] = STRANGER
    state.firms.weight[row] = 1
    state.firms.zone[row] = 2
    state.firms.industry[row] = state.country.industries.index(industry)
    state.firms.trl[row] = 1
    state.firms.quality[row] = 1.0


def others(state):
    firms = state.firms
    rows = np.flatnonzero(firms.used("alive") & (firms.used("lot") != STRANGER))
    columns = {c: getattr(firms, c)[rows] for c in firms if c != "uid"}
    lots = dict(zip(firms.uid[rows].tolist(), firms.lot[rows].tolist(), strict=True))
    columns["parent"] = np.array([lots.get(uid, 0) for uid in columns["parent"].tolist()], dtype=np.uint64)
    return columns  # parents by their lot: row identities shift when somebody joins


def moves(engine):
    talent = engine.state.talent
    return {c: talent.used(c).copy() for c in talent}


@pytest.mark.parametrize("industry", ["QUANTUM", "AI", "NEV"])
def test_one_isolated_firm_changes_nobody_else(lab, industry):
    """Every other firm and worker goes through the same twelve quarters, bit for bit."""
    alone, joined = lab.engine(scale=0.01), lab.engine(scale=0.01)
    add_stranger(joined.state, industry)
    for quarter in range(12):
        alone.step()
        joined.step()
        a, b = others(alone.state), others(joined.state)
        assert [c for c in a if not np.array_equal(a[c], b[c])] == [], quarter
        a, b = moves(alone), moves(joined)
        assert [c for c in a if not np.array_equal(a[c], b[c])] == [], quarter
    assert (joined.state.firms.used("lot") == STRANGER).sum() == 1


def births(engine, origin):
    """Run one quarter and return firms born in each zone and industry."""
    engine.step()
    state = engine.state
    f, n = state.firms, state.firms.rows
    new = f.alive[:n] & (f.born[:n] == 0) & (f.origin[:n] == origin)
    cell = f.zone[:n].astype(int) * (K + 1) + f.industry[:n]
    return np.bincount(cell[new], f.weight[:n][new], state.n_zones * (K + 1))


@pytest.mark.parametrize(
    ("lever", "origin"),
    [
        ("incubators=20", Origin.STARTUP),
        ("approval_days=20", Origin.STARTUP),
        ("concept_verification=10", Origin.SPINOFF),
    ],
)
def test_a_higher_rate_of_entry_only_adds_firms(lab, lever, origin):
    for seed in range(2):
        options = {"seed": seed, "scale": 1.0, "parameters": {"spinoff_rate": 0.02}}
        before = births(lab.engine(**options), origin)
        after = births(lab.engine(lever, **options), origin)
        assert (after >= before).all()
        assert after.sum() > before.sum()


def test_a_policy_in_one_zone_leaves_the_luck_of_far_firms_alone(lab):
    """In the first quarter nothing but the zone's own entrants differs."""
    plain, one = lab.engine(scale=1.0), lab.engine("zones.Zone 1.approval_days=20", scale=1.0)
    plain.step()
    one.step()
    kept = {}
    for name, engine in (("plain", plain), ("one", one)):
        f, n = engine.state.firms, engine.state.firms.rows
        away = f.alive[:n] & (f.zone[:n] != 0) & (f.born[:n] == 0)
        kept[name] = dict(zip(f.lot[:n][away].tolist(), f.trl[:n][away].tolist(), strict=True))
    assert kept["plain"] == kept["one"]
    assert plain.state.firms.rows < one.state.firms.rows
