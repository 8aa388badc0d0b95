"""How much memory the process has needed so far."""

from __future__ import annotations

import sys

try:
    import resource
except ImportError:  # not on Windows
    resource = None
_UNIT = 2**20 if sys.platform == "darwin" else 2**10


def peak() -> float:
    """Return the largest resident set of this process so far, MiB; 0 where the system does not say."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _UNIT if resource else 0.0
