"""Policy: levers become per-zone values, bought from budgets at unit prices.

Every programme has a price; zones pay theirs from the future-industry budget, which the centre
fills every quarter in proportion to local science budgets.  When the money does not cover what
is asked, every programme of the zone is cut by the same share; what is not paid for is not
delivered and is reported as requested against delivered.  Delivery follows payment with the
programme's delay d (quarters), shortened by up to half where a leading group drives execution::

    dose += (paid share - dose) / (1 + d * (1 - group / 2))
    value in force = neutral + (value asked - neutral) * dose

A lever at its neutral value costs nothing and changes nothing.  Pilot zones receive an extra
transfer from the centre; what else they do is set under ``pilots:`` in the scenario.

Source: seeds S1, S2 (programmes, leading groups, pilot zones); blueprint (public money).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.lever import Lever, Programme
from sim.world.state import State
from sim.world.tables import K

LEVERS = (
    Lever(
        name="pilot_zones",
        unit="zones",
        low=[],
        high=["Zhongguancun", "Shenzhen", "Hefei"],
        default=[],
        neutral=[],
        group="coordination",
        scope="nation",
        kind="zone_set",
        requires={"pilot_boost": 100.0},
        doc="Zones designated as national pilots; overrides under pilots: apply to them.",
        source="S1, S2: future-industry pilot zones",
        evidence="assumption",
        source_rows=("G6",),
    ),
    Lever(
        name="pilot_boost",
        unit="m yuan/zone/year",
        low=0.0,
        high=2000.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        requires={"pilot_zones": ["Zhongguancun", "Shenzhen", "Hefei"]},
        doc="Extra central money for the budget of each pilot zone.",
        source="starter price of a pilot designation: 100 m yuan a zone and year",
        evidence="assumption",
        source_rows=("G6", "G10"),
    ),
    Lever(
        name="leading_group",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        doc="Leading group and expert committee: programmes deliver sooner, first plants start sooner.",
        source="S1, S2: leadership group, expert committee, special team",
        evidence="assumption",
        source_rows=("G8",),
        programme=Programme(price="price_leading_group", base="zone", delay=2),
    ),
)
READS = ("zones.cash", "zones.talent", "zones.firms", "zones.rd_spending", "institutes.budget")
READS += ("institutes.zone", "institutes.positions", "firms.alive", "firms.zone", "firms.rd_staff")
READS += ("firms.industry",)
WRITES = ("zones.cash", "zones.public_cost", "zones.scenario_money", "zones.fund_money")
WRITES += ("firms.cash", "institutes.cash", "cells.public_money")


def step(state: State) -> None:
    """Fill budgets, buy programmes, put the delivered values in force."""
    zones = state.zones
    zones.public_cost[:] = 0.0
    zones.scenario_money[:] = 0.0
    zones.fund_money[:] = 0.0
    state.aside.clear()
    _fill_budgets(state)
    active = [lever for lever in state.catalogue.values() if _put_free(state, lever)]
    active.sort(key=lambda lever: lever.name != "leading_group")  # it speeds up the others
    asked = {lever.name: _cost(state, lever) for lever in active}
    wanted = sum(
        (asked[lever.name] for lever in active if _programme(lever).payer == "zone"),
        start=np.zeros(state.n_zones),
    )
    money = np.maximum(zones.cash, 0.0)
    covered = np.where(wanted > money, money / np.where(wanted > 0, wanted, 1.0), 1.0)
    for lever in active:
        paid = covered if _programme(lever).payer == "zone" else np.ones(state.n_zones)
        _buy(state, lever, asked[lever.name], paid)
        _put(state, lever, paid)


def _fill_budgets(state: State) -> None:
    p = state.p
    share = state.country.st_budget / state.country.st_budget.sum()
    base = p.zone_budget_future_base * share / 4.0
    pilots = state.asked["pilot_zones"] * state.asked["pilot_boost"] / 4.0
    money = base + pilots
    state.zones.cash[:] += money
    state.ledger.pay(Item.TRANSFER, Sector.CENTRE, Sector.LOCAL, float(money.sum()))
    state.count["pilot_cost"] += float(pilots.sum())


def _programme(lever: Lever) -> Programme:
    assert lever.programme is not None
    return lever.programme


def _put_free(state: State, lever: Lever) -> bool:
    """Put levers in force that cost nothing now; return whether the lever must be bought."""
    value = state.asked[lever.name]
    if lever.programme is not None and np.any(value != lever.neutral):
        return True
    state.lever.put(lever.name, value)
    state.dose.pop(lever.name, None)
    return False


def _cost(state: State, lever: Lever) -> NDArray[np.float64]:
    """Return what the lever's value costs this quarter in each zone, m yuan."""
    programme = _programme(lever)
    z, p = state.zones, state.p
    ones = np.ones(state.n_zones)
    if programme.base == "nation":
        base = ones / state.n_zones
    elif programme.base == "industry":
        base = ones * K / state.n_zones
    elif programme.base == "staff":
        base = z.talent.astype(float)
    elif programme.base == "firms":
        base = z.firms.astype(float)
    elif programme.base == "research":
        base = z.rd_spending
    elif programme.base == "budget":
        base = np.bincount(state.institutes.zone, state.institutes.budget, state.n_zones)
    elif programme.base == "zone":
        base = ones
    else:
        base = getattr(z, programme.base).astype(float)
    more = np.asarray(state.asked[lever.name], dtype=float) - lever.neutral
    dose = np.maximum(0.0, -more if programme.less else more) / programme.per
    return dose * getattr(p, programme.price) * base / 4.0


