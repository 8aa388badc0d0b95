"""Layout: zone committees choose priority industries (where duplicated layouts come from).

Once a year, in the first quarter, some committees revise their lists: those with a new leader,
a twentieth of the others, and in plan years (2026, 2031, ...) all of them.  A committee scores
every industry and keeps the best few::

    score = b_fit*fit + (1 - e)*(1 + w)*b_signal*N + (1 - e)*b_peer*P + e*b_tax*T
            + b_margin*own margin/(1 + w) - b_crowd*C*seen/(1 + w) + b_role*tiers*role + noise
    fit   = rho*F + sqrt(1 - rho^2)*belief,  rho = rho0 + (1 - rho0)*reach*shared definition
    N     = national list (half-life five years) + hype, clipped
    P     = distance- and province-weighted share of other zones that target the industry
    C     = ln((capacity + pipeline + declared plants) / demand expected h years ahead), clipped
    seen  = w0 + (1 - w0)*information sharing
    T     = log of the industry's share of local tax over its share of the nation's, z-score
    e     = evaluation by real economy;  w = tenure pressure;  h = policy horizon

F is relatedness density (a z-score over zones), less ``fit_comparative`` of the zone's mean over
the industries (0: absolute, 1: comparative advantage), again a z-score.  With little shared
definition a committee reads its own fit badly; without information it hardly sees crowding; so
the national signal and the neighbours dominate and zones herd.

Taxonomies: committees mean different things by the same word.  Committee z reads F, N and C
through B_z = (1 - b_z)*I + b_z*R, R being relatedness without its diagonal, rows summing to one:
a list that names an industry is read as naming its relatives too, and pipelines are counted in
the wrong drawer.  b_z lies evenly between 0 and twice ``taxonomy_blur``; a shared definition d
leaves b_z*(1 - reach*d).  A leading group halves noise and errors of belief; an expert panel has a signal of
its own, which the committee combines with what it reads (``panel``).

Learning: where committees heed evidence, ``fit`` is joined by what the records of zones that built before say
of an industry's prospects (``learning``), those of pilots that report more clearly than others'.

Tenure: leaders hold office for ``leader_term`` years, from staggered dates.  A newcomer revises
the list.  Towards the end of a term w = pressure * share of the term served / (h/2): the list and
hype weigh more, crowding and margins less.  A policy horizon beyond two years also holds the
list: what was declared less than h - 2 years ago is not dropped (early failure is forgiven),
except by the national assignment.

The planner's staggering assigns industries to zones by fit, as it sees fit, with n* places an
industry: n* = ceil(demand forecast five years ahead / minimum efficient scale), at least two.
Zones keep what they have, best fits first, as far as places allow; free places are filled by
rounds of the linear assignment problem, every zone one before any gets two (``staggering_equity``
of the rounds there is room for; the rest by the best total fit, a transportation problem).  A
committee complies with probability 1 / (1 + exp(b*(loss - l0) - s*revenue share)), loss being what
the mean score of its list would lose.  Places held by zones that do not comply are taken; the rest
is assigned anew among those that do, who keep only what they are given and stand aside elsewhere.
So nothing is duplicated when all comply and the forecast is right; not when some refuse: their
lists stand.  Under local autonomy some of those that follow may try an industry of their own (``trials``).

Bets (``bets``): in industries that wait for a next generation, where the theory of technology has routes to
it, a zone backs one of them; a lever (``parallel_bets``) has the planner keep so many zones for that,
whatever n* says.

Division of roles (``spatial_tiers``): to fit, as zones and planner see it, is added how well an
industry suits the zone's tier.  Innovation sources suit low readiness, bearing areas readiness
and capital, resource areas suppliers of other industries: z-scores of the model's own data.

Source: blueprint; S1-S4; Bursztyn & Cantoni style diffusion is not claimed: the peer term is
an assumption to be set against facts F025-F028; terms of three to five years: memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import year_of
from sim.core.draws import Stream, uniforms
from sim.core.economics import relatedness_density
from sim.mechanisms.layout import bets, market, office, plans
from sim.mechanisms.layout.assignment import stagger
from sim.mechanisms.layout.judgement import HELD, best, scores
from sim.mechanisms.layout.learning import learn
from sim.mechanisms.layout.levers import LEVERS, READS, WRITES
from sim.world.state import State
from sim.world.tables import NEVER, K

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Change leaders; let committees revise their lists in the first quarter of a year."""
    office.hand_over(state)
    if not state.year_start:
        return
    market.forecast(state)
    cells, zones, lever = state.cells, state.zones, state.lever
    cells.density[:] = relatedness_density(
        cells.jobs[:, :K], state.country.capability, zones.science, state.country
    )
    learn(state)
    has = state.country.kept
    score = np.where(has, scores(state), -HELD)
    revise = _revising(state)
    slots = np.minimum(zones.places, np.rint(lever.priority_cap).astype(np.int64))
    own = best(score, slots, lever.priorities, office.held(state)) & has
    kept = best(score, slots, lever.priorities, cells.priority) & (cells.priority | lever.priorities)
    target = np.where(revise[:, None], own, kept)
    if lever.staggering_quota > 0.0:
        target = stagger(state, score, own, target, slots)
    else:
        zones.compliant[:] = False
        zones.stood_aside[:] = 0
    target &= has
    _declare(state, target)
    bets.place_bets(state)
    if "layout" in state.panels:
        z, k = np.nonzero(target)
        state.record("layout", year=np.full(z.size, year_of(state.t)), zone=z, industry=k, revised=revise[z],
                     declared=cells.declared[z, k], followers_before=cells.followers_before[z, k],
                     budget=zones.cash[z] / np.maximum(1, target.sum(axis=1))[z])  # fmt: skip


def _revising(state: State) -> NDArray[np.bool_]:
    """Return committees that make a new list; in a plan year there is a new national list, too."""
    if plans.begins(year_of(state.t)):
        market.new_national_list(state)
        return np.ones(state.n_zones, dtype=bool)
    u = uniforms(state.seed, Stream.REVISE, state.t, np.arange(state.n_zones))
    return (u < state.p.layout_revise_share) | office.newcomers(state)


def _declare(state: State, target: NDArray[np.bool_]) -> None:
    """Put the lists in force; note when a pair is declared first, and who came after whom."""
    cells = state.cells
    before = cells.priority.sum(axis=0)
    first = target & ~cells.priority & (cells.declared == NEVER)
    cells.followers_before[first] = np.broadcast_to(before, first.shape)[first]
    cells.follower[first] = np.broadcast_to(before >= state.industries.viable[:K], first.shape)[first]
    cells.declared[first] = state.t
    cells.priority[:] = target
