"""One day on the hillslopes of many cells: rain and melt infiltrate, run off, and move soil."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import SECONDS_PER_HOUR
from .erosion.kernel_hillslope_sediment import SlopeSurface, StormStep, hillslope_sediment
from .erosion.parameters import ErosionParameters
from .hillslopes import Erodibilities, HillslopeDay, Hillslopes, Laws, SurfaceWater
from .hydrology.kernel_detention import inundated_fraction, mobile_depth
from .hydrology.kernel_infiltration import area_infiltration, cumulative_after_pause
from .hydrology.kernel_kinematic_wave import wave_celerity
from .hydrology.kernel_overland import plane_step, substeps
from .hydrology.parameters_overland import OverlandParameters
from .hydrology.state import WaterState
from .weather.kernel_storm import storm_hours

FloatArray = npt.NDArray[np.float64]
HOURS = 24
FIRST_MELT_HOUR, LAST_MELT_HOUR = 10, 18
"""Snow melts by day; its water reaches the ground within these hours."""
TRICKLE_M2_S = 1e-6
"""Flow per width, 0.01 mm/h from 300 m, whose shear moves no soil."""


class Ground(NamedTuple):
    """One cell's hillslope today, plain numbers: arrays in arguments cost more than the sums."""

    length_m: float
    spacing_m: float
    retention_m: float
    relief_roughness: float
    conductivity_m_s: float
    suction_deficit_m: float
    room_m: float
    decay_h: float


class Moved(NamedTuple):
    """Depths of water (m) and masses of soil (kg per metre of slope width) of some time."""

    infiltrated_m: float
    ran_off_m: float
    left_kg_m: float
    detached_kg_m: float
    deposited_kg_m: float


@njit(cache=True, nogil=True)
def mean_of(values: FloatArray) -> float:
    """Return the mean of the nodes."""
    total = 0.0
    for k in range(values.size):
        total += values[k]
    return total / values.size


@njit(cache=True, nogil=True)
def largest_of(values: FloatArray) -> float:
    """Return the largest of the nodes."""
    largest: float = values[0]
    for k in range(1, values.size):
        largest = max(largest, values[k])
    return largest


@njit(cache=True, nogil=True)
def first_of_hour(rain_m: float, decay_h: float, n_steps: int) -> tuple[float, float]:
    """Return the rain of the first of an hour's steps and by what each next one is less.

    Within its hour the storm goes on falling off exponentially; the steps add up to `rain_m`.
    """
    decay = math.exp(-1.0 / (n_steps * decay_h))
    return rain_m * (1.0 - decay) / (1.0 - decay**n_steps), decay


@njit(cache=True, nogil=True)
def sinks_in_at_once(
    rain_m: float,
    melt_m: float,
    depth_m: FloatArray,
    room_m: float,
    ground: Ground,
    step_s: float,
) -> bool:
    """Return whether even the heaviest minutes of an hour stay below the conductivity.

    Most hours are such; nothing else needs to be computed for them.
    """
    supply_m = rain_m + melt_m
    if supply_m > room_m or largest_of(depth_m) > 0.0:
        return False
    if rain_m > 0.0:
        n_steps = int(SECONDS_PER_HOUR / step_s)
        supply_m = first_of_hour(rain_m, ground.decay_h, n_steps)[0] * n_steps + melt_m
    return supply_m <= ground.conductivity_m_s * SECONDS_PER_HOUR


@njit(cache=True, nogil=True)
def steps_of_hour(
    rain_m: float,
    melt_m: float,
    standing_m: float,
    cumulative_m: float,
    ground: Ground,
    resistance: float,
    p: OverlandParameters,
) -> int:
    """Return into how many steps an hour is cut.

    The heaviest minutes decide whether any water runs, not the hour's mean; without any supply the
    recession of the flow alone decides, which needs few.
    """
    if rain_m + melt_m <= 0.0:
        mobile_m = mobile_depth(standing_m, ground.retention_m)
        if mobile_m <= 0.0:
            return 1
        step_s = p.courant_number * ground.length_m / wave_celerity(mobile_m, resistance)
        return math.ceil(SECONDS_PER_HOUR / max(step_s, p.shortest_wet_step_s))
    peak_m = 0.0
    if rain_m > 0.0:
        n_steps = int(SECONDS_PER_HOUR / p.longest_wet_step_s)
        peak_m = first_of_hour(rain_m, ground.decay_h, n_steps)[0] * n_steps
    return substeps(
        peak_m + melt_m,
        standing_m,
        cumulative_m,
        ground.conductivity_m_s,
        ground.suction_deficit_m,
        ground.retention_m,
        resistance,
        ground.length_m,
        SECONDS_PER_HOUR,
        p,
    )