def _buy(state: State, lever: Lever, cost: NDArray, covered: NDArray) -> None:
    """Pay for one programme and book it as requested against delivered."""
    programme, z, ledger = _programme(lever), state.zones, state.ledger
    paid = cost * covered
    if programme.payee == "firms":
        paid = np.where(_research_staff(state)[1] > 0, paid, 0.0)
    total = float(paid.sum())
    state.book_programme(lever.name, requested=float(cost.sum()))
    payer = Sector.LOCAL if programme.payer == "zone" else Sector.CENTRE
    if programme.payee == "suppliers":
        z.scenario_money[:] += paid
        return
    if programme.payee == "fund":
        z.fund_money[:] += paid
        return
    if programme.payee == "aside":
        state.aside[lever.name] = paid
        return
    if programme.payer == "zone":
        z.cash[:] -= paid
    z.public_cost[:] += paid
    state.book_programme(lever.name, delivered=total)
    if programme.payee == "firms":
        _grant_to_firms(state, paid)
        ledger.pay(Item.GRANT, payer, Sector.FIRMS, total)
    elif programme.payee == "institutes":
        _grant_to_institutes(state, paid)
        ledger.pay(Item.GRANT, payer, Sector.INSTITUTES, total)
    elif programme.payee == "households":
        ledger.pay(Item.PROGRAMME, payer, Sector.HOUSEHOLDS, total)
    else:
        ledger.pay(Item.PROGRAMME, payer, Sector.REST, total)


def _research_staff(state: State) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return R&D staff of the future-industry firms by row and by zone (a little for everyone)."""
    firms = state.firms
    n = firms.rows
    staff = np.where(firms.alive[:n] & (firms.industry[:n] < K), firms.rd_staff[:n] + 1e-6, 0.0)
    return staff, np.bincount(firms.zone[:n], staff, state.n_zones).astype(float)


def _grant_to_firms(state: State, money: NDArray) -> None:
    """Share each zone's grant among its future-industry firms by R&D staff."""
    firms = state.firms
    n = firms.rows
    zone = firms.zone[:n]
    staff, total = _research_staff(state)
    grant = staff * (money / np.where(total > 0, total, 1.0))[zone]
    firms.cash[:n] += grant
    state.cells.public_money[:] += state.sum_by_cell(grant)[:, :K]


def _grant_to_institutes(state: State, money: NDArray) -> None:
    """Share each zone's money among its institutes by positions."""
    table = state.institutes
    total = np.bincount(table.zone, table.positions, state.n_zones)
    table.cash[:] += table.positions * (money / np.where(total > 0, total, 1.0))[table.zone]


def _put(state: State, lever: Lever, covered: NDArray) -> None:
    """Move delivery towards what is paid for, with the programme's delay."""
    programme = _programme(lever)
    group = np.asarray(state.lever.leading_group) if lever.name != "leading_group" else 0.0
    pace = 1.0 / (1.0 + programme.delay * (1.0 - 0.5 * group))
    dose = state.dose.setdefault(lever.name, np.zeros(state.n_zones))
    dose += (covered - dose) * pace
    value = lever.neutral + (np.asarray(state.asked[lever.name], dtype=float) - lever.neutral) * dose
    state.lever.put(lever.name, float(value.mean()) if lever.scope == "nation" else value)
