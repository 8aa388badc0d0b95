"""Screening: most draws are told from a chance by their bits alone, before they are worked out."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.jit import kernel

KEYS = float(1 << 64)


@kernel
def highest_key(chance: Any) -> Any:
    """Return a key that no draw below ``chance`` exceeds, and hardly any other does not.

    Keys as ``draws.key`` returns them, draws as ``draws.uniform``.
    """
    above = 1.000001 * chance + 1e-12
    return np.uint64(above * KEYS) if above < 1.0 else np.uint64(0xFFFFFFFFFFFFFFFF)
