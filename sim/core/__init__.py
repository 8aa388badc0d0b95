"""Layer 0a: what every other layer stands on (no economics of its own, no I/O)."""
