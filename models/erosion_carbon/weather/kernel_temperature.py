"""Daily temperature between monthly means."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .kernel_noise import CornerArray, FloatArray, field_at
from .parameters import WeatherParameters


@njit(cache=True, nogil=True)
def month_anchors(
    start: int,
    stop: int,
    temperature_c: npt.NDArray[np.floating],
    solution: FloatArray,
    anchors_c: FloatArray,
) -> None:
    """Fill ``anchors_c`` (3, n_cells): temperatures of three mid-months that keep monthly means.

    Parameters
    ----------
    temperature_c : array of shape (12, n_cells)
        Monthly means.
    solution : array of shape (3, 12)
        Anchors per monthly mean.
    """
    for cell in range(start, stop):
        for anchor in range(3):
            total = 0.0
            for month in range(12):
                total += solution[anchor, month] * temperature_c[month, cell]
            anchors_c[anchor, cell] = total


@njit(cache=True, nogil=True)
def anomaly_sd(month_c: float, p: WeatherParameters) -> float:
    """Return the standard deviation, K, of daily means around the seasonal course."""
    sd = p.temperature_sd_at_0_c - p.temperature_sd_slope * month_c
    return min(max(sd, p.temperature_sd_min_c), p.temperature_sd_max_c)


@njit(cache=True, nogil=True)
def temperature_of_day(
    start: int,
    stop: int,
    day: int,
    anchors_c: FloatArray,
    anchor_weights: FloatArray,
    month_c: FloatArray,
    range_c: FloatArray,
    corners: CornerArray,
    weights: FloatArray,
    anomalies: FloatArray,
    p: WeatherParameters,
    mean_c: FloatArray,
    min_c: FloatArray,
    max_c: FloatArray,
) -> None:
    """Fill the day's mean, minimum and maximum, degC, of cells start to stop.

    Parameters
    ----------
    anchors_c : array of shape (3, n_cells)
        Mid-month temperatures of the month before, this one and the next.
    anchor_weights : array of shape (n_days, 3)
        Their weights on each day.
    month_c, range_c : array of shape (n_cells,)
        The month's mean and the daily maximum less minimum.
    anomalies : array of shape (n_nodes, n_days)
        Noise with mean 0 over the month at every node.
    """
    for cell in range(start, stop):
        season_c = (
            anchor_weights[day, 0] * anchors_c[0, cell]
            + anchor_weights[day, 1] * anchors_c[1, cell]
            + anchor_weights[day, 2] * anchors_c[2, cell]
        )
        noise = field_at(cell, day, corners, weights, anomalies)
        mean_c[cell] = season_c + anomaly_sd(month_c[cell], p) * noise
        min_c[cell] = mean_c[cell] - 0.5 * range_c[cell]
        max_c[cell] = mean_c[cell] + 0.5 * range_c[cell]
