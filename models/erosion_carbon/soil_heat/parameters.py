"""Parameters of soil heat."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class SoilHeatParameters(NamedTuple):
    """What the heat kernels take; units and sources in `SOIL_HEAT`."""

    geothermal_flux_w_m2: float
    rock_conductivity_w_m_k: float
    rock_heat_capacity_j_m3_k: float
    thaw_factor_open: float
    thaw_factor_forest: float
    freeze_factor_open: float
    freeze_factor_forest: float
    least_snow_m: float
    least_pond_m: float
    organic_porosity: float
    organic_solid_conductivity_w_m_k: float
    organic_dry_conductivity_w_m_k: float
    organic_solid_heat_capacity_j_m3_k: float
    organic_suction_m: float
    organic_clapp_hornberger_b: float
    organic_density_kg_m3: float


CLM = "Lawrence & Slater 2008, as in CLM"
SOIL_HEAT = ParameterTable(
    "soil_heat",
    SoilHeatParameters,
    {
        "geothermal_flux_w_m2": Parameter(
            0.05, "W m-2", 0.0, 0.5, "continental mean 0.05-0.065", "heat entering at the bottom"
        ),
        "rock_conductivity_w_m_k": Parameter(
            3.0, "W m-1 K-1", 0.5, 6.0, "CLM bedrock", "thermal conductivity below 4 m"
        ),
        "rock_heat_capacity_j_m3_k": Parameter(
            2.0e6, "J m-3 K-1", 1.0e6, 4.0e6, "CLM bedrock", "heat capacity below 4 m"
        ),
        "thaw_factor_open": Parameter(
            1.0, "1", 0.5, 2.0, "own: no energy balance", "surface over air degrees above 0, open"
        ),
        "thaw_factor_forest": Parameter(
            0.8, "1", 0.3, 1.5, "n-factors 0.8-1.0, Lunardini 1978", "the same under closed forest"
        ),
        "freeze_factor_open": Parameter(
            1.0, "1", 0.3, 1.5, "own: snow is explicit", "surface over air degrees below 0, open"
        ),
        "freeze_factor_forest": Parameter(
            0.9, "1", 0.3, 1.5, "own: crowns keep warmth, snow apart", "the same under forest"
        ),
        "least_snow_m": Parameter(
            0.02, "m", 0.005, 0.2, "own", "thinner snow resists but stores no heat"
        ),
        "least_pond_m": Parameter(
            0.01, "m", 0.001, 0.2, "own", "shallower ponds are left out of the column"
        ),
        "organic_porosity": Parameter(0.9, "1", 0.5, 0.98, CLM, "porosity of organic layers"),
        "organic_solid_conductivity_w_m_k": Parameter(
            0.25, "W m-1 K-1", 0.05, 1.0, CLM, "thermal conductivity of organic solids"
        ),
        "organic_dry_conductivity_w_m_k": Parameter(
            0.05, "W m-1 K-1", 0.02, 0.3, CLM, "thermal conductivity of dry organic layers"
        ),
        "organic_solid_heat_capacity_j_m3_k": Parameter(
            2.5e6, "J m-3 K-1", 1e6, 4e6, CLM, "heat capacity of organic solids"
        ),
        "organic_suction_m": Parameter(
            0.0103, "m", 0.001, 1.0, CLM, "suction of saturated organic layers"
        ),
        "organic_clapp_hornberger_b": Parameter(
            2.7, "1", 1.0, 15.0, CLM, "exponent of water retention of organic layers"
        ),
        "organic_density_kg_m3": Parameter(
            130.0, "kg m-3", 50.0, 400.0, CLM, "organic matter of a purely organic soil"
        ),
    },
)
