"""What holds for a whole run is worked out once, not every quarter."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def constant(function: Function) -> Function:
    """Keep the array, or the tuple, that a function returned last, while it is given the same things.

    For functions of what never changes during a run, as parameters and geography: the same objects,
    equal numbers.

    >>> calls = []
    >>> twice = constant(lambda x, n: calls.append(n) or n * x)
    >>> x = np.ones(2)
    >>> twice(x, 1.0), twice(x, 1.0), twice(x, 3.0), calls
    (array([1., 1.]), array([1., 1.]), array([3., 3.]), [1.0, 3.0])
    """
    last: list[tuple[tuple[Any, ...], Any]] = []

    @wraps(function)
    def kept(*given: Any) -> Any:
        if last:
            before, found = last[0]
            if all(one is was or _equal(one, was) for one, was in zip(given, before, strict=True)):
                return found
        found = function(*given)
        for part in found if isinstance(found, tuple) else (found,):
            if isinstance(part, np.ndarray):
                part.setflags(write=False)
        last[:] = [(given, found)]
        return found

    return kept  # type: ignore[return-value]


def _equal(one: Any, was: Any) -> bool:
    """Return whether two things are the same number."""
    return type(one) is type(was) and isinstance(one, (int, float)) and one == was
