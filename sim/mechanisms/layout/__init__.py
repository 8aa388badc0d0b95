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
leaves b_z*(1 - reach*d).  An expert committee (leading group) halves noise and errors of belief.

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
lists stand.

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
from sim.core.lever import Lever, Programme
from sim.mechanisms.layout import market, office
from sim.mechanisms.layout.assignment import stagger
from sim.mechanisms.layout.judgement import best, scores
from sim.world.state import State
from sim.world.tables import NEVER, K

LEVERS = (
    Lever(
        name="shared_definition",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="One national catalogue: committees read their own fit to an industry better.",
        source="S1: different places understand future industries differently",
        evidence="assumption",
        source_rows=("G1", "G2"),
        programme=Programme(price="price_shared_definition", base="nation", payer="centre", delay=2),
    ),
    Lever(
        name="information_sharing",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="Capacity and pipelines of everybody become visible to committees and firms.",
        source="S1, S4: call for top-level design; blueprint",
        evidence="assumption",
        source_rows=("G1", "T6"),
        programme=Programme(price="price_information_sharing", base="nation", payer="centre", delay=2),
    ),
    Lever(
        name="staggering_quota",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="Share of zones that receive a national assignment of industries by fit, n* places each.",
        source="S4: staggered development of clusters in different regions",
        evidence="assumption",
        source_rows=("G1", "G4"),
        programme=Programme(price="price_quota_administration", base="zone", payer="centre", delay=0),
    ),
    Lever(
        name="revenue_sharing",
        unit="share of recycled local tax",
        low=0.0,
        high=0.4,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        requires={"staggering_quota": 1.0},
        doc="Share of what zones recycle of the 20 industries' local tax, paid to zones that stood aside.",
        source="nearest precedent: 10-25 % satisfies partners (blueprint)",
        evidence="assumption",
        source_rows=("G4", "X4"),
        programme=Programme(price="price_revenue_sharing", base="zone", payer="centre"),
    ),
    Lever(
        name="priorities",
        unit="industries",
        low=[],
        high=["AI", "QUANTUM"],
        default=[],
        neutral=[],
        group="coordination",
        scope="zone",
        kind="industry_set",
        doc="Industries that the zone's list always contains, whatever its committee thinks.",
        source="K3: provinces' own lists",
        evidence="assumption",
        source_rows=("G5", "K2", "K3"),
    ),
    Lever(
        name="staggering_equity",
        unit="share",
        low=0.0,
        high=1.0,
        default=1.0,
        neutral=1.0,
        group="coordination",
        scope="nation",
        requires={"staggering_quota": 1.0},
        doc="Share of the assignment's rounds that give every zone one industry before any gets another.",
        source="S4: staggered development; what equity costs in fit: decision record 0005",
        evidence="assumption",
        source_rows=("G4",),
    ),
    Lever(
        name="priority_cap",
        unit="industries",
        low=1,
        high=8,
        default=8,
        neutral=8,
        group="coordination",
        doc="The longest list a zone may keep, rounded; 8 is longer than any.",
        source="S4: staggered development; blueprint (priorities per zone)",
        evidence="assumption",
        source_rows=("G4", "G11"),
        programme=Programme(price="price_priority_cap", base="zone", payer="centre", less=True, delay=2),
    ),
    Lever(
        name="policy_horizon",
        unit="years",
        low=1.0,
        high=10.0,
        default=2.0,
        neutral=2.0,
        group="coordination",
        doc="How far ahead committees judge crowding; the end of a term presses less, lists are held longer.",
        source="S2: long-term, inclusive, resilient policy",
        evidence="assumption",
        source_rows=("G9",),
        programme=Programme(price="price_policy_horizon", base="zone", delay=4),
    ),
    Lever(
        name="real_economy_evaluation",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        doc="Committees are judged by the tax an industry brings, not by lists and neighbours.",
        source="S3: evaluation by real economy and tax sources",
        evidence="assumption",
        source_rows=("G12",),
        programme=Programme(price="price_real_economy_evaluation", base="zone", payer="centre", delay=4),
    ),
    Lever(
        name="spatial_tiers",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        doc="Division of roles: innovation sources research, bearing areas build, resource areas supply.",
        source="S1: innovation source, industrial bearing and resource guarantee areas",
        evidence="assumption",
        source_rows=("G7",),
        programme=Programme(price="price_spatial_tiers", base="zone", payer="centre", delay=4),
    ),
)
READS = ("zones.places", "zones.science", "zones.cash", "zones.took_office", "cells.priority")
READS += ("cells.declared", "cells.belief", "cells.jobs", "cells.margin", "cells.plants", "cells.tax")
READS += ("cells.output", "industries.signal", "industries.hype", "industries.clock", "industries.trl")
READS += ("industries.capacity", "industries.pipeline", "industries.demand", "industries.output")
WRITES = ("cells.priority", "cells.declared", "cells.followers_before", "cells.follower", "cells.density")
WRITES += ("zones.stood_aside", "zones.compliant", "zones.took_office", "industries.viable")
WRITES += ("industries.forecast", "industries.signal")
PLAN_YEARS = (2026, 2031, 2036, 2041)


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
    score = scores(state)
    revise = _revising(state)
    slots = np.minimum(zones.places, np.rint(lever.priority_cap).astype(np.int64))
    own = best(score, slots, lever.priorities, office.held(state))
    kept = best(score, slots, lever.priorities, cells.priority) & (cells.priority | lever.priorities)
    target = np.where(revise[:, None], own, kept)
    if lever.staggering_quota > 0.0:
        target = stagger(state, score, own, target, slots, PLAN_YEARS[0])
    else:
        zones.compliant[:] = False
        zones.stood_aside[:] = 0
    _declare(state, target)
    if "layout" in state.panels:
        z, k = np.nonzero(target)
        state.record("layout", year=np.full(z.size, year_of(state.t)), zone=z, industry=k,
                     declared=cells.declared[z, k], followers_before=cells.followers_before[z, k],
                     budget=zones.cash[z] / np.maximum(1, target.sum(axis=1))[z])  # fmt: skip


def _revising(state: State) -> NDArray[np.bool_]:
    """Return committees that make a new list; in a plan year there is a new national list, too."""
    if year_of(state.t) in PLAN_YEARS:
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
