"""Layout: zone committees choose priority industries (where duplicated layouts come from).

Once a year a fifth of the committees, and in plan years (2026, 2031, ...) all of them, score
every industry and keep the best few::

    score = b_fit*fit + b_signal*N + b_peer*P + b_margin*own margin - b_crowd*C*seen + noise
    fit   = rho*F + sqrt(1 - rho^2)*belief,  rho = rho0 + (1 - rho0)*0.9*shared definition
    N     = national list (half-life five years) + hype, clipped
    P     = distance- and province-weighted share of other zones that target the industry
    C     = ln((capacity + pipeline + declared plants) / demand expected at completion), clipped
    seen  = w0 + (1 - w0)*information sharing

F is relatedness density (a z-score over zones).  With little shared definition a committee
reads its own fit badly; without information it hardly sees crowding; so the national signal and
the neighbours dominate and zones herd.

The planner's staggering assigns industries to zones by fit, as it sees fit, with n* places an
industry: n* = ceil(demand forecast five years ahead / minimum efficient scale), at least two.
Zones keep what they have, best fits first, as far as places allow;
free places are filled by rounds of the linear assignment problem, every zone one before any gets
two.  A committee complies with probability
1 / (1 + exp(b*(loss - l0) - s*revenue share)), loss being what the mean score of its list would
lose.  Places held by zones that do not comply are taken; the rest is assigned anew among those
that do, who keep only what they are given and stand aside elsewhere.

Source: blueprint; Bursztyn & Cantoni style diffusion is not claimed: the peer term is
an assumption to be set against facts F025-F028.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.calendar import year_of
from sim.core.draws import Stream, lot_of, normals, uniforms
from sim.core.economics import crowding, logistic_path, relatedness_density
from sim.core.lever import Lever, Programme
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
        unit="share of local tax",
        low=0.0,
        high=0.4,
        default=0.0,
        neutral=0.0,
        group="coordination",
        scope="nation",
        requires={"staggering_quota": 1.0},
        doc="Share of the local tax on the 20 industries paid to zones that stood aside.",
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
)
READS = ("zones.places", "zones.science", "zones.cash", "zones.debt", "cells.priority")
READS += ("cells.declared", "cells.belief", "cells.jobs", "cells.margin", "cells.capacity")
READS += ("industries.signal", "industries.hype", "industries.clock", "industries.capacity")
READS += ("industries.pipeline", "industries.demand", "cells.plants")
WRITES = ("cells.priority", "cells.declared", "cells.followers_before", "cells.density")
WRITES += ("zones.stood_aside", "zones.compliant", "industries.viable", "industries.forecast")
WRITES += ("industries.signal",)
PLAN_YEARS = (2026, 2031, 2036, 2041)


def step(state: State) -> None:
    """Let committees revise their lists in the first quarter of a year."""
    if not state.year_start:
        return
    _forecast(state)
    year = year_of(state.t)
    cells, zones = state.cells, state.zones
    cells.density[:] = relatedness_density(
        cells.jobs[:, :K], state.country.capability, zones.science, state.country
    )
    score = scores(state)
    lots = np.arange(state.n_zones, dtype=np.uint64)
    revise = uniforms(state.seed, Stream.REVISE, state.t, lots) < state.p.layout_revise_share
    if year in PLAN_YEARS:
        revise[:] = True
        _new_national_list(state)
    pinned = state.lever.priorities
    own = _best(score, zones.places, pinned)
    target = np.where(revise[:, None], own, cells.priority | pinned)
    if state.lever.staggering_quota > 0.0:
        target = _stagger(state, score, own, target, lots)
    else:
        zones.compliant[:] = False
        zones.stood_aside[:] = 0
    new = target & ~cells.priority
    before = cells.priority.sum(axis=0)
    first = new & (cells.declared == NEVER)
    cells.followers_before[first] = np.broadcast_to(before, first.shape)[first]
    cells.declared[first] = state.t
    cells.priority[:] = target
    if "layout" in state.panels:
        z, k = np.nonzero(target)
        state.record("layout", year=np.full(z.size, year), zone=z, industry=k,
                     declared=cells.declared[z, k], followers_before=cells.followers_before[z, k],
                     budget=zones.cash[z] / np.maximum(1, target.sum(axis=1))[z])  # fmt: skip


def scores(state: State) -> NDArray[np.float64]:
    """Return each committee's score of each industry, (Z, K), in score units."""
    p, cells, ind = state.p, state.cells, state.industries
    rho = p.layout_fit_correlation_without_definition
    rho = rho + (1.0 - rho) * p.layout_definition_reach * state.lever.shared_definition
    fit = rho * cells.density + np.sqrt(1.0 - rho * rho) * cells.belief
    signal = np.clip(ind.signal[:K] + np.clip(2.0 * ind.hype[:K], 0.0, 1.0), 0.0, 1.5)
    seen = p.layout_crowding_seen_without_information
    seen = seen + (1.0 - seen) * state.lever.information_sharing
    noise = normals(state.seed, Stream.SCORE_NOISE, state.t, _cell_lots(state.n_zones))
    return (
        p.layout_b_fit * fit
        + p.layout_b_signal * signal
        + p.layout_b_peer * peer_share(state)
        + p.layout_own_margin_weight * np.clip(cells.margin[:, :K], -0.2, 0.2)
        - p.layout_b_crowd * seen * seen_crowding(state)
        + p.layout_score_noise_sd * noise
    )


