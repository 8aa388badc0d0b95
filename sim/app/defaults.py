"""Where and for how many the page is served unless the caller says otherwise."""

from __future__ import annotations

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8765
DEFAULT_PAIRS = 8
"""Pairs of runs behind an exact answer."""
DEFAULT_SEATS = 20
"""Sessions that may have a model at once."""
GRACE = "60s"
"""How long the session of a browser that vanished without a word is kept for its return."""
