"""Guidance funds and platform companies: public money, and the private money that joins it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import lot_of
from sim.core.functions import exp, log
from sim.mechanisms.finance.funds import pay_in, start_afresh
from sim.mechanisms.finance.levers import USUAL_SHARE
from sim.mechanisms.finance.memory import Memory
from sim.world.state import State
from sim.world.tables import FundKind, K

GUIDANCE_LOTS, PLATFORM_LOTS, FIELD_LOTS = 1_000_000, 2_000_000, 3_000_000
"""Added to the quarter in the lots of funds, so that no two are the same; the last ones by industry."""
ENDLESS = 4000
"""Quarters of a fund that outlives every run."""


def fund_guidance(state: State) -> None:
    """Pay public money into each zone's guidance fund of the year; private owners join or not."""
    p, memory = state.p, state.memory[Memory]
    joined = 0.0
    if state.year_start:
        memory.special_rows = {}
    if state.treasury.any_aside("guidance_fund_size"):
        money = state.treasury.set_aside("guidance_fund_size")
        spent = np.zeros(state.n_zones)
        if np.any(money > 0.0):
            if state.year_start or memory.guidance_rows.size == 0:
                memory.guidance_rows = _found_guidance(state)
            asked = np.asarray(state.force.asked.get("guidance_fund_size", 0.0)) / 4.0
            joined += _raise(state, memory.guidance_rows, money, np.broadcast_to(asked, state.n_zones))
            spent += money
        for k, money in _special(state):
            asked = np.nan_to_num(state.force.aimed["guidance_fund_size"][:, k]) / 4.0
            zone = np.flatnonzero((money > 0.0) | (asked > 0.0))
            joined += _raise(state, _special_rows(state, k, zone), money[zone], asked[zone])
            spent += money
        total = state.treasury.spend_aside("guidance_fund_size", spent, Item.CAPITAL_CALL, Sector.FUNDS)
        state.counts.guidance_public += total
        state.counts.guidance_private += joined
    memory.private_joined += p.crowding_out_memory * (4.0 * joined - memory.private_joined)


def _raise(state: State, rows: Any, money: Any, announced: Any) -> float:
    """Pay public money into funds, one a zone, and what private money joins it; return that."""
    p, funds = state.p, state.funds
    zone = funds.zone[rows]
    share = state.force.by_zone("guidance_public_share")
    draw = private_draw((1.0 - share) / share, p.private_per_public_vc, _appeal(state, share))[zone]
    share = share[zone]
    funds.target[rows] += np.maximum(money, announced) / share
    private = money * draw
    funds.committed[rows] += money + private
    pay_in(state, rows, money, private)
    _set_terms(state, rows, money, private)
    state.counts.guidance_target += float((np.maximum(money, announced) / share).sum())
    return float(private.sum())


def _special(state: State) -> list[tuple[int, Any]]:
    """Return the industries for which zones have money for funds of their own, and that money (Z,)."""
    purses = state.treasury.purses.get("guidance_fund_size")
    return [] if purses is None else [(k, purses[:, k]) for k in range(K) if purses[:, k].any()]