def peer_share(state: State) -> NDArray[np.float64]:
    """Return the weighted share of other zones that target each industry over 0.2, clipped."""
    c = state.country
    weight = state.decay * np.where(
        c.province[:, None] == c.province[None, :], state.p.peer_same_province, 1.0
    )
    np.fill_diagonal(weight, 0.0)
    total = weight.sum(axis=1, keepdims=True)
    share = (weight @ state.cells.priority) / np.where(total > 0, total, 1.0)
    return np.minimum(1.2, share / 0.2)


def seen_crowding(state: State) -> NDArray[np.float64]:
    """Return ln of capacity to come over demand two years ahead at reference use, clipped, (K,).

    To come are capacity, pipelines, and the first plants of zones that declared and wait.
    """
    ind, cells, p = state.industries, state.cells, state.p
    waiting = (cells.priority & (cells.plants == 0)).sum(axis=0)
    declared = waiting * p.first_plant_lump * p.minimum_efficient_scale
    ready = ind.capacity[:K] + ind.pipeline[:K] + declared
    return crowding(ready * p.reference_utilisation, _path(state, 2.0))


def _path(state: State, years: float) -> NDArray[np.float64]:
    """Return demand expected ``years`` ahead on each industry's clock, m yuan/year, (K,)."""
    p, ind = state.p, state.industries
    now = logistic_path(ind.clock[:K], p.demand_2022, p.demand_saturation, p.demand_midpoint)
    then = logistic_path(ind.clock[:K] + years, p.demand_2022, p.demand_saturation, p.demand_midpoint)
    return ind.demand[:K] * then / np.maximum(now, 1e-9)


def _forecast(state: State) -> None:
    """Update the planner's forecast (with a lasting error) and the number of viable zones."""
    p, ind = state.p, state.industries
    error = normals(state.seed, Stream.FORECAST, -1, np.arange(K))
    ind.forecast[:K] = _path(state, 5.0) * np.exp(p.forecast_error_sd * error)
    places = np.ceil(_path(state, 5.0) / p.minimum_efficient_scale)
    ind.viable[:K] = np.maximum(p.least_teams, places)
    ind.signal[:K] *= 0.5 ** (1.0 / p.layout_national_plan_signal_half_life_years)


def _new_national_list(state: State) -> None:
    """A five-year plan names the industries with the fastest expected growth."""
    ind = state.industries
    growth = ind.forecast[:K] / np.maximum(ind.demand[:K], 1e-9)
    named = np.argsort(-growth, kind="stable")[: int(state.p.national_list_length)]
    ind.signal[named] = 1.0


def _cell_lots(zones: int) -> NDArray[np.uint64]:
    z = np.arange(zones, dtype=np.uint64)[:, None]
    return lot_of(z, np.arange(K, dtype=np.uint64)[None, :])


