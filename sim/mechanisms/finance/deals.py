"""Deals: firms seek rounds, funds look at a handful of them and back the best by a noisy signal.

The stage follows readiness: angel up to TRL 4, venture up to 7, growth beyond.  A round is a ticket
of the stage, or less where that would buy more than the largest stake; an early round is never
under a share of the ticket, since it must last to the next, and a growth round that small is not
closed.  Funds take turns in a drawn order; public funds draw each quarter at which stage and
whether at home or anywhere they look; a firm closes one round a quarter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, key, lot_of, normal, uniform
from sim.core.functions import log, log1p
from sim.core.jit import kernel
from sim.world.state import State
from sim.world.tables import HOST, FundKind
from sim.world.valuation import firm_value

STAGES = 3


def close_deals(state: State) -> None:
    """Match funds that have money with firms that seek a round, and book the rounds."""
    p, firms, funds = state.p, state.firms, state.funds
    seekers, stage = _seekers(state)
    if seekers.size == 0:
        return
    ending = funds.vintage + funds.life - state.t < 4.0 * p.fund_least_holding
    rows = np.flatnonzero(funds.alive & (funds.cash > 0.0) & ~ending)
    order = rows[np.argsort(_order(state.seed, state.t, funds.lot[rows]), kind="stable")]
    by_place, start, place, ends = _by_place(state, seekers, stage)
    ticket = np.array([p.fund_angel_ticket, p.fund_vc_ticket, p.fund_growth_ticket])
    most = np.array([p.fund_angel_stake, p.fund_vc_stake, p.fund_growth_stake])
    each = np.zeros(firms.rows)
    each[seekers] = firm_value(state, seekers) / firms.weight[seekers]
    size = np.zeros(firms.rows)
    size[seekers] = _round_size(p, each[seekers], stage, ticket, most)
    public = (funds.kind == FundKind.GUIDANCE) | (funds.kind == FundKind.PLATFORM)
    caution = np.where(public, p.guidance_caution * (1.0 - funds.tolerance), 0.0)
    opened = float(state.lever.openness_capital)
    fund, firm, at, amount = _match(
        state.seed, state.t, order, by_place, start, place, ends, p.signal_noise,
        p.deal_distance_cost * (1.0 - p.capital_openness_reach * opened), 1.0 - opened,
        p.guidance_angel_reach, int(p.deals_looked_at), int(p.deals_per_quarter),
        funds.kind, funds.zone, funds.mandate, funds.local, funds.politics, funds.early, funds.tolerance,
        caution, funds.cash, funds.lot,
        firms.zone, firms.industry, firms.weight, firms.quality, firms.lot, firms.trl,
        state.industries.quality, size, state.country.distance,
        state.cells.priority, state.lever.concept_verification * np.ones(state.n_zones),
    )  # fmt: skip
    stake = np.minimum(most[at], size[firm] / (each[firm] + size[firm]))
    _book_deals(state, fund, firm, at, amount, stake)


def _round_size(p: Any, each: NDArray, stage: NDArray, ticket: NDArray, most: NDArray) -> NDArray[np.float64]:
    """Return the money of a round for firms worth ``each``, m yuan a firm; 0 where none is closed.

    A round is a ticket, or less where that would buy more than the largest stake.  An early round
    must pay for the way to the next one: investors then pay more than the firm seems worth.  A
    growth round that is small is not worth the partners' time.
    """
    size = np.minimum(ticket[stage], each * (most / (1.0 - most))[stage])
    early = stage < STAGES - 1
    return np.where(
        early,
        np.maximum(size, p.fund_least_early * ticket[stage]),
        np.where(size >= p.fund_least_ticket * ticket[stage], size, 0.0),
    )


def _seekers(state: State) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the firms that seek a round, and at which stage."""
    firms = state.firms
    alive = firms.alive & (firms.industry < HOST) & ~firms.listed
    burn = firms.rd_spending - firms.profit.clip(min=0.0)
    short = firms.cash < 6.0 * np.maximum(burn, 0.0)
    waiting = (firms.trl >= 8) & (firms.wanted > 0.0)
    rows = np.flatnonzero(alive & np.where(firms.trl >= 8, waiting, short))
    planned = firms.capacity[rows] + firms.pipeline[rows].sum(axis=1) > 0.0
    return rows, np.where(firms.trl[rows] <= 4, 0, np.where(planned, 2, 1))


