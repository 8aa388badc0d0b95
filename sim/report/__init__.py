"""Layer 6: the report, one self-contained offline HTML file made from a results folder's files.

Nothing here runs the model or imports the lab: :func:`write` reads ``manifest.json``,
``comparison.csv``, ``timeseries.parquet``, ``cells.parquet``, ``zones.parquet`` and
``industries.parquet``, so a report can be made again from a folder somebody sent.
"""

from sim.report.page import write

__all__ = ["write"]
