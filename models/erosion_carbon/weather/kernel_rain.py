"""From a month's rain and number of wet days to its days."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from .gamma_quantiles import GammaQuantiles
from .kernel_noise import CornerArray, FloatArray, exceedance, field_at
from .parameters import WeatherParameters

DRY = -1.0
MM_PER_M = 1000.0
FEW_WET_DAYS = 6.0
"""Above this count, months without a wet day are rarer than 1 in 100 (Geng's chain)."""
BISECTIONS = 20


@njit(cache=True, nogil=True)
def gamma_shape(mean_mm: float, p: WeatherParameters) -> float:
    """Return the shape of wet days' depths (Geng et al. 1986: scale = -2.16 + 1.83 mean)."""
    scale_mm = p.gamma_scale_intercept_mm + p.gamma_scale_slope * mean_mm
    if scale_mm * p.gamma_shape_max <= mean_mm:
        return p.gamma_shape_max
    return mean_mm / scale_mm


@njit(cache=True, nogil=True)
def gamma_quantile(shape: float, log_exceedance: float, table: GammaQuantiles) -> float:
    """Return the depth, in units of the scale, that is exceeded with the given ln(probability)."""
    row = (math.log(shape) - table.log_shape_first) / table.log_shape_step
    row = min(max(row, 0.0), table.quantile.shape[0] - 1.000001)
    column = math.sqrt(-log_exceedance) / table.root_step
    column = min(column, table.quantile.shape[1] - 1.000001)
    i, j = int(row), int(column)
    down, right = row - i, column - j
    upper = (1.0 - right) * table.quantile[i, j] + right * table.quantile[i, j + 1]
    lower = (1.0 - right) * table.quantile[i + 1, j] + right * table.quantile[i + 1, j + 1]
    return float((1.0 - down) * upper + down * lower)


@njit(cache=True, nogil=True)
def draw_days(
    cell: int,
    wet_share: float,
    shape: float,
    corners: CornerArray,
    weights: FloatArray,
    normals: FloatArray,
    table: GammaQuantiles,
    p: WeatherParameters,
    draws: FloatArray,
) -> None:
    """Fill ``draws`` (days) with gamma numbers on wet days and `DRY` on others; one is wet.

    The chain (Geng et al. 1986) starts some days before the month, so that it hardly remembers its
    start and months join. One field decides on rain and, by how far it is beyond the limit, on
    depth: rain falls off towards a storm's edge.
    """
    n_early = normals.shape[1] - len(draws)
    from_dry = (1.0 - p.wet_day_persistence) * wet_share
    chance = wet_share
    wettest, smallest_ratio = 0, math.inf
    any_wet = False
    for day in range(normals.shape[1]):
        ratio = exceedance(field_at(cell, day, corners, weights, normals)) / chance
        wet = ratio < 1.0
        chance = from_dry + p.wet_day_persistence if wet else from_dry
        if day < n_early:
            continue
        draws[day - n_early] = gamma_quantile(shape, math.log(ratio), table) if wet else DRY
        any_wet = any_wet or wet
        if ratio < smallest_ratio:
            wettest, smallest_ratio = day - n_early, ratio
    if not any_wet:
        draws[wettest] = 1.0


@njit(cache=True, nogil=True)
def chain_share(wet_days: float, n_days: int, p: WeatherParameters) -> float:
    """Return the chain's share of wet days that gives the count, if dry months get one wet day.

    A month with rain has at least one wet day, which matters where the count is small: bisection of
    n f + (1 - f) (1 - p01)^(n - 1) = count.
    """
    lower, upper = 0.0, wet_days / n_days
    if wet_days > FEW_WET_DAYS:
        return upper
    for _ in range(BISECTIONS):
        share = 0.5 * (lower + upper)
        always_dry = (1.0 - share) * (1.0 - (1.0 - p.wet_day_persistence) * share) ** (n_days - 1)
        if n_days * share + always_dry < wet_days:
            lower = share
        else:
            upper = share
    return upper


@njit(cache=True, nogil=True)
def drop_smallest(draws: FloatArray) -> None:
    """Make the wet day of the smallest draw dry."""
    smallest = -1
    for day in range(len(draws)):
        if draws[day] >= 0.0 and (smallest < 0 or draws[day] < draws[smallest]):
            smallest = day
    draws[smallest] = DRY


@njit(cache=True, nogil=True)
def share_out(month_mm: float, smallest_mm: float, draws: FloatArray) -> None:
    """Turn draws into depths, mm, that sum to the month's; every wet day has the smallest rain.

    A month with less than that on each of its wet days keeps the wettest ones. The shares of gamma
    numbers do not depend on their scale, so only the shape of the draws matters.
    """
    n_wet = 0
    for draw in draws:
        n_wet += draw >= 0.0
    while n_wet > 1 and n_wet * smallest_mm > month_mm:
        drop_smallest(draws)
        n_wet -= 1
    base_mm = min(smallest_mm, month_mm / n_wet)
    total = 0.0
    for draw in draws:
        total += max(draw, 0.0)
    for day in range(len(draws)):
        if draws[day] < 0.0:
            draws[day] = 0.0
        elif total > 0.0:
            draws[day] = base_mm + (month_mm - n_wet * base_mm) * (draws[day] / total)
        else:
            draws[day] = month_mm / n_wet


@njit(cache=True, nogil=True)
def rain_of_month(
    start: int,
    stop: int,
    month_mm: FloatArray,
    wet_days: FloatArray,
    corners: CornerArray,
    weights: FloatArray,
    normals: FloatArray,
    table: GammaQuantiles,
    p: WeatherParameters,
    daily_m: FloatArray,
) -> None:
    """Fill ``daily_m`` (n_days, n_cells), m, for cells start to stop.

    Parameters
    ----------
    month_mm, wet_days : array of shape (n_cells,)
        The month's sum and number of days with rain; fractions of days are fine.
    normals : array of shape (n_nodes, n_early + n_days)
        Noise of the nodes, beginning some days before the month.
    """
    n_days = daily_m.shape[0]
    draws = np.empty(n_days)
    for cell in range(start, stop):
        if month_mm[cell] <= 0.0:
            daily_m[:, cell] = 0.0
            continue
        n_wet = min(max(wet_days[cell], 1.0), float(n_days))
        shape = gamma_shape(month_mm[cell] / n_wet, p)
        wet_share = chain_share(n_wet, n_days, p)
        draw_days(cell, wet_share, shape, corners, weights, normals, table, p, draws)
        share_out(month_mm[cell], p.smallest_day_mm, draws)
        for day in range(n_days):
            daily_m[day, cell] = draws[day] / MM_PER_M
