"""Rainfall erosivity R of the USLE in MJ mm ha-1 h-1, from whatever rain is known."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..constants import SECONDS_PER_HOUR

FloatArray = npt.NDArray[np.float64]
EnergyLaw = Literal["rusle2", "rusle"]

MM_PER_M = 1000.0
LEAST_EROSIVE_DAY_MM = 10.0
"""Xie et al. 2016."""
WARM_COEFFICIENT, COLD_COEFFICIENT, DAILY_EXPONENT = 0.3937, 0.3101, 1.7265
"""Xie et al. 2016, May to September and October to April, of 16 stations in China."""
FIRST_WARM_MONTH, LAST_WARM_MONTH = 5, 9
WETTEST_POWER_LAW_MM, LARGEST_POWER_LAW_INDEX_MM = 850.0, 55.0
"""Annual rain and Fournier index up to which Renard and Freimund 1994 use a power law."""
ENERGY_DECAY_H_MM = {"rusle2": 0.082, "rusle": 0.05}
"""Brown and Foster 1987; RUSLE2 (Foster et al. 2003) drops fall faster at small intensities."""
BREAK_H, BREAK_RAIN_MM = 6.0, 1.27
LEAST_STORM_MM = 12.7
"""Storms are parted by six hours with less than 1.27 mm and count from 12.7 mm (Renard et al.
1997)."""
HALF_HOUR_S = 1800.0


class Storm(NamedTuple):
    """One storm of a record.

    Parameters
    ----------
    first : int
        Index of its first step.
    depth_mm : float
        Rain.
    energy_mj_ha : float
        Kinetic energy E.
    peak_mm_h : float
        Largest 30-minute intensity, or of the step where steps are longer.
    """

    first: int
    depth_mm: float
    energy_mj_ha: float
    peak_mm_h: float

    @property
    def erosivity(self) -> float:
        """EI30, MJ mm ha-1 h-1."""
        return self.energy_mj_ha * self.peak_mm_h


def daily_erosivity(rain_m: FloatArray, month: int) -> FloatArray:
    """Return the erosivity of a day, (n,) (Xie et al. 2016, model II; China).

    Parameters
    ----------
    rain_m : array (n,)
        Depth of the day's rain, snow apart.
    month : int
        1 is January.
    """
    warm = FIRST_WARM_MONTH <= month <= LAST_WARM_MONTH
    depth_mm = rain_m * MM_PER_M
    power = (WARM_COEFFICIENT if warm else COLD_COEFFICIENT) * depth_mm**DAILY_EXPONENT
    return np.asarray(np.where(depth_mm >= LEAST_EROSIVE_DAY_MM, power, 0.0))


def annual_erosivity(annual_mm: FloatArray) -> FloatArray:
    """Return the annual erosivity, (n,), from annual rain (Renard and Freimund 1994)."""
    wet = 587.8 - 1.219 * annual_mm + 0.004105 * annual_mm**2
    return np.asarray(np.where(annual_mm <= WETTEST_POWER_LAW_MM, 0.0483 * annual_mm**1.61, wet))


def monthly_erosivity(rain_mm: FloatArray) -> FloatArray:
    """Return the annual erosivity, (n,), from the rain of the months (Renard and Freimund 1994).

    By the modified Fournier index, the sum of p^2 over the sum of p. Reprints with 0.07397 leave a
    gap of a factor of ten at the index of 55 mm, where the two laws meet within 1 %.

    Parameters
    ----------
    rain_mm : array (12, n)
        Mean rain of the months, snow apart.
    """
    annual_mm = rain_mm.sum(axis=0)
    index = np.divide(
        (rain_mm**2).sum(axis=0), annual_mm, out=np.zeros_like(annual_mm), where=annual_mm > 0
    )
    seasonal = 95.77 - 6.081 * index + 0.4770 * index**2
    even = 0.7397 * index**1.847
    return np.asarray(np.where(index <= LARGEST_POWER_LAW_INDEX_MM, even, seasonal))


def unit_energy(intensity_mm_h: FloatArray, law: EnergyLaw = "rusle2") -> FloatArray:
    """Return the kinetic energy of rain, MJ ha-1 mm-1 (Brown and Foster 1987)."""
    return np.asarray(0.29 * (1.0 - 0.72 * np.exp(-ENERGY_DECAY_H_MM[law] * intensity_mm_h)))


def storms(rain_m: FloatArray, step_s: float, law: EnergyLaw = "rusle2") -> list[Storm]:
    """Return the erosive storms of a record.

    Parameters
    ----------
    rain_m : array (steps,)
        Depth of each step of one place, without gaps.
    step_s : float
        At most an hour; to see I30, a whole part of 1800 s.
    law : str
        ``rusle2`` or ``rusle``: energy by intensity.

    Raises
    ------
    InputError
        For steps that do not fit.
    """
    _check_step(step_s)
    depth_mm = rain_m * MM_PER_M
    step_h = step_s / SECONDS_PER_HOUR
    wet = depth_mm > 0
    follows_mm = _window_sum(depth_mm, round(BREAK_H / step_h))
    ends = wet & (np.append(follows_mm[1:], 0.0) < BREAK_RAIN_MM)
    storm: npt.NDArray[np.int64] = np.cumsum(ends) - ends
    n_storms = int(storm[-1]) + 1
    total_mm = np.bincount(storm, depth_mm, n_storms)
    energy = np.bincount(storm, unit_energy(depth_mm / step_h, law) * depth_mm, n_storms)
    window = max(1, round(HALF_HOUR_S / step_s))
    peak_mm_h = np.zeros(n_storms)
    np.maximum.at(peak_mm_h, storm, _window_sum(depth_mm, window) / (window * step_h))
    first = np.full(n_storms, len(depth_mm))
    np.minimum.at(first, storm[wet], np.flatnonzero(wet))
    return [
        Storm(int(first[k]), float(total_mm[k]), float(energy[k]), float(peak_mm_h[k]))
        for k in np.flatnonzero(total_mm >= LEAST_STORM_MM)
    ]


def record_erosivity(
    rain_m: FloatArray, step_s: float, short_burst_factor: float, law: EnergyLaw = "rusle2"
) -> float:
    """Return the sum of EI30 over a record; over its years it is R.

    Parameters
    ----------
    rain_m, step_s, law
        As of `storms`.
    short_burst_factor : float
        Multiplies EI where steps are longer than half an hour and hide the bursts; 1.5 to 1.9
        were reported for hours.
    """
    total = sum(storm.erosivity for storm in storms(rain_m, step_s, law))
    return total * (short_burst_factor if step_s > HALF_HOUR_S else 1.0)


def _window_sum(values: FloatArray, length: int) -> FloatArray:
    """Return the sum of each value and those after it, `length` in all."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    start = np.arange(len(values))
    # Rounding of the cumulative sum must not become rain.
    last = np.minimum(start + length, len(values))
    return np.asarray(np.maximum(total[last] - total[start], 0.0))


def _check_step(step_s: float) -> None:
    steps = HALF_HOUR_S / step_s if step_s > 0 else 0.0
    if step_s == SECONDS_PER_HOUR or (steps >= 1 and abs(steps - round(steps)) < 1e-9):
        return
    raise InputError(
        Problem(
            "simulator: rain record",
            f"steps of {step_s:g} s do not show half hours",
            "give hourly steps, or a whole part of 1800 s",
        )
    )
