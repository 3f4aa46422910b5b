"""How the ground takes up water today and resists erosion: cover, moisture and frost together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import GRAVITY_M_S2, WATER_DENSITY_KG_M3
from .hillslopes import Erodibilities, SurfaceWater
from .hydrology.kernel_infiltration import effective_conductivity, suction_deficit
from .hydrology.parameters_overland import OverlandParameters
from .parameters_surface import SurfaceParameters
from .soil_columns import SoilColumns
from .soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M
from .weather.kernel_radiation import (
    extraterrestrial_radiation_mj,
    hargreaves_m,
    priestley_taylor_m,
)

FloatArray = npt.NDArray[np.float64]
PA_PER_KPA = 1000.0
WEAKEST_SUCTION_KPA, STRONGEST_SUCTION_KPA = 0.1, 33.0
THAW_RILL_FACTOR, THAW_RILL_BASE = 2.0, 0.933
THAW_SHEAR_FACTOR, THAW_SHEAR_SLOPE = 0.875, 0.0543
"""Thawing soil, WEPP chapter 7 (Alberts et al. 1995), suction in kPa."""
HARGREAVES = 0


@njit(cache=True, nogil=True)
def room_for_water_m(water: FloatArray, porosity: float) -> float:
    """Return the free pore space of all layers."""
    room = 0.0
    for k in range(water.size):
        room += max(porosity - water[k], 0.0) * LAYER_THICKNESS_M[k]
    return room


@njit(cache=True, nogil=True)
def mean_above(values: FloatArray, depth_m: float) -> float:
    """Return the mean of the layers whose top lies above a depth."""
    total, thickness = 0.0, 0.0
    for k in range(values.size):
        if LAYER_BOTTOM_M[k] - LAYER_THICKNESS_M[k] >= depth_m:
            break
        total += values[k] * LAYER_THICKNESS_M[k]
        thickness += LAYER_THICKNESS_M[k]
    return total / thickness


@njit(cache=True, nogil=True)
def surface_suction_kpa(water: float, porosity: float, air_entry_m: float, b: float) -> float:
    """Return the suction of the surface's water (Clapp and Hornberger 1978)."""
    wet = max(min(water / porosity, 1.0), 0.05)
    pressure_pa = air_entry_m * wet**-b * WATER_DENSITY_KG_M3 * GRAVITY_M_S2
    return float(min(max(pressure_pa / PA_PER_KPA, WEAKEST_SUCTION_KPA), STRONGEST_SUCTION_KPA))


@njit(cache=True, nogil=True)
def surface_day(
    start: int,
    stop: int,
    soil: SoilColumns,
    water: FloatArray,
    ice_fraction: FloatArray,
    frost_cycles: FloatArray,
    ground_cover: FloatArray,
    lai: FloatArray,
    settled: Erodibilities,
    weakening_per_cycle: float,
    weakening_limit: float,
    overland: OverlandParameters,
    p: SurfaceParameters,
    surface: SurfaceWater,
    erodibility: Erodibilities,
) -> None:
    """Write how the ground of each cell takes up water and resists erosion today.

    Parameters
    ----------
    water, ice_fraction : array (n, 10)
        Water content, and the share of it that is ice.
    frost_cycles : array (n,)
        Freeze-thaw cycles since the surface last consolidated.
    settled : Erodibilities
        Of the month, without frost.
    weakening_per_cycle, weakening_limit : float
        Growth of erodibility with frost cycles.
    surface : SurfaceWater
        Conductivity, suction deficit and room are overwritten.
    erodibility : Erodibilities
        The three WEPP arrays are overwritten.
    """
    for i in range(start, stop):
        ice = ice_fraction[i, 0]
        frozen = mean_above(ice_fraction[i], p.wetting_depth_m)
        porosity = soil.porosity[i]
        surface.conductivity_m_s[i] = effective_conductivity(
            soil.saturated_conductivity_m_s[i], frozen, ground_cover[i], lai[i], overland
        )
        surface.suction_deficit_m[i] = suction_deficit(
            soil.wetting_front_suction_m[i], porosity, mean_above(water[i], p.wetting_depth_m)
        )
        surface.room_m[i] = room_for_water_m(water[i], porosity)
        scale, rill, shear = 1.0 - ice, 1.0, 1.0
        if frost_cycles[i] > 0.0:
            scale *= min(1.0 + weakening_per_cycle * frost_cycles[i], weakening_limit)
            if ice <= 0.0:
                suction = surface_suction_kpa(
                    water[i, 0], porosity, soil.air_entry_suction_m[i], soil.clapp_hornberger_b[i]
                )
                rill = THAW_RILL_FACTOR * THAW_RILL_BASE**suction
                shear = THAW_SHEAR_FACTOR + THAW_SHEAR_SLOPE * np.log(suction)
        erodibility.interrill_kg_s_m4[i] = settled.interrill_kg_s_m4[i] * scale
        erodibility.rill_s_m[i] = settled.rill_s_m[i] * scale * rill
        erodibility.critical_shear_pa[i] = settled.critical_shear_pa[i] * shear


@njit(cache=True, nogil=True)
def potential_evapotranspiration(
    start: int,
    stop: int,
    latitude_deg: FloatArray,
    day_of_year: int,
    mean_c: FloatArray,
    min_c: FloatArray,
    max_c: FloatArray,
    law: int,
    potential_m: FloatArray,
) -> None:
    """Write the day's potential evapotranspiration, m, by Hargreaves or Priestley-Taylor."""
    for i in range(start, stop):
        ra_mj = extraterrestrial_radiation_mj(latitude_deg[i], day_of_year)
        if law == HARGREAVES:
            potential_m[i] = hargreaves_m(ra_mj, mean_c[i], min_c[i], max_c[i])
        else:
            potential_m[i] = priestley_taylor_m(ra_mj, mean_c[i], min_c[i], max_c[i])


@njit(cache=True, nogil=True)
def count_frost(
    start: int,
    stop: int,
    temperature_c: FloatArray,
    was_c: FloatArray,
    consolidation_c: float,
    cycles: FloatArray,
) -> None:
    """Count the surface's crossings from frost to thaw; a warm topsoil has consolidated."""
    for i in range(start, stop):
        if was_c[i] < 0.0 <= temperature_c[i, 0]:
            cycles[i] += 1.0
        if temperature_c[i, 0] >= consolidation_c:
            cycles[i] = 0.0
        was_c[i] = temperature_c[i, 0]
