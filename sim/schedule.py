"""The schedule is the architecture: the verbs of a quarter, in order.

Each entry is a mechanism module with ``LEVERS``, ``READS``, ``WRITES`` and ``step(state)``.
Deleting a file and its line here removes that theory cleanly; so does ``theories: {trade: none}``
in a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from sim.core.lever import GROUPS, Lever
from sim.core.plugins import module_of, note, refuse
from sim.core.theory import ABSENT, SLOTS, STANDARD, Mechanism, Slot, first_line, theory
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

__all__ = ["LEVERS", "SCHEDULE", "absent_levers", "mechanism", "mechanisms", "name_of", "theory"]

SCHEDULE: tuple[Mechanism, ...] = (
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
"""The quarter where a scenario chooses no theories."""
_ORDER: list[str] = []
"""Names of all verbs, somebody's own included."""
LEVERS: dict[str, Lever] = {}
"""All levers by name, in the order of their groups."""


def name_of(verb: Any) -> str:
    """Return what a verb of the program is called: the last part of its module's name."""
    return verb.__name__.rsplit(".", 1)[-1]


def mechanisms(theories: Mapping[str, str]) -> dict[str, Mechanism]:
    """Return the verbs of a run's quarter by name, in order.

    Args:
        theories: chosen variants by slot; see :mod:`sim.core.theory`.
    """
    chosen = {name: SLOTS[name].chosen(theories) for name in _ORDER}
    return {name: mechanism for name, mechanism in chosen.items() if mechanism is not None}


def absent_levers(theories: Mapping[str, str]) -> dict[str, str]:
    """Return the levers that no verb of a run declares, with the slots of those that would."""
    present = {lever for what in mechanisms(theories).values() for lever in _levers(what)}
    homes = {lever: n for n in _ORDER for what in SLOTS[n].variants.values() for lever in _levers(what)}
    return {lever: home for lever, home in homes.items() if lever not in present}


def mechanism(what: Mechanism, *, name: str, after: str = "", instead_of: str = "") -> None:
    """Declare a verb of somebody's own; a run has it when its scenario chooses it under ``theories:``.

    Args:
        what: a module or object with ``LEVERS``, ``READS``, ``WRITES`` and ``step(state)``.
        name: what it is called; ``theories: {NAME: standard}`` chooses a new verb.
        after: the verb that it follows in the quarter.
        instead_of: the verb that it can replace, with ``theories: {VERB: NAME}``.

    Raises:
        InputError: the name or a lever's is taken, or there is no such verb.
    """
    verb, slot = after or instead_of, SLOTS.get(instead_of or name)
    if verb not in _ORDER or (after and instead_of):
        _refuse(what, f"{name} names no verb after which or instead of which it acts", ", ".join(_ORDER))
    key = name if instead_of else STANDARD
    before = slot.variants.get(key) if slot else None
    if slot and (slot.name not in _ORDER or (before and module_of(before) != module_of(what))):
        _refuse(what, f"there is a theory {name!r} already")
    others = [variant for n in _ORDER if slot is not SLOTS[n] for variant in SLOTS[n].variants.values()]
    if taken := _levers(what).keys() & {lever for other in others for lever in _levers(other)}:
        _refuse(what, f"there is a lever {min(taken)!r} already")
    if slot is None:
        slot = Slot(name, first_line(what))
        slot.variants[ABSENT] = None
        _ORDER.insert(_ORDER.index(verb) + 1, name)
    slot.variants[key] = what
    note(module_of(what), f"{instead_of}: {name}" if instead_of else name, what, slot.variants, key)
    _list_levers()


def _refuse(what: Mechanism, why: str, allowed: str = "") -> NoReturn:
    refuse(what.step.__code__, why, allowed)  # type: ignore[attr-defined]


def _levers(what: Mechanism | None) -> dict[str, Lever]:
    return {lever.name: lever for lever in what.LEVERS} if what else {}


def _list_levers() -> None:
    """List the levers of all verbs, and of all that can stand instead of one, by group."""
    levers: dict[str, Lever] = {}
    for name in _ORDER:
        for what in SLOTS[name].variants.values():
            levers |= {lever: found for lever, found in _levers(what).items() if lever not in levers}
    LEVERS.clear()
    for group in GROUPS:
        LEVERS.update({name: lever for name, lever in levers.items() if lever.group == group})


for _verb in SCHEDULE:
    _slot = Slot(name_of(_verb), first_line(_verb))
    _slot.default, _slot.variants = STANDARD, {STANDARD: _verb, ABSENT: None}
    _ORDER.append(_slot.name)
_list_levers()
