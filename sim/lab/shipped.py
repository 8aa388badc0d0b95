"""Finds the scenarios that come with the program: :mod:`sim.scenario.find`, for the layers above."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.find import collection, find, names, shipped

__all__ = ["collection", "locate", "names", "shipped"]


def locate(text: str) -> Path:
    """Return the file that a word means.

    Raises:
        InputError: a name that no shipped scenario and no file has.
    """
    return find(text).file
