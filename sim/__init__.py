"""Clusterlab: which policy mix lets zones grow real clusters in future industries?

``sim.load``, ``sim.run``, ``sim.compare``, ``sim.study`` and ``sim.ClusterModel`` are the
public interface for Python; each is imported when first used, so ``import sim`` is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.lab.api import compare, run, study
    from sim.model import ClusterModel
    from sim.scenario import load

__all__ = ["ClusterModel", "compare", "load", "run", "study"]

_HOME = {
    "load": "sim.scenario",
    "run": "sim.lab.api",
    "compare": "sim.lab.api",
    "study": "sim.lab.api",
    "ClusterModel": "sim.model",
}


def __getattr__(name: str) -> Any:
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module 'sim' has no attribute {name!r}") from None
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
