"""Common random numbers: what does not touch an agent does not change its luck; more only adds."""

import numpy as np
import pytest

from sim.world.tables import K, Origin

STRANGER = np.uint64(987_654_321)
NO_TEAMS = {"round_team_years": 0.0}
"""Who spends nothing seeks no money: otherwise an empty firm would ask funds for a team."""


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
    rows = np.flatnonzero(firms.alive & (firms.lot != STRANGER))
    columns = {c: getattr(firms, c)[rows] for c in firms if c != "uid"}
    lots = dict(zip(firms.uid[rows].tolist(), firms.lot[rows].tolist(), strict=True))
    columns["parent"] = np.array([lots.get(uid, 0) for uid in columns["parent"].tolist()], dtype=np.uint64)
    return columns  # parents by their lot: row identities shift when somebody joins


COUNTS = {"zones.firms", "zones.smes", "cells.firms", "industries.firms"}
"""Columns that count the stranger itself."""


def changed(alone, joined):
    """Return the columns of every table that differ (of firms without the stranger, holders by lot)."""
    a, b = others(alone), others(joined)
    differ = {f"firms.{c}" for c in a if not np.array_equal(a[c], b[c])}
    for name, table in alone.tables.items():
        twin = joined.tables[name]
        for column in table:
            ours, theirs = table[column], twin[column]
            if (name, column) == ("holdings", "firm"):
                ours, theirs = alone.firms.lot[ours], joined.firms.lot[theirs]
            if name != "firms" and not np.array_equal(ours, theirs):
                differ.add(f"{name}.{column}")
    return differ


@pytest.mark.parametrize("industry", ["QUANTUM", "AI", "NEV"])
@pytest.mark.parametrize(
    "options", [{"scale": 0.01}, {"file": "top_level_design", "world": "china-178", "scale": 0.002}], ids=str
)
def test_one_isolated_firm_changes_nobody_else(lab, industry, options):
    """Every other firm, worker, fund, institute and place goes through the same years, bit for bit."""
    alone, joined = (lab.engine(parameters=NO_TEAMS, **options) for _ in range(2))
    add_stranger(joined.state, industry)
    while alone.quarter < 12:
        alone.step()
        joined.step()
        assert changed(alone.state, joined.state) <= COUNTS, alone.quarter
        # sums over longer columns are rounded elsewhere in the last digit
        np.testing.assert_allclose(joined.state.ledger.total, alone.state.ledger.total, rtol=1e-12)
    assert (joined.state.firms.lot == STRANGER).sum() == 1


def gone(state, table):
    """Return the lots of rows that the first quarter took away."""
    return set(state.lots_before[table].tolist()) - set(live(state, table).tolist())


def live(state, table):
    rows = state.tables[table]
    return rows.lot[rows.alive]


def listed(state):
    return set(state.firms.lot[state.firms.listed].tolist())


RATES = {
    "closure_hazard": lambda s: gone(s, "firms"),
    "retire_hazard": lambda s: gone(s, "talent"),
    "listing_hazard": listed,
    "invention_rate": lambda s: s.institutes.inventions,
    "move_hazard": lambda s: s.counts.moved.sum(axis=1),
    "patents_per_rd": lambda s: s.firms.patents,
    "footloose_rate": lambda s: by_origin(s, Origin.ATTRACTED),
    "spinoff_rate": lambda s: by_origin(s, Origin.SPINOFF),
}
"""What happened in the first quarter, by the parameter that says how often it does: sets or counts."""


def first_quarter(lab, parameters, seed):
    engine = lab.engine(seed=seed, scale=0.2, parameters=parameters)
    engine.state.lots_before = {t: live(engine.state, t).copy() for t in ("firms", "talent")}
    engine.step()
    return engine.state


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("factor", [1.3, 4.0])
def test_more_of_a_rate_only_adds_events(lab, rate, factor):
    """The same luck: what happened at the lower rate happens at the higher one too, and more does."""
    events, more = RATES[rate], 0
    for seed in (1, 2, 3):
        plain = first_quarter(lab, {}, seed)
        low, high = events(plain), events(first_quarter(lab, {rate: factor * getattr(plain.p, rate)}, seed))
        if isinstance(low, set):
            assert low <= high
            more += len(high - low)
        else:
            assert (high[: len(low)] >= low).all()
            more += int(high.sum() - low.sum())
    assert more > 0


def births(engine, origin):
    """Run one quarter and return firms born in each zone and industry."""
    engine.step()
    return by_origin(engine.state, origin)


def by_origin(state, origin):
    f = state.firms
    new = f.alive & (f.born == 0) & (f.origin == origin)
    cell = f.zone.astype(int) * (K + 1) + f.industry
    return np.bincount(cell[new], f.weight[new], state.n_zones * (K + 1))


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
        f = engine.state.firms
        away = f.alive & (f.zone != 0) & (f.born == 0)
        kept[name] = dict(zip(f.lot[away].tolist(), f.trl[away].tolist(), strict=True))
    assert kept["plain"] == kept["one"]
    assert plain.state.firms.rows < one.state.firms.rows


def deals(engine):
    """Play a quarter and return who backed whom in it: funds' and firms' lots."""
    old = set(np.flatnonzero(engine.state.holdings.alive))
    engine.step()
    held, s = engine.state.holdings, engine.state
    new = [row for row in np.flatnonzero(held.alive) if row not in old]
    return set(zip(s.funds.lot[held.fund[new]].tolist(), s.firms.lot[held.firm[new]].tolist(), strict=True))


def test_one_more_firm_that_seeks_money_changes_hardly_a_deal(lab):
    """Funds look at firms by lot and not by their place in a list, so only those who meet it choose anew."""
    alone, joined = (lab.engine(world="china-178", scale=0.01) for _ in range(2))
    add_stranger(joined.state, "AI")
    joined.state.firms.trl[joined.state.firms.lot == STRANGER] = 5
    before, after = deals(alone), deals(joined)
    assert len(before) > 50
    assert len(before ^ after) <= 4
