"""Runs kept on disk: those that everybody begins with, by identity, as plain arrays and JSON."""

from __future__ import annotations

import json
import tempfile
import zlib
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from sim.app.runs import Run
from sim.core.kept import usable_folder

_ARRAYS = ("national", "zones", "cells", "industries")
_PLAIN = ("metrics", "programmes", "flows")


def _place(source: str, key: tuple[str, int, float]) -> Path | None:
    folder = usable_folder(f"page-{source}")
    digest, seed, scale = key
    return folder / f"{digest[:32]}-{seed}-{scale:g}.npz" if folder else None


def put(source: str, key: tuple[str, int, float], run: Run) -> None:
    """Keep a run; where that cannot be, it is made again another time."""
    place = _place(source, key)
    if place is None:
        return
    arrays: dict[str, Any] = {f"{p}.{n}": a for p in _ARRAYS for n, a in getattr(run, p).items()}
    arrays |= {"priority": run.priority}
    told = json.dumps({name: getattr(run, name) for name in _PLAIN})
    with suppress(OSError), tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as draft:
        np.savez_compressed(draft, told=np.array(told), **arrays)
        draft.close()
        Path(draft.name).replace(place)


def taken(source: str, key: tuple[str, int, float]) -> Run | None:
    """Return a run that was kept; ``None`` where there is none that can be read."""
    place = _place(source, key)
    if place is None or not place.exists():
        return None
    try:
        with place.open("rb") as file, np.load(file, allow_pickle=False) as held:
            plain = json.loads(str(held["told"]))
            parts: dict[str, Any] = {part: {} for part in _ARRAYS}
            for name in held.files:
                part, _, column = name.partition(".")
                if column:
                    parts[part][column] = held[name]
            return Run(priority=held["priority"], **parts, **{name: plain[name] for name in _PLAIN})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error):
        return None


assert {f.name for f in fields(Run)} == {*_ARRAYS, *_PLAIN, "priority"}
