"""A sensitivity study's part of the report, as its method has it."""

from __future__ import annotations

from sim.lab import methods
from sim.report.results import Results
from sim.report.section import Section, made_by


def section(results: Results) -> Section:
    """Return what the report says of a sensitivity study."""
    return made_by(methods.of(results.manifest).section)(results)
