"""Damage is noticed, named and placed."""

import numpy as np
import pytest

from sim.balance import BalanceError
from sim.core.accounts import Item, Sector
from sim.core.drawer import Drawer
from sim.engine import UndeclaredWriteError
from sim.mechanisms import demography, labour
from sim.world.tables import K


def pay_twice(s):
    s.ledger.pay(Item.WAGES, Sector.FIRMS, Sector.HOUSEHOLDS, 5.0e6)


def print_money(s):
    s.zones.cash[0] += 9.0e6


def gift(s):
    s.institutes.cash[0] += 9.0e6


def lose_fund_money(s):
    s.funds.cash[np.argmax(s.funds.cash)] -= 9.0e6


def forget_a_loan(s):
    s.ledger.loans += 1e6


def lose_a_worker(s):
    s.talent.alive[np.flatnonzero(s.talent.alive)[0]] = False


def employ_nobody(s):
    s.cells.staff[0, K, 0] += 1


def dilute(s):
    private = s.firms.alive & ~s.firms.listed
    s.firms.dilution[np.flatnonzero(private)[0]] *= 0.9


def poison(s):
    s.cells.knowledge[1, 1] = np.nan


def negative(s):
    s.firms.rd_staff[np.flatnonzero(s.firms.alive)[0]] = -1.0


FAULTS = [
    (pay_twice, "money of firms"),
    (print_money, "money of local"),
    (gift, "money of institutes"),
    (lose_fund_money, "money of funds"),
    (forget_a_loan, "bank loans"),
    (lose_a_worker, "workers in the table"),
    (employ_nobody, "positions and idle"),
    (dilute, "stakes of 1 firms"),
    (poison, "cells.knowledge is not finite"),
    (negative, "firms.rd_staff is negative"),
]


@pytest.mark.parametrize(("fault", "told"), FAULTS, ids=lambda x: getattr(x, "__name__", ""))
def test_a_fault_is_told_with_its_account(engine, monkeypatch, fault, told):
    """The fault happens at the end of the third quarter, where the last mechanism cannot mend it."""
    run = engine(check=True)
    run.step()
    run.step()
    whole = demography.step

    def faulty(state):
        whole(state)
        fault(state)

    monkeypatch.setattr(demography, "step", faulty)
    monkeypatch.setattr(run, "_watched", lambda _, verb: verb.step(run.state))
    with pytest.raises(BalanceError, match=told):
        run.step()


@pytest.mark.parametrize(
    ("table", "column"),
    [("firms", "quality"), ("industries", "price"), ("cells", "priority"), ("funds", "cash")],
)
def test_a_mechanism_that_writes_what_is_not_its_own_is_caught(engine, monkeypatch, table, column):
    run = engine(check=True)
    run.step()
    whole = labour.step

    def meddle(state):
        whole(state)
        data = state.tables[table][column]
        data[-1] = ~data[-1] if data.dtype == bool else data[-1] + 1

    monkeypatch.setattr(labour, "step", meddle)
    with pytest.raises(UndeclaredWriteError, match=rf"labour changed \['{table}.{column}'\]"):
        run.step()


@pytest.mark.parametrize("part", ["treasury.centre", "counts.entries", "ground.decay", "memory.exit.deaths"])
def test_a_mechanism_that_opens_another_drawer_is_caught(engine, monkeypatch, part):
    run = engine(check=True)
    whole = labour.step

    def meddle(state):
        whole(state)
        name, _, part_of_it = part.rpartition(".")
        drawer = state.drawers()[name]
        Drawer.__setattr__(drawer, part_of_it, getattr(drawer, part_of_it) + 1.0)

    monkeypatch.setattr(labour, "step", meddle)
    with pytest.raises(UndeclaredWriteError, match=rf"labour changed \['{part}'\]"):
        run.step()


def test_constants_of_a_run_stay(engine):
    with pytest.raises(AttributeError, match="near is a constant of the run"):
        engine().state.ground.near = 1.0


def test_without_checks_nobody_looks(engine, monkeypatch):
    run = engine()
    whole = demography.step
    monkeypatch.setattr(demography, "step", lambda state: (whole(state), print_money(state)))
    run.step()
    assert run.quarter == 1
