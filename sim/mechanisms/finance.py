"""Finance: funds are raised, firms seek rounds, banks lend.

Market funds call their capital over five years from private owners and are succeeded at the end
of their life.  A zone's guidance fund of the year takes the public money the zone can pay and
draws private money beside it: the more it asks for per public yuan the more it gets, but with
saturation, so most funds fall short of target.
It must invest a multiple of the public money at home and selects the less well the more
political it is.

A firm of the 20 industries seeks a round when its money lasts under six quarters or an
investment waits for money.  Each quarter every fund with a ticket in hand looks at a handful of
seekers of its stage and backs the best by a noisy signal::

    signal = ln(quality) + noise * sd(stage, politics, verification)
             - distance cost * ln(1 + d/100) + politics * (priority at home)

``openness_capital`` loosens what keeps money at home: the share of a fund bound to its province and a
part of the cost of distance.

A deal gives the firm d tickets (d of the row's w firms) for a stake; older owners are diluted.
Banks lend against capacity to firms with a product: for investment and to bridge losses.

Source: fund counts, shortfall, private money per public yuan 0.905 and 1.5x reinvestment: facts
F065-F068; tickets and stakes are assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, key, lot_of, normal, uniform
from sim.core.economics import capital_ratio
from sim.core.jit import kernel
from sim.core.lever import Lever, Programme
from sim.world.state import State
from sim.world.tables import HOST, FundKind

LEVERS = (
    Lever(
        name="guidance_fund_size",
        unit="m yuan/zone/year",
        low=0.0,
        high=2000.0,
        default=170.0,
        neutral=0.0,
        group="capital",
        doc="Public money that each zone puts into its guidance fund of the year.",
        source="guidance funds are about a quarter of the market's flow (assumption; cf. F065)",
        evidence="assumption",
        source_rows=("C1", "C2"),
        programme=Programme(price="price_public_equity", base="zone", payee="fund"),
    ),
    Lever(
        name="guidance_public_share",
        unit="share",
        low=0.1,
        high=1.0,
        default=0.3,
        neutral=0.3,
        group="capital",
        requires={"guidance_fund_size": 1000.0},
        doc="Public share of its size a guidance fund aims at; the rest is to be private money.",
        source="S1, S2: leverage of private capital; F066, F068 for what is drawn",
        evidence="assumption",
        source_rows=("C2", "C5"),
    ),
    Lever(
        name="openness_capital",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="Capital flows freely: no local reinvestment rules, filings recognised everywhere.",
        source="S4: free flow of factors between regions",
        evidence="assumption",
        source_rows=("X4", "C5"),
        programme=Programme(price="price_openness_capital", base="nation", payer="centre", delay=4),
    ),
    Lever(
        name="interest_rate",
        unit="per year",
        low=0.0,
        high=0.12,
        default=0.045,
        neutral=0.045,
        group="world",
        scope="nation",
        doc="Interest on bank loans.",
        source="starter parameters",
        evidence="assumption",
        source_rows=("C6",),
    ),
)
READS = ("firms.*", "cells.priority", "zones.fund_money", "industries.quality")
WRITES = ("funds.*", "holdings.*", "zones.cash", "zones.public_cost")
WRITES += ("firms.cash", "firms.debt", "firms.stage", "firms.dilution", "cells.public_money")
STAGES = 3


def step(state: State) -> None:
    """Raise funds, close deals, lend."""
    _call_capital(state)
    _guidance(state)
    _deals(state)
    _loans(state)


def _call_capital(state: State) -> None:
    """Call commitments over the investing years; succeed funds whose life has ended."""
    p, funds, ledger = state.p, state.funds, state.ledger
    n = funds.rows
    market = funds.alive[:n] & (funds.kind[:n] != FundKind.GUIDANCE)
    ended = market & (state.t >= funds.vintage[:n] + funds.life[:n])
    if ended.any():
        growth = (1.0 + p.fund_market_growth) ** (funds.life[:n][ended] / 4.0)
        funds.vintage[:n][ended] = state.t
        funds.target[:n][ended] *= growth
        funds.committed[:n][ended] *= growth
        for column in ("called", "invested", "returned"):
            getattr(funds, column)[:n][ended] = 0.0
    legacy = funds.alive[:n] & (funds.kind[:n] == FundKind.GUIDANCE) & (funds.vintage[:n] < 0)
    calling = (market | legacy) & (funds.called[:n] < funds.committed[:n])
    pace = funds.committed[:n] / (4.0 * p.fund_investing_years)
    call = np.where(calling, np.minimum(pace, funds.committed[:n] - funds.called[:n]), 0.0)
    public = call * funds.public_share[:n]
    funds.called[:n] += call
    funds.cash[:n] += call
    state.treasury -= float(public.sum())
    ledger.pay(Item.CAPITAL_CALL, Sector.LOCAL, Sector.FUNDS, float(public.sum()))
    ledger.pay(Item.CAPITAL_CALL, Sector.REST, Sector.FUNDS, float((call - public).sum()))
    state.count["public_equity"] += float(public.sum())
    state.zones.public_cost[:] += np.bincount(funds.zone[:n], public, state.n_zones)
    state.count["legacy_public_calls"] += float(public.sum())


def _guidance(state: State) -> None:
    """Pay public money into each zone's guidance fund of the year and draw private money."""
    p, funds, zones, ledger = state.p, state.funds, state.zones, state.ledger
    money = zones.fund_money
    if not np.any(money > 0.0):
        return
    if state.year_start or state.guidance_rows.size == 0:
        state.guidance_rows = _new_guidance_funds(state)
    rows = state.guidance_rows
    asked = np.asarray(state.lever.guidance_public_share, dtype=float)
    aim = money / asked
    private = money * _private_draw((1.0 - asked) / asked, p.private_per_public_vc)
    funds.target[rows] += aim
    funds.committed[rows] += money + private
    funds.called[rows] += money + private
    funds.cash[rows] += money + private
    share = money / np.maximum(money + private, 1e-12)
    funds.public_share[rows] = share
    funds.local[rows] = np.minimum(1.0, p.guidance_reinvest_multiple * share)
    funds.politics[rows] = p.guidance_politics * share / (1.0 / (1.0 + p.private_per_public_vc))
    zones.cash[:] -= money
    zones.public_cost[:] += money
    total = float(money.sum())
    ledger.pay(Item.CAPITAL_CALL, Sector.LOCAL, Sector.FUNDS, total)
    ledger.pay(Item.CAPITAL_CALL, Sector.REST, Sector.FUNDS, float(private.sum()))
    state.count["public_equity"] += total
    state.book_programme("guidance_fund_size", delivered=total)
    state.count["guidance_public"] += total
    state.count["guidance_private"] += float(private.sum())


