"""What a reader must know about numbers at a small ``scale``: which of them move with it."""

from __future__ import annotations

from sim.world.populate import weights

DRIFTING = (
    "output_at_risk", "built_overcapacity", "pioneer_share", "duplicated_layouts",
    "listings", "little_giants", "returns_by_deal", "mergers",
    "zombie_share", "concentrated_industries", "dry_powder", "import_dependence",
    "contingent_liabilities", "relative_quality", "private_basic", "stranded_public_money",
    "returns_by_yuan", "price_index", "mean_duplicated_layouts", "krugman_index",
    "sme_share", "private_per_public", "profit_margin", "productivity",
    "value_added", "exits", "cost_per_value_added", "source_venture",
    "source_bank", "source_donation", "source_government", "top10_cluster_share",
    "entries",
)  # fmt: skip
"""Metrics whose level at scale 0.02 is not that at 0.1, the worst first, as measured by ``make scale``."""


def scale_warnings(scale: float) -> tuple[str, ...]:
    """Return what a reader must know about results at this scale."""
    future, host = weights(scale)
    out = []
    if future > 1:
        worst = ", ".join(DRIFTING[:5])
        out.append(
            f"scale {scale:g}: {future} firms share a row and its luck, which moves the level of "
            f"{len(DRIFTING)} outcomes by more than 5 % (most: {worst}); compare policies at one scale and "
            "confirm levels at 0.1"
        )
    if scale < 0.01:
        out.append(
            f"scale {scale:g}: a talent row stands for {host} persons; rare events and small industries are "
            "coarse, use 0.02 or more for results to report"
        )
    return tuple(out)
