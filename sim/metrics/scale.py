"""What a reader must know about numbers at a small ``scale``: which of them move with it."""

from __future__ import annotations

from sim.world.populate import weights

SHARED_ROWS = ("pioneer_share",)
"""Metrics whose level at scale 0.01, two firms a row, is not that at 0.1, the worst first (``make scale``).

At 0.02, with one firm a row, none moves.
"""


def scale_warnings(scale: float) -> tuple[str, ...]:
    """Return what a reader must know about results at this scale."""
    future, host = weights(scale)
    out = []
    if future > 1:
        moved = ", ".join(SHARED_ROWS)
        out.append(
            f"scale {scale:g}: {future} firms share a row and its luck, except the largest tenth of a place; "
            f"at 0.01 the level of {moved} moves by more than 5 %; use 0.02 or more for results to report"
        )
    if scale < 0.01:
        out.append(
            f"scale {scale:g}: a talent row stands for {host} persons; rare events and small industries are "
            "coarse, use 0.02 or more for results to report"
        )
    return tuple(out)
