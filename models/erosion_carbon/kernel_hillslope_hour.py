"""One hour on one hillslope: rain and melt infiltrate, run off, and move soil, step by step."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import SECONDS_PER_HOUR
from .erosion.kernel_hillslope_sediment import (
    DEPOSITED,
    DETACHED,
    DURATION_S,
    EROSION_NONE,
    FIRST_NODE,
    HOUR,
    LOAD,
    RAIN_M_S,
    RUNOFF_M_S,
    SQUARE_RATIO,
    SlopeSurface,
    hillslope_sediment,
)
from .erosion.parameters import ErosionParameters
from .hillslopes import Laws
from .hydrology.kernel_detention import mobile_depth
from .hydrology.kernel_infiltration import green_ampt_step, holtan_step
from .hydrology.kernel_kinematic_wave import wave_celerity
from .hydrology.kernel_overland import substeps
from .hydrology.parameters_overland import OverlandParameters
from .kernel_hillslope_step import INFILTRATION_HOLTAN, Ground, largest_of, step_water
from .weather.kernel_storm import intensity_square_ratio

FloatArray = npt.NDArray[np.float64]
TRICKLE_M2_S = 1e-6
"""Flow per width, 0.01 mm/h from 300 m, whose shear moves no soil."""


class Moved(NamedTuple):
    """What an hour moved.

    Parameters
    ----------
    infiltrated_m, ran_off_m : float
        Water.
    n_steps : int
        Steps of the day up to now in which soil may move.
    memory_m : float
        What the law of infiltration remembers: the cumulative infiltration of Green-Ampt, the free
        pores of Holtan's control zone.
    """

    infiltrated_m: float
    ran_off_m: float
    n_steps: int
    memory_m: float


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def first_of_hour(rain_m: float, decay_h: float, n_steps: int) -> tuple[float, float]:
    """Return the rain of an hour's first step and the ratio of each to the one before.

    Within the hour the storm goes on falling off exponentially; the steps add up to `rain_m`.
    """
    decay = math.exp(-1.0 / (n_steps * decay_h))
    return rain_m * (1.0 - decay) / (1.0 - decay**n_steps), decay


@njit(cache=True, nogil=True)
def peak_ratio(decay_h: float, step_s: float) -> float:
    """Return the intensity of an hour's heaviest step over the hour's mean."""
    n_steps = int(SECONDS_PER_HOUR / step_s)
    return first_of_hour(1.0, decay_h, n_steps)[0] * n_steps


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def steps_of_hour(
    rain_m: float,
    melt_m: float,
    standing_m: float,
    memory_m: float,
    ground: Ground,
    resistance: float,
    p: OverlandParameters,
    law: int,
) -> int:
    """Return into how many steps an hour is cut.

    The heaviest minutes decide whether any water runs, not the hour's mean; without any supply the
    recession of the flow alone decides, which needs few.
    """
    mobile_m = mobile_depth(standing_m, ground.retention_m)
    if rain_m + melt_m <= 0.0:
        if mobile_m <= 0.0:
            return 1
        step_s = p.courant_number * ground.length_m / wave_celerity(mobile_m, resistance)
        return math.ceil(SECONDS_PER_HOUR / max(step_s, p.shortest_wet_step_s))
    water_m = standing_m + rain_m * ground.peak_ratio + melt_m
    if law == INFILTRATION_HOLTAN:
        water_m -= holtan_step(
            memory_m, water_m, ground.all_pores_m, ground.gravity_pores_m,
            ground.conductivity_m_s, ground.dry_rate_m_s, p.holtan_exponent, SECONDS_PER_HOUR,
        )[0]  # fmt: skip
    else:
        water_m -= green_ampt_step(
            memory_m, water_m, ground.conductivity_m_s, ground.suction_deficit_m, SECONDS_PER_HOUR
        )
    return substeps(
        max(mobile_m, mobile_depth(water_m, ground.retention_m)),
        resistance,
        ground.length_m,
        SECONDS_PER_HOUR,
        p.shortest_wet_step_s,
        p.longest_wet_step_s,
        p.courant_number,
    )


@njit(cache=True, nogil=True)
def most_steps_of_hour(p: OverlandParameters) -> int:
    """Return into how many steps an hour is cut at most."""
    return math.ceil(SECONDS_PER_HOUR / min(p.shortest_wet_step_s, p.longest_wet_step_s))


@njit(cache=True, nogil=True, forceinline=True)
def keep_step(
    steps: FloatArray,
    step: int,
    hour: int,
    duration_s: float,
    falling_m: float,
    running_m: float,
    square_ratio: float,
    flow_m2_s: FloatArray,
) -> None:
    """Keep the rain and flow of a step, by which soil moves."""
    steps[HOUR, step], steps[DURATION_S, step] = hour, duration_s
    steps[RAIN_M_S, step], steps[RUNOFF_M_S, step] = falling_m / duration_s, running_m / duration_s
    steps[SQUARE_RATIO, step] = square_ratio
    for node in range(flow_m2_s.size):
        steps[FIRST_NODE + node, step] = flow_m2_s[node]


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def run_hour(
    hour: int,
    rain_m: float,
    melt_m: float,
    memory_m: float,
    room_m: float,
    ground: Ground,
    depth_m: FloatArray,
    discharge_m2_s: FloatArray,
    resistance: FloatArray,
    overland: OverlandParameters,
    laws: Laws,
    excess_m: FloatArray,
    flow_m2_s: FloatArray,
    steps: FloatArray,
    n_kept: int,
) -> Moved:
    """Run the water of one hour of one cell in as many steps as its flow needs.

    Steps that may move soil are kept in `steps`, after the `n_kept` of the hours before.
    """
    n_steps = steps_of_hour(
        rain_m, melt_m, largest_of(depth_m), memory_m, ground, resistance[0], overland,
        laws.infiltration,
    )  # fmt: skip
    duration_s = SECONDS_PER_HOUR / n_steps
    falling_m, decay, square_ratio = 0.0, 1.0, 1.0
    if rain_m > 0.0:
        falling_m, decay = first_of_hour(rain_m, ground.decay_h, n_steps)
        square_ratio = intensity_square_ratio(1.0 / n_steps, ground.decay_h)
    infiltrated_m = ran_off_m = 0.0
    for _ in range(n_steps):
        taken_m, outflow_m, running_m, memory_m = step_water(
            memory_m, falling_m + melt_m / n_steps, room_m - infiltrated_m, duration_s, ground,
            laws.infiltration, overland.holtan_exponent, depth_m, discharge_m2_s, resistance,
            excess_m, flow_m2_s,
        )  # fmt: skip
        infiltrated_m += taken_m
        ran_off_m += outflow_m
        splashes = falling_m > 0.0 and running_m > 0.0
        flows = splashes or largest_of(flow_m2_s) > TRICKLE_M2_S
        if flows and laws.erosion != EROSION_NONE:
            keep_step(
                steps, n_kept, hour, duration_s, falling_m, running_m, square_ratio, flow_m2_s
            )
            n_kept += 1
        falling_m *= decay
    return Moved(infiltrated_m, ran_off_m, n_kept, memory_m)


@njit(cache=True, nogil=True)
def move_soil(
    steps: FloatArray,
    n_steps: int,
    slope: FloatArray,
    spacing_m: float,
    resisting: SlopeSurface,
    erosion: ErosionParameters,
    laws: Laws,
    left_kg_m: FloatArray,
) -> tuple[float, float]:
    """Move the soil of all steps of a day; return what was detached and deposited, kg m-1.

    `left_kg_m` (24,) gains what left in each hour, per metre of slope width.
    """
    if n_steps == 0:
        return 0.0, 0.0
    hillslope_sediment(
        steps, n_steps, slope, spacing_m, resisting, erosion, laws.erosion, laws.capacity
    )
    detached_kg_m = deposited_kg_m = 0.0
    for step in range(n_steps):
        duration_s = steps[DURATION_S, step]
        left_kg_m[int(steps[HOUR, step])] += steps[LOAD, step] * duration_s
        detached_kg_m += steps[DETACHED, step] * duration_s
        deposited_kg_m += steps[DEPOSITED, step] * duration_s
    return detached_kg_m, deposited_kg_m
