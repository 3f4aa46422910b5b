"""Brings the hillslopes of cells into a block, and what changed back to the cells."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from .hillslope_block import (
    ALL_PORES_M,
    CONDUCTIVITY_M_S,
    DAY_MELT_M,
    DECAY_H,
    DEEPEST_M,
    DEPTH,
    DISCHARGE,
    DRY_RATE_M_S,
    FLOWS,
    GRAVITY_PORES_M,
    LENGTH_M,
    MEMORY_M,
    PEAK_RATIO,
    RESISTANCE,
    RETENTION_M,
    ROOM_M,
    SPACING_M,
    SUCTION_DEFICIT_M,
    node_row,
)
from .hillslopes import (
    HOURS,
    ControlZone,
    HillslopeDay,
    Hillslopes,
    Laws,
    SurfaceWater,
)
from .hydrology.parameters_overland import OverlandParameters
from .hydrology.state import WaterState
from .kernel_hillslope_hour import (
    peak_ratio,
)
from .kernel_hillslope_step import INFILTRATION_HOLTAN
from .weather.kernel_storm import storm_hours

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@njit(cache=True, nogil=True, error_model="numpy")
def load_block(
    places: IntArray,
    n: int,
    water: WaterState,
    discharge_m2_s: FloatArray,
    slopes: Hillslopes,
    surface: SurfaceWater,
    zone: ControlZone,
    overland: OverlandParameters,
    laws: Laws,
    cells: FloatArray,
    rain_m: FloatArray,
) -> None:
    """Bring the hillslopes of some cells into a block, and the hours of their rain (24, BLOCK)."""
    n_nodes = water.surface_m.shape[1]
    hourly_m = np.empty(HOURS)
    for c in range(n):
        i = places[c]
        decay_h = surface.storm_decay_h[i]
        cells[LENGTH_M, c] = slopes.length_m[i]
        cells[SPACING_M, c] = slopes.length_m[i] / n_nodes
        cells[RETENTION_M, c] = slopes.retention_m[i]
        cells[CONDUCTIVITY_M_S, c] = surface.conductivity_m_s[i]
        cells[SUCTION_DEFICIT_M, c] = surface.suction_deficit_m[i]
        cells[ALL_PORES_M, c] = zone.all_pores_m[i]
        cells[GRAVITY_PORES_M, c] = zone.gravity_pores_m[i]
        cells[DRY_RATE_M_S, c] = zone.dry_rate_m_s[i]
        cells[DECAY_H, c], cells[PEAK_RATIO, c] = decay_h, 1.0
        cells[DAY_MELT_M, c], cells[ROOM_M, c] = surface.melt_m[i], surface.room_m[i]
        # Green-Ampt's front begins anew each morning: the water of the days before is in the
        # moisture that the deficit was taken from, and would count twice in the cumulative depth.
        holtan = laws.infiltration == INFILTRATION_HOLTAN
        cells[MEMORY_M, c] = zone.free_pores_m[i] if holtan else 0.0
        cells[DEEPEST_M, c], cells[FLOWS, c] = 0.0, 1.0
        for node in range(n_nodes):
            cells[DEEPEST_M, c] = max(cells[DEEPEST_M, c], water.surface_m[i, node])
            cells[node_row(DEPTH, node, n_nodes), c] = water.surface_m[i, node]
            cells[node_row(DISCHARGE, node, n_nodes), c] = discharge_m2_s[i, node]
            cells[node_row(RESISTANCE, node, n_nodes), c] = slopes.resistance[i, node]
        hourly_m[:] = 0.0
        if surface.rain_m[i] > 0.0:
            cells[PEAK_RATIO, c] = peak_ratio(decay_h, overland.longest_wet_step_s)
            # Whole hours, since within its hours the storm is taken to rain throughout.
            begin_h = math.floor(surface.storm_start_h[i])
            storm_hours(surface.rain_m[i], decay_h, begin_h, hourly_m)
        for hour in range(HOURS):
            rain_m[hour, c] = hourly_m[hour]


@njit(cache=True, nogil=True, error_model="numpy")
def store_block(
    places: IntArray,
    n: int,
    cells: FloatArray,
    infiltrated_m: FloatArray,
    water: WaterState,
    discharge_m2_s: FloatArray,
    day: HillslopeDay,
) -> None:
    """Bring water and flow of a block back to its cells."""
    n_nodes = water.surface_m.shape[1]
    for c in range(n):
        day.infiltrated_m[places[c]] = infiltrated_m[c]
        for node in range(n_nodes):
            water.surface_m[places[c], node] = cells[node_row(DEPTH, node, n_nodes), c]
            discharge_m2_s[places[c], node] = cells[node_row(DISCHARGE, node, n_nodes), c]
