"""The water column's day: canopy and snow before the hillslope, the soil after it."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..constants import SECONDS_PER_DAY
from ..soil_columns import FloatArray, SoilColumns
from ..soil_layers import N_LAYERS
from .kernel_evapotranspiration import evaporate_soil, share_reaching_soil, transpire
from .kernel_groundwater import groundwater_release
from .kernel_interception import canopy_capacity_m, intercept
from .kernel_snow import height_of_season, snow_day, snow_depth_m, snow_fall_fraction
from .kernel_soil_water import (
    conductivity_exponent,
    fill_layers,
    interflow_day,
    passed_below,
    percolate_day,
)
from .parameters_column import SnowCanopyParameters, SoilWaterParameters
from .state import WaterState


@njit(cache=True, nogil=True)
def snow_and_canopy_day(
    start: int,
    stop: int,
    day_of_year: int,
    latitude_deg: FloatArray,
    water: WaterState,
    precipitation_m: FloatArray,
    mean_c: FloatArray,
    lai: FloatArray,
    forest: FloatArray,
    parameters: SnowCanopyParameters,
    rain_to_ground_m: FloatArray,
    melt_m: FloatArray,
    throughfall_m: FloatArray,
    snow_depth_out_m: FloatArray,
) -> None:
    """Split, intercept, lay and melt one day's precipitation in the cells start to stop.

    All arrays (n,); `forest` 1 under trees, else 0. What leaves snow that stays is melt, rain that
    fell on it included: no drop hits the ground. Precipitation = change of canopy and snow + rain
    to the ground + melt.
    """
    p = parameters
    for i in range(start, stop):
        share = snow_fall_fraction(mean_c[i], p.all_snow_below_c, p.all_rain_above_c)
        snowfall_m = share * precipitation_m[i]
        rain_m = precipitation_m[i] - snowfall_m
        capacity_m = canopy_capacity_m(lai[i], p.canopy_storage_m_per_lai)
        throughfall_m[i], water.canopy_m[i] = intercept(rain_m, water.canopy_m[i], capacity_m)
        snow_m, liquid_m, density, outflow_m = snow_day(
            water.snow_water_m[i],
            water.snow_liquid_m[i],
            water.snow_density_kg_m3[i],
            snowfall_m,
            throughfall_m[i],
            mean_c[i],
            height_of_season(day_of_year, latitude_deg[i]),
            forest[i] > 0.0,
            p,
        )
        water.snow_water_m[i] = snow_m
        water.snow_liquid_m[i] = liquid_m
        water.snow_density_kg_m3[i] = density
        rain_to_ground_m[i] = 0.0 if snow_m > 0.0 else throughfall_m[i]
        melt_m[i] = outflow_m - rain_to_ground_m[i]
        snow_depth_out_m[i] = snow_depth_m(snow_m, density)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def evapotranspire_layers(
    content: FloatArray,
    frozen: FloatArray,
    temperature_c: FloatArray,
    root_share: FloatArray,
    demand_m: float,
    lai: float,
    ground_cover: float,
    transpiration_factor: float,
    snow_water_m: float,
    field_capacity: float,
    wilting_point: float,
    p: SoilWaterParameters,
) -> float:
    """Share a day's demand between soil and roots by the light each gets; change `content`.

    Litter keeps back some of the soil's evaporation, and stomata of trees some of the plants', for
    which the other makes up nothing.

    Rows and scalars come in, not the states of all cells: tuples of arrays cost more to hand over
    than a cell's whole day takes.
    """
    if demand_m <= 0.0:
        return 0.0
    soil_demand_m = demand_m * share_reaching_soil(lai, p.light_extinction)
    from_soil_m = 0.0
    if snow_water_m < p.snow_covered_m:
        air_dry = p.air_dry_share * wilting_point
        bare_m = soil_demand_m * (1.0 - p.evaporation_under_litter * ground_cover)
        from_soil_m = evaporate_soil(content, frozen, bare_m, air_dry, field_capacity)
    from_roots_m = transpire(
        content,
        frozen,
        temperature_c,
        root_share,
        transpiration_factor * (demand_m - soil_demand_m),
        wilting_point,
        field_capacity,
        p.stress_share,
        p.root_uptake_above_c,
        p.root_uptake_free_c,
    )
    return float(from_soil_m + from_roots_m)


@njit(cache=True, nogil=True, error_model="numpy")
def soil_water_day(
    start: int,
    stop: int,
    water: WaterState,
    soil: SoilColumns,
    infiltrated_today_m: FloatArray,
    potential_evapotranspiration_m: FloatArray,
    lai: FloatArray,
    ground_cover: FloatArray,
    transpiration_factor: FloatArray,
    root_share: FloatArray,
    temperature_c: FloatArray,
    ice_fraction: FloatArray,
    parameters: SoilWaterParameters,
    evapotranspiration_m: FloatArray,
    release_m: FloatArray,
    overflow_m: FloatArray,
    percolation_m: FloatArray,
) -> None:
    """Infiltrate, drain, flow sideways, evaporate and release one day's water, start to stop.

    Arrays (n,), those of layers (n, 10); `ice_fraction` is the frozen share of a layer's
    water in the morning; that ice stays. `percolation_m` (n, 10) is the water that passed the
    bottom of each layer.
    Infiltration = change of canopy, soil and groundwater + evapotranspiration + release (interflow
    and groundwater) + overflow (water for which the soil had no room).
    """
    p = parameters
    frozen, before = np.empty(N_LAYERS), np.empty(N_LAYERS)
    for i in range(start, stop):
        content = water.soil[i]
        for k in range(N_LAYERS):
            before[k] = content[k]
            frozen[k] = ice_fraction[i, k] * content[k]
        porosity, field_capacity = soil.porosity[i], soil.field_capacity[i]
        conductivity_m_day = soil.saturated_conductivity_m_s[i] * SECONDS_PER_DAY
        share_let_go = p.wetland_drainage_share if soil.water_table[i] > 0.0 else 1.0
        overflow_m[i] = fill_layers(
            content, frozen, porosity, conductivity_m_day, p.ice_impedance, infiltrated_today_m[i]
        )
        deep_m = percolate_day(
            content,
            frozen,
            porosity,
            field_capacity,
            conductivity_m_day,
            conductivity_exponent(soil.clapp_hornberger_b[i]),
            p.ice_impedance,
            share_let_go,
        )
        passed_below(before, content, deep_m, percolation_m[i])
        sideways_m = interflow_day(
            content, frozen, field_capacity, p.interflow_1_day * share_let_go
        )
        wet_leaves_m = min(water.canopy_m[i], potential_evapotranspiration_m[i])
        water.canopy_m[i] -= wet_leaves_m
        evapotranspiration_m[i] = wet_leaves_m + evapotranspire_layers(
            content,
            frozen,
            temperature_c[i],
            root_share[i],
            potential_evapotranspiration_m[i] - wet_leaves_m,
            lai[i],
            ground_cover[i],
            transpiration_factor[i],
            water.snow_water_m[i],
            field_capacity,
            soil.wilting_point[i],
            p,
        )
        released_m = groundwater_release(
            water.groundwater_m[i] + deep_m, p.groundwater_release_1_day, 1.0
        )
        water.groundwater_m[i] += deep_m - released_m
        release_m[i] = sideways_m + released_m
