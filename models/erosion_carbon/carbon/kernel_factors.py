"""Compiled temperature and moisture factors of decomposition.

Bases differ and must not be mixed: IBIS decomposes relative to 15 degC, Lu et al. (2024) produce
and decay dissolved carbon relative to 0 degC, RothC relative to about 9.3 degC, MEND to 20 degC.
"""

from __future__ import annotations

from numba import njit

from ..kernel_elementary import exponential, power

# Lloyd & Taylor (1994), Funct. Ecol. 8:315-323, as IBIS uses it: 1 at 15 degC.
ACTIVATION_K = 344.0
LLOYD_TAYLOR_T0_K = 227.13
IBIS_REFERENCE_K = 288.16
ZERO_CELSIUS_K = 273.16
COLDEST_K = 237.13
HIGHEST_TEMPERATURE_FACTOR = 10.0
IBIS_REFERENCE_C = 15.0

# Lu et al. 2024, Eq. 9: water-filled pore space in percent.
PERCENT = 100.0
BEST_PORE_WATER_PERCENT = 60.0
DRY_WIDTH = 800.0
WET_SQUARE, WET_LINEAR, WET_CONSTANT = 0.00037, -0.0748, 4.13


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def temperature_factor(temperature_c: float) -> float:
    """Return f_T of IBIS: 1 at 15 degC, at most 10, held below -36 degC (Lloyd & Taylor 1994)."""
    kelvin = max(temperature_c + ZERO_CELSIUS_K, COLDEST_K)
    exponent = ACTIVATION_K * (
        1.0 / (IBIS_REFERENCE_K - LLOYD_TAYLOR_T0_K) - 1.0 / (kelvin - LLOYD_TAYLOR_T0_K)
    )
    return min(exponential(exponent), HIGHEST_TEMPERATURE_FACTOR)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def moisture_factor(water_filled_pore_percent: float) -> float:
    """Return W_s of Lu et al. 2024, Eq. 9; ice counts as water in the pores.

    The published polynomial steps from 1 to 0.974 at 60 %.
    """
    w = min(max(water_filled_pore_percent, 0.0), 100.0)
    short = w - BEST_PORE_WATER_PERCENT
    dry = exponential(-short * short / DRY_WIDTH)
    wet = WET_SQUARE * w * w + WET_LINEAR * w + WET_CONSTANT
    return dry if short < 0.0 else wet


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def dissolved_temperature_factor(temperature_c: float, q10: float) -> float:
    """Return T_s of Lu et al. 2024, Eq. 8: 1 at 0 degC, so that its rates are rates at 0 degC."""
    return power(q10, temperature_c / 10.0)
