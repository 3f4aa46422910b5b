"""Exponential and logarithm as sums and products: in loops over cells they become vector code.

Calls into the C library stop the compiler from working on eight cells at once. Both are right to
within two units in the last place, and the same to the bit in vector and in scalar code.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

PER_LN_2 = 1.0 / math.log(2.0)
# ln 2 in two parts, the first with trailing zeros, so that whole multiples of it are exact
# (Cody & Waite 1980).
LN_2_HIGH = float.fromhex("0x1.62e42feep-1")
LN_2_LOW = 1.9082149292705877e-10
ROUNDING = 1.5 * 2.0**52
"""Added to a number below 2^51, it leaves the nearest integer in the lowest bits."""
ROUNDING_BITS = np.int64(0x4338000000000000)
LARGEST_EXPONENT = 708.0
EXPONENTIAL = tuple(1.0 / math.factorial(power) for power in range(14))
"""Coefficients of the Taylor series of e^r."""
LOGARITHM = tuple(2.0 / (2 * power + 1) for power in range(11))
"""Of ln((1 + s) / (1 - s)) / s as a series of s^2."""
FRACTION_BITS = np.int64(52)
FRACTION_MASK = np.int64((1 << 52) - 1)
ROOT_HALF_BITS = np.int64(0x3FE6A09E667F3BCD)


def reinterpretation(source: Any, target: Any) -> Any:
    """Return a compiled function that reads the bits of one type as another of its size."""

    def declare(typing_context: Any, number: Any) -> Any:  # noqa: ARG001 - numba's signature
        def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
            return builder.bitcast(arguments[0], context.get_value_type(target))

        return target(source), code

    return intrinsic(declare)


_bits = reinterpretation(types.float64, types.int64)
_from_bits = reinterpretation(types.int64, types.float64)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def exponential(x: float) -> float:
    """Return e^x; exponents beyond 708 count as 708.

    e^x = 2^n e^r with |r| <= ln(2) / 2, e^r by its Taylor series to r^13.
    """
    limited = min(max(x, -LARGEST_EXPONENT), LARGEST_EXPONENT)
    shifted = limited * PER_LN_2 + ROUNDING
    n = shifted - ROUNDING
    r = (limited - n * LN_2_HIGH) - n * LN_2_LOW
    series = EXPONENTIAL[13]
    for power in range(12, -1, -1):
        series = EXPONENTIAL[power] + r * series
    return float(_from_bits(_bits(series) + (_bits(shifted) << FRACTION_BITS)))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def share_lost_after(x: float) -> float:
    """Return 1 - e^-x, with all its digits where x is small; exponents beyond 708 count as 708.

    e^-x - 1 = 2^n (e^r - 1) + (2^n - 1) with |r| <= ln(2) / 2, e^r - 1 by its Taylor series.
    """
    limited = min(max(-x, -LARGEST_EXPONENT), LARGEST_EXPONENT)
    shifted = limited * PER_LN_2 + ROUNDING
    n = shifted - ROUNDING
    r = (limited - n * LN_2_HIGH) - n * LN_2_LOW
    series = EXPONENTIAL[13]
    for power in range(12, 0, -1):
        series = EXPONENTIAL[power] + r * series
    whole = _from_bits(_bits(1.0) + (_bits(shifted) << FRACTION_BITS))
    return float(-(whole * (r * series) + (whole - 1.0)))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def logarithm(x: float) -> float:
    """Return ln(x) of a positive, normal number; of others it returns nonsense.

    x = 2^n m with m between the roots of 1/2 and of 2, ln(m) = 2 artanh((m - 1) / (m + 1)).
    """
    bits = _bits(x) - ROOT_HALF_BITS
    n = _from_bits(ROUNDING_BITS + (bits >> FRACTION_BITS)) - ROUNDING
    m = _from_bits((bits & FRACTION_MASK) + ROOT_HALF_BITS)
    s = (m - 1.0) / (m + 1.0)
    square = s * s
    series = LOGARITHM[10]
    for power in range(9, -1, -1):
        series = LOGARITHM[power] + square * series
    return float(n * LN_2_HIGH + (n * LN_2_LOW + s * series))


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def logarithm_of_one_and(x: float) -> float:
    """Return ln(1 + x) for x above -1, with all its digits where x is small.

    What rounding takes from 1 + x it takes from its logarithm in proportion (Kahan).
    """
    whole = 1.0 + x
    rounded = whole - 1.0
    quotient = x * (logarithm(whole) / rounded)
    return quotient if rounded != 0.0 else x


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def power(base: float, exponent: float) -> float:
    """Return a positive number to a power."""
    return exponential(exponent * logarithm(base))
