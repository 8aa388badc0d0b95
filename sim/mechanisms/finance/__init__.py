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
    sd     = noise * (1 + s * stages before growth) * (1 + politics) / (1 + v * verification)

What a fund may expect of a firm is its signal of quality less what of it is likely to be luck,
signal / (1 + (sd / sd of quality)^2); below a bar it backs nobody, and keeps its money.

Verification (centres of the firm's zone) clears the signal up to TRL 4.  Managers of public
funds who may lose nothing decline firms far from a product; the tolerance lever loosens that and
brings them to the angel stage.  A deal gives every firm of the row a round, for a
stake = round / (price + round), capped; older owners are diluted.  The price is the firm's value (with what
it may still win under the theory ``valuation: prospects``; ``world/valuation``) times a factor of the stage,
usually 1.  ``openness_capital`` loosens
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

from sim.mechanisms.finance import deals, funds, guidance, loans, sources
from sim.mechanisms.finance.levers import LEVERS, READS, WRITES
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


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
