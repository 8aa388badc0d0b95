"""Deals: of the firms that it looks at (``looks``), each fund backs the best by a noisy signal.

Funds take turns in a drawn order; a firm closes one round a quarter.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, key, lot_of, normal_inverse, prefix, uniform, uniform_at
from sim.core.functions import log
from sim.core.jit import kernel
from sim.mechanisms.finance.looks import Habits, looks
from sim.mechanisms.finance.prices import see, terms
from sim.mechanisms.finance.reach import GUIDANCE, PLATFORM, reach
from sim.mechanisms.finance.seekers import seekers
from sim.world.state import State
from sim.world.tables import PRODUCT

Array = NDArray[np.float64]


class Rules(NamedTuple):
    """How funds choose."""

    noise: float
    noise_by_stage: float
    distance_cost: float
    caution: float
    mean_quality: Array
    far: Array
    """How far zones are from each other, log, (Z, Z)."""
    priority: NDArray[np.bool_]
    verification: Array
    clarity: float
    stake: Array
    """Largest share that is sold in a round, by stage."""
    bar: Array
    """Quality over the mean that a fund must expect of a firm that it backs, log points, by stage."""
    differ: float
    """How much firms differ in quality as funds know, log points."""


Funds = namedtuple("Funds", "alive lot kind zone mandate local politics early tolerance cash vintage life")
"""Columns of the funds."""


def close_deals(state: State) -> None:
    """Match funds that have money with firms that seek a round, and book the rounds."""
    p, found = state.p, seekers(state)
    if found.row.size == 0:
        return
    usual, free = terms(state), float(state.lever.openness_capital)
    habits = Habits(
        1.0 - free, p.guidance_angel_reach, looks=int(p.deals_looked_at), per_quarter=int(p.deals_per_quarter)
    )
    rules = Rules(
        noise=p.signal_noise,
        noise_by_stage=p.signal_noise_stage,
        distance_cost=p.deal_distance_cost * (1.0 - p.capital_openness_reach * free),
        caution=p.guidance_caution,
        mean_quality=state.industries.quality,
        far=state.ground.far,
        priority=state.cells.priority,
        verification=state.force.by_zone("concept_verification"),
        clarity=p.verification_clarity,
        stake=np.maximum(usual.stake, p.fund_most_stake),
        bar=np.array([p.deal_bar_early, p.deal_bar_early, p.deal_bar_late]),
        differ=p.entrant_quality_sd,
    )
    funds = state.funds.gather(Funds)
    rows, turn = _able(state.seed, state.t, usual.least, 4.0 * p.fund_least_holding, found.grain, funds)
    turns = rows[np.argsort(turn, kind="stable")]
    near, province = reach(state), state.country.province
    stages, shown, looked = looks(state.seed, state.t, habits, near, province, found, turns, funds)
    seen = see(state, usual, found, looked)
    _book_deals(state, *_match(state.seed, state.t, rules, seen, turns, stages, shown, funds))


@kernel
def _able(seed: Any, t: Any, least: Any, holding: Any, grain: Any, f: Any) -> Any:
    """Return funds that can pay a round and have time to see it grow, and the keys that order them.

    Who backs a row backs all its firms, so fewer funds have a turn where rows are of several (``grain``).
    """
    rows, turn = np.empty(f.lot.size, dtype=np.int64), np.empty(f.lot.size, dtype=np.uint64)
    n = 0
    for i in range(rows.size):
        # public funds have still to draw their stage
        ticket = least[f.kind[i]] if f.kind[i] < GUIDANCE else least.min()
        if f.alive[i] and f.cash[i] >= ticket and f.vintage[i] + f.life[i] - t >= holding:
            if grain > 1.0 and uniform(seed, Stream.DEAL, -1 - t, f.lot[i]) * grain > 1.0:
                continue
            rows[n], turn[n] = i, key(seed, Stream.DEAL, t, f.lot[i])
            n += 1
    return rows[:n], turn[:n]


@kernel
def _match(seed: Any, t: Any, r: Any, seen: Any, turns: Any, stages: Any, shown: Any, fund: Any) -> Any:
    """Let funds in turn back the best of the seekers that are shown to them.

    Returned are the fund, firm, stage, money and stake of each deal.
    """
    signals = prefix(seed, Stream.SIGNAL, t)
    most = shown.shape[0] * shown.shape[1]
    deal_fund, deal_stage = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    deal_firm, deal_amount, deal_stake = np.empty(most, dtype=np.int64), np.empty(most), np.empty(most)
    deals = 0
    for j in range(turns.size):
        f, stage = turns[j], stages[j]
        z, kind, lot, politics = fund.zone[f], fund.kind[f], fund.lot[f], fund.politics[f]
        caution = r.caution * (1.0 - fund.tolerance[f]) if kind >= GUIDANCE else 0.0
        spread = r.noise * (1.0 + r.noise_by_stage * (2 - stage)) * (1.0 + politics)
        money, mandate = fund.cash[f], fund.mandate[f]
        for turn in range(shown.shape[1]):
            best, best_score = -1, -np.inf
            for number in shown[j, turn]:
                if number < 0 or not 0.0 < seen[number].amount <= money:
                    continue
                s, k = seen[number], seen[number].industry
                if (0 <= mandate != k) or (kind == PLATFORM and not r.priority[z, k]):
                    continue
                pair = lot_of(lot, s.lot)
                # whoever may lose nothing keeps off small chances
                small = caution * (PRODUCT - s.trl) / (PRODUCT - 1.0)
                if small > 0.0 and uniform(seed, Stream.CAUTION, t, pair) < small:
                    continue
                clear = 1.0 / (1.0 + r.clarity * r.verification[s.zone]) if s.trl <= 4 else 1.0
                sd = spread * clear
                score = log(s.quality / r.mean_quality[k])
                score += sd * normal_inverse(uniform_at(signals, pair))
                if score < r.bar[stage] * (1.0 + sd * sd / (r.differ * r.differ)):
                    continue  # of a noisy signal a part is luck: expected is less than seen
                score -= r.distance_cost * r.far[z, s.zone]
                if r.priority[z, k]:
                    score += politics
                if score > best_score:
                    best, best_score = number, score
            if best < 0:
                break
            s = seen[best]
            deal_fund[deals], deal_firm[deals], deal_stage[deals] = f, s.row, stage
            deal_amount[deals] = s.amount
            deal_stake[deals] = min(r.stake[stage], s.money / (s.each + s.money))
            deals += 1
            money -= s.amount
            s.amount = 0.0  # one round a quarter
    return (
        deal_fund[:deals], deal_firm[:deals], deal_stage[:deals], deal_amount[:deals], deal_stake[:deals],
    )  # fmt: skip


def _book_deals(state: State, fund: Any, firm: Any, stage: Any, amount: Any, stake: Any) -> None:
    """Write the closed deals into firms, funds, holdings and the ledger (in deal order)."""
    firms, funds, holdings = state.firms, state.funds, state.holdings
    if fund.size == 0:
        return
    rows = state.claim(holdings, fund.size)
    holdings.fund[rows], holdings.firm[rows] = fund, firm
    holdings.cost[rows] = amount
    holdings.share[rows] = _pay_in(
        fund, firm, amount, stake, funds.cash, funds.invested, firms.cash, firms.stage, firms.dilution
    )
    total = float(amount.sum())
    state.ledger.pay(Item.EQUITY, Sector.FUNDS, Sector.FIRMS, total)
    state.counts.equity_raised += total
    public = amount * funds.public_share[fund]
    state.counts.equity_public += float(public.sum())
    np.add.at(state.cells.public_money, (firms.zone[firm], firms.industry[firm]), public)
    if "deals" in state.panels:
        state.record(
            "deals", fund=funds.number[fund], fund_kind=funds.kind[fund], stage=stage, amount=amount,
            public_share=funds.public_share[fund], firm=firms.uid[firm], holding=rows, share=stake,
            fund_zone=funds.zone[fund], zone=firms.zone[firm], industry=firms.industry[firm],
            trl=firms.trl[firm], age_quarters=state.t - firms.born[firm],
        )  # fmt: skip


@kernel
def _pay_in(
    fund: Any, firm: Any, amount: Any, stake: Any, fund_cash: Any, invested: Any, firm_cash: Any, rounds: Any,
    dilution: Any,
) -> Any:  # fmt: skip
    """Pay each round and dilute older owners; return each stake over the dilution after it."""
    share = np.empty(fund.size)
    for j in range(fund.size):
        f, i = fund[j], firm[j]
        fund_cash[f] -= amount[j]
        invested[f] += amount[j]
        firm_cash[i] += amount[j]
        rounds[i] += 1
        dilution[i] *= 1.0 - stake[j]
        share[j] = stake[j] / dilution[i]
    return share
