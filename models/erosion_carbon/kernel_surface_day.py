"""How the ground takes up water today and resists erosion: cover, moisture and frost together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .constants import GRAVITY_M_S2, SECONDS_PER_DAY, WATER_DENSITY_KG_M3
from .erosion.kernel_frost import frost_weakening, thaw_factors
from .hillslopes import ControlZone, Erodibilities, SurfaceWater
from .hydrology.kernel_infiltration import effective_conductivity, suction_deficit
from .hydrology.kernel_soil_water import room_of_layers_m
from .hydrology.parameters_column import SoilWaterParameters
from .hydrology.parameters_overland import OverlandParameters
from .parameters_surface import SurfaceParameters
from .soil_columns import SoilColumns
from .soil_layers import LAYER_BOTTOM_M
from .weather.kernel_radiation import (
    extraterrestrial_radiation_mj,
    hargreaves_m,
    priestley_taylor_m,
)

FloatArray = npt.NDArray[np.float64]
PA_PER_KPA = 1000.0
LEAST_SATURATION = 0.05
"""Suctions of drier surfaces lie far beyond those at which thawed soil is weak."""
EVAPORATION_HARGREAVES, EVAPORATION_PRIESTLEY_TAYLOR = 0, 1
EVAPORATION_LAWS = {
    "hargreaves": EVAPORATION_HARGREAVES,
    "priestley_taylor": EVAPORATION_PRIESTLEY_TAYLOR,
}


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def mean_above(values: FloatArray, depth_m: float) -> float:
    """Return the mean of a property of the layers from the surface to a depth."""
    total, top_m = 0.0, 0.0
    for k in range(values.size):
        total += values[k] * max(min(LAYER_BOTTOM_M[k], depth_m) - top_m, 0.0)
        top_m = LAYER_BOTTOM_M[k]
    return total / depth_m


@njit(cache=True, nogil=True)
def surface_suction_kpa(water: float, porosity: float, air_entry_m: float, b: float) -> float:
    """Return the suction of the surface's water (Clapp and Hornberger 1978)."""
    saturation = max(min(water / porosity, 1.0), LEAST_SATURATION)
    return float(air_entry_m * saturation**-b * WATER_DENSITY_KG_M3 * GRAVITY_M_S2 / PA_PER_KPA)


@njit(cache=True, nogil=True, error_model="numpy")
def uptake_day(
    start: int,
    stop: int,
    soil: SoilColumns,
    water: FloatArray,
    ice_fraction: FloatArray,
    ground_cover: FloatArray,
    lai: FloatArray,
    overland: OverlandParameters,
    soil_water: SoilWaterParameters,
    p: SurfaceParameters,
    surface: SurfaceWater,
    zone: ControlZone,
) -> None:
    """Write how the ground of each cell takes up water today.

    Parameters
    ----------
    water, ice_fraction : array (n, 10)
        Water content, and the share of it that is ice.
    ground_cover, lai : array (n,)
        Share of covered ground; leaf area index.
    soil_water : SoilWaterParameters
        What finds no room in the layers by these does not leave the surface.
    surface : SurfaceWater
        Conductivity, suction deficit and room are overwritten.
    zone : ControlZone
        Overwritten. Crust, plants and ice change the rate of dry soil as they do the conductivity.
    """
    depth_m = overland.holtan_zone_m
    frozen = np.empty(water.shape[1])
    for i in range(start, stop):
        porosity, saturated_m_s = soil.porosity[i], soil.saturated_conductivity_m_s[i]
        for k in range(frozen.size):
            frozen[k] = ice_fraction[i, k] * water[i, k]
        pores_in_ice = mean_above(frozen, p.wetting_depth_m) / porosity
        conductivity_m_s = effective_conductivity(
            saturated_m_s, pores_in_ice, ground_cover[i], lai[i], overland
        )
        surface.conductivity_m_s[i] = conductivity_m_s
        surface.suction_deficit_m[i] = suction_deficit(
            soil.wetting_front_suction_m[i], porosity, mean_above(water[i], p.wetting_depth_m)
        )
        surface.room_m[i] = room_of_layers_m(
            water[i], frozen, porosity, saturated_m_s * SECONDS_PER_DAY, soil_water.ice_impedance
        )
        zone.all_pores_m[i] = porosity * depth_m
        zone.gravity_pores_m[i] = (porosity - soil.field_capacity[i]) * depth_m
        zone.free_pores_m[i] = max(porosity - mean_above(water[i], depth_m), 0.0) * depth_m
        zone.dry_rate_m_s[i] = overland.holtan_dry_rate_m_s * conductivity_m_s / saturated_m_s


@njit(cache=True, nogil=True)
def resistance_day(
    start: int,
    stop: int,
    soil: SoilColumns,
    water: FloatArray,
    ice_fraction: FloatArray,
    frost_cycles: FloatArray,
    settled: Erodibilities,
    weakening_per_cycle: float,
    weakening_limit: float,
    erodibility: Erodibilities,
) -> None:
    """Write how the ground of each cell resists erosion today.

    Ice holds the soil; frost loosens it until it consolidates; thawed but not yet consolidated,
    wet soil has little strength.

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
    erodibility : Erodibilities
        The three WEPP arrays are overwritten.
    """
    for i in range(start, stop):
        ice, cycles = ice_fraction[i, 0], frost_cycles[i]
        scale = (1.0 - ice) * frost_weakening(cycles, weakening_per_cycle, weakening_limit)
        rill, shear = 1.0, 1.0
        if cycles > 0.0 and ice <= 0.0:
            rill, shear = thaw_factors(
                surface_suction_kpa(
                    water[i, 0],
                    soil.porosity[i],
                    soil.air_entry_suction_m[i],
                    soil.clapp_hornberger_b[i],
                )
            )
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
    """Write the day's potential evapotranspiration, m, by one of `EVAPORATION_LAWS`."""
    for i in range(start, stop):
        ra_mj = extraterrestrial_radiation_mj(latitude_deg[i], day_of_year)
        if law == EVAPORATION_HARGREAVES:
            potential_m[i] = hargreaves_m(ra_mj, mean_c[i], min_c[i], max_c[i])
        else:
            potential_m[i] = priestley_taylor_m(ra_mj, mean_c[i], min_c[i], max_c[i])


@njit(cache=True, nogil=True)
def mean_of_nodes(start: int, stop: int, surface_m: FloatArray, ponded_m: FloatArray) -> None:
    """Write the water standing on the ground, (n,), from that of the nodes (n, n_nodes)."""
    n_nodes = surface_m.shape[1]
    for i in range(start, stop):
        total_m = 0.0
        for node in range(n_nodes):
            total_m += surface_m[i, node]
        ponded_m[i] = total_m / n_nodes


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