def _by_place(state: State, seekers: NDArray, stage: NDArray) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Sort seekers by stage, province and zone, so that a fund bound to a place can look there.

    Returns the sorted rows; where each stage and place begins (one more entry than there are);
    the place of each zone (zones of a province have neighbouring places); and for each zone the
    first and the last place of its province.
    """
    province = state.country.province
    zones = state.n_zones
    place = np.empty(zones, dtype=np.int64)
    place[np.argsort(province, kind="stable")] = np.arange(zones)
    at = stage * zones + place[state.firms.zone[seekers]]
    order = np.argsort(at, kind="stable")
    start = np.concatenate([[0], np.cumsum(np.bincount(at, minlength=STAGES * zones))]).astype(np.int64)
    heads = np.bincount(province, minlength=int(province.max()) + 1)
    last = np.cumsum(heads)
    ends = np.stack([(last - heads)[province], last[province]], axis=1).astype(np.int64)
    return seekers[order].astype(np.int64), start, place, ends


def _book_deals(state: State, fund: Any, firm: Any, stage: Any, amount: Any, stake: Any) -> None:
    """Write the closed deals into firms, funds, holdings and the ledger (in deal order)."""
    firms, funds, holdings = state.firms, state.funds, state.holdings
    if fund.size == 0:
        return
    after = _dilute(firm, stake, firms.dilution)
    np.add.at(firms.cash, firm, amount)
    np.add.at(firms.stage, firm, np.ones(firm.size, dtype=firms.stage.dtype))
    np.add.at(funds.cash, fund, -amount)
    np.add.at(funds.invested, fund, amount)
    rows = state.claim(holdings, fund.size)
    holdings.fund[rows], holdings.firm[rows] = fund, firm
    holdings.share[rows] = stake / after
    holdings.cost[rows] = amount
    total = float(amount.sum())
    state.ledger.pay(Item.EQUITY, Sector.FUNDS, Sector.FIRMS, total)
    state.count["equity_raised"] += total
    state.count["deals"] += float(firms.weight[firm].sum())
    public = amount * funds.public_share[fund]
    state.count["equity_public"] += float(public.sum())
    cells = (firms.zone[firm].astype(np.int64), firms.industry[firm].astype(np.int64))
    np.add.at(state.cells.public_money, cells, public)
    if "deals" in state.panels:
        state.record(
            "deals", fund=funds.number[fund], fund_kind=funds.kind[fund], stage=stage, amount=amount,
            public_share=funds.public_share[fund], firm=firms.uid[firm], holding=rows,
        )  # fmt: skip


@kernel
def _order(seed: Any, t: Any, lots: Any) -> Any:
    """Return the funds' keyed turn order."""
    turn = np.empty(lots.size, dtype=np.uint64)
    for i in range(lots.size):
        turn[i] = key(seed, Stream.DEAL, t, lots[i])
    return turn


@kernel
def _dilute(firm: Any, stake: Any, dilution: Any) -> Any:
    """Dilute the founders deal by deal; return what they own after each deal."""
    after = np.empty(firm.size)
    for i in range(firm.size):
        dilution[firm[i]] *= 1.0 - stake[i]
        after[i] = dilution[firm[i]]
    return after


@kernel
def _match(
    seed: Any, t: Any, order: Any, seekers: Any, start: Any, place: Any, ends: Any, noise: Any,
    distance_cost: Any, binding: Any, angel_reach: Any, looks: Any, per_quarter: Any,
    kind: Any, home: Any, mandate: Any, local: Any, politics: Any, early: Any, tolerance: Any,
    caution: Any, cash: Any, fund_lot: Any,
    zone: Any, industry: Any, weight: Any, quality: Any, firm_lot: Any, trl: Any,
    mean_quality: Any, size: Any, distance: Any, priority: Any, verification: Any,
) -> Any:  # fmt: skip
    """Let funds in turn back the best of the seekers they look at; return the deals closed."""
    zones = place.size
    most = order.size * per_quarter
    deal_fund = np.empty(most, dtype=np.int64)
    deal_firm = np.empty(most, dtype=np.int64)
    deal_stage = np.empty(most, dtype=np.int64)
    deal_amount = np.empty(most)
    taken = np.zeros(seekers.size, dtype=np.bool_)
    deals = 0
    for position in range(order.size):
        f = order[position]
        z = home[f]
        stage = int(kind[f])
        if stage >= 3:  # public funds invest at the growth stage or earlier
            u = uniform(seed, Stream.GUIDANCE, t, fund_lot[f])
            stage = 2
            if u < early[f] * tolerance[f] * angel_reach * (kind[f] == 3):
                stage = 0
            elif u < early[f]:
                stage = 1
        bound = uniform(seed, Stream.GUIDANCE, t + 1, fund_lot[f]) < local[f] * binding
        low, high = 0, zones  # where it looks: the country, its province, its zone
        if kind[f] == 4:
            low, high = place[z], place[z] + 1
        elif bound:
            low, high = ends[z, 0], ends[z, 1]
        first, last = start[stage * zones + low], start[stage * zones + high]
        if last <= first:
            continue
        money = cash[f]
        for turn in range(per_quarter):
            best, best_score = -1, -1e9
            for look in range(looks):
                u = uniform(seed, Stream.TICKET, t, lot_of(fund_lot[f], np.uint64(turn * looks + look)))
                s = first + int(u * (last - first))
                i = seekers[s]
                k = industry[i]
                if taken[s] or size[i] <= 0.0 or (mandate[f] >= 0 and mandate[f] != k):
                    continue
                if money < size[i] * weight[i]:  # all firms of a row or none: its fate is a firm's
                    continue
                if kind[f] == 4 and not priority[z, k]:
                    continue
                pair = lot_of(fund_lot[f], firm_lot[i])
                small = caution[f] * (8 - trl[i]) / 7.0  # whoever may lose nothing keeps off small chances
                if small > 0.0 and uniform(seed, Stream.CAUTION, t, pair) < small:
                    continue
                clear = 1.0 / (1.0 + 0.2 * verification[zone[i]]) if trl[i] <= 4 else 1.0
                sd = noise * (1.0 + 0.3 * (2 - stage)) * (1.0 + politics[f]) * clear
                score = log(quality[i] / mean_quality[k])
                score += sd * normal(seed, Stream.SIGNAL, t, pair)
                score -= distance_cost * log1p(distance[z, zone[i]] / 100.0)
                if priority[z, k]:
                    score += politics[f]
                if score > best_score:
                    best, best_score = s, score
            if best < 0:
                break
            i = seekers[best]
            taken[best] = True
            amount = size[i] * weight[i]
            money -= amount
            deal_fund[deals], deal_firm[deals] = f, i
            deal_stage[deals], deal_amount[deals] = stage, amount
            deals += 1
    return deal_fund[:deals], deal_firm[:deals], deal_stage[:deals], deal_amount[:deals]
