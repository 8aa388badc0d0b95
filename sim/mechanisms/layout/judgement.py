"""Judgement: how a committee scores industries and makes its list."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, normals
from sim.core.economics import crowding_seen, standardise
from sim.core.functions import log1p
from sim.core.products import product
from sim.mechanisms.layout.market import seen_crowding
from sim.mechanisms.layout.office import pressure
from sim.mechanisms.layout.panel import advised, variance
from sim.mechanisms.layout.roles import role_fit
from sim.mechanisms.layout.taxonomy import blur, read_as
from sim.world.lots import cell_lots
from sim.world.state import State
from sim.world.tables import K

HELD = 1e6
"""Added to the score of what a zone has on its list already: above any score."""


def scores(state: State) -> NDArray[np.float64]:
    """Return each committee's score of each industry, (Z, K), in score units."""
    p, cells, ind, lever = state.p, state.cells, state.industries, state.lever
    kin, blurred = state.country.relatedness, blur(state)
    error = 1.0 - p.group_judgement * _column(state, lever.leading_group)
    right, wrong = reading(state)
    true = own_fit(state)
    fit = advised(state, right * read_as(true, blurred, kin) + wrong * cells.belief, true, right, wrong)
    mood = np.clip(p.layout_hype * ind.hype[:K], 0.0, 1.0)
    named = np.clip(ind.signal[:K] + mood, 0.0, p.layout_signal_cap)
    margin = np.clip(cells.margin[:, :K], p.layout_margin_floor, p.layout_margin_cap)
    seen = crowding_seen(lever.information_sharing, p)
    noise = normals(state.seed, Stream.SCORE_NOISE, state.t, cell_lots(state.n_zones))
    lean = 1.0 + _column(state, pressure(state))
    evaluated = _column(state, lever.real_economy_evaluation)
    score = (
        p.layout_b_fit * (fit + cells.prospects)
        + p.layout_b_signal * (1.0 - evaluated) * lean * read_as(named, blurred, kin)
        + p.layout_b_peer * (1.0 - evaluated) * peer_share(state)
        + p.layout_own_margin_weight * margin / lean
        - p.layout_b_crowd * seen * read_as(seen_crowding(state), blurred, kin) / lean
        + p.layout_score_noise_sd * error * noise
    )
    if np.any(evaluated > 0.0):
        score += p.layout_b_tax * evaluated * tax_source(state)
    if lever.spatial_tiers > 0.0:
        score += role_fit(state)
    return score


def reading(state: State) -> tuple[float, NDArray[np.float64]]:
    """Return the weights of its fit, and of its lasting error, in what each committee reads, (Z, 1)."""
    p, lever = state.p, state.lever
    error = 1.0 - p.group_judgement * _column(state, lever.leading_group)
    rho = p.layout_fit_correlation_without_definition
    rho = rho + (1.0 - rho) * p.layout_definition_reach * lever.shared_definition
    return rho, np.sqrt(1.0 - rho * rho) * error


def doubt(state: State) -> NDArray[np.float64]:
    """Return the variance that is left to each committee about its fit once it has read it, (Z, 1)."""
    left = variance(state, *reading(state))
    return left / (1.0 + left)


def own_fit(state: State) -> NDArray[np.float64]:
    """Return how well each industry fits each zone, z-score over zones, (Z, K).

    Relatedness density mostly says how strong a zone is in everything; ``fit_comparative`` is the
    share of that which is left out when industries are compared.
    """
    density, part = state.cells.density, state.p.fit_comparative
    if part == 0.0:
        return density
    return standardise(density - part * density.mean(axis=1, keepdims=True))


def nearness(state: State) -> NDArray[np.float64]:
    """Return how much each committee minds each other one, (Z, Z): by distance, and more in its province."""
    c = state.country
    alike = c.province[:, None] == c.province[None, :]
    weight = state.ground.decay * np.where(alike, state.p.peer_same_province, 1.0)
    np.fill_diagonal(weight, 0.0)
    return weight


def peer_share(state: State) -> NDArray[np.float64]:
    """Return the weighted share of other zones that target each industry over a usual one, capped."""
    p, weight = state.p, nearness(state)
    total = weight.sum(axis=1, keepdims=True)
    share = product(weight, state.cells.priority) / np.where(total > 0, total, 1.0)
    return np.minimum(p.layout_peer_cap, share / p.layout_peer_usual)


def tax_source(state: State) -> NDArray[np.float64]:
    """Return how much each industry means to the local tax of a zone, z-score over zones, (Z, K).

    The log of its share of the zone's local tax over its share of the nation's, clipped at a few sd.
    Before the first taxes are in, sales stand for them (the ratio is the same everywhere).
    """
    most = state.p.layout_tax_most
    tax = state.cells.tax if state.cells.tax.sum() > 0.0 else state.cells.output
    total = max(float(tax.sum()), 1e-9)
    expected = tax.sum(axis=1, keepdims=True) * tax.sum(axis=0, keepdims=True) / total
    quotient = log1p(tax / np.maximum(expected, 1e-9))
    return np.clip(standardise(quotient[:, :K]), -most, most)


def best(score: NDArray, slots: NDArray, pinned: NDArray, held: NDArray) -> NDArray[np.bool_]:
    """Return each zone's list: pinned industries, then held ones, then the best scores, (Z, K)."""
    ranked = np.where(pinned, np.inf, np.where(held, score + HELD, score))
    order = np.argsort(-ranked, axis=1, kind="stable")
    place = np.argsort(order, axis=1, kind="stable")
    return (place < slots[:, None]) | pinned


def _column(state: State, value: Any) -> NDArray[np.float64]:
    """Return a value of the nation or of each zone as a column, (Z, 1)."""
    return np.broadcast_to(value, state.n_zones)[:, None]