@njit(cache=True, nogil=True)
def step_water(
    supply_m: float,
    room_m: float,
    duration_s: float,
    cumulative_m: float,
    ground: Ground,
    depth_m: FloatArray,
    discharge_m2_s: FloatArray,
    resistance: FloatArray,
    excess_m: FloatArray,
    flow_m2_s: FloatArray,
) -> tuple[float, float, float]:
    """Infiltrate and route one step; return what infiltrated, ran off and was in excess (m).

    Rain in excess falls evenly on the nodes; what sinks in beyond the rain leaves them by depth.
    `flow_m2_s` is overwritten with the step's mean flow over the lower edge of each node.
    """
    standing_m = max(mean_of(depth_m), 0.0)
    taken_m = area_infiltration(
        cumulative_m,
        supply_m,
        standing_m,
        inundated_fraction(standing_m, ground.retention_m, ground.relief_roughness),
        ground.conductivity_m_s,
        ground.suction_deficit_m,
        duration_s,
    )
    taken_m = min(taken_m, room_m)
    left_m = supply_m - taken_m
    for k in range(excess_m.size):
        excess_m[k] = left_m
        if left_m < 0.0:
            # Never more than the node holds, whatever the rounding of the mean.
            excess_m[k] = -min(depth_m[k], -left_m * depth_m[k] / standing_m)
    if left_m < 0.0:
        taken_m = supply_m - mean_of(excess_m)
    outflow_m = plane_step(
        depth_m,
        discharge_m2_s,
        resistance,
        ground.retention_m,
        ground.spacing_m,
        excess_m,
        duration_s,
        flow_m2_s,
    )
    for k in range(flow_m2_s.size):
        flow_m2_s[k] *= ground.spacing_m / duration_s
    return taken_m, outflow_m, max(left_m, 0.0)


@njit(cache=True, nogil=True)
def run_hour(
    rain_m: float,
    melt_m: float,
    cumulative_m: float,
    room_m: float,
    ground: Ground,
    resisting: SlopeSurface,
    depth_m: FloatArray,
    discharge_m2_s: FloatArray,
    resistance: FloatArray,
    slope: FloatArray,
    overland: OverlandParameters,
    erosion: ErosionParameters,
    laws: Laws,
    excess_m: FloatArray,
    flow_m2_s: FloatArray,
) -> Moved:
    """Run one hour of one cell in as many steps as its flow needs."""
    n_steps = steps_of_hour(
        rain_m, melt_m, largest_of(depth_m), cumulative_m, ground, resistance[0], overland
    )
    duration_s = SECONDS_PER_HOUR / n_steps
    falling_m, decay = 0.0, 1.0
    if rain_m > 0.0:
        falling_m, decay = first_of_hour(rain_m, ground.decay_h, n_steps)
    infiltrated_m = ran_off_m = left_kg = detached_kg = deposited_kg = 0.0
    for _ in range(n_steps):
        taken_m, outflow_m, running_m = step_water(
            falling_m + melt_m / n_steps, room_m - infiltrated_m, duration_s,
            cumulative_m + infiltrated_m, ground, depth_m, discharge_m2_s, resistance, excess_m,
            flow_m2_s,
        )  # fmt: skip
        infiltrated_m += taken_m
        ran_off_m += outflow_m
        splashes = falling_m > 0.0 and running_m > 0.0
        if splashes or largest_of(flow_m2_s) > TRICKLE_M2_S:
            storm = StormStep(falling_m / duration_s, running_m / duration_s, 1.0)
            left, detached, deposited = hillslope_sediment(
                flow_m2_s, slope, ground.spacing_m, storm, resisting, erosion, laws.erosion,
                laws.capacity,
            )  # fmt: skip
            left_kg += left * duration_s
            detached_kg += detached * duration_s
            deposited_kg += deposited * duration_s
        falling_m *= decay
    return Moved(infiltrated_m, ran_off_m, left_kg, detached_kg, deposited_kg)


