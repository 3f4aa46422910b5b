"""Flow and detachment in rills (WEPP)."""

from __future__ import annotations

import math

from numba import njit

from ..constants import GRAVITY_M_S2, WATER_DENSITY_KG_M3
from ..kernel_elementary import power

RILL_WIDTH_COEFFICIENT = 1.13
RILL_WIDTH_EXPONENT = 0.303
"""Width in m from discharge in m3 s-1 (Gilley et al. 1990)."""
SOIL_FRICTION = 1.11
"""Darcy-Weisbach friction of bare soil in a rill (WEPP chapter 10, Gilley & Weltz 1995)."""


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def relative_depth(wide_channel_cube: float) -> float:
    """Return x = 2 depth / width of a rectangular rill, the root of x^3 = c (1 + x).

    Darcy-Weisbach with the hydraulic radius w h / (w + 2 h). One step of Halley's method from the
    first two terms of the series in c^(1/3): within 5e-7 for rills up to 0.6 times as deep as wide
    and 6e-5 up to 1.8 times (WEPP iterates to 5e-6).
    """
    c = wide_channel_cube
    y = power(c, 1.0 / 3.0)
    x = y + y * y / 3.0
    value = x * x * x - c * (1.0 + x)
    slope = 3.0 * x * x - c
    return x - value * slope / (slope * slope - 3.0 * x * value)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def rill_flow(
    discharge_m2_s: float, slope: float, rill_spacing_m: float, friction_factor: float
) -> tuple[float, float, float, float]:
    """Return depth (m), width (m), hydraulic radius (m) of a rill and shear (Pa) on its soil.

    The rill gathers the discharge of one spacing. Width: Gilley et al. 1990, at most the spacing.
    Shear: WEPP (Foster et al. 1995, eq. 11.3.9), the part that acts on soil, not on plants.

    Parameters
    ----------
    discharge_m2_s : float
        Per width of slope, positive.
    slope : float
        Tangent, positive.
    friction_factor : float
        Darcy-Weisbach friction of soil and plants together, at least `SOIL_FRICTION`.
    """
    rill_discharge = discharge_m2_s * rill_spacing_m
    width = min(RILL_WIDTH_COEFFICIENT * power(rill_discharge, RILL_WIDTH_EXPONENT), rill_spacing_m)
    sine = slope / math.sqrt(1.0 + slope * slope)
    squared = rill_discharge * rill_discharge * friction_factor
    square = width * width
    x = relative_depth(squared / (GRAVITY_M_S2 * sine * square * square * width))
    depth = 0.5 * x * width
    radius = depth / (1.0 + x)
    weight = WATER_DENSITY_KG_M3 * GRAVITY_M_S2
    return depth, width, radius, weight * radius * sine * SOIL_FRICTION / friction_factor


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def rill_detachment_capacity(
    erodibility_s_m: float, shear_pa: float, critical_shear_pa: float
) -> float:
    """Return detachment by clear water, kg m-2 s-1 of rill bed (WEPP eq. 11.2.4)."""
    return erodibility_s_m * max(shear_pa - critical_shear_pa, 0.0)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def deposition_coefficient(
    turbulence: float, fall_velocity_m_s: float, rill_discharge_m2_s: float
) -> float:
    """Return the rate in m-1 at which load above capacity settles (WEPP eq. 11.2.5).

    ``rill_discharge_m2_s`` is per width of rill, positive.
    """
    return turbulence * fall_velocity_m_s / rill_discharge_m2_s
