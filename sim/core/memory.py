"""How much memory the process has needed so far; what is freed is kept for the next step, or handed back."""

from __future__ import annotations

import ctypes
import sys
from functools import cache

try:
    import resource
except ImportError:  # not on Windows
    resource = None
_UNIT = 2**20 if sys.platform == "darwin" else 2**10
_TRIM, _MAP, _LARGE = -1, -3, 2**25
"""glibc's M_TRIM_THRESHOLD and M_MMAP_THRESHOLD, and the largest value of this."""


def peak() -> float:
    """Return the largest resident set of this process so far, MiB; 0 where the system does not say."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT if resource else 0.0


_HANDED_BACK: set[str] = set()
"""Why this process hands freed memory back."""


def hand_back(why: str) -> None:
    """Let freed memory go back to the system: a server of many sessions outlives their models."""
    _HANDED_BACK.add(why)


@cache
def keep_freed() -> None:
    """Let glibc keep freed memory: handed back, every large array of a step would cost its pages anew."""
    if not _HANDED_BACK and sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(_MAP, _LARGE)
        libc.mallopt(_TRIM, 2**30)
