"""One day on the hillslopes of many cells: rain and melt infiltrate, run off, and move soil.

Cells with water on the ground are taken block by block, hour by hour: in each hour those whose
water runs are packed side by side by the number of steps that they need, so that the compiler's
vector code has full vectors. Steps that may move soil are kept until there are enough of them.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import SECONDS_PER_HOUR
from .erosion.kernel_hillslope_sediment import EROSION_NONE, rows_of_steps
from .erosion.parameters import ErosionParameters
from .hillslope_block import (
    ALL_PORES_M,
    BLOCK,
    CONDUCTIVITY_M_S,
    DAY_MELT_M,
    DECAY_H,
    DEEPEST_M,
    DEPTH,
    DISCHARGE,
    DRY_RATE_M_S,
    FALL_DECAY,
    FALLING_M,
    FLOWS,
    GRAVITY_PORES_M,
    INFILTRATED_M,
    LENGTH_M,
    MEMORY_M,
    N_STEPS,
    PACK,
    PEAK_RATIO,
    RAN_OFF_M,
    RESISTANCE,
    RETENTION_M,
    ROOM_M,
    SPACING_M,
    SUCTION_DEFICIT_M,
    n_rows,
    node_row,
)
from .hillslopes import (
    FIRST_MELT_HOUR,
    HOURS,
    LAST_MELT_HOUR,
    ControlZone,
    Erodibilities,
    HillslopeDay,
    Hillslopes,
    Laws,
    SurfaceWater,
)
from .hydrology.parameters_overland import OverlandParameters
from .hydrology.state import WaterState
from .kernel_hillslope_hour import (
    begin_lanes,
    find_running,
    gather_lanes,
    keep_steps,
    most_steps_of_hour,
    peak_ratio,
    set_steps,
    store_lanes,
)
from .kernel_hillslope_lanes import step_lanes
from .kernel_hillslope_morning import dry_all_day, forget_day
from .kernel_hillslope_soil import move_soil
from .kernel_hillslope_step import INFILTRATION_HOLTAN
from .weather.kernel_storm import storm_hours

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
KEPT_STEPS = 128
"""Steps whose soil moves at once."""


@njit(cache=True, nogil=True, forceinline=True)
def melting_share(hour: int) -> float:
    """Return the part of a day's melt water that reaches the ground in an hour."""
    melts = FIRST_MELT_HOUR <= hour < LAST_MELT_HOUR
    return 1.0 / (LAST_MELT_HOUR - FIRST_MELT_HOUR) if melts else 0.0


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


@njit(cache=True, nogil=True, error_model="numpy")
def cut_hour(
    cells: FloatArray,
    running: IntArray,
    n_running: int,
    n_nodes: int,
    overland: OverlandParameters,
    law: int,
    members: IntArray,
    lanes: FloatArray,
    n_steps: IntArray,
    n_of_steps: IntArray,
) -> None:
    """Set into how many steps the hour of each running cell is cut, and how many need as many."""
    n_of_steps[:] = 0
    for first in range(0, n_running, PACK):
        n_members = min(n_running - first, PACK)
        for lane in range(n_members):
            members[lane] = running[first + lane]
        n_lanes = gather_lanes(cells, members, n_members, n_nodes, lanes)
        set_steps(lanes, n_lanes, n_nodes, overland, law)
        for lane in range(n_members):
            n_steps[first + lane] = int(lanes[N_STEPS, lane])
            n_of_steps[n_steps[first + lane]] += 1


@njit(cache=True, nogil=True, error_model="numpy")
def run_pack(
    hour: int,
    count: int,
    n_members: int,
    n_nodes: int,
    places: IntArray,
    members: IntArray,
    cells: FloatArray,
    lanes: FloatArray,
    overland: OverlandParameters,
    erosion: ErosionParameters,
    laws: Laws,
    slopes: Hillslopes,
    erodibility: Erodibilities,
    steps: FloatArray,
    n_kept: int,
    infiltrated_m: FloatArray,
    day: HillslopeDay,
) -> int:
    """Run an hour in `count` steps on a pack of a block's cells; return how many steps are kept."""
    n_lanes = gather_lanes(cells, members, n_members, n_nodes, lanes)
    begin_lanes(lanes, n_lanes, count)
    duration_s = SECONDS_PER_HOUR / count
    for _ in range(count):
        step_lanes(lanes, n_lanes, n_nodes, count, duration_s, overland, laws.infiltration)
        lane = n_members if laws.erosion == EROSION_NONE else 0
        while lane < n_members:
            n_kept, lane = keep_steps(
                lanes, members, lane, n_members, n_nodes, places, hour, duration_s, steps, n_kept
            )
            if lane < n_members:
                move_soil(steps, n_kept, n_nodes, slopes, erodibility, erosion, laws, day)
                n_kept = 0
        for lane in range(n_lanes):
            lanes[FALLING_M, lane] *= lanes[FALL_DECAY, lane]
    store_lanes(lanes, members, n_members, n_nodes, cells)
    for lane in range(n_members):
        c, ran_off_m = members[lane], lanes[RAN_OFF_M, lane]
        infiltrated_m[c] += lanes[INFILTRATED_M, lane]
        if ran_off_m > 0.0:
            i = places[c]
            day.overland_m[i] += ran_off_m
            day.overland_m3[hour, i] = ran_off_m * slopes.area_m2[i]
    return n_kept