def _special_rows(state: State, k: int, zone: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return this year's funds for one industry in these zones; found those that are missing."""
    rows = state.memory[Memory].special_rows.setdefault(k, np.full(state.n_zones, -1))
    new = zone[rows[zone] < 0]
    if new.size:
        rows[new] = _found(state, FundKind.GUIDANCE, FIELD_LOTS + k * GUIDANCE_LOTS, new)
        state.funds.mandate[rows[new]] = k
        state.funds.life[rows[new]] = _life(state)[new]
    return rows[zone]


def private_draw(asked: Any, usual: float, appeal: Any = 0.0) -> Any:
    """Return the private money that joins a public yuan when ``asked`` is what the fund aims at.

    Every private yuan that is asked for joins by a logit whose utility is ``appeal`` less the log
    of how many private yuan stand beside a public one: asked / (1 + asked / (limit * e^appeal)).
    At the usual aim (``USUAL_SHARE``) and no appeal it is ``usual``.
    """
    aim = (1.0 - USUAL_SHARE) / USUAL_SHARE
    limit = usual * aim / (aim - usual) * exp(appeal)
    return asked * limit / (asked + limit)


def _appeal(state: State, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much better than usual the terms and the record of each zone's funds are."""
    p = state.p
    tolerance = state.force.by_zone("guidance_loss_tolerance")
    politics = p.guidance_politics * share / USUAL_SHARE
    politics = politics * (1.0 - state.force.by_zone("guidance_market_orientation"))
    bound = np.minimum(1.0, state.force.by_zone("guidance_local_reinvestment") * share)
    usual_bound = p.guidance_reinvest_multiple * USUAL_SHARE
    return (
        p.partner_willing
        + p.partner_return * _record(state)
        + (p.partner_cover + p.partner_ceded * p.guidance_gain_ceded) * tolerance
        - p.partner_politics * (politics - p.guidance_politics)
        - p.partner_local * (bound - usual_bound)
    )


def _record(state: State) -> NDArray[np.float64]:
    """Return log returns of each zone's guidance funds over market funds', shrunk to the prior.

    A zone's own record is shrunk to that of all guidance funds, which like that of market funds
    is shrunk to the usual multiple.
    """
    p, zones = state.p, state.zones
    cost, value = zones.exit_cost.sum(axis=0), zones.exit_value.sum(axis=0)

    def shrunk(got: Any, paid: Any, prior: Any, weight: float) -> Any:
        return (got + weight * prior) / (paid + weight)

    market = slice(FundKind.ANGEL, FundKind.GROWTH + 1)
    of_market = shrunk(value[market].sum(), cost[market].sum(), p.fund_usual_multiple, p.partner_prior)
    g = FundKind.GUIDANCE
    of_all = shrunk(value[g], cost[g], p.fund_usual_multiple, p.partner_prior)
    own = shrunk(zones.exit_value[:, g], zones.exit_cost[:, g], of_all, p.partner_prior / state.n_zones)
    return log(own / of_market)


def _set_terms(state: State, rows: Any, money: Any, private: Any) -> None:
    """Write the terms that follow from who has paid in so far."""
    p, funds = state.p, state.funds
    paid = funds.called[rows]
    before = (paid - money - private) * funds.public_share[rows]
    share = np.where(paid > 0.0, (before + money) / np.maximum(paid, 1e-12), 1.0)
    zone, terms = funds.zone[rows], state.force.by_zone
    funds.public_share[rows] = share
    funds.local[rows] = np.minimum(1.0, terms("guidance_local_reinvestment")[zone] * share)
    usual = 1.0 / (1.0 + p.private_per_public_vc)
    merit = 1.0 - terms("guidance_market_orientation")[zone]
    funds.politics[rows] = p.guidance_politics * (share / usual) * merit
    funds.tolerance[rows] = terms("guidance_loss_tolerance")[zone]
    funds.early[rows] = terms("guidance_early_share")[zone]


def _found_guidance(state: State) -> NDArray[np.int64]:
    """Found one guidance fund a zone for this year, for one of the zone's priorities without its own."""
    funds = state.funds
    rows = _found(state, FundKind.GUIDANCE, GUIDANCE_LOTS, np.arange(state.n_zones))
    listed, named = state.cells.priority, state.force.named("guidance_fund_size")
    listed = listed if named is None else listed & ~named
    turn = np.where(listed.sum(axis=1) > 0, (state.t // 4) % np.maximum(1, listed.sum(axis=1)), 0)
    nth = listed & (np.cumsum(listed, axis=1) == turn[:, None] + 1)
    funds.mandate[rows] = np.where(nth.any(axis=1), nth.argmax(axis=1), -1)
    funds.life[rows] = _life(state)
    return rows


def _life(state: State) -> NDArray[np.int64]:
    """Return the life of a fund founded now in each zone, quarters."""
    return np.rint(4.0 * state.force.by_zone("guidance_fund_life")).astype(np.int64)


def _found(state: State, kind: FundKind, tag: int, zone: NDArray[np.int64]) -> NDArray[np.int64]:
    """Found one fund in each of these zones."""
    funds = state.funds
    rows = state.claim(funds, zone.size)
    funds.lot[rows] = lot_of(zone.astype(np.uint64), np.uint64(state.t + tag))
    funds.kind[rows] = kind
    funds.zone[rows] = zone
    funds.mandate[rows] = -1
    funds.vintage[rows] = state.t
    start_afresh(state, rows)
    return rows


def fund_platforms(state: State) -> None:
    """Give platform companies budget money and, above it, debt up to the zone's limit."""
    asked = state.force.by_zone("platform_company") / 4.0
    if not np.any(asked > 0.0):
        return
    p, funds, zones, ledger = state.p, state.funds, state.zones, state.ledger
    memory = state.memory[Memory]
    if memory.platform_rows.size == 0:
        rows = _found(state, FundKind.PLATFORM, PLATFORM_LOTS, np.arange(state.n_zones))
        funds.life[rows] = ENDLESS
        funds.public_share[rows] = funds.local[rows] = funds.tolerance[rows] = 1.0
        funds.politics[rows], funds.early[rows] = p.platform_politics, p.platform_early_share
        memory.platform_rows = rows
    rows = memory.platform_rows
    limit = state.treasury.debt_limit()
    own = np.minimum(asked * p.platform_own_share, state.treasury.free_budget())
    debt = np.minimum(own / p.platform_own_share - own, np.maximum(0.0, limit - zones.debt))
    paid = own + debt
    zones.cash[:] -= own
    zones.debt[:] += debt
    zones.public_cost[:] += paid
    funds.target[rows] += asked
    funds.committed[rows] += paid
    pay_in(state, rows, paid, np.zeros_like(paid))
    ledger.lend(Sector.LOCAL, float(debt.sum()))
    ledger.pay(Item.CAPITAL_CALL, Sector.LOCAL, Sector.FUNDS, float(paid.sum()))
    state.treasury.book_programme(
        "platform_company", requested=float(asked.sum()), delivered=float(paid.sum())
    )
