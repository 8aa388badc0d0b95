"""The schedule is the architecture: the verbs of a quarter, in order.

Each entry is a mechanism module with ``LEVERS``, ``READS``, ``WRITES`` and ``step(state)``.
Deleting a file and its line here removes that theory cleanly.
"""

from __future__ import annotations

from typing import Any

from sim.core.lever import GROUPS, Lever
from sim.mechanisms import (
    books,
    demography,
    echelon,
    entry,
    exit,
    finance,
    labour,
    layout,
    policy,
    projects,
    research,
    science,
    tally,
    trade,
)

SCHEDULE: tuple[Any, ...] = (
    policy,  # budgets are filled, programmes are bought
    layout,  # committees choose priority industries (yearly)
    projects,  # what was declared is built: first public plants, research grants
    science,  # institutes invent
    entry,  # start-ups, spin-offs, attracted firms
    echelon,  # pioneers, tiers, leaders: who is what, and gets which support
    finance,  # funds are raised, deals closed, loans given
    labour,  # research positions are filled, wages move, people move
    research,  # readiness steps, patents, quality, spillovers
    trade,  # demand, orders, sales, inputs, prices
    books,  # wages, rents, taxes, investment, dividends
    exit,  # insolvency, closure, listing
    demography,  # graduation, retirement
    tally,  # what is there at the end: the sums others read and that are measured
)


def _catalogue() -> dict[str, Lever]:
    levers = [lever for mechanism in SCHEDULE for lever in mechanism.LEVERS]
    return {lever.name: lever for group in GROUPS for lever in levers if lever.group == group}


LEVERS: dict[str, Lever] = _catalogue()
"""All levers by name, in the order of their groups."""
