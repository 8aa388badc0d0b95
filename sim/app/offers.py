"""The scenarios that the page offers: those asked for on the command line first, then the shipped ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.core.errors import InputError, Problem
from sim.scenario import Scenario, load, resolve
from sim.scenario.find import find, names
from sim.scenario.load import Files
from sim.world import country

WORLDS = ("china-178", "china-31")
_asked: list[str] = []
"""What the command line named, in its order; one server has one such list."""
_worlds: list[str] = []
"""Their worlds."""
_read: dict[tuple[str, str | None], tuple[Files, list[int]]] = {}
"""What the files of offered scenarios said, and when they had been written."""


def ask(names: Sequence[str]) -> None:
    """Put these scenarios first, once all of them are known to be good.

    Args:
        names: files, or shipped ones' names.

    Raises:
        InputError: with every problem of all of them.
    """
    found: list[Scenario] = []
    problems: list[Problem] = []
    for name in names:
        try:
            found.append(load(find(name).file))
            resolve(found[-1], country(found[-1].world))
        except InputError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise InputError(problems)
    _asked[:] = dict.fromkeys(names)
    _worlds[:] = [scenario.world for scenario in found]


def offered() -> list[str]:
    """Return what can be chosen: what was asked for, else the baseline first, then the rest by name."""
    rest = sorted(names(), key=lambda name: (name != "baseline", name))
    return list(dict.fromkeys([*_asked, *rest]))


def read(name: str, world: str | None = None, sets: Sequence[str] = ()) -> Scenario:
    """Return an offered scenario as its files say it now; a visitor can read no other file.

    Args:
        name: one of :func:`offered`.
        world: one of :func:`worlds` instead of the scenario's own.
        sets: overrides as ``--set`` options.

    Raises:
        InputError: it is not offered, or with every problem of the file, or of its names in that world.
    """
    if name not in offered() or world not in (None, *worlds()):
        raise InputError(Problem("app", 0, 0, "there is no such scenario or world on this page"))
    return _files(name, world).scenario(sets)


def _files(name: str, world: str | None) -> Files:
    """Return what the files of an offered scenario say, read again once one of them has changed."""
    kept = _read.get((name, world))
    if kept is None or _stamps(kept[0]) != kept[1]:
        files = Files(find(name).file, world=world)
        kept = _read[name, world] = (files, _stamps(files))
    return kept[0]


def _stamps(files: Files) -> list[int]:
    return [Path(file).stat().st_mtime_ns if Path(file).exists() else 0 for file in files.chain.files]


def worlds() -> list[str]:
    """Return the worlds that can be chosen: the shipped real ones and those of the scenarios asked for."""
    return list(dict.fromkeys([*WORLDS, *_worlds]))
