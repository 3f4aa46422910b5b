"""How eroded soil falls apart, and how fast its pieces sink."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..constants import GRAVITY_M_S2

FloatArray = npt.NDArray[np.float64]

VISCOSITY_M2_S = 1.0e-6
"""Kinematic viscosity of water at 20 degC."""
CLAY, SILT, SMALL_AGGREGATE, LARGE_AGGREGATE, SAND = range(5)
SPECIFIC_GRAVITY = np.array([2.60, 2.65, 1.80, 1.60, 2.65])
DIAMETER_M = np.array([2e-6, 1e-5, np.nan, np.nan, 2e-4])
"""Of primary particles; those of aggregates grow with clay (Foster et al. 1985)."""


def size_classes(sand_percent: FloatArray, clay_percent: FloatArray) -> FloatArray:
    """Return mass shares of detached clay, silt, small and large aggregates and sand, (5, n).

    Foster et al. 1985, as in CREAMS and WEPP. Small aggregates hold no more than the silt there is.
    """
    sand, clay = sand_percent / 100.0, clay_percent / 100.0
    silt = np.maximum(1.0 - sand - clay, 0.0)
    aggregated = np.where(
        clay < 0.25, 1.8 * clay, np.where(clay < 0.5, 0.45 - 0.6 * (clay - 0.25), 0.6 * clay)
    )
    shares = np.empty((5, *clay.shape))
    shares[CLAY] = 0.26 * clay
    shares[SMALL_AGGREGATE] = np.minimum(aggregated, silt)
    shares[SILT] = silt - shares[SMALL_AGGREGATE]
    shares[SAND] = sand * (1.0 - clay) ** 5
    others = shares[CLAY] + shares[SILT] + shares[SMALL_AGGREGATE] + shares[SAND]
    shares[LARGE_AGGREGATE] = np.maximum(1.0 - others, 0.0)
    return shares


def class_diameters(clay_percent: FloatArray) -> FloatArray:
    """Return diameters in m of the five classes, (5, n) (Foster et al. 1985)."""
    clay = clay_percent / 100.0
    diameters = np.repeat(DIAMETER_M[:, None], len(clay), axis=1)
    grown = np.clip(0.2e-3 * (clay - 0.25) + 0.03e-3, 0.03e-3, 0.1e-3)
    diameters[SMALL_AGGREGATE] = grown
    diameters[LARGE_AGGREGATE] = np.maximum(0.3e-3, 2e-3 * clay)
    return diameters


def fall_velocity(diameter_m: FloatArray, specific_gravity: FloatArray) -> FloatArray:
    """Return the fall velocity in still water, m s-1 (Ferguson & Church 2004).

    Stokes' law for particles below 0.05 mm; slower above, where Stokes is up to twice too fast at
    0.2 mm.
    """
    buoyant = (specific_gravity - 1.0) * GRAVITY_M_S2
    velocity: FloatArray = (
        buoyant * diameter_m**2 / (18.0 * VISCOSITY_M2_S + np.sqrt(0.75 * buoyant * diameter_m**3))
    )
    return velocity


def effective_fall_velocity(sand_percent: FloatArray, clay_percent: FloatArray) -> FloatArray:
    """Return one fall velocity for the detached soil, m s-1.

    The geometric mean of the classes, weighted by mass: velocities span four decades, and the
    arithmetic mean would be that of sand alone.
    """
    velocity = fall_velocity(class_diameters(clay_percent), SPECIFIC_GRAVITY[:, None])
    mean_log: FloatArray = (size_classes(sand_percent, clay_percent) * np.log(velocity)).sum(axis=0)
    return np.exp(mean_log)


def transport_adjustment(sand_percent: FloatArray) -> FloatArray:
    """Return the factor of transport capacity for sandy soils, 1 to 0.3 (WEPP)."""
    excess = np.maximum(sand_percent / 100.0 - 0.5, 0.0)
    return 0.3 + 0.7 * np.exp(-12.52 * excess)
