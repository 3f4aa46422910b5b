"""Compiled monthly RothC-26.3 of one site's topsoil."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from ..soil_columns import FloatArray
from .kernel_rothc import (
    MONTHS_PER_YEAR,
    N_POOLS,
    PAN_COEFFICIENT,
    add_plant_input,
    largest_deficit_mm,
    moisture_modifier,
    next_deficit_mm,
    rothc_change,
    temperature_modifier,
)
from .parameters import RothcParameters

N_MODIFIERS = 3


class RothcMonths(NamedTuple):
    """Monthly inputs, each of shape (m,); see `rothc.run_rothc`."""

    temperature_c: FloatArray
    rain_mm: FloatArray
    pan_evaporation_mm: FloatArray
    plant_input_t_ha: FloatArray
    manure_t_ha: FloatArray
    plant_cover: FloatArray
    dpm_rpm_ratio: FloatArray


class RothcTopsoil(NamedTuple):
    """What the monthly kernel needs of the site.

    Parameters
    ----------
    clay_percent, depth_cm : float
        Of the topsoil.
    bio_share, hum_share : float
        Shares of decomposed carbon that become BIO and HUM.
    bare_share : float
        Largest deficit of bare soil over that under plants: 0.556, or 1 where bare soil may dry to
        the wilting point (Farina et al. 2013).
    """

    clay_percent: float
    depth_cm: float
    bio_share: float
    hum_share: float
    bare_share: float


@njit(cache=True, nogil=True)
def run_months(
    months: RothcMonths,
    site: RothcTopsoil,
    p: RothcParameters,
    pools: FloatArray,
    deficit_mm: float,
    pools_out: FloatArray,
    modifiers_out: FloatArray,
    climate_out: FloatArray,
) -> float:
    """Run all months and return the last soil moisture deficit in mm.

    Parameters
    ----------
    pools : array (5,)
        t C ha-1, changed in place.
    pools_out : array (m, 5), modifiers_out : array (m, 3), climate_out : array (m, 2)
        Overwritten: pools at each month's end; rate modifiers a, b, c; soil moisture deficit in mm
        and respired carbon in t C ha-1.
    """
    largest = largest_deficit_mm(site.clay_percent, site.depth_cm)
    change = np.empty(N_POOLS)
    for month in range(len(months.temperature_c)):
        covered = months.plant_cover[month] > 0.0
        gain = months.rain_mm[month] - PAN_COEFFICIENT * months.pan_evaporation_mm[month]
        deficit_mm = next_deficit_mm(deficit_mm, gain, largest, site.bare_share * largest, covered)
        modifiers_out[month, 0] = temperature_modifier(months.temperature_c[month])
        modifiers_out[month, 1] = moisture_modifier(
            deficit_mm / largest, p.smallest_moisture_modifier
        )
        modifiers_out[month, 2] = p.covered_modifier if covered else 1.0
        years = modifiers_out[month].prod() / MONTHS_PER_YEAR
        respired = rothc_change(pools, years, site.bio_share, site.hum_share, p, change)
        add_plant_input(
            change,
            months.plant_input_t_ha[month],
            months.dpm_rpm_ratio[month],
            months.manure_t_ha[month],
        )
        pools += change
        pools_out[month] = pools
        climate_out[month, 0] = deficit_mm
        climate_out[month, 1] = respired
    return deficit_mm
