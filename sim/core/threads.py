"""Numerical libraries use one thread: many small products are slower on several, and a run is its own."""

from __future__ import annotations

import os

THREADS = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""Environment variables that bound the threads of numerical libraries."""


def single_threaded(*, whatever_was_said: bool = False) -> None:
    """Make numerical libraries that are not imported yet use one thread, unless the caller said otherwise."""
    for name in THREADS:
        if whatever_was_said or name not in os.environ:
            os.environ[name] = "1"
