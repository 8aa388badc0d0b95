"""Packs: many finished runs in one file, ``runs/pack-<hash>.zip``, so that a large study leaves few files.

A pack holds run folders as they were.  What proves a run in its folder proves it here, any program that
opens zip files opens it, and a run that is damaged in a pack is computed again into a folder, which counts
before all packs.  Memory and the disk's list of files stay small: 100,000 runs are 500 packs.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sim.lab.durable import whole

SIZE = 200
"""Runs of a pack, of which a study's last may have fewer."""
FROM = 1000
"""Runs of a study from which they are packed; fewer stay in folders, where people find them."""
Place = Path | zipfile.Path
"""Where the files of a run are: a folder, or a folder in a pack."""


@dataclass
class _Shelf:
    """The packs of a results folder, opened."""

    changed: int = -1
    packs: dict[Path, zipfile.ZipFile] = field(default_factory=dict)
    runs: dict[str, zipfile.ZipFile] = field(default_factory=dict)
    """Pack by ``key/seed-0001``."""


_SHELVES: dict[Path, _Shelf] = {}


def where(folder: Path) -> Place:
    """Return where the files of a run are: in its own folder, else in a pack that has it."""
    if folder.exists() or folder.is_symlink():
        return folder
    name = _name(folder)
    pack = _shelf(folder.parent.parent).runs.get(name)
    return folder if pack is None else zipfile.Path(pack, f"{name}/")


def packed(runs: Path) -> list[Path]:
    """Return the folders that the packs in ``runs`` of a results folder stand for."""
    return [runs / name for name in _shelf(runs).runs]


def pack(folders: Iterable[Path]) -> None:
    """Put run folders of one results folder, whole and proved by the caller, into a pack of their own.

    A death on the way leaves them where they were, or in both places.

    Raises:
        NotStored: the pack cannot be written; the folders stay.
    """
    mine = sorted(folders)
    if not mine:
        return
    runs = mine[0].parent.parent
    names = hashlib.sha256("\n".join(map(_name, mine)).encode()).hexdigest()[:12]
    with whole(runs / f"pack-{names}.zip") as draft, zipfile.ZipFile(draft, "w") as archive:
        for file in (file for folder in mine for file in sorted(folder.rglob("*")) if file.is_file()):
            told = zipfile.ZIP_DEFLATED if file.suffix == ".json" else zipfile.ZIP_STORED
            archive.write(file, file.relative_to(runs), compress_type=told)
    _SHELVES.pop(runs, None)
    for folder in mine:
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):  # others of its key are still there
            folder.parent.rmdir()


def _name(folder: Path) -> str:
    return "/".join(folder.parts[-2:])


def _shelf(runs: Path) -> _Shelf:
    """Return the packs of a folder, looked at again if the folder has changed."""
    shelf = _SHELVES.setdefault(runs, _Shelf())
    try:
        changed = runs.stat().st_mtime_ns
    except OSError:
        return _Shelf()
    if changed == shelf.changed:
        return shelf
    there = set(runs.glob("pack-*.zip"))
    for path in there - shelf.packs.keys():
        with suppress(OSError, zipfile.BadZipFile):  # as if it were not there: its runs are computed again
            shelf.packs[path] = zipfile.ZipFile(path)
    for path in shelf.packs.keys() - there:
        shelf.packs.pop(path).close()
    members = ((name.rpartition("/")[0], p) for p in shelf.packs.values() for name in p.namelist())
    shelf.runs = {name.removesuffix("/panel"): pack for name, pack in members}
    shelf.changed = changed
    return shelf
