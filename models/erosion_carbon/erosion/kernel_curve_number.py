"""Runoff by the curve number of the Soil Conservation Service, with the day's soil moisture."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from ..soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M

FloatArray = npt.NDArray[np.float64]

RETENTION_SCALE_M = 0.254
"""S = 254 (100 / CN - 1) in mm (USDA-NRCS 2004, chapter 10)."""
SATURATED_RETENTION_M = 2.54e-3
"""Curve number 99, taken for saturated soil (Neitsch et al. 2011, SWAT, section 2:1.1)."""
FROZEN_RETENTION_1_M = 0.862
"""0.000862 mm-1 (Neitsch et al. 2011, SWAT, Eq. 2:1.1.10)."""


@njit(cache=True, nogil=True)
def retention_m(curve_number: float) -> float:
    """Return the potential retention S of a curve number of 0 to 100."""
    return RETENTION_SCALE_M * (100.0 / curve_number - 1.0)


@njit(cache=True, nogil=True)
def runoff_of_retention_m(rain_m: float, retention_m: float, abstraction_share: float) -> float:
    """Return Q = (P - Ia)^2 / (P - Ia + S) with Ia a share of S."""
    excess_m = rain_m - abstraction_share * retention_m
    if excess_m <= 0.0:
        return 0.0
    # In this order it never exceeds the rain, not even by rounding.
    return excess_m * (excess_m / (excess_m + retention_m))


@njit(cache=True, nogil=True)
def curve_number_runoff_m(rain_m: float, curve_number: float, abstraction_share: float) -> float:
    """Return the runoff of a storm (USDA-NRCS 2004, National Engineering Handbook 630, ch. 10)."""
    return runoff_of_retention_m(rain_m, retention_m(curve_number), abstraction_share)


@njit(cache=True, nogil=True)
def dry_curve_number(curve_number: float) -> float:
    """Return the number of dry soil, CN1, from that of average moisture (SWAT, Eq. 2:1.1.4)."""
    gap = 100.0 - curve_number
    return curve_number - 20.0 * gap / (gap + math.exp(2.533 - 0.0636 * gap))


@njit(cache=True, nogil=True)
def wet_curve_number(curve_number: float) -> float:
    """Return the number of wet soil, CN3, from that of average moisture (SWAT, Eq. 2:1.1.5)."""
    return curve_number * math.exp(0.00673 * (100.0 - curve_number))


@njit(cache=True, nogil=True)
def moist_retention_m(
    curve_number: float, water_m: float, field_capacity_m: float, saturated_m: float
) -> float:
    """Return S of soil that holds `water_m` above wilting (Neitsch et al. 2011, Eq. 2:1.1.6).

    S is that of CN1 at wilting, of CN3 at field capacity and of CN 99 in saturated soil, along
    S_max (1 - W / (W + exp(w1 - w2 W))). The slope w2 is held at 0 where CN3 is 99 or more,
    else S would rise with moisture.

    Parameters
    ----------
    curve_number : float
        Of average moisture.
    water_m, field_capacity_m, saturated_m : float
        Depths of water above wilting point; now, at field capacity and at saturation.
    """
    most_m = retention_m(dry_curve_number(curve_number))
    wet_m = retention_m(wet_curve_number(curve_number))
    if wet_m <= 0.0:
        return 0.0
    if water_m <= 0.0:
        return most_m
    # In terms of odds o = S / (S_max - S): ln(W o) = w1 - w2 W.
    at_capacity = math.log(field_capacity_m * wet_m / (most_m - wet_m))
    saturated_odds = SATURATED_RETENTION_M / max(most_m - SATURATED_RETENTION_M, 1e-9)
    at_saturation = math.log(saturated_m * saturated_odds)
    w2 = max((at_capacity - at_saturation) / (saturated_m - field_capacity_m), 0.0)
    w1 = at_capacity + w2 * field_capacity_m
    return most_m * (1.0 - water_m / (water_m + math.exp(w1 - w2 * water_m)))


@njit(cache=True, nogil=True)
def frozen_retention_m(retention_m: float, most_m: float, frozen_share: float) -> float:
    """Return S of soil of which a share is frozen (Neitsch et al. 2011, Eq. 2:1.1.10).

    SWAT takes soil as frozen or not; between them S is taken in proportion.
    """
    frozen_m = min(most_m * -math.expm1(-FROZEN_RETENTION_1_M * retention_m), retention_m)
    return (1.0 - frozen_share) * retention_m + frozen_share * frozen_m


@njit(cache=True, nogil=True)
def depth_above_m(content: FloatArray, depth_m: float) -> float:
    """Return the water of the soil above a depth, from the contents of the layers."""
    total_m = 0.0
    for k in range(content.size):
        top_m = LAYER_BOTTOM_M[k] - LAYER_THICKNESS_M[k]
        if top_m >= depth_m:
            break
        total_m += content[k] * (min(LAYER_BOTTOM_M[k], depth_m) - top_m)
    return total_m


@njit(cache=True, nogil=True)
def retention_of_day_m(
    curve_number: float,
    water: FloatArray,
    ice_fraction: FloatArray,
    contents: tuple[float, float, float],
    moisture_depth_m: float,
    frost_depth_m: float,
) -> float:
    """Return S of a soil column from its water and ice.

    Parameters
    ----------
    curve_number : float
        Of average moisture.
    water, ice_fraction : array (10,)
        Volumetric water content, ice included, and the share of it that is ice.
    contents : tuple of float
        Wilting point, field capacity and porosity, m3 m-3.
    moisture_depth_m, frost_depth_m : float
        Depths over which water and ice are counted.
    """
    wilting, capacity, porosity = contents
    water_m = depth_above_m(water, moisture_depth_m) - wilting * moisture_depth_m
    moist_m = moist_retention_m(
        curve_number,
        water_m,
        (capacity - wilting) * moisture_depth_m,
        (porosity - wilting) * moisture_depth_m,
    )
    frozen_share = depth_above_m(ice_fraction, frost_depth_m) / frost_depth_m
    most_m = retention_m(dry_curve_number(curve_number))
    return frozen_retention_m(moist_m, most_m, frozen_share)
