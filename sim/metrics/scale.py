"""What a reader must know about numbers at a small ``scale``: which of them move with it."""

from __future__ import annotations

from sim.world.populate import weights

SHARED_ROWS = (
    "output_at_risk", "dry_powder", "weak_link_capital",
    "pioneer_share", "little_giants", "listings", "relative_quality",
    "import_dependence", "private_basic", "returns_by_deal", "sme_share",
)  # fmt: skip
"""Metrics whose level at scale 0.01, two firms a row, is not that at 0.1, the worst first (``make scale``).

At 0.02, with one firm a row, none moves.
"""


def scale_warnings(scale: float) -> tuple[str, ...]:
    """Return what a reader must know about results at this scale."""
    future, host = weights(scale)
    out = []
    if future > 1:
        worst = ", ".join(SHARED_ROWS[:5])
        out.append(
            f"scale {scale:g}: {future} firms share a row and its luck, which moves the level of "
            f"{len(SHARED_ROWS)} outcomes by more than 5 % (most: {worst}); use 0.02 or more"
        )
    if scale < 0.01:
        out.append(
            f"scale {scale:g}: a talent row stands for {host} persons; rare events and small industries are "
            "coarse, use 0.02 or more for results to report"
        )
    return tuple(out)
