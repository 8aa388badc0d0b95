"""Scenarios: safe YAML to checked, frozen, dated and per-zone policy.

:func:`load` reads a file and tells every problem at once; :func:`resolve` gives the arrays a run
uses.  :mod:`sim.scenario.yamlfile` reads any YAML safely, with positions.
"""

from sim.scenario.difference import difference
from sim.scenario.effects import warnings_of
from sim.scenario.explain import explain, explained
from sim.scenario.load import Files, load
from sim.scenario.resolve import Resolved, resolve
from sim.scenario.scenario import Scenario
from sim.scenario.schema import schema
from sim.scenario.targets import Target, check_targets

__all__ = [
    "Files",
    "Resolved",
    "Scenario",
    "Target",
    "check_targets",
    "difference",
    "explain",
    "explained",
    "load",
    "resolve",
    "schema",
    "warnings_of",
]
