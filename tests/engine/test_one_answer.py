"""One scenario in processes that are told to be other machines: state and results have the same bits."""

import math
import sys

import numpy as np
import pytest

from sim.reference import bits

SHORT = ("top_level_design", "china-31", "2023-Q4")


@pytest.mark.slow
def test_bits_do_not_depend_on_blas_numpy_c_library_or_threads() -> None:
    machines = (
        ("as the machine is",),
        ("OpenBLAS for Nehalem", "numpy without AVX-512"),
        ("OpenBLAS for Haswell", "BLAS on two threads"),
        ("OpenBLAS for Skylake-X",),
        ("numpy without AVX2 and FMA", "C library without AVX2 and FMA"),
    )
    answers = {}
    for names in machines:
        setting = {key: value for name in names for key, value in bits.SETTINGS[name].items()}
        answers[names] = tuple(bits.measure(sys.executable, setting, *SHORT))
    assert len(set(answers.values())) == 1, answers


@pytest.mark.slow
def test_the_opening_of_the_real_zones_is_the_same_everywhere() -> None:
    opening = ("baseline", "china-178", "2023-Q1")
    old = bits.SETTINGS[bits.OLD] | {"NUMBA_CPU_NAME": "", "NUMBA_CPU_FEATURES": ""}
    old = {name: value for name, value in old.items() if value}
    assert bits.measure(sys.executable, old, *opening) == bits.measure(sys.executable, {}, *opening)


@pytest.mark.study
@pytest.mark.parametrize("setting", ["kernels for any x86-64", "kernels for Haswell", bits.OLD])
def test_bits_do_not_depend_on_what_kernels_are_compiled_for(setting: str) -> None:
    here = bits.measure(sys.executable, {}, *SHORT)
    assert bits.measure(sys.executable, bits.SETTINGS[setting], *SHORT) == here


def test_a_hash_sees_every_bit() -> None:
    one = {"a": np.array([1.0, 2.0]), "b": [1.0, None, "word"], "c": {"d": 3}}
    others = (
        {"a": np.array([1.0, np.nextafter(2.0, 3.0)])},
        {"b": [math.nextafter(1.0, 2.0), None, "word"]},
        {"c": {"d": 4}},
        {"c": {"e": 3}},
    )
    assert len({bits.digest(one), *(bits.digest(one | other) for other in others)}) == 5
    assert bits.digest(one) == bits.digest(dict(one))
