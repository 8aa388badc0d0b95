"""Notebooks: what they show is of the code that is here, and they run from top to bottom, in a small form."""

import json

import nbformat
import pytest

from sim.reference import notebooks, provenance

BOOKS = sorted(notebooks.NOTEBOOKS.glob("*.ipynb"))
SMALL = {"RUNS": 2, "SCALE": 0.002, "UNTIL": "2024-Q4", "STEPS": 2, "TRAJECTORIES": 4, "TRIALS": 8}
CODE = "code"


def test_there_is_one_for_each_thing_that_is_done_most():
    wanted = {"first_what_if", "sweep", "sensitivity", "optimisation", "own_theory", "panels"}
    assert {file.stem for file in BOOKS} == wanted


@pytest.mark.parametrize("file", BOOKS, ids=lambda file: file.stem)
def test_what_a_notebook_shows_is_current(file):
    book = nbformat.read(file, as_version=4)
    nbformat.validate(book)
    cells = [cell for cell in book.cells if cell.cell_type == CODE]
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1)), (
        "not from top to bottom"
    )
    assert any(cell.outputs for cell in cells)
    assert not [out for cell in cells for out in cell.outputs if out.output_type == "error"]
    assert book.metadata[notebooks.RECORD]["changes"] == provenance.changes(), (
        f"a change of results is newer: `make notebooks NOTEBOOKS={file.stem}`"
    )
    shown = json.dumps([cell.outputs for cell in cells])
    assert "/tmp/" not in shown, "a path of a machine"
    assert "Warning" not in shown


@pytest.mark.slow
@pytest.mark.parametrize("file", BOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_in_a_small_form(file):
    source = nbformat.read(file, as_version=4)
    (cell,) = (cell for cell in source.cells if "parameters" in cell.metadata.get("tags", []))
    names = {name: value for name, value in SMALL.items() if f"{name} = " in cell.source}
    assert {"RUNS", "SCALE", "UNTIL"} <= set(names)
    book = notebooks.run(file, names)  # a cell that fails raises
    assert sum(bool(cell.get("outputs")) for cell in book.cells) >= 3
