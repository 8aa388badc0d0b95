"""Labour: people move between zones, research positions are filled, wages follow.

**Places.**  A worker considers other places with a quarterly hazard that rises with skill and is
higher without a position; a graduate compares places when studies end.  Whoever does chooses among
all zones, the own one included, by a logit::

    V = b_w*ln(w) + b_j*ln(tightness) + b_p*ln(1 + peers) + b_s*ln(1 + leading scientists)
        + b_c*card + b_a*ln(amenity) - e(skill)*ln(distance) - border*(1 - openness)*(other province) + home
    w = (pay + housing support) * (chance of a position) / (living cost^0.5 * (rent / rent at the start)^h)
        * (1 + payment on arrival / horizon, if it is a move)

The border stands for what ties people to their province beyond distance and taste: household
registration, pensions and school places that do not travel.  ``openness_people`` takes it down.
A leading scientist moves with colleagues of the field: a team, in one event.  Movers carry what
they know (``state.counts.moved``: persons by zone left, zone chosen and field).

**Leading scientists.**  Zones recruit them with their teams, from abroad or from each other
(``leading_scientists``).  They draw peers and raise the quality of the field's institutes by
``(1 + stars / usual)^elasticity``.

**Positions.**  Firms of a zone and industry post positions; people are matched to positions inside
each zone and field.  Every quarter some leave their position, and a part of those that nobody
wants any more; of U idle M are hired for V vacancies::

    M = min(mu * sqrt(U * V), U, V)

shared among employers by vacancies (largest remainder; whole persons).  Firms share the staff of
their zone-industry by the positions they posted (decision record 0003); pioneers that a zone helps
are served first.  ``cells.skill`` is the mean efficiency of the staff, by skill and years of work,
which counts in research.

**Wages.**  The wage of a zone and field moves towards what the country pays in the field, times
local living cost^0.5, times local tightness^epsilon.  As long as the country asks for more people
of a field than there are, its pay therefore rises; it does not fall below production pay (decision
record 0015).  Other theories of pay and of distance stand in the slots ``wages`` and ``distance``;
of free services by age and family (instead of ``b_c*card``) and of careers in ``services`` and ``career``.

Source: mobility elasticity 1.8 to pay and distance elasticity -1.45 (F085, measured); matching
function: Petrongolo & Pissarides (2001); stars: Azoulay, Graff Zivin & Wang (2010); age and
research: Levin & Stephan (1991); other coefficients are assumptions.
"""

from __future__ import annotations

from sim.mechanisms.labour import matching, moving
from sim.mechanisms.labour.levers import LEVERS, READS, WRITES
from sim.mechanisms.labour.wages import pay
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Let people move, fill positions, set wages, staff the firms."""
    moving.move(state)
    wanted = matching.positions(state)
    matching.match(state, wanted)
    pay(state, wanted)
    matching.staff_firms(state)
    matching.skills(state)
