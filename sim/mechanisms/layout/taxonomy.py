"""Taxonomies: the same word means different industries to different committees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, uniforms
from sim.core.products import product
from sim.world.state import State


def blur(state: State) -> NDArray[np.float64]:
    """Return how much of an industry each committee mistakes for its relatives, (Z,), 0 to 1.

    Even between 0 and twice ``taxonomy_blur``; a shared definition takes away up to
    ``layout_definition_reach`` of it.
    """
    p = state.p
    u = uniforms(state.seed, Stream.TAXONOMY, -1, np.arange(state.n_zones))
    left = 1.0 - p.layout_definition_reach * state.lever.shared_definition
    return left * np.minimum(1.0, 2.0 * p.taxonomy_blur * u)


def read_as(values: NDArray, blurred: NDArray, relatedness: NDArray) -> NDArray[np.float64]:
    """Return ``values`` by industry, (K,) or (Z, K), as committees read them, (Z, K).

    ``(1 - b) X + b R X``; R is relatedness without its diagonal, rows summing to one.
    """
    relatives = relatedness - np.diag(np.diag(relatedness))
    relatives = relatives / np.maximum(relatives.sum(axis=1, keepdims=True), 1e-12)
    mistaken = blurred[:, None]
    return (1.0 - mistaken) * values + mistaken * product(values, relatives.T)
