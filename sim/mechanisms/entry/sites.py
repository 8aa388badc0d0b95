"""Sites: where new plants of large firms stand, under the run's theory.

A firm enlarges its plant until that is as large as is efficient; a plant more then needs not stand beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.draws import Stream, lot_of, uniform
from sim.core.jit import kernel
from sim.core.products import total
from sim.core.theory import Slot, theory
from sim.mechanisms.entry import support
from sim.world import plants
from sim.world.state import State
from sim.world.tables import BUILD_SLOTS, HOST


def spread(state: State, pull: Any) -> None:
    """Large firms have plants of efficient size in several places, drawn to them as footloose projects are.

    Capacity that is ready goes to a plant of the firm that is smaller than is efficient, the one at its
    base first.  Where all are, it begins another, in a zone drawn with chances by what each offers in the
    industry, its size, and the money it set aside for newcomers, which is paid as to a firm that comes.
    """
    p, f, sites = state.p, state.firms, state.sites
    first, after = plants.of_firms(sites.alive, sites.firm, f.rows)
    firm, zone, added = _choose(
        state.seed, state.t % BUILD_SLOTS, p.plant_efficient_share * p.minimum_efficient_scale,
        support.lure(state, pull),
        f.alive, f.lot, f.zone, f.industry, f.weight, f.capacity, f.pipeline, f.home,
        first, after, sites.zone, sites.share,
    )  # fmt: skip
    new = plants.put(state, firm, zone, added)
    support.welcome(state, firm[new], zone[new])


sites = Slot("sites", "where new plants of large firms stand", spread)


@theory("sites")
def base(state: State, pull: Any) -> None:
    """All plants of a firm stand where it is based, but those that it bought."""
    f = state.firms
    due = f.pipeline[:, state.t % BUILD_SLOTS]
    rows = np.flatnonzero(f.alive & (f.home < 1.0) & (due > 0.0))
    plants.put(state, rows, f.zone[rows].astype(np.int64), due[rows])


@kernel
def _choose(
    seed: Any, slot: Any, efficient: Any, pull: Any, alive: Any, lot: Any, base: Any,
    industry: Any, weight: Any, capacity: Any, pipeline: Any, home: Any, first: Any, after: Any, place: Any,
    share: Any,
) -> Any:  # fmt: skip
    """Return firms, zones and sizes of what is ready, of firms that have or begin plants elsewhere."""
    firm, zone = np.empty(alive.size, dtype=np.int64), np.empty(alive.size, dtype=np.int64)
    added, n = np.empty(alive.size), 0
    for i in range(alive.size):
        k, due = industry[i], pipeline[i, slot]
        if not alive[i] or k >= HOST or due <= 0.0 or capacity[i] <= 0.0:
            continue
        unit = efficient[k] * weight[i]
        small = home[i] * capacity[i] < unit
        if small and home[i] == 1.0:
            continue
        z = np.int64(base[i])
        s = first[i]
        while s != plants.NONE and not small:
            small = share[s] * capacity[i] < unit
            z = np.int64(place[s]) if small else z
            s = after[s]
        if not small:
            number = np.uint64(capacity[i] / unit)
            z = _drawn(uniform(seed, Stream.SITE, -1, lot_of(lot[i], number)), pull[:, k])
        firm[n], zone[n], added[n] = i, z, due
        n += 1
    return firm[:n], zone[:n], added[:n]


@kernel
def _drawn(u: Any, pull: Any) -> Any:
    """Return the zone that a draw hits: chances are as pull."""
    goal, below = u * total(pull), 0.0
    for z in range(pull.size):
        below += pull[z]
        if goal < below:
            return z
    return pull.size - 1
