"""Reference tables that faces tell from: in results/reference, in an installed copy beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sim.core.spreadsheet import read_csv

_HERE = Path(__file__).parent
_FOLDERS = (_HERE.parents[1] / "results" / "reference", _HERE / "data")


@cache
def shipped(name: str) -> list[dict[str, str]]:
    """Return the rows of a reference table, none where it is not at hand."""
    return next((read_csv(folder / name) for folder in _FOLDERS if (folder / name).exists()), [])
