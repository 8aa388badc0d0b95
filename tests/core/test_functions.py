"""Own exponentials, logarithms and powers: exact, right at the edges, the same in all forms."""

import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import njit

from sim.core import formulas
from sim.core.functions import exp, expm1, log, log1p, power

ROOT = Path(__file__).resolve().parents[2]
EXACT = Context(prec=50, Emax=99_999, Emin=-99_999)
RNG = np.random.default_rng(20_261_129)  # tests only; the model has keyed draws
INF, NAN = np.inf, np.nan


def _error(found: np.ndarray, exact: list[Decimal]) -> float:
    """Return the largest error in units in the last place of the exact value."""
    errors = [abs(Decimal(ours) - true) for ours, true in zip(found.tolist(), exact, strict=True)]
    places = [Decimal(float(np.spacing(abs(float(true))))) for true in exact]
    return max(float(error / place) for error, place in zip(errors, places, strict=True))


def _exact_expm1(x: Decimal) -> Decimal:
    return EXACT.subtract(EXACT.exp(x), 1)


def _exact_log1p(x: Decimal) -> Decimal:
    return EXACT.ln(EXACT.add(x, 1))


def _spread(*parts: tuple[float, float]) -> np.ndarray:
    return np.concatenate([RNG.uniform(low, high, 1_500) for low, high in parts])


@pytest.mark.parametrize(
    ("ours", "exact", "x", "most"),
    [
        (exp, EXACT.exp, _spread((-708, 709), (-2, 2), (-1e-3, 1e-3)), 0.56),
        (exp, EXACT.exp, _spread((-744, -708)), 1.0),  # subnormal
        (expm1, _exact_expm1, _spread((-39, 39), (-1, 1), (-1e-3, 1e-3)), 1.1),
        (log, EXACT.ln, np.exp(_spread((-708, 709), (-1, 1))), 0.51),
        (log, EXACT.ln, 1.0 + _spread((-0.02, 0.02), (-1e-6, 1e-6)), 0.51),
        (log, EXACT.ln, _spread((0.0, 1e-310)), 0.51),  # of subnormals
        (log1p, _exact_log1p, _spread((-0.999, 3), (-0.02, 0.02), (0, 1e9)), 1.0),
        (log1p, _exact_log1p, np.exp(_spread((-40, -3))), 1.1),
    ],
)  # fmt: skip
def test_functions_are_exact_to_the_last_place(
    ours: Callable, exact: Callable, x: np.ndarray, most: float
) -> None:
    assert _error(ours(x), [exact(Decimal(v)) for v in x.tolist()]) < most


def test_powers_are_exact_to_the_last_place() -> None:
    x = np.concatenate([np.exp(_spread((-5, 5), (-300, 300))), 1.0 + _spread((-1e-3, 1e-3))])
    y = np.concatenate([_spread((-3, 3), (-2, 2)), RNG.uniform(-6e5, 6e5, 1_500)])
    logs = [EXACT.ln(Decimal(value)) for value in x.tolist()]
    exact = [EXACT.exp(EXACT.multiply(Decimal(b), a)) for a, b in zip(logs, y.tolist(), strict=True)]
    assert _error(power(x, y), exact) < 0.52


EDGES = [0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, INF, NAN, 5e-324, 1e308, -1e308, 709.9, -745.2]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy's, of the comparison
def test_edges_are_those_of_the_standard() -> None:
    for ours, standard in (exp, np.exp), (expm1, np.expm1), (log, np.log), (log1p, np.log1p):
        assert np.allclose(ours(EDGES), standard(EDGES), rtol=1e-15, atol=0.0, equal_nan=True)
    base, exponent = np.meshgrid(EDGES, EDGES)
    assert np.allclose(power(base, exponent), np.power(base, exponent), rtol=3e-16, atol=0.0, equal_nan=True)
    assert exp(-INF) == 0.0
    assert power(-INF, 3.0) == -INF


def test_simple_powers_are_exactly_what_they_say() -> None:
    x = RNG.uniform(0.0, 100.0, 500)
    assert np.array_equal(power(x, 1.0), x)
    assert np.array_equal(power(x, 2.0), x * x)
    assert np.array_equal(power(x, 0.5), np.sqrt(x))
    assert np.array_equal(power(x, 0.0), np.ones(500))


def test_numbers_arrays_and_kernels_agree_bit_for_bit() -> None:
    @njit
    def inside(x: float, y: float) -> tuple[float, ...]:
        return exp(x), expm1(x), log(y), log1p(y), power(y, x)

    x, y = _spread((-3, 3)), _spread((0, 9))
    arrays = exp(x), expm1(x), log(y), log1p(y), power(y, x)
    for i in range(200):
        alone = exp(x[i]), expm1(x[i]), log(y[i]), log1p(y[i]), power(y[i], x[i])
        assert alone == inside(x[i], y[i]) == tuple(array[i] for array in arrays)


