"""Finds the scenarios that come with the program, from a checkout or an installed package."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from sim.core.errors import InputError, Problem, nearest
from sim.core.paths import path_of

_SIM = Path(__file__).resolve().parents[1]


def folders() -> list[Path]:
    """Return the places looked in, nearest first: here, the checkout, the installed package."""
    places = [
        Path("scenarios"),
        _SIM.parent / "scenarios",
        _SIM / "scenarios",
        Path(sys.prefix) / "share" / "clusterlab" / "scenarios",
    ]
    return [p for p in places if p.is_dir()]


def collection(name: str) -> Path | None:
    """Return the shipped folder ``scenarios`` or ``experiments``, of the checkout or the installation."""
    return next((p for p in (_SIM.parent / name, _SIM / name) if p.is_dir()), None)


def names() -> list[str]:
    """Return the names of all shipped scenarios, sorted."""
    return sorted({file.stem for folder in folders() for file in folder.glob("*.yaml")})


def shipped(name: str) -> Path:
    """Return the file of a shipped scenario, given ``baseline`` or ``baseline.yaml``.

    Raises:
        InputError: no shipped scenario has this name.
    """
    stem = name.removesuffix(".yaml")
    for folder in folders():
        file = folder / f"{stem}.yaml"
        with suppress(OSError, ValueError):  # a name too long, a NUL in it
            if file.is_file():
                return file
    known = names()
    raise InputError(
        Problem(
            name,
            0,
            0,
            "no such scenario file",
            allowed=f"a path, or a shipped scenario ({', '.join(known)})" if known else "a path",
            nearest=nearest(stem, known),
        )
    )


def locate(text: str) -> Path:
    """Return ``text`` as a path, or the shipped scenario if it is a bare name and no such file exists.

    Raises:
        InputError: a bare name that is neither a file nor a shipped scenario.
    """
    path = path_of(text)
    try:
        there = path.exists()
    except (OSError, ValueError):  # a name too long, a NUL in it
        there = False
    return path if there or path.parent != Path() or path.is_absolute() else shipped(text)