def _private_draw(asked: Any, usual: float) -> Any:
    """Return the private money drawn per public yuan when ``asked`` is what the fund aims at.

    It saturates, asked * s / (asked + s), and is ``usual`` (measured) at the usual aim of a public
    share of 0.3.
    """
    aim = 0.7 / 0.3
    limit = usual * aim / (aim - usual)
    return asked * limit / (asked + limit)


def _new_guidance_funds(state: State) -> Any:
    """Found one guidance fund a zone for this year, for one of the zone's priorities."""
    funds = state.funds
    rows = state.claim(funds, state.n_zones)
    zone = np.arange(state.n_zones)
    funds.lot[rows] = lot_of(zone.astype(np.uint64), np.uint64(state.t + 1_000_000))
    funds.kind[rows] = FundKind.GUIDANCE
    funds.zone[rows] = zone
    listed = state.cells.priority
    turn = np.where(listed.sum(axis=1) > 0, (state.t // 4) % np.maximum(1, listed.sum(axis=1)), 0)
    nth = listed & (np.cumsum(listed, axis=1) == turn[:, None] + 1)
    funds.mandate[rows] = np.where(nth.any(axis=1), nth.argmax(axis=1), -1)
    funds.vintage[rows] = state.t
    funds.life[rows] = int(state.p.fund_life_guidance * 4)
    return rows


def _deals(state: State) -> None:
    p, firms, funds = state.p, state.firms, state.funds
    n = firms.rows
    alive = firms.alive[:n] & (firms.industry[:n] < HOST) & ~firms.listed[:n]
    burn = firms.rd_spending[:n] - firms.profit[:n].clip(min=0.0)
    short = firms.cash[:n] < 6.0 * np.maximum(burn, 0.0)
    waiting = (firms.trl[:n] >= 8) & (firms.wanted[:n] > 0.0)
    seeks = alive & np.where(firms.trl[:n] >= 8, waiting, short)
    stage = np.where(firms.trl[:n] <= 4, 0, np.where(firms.trl[:n] <= 7, 1, 2))
    lists = [np.flatnonzero(seeks & (stage == s)) for s in range(STAGES)]
    start = np.cumsum([0] + [rows.size for rows in lists]).astype(np.int64)
    seekers = np.concatenate(lists).astype(np.int64)
    if seekers.size == 0:
        return
    rows = np.flatnonzero(funds.alive[: funds.rows] & (funds.cash[: funds.rows] > 0.0))
    order = rows[np.argsort(_order(state.seed, state.t, funds.lot[rows]), kind="stable")]
    opened = float(state.lever.openness_capital)
    ticket = np.array([p.fund_angel_ticket, p.fund_vc_ticket, p.fund_growth_ticket])
    stake = np.array([p.fund_angel_stake, p.fund_vc_stake, p.fund_growth_stake])
    closed = _match(
        state.seed, state.t, order, seekers, start, ticket, stake, p.signal_noise,
        p.deal_distance_cost * (1.0 - p.capital_openness_reach * opened), 1.0 - opened,
        int(p.deals_looked_at), int(p.deals_per_quarter),
        funds.kind, funds.zone, funds.mandate, funds.local, funds.politics, funds.cash, funds.lot,
        firms.zone, firms.industry, firms.weight, firms.quality, firms.lot, firms.trl,
        state.industries.quality, state.country.province, state.country.distance,
        state.cells.priority, state.lever.concept_verification * np.ones(state.n_zones),
    )  # fmt: skip
    _book_deals(state, *closed)


def _book_deals(state: State, fund: Any, firm: Any, count: Any, stage: Any, amount: Any, stake: Any) -> None:
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
    holdings.cost[rows], holdings.stage[rows], holdings.quarter[rows] = amount, stage, state.t
    total = float(amount.sum())
    state.ledger.pay(Item.EQUITY, Sector.FUNDS, Sector.FIRMS, total)
    state.count["equity_raised"] += total
    state.count["deals"] += float(count.sum())
    public = amount * funds.public_share[fund]
    cells = (firms.zone[firm].astype(np.int64), firms.industry[firm].astype(np.int64))
    np.add.at(state.cells.public_money, cells, public)
    if "deals" in state.panels:
        state.record("deals", fund=fund, fund_kind=funds.kind[fund], public_share=funds.public_share[fund],
                     firm=firms.uid[firm], stage=stage, amount=amount, holding=rows)  # fmt: skip


def _loans(state: State) -> None:
    """Lend to firms with a product against plant, built and ordered: waiting investment and overdrafts."""
    p, firms = state.p, state.firms
    n = firms.rows
    plant = firms.capacity[:n] + firms.pipeline[:n].sum(axis=1)
    capital = plant * capital_ratio(p)[firms.industry[:n]]
    room = np.maximum(0.0, p.loan_to_value * capital - firms.debt[:n])
    good = firms.alive[:n] & (firms.trl[:n] >= 8)
    invest = np.where(
        firms.margin[:n] > 0.0, np.maximum(0.0, firms.wanted[:n] - firms.cash[:n].clip(min=0.0)), 0.0
    )
    bridge = np.maximum(0.0, -firms.cash[:n])
    loan = np.where(good, np.minimum(room, invest + bridge), 0.0)
    firms.cash[:n] += loan
    firms.debt[:n] += loan
    state.ledger.lend(Sector.FIRMS, float(loan.sum()))


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
    seed: Any, t: Any, order: Any, seekers: Any, start: Any, ticket: Any, stake: Any, noise: Any,
    distance_cost: Any, binding: Any, looks: Any, per_quarter: Any,
    kind: Any, home: Any, mandate: Any, local: Any, politics: Any, cash: Any, fund_lot: Any,
    zone: Any, industry: Any, weight: Any, quality: Any, firm_lot: Any, trl: Any,
    mean_quality: Any, province: Any, distance: Any, priority: Any, verification: Any,
) -> Any:  # fmt: skip
    """Let funds in turn back the best of the seekers they look at; return the deals closed."""
    most = order.size * per_quarter
    deal_fund = np.empty(most, dtype=np.int64)
    deal_firm = np.empty(most, dtype=np.int64)
    deal_count = np.empty(most, dtype=np.int64)
    deal_stage = np.empty(most, dtype=np.int64)
    deal_amount = np.empty(most)
    deal_stake = np.empty(most)
    taken = np.zeros(seekers.size, dtype=np.bool_)
    deals = 0
    for position in range(order.size):
        f = order[position]
        stage = int(kind[f])
        if stage == 3:  # guidance funds invest at the venture or growth stage
            stage = 1 if uniform(seed, Stream.GUIDANCE, t, fund_lot[f]) < 0.7 else 2
        first, last = start[stage], start[stage + 1]
        if last <= first:
            continue
        money = cash[f]
        bound = uniform(seed, Stream.GUIDANCE, t + 1, fund_lot[f]) < local[f] * binding
        for turn in range(per_quarter):
            if money < ticket[stage]:
                break
            best, best_score = -1, -1e9
            for look in range(looks):
                u = uniform(seed, Stream.TICKET, t, lot_of(fund_lot[f], np.uint64(turn * looks + look)))
                s = first + int(u * (last - first))
                i = seekers[s]
                k = industry[i]
                if taken[s] or (mandate[f] >= 0 and mandate[f] != k):
                    continue
                same = province[zone[i]] == province[home[f]]
                if bound and not same:
                    continue
                clear = 1.0 / (1.0 + 0.2 * verification[zone[i]]) if trl[i] <= 4 else 1.0
                sd = noise * (1.0 + 0.3 * (2 - stage)) * (1.0 + politics[f]) * clear
                z = normal(seed, Stream.SIGNAL, t, lot_of(fund_lot[f], firm_lot[i]))
                score = np.log(quality[i] / mean_quality[k]) + sd * z
                score -= distance_cost * np.log1p(distance[home[f], zone[i]] / 100.0)
                if priority[home[f], k]:
                    score += politics[f]
                if score > best_score:
                    best, best_score = s, score
            if best < 0:
                break
            i = seekers[best]
            taken[best] = True
            count = min(int(weight[i]), int(money / ticket[stage]))
            amount = count * ticket[stage]
            money -= amount
            deal_fund[deals], deal_firm[deals] = f, i
            deal_count[deals], deal_stage[deals] = count, stage
            deal_amount[deals] = amount
            deal_stake[deals] = stake[stage] * count / weight[i]
            deals += 1
    return (
        deal_fund[:deals], deal_firm[:deals], deal_count[:deals],
        deal_stage[:deals], deal_amount[:deals], deal_stake[:deals],
    )  # fmt: skip
