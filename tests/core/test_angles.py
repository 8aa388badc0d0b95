"""Own sines and their inverses, held against numpy's in extended precision."""

import numpy as np
import pytest

from sim.core import angles

RNG = np.random.default_rng(20_261_129)
X, Y = RNG.normal(size=(2, 20_000))


@pytest.mark.skipif(np.finfo(np.longdouble).nmant < 60, reason="no extended precision on this processor")
@pytest.mark.parametrize(
    ("name", "given", "most"),
    [("sin", (7.0 * X,), 1.0), ("cos", (7.0 * X,), 1.0), ("arcsin", (np.tanh(X),), 1.0),
     ("arctan2", (Y, X), 1.5), ("radians", (100.0 * X,), 1.0), ("degrees", (3.0 * X,), 1.0)],
)  # fmt: skip
def test_angles_are_exact_to_the_last_place(name: str, given: tuple[np.ndarray, ...], most: float) -> None:
    found = getattr(angles, name)(*given)
    exact = getattr(np, name)(*(values.astype(np.longdouble) for values in given))
    assert float((np.abs(found - exact) / np.spacing(np.abs(exact.astype(float)))).max()) < most


def test_right_angles_are_right() -> None:
    assert angles.arctan2([0.0, 1.0, 0.0, -1.0, 0.0], [1.0, 0.0, -1.0, 0.0, 0.0]) == pytest.approx(
        [0.0, np.pi / 2, np.pi, -np.pi / 2, 0.0], abs=1e-300
    )
    assert angles.arcsin([0.0, 1.0, -1.0]) == pytest.approx([0.0, np.pi / 2, -np.pi / 2], rel=1e-15)
    assert angles.sin(0.0) == 0.0
    assert angles.cos(0.0) == 1.0
