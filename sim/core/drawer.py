"""Drawers: what a run holds beside its tables, every part declared once with unit and meaning.

A drawer is a class whose parts stand in it like columns in a table::

    class Counts(Drawer, owner="counts"):
        entries: float = held("firms", "founded")

Its objects have the declared attributes and no others, so a misspelt one is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar

from sim.core import units
from sim.core.plugins import PROGRAM


class Held(NamedTuple):
    """One part of a drawer."""

    unit: str
    doc: str
    start: Any
    """What it is when the run opens: a value, or a function of the state that returns one."""


def held(unit: str, doc: str, start: Any = 0.0) -> Any:
    """Declare a part of a drawer; its type is its annotation.

    Args:
        unit: of measure, empty when it has none.
        doc: what it means.
        start: what it is when the run opens, or a function of the state that returns it.

    Raises:
        ValueError: the unit is not in the vocabulary (:mod:`sim.core.units`).
    """
    return Held(units.check(unit), doc, start)


OWNERS: dict[str, type[Drawer]] = {}
"""All kinds of drawers by owner."""


class _Kind(type):
    """Makes the declared parts of a class the only attributes of its objects."""

    def __new__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], *, owner: str = "") -> _Kind:
        found = {key: value for key, value in space.items() if isinstance(value, Held)}
        rest = {key: value for key, value in space.items() if key not in found}
        slots = (*space.get("__slots__", ()), *found)
        return super().__new__(cls, name, bases, rest | {"__slots__": slots, "held": found, "owner": owner})

    def __init__(cls, name: str, bases: tuple[type, ...], space: dict[str, Any], *, owner: str = "") -> None:
        super().__init__(name, bases, space)
        taken = OWNERS.get(owner, cls).__module__
        if taken.startswith(PROGRAM) and taken != cls.__module__:
            raise ValueError(f"{taken} has a drawer of {owner} already")
        if owner:
            OWNERS[owner] = cls  # type: ignore[assignment]


class Drawer(metaclass=_Kind):
    """Declared attributes of one owner; slots beside them are not shown."""

    held: ClassVar[dict[str, Held]]
    owner: ClassVar[str]

    def __init__(self, state: Any) -> None:
        for name, part in self.held.items():
            setattr(self, name, part.start(state) if callable(part.start) else part.start)


Kind = TypeVar("Kind", bound=Drawer)


class Memories(dict[type[Any], Any]):
    """What theories remember: ``state.memory[Memory]`` is the run's one memory of that class.

    It opens when it is first asked for, so that who reads the memory of a theory which is not in this run
    finds it as it is at the opening.
    """

    def __init__(self, state: Any) -> None:
        super().__init__()
        self._state = state

    def __missing__(self, kind: type[Any]) -> Any:
        self.open(kind)
        return self[kind]

    def open(self, kind: type[Drawer]) -> None:
        """Let a theory begin to remember."""
        self[kind] = kind(self._state)

    if TYPE_CHECKING:

        def __getitem__(self, kind: type[Kind]) -> Kind: ...
