"""One whole number from whatever Mesa and NumPy call a seed; it is kept, so every run can be repeated."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.core.errors import InputError, Problem

SEEDS = 2**31
"""Seeds are the whole numbers below this one, here as on the command line."""
ALLOWED = (
    f"a whole number from 0 to {SEEDS - 1}, or what numpy.random.default_rng takes: None, larger numbers, \
a list of them, a SeedSequence, a Generator"
)


def seed_from(source: Any) -> int:
    """Return the seed that a source stands for.

    A number in range is itself.  None draws a fresh one, a Generator its next one (so that models
    which share it differ).  All else is hashed by NumPy's ``SeedSequence``, always to the same number.

    Args:
        source: see ``ALLOWED``.

    Raises:
        InputError: it is none of these.

    >>> seed_from(7), seed_from(np.int64(7)), seed_from(np.random.SeedSequence(7))
    (7, 7, 7)
    """
    if source is None:
        return secrets.randbelow(SEEDS)
    if isinstance(source, np.random.SeedSequence):
        return _of_sequence(source)
    if isinstance(source, np.random.BitGenerator):
        source = np.random.Generator(source)
    if isinstance(source, np.random.Generator):
        return int(source.integers(SEEDS))
    numbers = _numbers(source)
    if numbers is None or min(numbers, default=-1) < 0:
        raise InputError(Problem("seed", 0, 0, f"{source!r} is not a seed", ALLOWED))
    return _of_sequence(np.random.SeedSequence(numbers if len(numbers) > 1 else numbers[0]))


def replication_seed(seed: int, replication: int) -> int:
    """Return the seed of one of several replications that were given the same seed."""
    return _of_sequence(np.random.SeedSequence((seed, replication)))


def _numbers(source: Any) -> list[int] | None:
    """Return the whole numbers of a number or a list of them; None if it is neither."""
    if isinstance(source, np.ndarray):
        source = source.tolist()
    items = source if isinstance(source, Sequence) and not isinstance(source, str | bytes) else [source]
    whole = all(isinstance(item, int | np.integer) and not isinstance(item, bool) for item in items)
    return [int(item) for item in items] if whole else None


def _of_sequence(sequence: np.random.SeedSequence) -> int:
    entropy: Any = sequence.entropy
    if isinstance(entropy, int) and entropy < SEEDS and not sequence.spawn_key:
        return entropy
    return int(sequence.generate_state(1)[0]) % SEEDS
