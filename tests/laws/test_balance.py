"""Money, loans, people and stakes are conserved under any policy; nobody writes what is not theirs."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.core.accounts import Item, Sector
from sim.schedule import LEVERS

NUMBERS = sorted(n for n, lever in LEVERS.items() if lever.kind in ("number", "integer"))
EVERYTHING = tuple(f"{n}={LEVERS[n].high}" for n in NUMBERS)


def close(lab, *sets, **options):
    """Run with every check on and return the engine."""
    engine = lab.engine(*sets, check=True, **options)
    while not engine.done:
        engine.step()
    return engine


@st.composite
def policies(draw):
    """Values of a few levers, some of them changed half-way."""
    sets = []
    for name in draw(st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=7, unique=True)):
        lever = LEVERS[name]
        first, later = (
            round(lever.low + draw(st.integers(0, 4)) / 4 * (lever.high - lever.low), 6) for _ in "12"
        )
        sets.append(f"{name}={{2023-Q1: {first}, 2025-Q1: {later}}}")
    return tuple(sets)


@settings(max_examples=6, phases=[Phase.generate])
@given(policy=policies(), seed=st.integers(0, 2**31))
def test_the_accounts_close_under_any_policy(lab, policy, seed):
    close(lab, *policy, seed=seed, until="2025-Q4")


@pytest.mark.slow
def test_the_accounts_close_for_ten_years_with_every_programme_at_its_upper_bound(lab):
    close(lab, *EVERYTHING, until="2032-Q4", scale=0.02)


def test_the_accounts_close_on_the_real_zones(lab):
    close(lab, world="china-178", file="top_level_design", until="2024-Q4", scale=0.002)


def test_money_only_changes_hands(lab):
    result = lab.run(file="top_level_design")
    flow = np.zeros((len(Sector), len(Sector)))
    names = {s.name.lower(): s for s in Sector}
    rows = zip(*(result.flows[c] for c in ("payer", "payee", "amount")), strict=True)
    for payer, payee, amount in rows:
        assert amount > 0.0
        flow[names[payer], names[payee]] += amount
    net = flow.sum(axis=0) - flow.sum(axis=1)
    assert abs(net.sum()) < 1e-9 * flow.sum()
    assert net[Sector.HOUSEHOLDS] > 0.0  # firms pay wages


def test_no_stock_is_negative(lab):
    engine = lab.engine(file="top_level_design")
    while not engine.done:
        engine.step()
        s = engine.state
        for table, columns in (
            (s.firms, "capacity pipeline debt output sales orders staff_wanted rd_staff jobs wanted patents"),
            (s.firms, "public_equity quality unit_cost dilution weight scenario_sales losses tier"),
            (s.talent, "weight skill experience"),
            (s.funds, "cash called committed invested returned target"),
            (s.institutes, "cash budget inventions"),
            (
                s.zones,
                "debt tax public_cost idle pool science inventions rent wage_field stars teams trainees",
            ),
            (
                s.cells,
                "staff firms jobs output capacity pipeline public_money stranded plants failed anchored",
            ),
            (s.industries, "demand price output sales capacity pipeline research"),
        ):
            for column in columns.split():
                assert table.used(column).min() >= -1e-9, (engine.quarter, table.name, column)


def test_workers_only_come_from_schools_and_abroad_and_only_leave_research_by_choice_or_age(lab):
    talent = ("talent_card=1", "recruitment_subsidy=2", "training_places=500", "leading_scientists=5")
    engine = lab.engine(*talent, scale=0.02)
    heads, seen = (
        engine.state.zones.pool.sum(),
        dict.fromkeys(("moves", "trained", "from_abroad", "teams_moved"), 0.0),
    )
    while not engine.done:
        engine.step()
        count = engine.state.count
        heads += count["graduates"] + count["trained"] + count["from_abroad"] - count["retired"]
        for name in seen:
            seen[name] += count[name]
        assert engine.state.zones.pool.sum() == heads
        assert engine.state.moved.sum() == count["moves"]
    assert min(seen.values()) > 0.0


def test_revenue_sharing_is_a_transfer_and_no_cost(lab):
    """What passes between zones is entered from local to local government and nets to zero."""
    sharing = lab.run(file="top_level_design", until="2025-Q4")
    flows = sharing.flows
    shared = [
        amount
        for item, payer, payee, amount in zip(*flows.values(), strict=True)
        if (item, payer, payee) == (Item.TRANSFER.name.lower(), "local", "local")
    ]
    assert sum(shared) > 0.0
    assert sum(shared) >= sharing.metrics["revenue_shared"] > 0.0
