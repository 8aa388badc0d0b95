"""Science: institutes, basic research, inventions on their way to market, platforms of the first mile.

*Institutes.*  The state pays the staff and materials of universities and research institutes.  Three
more kinds can be founded and hire from the same talent: national laboratories (whole country, at the
best science bases of each field in turn, the strongest first), innovation centres (each zone, in the
fields of its priority industries) and outside R&D centres (where science is, in proportion to the
zone's openness).  Their programme or their owners abroad pay them; without the lever they have no
positions and their people become idle.  Project money pays people, too: positions are posted for a
quarter of what is held, filled as all positions are, and left when the money is gone.
Inventions of institute i in a quarter are Poisson with mean::

    m_i = r/4 * quality_i * outlay_i^alpha * (local outlay in the field / national mean)^c * b^beta

and feed a stock per zone and field that decays 15 % a year (index 1 = national mean at the start).

*Basic research* (a share of every institute's outlay, project money bound to it, gifts of firms)
ripens for five years on average and becomes a stock of basic knowledge; ``b`` is that stock within
reach over its opening level.  It makes institutes more inventive and a larger share of inventions
radical (``radical_share * b``): firms founded on them start better and less ready.  Large firms
(HOST and leaders) give to their zone's institutes::

    gift = most * logistic(z0 + slope*ln((1 + match) * at hand) + size*ln(R&D / mean R&D)) * R&D

with ``at hand`` the zone's basic knowledge in the industry's fields over the national mean, because
they can use more of what is found (Nelson 1959); every yuan given brings ``match`` yuan from the
centre, so a match draws gifts and is also paid on those that would have come anyway.

*Transfer.*  An invention waits in the laboratory, exponentially with mean ``transfer_lag``; technology
managers, inventors' rights and shared information shorten it.  Both in the laboratory and after, an
invention ages by 15 % a year.  Open inventions become spin-offs (entry), those in concept
verification much more often.

*Platforms* have places at their gates: innovation centres' open projects (TRL 1-2), concept
verification (3-4), pilot-test bases (5-6), accelerators (7-8, the steps to 9); incubators have places
for young firms without a product (up to TRL 7) and pay their premises and services; consortia have
places at TRL 4-7, as many as the institutes' staff can lean on.  Places go to firms by a lottery
drawn once a year, firm by firm, until they are full: nobody has an average place.  Part of the places
of concept verification is kept for inventions and takes what firms leave free; open projects that no
firm asks for take inventions still in the laboratory, which leave it sooner.  What places do for firms
is said in research and entry.

Source: S0, S2 (institutes, key laboratories, first mile), S4 (basic research, private money);
decay 15-40 % a year, Griliches (1998) and blueprint; the elasticities are assumptions.
"""

from __future__ import annotations

from sim.mechanisms.science import giving, institutes, platforms, transfer
from sim.mechanisms.science.levers import LEVERS, READS, WRITES
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Found and fund institutes, invent, release inventions, fill the platforms' places."""
    institutes.found(state)
    giving.give(state)
    outlay = institutes.spend(state)
    within_reach = transfer.ripen(state, outlay)
    born = institutes.invent(state, outlay, within_reach)
    platforms.fill(state)
    transfer.release(state, born)
