"""What a run may be asked for, and what it gets where nothing is said."""

from __future__ import annotations

DEFAULT_SEED = 1
DEFAULT_SCALE = 0.02
"""Share of host firms and R&D workers that are simulated; firms of the 20 industries are one a row."""
LOWEST_SCALE = 0.002
PANELS = ("firms", "deals", "talent", "layout", "funds")
"""Microdata that a run collects on request."""