@njit(cache=True, nogil=True, error_model="numpy")
def hillslope_day(
    start: int,
    stop: int,
    water: WaterState,
    discharge_m2_s: FloatArray,
    slopes: Hillslopes,
    surface: SurfaceWater,
    zone: ControlZone,
    erodibility: Erodibilities,
    overland: OverlandParameters,
    erosion: ErosionParameters,
    laws: Laws,
    day: HillslopeDay,
) -> None:
    """Run one day on the hillslopes of the cells start to stop.

    Each hour with water on the ground is cut into steps; in each, rain and melt infiltrate, the
    rest runs down the nodes (kinematic wave), and the flow of the step detaches, carries and drops
    soil as if it were steady.

    Parameters
    ----------
    water : WaterState
        `surface_m` changes.
    discharge_m2_s : array (n, n_nodes)
        Flow over the lower edge of each node at the end of the last step; changes.
    slopes, surface, zone, erodibility : NamedTuple of arrays
        Of all cells.
    laws : Laws
        Which laws hold.
    day : HillslopeDay
        Overwritten. Rain + melt = infiltrated + run off + change of surface water.
    """
    n_nodes = water.surface_m.shape[1]
    most_steps = most_steps_of_hour(overland)
    dry, places = np.empty(stop - start, dtype=np.bool_), np.empty(BLOCK, dtype=np.int64)
    cells = np.empty((n_rows(n_nodes), BLOCK))
    lanes, members = np.empty((n_rows(n_nodes), PACK)), np.empty(PACK, dtype=np.int64)
    rain_m, infiltrated_m = np.empty((HOURS, BLOCK)), np.empty(BLOCK)
    running, n_steps = np.empty((2, BLOCK), dtype=np.int64)
    n_of_steps = np.empty(most_steps + 1, dtype=np.int64)
    steps, n_kept = np.empty((rows_of_steps(n_nodes), KEPT_STEPS)), 0
    forget_day(
        start, stop, day.overland_m, day.overland_m3, day.sediment_kg, day.infiltrated_m,
        day.detached_kg_m2, day.deposited_kg_m2,
    )  # fmt: skip
    dry_all_day(start, stop, surface.rain_m, surface.melt_m, water.surface_m, discharge_m2_s, dry)
    i = start
    while i < stop:
        n = 0
        while i < stop and n < BLOCK:
            if not dry[i - start]:
                places[n] = i
                n += 1
            i += 1
        if n == 0:
            break
        load_block(
            places, n, water, discharge_m2_s, slopes, surface, zone, overland, laws, cells, rain_m
        )
        infiltrated_m[:] = 0.0
        for hour in range(HOURS):
            n_running = find_running(
                cells, n, n_nodes, rain_m[hour], melting_share(hour), overland,
                laws.infiltration, running, infiltrated_m,
            )  # fmt: skip
            if n_running == 0:
                continue
            cut_hour(
                cells, running, n_running, n_nodes, overland, laws.infiltration, members, lanes,
                n_steps, n_of_steps,
            )  # fmt: skip
            for count in range(1, most_steps + 1):
                left, next_one = n_of_steps[count], 0
                while left > 0:
                    n_members = 0
                    while n_members < min(left, PACK):
                        if n_steps[next_one] == count:
                            members[n_members] = running[next_one]
                            n_members += 1
                        next_one += 1
                    left -= n_members
                    n_kept = run_pack(
                        hour, count, n_members, n_nodes, places, members, cells, lanes, overland,
                        erosion, laws, slopes, erodibility, steps, n_kept, infiltrated_m, day,
                    )  # fmt: skip
        store_block(places, n, cells, infiltrated_m, water, discharge_m2_s, day)
    move_soil(steps, n_kept, n_nodes, slopes, erodibility, erosion, laws, day)
