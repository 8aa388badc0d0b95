"""Finance: funds are raised, firms seek rounds, banks lend, zones guarantee and subsidise.

**Market funds** call their capital over five years from private owners.  A fund is wound up at the
end of its life (see exit) and raises a successor, the larger the more the last one returned::

    size' = size * growth * clip((returned / called / usual multiple)^e, floor, cap)
            * (1 - crowding out * private money in guidance funds / what market funds could raise)

**Guidance funds.**  A zone's fund of the year takes the public money the zone can pay.  Each private
yuan that it asks for joins by a logit: the fewer private yuan stand beside a public one, and the
greater the appeal V, the more join; so most funds fall short of their target::

    private per public = a / (1 + a / (L e^V)),  a = (1 - public share) / public share
    V = willing + r ln(returns of guidance over market funds) + (cover + ceded gain) * tolerance
        - politics' excess - local rules' excess over the usual terms

Returns are those realised so far, shrunk to a prior.  With more public money in it a fund is more
political and more bound to its province; with a market orientation less political.

**Platform companies** belong to the zone, which pays a part and borrows the rest within its debt
limit; they invest at home, in priority industries only, and politics weighs most.

**Rounds.**  A firm of the 20 industries seeks a round when its money lasts under six quarters or an
investment waits for money.  Each quarter every fund with a ticket in hand and two years to go looks
at a handful of seekers of its stage, where it may invest, and backs the best by a noisy signal::

    signal = ln(quality / industry's mean) + luck * sd - distance cost * ln(1 + d/100)
             + politics * (priority at home)
    sd     = noise * (1 + 0.3 * stages before growth) * (1 + politics) / (1 + 0.2 * verification)

Verification (centres of the firm's zone) clears the signal up to TRL 4.  Managers of public
funds who may lose nothing decline firms far from a product; the tolerance lever loosens that and
brings them to the angel stage.  A deal gives every firm of the row a round, for a
stake = round / (value + round), capped; older owners are diluted.  ``openness_capital`` loosens
what keeps money at home: the share of a fund bound to its province and a part of distance's cost.

**Loans.**  Banks lend against plant to firms with a product, for investment and to bridge losses.  A
credit guarantee g for small and medium firms leaves them 1 - g of a loss, so plant covers debt up to
loan to value / (1 - g); the zone pays when the firm defaults (see exit).  Pledged patents are
collateral too, also before the product.  What is left of a zone's budget may go to direct subsidies.
Households give to institutes; money for research and growth is booked by source.

Source: fund counts, shortfall, private money per public yuan 0.905 and 1.5x reinvestment: facts
F065-F068; tickets, stakes, coefficients of V are assumptions; decision record 0013.
"""

from __future__ import annotations

from sim.core.lever import Lever, Programme
from sim.mechanisms.finance import deals, funds, guidance, loans, sources
from sim.world.state import State

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
        name="guidance_market_orientation",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="capital",
        requires={"guidance_fund_size": 1000.0},
        doc="Guidance funds' managers are chosen in the market and select by merit: less politics.",
        source="S1, S2: market-oriented operation",
        evidence="assumption",
        source_rows=("C5",),
        programme=Programme(price="price_market_orientation", base="zone", delay=4),
    ),
    Lever(
        name="guidance_local_reinvestment",
        unit="ratio",
        low=0.0,
        high=3.0,
        default=1.5,
        neutral=1.5,
        group="capital",
        requires={"guidance_fund_size": 1000.0},
        doc="Multiple of the public money that a guidance fund must invest in its own province.",
        source="F067: 1.5 times the government's contribution",
        evidence="assumption",
        source_rows=("C2", "C5"),
    ),
    Lever(
        name="guidance_fund_life",
        unit="years",
        low=3.0,
        high=20.0,
        default=10.0,
        neutral=10.0,
        group="capital",
        requires={"guidance_fund_size": 1000.0},
        doc="Life of new guidance funds; at its end what is not sold is sold at a discount.",
        source="S2: patient, long-term capital; 8 to 15 years are usual (starter parameters)",
        evidence="assumption",
        source_rows=("C4",),
    ),
    Lever(
        name="guidance_loss_tolerance",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="capital",
        requires={"guidance_fund_size": 1000.0},
        doc="Managers may lose: public owners bear the first loss and leave others a part of the gain.",
        source="S2: tolerance of trial and error, patient capital",
        evidence="assumption",
        source_rows=("C4", "C9", "E4"),
    ),
    Lever(
        name="guidance_early_share",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.7,
        neutral=0.7,
        group="capital",
        requires={"guidance_fund_size": 1000.0},
        doc="Part of guidance funds' turns at the angel or venture stage, the rest at the growth stage.",
        source="S2: angel, venture and merger funds by growth stage",
        evidence="assumption",
        source_rows=("C3",),
    ),
    Lever(
        name="platform_company",
        unit="m yuan/zone/year",
        low=0.0,
        high=2000.0,
        default=0.0,
        neutral=0.0,
        group="capital",
        doc="Money of the investor that the zone owns: home only, priority industries; most of it debt.",
        source="S1, S2: platform companies as local state investors",
        evidence="assumption",
        source_rows=("C5", "C1"),
    ),
    Lever(
        name="credit_guarantee",
        unit="share",
        low=0.0,
        high=0.8,
        default=0.0,
        neutral=0.0,
        group="capital",
        doc="Share of the loss on small firms' new loans that the zone bears: banks ask for less collateral.",
        source="S0: credit for small and medium firms",
        evidence="assumption",
        source_rows=("C6",),
    ),
    Lever(
        name="ip_pledge",
        unit="share",
        low=0.0,
        high=0.5,
        default=0.0,
        neutral=0.0,
        group="capital",
        doc="Share of the value of patents that banks accept as collateral.",
        source="S0: pledge of intellectual property",
        evidence="assumption",
        source_rows=("C6",),
        programme=Programme(price="price_ip_pledge", base="zone", per=0.1, delay=2),
    ),
    Lever(
        name="direct_subsidy",
        unit="m yuan/firm/year",
        low=0.0,
        high=2.0,
        default=0.0,
        neutral=0.0,
        group="capital",
        doc="Plain subsidy to unlisted firms of priority industries, as far as the zone's budget goes.",
        source="S0: fiscal subsidies; the same money may go to research (rd_grant_rate) instead",
        evidence="assumption",
        source_rows=("C7",),
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
READS = ("firms.*", "cells.priority", "zones.tax")
READS += ("zones.exit_cost", "zones.exit_value", "institutes.positions", "institutes.quality")
READS += ("industries.quality", "industries.sales", "industries.makers")
WRITES = ("funds.*", "holdings.*", "zones.cash", "zones.debt", "zones.public_cost", "institutes.cash")
WRITES += ("firms.cash", "firms.debt", "firms.guaranteed", "firms.stage", "firms.dilution")
WRITES += ("cells.public_money",)


def step(state: State) -> None:
    """Raise funds, close deals, lend, subsidise."""
    sources.book_newborn(state)
    funds.raise_successors(state)
    funds.call_capital(state)
    guidance.fund_guidance(state)
    guidance.fund_platforms(state)
    deals.close_deals(state)
    loans.lend(state)
    loans.subsidise(state)
    sources.donate(state)
