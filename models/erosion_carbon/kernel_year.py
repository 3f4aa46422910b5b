"""Compiled sums of a year: each day in one pass over the cells, without arrays in between."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .carbon_fluxes import CarbonFluxes
from .hydrology.state import WaterState
from .soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M
from .water_day import WaterFluxes

FloatArray = npt.NDArray[np.float64]
MM_PER_M = 1000.0
SNOW_DAY_M = 0.01
"""Snow water that makes a snow-cover day: 3-10 cm of snow (own)."""
TOP_30_CM = int(np.count_nonzero(LAYER_BOTTOM_M < 0.3 + 1e-9))
WEIGHT_30_CM = LAYER_THICKNESS_M[:TOP_30_CM] / LAYER_THICKNESS_M[:TOP_30_CM].sum()
ROWS = (
    *("precipitation", "evapotranspiration", "runoff", "overland_runoff", "soil_erosion"),
    *("soil_deposition", "soc_erosion", "soc_deposition", "doc_export", "poc_export", "npp"),
    *("harvest", "respiration", "transit_respiration", "snow_cover_days"),
)
"""Quantities in the order that `add_day` sums them up."""


@njit(cache=True, nogil=True, error_model="numpy")
def add_day(
    start: int,
    stop: int,
    precipitation_m: FloatArray,
    water: WaterFluxes,
    carbon: CarbonFluxes,
    held: WaterState,
    area_m2: FloatArray,
    sums: FloatArray,
    moisture: FloatArray,
) -> None:
    """Add one day to the sums of the cells start to stop.

    Parameters
    ----------
    precipitation_m, area_m2 : array (n,)
        Of the day; of the cells.
    water, carbon : NamedTuple of arrays
        What moved in the day.
    held : WaterState
        Snow and soil water at its end.
    sums : array (15, n)
        Of `ROWS`, in the units of `quantities.SUMS`; added to.
    moisture : array (n,)
        Mean water content of 0-30 cm, m3 m-3; added to.
    """
    hillslope, channel = water.hillslope, water.channel
    for i in range(start, stop):
        overland_m = water.overland_m[i]
        sums[0, i] += precipitation_m[i] * MM_PER_M
        sums[1, i] += water.evapotranspiration_m[i] * MM_PER_M
        sums[2, i] += (overland_m + water.release_m[i] + water.overflow_m[i]) * MM_PER_M
        sums[3, i] += overland_m * MM_PER_M
        sums[4, i] += hillslope.detached_kg_m2[i]
        sums[5, i] += hillslope.deposited_kg_m2[i] + channel.deposited_kg[i] / area_m2[i]
        sums[6, i] += carbon.eroded_total_g[i]
        sums[7, i] += carbon.settled_total_g[i]
        sums[8, i] += carbon.washed_g[i, 0] + carbon.washed_g[i, 1]
        sums[9, i] += carbon.delivered_g[i]
        sums[10, i] += carbon.npp_g[i]
        sums[11, i] += carbon.harvest_g[i]
        sums[12, i] += carbon.respiration_g[i]
        sums[13, i] += carbon.transit_g[i]
        sums[14, i] += 1.0 if held.snow_water_m[i] >= SNOW_DAY_M else 0.0
        mean = 0.0
        for k in range(TOP_30_CM):
            mean += WEIGHT_30_CM[k] * held.soil[i, k]
        moisture[i] += mean
