"""The exact hydrograph of a plane under steady rain, to judge the numerical one.

Henderson & Wooding 1964, J. Geophys. Res. 69:1531-1540.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .kernel_kinematic_wave import WAVE_EXPONENT

FloatArray = npt.NDArray[np.float64]
_BISECTIONS = 200


def equilibrium_time_s(
    length_m: float, slope: float, manning_s_m13: float, rain_m_s: float
) -> float:
    """Return the time (s) after which the whole plane contributes."""
    alpha = np.sqrt(slope) / manning_s_m13
    return float((length_m / (alpha * rain_m_s ** (WAVE_EXPONENT - 1.0))) ** (1.0 / WAVE_EXPONENT))


def exact_discharge(
    time_s: FloatArray,
    length_m: float,
    slope: float,
    manning_s_m13: float,
    rain_m_s: float,
    rain_duration_s: float,
) -> FloatArray:
    """Return the flow per width (m2 s-1) at the foot of a plane without infiltration.

    Rise alpha (i t)^m, plateau i L, and after the rain L = q/i + m alpha^(1/m) q^((m-1)/m) (t - D).

    Parameters
    ----------
    time_s : array (n,)
        Since rain began.
    length_m, slope, manning_s_m13 : float
        Of the plane.
    rain_m_s, rain_duration_s : float
        Steady rain, which lasts at least until equilibrium.

    Raises
    ------
    ValueError
        If the rain ends before equilibrium: that hydrograph has another shape.
    """
    if rain_duration_s < equilibrium_time_s(length_m, slope, manning_s_m13, rain_m_s):
        raise ValueError("the exact hydrograph here is that of rain until equilibrium")
    alpha = np.sqrt(slope) / manning_s_m13
    plateau = rain_m_s * length_m
    rise = np.minimum(alpha * (rain_m_s * time_s) ** WAVE_EXPONENT, plateau)
    after_s = np.maximum(time_s - rain_duration_s, 0.0)
    lower, upper = np.zeros_like(time_s), np.full_like(time_s, plateau)
    for _ in range(_BISECTIONS):
        q = 0.5 * (lower + upper)
        speed = WAVE_EXPONENT * alpha ** (1.0 / WAVE_EXPONENT) * q ** (1.0 - 1.0 / WAVE_EXPONENT)
        beyond = q / rain_m_s + speed * after_s > length_m
        upper, lower = np.where(beyond, q, upper), np.where(beyond, lower, q)
    return np.where(after_s > 0.0, upper, rise)
