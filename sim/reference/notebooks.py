"""Carry out the notebooks of docs/notebooks, keep the output: python -m sim.reference.notebooks [NAME ...].

Each runs in a kernel of its own, from top to bottom.  Its metadata say which code made the output, as the
records of tables do; a test asks that no change of results is newer, and runs each with small parameters.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.lab.identity import source_hash
from sim.reference import provenance
from sim.reference.provenance import ROOT

NOTEBOOKS = ROOT / "docs" / "notebooks"
RECORD = "clusterlab"
"""Where a notebook's metadata say how it was made."""
SECONDS = 1200
"""Longest that a cell may take."""


def run(file: Path, parameters: Mapping[str, Any] | None = None) -> Any:
    """Return a notebook with its output; ``parameters`` overrule those of its cell with that tag.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed.
    """
    import nbformat
    from nbclient import NotebookClient

    book = nbformat.read(file, as_version=4)
    for cell in book.cells:
        if parameters and "parameters" in cell.metadata.get("tags", []):
            cell.source += "".join(f"\n{name} = {value!r}" for name, value in parameters.items())
    NotebookClient(
        book,
        timeout=SECONDS,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        resources={"metadata": {"path": str(ROOT)}},
    ).execute()
    return book


def main(names: list[str]) -> None:
    """Renew notebooks, all if none is named."""
    import nbformat

    for file in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and file.stem not in names:
            continue
        start = time.monotonic()
        book = run(file)
        book.metadata[RECORD] = {
            "sources": source_hash(), "changes": provenance.changes(), "made": time.strftime("%Y-%m-%d"),
        }  # fmt: skip
        nbformat.write(book, file)
        sys.stdout.write(f"{file.stem}: {time.monotonic() - start:.0f} s\n")


if __name__ == "__main__":
    main(sys.argv[1:])
