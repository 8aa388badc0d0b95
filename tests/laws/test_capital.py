"""Fund money in is money out plus what is held; owners lose and gain what their funds do."""

import numpy as np
import pytest

from sim.world.tables import FundKind

BUSY = (
    "guidance_fund_size=600",
    "platform_company=300",
    "guidance_loss_tolerance=0.6",
    "guidance_fund_life=4",
    "guidance_market_orientation=0.5",
    "credit_guarantee=0.5",
    "ip_pledge=0.3",
    "direct_subsidy=0.5",
)
"""Everything that public money can do for firms, with funds that end soon."""


def test_fund_money_in_is_money_out_plus_what_is_held(lab):
    engine = lab.engine(*BUSY, check=True, until="2031-Q4")
    ended = 0
    while not engine.done:
        f = engine.state.funds
        alive = f.alive.copy()
        engine.step()
        f = engine.state.funds
        money_in = f.called + f.proceeds
        money_out = f.invested + f.returned + f.carry
        size = max(1.0, float(money_in.max()))
        assert np.abs(money_in - money_out - f.cash).max() < 1e-9 * size
        for column in ("capital_public", "capital_private", "hurdle", "cash", "carry"):
            assert f[column].min() >= 0.0
        owed = f.capital_public + f.capital_private
        assert (owed <= f.called + 1e-9 * size).all()
        gone = alive & ~f.alive[: alive.size]
        assert (f.kind[: alive.size][gone] == FundKind.GUIDANCE).all()
        ended += int(gone.sum())
    assert ended > 0
    h, live = engine.state.holdings, engine.state.holdings.alive
    assert engine.state.firms.alive[h.firm[live]].all()
    owner = h.fund[live]
    assert (engine.state.funds.alive[owner] | (owner == 0)).all()
    assert (owner == 0).any()


def test_what_funds_get_goes_to_their_owners(lab):
    result = lab.run(*BUSY, until="2031-Q4")
    rows = list(zip(*(result.flows[c] for c in ("item", "payer", "payee", "amount")), strict=True))
    out = sum(a for i, p, _, a in rows if (i, p) == ("distribution", "funds"))
    got = sum(a for i, p, q, a in rows if i == "equity" and q == "funds")
    paid = sum(a for i, p, q, a in rows if i == "equity" and p == "funds")
    called = sum(a for i, _, q, a in rows if i == "capital_call" and q == "funds")
    assert out > 0.0
    assert got > 0.0
    assert called + got > paid + out - 1e-6  # the rest is dry powder


def test_sources_of_money_add_up_to_one(lab):
    result = lab.run()
    sources = ("government", "enterprise", "venture", "bank", "donation")
    total = sum(result.national[f"source_{s}"] for s in sources)
    assert total == pytest.approx(1.0)


def test_without_fund_money_there_is_no_dry_powder_and_no_return(lab):
    result = lab.run("guidance_fund_size=0", parameters={"fund_share_future": 0.0})
    assert result.national["equity_raised"].sum() == 0.0
    assert np.isnan(result.national["returns_by_yuan"]).all()


def test_patience_pays_through_fewer_forced_sales(lab):
    """Guidance funds of six years must sell more than those of twelve, at the same dates."""
    short, long = (
        lab.run("guidance_fund_size=1000", f"guidance_fund_life={life}", until="2032-Q4") for life in (4, 15)
    )
    assert short.metrics["secondary_sales"] > long.metrics["secondary_sales"]


def test_a_guarantee_is_a_liability_and_is_paid(lab):
    result = lab.run("credit_guarantee=0.8", until="2029-Q4")
    assert result.metrics["guaranteed_loans"] > 0.0
    assert result.metrics["guarantees_paid"] > 0.0
    assert lab.run(until="2029-Q4").metrics["guarantees_paid"] == 0.0


def test_platform_companies_add_to_debt(lab):
    base, with_them = lab.run(), lab.run("platform_company=500")
    assert with_them.metrics["public_debt"] > base.metrics["public_debt"]
