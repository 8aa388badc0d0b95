"""Layer 4: the engine as a genuine Mesa model, with agents that read the tables.

Firms, talent, funds and institutes live in tables and are stepped by compiled kernels; nothing
here computes.  :class:`ClusterModel` lends them the shape Mesa's tools expect.  What differs
between Mesa's versions is known to :mod:`sim.model.versions` alone.
"""

from sim.core.defaults import DEFAULT_SCALE, LOWEST_SCALE
from sim.model.agents import Fund, Institute, Zone
from sim.model.policy import Change
from sim.model.shell import ClusterModel
from sim.model.views import Firm, Rows, RowView, Worker

__all__ = [
    "DEFAULT_SCALE",
    "LOWEST_SCALE",
    "Change",
    "ClusterModel",
    "Firm",
    "Fund",
    "Institute",
    "RowView",
    "Rows",
    "Worker",
    "Zone",
]
