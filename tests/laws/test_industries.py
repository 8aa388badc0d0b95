"""Money by industry keeps the accounts, and the same in more words gives the same bits."""

import numpy as np
import pytest

from sim.schedule import LEVERS
from sim.world import country

RATES = [name for name, lever in LEVERS.items() if lever.by_industry == "rate"]
PURSES = [name for name, lever in LEVERS.items() if lever.by_industry == "purse"]
LISTS = "priorities=[AI, LOWALT, QUANTUM]"


def strong(name):
    """Return a value of a lever that does much."""
    lever = LEVERS[name]
    far = 0.2 if lever.programme and lever.programme.less else 0.8
    return lever.low + far * (lever.high - lever.low)


@pytest.mark.slow
def test_accounts_close_with_every_lever_aimed_at_two_industries(lab):
    sets = [
        f"industries.{code}.{name}={strong(name)}" for name in RATES + PURSES for code in ("AI", "LOWALT")
    ]
    sets += [f"{name}={strong(name) / 4}" for name in PURSES]
    engine = lab.engine(LISTS, *sets, check=True, until="2024-Q4")
    while not engine.done:
        engine.step()
    booked = engine.state.treasury.programmes
    bought = {name for name in RATES + PURSES if LEVERS[name].programme}
    assert bought <= set(booked) | {"leader_anchoring", "failure_tolerance"}  # nobody there to pay for
    for name in bought & set(booked):
        requested, delivered = booked[name]
        assert 0.0 <= delivered <= requested * (1.0 + 1e-9)


def test_said_for_all_twenty_it_is_what_it_is_for_the_country(lab):
    codes = country("synthetic").industries
    aimed = lab.resolve(*(f"industries.{code}.{name}={strong(name)}" for name in RATES for code in codes))
    plain = lab.resolve(*(f"{name}={strong(name)}" for name in RATES))
    assert aimed.aimed == {}
    for name, values in plain.levers.items():
        assert np.array_equal(values, aimed.levers[name]), name


def test_without_entries_nothing_is_held_by_industry(lab):
    assert lab.resolve().aimed == lab.resolve().pilot_aimed == {}


def test_a_plan_for_one_industry_pays_that_one(lab):
    plain = (LISTS, "guidance_fund_size=0")
    plan, base = (
        lab.engine(*plain, *more, until="2023-Q2") for more in (["industries.QUANTUM.rd_grant_rate=0.3"], [])
    )
    sums = [np.zeros(20), np.zeros(20)]
    for i, engine in enumerate((plan, base)):
        while not engine.done:
            engine.step()
            sums[i] += engine.state.cells.public_money.sum(axis=0)
    more = sums[0] - sums[1]
    quantum = plan.state.country.industries.index("QUANTUM")
    assert more[quantum] > 0.0
    assert more[quantum] > np.delete(more, quantum).max()
