"""Capital: money raised, what funds return, who pays for research and growth."""

from __future__ import annotations

import numpy as np

from sim.core.accounts import Item, Sector
from sim.metrics.registry import NAN, metric, once
from sim.world.state import State

GROUP = "Capital"
"""Where reports show these metrics."""


@metric("m yuan", "", "total", "C2 C3")
def funds_raised(s: State) -> float:
    """Money that owners, public and private, paid into funds."""
    return float(s.ledger.flow[Item.CAPITAL_CALL, :, Sector.FUNDS].sum())


@metric("m yuan", "higher", "total", "C2 C3")
def equity_raised(s: State) -> float:
    """Money put into firms by funds."""
    return s.counts.equity_raised


@metric("yuan/yuan", "higher", "mean", "C2")
def private_per_public(s: State) -> float:
    """Private money drawn into guidance funds per public yuan."""
    public = s.counts.guidance_public
    return s.counts.guidance_private / public if public > 0 else NAN


@metric("ratio", "higher", "mean", "C1 C2")
def fundraising_ratio(s: State) -> float:
    """Money that guidance funds raise over what they aim at."""
    target = s.counts.guidance_target
    raised = s.counts.guidance_public + s.counts.guidance_private
    return raised / target if target > 0 else NAN


@metric("share", "higher", "final", "C3 C9")
def returns_by_deal(s: State) -> float:
    """Deals that brought funds more than they cost, over all that ended since the start."""
    ended = float(s.zones.exit_deals.sum())
    return float(s.zones.exit_gains.sum()) / ended if ended > 0 else NAN


@metric("yuan/yuan", "higher", "final", "C3 C9")
def returns_by_yuan(s: State) -> float:
    """Proceeds over cost of all deals that ended since the start."""
    cost = float(s.zones.exit_cost.sum())
    return float(s.zones.exit_value.sum()) / cost if cost > 0 else NAN


@metric("m yuan", "", "final", "C3 C4")
def dry_powder(s: State) -> float:
    """Money that funds hold and have not placed."""
    return float(s.funds.cash.sum())


@metric("firms", "", "total", "C3 C4 C9")
def listings(s: State) -> float:
    """Firms of the 20 industries listed on the stock exchange: the exit that pays."""
    return s.counts.listings


@metric("firms", "", "total", "E3 E4")
def mergers(s: State) -> float:
    """Firms of the 20 industries bought by a larger one."""
    return s.counts.mergers


@metric("m yuan", "", "total", "C4")
def secondary_sales(s: State) -> float:
    """Stakes that funds had to sell at the end of their life."""
    return s.counts.secondary_sales


@metric("m yuan", "lower", "final", "C6", account=True)
def guaranteed_loans(s: State) -> float:
    """Loss that zones would bear if every guaranteed loan failed (a contingent liability)."""
    return float((s.firms.guaranteed * s.firms.debt).sum())


@metric("m yuan", "lower", "total", "C6", account=True)
def guarantees_paid(s: State) -> float:
    """What zones paid to banks for loans that they guaranteed."""
    return s.counts.guarantees_paid


def _sources(s: State) -> dict[str, float]:
    """Return this quarter's money for research and growth by who it comes from, m yuan.

    Firms of the 20 industries use it for research and new plants, institutes for research.  Bank
    credit is what was lent for plants less what was repaid (shared with HOST by debt).  What firms
    did not get from others is their own (founders' savings included).
    """
    flow = s.ledger.flow
    grants = flow[Item.GRANT, [Sector.LOCAL, Sector.CENTRE]][:, [Sector.FIRMS, Sector.INSTITUTES]].sum()
    state_equity = float(flow[Item.EQUITY, Sector.LOCAL, Sector.FIRMS]) + s.counts.equity_public
    private = s.counts.equity_raised - s.counts.equity_public
    private += float(flow[Item.EQUITY, Sector.REST, Sector.FIRMS])
    budgets = float(flow[Item.RESEARCH, Sector.CENTRE, Sector.INSTITUTES])
    repaid = float(flow[Item.REPAYMENT, Sector.FIRMS, Sector.BANKS]) * s.counts.debt_share
    bank, gifts = max(0.0, s.counts.bank_credit - repaid), s.counts.donations
    use = float(s.zones.rd_spending.sum()) / 4.0 + s.counts.plants_ordered + s.counts.birth_plants
    outside = float(flow[Item.GRANT, :, Sector.FIRMS].sum()) + state_equity + private + bank
    return {
        "government": float(grants) + state_equity + budgets,
        "enterprise": max(0.0, use - outside),
        "venture": private,
        "bank": bank,
        "donation": gifts,
    }


@once
def _share(s: State) -> dict[str, float]:
    money = _sources(s)
    total = float(np.sum(list(money.values())))
    return {source: amount / total if total > 0 else NAN for source, amount in money.items()}


@metric("share", "", "mean", "C8")
def source_government(s: State) -> float:
    """Money for research and growth from governments: grants, institutes' budgets, public equity."""
    return _share(s)["government"]


@metric("share", "", "mean", "C8")
def source_enterprise(s: State) -> float:
    """Money for research and growth that firms earned or founders saved."""
    return _share(s)["enterprise"]


@metric("share", "", "mean", "C8")
def source_venture(s: State) -> float:
    """Money for research and growth from private owners: funds, projects, new shares at listing."""
    return _share(s)["venture"]


@metric("share", "", "mean", "C6 C8")
def source_bank(s: State) -> float:
    """Money for research and growth from bank loans, repayments taken off."""
    return _share(s)["bank"]


@metric("share", "", "mean", "C8")
def source_donation(s: State) -> float:
    """Money for research from gifts of households and foundations to institutes."""
    return _share(s)["donation"]
