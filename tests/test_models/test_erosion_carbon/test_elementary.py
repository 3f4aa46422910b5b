"""Exponential, logarithm and power in vector code against the C library."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit

from models.erosion_carbon.kernel_elementary import (
    exponential,
    logarithm,
    power,
    share_lost_after,
)

TWO_ULP = 4.5e-16


@given(st.floats(-700.0, 700.0))
def test_exponential_is_right_to_two_units_in_the_last_place(x: float) -> None:
    assert exponential(x) == pytest.approx(math.exp(x), rel=TWO_ULP, abs=0.0)


@given(st.floats(-1.0, 700.0))
def test_share_lost_keeps_its_digits(x: float) -> None:
    assert share_lost_after(x) == pytest.approx(-math.expm1(-x), rel=2 * TWO_ULP, abs=0.0)


@given(st.floats(1e-300, 1e300))
def test_logarithm_is_right_to_two_units_in_the_last_place(x: float) -> None:
    assert logarithm(x) == pytest.approx(math.log(x), rel=TWO_ULP, abs=0.0)


@given(st.floats(-0.3, 0.3).filter(lambda x: abs(x) > 1e-15))
def test_logarithm_keeps_its_digits_near_one(x: float) -> None:
    assert logarithm(1.0 + x) == pytest.approx(math.log(1.0 + x), rel=2 * TWO_ULP, abs=0.0)


def test_exponential_of_zero_and_logarithm_of_one_are_exact() -> None:
    assert exponential(0.0) == 1.0
    assert logarithm(1.0) == 0.0


def test_large_exponents_neither_overflow_nor_underflow() -> None:
    assert 0.0 < exponential(-1e6) < 1e-300
    assert 1e300 < exponential(1e6) < math.inf


@given(st.floats(1e-6, 1e6), st.floats(-10.0, 10.0))
def test_power_is_that_of_the_library(base: float, exponent: float) -> None:
    assert power(base, exponent) == pytest.approx(base**exponent, rel=1e-13)


@njit
def _exponentials(x: npt.NDArray[np.float64], out: npt.NDArray[np.float64]) -> None:
    for k in range(x.size):
        out[k] = exponential(x[k])


def test_vector_code_gives_the_same_bits_as_scalar_code() -> None:
    x = np.random.default_rng(0).uniform(-50.0, 50.0, 1000)
    together = np.empty_like(x)
    _exponentials(x, together)
    assert together.tolist() == [exponential(each) for each in x]