@njit(cache=True, nogil=True)
def hillslope_day(
    start: int,
    stop: int,
    water: WaterState,
    discharge_m2_s: FloatArray,
    slopes: Hillslopes,
    surface: SurfaceWater,
    erodibility: Erodibilities,
    overland: OverlandParameters,
    erosion: ErosionParameters,
    laws: Laws,
    day: HillslopeDay,
) -> None:
    """Run one day on the hillslopes of the cells start to stop.

    Each hour with water on the ground is cut into steps; in each, rain and melt infiltrate
    (Green-Ampt), the rest runs down the nodes (kinematic wave), and the flow of the step detaches,
    carries and drops soil as if it were steady.

    Parameters
    ----------
    water : WaterState
        `surface_m`, `infiltrated_m` and `dry_hours` change.
    discharge_m2_s : array (n, n_nodes)
        Flow over the lower edge of each node at the end of the last step; changes.
    slopes, surface, erodibility : NamedTuple of arrays
        Of all cells.
    laws : Laws
        Which erosion law and which transport capacity.
    day : HillslopeDay
        Overwritten. Rain + melt = infiltrated + run off + change of surface water.
    """
    n_nodes = water.surface_m.shape[1]
    hourly_m, excess_m, flow_m2_s = np.zeros(HOURS), np.empty(n_nodes), np.empty(n_nodes)
    for i in range(start, stop):
        day.infiltrated_m[i] = day.detached_kg_m2[i] = day.deposited_kg_m2[i] = 0.0
        for hour in range(HOURS):
            day.overland_m3[hour, i] = day.sediment_kg[hour, i] = 0.0
        rain_m, daily_melt_m = surface.rain_m[i], surface.melt_m[i]
        depth_m, flow = water.surface_m[i], discharge_m2_s[i]
        if rain_m + daily_melt_m <= 0.0 and largest_of(depth_m) <= 0.0:
            flow[:] = 0.0
            water.dry_hours[i] += HOURS
            continue
        # Whole hours, since `first_of_hour` rains throughout.
        storm_hours(
            rain_m, surface.storm_decay_h[i], math.floor(surface.storm_start_h[i]), hourly_m
        )
        ground = Ground(
            slopes.length_m[i],
            slopes.length_m[i] / n_nodes,
            slopes.retention_m[i],
            overland.micro_relief_roughness,
            surface.conductivity_m_s[i],
            surface.suction_deficit_m[i],
            surface.room_m[i],
            surface.storm_decay_h[i],
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
        cumulative_m, dry_hours, infiltrated_m = water.infiltrated_m[i], water.dry_hours[i], 0.0
        width_m = slopes.area_m2[i] / ground.length_m
        for hour in range(HOURS):
            melts = FIRST_MELT_HOUR <= hour < LAST_MELT_HOUR
            melt_m = daily_melt_m / (LAST_MELT_HOUR - FIRST_MELT_HOUR) if melts else 0.0
            supply_m = hourly_m[hour] + melt_m
            if supply_m <= 0.0 and largest_of(depth_m) <= 0.0:
                dry_hours += 1.0
                flow[:] = 0.0
                continue
            if supply_m > 0.0:
                cumulative_m = cumulative_after_pause(
                    cumulative_m, dry_hours * SECONDS_PER_HOUR, overland.redistribution_s
                )
                dry_hours = 0.0
            if sinks_in_at_once(
                hourly_m[hour], melt_m, depth_m, ground.room_m - infiltrated_m, ground,
                overland.longest_wet_step_s,
            ):  # fmt: skip
                cumulative_m += supply_m
                infiltrated_m += supply_m
                flow[:] = 0.0
                continue
            moved = run_hour(
                hourly_m[hour], melt_m, cumulative_m, ground.room_m - infiltrated_m, ground,
                resisting, depth_m, flow, slopes.resistance[i], slopes.slope[i], overland, erosion,
                laws, excess_m, flow_m2_s,
            )  # fmt: skip
            cumulative_m += moved.infiltrated_m
            infiltrated_m += moved.infiltrated_m
            day.overland_m3[hour, i] = moved.ran_off_m * slopes.area_m2[i]
            day.sediment_kg[hour, i] = moved.left_kg_m * width_m
            day.detached_kg_m2[i] += moved.detached_kg_m / ground.length_m
            day.deposited_kg_m2[i] += moved.deposited_kg_m / ground.length_m
        day.infiltrated_m[i] = infiltrated_m
        water.infiltrated_m[i], water.dry_hours[i] = cumulative_m, dry_hours
