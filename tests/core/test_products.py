"""Matrix products in one order, compiled or not; and the order in which numpy adds."""

import numpy as np
import pytest

from sim.core import formulas
from sim.core.products import product, total

RNG = np.random.default_rng(20_261_129)


@pytest.mark.parametrize(
    ("left", "right"),
    [((178, 178), (178, 21)), ((21, 6), (6, 178)), ((5, 7), (7,)), ((7,), (7, 3)), ((9,), (9,)),
     ((0, 3), (3, 2)), ((2, 0), (0, 2)), ((1, 1), (1, 1)), ((3, 5), (5, 0))],
)  # fmt: skip
def test_every_element_is_summed_from_first_to_last(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = RNG.normal(size=left), RNG.normal(size=right)
    rows, columns = np.atleast_2d(a), b if b.ndim > 1 else b[:, None]
    expected = np.zeros((rows.shape[0], columns.shape[1]))
    for k in range(len(b)):
        expected += rows[:, k, None] * columns[None, k, :]
    assert np.array_equal(product(a, b), expected.reshape(np.shape(a @ b)))
    assert np.array_equal(formulas.product(a, b), expected.reshape(np.shape(a @ b)))
    assert np.allclose(product(a, b), a @ b)


def test_views_of_any_order_and_kind_give_the_same() -> None:
    a, b = RNG.normal(size=(30, 20)), RNG.normal(size=(20, 30))
    assert np.array_equal(product(np.asfortranarray(a), b), product(a, b))
    assert np.array_equal(product(a[::2], b[:, ::-3]), product(a[::2].copy(), b[:, ::-3].copy()))
    frozen = a.copy()
    frozen.flags.writeable = False
    assert np.array_equal(product(frozen, b), product(a, b))
    lists = RNG.integers(0, 2, (6, 9)).astype(bool)
    assert np.array_equal(product(lists, lists.T), lists.astype(int) @ lists.T.astype(int))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"cannot multiply \(2, 3\) by \(2, 3\)"):
        product(np.ones((2, 3)), np.ones((2, 3)))


def _in_pairs(x: np.ndarray) -> float:
    """Return numpy's sum along a contiguous axis: eight running sums up to 128 numbers, halves beyond."""
    n = x.size
    if n < 8:
        return float(sum(x.tolist(), -0.0)) if n else 0.0
    if n <= 128:
        r = x[:8].copy()
        whole = n - n % 8
        for i in range(8, whole, 8):
            r += x[i : i + 8]
        total = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
        for value in x[whole:]:
            total += value
        return float(total)
    half = n // 2
    half -= half % 8
    return _in_pairs(x[:half]) + _in_pairs(x[half:])


@pytest.mark.parametrize("n", [1, 7, 8, 9, 21, 127, 128, 129, 178, 1_000, 8_191, 8_192, 100_003])
def test_numpy_adds_in_the_order_that_we_rely_on(n: int) -> None:
    x = RNG.normal(size=n) * np.exp(RNG.normal(size=n) * 5)
    assert float(x.sum()) == _in_pairs(x)
    assert float(x.mean()) == _in_pairs(x) / n
    assert total(x) == total(np.stack([x, x], axis=1)[:, 0]) == _in_pairs(x)
    table = RNG.normal(size=(n, 3))
    rows = np.zeros(3)
    for row in table:
        rows += row
    assert np.array_equal(table.sum(axis=0), rows)
    assert float(np.cumsum(x)[-1]) == float(np.add.accumulate(x)[-1])
