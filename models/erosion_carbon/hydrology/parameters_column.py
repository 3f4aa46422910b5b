"""Parameters of the water column: canopy and snow, soil water and evapotranspiration."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class SnowCanopyParameters(NamedTuple):
    """Parameters of interception and snow; units and sources in `SNOW_CANOPY`."""

    canopy_storage_m_per_lai: float
    all_snow_below_c: float
    all_rain_above_c: float
    settled_density_open_kg_m3: float
    settled_density_forest_kg_m3: float
    settling_days: float
    melt_factor_open_m_c_day: float
    melt_factor_forest_m_c_day: float
    melt_above_c: float


class SoilWaterParameters(NamedTuple):
    """Parameters of soil water and evapotranspiration; units and sources in `SOIL_WATER`."""

    light_extinction: float
    air_dry_share: float
    stress_share: float
    root_uptake_above_c: float
    snow_covered_m: float
    ice_impedance: float
    interflow_1_day: float
    groundwater_release_1_day: float
    wetland_drainage_share: float
    wetland_water_table_m: float


SNOW_CANOPY = ParameterTable(
    "snow_canopy",
    SnowCanopyParameters,
    {
        "canopy_storage_m_per_lai": Parameter(
            2e-4, "m", 0.0, 1e-3, "Dickinson 1984 (BATS)", "rain held per unit of leaf area"
        ),
        "all_snow_below_c": Parameter(
            0.0, "degC", -5.0, 2.0, "own: with the next, half at 1", "daily mean of pure snowfall"
        ),
        "all_rain_above_c": Parameter(
            2.0, "degC", 0.0, 6.0, "Jennings et al. 2018: half at 1 degC", "daily mean of pure rain"
        ),
        "settled_density_open_kg_m3": Parameter(
            300.0, "kg m-3", 150.0, 600.0, "Verseghy 1991 (CLASS)", "density of old snow, open land"
        ),
        "settled_density_forest_kg_m3": Parameter(
            250.0, "kg m-3", 150.0, 600.0, "own: less wind", "density of old snow under trees"
        ),
        "settling_days": Parameter(
            4.0, "day", 0.5, 60.0, "Verseghy 1991: 0.24 per day", "e-folding time of ageing"
        ),
        "melt_factor_open_m_c_day": Parameter(
            3.5e-3, "m degC-1 day-1", 5e-4, 1.2e-2, "Kuusisto 1984 in Hock 2003", "melt, open land"
        ),
        "melt_factor_forest_m_c_day": Parameter(
            2.4e-3, "m degC-1 day-1", 5e-4, 1.2e-2, "Kuusisto 1984 in Hock 2003", "melt, forest"
        ),
        "melt_above_c": Parameter(
            0.0, "degC", -2.0, 3.0, "Hock 2003", "daily mean above which snow melts"
        ),
    },
)

SOIL_WATER = ParameterTable(
    "soil_water",
    SoilWaterParameters,
    {
        "light_extinction": Parameter(
            0.5, "1", 0.2, 1.0, "Monsi and Saeki 1953, spherical leaves", "of light in the canopy"
        ),
        "air_dry_share": Parameter(
            0.5, "1", 0.0, 1.0, "Allen et al. 1998 (FAO-56), Eq. 73", "air-dry over wilting point"
        ),
        "stress_share": Parameter(
            0.5,
            "1",
            0.05,
            1.0,
            "Allen et al. 1998 (FAO-56), Table 22",
            "share of available water below which transpiration falls",
        ),
        "root_uptake_above_c": Parameter(
            0.0, "degC", -2.0, 10.0, "Lu et al. 2024, section 2.3", "roots take up nothing below"
        ),
        "snow_covered_m": Parameter(
            5e-3, "m", 1e-4, 0.1, "own: closed cover", "snow water that stops soil evaporation"
        ),
        "ice_impedance": Parameter(
            6.0, "1", 0.0, 10.0, "Swenson et al. 2012 (CLM4.5)", "K falls by 10^(-this x ice share)"
        ),
        "interflow_1_day": Parameter(
            0.05,
            "day-1",
            0.0,
            1.0,
            "own: tile drains take weeks (ANSWERS)",
            "share of a layer's water above field capacity that leaves sideways",
        ),
        "groundwater_release_1_day": Parameter(
            0.04, "day-1", 1e-4, 0.5, "Srivastava et al. 2013 (WEPP)", "groundwater to the channel"
        ),
        "wetland_drainage_share": Parameter(
            0.02, "1", 0.0, 1.0, "own: peat keeps its water", "share of drainage a wetland lets go"
        ),
        "wetland_water_table_m": Parameter(
            0.1, "m", 0.0, 2.0, "own: mires stay within 0.3 m", "depth of the first water table"
        ),
    },
)
