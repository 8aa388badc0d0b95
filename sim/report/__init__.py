"""Layer 6: the report, one self-contained offline HTML file made from a results folder's files.

Nothing here runs the model; of the lab it takes the kinds of studies, what proves that files are whole,
and what writes one.
:func:`write` reads ``manifest.json``,
``comparison.csv``, ``timeseries.parquet``, ``cells.parquet``, ``zones.parquet`` and
``industries.parquet``, so a report can be made again from a folder somebody sent.
"""

import sys
from pathlib import Path
from types import ModuleType

from sim.report.page import write

__all__ = ["write"]


class _Callable(ModuleType):
    """This package, which is also the function ``sim.report(folder)`` of the public interface."""

    def __call__(self, folder: str | Path, language: str = "en") -> Path:
        from sim.api import report

        return report(folder, language)


sys.modules[__name__].__class__ = _Callable
