"""Parameters of the water column: canopy and snow, soil water and evapotranspiration."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class SnowCanopyParameters(NamedTuple):
    """Parameters of interception and snow; units and sources in `SNOW_CANOPY`."""

    canopy_storage_m_per_lai: float
    all_snow_below_c: float
    all_rain_above_c: float
    density_limit_cold_kg_m3: float
    density_limit_melting_kg_m3: float
    forest_density_share: float
    settling_days: float
    melt_above_c: float
    melt_factor_open_winter_m_c_day: float
    melt_factor_open_summer_m_c_day: float
    melt_factor_forest_winter_m_c_day: float
    melt_factor_forest_summer_m_c_day: float
    refreezing_share: float
    liquid_holding_share: float
    least_snow_m: float


class SoilWaterParameters(NamedTuple):
    """Parameters of soil water and evapotranspiration; units and sources in `SOIL_WATER`."""

    light_extinction: float
    air_dry_share: float
    evaporation_under_litter: float
    stress_share: float
    root_uptake_above_c: float
    root_uptake_free_c: float
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
            -1.1,
            "degC",
            -8.0,
            1.5,
            "US Army Corps of Engineers 1956, in Wigmosta et al. 1994",
            "daily mean below which all precipitation is snow",
        ),
        "all_rain_above_c": Parameter(
            3.3,
            "degC",
            1.6,
            8.0,
            "US Army Corps of Engineers 1956, in Wigmosta et al. 1994",
            "daily mean above which all precipitation is rain",
        ),
        "density_limit_cold_kg_m3": Parameter(
            450.0,
            "kg m-3",
            350.0,
            600.0,
            "Brown et al. 2006 (CLASS)",
            "density that deep cold snow settles to",
        ),
        "density_limit_melting_kg_m3": Parameter(
            700.0,
            "kg m-3",
            400.0,
            900.0,
            "Brown et al. 2006 (CLASS)",
            "density that deep melting snow settles to",
        ),
        "forest_density_share": Parameter(
            5 / 6, "1", 0.5, 1.0, "own: 250 for 300, no wind", "settled density of forest over open"
        ),
        "settling_days": Parameter(
            4.0, "day", 0.5, 60.0, "Verseghy 1991: 0.24 per day", "e-folding time of ageing"
        ),
        "melt_above_c": Parameter(
            0.0, "degC", -2.0, 3.0, "Hock 2003", "daily mean above which snow melts"
        ),
        "melt_factor_open_winter_m_c_day": Parameter(
            0.8e-3,
            "m degC-1 day-1",
            1e-4,
            6e-3,
            "Anderson 2006 (SNOW-17): 0.1 to 0.3 mm per 6 h",
            "melt of open land at the winter solstice",
        ),
        "melt_factor_open_summer_m_c_day": Parameter(
            4.4e-3,
            "m degC-1 day-1",
            1e-3,
            1.2e-2,
            "Anderson 2006 (SNOW-17): 0.9 to 1.3 mm per 6 h",
            "melt of open land at the summer solstice",
        ),
        "melt_factor_forest_winter_m_c_day": Parameter(
            1.2e-3,
            "m degC-1 day-1",
            1e-4,
            6e-3,
            "Anderson 2006 (SNOW-17): 0.2 to 0.4 mm per 6 h",
            "melt of forest at the winter solstice",
        ),
        "melt_factor_forest_summer_m_c_day": Parameter(
            2.4e-3,
            "m degC-1 day-1",
            1e-3,
            1.2e-2,
            "Anderson 2006 (SNOW-17): 0.5 to 0.7 mm per 6 h",
            "melt of forest at the summer solstice",
        ),
        "refreezing_share": Parameter(
            0.05, "1", 0.0, 1.0, "Bergstrom 1976 (HBV)", "refreezing over melt per degree"
        ),
        "liquid_holding_share": Parameter(
            0.05,
            "1",
            0.0,
            0.3,
            "Anderson 2006: 0.02-0.05 ripe, more fresh",
            "liquid that snow holds over its ice",
        ),
        "least_snow_m": Parameter(
            1e-5, "m", 0.0, 1e-3, "own: less is dew", "ice below which a cover is gone"
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
        "evaporation_under_litter": Parameter(
            0.5,
            "1",
            0.0,
            1.0,
            "Allen et al. 1998 (FAO-56), chapter 10: 5 % less per 10 % of ground under mulch",
            "share of soil evaporation that litter on all of the ground keeps back",
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
            0.0, "degC", -2.0, 2.0, "own: roots cannot draw on ice", "roots take up nothing below"
        ),
        "root_uptake_free_c": Parameter(
            8.0,
            "degC",
            2.5,
            20.0,
            "Mellander 2003: Scots pine in the field",
            "roots take up all that plants need above, less below",
        ),
        "snow_covered_m": Parameter(
            5e-3, "m", 1e-4, 0.1, "own: closed cover", "snow water that stops soil evaporation"
        ),
        "ice_impedance": Parameter(
            6.0,
            "1",
            0.0,
            10.0,
            "Swenson et al. 2012 (CLM4.5)",
            "K falls by 10^(-this x pores in ice)",
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
            0.0,
            "1",
            0.0,
            1.0,
            "own: mires lie where as much flows in from around; 0.02 drains 4 m in two years",
            "share of drainage a wetland lets go",
        ),
        "wetland_water_table_m": Parameter(
            0.1, "m", 0.0, 2.0, "own: mires stay within 0.3 m", "depth of the first water table"
        ),
    },
)
