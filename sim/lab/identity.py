"""What a run's numbers depend on: code version, scenario, seed, world and scale."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_SIM = Path(__file__).resolve().parents[1]
_ABOVE = frozenset(
    {"__init__.py", "__main__.py", "api.py", "model", "facts"}
    | {"odd", "lab", "cli", "app", "report", "reference"}
)
"""Modules and packages of the layers above the engine, which no run depends on; all others count."""
_LIBRARIES = ("numba", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class Identity:
    """Two runs with the same identity have the same numbers, bit for bit."""

    digest: str
    """Hash of the resolved scenario."""
    seed: int
    world: str
    scale: float
    source_hash: str
    """Hash of the code and data of layers 0 to 3 and of the numerical libraries' versions."""
    plugins: dict[str, str] = field(default_factory=dict)
    """Hashes of the modules that declare parts of somebody's own, by name."""

    def as_dict(self) -> dict[str, Any]:
        """Return the identity as it stands in ``run.json``."""
        return asdict(self)

    @property
    def key(self) -> str:
        """Return the name of its place in the store."""
        return key_of(self.as_dict())


def key_of(identity: Mapping[str, Any]) -> str:
    """Return a short hash of an identity without its seed: runs that share it differ by luck alone."""
    rest = {k: v for k, v in identity.items() if k != "seed"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()[:16]


@cache
def source_hash() -> str:
    """Return a hash of everything that can change a run's numbers, data files included.

    Python's version is not among it: 3.11, 3.12 and 3.13 give the same bits (``make bits``).
    """
    return _hash(_LIBRARIES, sources())


@cache
def facts_hash() -> str:
    """Return a hash of what reads facts out of a run's tables, which no run depends on."""
    return _hash((*_LIBRARIES, "pandas", "pyarrow"), sorted((_SIM / "facts").glob("*.py")))


def _hash(libraries: Iterable[str], files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for library in libraries:
        digest.update(f"{library} {_version(library)}".encode())
    for path in files:
        digest.update(path.relative_to(_SIM).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def sources() -> list[Path]:
    """Return the code and data that a run depends on, in order: all that is not above the engine."""
    parts = [path for path in _SIM.iterdir() if path.name not in _ABOVE]
    files = [file for part in parts for file in (part.rglob("*") if part.is_dir() else [part])]
    return sorted(file for file in files if file.suffix in {".py", ".csv"})


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