def _best(score: NDArray, places: NDArray, pinned: NDArray) -> NDArray[np.bool_]:
    """Return the highest-scoring industries of each zone, pinned ones first, (Z, K)."""
    ranked = np.where(pinned, np.inf, score)
    order = np.argsort(-ranked, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return (place < places[:, None]) | pinned


def _stagger(state: State, score: NDArray, own: NDArray, target: NDArray, lots: NDArray) -> NDArray[np.bool_]:
    """Return lists after the national assignment and each committee's compliance."""
    p, zones, lever = state.p, state.zones, state.lever
    error = normals(state.seed, Stream.PLANNER_FIT, -1, _cell_lots(state.n_zones))
    fit = state.cells.density + p.planner_fit_error_sd * error
    places = np.ceil(state.industries.forecast[:K] / p.minimum_efficient_scale)
    places = np.maximum(p.least_teams, places).astype(np.int64)
    offer = _stable(fit, places, zones.places, state.cells.priority)
    loss = _mean_score(score, own) - _mean_score(score, offer)
    slope = p.compliance_loss_slope * (np.maximum(0.0, loss) - p.compliance_loss_midpoint)
    comply = 1.0 / (1.0 + np.exp(slope - p.compliance_share_slope * lever.revenue_sharing))
    u = uniforms(state.seed, Stream.COMPLY, (year_of(state.t) - PLAN_YEARS[0]) // 5, lots)
    zones.compliant[:] = u < comply * lever.staggering_quota
    # what the others hold is taken: the places left go to those who comply
    left = np.maximum(0, places - target[~zones.compliant].sum(axis=0))
    slots = np.where(zones.compliant, zones.places, 0)
    assigned = _stable(fit, left, slots, state.cells.priority) | lever.priorities
    zones.stood_aside[:] = np.where(zones.compliant, (own & ~assigned).sum(axis=1), 0)
    return np.where(zones.compliant[:, None], assigned, target)


def _stable(fit: NDArray, places: NDArray, slots: NDArray, now: NDArray) -> NDArray[np.bool_]:
    """Assign so that zones keep what they have, best fits first, as far as places allow."""
    kept = now & (slots > 0)[:, None]
    rank = np.argsort(np.argsort(-np.where(kept, fit, -np.inf), axis=0, kind="stable"), axis=0, kind="stable")
    kept &= rank < places[None, :]
    rank = np.argsort(np.argsort(-np.where(kept, fit, -np.inf), axis=1, kind="stable"), axis=1, kind="stable")
    kept &= rank < slots[:, None]
    return kept | assign(np.where(kept, -np.inf, fit), places - kept.sum(axis=0), slots - kept.sum(axis=1))


def _mean_score(score: NDArray, lists: NDArray) -> NDArray[np.float64]:
    """Return the mean score of the industries on each zone's list (0 for an empty list)."""
    return np.where(lists, score, 0.0).sum(axis=1) / np.maximum(1, lists.sum(axis=1))


def assign(fit: NDArray, places: NDArray, slots: NDArray) -> NDArray[np.bool_]:
    """Assign industries to zones by fit, every zone one before any zone gets two, (Z, K) bool.

    ``places`` (K,) caps zones per industry and ``slots`` (Z,) industries per zone.  Solved in
    rounds: each gives every zone at most one more industry, for the best fit of that round, by the
    linear assignment problem (Kuhn 1955), until places or slots run out.  The best total fit would
    leave most zones without any industry (decision record 0005).  A fit of -inf bars a pair.
    """
    from scipy.optimize import linear_sum_assignment

    given = np.zeros(fit.shape, dtype=bool)
    left = places.copy()
    for round_number in range(int(slots.max(initial=0))):
        zones = np.flatnonzero(slots > round_number)
        share = np.minimum(left, zones.size)
        columns = np.repeat(np.arange(left.size), share)
        if columns.size == 0 or zones.size == 0:
            break
        barred = given | np.isneginf(fit)
        cost = np.where(barred[zones][:, columns], 1e6, -fit[zones][:, columns])
        row, column = linear_sum_assignment(cost)
        ok = cost[row, column] < 1e5
        given[zones[row[ok]], columns[column[ok]]] = True
        left -= np.bincount(columns[column[ok]], minlength=left.size)
    return given
