"""Slots: places in the model where one of several theories stands, chosen under ``theories:``.

A verb of the quarter can be left out or replaced as a whole (the mechanisms of ``sim.schedule``), and
a part of one can have variants::

    wages = Slot("wages", "how pay moves", tightness)      # in labour, called as wages(state, ...)

    @theory("wages")                                        # elsewhere, also outside this program
    def bargaining(state, ...): ...

    @opens("wages", "bargaining")                           # where the world opens differently under it
    def unions(state): ...

    theories: {wages: bargaining}                           # in a scenario
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from sim.core.lever import Lever
from sim.core.plugins import note, refuse

ABSENT = "none"
"""The variant of a verb that is left out."""
STANDARD = "standard"
"""The variant of a verb as the program has it."""
Function = TypeVar("Function", bound=Callable[..., Any])


class Mechanism(Protocol):
    """A verb of the quarter: a module, or any object with these attributes."""

    @property
    def LEVERS(self) -> tuple[Lever, ...]:
        """Levers that the mechanism declares."""
        ...

    @property
    def READS(self) -> tuple[str, ...]:
        """Columns it looks at, as ``table.column``."""
        ...

    @property
    def WRITES(self) -> tuple[str, ...]:
        """Columns it may change; ``table.*`` for all."""
        ...

    def step(self, state: Any) -> None:
        """Do it for one quarter."""


class Slot:
    """A named choice between theories; called, it is the one that the run has chosen.

    Args:
        name: what it is called under ``theories:``.
        doc: what the theories are about, in one sentence.
        default: the variant where a scenario is silent; its function's name is its own.
    """

    def __init__(self, name: str, doc: str, default: Callable[..., Any] | None = None) -> None:
        self.name, self.doc = name, doc
        self.variants: dict[str, Any] = {}
        self.openings: dict[str, Callable[[Any], None]] = {}
        self.default = ABSENT
        if default is not None:
            self.default = default.__name__
            self.variants[self.default] = default
        SLOTS[name] = self

    def chosen(self, theories: Mapping[str, str]) -> Any:
        """Return the variant that a run has."""
        return self.variants[theories.get(self.name, self.default)]

    def told(self) -> dict[str, str]:
        """Return what each variant claims: the first sentence of its docstring."""
        return {name: first_line(what) or "left out" for name, what in self.variants.items()}

    def __reduce__(self) -> tuple[Any, ...]:  # theories are code: a copy is the slot of that name
        return find, (self.name,)

    def __call__(self, state: Any, *args: Any) -> Any:
        """Apply the variant of this run."""
        return self.chosen(state.theories)(state, *args)


def open_theories(state: Any) -> None:
    """Let the theories of a run change the opening, those that do."""
    for slot in SLOTS.values():
        if opening := slot.openings.get(state.theories.get(slot.name, slot.default)):
            opening(state)


def find(name: str) -> Slot:
    """Return the slot of a name."""
    return SLOTS[name]


def first_line(what: object) -> str:
    """Return the first line of something's docstring."""
    return (what.__doc__ or "").strip().partition("\n")[0] if what is not None else ""


SLOTS: dict[str, Slot] = {}
"""All slots by name; complete once ``sim.schedule`` is imported."""


def theory(slot: str) -> Callable[[Function], Function]:
    """Declare the decorated function as a variant of a slot; its docstring says what it claims.

    Args:
        slot: name of the slot; the function takes what the slot's other variants take.

    Raises:
        InputError: there is no such slot, or another module has a variant of that name in it.
    """

    def declare(function: Function) -> Function:
        name = function.__name__
        code = function.__code__
        if slot not in SLOTS:
            refuse(code, f"there is no slot {slot!r} for the theory {name}", ", ".join(sorted(SLOTS)))
        taken = SLOTS[slot].variants.get(name)
        if taken is not None and taken.__module__ != function.__module__:
            refuse(code, f"{slot} has a theory {name!r} already, from {taken.__module__}")
        SLOTS[slot].variants[name] = function
        note(function.__module__, f"{slot}: {name}", function, SLOTS[slot].variants, name)
        return function

    return declare


def opens(slot: str, variant: str) -> Callable[[Function], Function]:
    """Declare the decorated function as what a variant changes in the opening state of a run."""

    def declare(function: Function) -> Function:
        SLOTS[slot].openings[variant] = function
        return function

    return declare
