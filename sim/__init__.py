"""Clusterlab: which policy mix lets zones grow real clusters in future industries?

``sim.load``, ``sim.run``, ``sim.compare``, ``sim.sweep``, ``sim.sensitivity``, ``sim.optimise``,
``sim.complements``, ``sim.discover``, ``sim.robust``, ``sim.replicate``, ``sim.validate``, ``sim.study``,
``sim.resume``, ``sim.retry``, ``sim.merge``, ``sim.status``, ``sim.report`` and ``sim.ClusterModel`` are the
public interface for Python; ``sim.metric``, ``sim.mechanism`` and ``sim.theory`` declare parts of one's
own.  Each is imported when first used, so ``import sim`` is cheap.

Threads run different runs, never one run, so numerical libraries are told to use one thread:
many small matrix products are several times slower on two, and must not depend on their number.
A caller who says otherwise in the environment, or imports numpy first, is left alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sim.core.threads import single_threaded

if TYPE_CHECKING:
    from sim.api import (
        compare,
        complements,
        discover,
        merge,
        optimise,
        replicate,
        report,
        resume,
        retry,
        robust,
        run,
        sensitivity,
        status,
        study,
        sweep,
        validate,
    )
    from sim.metrics import metric
    from sim.model import ClusterModel
    from sim.scenario import load
    from sim.schedule import mechanism, theory

__all__ = [
    "ClusterModel", "compare", "complements", "discover", "load", "mechanism", "merge", "metric", "optimise",
    "replicate", "report", "resume", "retry", "robust", "run", "sensitivity", "status", "study", "sweep",
    "theory", "validate",
]  # fmt: skip

single_threaded()

_HOME = {
    "load": "sim.scenario",
    **dict.fromkeys(("run", "compare", "study", "resume", "retry", "merge", "status"), "sim.api"),
    **dict.fromkeys(("sweep", "sensitivity", "optimise", "complements", "discover", "robust"), "sim.api"),
    **dict.fromkeys(("replicate", "validate"), "sim.api"),
    "ClusterModel": "sim.model",
    "metric": "sim.metrics",
    "mechanism": "sim.schedule",
    "theory": "sim.schedule",
}


def __getattr__(name: str) -> Any:
    if name == "report":  # the package of that name, which can be called
        return import_module("sim.report")
    try:
        home = _HOME[name]
    except KeyError:
        raise AttributeError(f"module 'sim' has no attribute {name!r}") from None
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
