"""Money, loans, people and stakes are conserved under any policy; nobody writes what is not theirs."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.balance import stocks
from sim.core.accounts import GOVERNMENTS, Item, Ledger, Sector, public_outlay
from sim.metrics import METRICS
from sim.schedule import LEVERS

NUMBERS = sorted(n for n, lever in LEVERS.items() if lever.kind in ("number", "integer"))
EVERYTHING = tuple(f"{n}={LEVERS[n].high}" for n in NUMBERS)
TINY = "synthetic:Z=3,provinces=2,hetero=0.5,special=0.4,total=0.02"
ZONES = ("Zone 1", "Zone 2", "Zone 3")


def close(lab, *sets, **options):
    """Run with every check on and return the engine."""
    engine = lab.engine(*sets, check=True, **options)
    state, paid = engine.state, 0.0
    while not engine.done:
        engine.step()
        before, paid = paid, public_outlay(state.ledger.total)
        cost = METRICS["public_cost"].measure(state)
        assert cost == pytest.approx(paid - before, rel=1e-8, abs=1e-6 + 1e-11 * paid)
        nobody_overdraws(state)
    return engine


def nobody_overdraws(state):
    """No programme is bought with money that a budget does not have."""
    size = 1e-9 * max(1.0, float(state.zones.cash.max()))
    public = state.treasury
    for money in (state.zones.cash.min(), state.provinces.cash.min(), public.centre, public.local):
        assert money >= -size


@st.composite
def policies(draw):
    """Dated values of some levers within their bounds, for the nation, one zone, or the pilots."""
    sets = []

    def dated(lever):
        def value():
            number = lever.low + draw(st.integers(0, 4)) / 4 * (lever.high - lever.low)
            return round(number) if lever.kind == "integer" else round(number, 6)

        years = sorted(draw(st.lists(st.integers(2023, 2032), min_size=1, max_size=3, unique=True)))
        return "{" + ", ".join(f"{y}-Q{draw(st.integers(1, 4))}: {value()}" for y in years) + "}"

    for name in draw(st.lists(st.sampled_from(NUMBERS), min_size=4, max_size=12, unique=True)):
        lever = LEVERS[name]
        sets.append(f"{name}={dated(lever)}")
        if lever.scope == "zone" and draw(st.booleans()):
            where = draw(st.sampled_from(["pilots", *(f"zones.{zone}" for zone in ZONES)]))
            sets.append(f"{where}.{name}={dated(lever)}")
    named = draw(st.lists(st.sampled_from(ZONES), max_size=2, unique=True))
    sets.append(f"pilot_zones={{2024-Q1: [{', '.join(named)}]}}")
    return tuple(sets)


@pytest.mark.slow
@settings(max_examples=25, phases=[Phase.generate])
@given(policy=policies(), seed=st.integers(0, 2**31))
def test_the_accounts_close_for_ten_years_under_any_policy(lab, policy, seed):
    close(lab, *policy, seed=seed, world=TINY, until="2032-Q4")


@pytest.mark.slow
def test_the_accounts_close_for_ten_years_with_every_programme_at_its_upper_bound(lab):
    close(lab, *EVERYTHING, until="2032-Q4", scale=0.02)


def test_the_accounts_close_on_the_real_zones(lab):
    close(lab, world="china-178", file="top_level_design", until="2024-Q4", scale=0.002)


@given(
    payments=st.lists(
        st.tuples(
            st.sampled_from(list(Item)),
            st.sampled_from(list(Sector)),
            st.sampled_from(list(Sector)),
            st.integers(0, 10**6),
        )
    )
)
def test_each_row_of_the_transactions_matrix_sums_to_zero(payments):
    """What an item brings to some it takes from others, and balances are the sums of the rows."""
    ledger = Ledger()
    for item, payer, payee, amount in payments:
        ledger.pay(item, payer, payee, float(amount))
    rows = ledger.flow.sum(axis=1) - ledger.flow.sum(axis=2)  # items x sectors: received less paid
    assert not rows.sum(axis=1).any()
    assert np.array_equal(rows.sum(axis=0), ledger.balance)


def test_every_sector_with_a_stock_closes(lab):
    """Opening money plus receipts less payments is money at the end, for each tier of government too."""
    engine = lab.engine("institute_funding=0.2", file="top_level_design")
    opening = stocks(engine.state)
    while not engine.done:
        engine.step()
    flow = engine.state.ledger.total.sum(axis=0)
    size = flow.sum()
    for sector, stock in stocks(engine.state).items():
        net = flow[:, sector].sum() - flow[sector].sum()
        assert stock - opening[sector] == pytest.approx(net, abs=1e-9 * size)
    assert set(GOVERNMENTS) <= set(opening)


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
                assert table[column].min() >= -1e-9, (engine.quarter, table.name, column)


def test_workers_only_come_from_schools_and_abroad_and_only_leave_research_by_choice_or_age(lab):
    talent = ("talent_card=1", "recruitment_subsidy=2", "training_places=500", "leading_scientists=5")
    engine = lab.engine(*talent, scale=0.02)
    heads, seen = (
        engine.state.zones.pool.sum(),
        dict.fromkeys(("moves", "trained", "from_abroad", "teams_moved"), 0.0),
    )
    while not engine.done:
        engine.step()
        counts = engine.state.counts
        heads += counts.graduates + counts.trained + counts.from_abroad - counts.retired
        for name in seen:
            seen[name] += getattr(counts, name)
        assert engine.state.zones.pool.sum() == heads
        assert counts.moved.sum() == counts.moves
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
