"""Expert panel: a second opinion about what fits a place, weighed against the committee's own by precision.

A committee reads ``s = a*F + c*belief``: fit F, with a lasting error of its own.  The panel reads ``e = F +
sd/sqrt(x)*error``, x being ``expert_panel`` (half a panel has half the precision), with an error of its own
that is just as lasting but independent, since its members come from elsewhere; and it reads industries as the
catalogue means them.  The committee combines both as Bayes would, each weighed by its precision::

    v0 = (c/a)^2            variance of what the committee reads, as an estimate s/a of F
    w  = x*v0 / (sd^2 + x*v0)
    m  = (1 - w)*s/a + w*e,  with variance v = (1 - w)*v0

and takes it for as large a difference between industries as before: ``m * sqrt((a^2 + c^2) / (1 + v))``.
Without a panel that is s.  So a panel helps the more, the less a committee knows by itself: least where a
national catalogue is in force.

Source: seeds S1, S2 (expert committees); combination of signals: Bayes; sd is an assumption.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, normals
from sim.world.lots import cell_lots
from sim.world.state import State

Array = NDArray[np.float64]


def advised(state: State, read: Array, true: Array, right: float, wrong: Array) -> Array:
    """Return the fit that committees read with their panels' help, (Z, K).

    Args:
        state: the world.
        read: what each committee reads by itself, (Z, K).
        true: the fit that it tries to read, (Z, K).
        right: a, the weight of the true fit in what it reads.
        wrong: c, the weight of its error in it, (Z, 1).
    """
    panel = state.force.by_zone("expert_panel")[:, None]
    if not np.any(panel > 0.0):
        return read
    sd = state.p.panel_error_sd / np.sqrt(np.maximum(panel, 1e-9))
    says = true + sd * normals(state.seed, Stream.PANEL, -1, cell_lots(state.n_zones))
    before = np.square(wrong / right)
    after = variance(state, right, wrong)
    weight = 1.0 - after / np.maximum(before, 1e-12)
    mean = (1.0 - weight) * read / right + weight * says
    return mean * np.sqrt((right * right + wrong * wrong) / (1.0 + after))


def variance(state: State, right: float, wrong: Array) -> Array:
    """Return the variance of the error in what committees read, as an estimate of their fit, (Z, 1)."""
    before, sd = np.square(wrong / right), state.p.panel_error_sd
    return before / (1.0 + state.force.by_zone("expert_panel")[:, None] * before / (sd * sd))
