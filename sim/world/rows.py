"""The project's own table of what the five source documents name, by row id (G1 ... K4).

Levers and metrics name the rows they serve in ``source_rows``, scenarios and studies under
``serves:``.  ``needs`` says which of these kinds a row must have: a mechanism can be switched on
(lever), is seen at work (metric) and shown (scenario); what only happens needs no lever; a claim
that compares needs a study.  A test fails when a row lacks a kind it needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sim.world.reading import read


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One thing that the source documents name."""

    row: str
    group: str
    named: str
    documents: tuple[str, ...]
    needs: tuple[str, ...]


@cache
def source_rows() -> dict[str, SourceRow]:
    """Return all rows by id, in the order of the table.

    >>> source_rows()["G3"].documents
    ('S1',)
    """
    rows = read("source_rows.csv")
    return {
        r["row"]: SourceRow(
            r["row"], r["group"], r["named"], tuple(r["documents"].split()), tuple(r["needs"].split())
        )
        for r in rows
    }
