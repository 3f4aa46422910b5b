"""One day on the hillslopes of many cells: rain and melt infiltrate, run off, and move soil.

Cells with water on the ground are taken block by block, hour by hour: in each hour those whose
water runs are packed side by side by the number of steps that they need, so that the compiler's
vector code has full vectors. Steps that may move soil are kept until there are enough of them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import SECONDS_PER_HOUR
from .erosion.kernel_hillslope_sediment import EROSION_NONE, rows_of_steps
from .erosion.parameters import ErosionParameters
from .hillslope_block import (
    BLOCK,
    FALL_DECAY,
    FALLING_M,
    INFILTRATED_M,
    N_STEPS,
    PACK,
    RAN_OFF_M,
    n_rows,
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
    set_steps,
    store_lanes,
)
from .kernel_hillslope_lanes import step_lanes
from .kernel_hillslope_load import load_block, store_block
from .kernel_hillslope_morning import dry_all_day, forget_day
from .kernel_hillslope_soil import move_soil

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
    dry = np.empty(stop - start, dtype=np.bool_)
    forget_day(
        start, stop, day.overland_m, day.overland_m3, day.sediment_kg, day.infiltrated_m,
        day.detached_kg_m2, day.deposited_kg_m2,
    )  # fmt: skip
    dry_all_day(start, stop, surface.rain_m, surface.melt_m, water.surface_m, discharge_m2_s, dry)
    # Memory is fetched from the system page by page, each time: no more than the day needs.
    width = min(BLOCK, int(stop - start - np.count_nonzero(dry)))
    if width == 0:
        return
    most_steps, places = most_steps_of_hour(overland), np.empty(width, dtype=np.int64)
    cells, lanes = np.empty((n_rows(n_nodes), width)), np.empty((n_rows(n_nodes), PACK))
    rain_m, infiltrated_m = np.empty((HOURS, width)), np.empty(width)
    running, n_steps = np.empty((2, width), dtype=np.int64)
    members, n_of_steps = np.empty(PACK, dtype=np.int64), np.empty(most_steps + 1, dtype=np.int64)
    steps, n_kept = np.empty((rows_of_steps(n_nodes), KEPT_STEPS)), 0
    i = start
    while i < stop:
        n = 0
        while i < stop and n < width:
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
                cells,
                n,
                n_nodes,
                rain_m[hour],
                melting_share(hour),
                overland,
                laws.infiltration,
                running,
                infiltrated_m,
            )
            if n_running == 0:
                continue
            cut_hour(
                cells,
                running,
                n_running,
                n_nodes,
                overland,
                laws.infiltration,
                members,
                lanes,
                n_steps,
                n_of_steps,
            )
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
                        hour,
                        count,
                        n_members,
                        n_nodes,
                        places,
                        members,
                        cells,
                        lanes,
                        overland,
                        erosion,
                        laws,
                        slopes,
                        erodibility,
                        steps,
                        n_kept,
                        infiltrated_m,
                        day,
                    )
        store_block(places, n, cells, infiltrated_m, water, discharge_m2_s, day)
    move_soil(steps, n_kept, n_nodes, slopes, erodibility, erosion, laws, day)
