"""How much memory the process has needed so far."""

from __future__ import annotations

import sys


def peak() -> float:
    """Return the largest resident set of this process so far, MiB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return 0.0
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
