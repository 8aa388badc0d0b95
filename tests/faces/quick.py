"""What the tests of models share: a small country, and a model that is stepped to its end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sim.model import ClusterModel

SHIPPED = Path(__file__).parents[2] / "scenarios"
QUICK: dict[str, Any] = {"world": "china-31", "scale": 0.002, "until": "2023-Q4"}
TALENT = SHIPPED / "talent_city.yaml"


def ended(model: ClusterModel) -> ClusterModel:
    """Step a model to its end."""
    while model.running:
        model.step()
    return model
