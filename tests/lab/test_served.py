"""Which levers, metrics, scenarios and studies serve a row of the source documents (all: tests/house)."""

from types import SimpleNamespace

import pytest

from sim.lab import served


@pytest.fixture
def small(tmp_path, monkeypatch):
    """Know two rows, one lever, one metric, a scenario in a folder and no studies."""
    rows = {
        name: SimpleNamespace(row=name, group="g", named=f"what {name} is", documents=("S1",), needs=needs)
        for name, needs in (("G1", ("levers", "scenarios")), ("G2", ("metrics", "studies")))
    }
    monkeypatch.setattr("sim.world.rows.source_rows", lambda: rows)
    monkeypatch.setattr("sim.schedule.LEVERS", {"card": SimpleNamespace(source_rows=("G1",))})
    monkeypatch.setattr("sim.metrics.METRICS", {"jobs": SimpleNamespace(source_rows=("G1", "G2"))})
    folder = tmp_path / "scenarios" / "cases"
    folder.mkdir(parents=True)
    (folder / "b.yaml").write_text("name: b\nserves: [G1, G2]\n")
    (folder / "a.yaml").write_text("name: a\nserves: G1\n")
    (folder / "none.yaml").write_text("name: none\n")
    (folder / "notes.txt").write_text("serves: G1")
    known = {"scenarios": tmp_path / "scenarios", "experiments": None}
    monkeypatch.setattr(served, "collection", known.__getitem__)
    return known


def test_every_row_is_told_with_all_that_serves_it(small):
    assert served.served() == [
        {
            "row": "G1",
            "group": "g",
            "named": "what G1 is",
            "documents": ["S1"],
            "needs": ["levers", "scenarios"],
            "levers": ["card"],
            "metrics": ["jobs"],
            "scenarios": ["cases/a", "cases/b"],
            "studies": [],
        },
        {
            "row": "G2",
            "group": "g",
            "named": "what G2 is",
            "documents": ["S1"],
            "needs": ["metrics", "studies"],
            "levers": [],
            "metrics": ["jobs"],
            "scenarios": ["cases/b"],
            "studies": [],
        },
    ]
    assert [served.missing(row) for row in served.served()] == [[], ["studies"]]


def test_a_study_serves_rows_too(small, tmp_path):
    small["experiments"] = tmp_path / "experiments"
    small["experiments"].mkdir()
    (tmp_path / "experiments" / "q.yaml").write_text("kind: compare\nserves: [G2]\nscenarios: [a, b]\n")
    assert [row["studies"] for row in served.served()] == [[], ["q"]]


def test_a_row_that_is_not_in_the_table_is_passed_over(small, tmp_path):
    (tmp_path / "scenarios" / "cases" / "a.yaml").write_text("name: a\nserves: [X9, G1]\n")
    assert [row["scenarios"] for row in served.served()] == [["cases/a", "cases/b"], ["cases/b"]]
