"""Technology: how products come to be, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any

from sim.core.theory import Slot, opens, theory
from sim.mechanisms.research import clock, frontier, generations, steps, teams
from sim.world.state import State


def routes(state: State, around: Any, mass: Any) -> None:
    """Routes compete: some end where nobody foresees it, and the first to arrive opens the market.

    An industry whose readiness ends below TRL 8 sells an established generation; its next one can come
    along a few routes.  Teams follow their route up to its frontier as on the ladder.  Only search at the
    frontier moves that on, for all who are on the route::

        rate a year = (H / (share * H0))^a * (science / opening)^s / (pace * step years * difficulty * luck)

    H is the search of the teams within a step of the frontier, H0 that of the industry in the first
    quarter.  What is found is a breakthrough or, with the chance of a dead end, that the route leads no
    further.  Others learn of dead ends with a lag that shared information and open knowledge shorten; a
    new approach takes a failed one's place after some years (``frontier``).  Teams leave routes that fall
    behind or are known to end (``teams``), or follow their zone's bet (see layout).  The first route at
    TRL 9 is the dominant design: it opens the market, which fills along a logistic; other routes end, and
    makers of the established generation go over to it (``generations``).

    Source: parallel paths Nelson (1961); paradigms Dosi (1982); competing technologies Arthur (1989);
    dominant design Abernathy & Utterback (1978); attrition by phase DiMasi, Grabowski & Hansen (2016);
    readiness Mankins (2009); diffusion Gruebler (1998).
    """
    ready = state.industries.ready.copy()
    teams.begin(state)
    setting = steps.setting(state, around, frontier.limits(state))
    search = frontier.search(state, setting)
    steps.develop(state, setting)
    frontier.advance(state, search)
    teams.leave(state)
    clock.advance(state, mass)
    generations.renew(state, ready)


technology = Slot("technology", "how products come to be", routes)


@opens("technology", "routes")
def open_routes(state: State) -> None:
    """Open with routes, and with what is sold of the established generation."""
    generations.opening(state)


@theory("technology")
def ladder(state: State, around: Any, mass: Any) -> None:
    """Firms climb a ladder: each takes its readiness steps by itself, and nothing is a dead end."""
    steps.develop(state, steps.setting(state, around))
    clock.advance(state, mass)
