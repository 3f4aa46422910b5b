"""Sediment yield of a storm by the modified universal soil loss equation (Williams 1975)."""

from __future__ import annotations

import math

from numba import njit

from ..constants import SECONDS_PER_HOUR
from ..weather.kernel_storm import exponential_share

YIELD_KG = 11_800.0
"""11.8 t for Q in m3, q_p in m3 s-1 and K in US customary units; in Williams' own, 95 short tons
for acre-feet and cubic feet per second."""
YIELD_EXPONENT = 0.56
TRIANGLE_PEAK = 0.75
"""Peak times time to peak over volume; the base of NRCS's triangle is 8/3 of its rise. With A in
km2, Q in mm and t_p in hours 0.75 becomes 0.208."""
LAG_SHARE = 0.6
"""Of the time of concentration, from the middle of the rain to the peak (USDA-NRCS 2010)."""

PEAK_RATIONAL, PEAK_TRIANGULAR = 0, 1
"""Laws of the peak."""


@njit(cache=True, nogil=True)
def musle_yield_kg(volume_m3: float, peak_m3_s: float, factors_us: float) -> float:
    """Return the sediment that leaves a catchment of 0.1 to 15 km2 in a storm.

    Parameters
    ----------
    volume_m3, peak_m3_s : float
        Of runoff.
    factors_us : float
        Product K LS C P, K in US customary units (that in SI is 7.59 times smaller).
    """
    return YIELD_KG * math.pow(volume_m3 * peak_m3_s, YIELD_EXPONENT) * factors_us


@njit(cache=True, nogil=True)
def rational_peak_m3_s(volume_m3: float, concentration_s: float, decay_h: float) -> float:
    """Return the peak by the rational formula as SWAT does, alpha_tc Q A / t_c.

    alpha_tc is the share of the day's rain in its heaviest time of concentration; of a storm that
    decays exponentially it is 1 - exp(-t_c / decay) (Neitsch et al. 2011, Eq. 2:1.3.19).
    """
    share = exponential_share(concentration_s / SECONDS_PER_HOUR, decay_h)
    return volume_m3 * share / concentration_s


@njit(cache=True, nogil=True)
def triangular_peak_m3_s(volume_m3: float, concentration_s: float, duration_s: float) -> float:
    """Return the peak of the triangular unit hydrograph of runoff that lasts `duration_s`."""
    return TRIANGLE_PEAK * volume_m3 / (0.5 * duration_s + LAG_SHARE * concentration_s)


@njit(cache=True, nogil=True)
def plane_concentration_s(length_m: float, resistance: float, runoff_m_s: float) -> float:
    """Return how long a plane takes to run in equilibrium with its rain.

    The kinematic wave's t_e = h_e / i, with h = r q^(3/5) and q = i L.
    """
    return resistance * math.pow(length_m, 0.6) * math.pow(runoff_m_s, -0.4)
