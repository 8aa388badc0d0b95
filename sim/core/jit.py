"""The one way to compile a kernel: single-threaded, releases the GIL, cached safely.

Numba's on-disk cache notices edits in a kernel's own file but not in kernels it imports, and
then returns wrong numbers silently.  So the cache folder is keyed by a hash of every source
file that may hold a kernel; an edit anywhere means a fresh folder.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

_SIM = Path(__file__).resolve().parents[1]


def source_hash() -> str:
    """Return a short hash of every source file that may hold a kernel."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}{numba.__version__}".encode())
    files = sorted(
        [*(_SIM / "core").rglob("*.py"), *(_SIM / "mechanisms").rglob("*.py")]
        + [*(_SIM / "world").rglob("*.py"), *(_SIM / "metrics").rglob("*.py"), _SIM / "engine.py"]
    )
    for path in files:
        digest.update(path.relative_to(_SIM).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """Return the folder of compiled kernels for the sources as they are now."""
    base = os.environ.get("CLUSTERLAB_CACHE") or os.environ.get("XDG_CACHE_HOME")
    root = Path(base) if base else Path.home() / ".cache"
    return root / "clusterlab" / source_hash()


numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` with the project's one set of options."""
    return numba.njit(nogil=True, cache=True, error_model="numpy")(function)
