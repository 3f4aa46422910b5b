"""One day on the hillslopes of many cells: rain and melt infiltrate, run off, and move soil."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import SECONDS_PER_HOUR
from .erosion.kernel_hillslope_sediment import FIRST_NODE, SlopeSurface
from .erosion.parameters import ErosionParameters
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
from .kernel_hillslope_hour import most_steps_of_hour, move_soil, peak_ratio, run_hour
from .kernel_hillslope_morning import dry_all_day, forget_day
from .kernel_hillslope_step import INFILTRATION_HOLTAN, Ground, infiltrate, largest_of
from .weather.kernel_storm import storm_hours

FloatArray = npt.NDArray[np.float64]


class CellDay(NamedTuple):
    """What a day moved on one hillslope: water (m) and soil (kg m-2)."""

    infiltrated_m: float
    detached_kg_m2: float
    deposited_kg_m2: float


@njit(cache=True, nogil=True, forceinline=True)
def melt_of_hour(hour: int, melt_m: float) -> float:
    """Return the part of a day's melt water that reaches the ground in an hour."""
    if FIRST_MELT_HOUR <= hour < LAST_MELT_HOUR:
        return melt_m / (LAST_MELT_HOUR - FIRST_MELT_HOUR)
    return 0.0


@njit(cache=True, nogil=True, forceinline=True)
def sinks_in_at_once(
    rain_m: float,
    melt_m: float,
    depth_m: FloatArray,
    room_m: float,
    ground: Ground,
) -> bool:
    """Return whether even the heaviest minutes of an hour stay below the conductivity.

    Most hours are such; no step of the flow needs to be computed for them.
    """
    if rain_m + melt_m > room_m or largest_of(depth_m) > 0.0:
        return False
    peak_m = rain_m * ground.peak_ratio + melt_m
    return peak_m <= ground.conductivity_m_s * SECONDS_PER_HOUR


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def run_cell(
    hourly_rain_m: FloatArray,
    daily_melt_m: float,
    memory_m: float,
    ground: Ground,
    resisting: SlopeSurface,
    depth_m: FloatArray,
    flow_m2_s: FloatArray,
    resistance: FloatArray,
    slope: FloatArray,
    overland: OverlandParameters,
    erosion: ErosionParameters,
    laws: Laws,
    by_hour: FloatArray,
    at_nodes: FloatArray,
    steps: FloatArray,
) -> CellDay:
    """Run the hours of one cell.

    Parameters
    ----------
    depth_m, flow_m2_s : array (n_nodes,)
        Water on the nodes and flow over their lower edges; change.
    by_hour : array (2, 24)
        Overwritten with the water (m) and soil (kg per metre of width) that left in each hour.
    at_nodes : array (2, n_nodes)
        Scratch.
    steps : array
        Scratch for `hillslope_sediment`, wide enough for all steps of a day.
    """
    infiltrated_m = 0.0
    n_steps = 0
    by_hour[:] = 0.0
    for hour in range(HOURS):
        rain_m, melt_m = hourly_rain_m[hour], melt_of_hour(hour, daily_melt_m)
        if rain_m + melt_m <= 0.0 and largest_of(depth_m) <= 0.0:
            flow_m2_s[:] = 0.0
            continue
        room_m = ground.room_m - infiltrated_m
        if sinks_in_at_once(rain_m, melt_m, depth_m, room_m, ground):
            taken_m, memory_m = infiltrate(
                memory_m, rain_m + melt_m, 0.0, room_m, ground, SECONDS_PER_HOUR,
                laws.infiltration, overland.holtan_exponent,
            )  # fmt: skip
            infiltrated_m += taken_m
            flow_m2_s[:] = 0.0
            continue
        if rain_m + melt_m <= 0.0 and room_m <= 0.0 and largest_of(depth_m) <= ground.retention_m:
            # The puddles of full soil: nothing sinks in, nothing runs.
            flow_m2_s[:] = 0.0
            continue
        moved = run_hour(
            hour, rain_m, melt_m, memory_m, room_m, ground, depth_m, flow_m2_s, resistance,
            overland, laws, at_nodes[0], at_nodes[1], steps, n_steps,
        )  # fmt: skip
        memory_m, n_steps = moved.memory_m, moved.n_steps
        infiltrated_m += moved.infiltrated_m
        by_hour[0, hour] = moved.ran_off_m
    detached_kg_m, deposited_kg_m = move_soil(
        steps, n_steps, slope, ground.spacing_m, resisting, erosion, laws, by_hour[1]
    )
    return CellDay(
        infiltrated_m,
        detached_kg_m / ground.length_m,
        deposited_kg_m / ground.length_m,
    )


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
    hourly_m, by_hour, at_nodes = np.zeros(HOURS), np.zeros((2, HOURS)), np.empty((2, n_nodes))
    steps = np.zeros((FIRST_NODE + n_nodes, HOURS * most_steps_of_hour(overland)))
    dry = np.empty(stop - start, dtype=np.bool_)
    forget_day(
        start, stop, day.overland_m, day.overland_m3, day.sediment_kg, day.infiltrated_m,
        day.detached_kg_m2, day.deposited_kg_m2,
    )  # fmt: skip
    dry_all_day(start, stop, surface.rain_m, surface.melt_m, water.surface_m, discharge_m2_s, dry)
    for i in range(start, stop):
        if dry[i - start]:
            continue
        depth_m, flow_m2_s = water.surface_m[i], discharge_m2_s[i]
        rain_m, melt_m = surface.rain_m[i], surface.melt_m[i]
        # Whole hours, since within its hours the storm is taken to rain throughout.
        storm_hours(
            rain_m, surface.storm_decay_h[i], math.floor(surface.storm_start_h[i]), hourly_m
        )
        length_m, area_m2 = slopes.length_m[i], slopes.area_m2[i]
        ground = Ground(
            length_m,
            length_m / n_nodes,
            slopes.retention_m[i],
            overland.micro_relief_roughness,
            surface.conductivity_m_s[i],
            surface.suction_deficit_m[i],
            surface.room_m[i],
            zone.all_pores_m[i],
            zone.gravity_pores_m[i],
            zone.dry_rate_m_s[i],
            surface.storm_decay_h[i],
            peak_ratio(surface.storm_decay_h[i], overland.longest_wet_step_s),
        )
        resisting = SlopeSurface(
            erodibility.interrill_kg_s_m4[i],
            erodibility.rill_s_m[i],
            erodibility.critical_shear_pa[i],
            erodibility.friction_factor[i],
            erodibility.fall_velocity_m_s[i],
            erodibility.transport_adjustment[i],
            erodibility.cover_erodibility_us[i],
        )
        # Green-Ampt's front begins anew each morning: the water of the days before is in the
        # moisture that the deficit was taken from, and would count twice in the cumulative depth.
        memory_m = zone.free_pores_m[i] if laws.infiltration == INFILTRATION_HOLTAN else 0.0
        done = run_cell(
            hourly_m, melt_m, memory_m, ground, resisting, depth_m, flow_m2_s,
            slopes.resistance[i], slopes.slope[i], overland, erosion, laws, by_hour, at_nodes,
            steps,
        )  # fmt: skip
        day.infiltrated_m[i] = done.infiltrated_m
        day.detached_kg_m2[i], day.deposited_kg_m2[i] = done.detached_kg_m2, done.deposited_kg_m2
        for hour in range(HOURS):
            if by_hour[0, hour] > 0.0 or by_hour[1, hour] > 0.0:
                day.overland_m[i] += by_hour[0, hour]
                day.overland_m3[hour, i] = by_hour[0, hour] * area_m2
                day.sediment_kg[hour, i] = by_hour[1, hour] * (area_m2 / length_m)
