"""Soil water properties from texture, organic matter and bulk density (Saxton and Rawls 2006)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..constants import SECONDS_PER_HOUR
from ..soil_columns import FloatArray, SoilColumns
from .soil_checks import checked_soil

SUCTION_FIELD_CAPACITY_KPA = 33.0
SUCTION_WILTING_KPA = 1500.0
KPA_PER_M_WATER = 9.80665
LARGEST_ORGANIC_MATTER_PERCENT = 8.0
"""Saxton and Rawls fitted no soil with more; above it the soil turns to peat."""
ORGANIC_SOIL_PERCENT = 35.0
"""Soil Survey Staff 2014: organic soil material has 20 % organic carbon or more."""
MINERAL_PARTICLE_DENSITY_KG_M3 = 2650.0
ORGANIC_PARTICLE_DENSITY_KG_M3 = 1300.0
MINERAL_BULK_DENSITY_KG_M3 = 1640.0
ORGANIC_BULK_DENSITY_KG_M3 = 244.0
"""Mann 1986, Eq. 1 (after Adams 1973): specific volumes of mineral and organic matter add up."""
LARGEST_POROSITY, LEAST_POROSITY = 0.95, 0.25
LEAST_AVAILABLE_WATER = 0.02
LEAST_DRAINABLE_WATER = 0.03


class PeatProperties(NamedTuple):
    """Hemic peat (Letts et al. 2000, Table 4), contents from its retention curve."""

    field_capacity: float = 0.34
    wilting_point: float = 0.18
    saturated_conductivity_m_s: float = 2.0e-6
    air_entry_suction_m: float = 0.0102
    clapp_hornberger_b: float = 6.1


PEAT = PeatProperties()


class TextureEstimates(NamedTuple):
    """What texture and organic matter tell before the bulk density is known, each (n,)."""

    field_capacity: FloatArray
    wilting_point: FloatArray
    porosity: FloatArray


def texture_estimates(
    sand: FloatArray, clay: FloatArray, organic_matter_percent: FloatArray
) -> TextureEstimates:
    """Return contents at 33 and 1500 kPa and at saturation (Saxton and Rawls 2006, Eqs. 1-5).

    Parameters
    ----------
    sand, clay : array (n,)
        Mass fractions, 0 to 1.
    organic_matter_percent : array (n,)
        Mass percent; Saxton and Rawls fitted soils up to 8.
    """
    s, c, om = sand, clay, organic_matter_percent
    dry = (
        -0.024 * s + 0.487 * c + 0.006 * om + 0.005 * s * om - 0.013 * c * om
        + 0.068 * s * c + 0.031
    )  # fmt: skip
    moist = (
        -0.251 * s + 0.195 * c + 0.011 * om + 0.006 * s * om - 0.027 * c * om
        + 0.452 * s * c + 0.299
    )  # fmt: skip
    drained = (
        0.278 * s + 0.034 * c + 0.022 * om - 0.018 * s * om - 0.027 * c * om
        - 0.584 * s * c + 0.078
    )  # fmt: skip
    wilting_point = dry + 0.14 * dry - 0.02
    field_capacity = moist + 1.283 * moist**2 - 0.374 * moist - 0.015
    gravitational = drained + 0.636 * drained - 0.107
    porosity = field_capacity + gravitational - 0.097 * s + 0.043
    return TextureEstimates(field_capacity, wilting_point, porosity)


def saturated_conductivity_m_s(
    porosity: FloatArray, field_capacity: FloatArray, wilting_point: FloatArray
) -> FloatArray:
    """Return the saturated conductivity (Saxton and Rawls 2006, Eqs. 16 and 18: mm/h)."""
    span = np.log(SUCTION_WILTING_KPA / SUCTION_FIELD_CAPACITY_KPA)
    slope = np.log(field_capacity / wilting_point) / span
    mm_per_hour = 1930.0 * (porosity - field_capacity) ** (3.0 - slope)
    return np.asarray(mm_per_hour / 1e3 / SECONDS_PER_HOUR)


def wetting_front_suction_m(
    sand_percent: FloatArray, clay_percent: FloatArray, porosity: FloatArray
) -> FloatArray:
    """Return the Green-Ampt suction (Rawls and Brakensiek 1985; in Chow et al. 1988 in cm).

    Fitted for 5-70 % sand and 5-60 % clay of mineral soils (porosity to 0.6), held at these
    bounds beyond them.
    """
    s, c = np.clip(sand_percent, 5.0, 70.0), np.clip(clay_percent, 5.0, 60.0)
    p = np.minimum(porosity, 0.6)
    exponent = (
        6.53 - 7.326 * p + 0.00158 * c**2 + 3.809 * p**2 + 0.000344 * s * c - 0.04989 * s * p
        + 0.0016 * s**2 * p**2 + 0.0016 * c**2 * p**2 - 0.0000136 * s**2 * c - 0.00348 * c**2 * p
        - 0.000799 * s**2 * p
    )  # fmt: skip
    return np.asarray(np.exp(exponent) / 100.0)


def usual_bulk_density_kg_m3(
    fitted: TextureEstimates, organic_matter_percent: FloatArray, peat: FloatArray
) -> FloatArray:
    """Return the dry bulk density that texture and organic matter suggest.

    Saxton and Rawls 2006 (Eq. 6) in mineral soils, Mann 1986 in peat.
    """
    mineral = (1.0 - fitted.porosity) / particle_volume_m3_kg(organic_matter_percent)
    organic = organic_matter_percent / 100.0
    volume = organic / ORGANIC_BULK_DENSITY_KG_M3 + (1.0 - organic) / MINERAL_BULK_DENSITY_KG_M3
    return (1 - peat) * mineral + peat / volume


def particle_volume_m3_kg(organic_matter_percent: FloatArray) -> FloatArray:
    """Return the volume of solids, mineral and organic."""
    organic = organic_matter_percent / 100.0
    mineral = 1.0 - organic
    return organic / ORGANIC_PARTICLE_DENSITY_KG_M3 + mineral / MINERAL_PARTICLE_DENSITY_KG_M3


def porosity_from_bulk_density(
    bulk_density_kg_m3: FloatArray, organic_matter_percent: FloatArray
) -> FloatArray:
    """Return 1 - bulk density / particle density, within what soils have."""
    solids = bulk_density_kg_m3 * particle_volume_m3_kg(organic_matter_percent)
    return np.clip(1.0 - solids, LEAST_POROSITY, LARGEST_POROSITY)


def soil_columns(
    sand_percent: npt.ArrayLike,
    clay_percent: npt.ArrayLike,
    organic_matter_percent: npt.ArrayLike,
    bulk_density_kg_m3: npt.ArrayLike | None,
    organic_layer_m: npt.ArrayLike,
    water_table: npt.ArrayLike,
) -> SoilColumns:
    """Return the soil of each cell.

    Texture and organic matter give field capacity, wilting point and conductivity by Saxton and
    Rawls 2006; bulk density gives the porosity and moves field capacity by their Eq. 9; the
    retention curve's air entry and b are those of Cosby et al. 1984. Between 8 and 35 % organic
    matter all of them change to hemic peat's (Letts et al. 2000).

    Parameters
    ----------
    sand_percent, clay_percent : array (n,)
        Mass percent of the fine earth.
    organic_matter_percent : array (n,)
        Mass percent.
    bulk_density_kg_m3 : array (n,) or None
        None takes what is usual for the texture and organic matter.
    organic_layer_m : array (n,)
        Moss, litter and peat on the mineral soil.
    water_table : array (n,)
        1 in wetlands, else 0.

    Raises
    ------
    InputError
        For values that are missing or outside their range, sand and clay beyond 100 %, and
        fractions given for percent.
    """
    sand, clay, organic, density, layer_m, table = checked_soil(
        sand_percent,
        clay_percent,
        organic_matter_percent,
        bulk_density_kg_m3,
        organic_layer_m,
        water_table,
    )
    fitted = texture_estimates(
        sand / 100.0, clay / 100.0, np.minimum(organic, LARGEST_ORGANIC_MATTER_PERCENT)
    )
    peat = np.clip(
        (organic - LARGEST_ORGANIC_MATTER_PERCENT)
        / (ORGANIC_SOIL_PERCENT - LARGEST_ORGANIC_MATTER_PERCENT),
        0.0,
        1.0,
    )
    if density is None:
        density = usual_bulk_density_kg_m3(fitted, organic, peat)
    porosity = porosity_from_bulk_density(density, organic)
    wilting_point, field_capacity = _ordered_contents(fitted, porosity, peat)
    conductivity = saturated_conductivity_m_s(porosity, field_capacity, wilting_point)
    air_entry_m = 0.01 * 10.0 ** (1.88 - 0.0131 * sand)
    return SoilColumns(
        sand_percent=sand,
        clay_percent=clay,
        organic_matter_percent=organic,
        bulk_density_kg_m3=density,
        porosity=porosity,
        field_capacity=field_capacity,
        wilting_point=wilting_point,
        saturated_conductivity_m_s=_geometric(conductivity, PEAT.saturated_conductivity_m_s, peat),
        wetting_front_suction_m=wetting_front_suction_m(sand, clay, porosity),
        air_entry_suction_m=_geometric(air_entry_m, PEAT.air_entry_suction_m, peat),
        clapp_hornberger_b=(1 - peat) * (2.91 + 0.159 * clay) + peat * PEAT.clapp_hornberger_b,
        organic_layer_m=layer_m,
        water_table=table,
    )


def _ordered_contents(
    fitted: TextureEstimates, porosity: FloatArray, peat: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return wilting point < field capacity < porosity."""
    # Saxton and Rawls 2006, Eq. 9: a fifth of the pores that packing closes held water at 33 kPa.
    packed = fitted.field_capacity - 0.2 * (fitted.porosity - porosity)
    wilting_point = (1 - peat) * fitted.wilting_point + peat * PEAT.wilting_point
    field_capacity = (1 - peat) * packed + peat * PEAT.field_capacity
    highest = porosity - LEAST_DRAINABLE_WATER
    wilting_point = np.clip(wilting_point, LEAST_AVAILABLE_WATER, highest - LEAST_AVAILABLE_WATER)
    field_capacity = np.clip(field_capacity, wilting_point + LEAST_AVAILABLE_WATER, highest)
    return wilting_point, field_capacity


def _geometric(mineral: FloatArray, peat_value: float, peat: FloatArray) -> FloatArray:
    """Mix a quantity that spans orders of magnitude."""
    return np.asarray(mineral ** (1 - peat) * peat_value**peat)
