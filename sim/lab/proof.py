"""Proof that what is in a results folder is what was written: sizes, checksums and sealed records.

A record (``run.json``, ``manifest.json``) is JSON with a ``seal``, the SHA-256 of all else in it, and
``files``: size and SHA-256 of each table that belongs to it.  Records without a seal come from
versions before 0.2: they are read, but prove nothing.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.lab.plain import dump

SEAL, FILES = "seal", "files"
_BROKEN = (OSError, zipfile.BadZipFile, zlib.error)
"""What reading raises on a disk or in a pack with a fault."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A record as it was found: its content, or why it cannot be trusted (with the place in it)."""

    content: dict[str, Any] | None = None
    fault: str = ""
    line: int = 0
    column: int = 0

    @property
    def absent(self) -> bool:
        """Say whether there is nothing at all."""
        return self.content is None and not self.fault

    @property
    def sealed(self) -> bool:
        """Say whether the content is proved to be what was written."""
        return self.content is not None and SEAL in self.content


def sealed(record: Mapping[str, Any]) -> str:
    """Return a record as JSON text with its seal."""
    content = json.loads(dump({key: value for key, value in record.items() if key != SEAL}))
    return dump(content | {SEAL: _seal(content)}) + "\n"


def load(path: Path | zipfile.Path) -> Sheet:
    """Read a record; a wrong seal is a fault, none is not."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Sheet()
    except json.JSONDecodeError as error:
        return Sheet(fault="not readable as JSON", line=error.lineno, column=error.colno)
    except (*_BROKEN, UnicodeDecodeError, RecursionError) as error:
        return Sheet(fault=f"not readable ({getattr(error, 'strerror', None) or type(error).__name__})")
    if not isinstance(content, dict):
        return Sheet(fault="no mapping at the top", line=1, column=1)
    if SEAL in content and content[SEAL] != _seal(content):
        return Sheet(fault="changed since it was written")
    return Sheet(content)


def fingerprints(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return size and checksum of files, by their names relative to a folder."""
    return {
        name: {"bytes": (folder / name).stat().st_size, "sha256": _checksum(folder / name)} for name in names
    }


def fault(
    folder: Path | zipfile.Path, files: Mapping[str, Mapping[str, Any]], *, thorough: bool = True
) -> str:
    """Return the first thing that is wrong with files of a folder, or nothing.

    Args:
        folder: where they are.
        files: what :func:`fingerprints` said of them when they were written.
        thorough: compare checksums, too, not only sizes.
    """
    for name, known in files.items():
        path = folder / name
        try:
            size = _size(path)
            if size != known["bytes"]:
                return f"{name} has {size} bytes instead of {known['bytes']}"
            if thorough and _checksum(path) != known["sha256"]:
                return f"{name} has another checksum than when it was written"
        except FileNotFoundError:
            return f"{name} is missing"
        except _BROKEN as error:
            return f"{name} cannot be read ({getattr(error, 'strerror', None) or error})"
    return ""


def _size(path: Path | zipfile.Path) -> int:
    if isinstance(path, Path):
        return path.stat().st_size
    try:
        return path.root.getinfo(path.at).file_size
    except KeyError:
        raise FileNotFoundError(path.name) from None


def _checksum(path: Path | zipfile.Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]


def _seal(record: Mapping[str, Any]) -> str:
    rest = {key: value for key, value in record.items() if key != SEAL}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
