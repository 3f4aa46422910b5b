"""One day on the hillslopes of many cells: rain and melt infiltrate, run off, and move soil."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import SECONDS_PER_HOUR
from .erosion.kernel_hillslope_sediment import SlopeSurface, StormStep, hillslope_sediment
from .erosion.parameters import ErosionParameters
from .hillslopes import Erodibilities, HillslopeDay, Hillslopes, Laws, SurfaceWater
from .hydrology.kernel_detention import inundated_fraction
from .hydrology.kernel_infiltration import area_infiltration, cumulative_after_pause
from .hydrology.kernel_overland import plane_step, substeps
from .hydrology.parameters_overland import OverlandParameters
from .hydrology.state import WaterState
from .weather.kernel_storm import storm_hours

FloatArray = npt.NDArray[np.float64]
HOURS = 24
FIRST_MELT_HOUR, LAST_MELT_HOUR = 10, 18
"""Snow melts by day; its water reaches the ground within these hours."""


@njit(cache=True, nogil=True)
def mean_of(values: FloatArray) -> float:
    """Return the mean of the nodes."""
    total = 0.0
    for k in range(values.size):
        total += values[k]
    return total / values.size


@njit(cache=True, nogil=True)
def spread_excess(
    excess_m: float, standing_m: float, depth_m: FloatArray, nodes: FloatArray
) -> None:
    """Give each node its part: rain in excess falls evenly, what sinks in leaves by depth."""
    for k in range(nodes.size):
        nodes[k] = excess_m if excess_m >= 0.0 else excess_m * depth_m[k] / standing_m


@njit(cache=True, nogil=True)
def is_quiet(rain_m: float, melt_m: float, depth_m: FloatArray) -> bool:
    """Return whether no water comes to the ground and none stands on it."""
    return rain_m + melt_m <= 0.0 and mean_of(depth_m) <= 0.0


@njit(cache=True, nogil=True)
def end_of_day_is_dry(i: int, water: WaterState, redistribution_s: float) -> None:
    """Let a dry day pass: after a long enough pause infiltration starts anew."""
    water.dry_hours[i] += HOURS
    dry_s = water.dry_hours[i] * SECONDS_PER_HOUR
    water.infiltrated_m[i] = cumulative_after_pause(water.infiltrated_m[i], dry_s, redistribution_s)


@njit(cache=True, nogil=True)
def step_water(
    i: int,
    water: WaterState,
    slopes: Hillslopes,
    surface: SurfaceWater,
    p: OverlandParameters,
    supply_m: float,
    room_m: float,
    duration_s: float,
    discharge_m2_s: FloatArray,
    nodes: FloatArray,
    flow_m2_s: FloatArray,
) -> tuple[float, float, float]:
    """Infiltrate and route one step; return what infiltrated, ran off and was in excess (m).

    `flow_m2_s` is overwritten with the step's mean flow over the lower edge of each node.
    """
    depth_m = water.surface_m[i]
    standing_m = mean_of(depth_m)
    retention_m = slopes.retention_m[i]
    taken_m = area_infiltration(
        water.infiltrated_m[i],
        supply_m,
        standing_m,
        inundated_fraction(standing_m, retention_m, p.micro_relief_roughness),
        surface.conductivity_m_s[i],
        surface.suction_deficit_m[i],
        duration_s,
    )
    taken_m = min(taken_m, room_m)
    excess_m = supply_m - taken_m
    if standing_m <= 0.0:
        excess_m = max(excess_m, 0.0)
    spread_excess(excess_m, standing_m, depth_m, nodes)
    spacing_m = slopes.length_m[i] / depth_m.size
    outflow_m = plane_step(
        depth_m,
        discharge_m2_s,
        slopes.resistance[i],
        retention_m,
        spacing_m,
        nodes,
        duration_s,
        flow_m2_s,
    )
    for k in range(flow_m2_s.size):
        flow_m2_s[k] *= spacing_m / duration_s
    water.infiltrated_m[i] += taken_m
    return taken_m, outflow_m, max(excess_m, 0.0)


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
    hourly_m = np.empty(HOURS)
    nodes, flow_m2_s = np.empty(n_nodes), np.empty(n_nodes)
    for i in range(start, stop):
        day.infiltrated_m[i] = day.detached_kg_m2[i] = day.deposited_kg_m2[i] = 0.0
        for hour in range(HOURS):
            day.overland_m3[hour, i] = day.sediment_kg[hour, i] = 0.0
        if is_quiet(surface.rain_m[i], surface.melt_m[i], water.surface_m[i]):
            end_of_day_is_dry(i, water, overland.redistribution_s)
            continue
        storm_hours(surface.rain_m[i], surface.storm_decay_h[i], surface.storm_start_h[i], hourly_m)
        melt_m = surface.melt_m[i] / (LAST_MELT_HOUR - FIRST_MELT_HOUR)
        for hour in range(HOURS):
            rain_m = hourly_m[hour]
            melting_m = melt_m if FIRST_MELT_HOUR <= hour < LAST_MELT_HOUR else 0.0
            run_hour(
                i, hour, rain_m, melting_m, water, discharge_m2_s[i], slopes, surface, erodibility,
                overland, erosion, laws, day, nodes, flow_m2_s,
            )  # fmt: skip


@njit(cache=True, nogil=True)
def run_hour(
    i: int,
    hour: int,
    rain_m: float,
    melt_m: float,
    water: WaterState,
    discharge_m2_s: FloatArray,
    slopes: Hillslopes,
    surface: SurfaceWater,
    erodibility: Erodibilities,
    overland: OverlandParameters,
    erosion: ErosionParameters,
    laws: Laws,
    day: HillslopeDay,
    nodes: FloatArray,
    flow_m2_s: FloatArray,
) -> None:
    """Run one hour of one cell in as many steps as its flow needs."""
    supply_m = rain_m + melt_m
    depth_m = water.surface_m[i]
    standing_m = mean_of(depth_m)
    if supply_m + standing_m <= 0.0:
        water.dry_hours[i] += 1.0
        discharge_m2_s[:] = 0.0
        return
    start_anew(i, supply_m, water, overland.redistribution_s)
    spacing_m = slopes.length_m[i] / depth_m.size
    decay_h = surface.storm_decay_h[i]
    # The heaviest minutes decide whether any water runs, not the hour's mean.
    n_steps = substeps(
        peak_of_hour(rain_m, decay_h, overland.longest_wet_step_s) + melt_m, depth_m.max(),
        water.infiltrated_m[i], surface.conductivity_m_s[i], surface.suction_deficit_m[i],
        slopes.retention_m[i], slopes.resistance[i, 0], slopes.length_m[i], SECONDS_PER_HOUR,
        overland,
    )  # fmt: skip
    duration_s = SECONDS_PER_HOUR / n_steps
    falling_m, decay = first_of_hour(rain_m, decay_h, n_steps)
    width_m = slopes.area_m2[i] / slopes.length_m[i]
    resisting = surface_of(erodibility, i)
    for _ in range(n_steps):
        room_m = surface.room_m[i] - day.infiltrated_m[i]
        taken_m, outflow_m, excess_m = step_water(
            i, water, slopes, surface, overland, falling_m + melt_m / n_steps, room_m, duration_s,
            discharge_m2_s, nodes, flow_m2_s,
        )  # fmt: skip
        day.infiltrated_m[i] += taken_m
        day.overland_m3[hour, i] += outflow_m * slopes.area_m2[i]
        if excess_m > 0.0 or outflow_m > 0.0:
            storm = StormStep(falling_m / duration_s, excess_m / duration_s, 1.0)
            left, detached, deposited = hillslope_sediment(
                flow_m2_s, slopes.slope[i], spacing_m, storm, resisting, erosion,
                laws.erosion, laws.capacity,
            )  # fmt: skip
            day.sediment_kg[hour, i] += left * duration_s * width_m
            day.detached_kg_m2[i] += detached * duration_s / slopes.length_m[i]
            day.deposited_kg_m2[i] += deposited * duration_s / slopes.length_m[i]
        falling_m *= decay


@njit(cache=True, nogil=True)
def first_of_hour(rain_m: float, decay_h: float, n_steps: int) -> tuple[float, float]:
    """Return the rain of the first of an hour's steps and by what each next one is less.

    Within its hour the storm goes on falling off exponentially; the steps add up to `rain_m`.
    """
    decay = np.exp(-1.0 / (n_steps * decay_h))
    return rain_m * (1.0 - decay) / (1.0 - decay**n_steps), decay


@njit(cache=True, nogil=True)
def peak_of_hour(rain_m: float, decay_h: float, step_s: float) -> float:
    """Return the depth an hour would bring that rains throughout as in its heaviest minutes."""
    n_steps = int(SECONDS_PER_HOUR / step_s)
    return first_of_hour(rain_m, decay_h, n_steps)[0] * n_steps


@njit(cache=True, nogil=True)
def surface_of(erodibility: Erodibilities, i: int) -> SlopeSurface:
    """Return what resists erosion in one cell."""
    return SlopeSurface(
        erodibility.interrill_kg_s_m4[i],
        erodibility.rill_s_m[i],
        erodibility.critical_shear_pa[i],
        erodibility.friction_factor[i],
        erodibility.fall_velocity_m_s[i],
        erodibility.transport_adjustment[i],
        erodibility.cover_erodibility_us[i],
    )


@njit(cache=True, nogil=True)
def start_anew(i: int, supply_m: float, water: WaterState, redistribution_s: float) -> None:
    """Begin another event where the soil had time to redistribute its water."""
    if supply_m > 0.0:
        dry_s = water.dry_hours[i] * SECONDS_PER_HOUR
        water.infiltrated_m[i] = cumulative_after_pause(
            water.infiltrated_m[i], dry_s, redistribution_s
        )
        water.dry_hours[i] = 0.0