@pytest.mark.parametrize("y", [-400.0, -1.5, 0.0, 1e-9, 0.3, 0.5, 1.0, 2.0, 7.7, INF])
def test_an_unusual_number_sends_an_array_another_way_to_the_same_bits(y: float) -> None:
    @njit
    def inside(x: float) -> tuple[float, ...]:
        return exp(x), log(x), power(x, y)

    for x in np.exp(_spread((-1, 1))), np.exp(_spread((-707, 709))), _spread((-700, 700)):
        among = np.append(x, NAN)
        for usual, mixed in (exp(x), exp(among)), (log(x), log(among)), (power(x, y), power(among, y)):
            assert usual.tobytes() == mixed[:-1].tobytes()
        alone = np.array([inside(one) for one in x[:100]])
        assert alone.T.tobytes() == np.array([exp(x), log(x), power(x, y)])[:, :100].tobytes()


def test_inside_a_kernel_every_number_of_an_array_has_its_own_exponent() -> None:
    @njit
    def inside(x: Any, y: Any) -> Any:
        return power(x, y)

    x, y = np.append(np.exp(_spread((-300, 300))), [0.0, 0.0, INF, NAN, 3.0]), _spread((-3, 3))
    y = np.append(np.round(2.0 * y) / 2.0 + (np.arange(y.size) % 2) * 0.1, [0.0, 1.0, -1.0, 2.0, NAN])
    alone = np.array([inside(*pair) for pair in zip(x, y, strict=True)])
    assert inside(x, y).tobytes() == alone.tobytes() == power(x, y).tobytes()


def test_shapes_are_kept_and_broadcast_and_inputs_left_alone() -> None:
    x = RNG.uniform(0.1, 2.0, (3, 4, 2))
    kept = x.copy()
    assert np.array_equal(exp(x.T), exp(x).T)
    assert power(x[:, :, 0], x[:1, :, 1]).shape == (3, 4)
    assert np.array_equal(power(x[:, 0, 0], x[0, 0, 0]), power(x[:, 0, 0], np.full(3, x[0, 0, 0])))
    assert isinstance(exp(1), float)
    assert isinstance(power(2, 3), float)
    assert np.array_equal(x, kept)


def test_uncompiled_powers_are_those_of_the_kernels() -> None:
    x, y = np.exp(_spread((-5, 5))), _spread((0.1, 3))
    assert np.array_equal(formulas.power(x, y), power(x, y))
    assert formulas.power(np.zeros(2), 0.3).tolist() == [0.0, 0.0]


FUSED = """
import re
import numpy as np
import llvmlite.binding as llvm
from sim.core import functions, products

llvm.initialize_all_targets()
llvm.initialize_all_asmprinters()
functions._power(2.0, 0.3)
functions.power(np.ones(9), 0.3)
products.product(np.ones((5, 5)), np.ones((5, 5)))
code = "".join(functions._power.inspect_llvm().values())
code = re.sub(r'"target-(cpu|features)"="[^"]*"', "", re.sub("target (triple|datalayout) = .*", "", code))
arm = llvm.Target.from_triple("aarch64-unknown-linux-gnu").create_target_machine(opt=3)
for text in (
    "".join(functions._power.inspect_asm().values()),
    "".join(functions._power_all.inspect_asm().values()),
    "".join(products._rows_by_columns.inspect_asm().values()),
    arm.emit_assembly(llvm.parse_assembly(code)),
):
    print(len(re.findall("mulsd|mulpd|fmul", text)) > 3, re.findall("fn?m(?:add|sub|la|ls)", text))
"""


@pytest.mark.slow
def test_nothing_is_fused_here_or_on_arm(tmp_path: Path) -> None:
    """A product and a sum in one instruction round once, not twice: other bits than elsewhere."""
    fresh = os.environ | {
        "CLUSTERLAB_CACHE": str(tmp_path)
    }  # numba shows no code that it did not compile itself
    command = [sys.executable, "-c", FUSED]
    done = subprocess.run(command, cwd=ROOT, env=fresh, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["True []"] * 4


def test_the_bits_never_change() -> None:
    """Recorded results depend on these bits; a change here must be marked in CHANGELOG.md."""
    found = [exp(1.1), expm1(0.1), log(1.1), log1p(0.1), power(1.1, 2.2)]
    assert [value.hex() for value in found] == [
        "0x1.808883244d593p+1",
        "0x1.aec7b35a00d3ap-4",
        "0x1.8663f793c46ccp-4",
        "0x1.8663f793c46c7p-4",
        "0x1.3bb8a6a77cb2dp+0",
    ]
