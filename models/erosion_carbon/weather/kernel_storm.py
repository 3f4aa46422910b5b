"""The exponential storm of a day: how long, when, and how much in each hour (SWAT, EPIC)."""

from __future__ import annotations

import math

from numba import njit

from ..kernel_elementary import share_lost_after
from .kernel_noise import CornerArray, FloatArray, exceedance, field_at
from .parameters import WeatherParameters

STORM_LENGTH_IN_DECAYS = 4.6
"""A storm ends when 99 % of an endless exponential storm has fallen (SWAT theory)."""
HOURS_PER_DAY = 24.0
MM_PER_M = 1000.0


@njit(cache=True, nogil=True)
def decay_of_share(half_hour_share: float) -> float:
    """Return the decay time, h, of a storm whose first half hour has the given share of rain."""
    return 0.5 / -math.log(1.0 - half_hour_share)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def exponential_share(elapsed_h: float, decay_h: float) -> float:
    """Return the share of an endless exponential storm that fell in the time since its start."""
    return share_lost_after(elapsed_h / decay_h)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def storm_length(decay_h: float) -> float:
    """Return how long it rains, h."""
    return min(HOURS_PER_DAY, STORM_LENGTH_IN_DECAYS * decay_h)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def elapsed_at(clock_h: float, decay_h: float, start_h: float) -> float:
    """Return how many hours it has rained at an hour of the day."""
    return min(max(clock_h - start_h, 0.0), storm_length(decay_h))


@njit(cache=True, nogil=True, error_model="numpy")
def storm_hours(
    precipitation_m: float, decay_h: float, start_h: float, hourly_m: FloatArray
) -> None:
    """Fill ``hourly_m`` (24) with the depths of the clock hours, m; their sum is the day's.

    Hour k of an endless storm has exp(-(k-1)/decay) - exp(-k/decay) of the rain; here all that
    would fall later is added in proportion. Even spreading over the day would keep nearly all rain
    below the conductivity of all soils but clays (24 mm a day is 1 mm an hour) and make no runoff
    from excess of intensity.

    Parameters
    ----------
    precipitation_m : float
        The day's depth.
    decay_h, start_h : float
        Decay time and hour of the day when the storm begins; it must end within the day.
    """
    per_whole = 1.0 / exponential_share(storm_length(decay_h), decay_h)
    for hour in range(24):
        elapsed_h = elapsed_at(hour + 1.0, decay_h, start_h)
        hourly_m[hour] = exponential_share(elapsed_h, decay_h) * per_whole
    fallen_m, before, last = 0.0, 0.0, -1
    for hour in range(24):
        share = hourly_m[hour]
        hourly_m[hour] = precipitation_m * (share - before)
        if hourly_m[hour] > 0.0:
            fallen_m, last = fallen_m + hourly_m[hour], hour
        before = share
    if last >= 0:
        hourly_m[last] = max(0.0, hourly_m[last] + (precipitation_m - fallen_m))


@njit(cache=True, nogil=True)
def intensity_square_ratio(duration_h: float, decay_h: float) -> float:
    """Return mean(I^2) / mean(I)^2 of the intensity within some hours of a storm.

    Detachment by rain grows with I^2, so that means miss this factor: coth(d / 2t) d / 2t for d
    hours and a decay time of t.
    """
    half = duration_h / (2.0 * decay_h)
    return half / math.tanh(half)


@njit(cache=True, nogil=True)
def triangular_quantile(chance: float, lower: float, mode: float, upper: float) -> float:
    """Return the quantile of a triangular distribution."""
    width = upper - lower
    if width <= 0.0:
        return lower
    if chance * width < mode - lower:
        return lower + math.sqrt(chance * width * (mode - lower))
    return upper - math.sqrt((1.0 - chance) * width * (upper - mode))


@njit(cache=True, nogil=True)
def half_hour_share(
    chance: float, precipitation_m: float, mean_c: float, p: WeatherParameters
) -> float:
    """Return the share of the day's rain in its wettest half hour (SWAT's alpha_0.5).

    Triangular; the mode goes from long to convective rain with the day's temperature, the upper
    limit falls on heavy days.
    """
    depth_mm = precipitation_m * MM_PER_M
    warmth = (mean_c - p.cold_storm_c) / (p.warm_storm_c - p.cold_storm_c)
    warmth = min(max(warmth, 0.0), 1.0)
    mode = (1.0 - warmth) * p.half_hour_share_cold + warmth * p.half_hour_share_warm
    limit = -math.expm1(-p.half_hour_depth_mm / (depth_mm + p.half_hour_offset_mm))
    upper = min(mode + p.half_hour_share_spread, p.half_hour_share_upper, limit)
    lower = min(max(mode - p.half_hour_share_spread, p.half_hour_share_lower), upper)
    return triangular_quantile(chance, lower, min(max(mode, lower), upper), upper)


@njit(cache=True, nogil=True)
def storms_of_day(
    start: int,
    stop: int,
    precipitation_m: FloatArray,
    mean_c: FloatArray,
    corners: CornerArray,
    weights: FloatArray,
    share_normals: FloatArray,
    start_normals: FloatArray,
    p: WeatherParameters,
    decay_h: FloatArray,
    start_h: FloatArray,
) -> None:
    """Fill the storms' decay time and start, h; where it is dry they stay as they are.

    Parameters
    ----------
    share_normals, start_normals : array of shape (n_nodes, 1)
        The day's noise.
    """
    for cell in range(start, stop):
        if precipitation_m[cell] <= 0.0:
            continue
        chance = exceedance(field_at(cell, 0, corners, weights, share_normals))
        share = half_hour_share(chance, precipitation_m[cell], mean_c[cell], p)
        decay_h[cell] = decay_of_share(share)
        latest_h = HOURS_PER_DAY - storm_length(decay_h[cell])
        chance = exceedance(field_at(cell, 0, corners, weights, start_normals))
        start_h[cell] = triangular_quantile(
            chance, 0.0, min(p.storm_start_mode_h, latest_h), latest_h
        )
