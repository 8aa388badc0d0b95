"""Imports and the outside frontier: catching up, and what a cut stops.

The quality of rivals abroad grows at a given rate.  An industry's imported share of inputs falls
as its suppliers gain on them::

    imports_k = start_k * (sum_j a[k,j] * outside_j/quality_j / sum_j a[k,j])^s * (1 - replaced_k)

and what is no longer imported is bought from domestic suppliers.  When a share c of imports is
cut, domestic makers replace what they can: a part that grows with their quality, limited by
their spare capacity, at a higher price.  What cannot be replaced stops its part of production,
whatever plants stand idle::

    output_k = what would be made * (1 - c * imports_k * (1 - substitution_k))

A tariff makes imported inputs dearer; the centre takes it.
A part of the replaced suppliers stays for good (``replaced``), so dependence falls faster after.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.calendar import QUARTER
from sim.core.economics import replaceable, substitution
from sim.core.functions import power
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import K

NEARLY_ALL = 0.99
"""Most that is taken to be imported at the opening, so that there is a part bought at home to divide by.

No claim: the table's shares and their bounds stay below it."""


def depend(state: State) -> tuple[Any, Any, Any]:
    """Move the frontier and imports; return what is bought at home and what a cut does.

    Returns:
        Input coefficients bought from domestic suppliers (K, K); by industry (K + 1,) the share of
        production for which there are inputs, and the factor on the cost of inputs.
    """
    p, ind, lever = state.p, state.industries, state.lever
    ind.outside[:] *= power(1.0 + lever.outside_frontier_growth, QUARTER)
    bought = np.maximum(state.ground.supply.sum(axis=1), 1e-12)
    gap = product(state.ground.supply, ind.outside[:K] / ind.quality[:K]) / bought
    imports = p.import_share_inputs * power(gap, p.import_quality_elasticity) * (1.0 - ind.replaced[:K])
    imports = np.minimum(1.0, imports)
    ind.imports[:K] = imports
    supplied, dearer = np.ones(K + 1), np.ones(K + 1)
    home = (1.0 - imports) / (1.0 - np.minimum(p.import_share_inputs, NEARLY_ALL))
    coefficients = state.ground.supply * home[:, None]
    cut = float(max(lever.import_cut, lever.export_control))  # barred or lost, it does not come
    if cut > 0.0:
        can = replaceable(ind.quality[:K], ind.outside[:K], p)
        spare = ind.capacity[:K] - ind.output[:K]
        filled = substitution(state.ground.supply, imports, cut, ind.output[:K], spare, can)
        supplied[:K] = 1.0 - cut * imports * (1.0 - filled)
        dearer[:K] = 1.0 + p.import_premium * cut * imports * filled
        ind.replaced[:K] += (1.0 - ind.replaced[:K]) * p.import_switching * cut * filled
        coefficients = coefficients + state.ground.supply * (cut * imports)[:, None] * can
    dearer[:K] *= 1.0 + lever.import_tariff * imports
    return coefficients, supplied, dearer


def levy(state: State, inputs: Any) -> None:
    """Let the centre take its tariff: a part of what buyers of products and of inputs (m yuan) pay abroad."""
    tariff, ind = state.lever.import_tariff, state.industries
    spent = np.bincount(state.firms.industry, inputs, K + 1)
    duty = tariff * float((spent * ind.imports / (1.0 + tariff * ind.imports)).sum())
    duty += tariff * float(ind.bought_abroad.sum()) * QUARTER
    state.treasury.exchequer += duty
    state.ledger.pay(Item.TAX, Sector.REST, Sector.CENTRE, duty)
