"""Sub-basins of a virtual landscape that resemble those of Lu et al. 2024."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.erosion_carbon.basin_bands import PRECIPITATION_MM
from models.erosion_carbon.erosion.parameters import EROSION
from models.erosion_carbon.erosion.subgrid_slope import ground_slope, hillslope_slope
from models.erosion_carbon.gauges import M2_PER_KM2, cover_shares
from models.erosion_carbon.routing.kernel_network import accumulate
from models.erosion_carbon.vegetation import COVER_CODES
from pipeline.simulator_forcing import PreparedForcing

FloatArray = npt.NDArray[np.float64]
AREA_KM2 = (300.0, 1000.0)
LEAST_SHARE = 0.6
LIKE_RAIN_MM, LIKE_TEMPERATURE_C, LIKE_LOG_SLOPE = 50.0, 2.0, 0.5
"""Differences from a basin of Lu et al. that count alike."""


@dataclass(frozen=True)
class LuBasin:
    """A gauged basin of Lu et al. 2024: its text and Table 2.

    Parameters
    ----------
    cover : str
        Its main land cover.
    rain_mm, temperature_c, slope : float
        Annual precipitation, mean temperature, mean slope (m per m).
    """

    cover: str
    rain_mm: float
    temperature_c: float
    slope: float


LU_BASINS = {
    "Chenming": LuBasin("forest", PRECIPITATION_MM["forest"], 1.6, 0.114),
    "Kumotun": LuBasin("grassland", PRECIPITATION_MM["grassland"], -0.1, 0.068),
    "Wudaogou": LuBasin("cropland", PRECIPITATION_MM["cropland"], 5.4, 0.061),
}


@dataclass(frozen=True)
class SubBasin:
    """One sub-basin of the virtual landscape.

    Parameters
    ----------
    like : str
        Which basin of Lu et al. it resembles.
    cell : int
        Its outlet in processing order.
    """

    like: str
    cell: int


def similar_sub_basins(prepared: PreparedForcing, n_each: int) -> list[SubBasin]:
    """Return the sub-basins most like each basin of Lu et al., the most alike first.

    Of those of 300 to 1000 km2 that the cover dominates, the nearest in rain, temperature and
    slope; no two overlap.
    """
    network = prepared.network
    means = _upstream_means(prepared)
    shares = cover_shares(network, prepared.cover)
    area = network.upstream_area_m2 / M2_PER_KM2
    taken = np.zeros(network.n_cells, dtype=bool)
    found = []
    for name, basin in LU_BASINS.items():
        code = COVER_CODES[basin.cover]
        fit = (area >= AREA_KM2[0]) & (area <= AREA_KM2[1]) & (shares[code] >= LEAST_SHARE)
        ranked = np.flatnonzero(fit)[np.argsort(_unlikeness(basin, *(m[fit] for m in means)))]
        for cell in _apart(prepared, ranked, taken, n_each):
            found.append(SubBasin(name, cell))
    return found


def _apart(
    prepared: PreparedForcing, ranked: npt.NDArray[np.int64], taken: npt.NDArray[np.bool_], n: int
) -> Iterator[int]:
    """Yield the first n cells whose basins do not overlap; `taken` grows."""
    for cell in ranked:
        if n == 0:
            return
        upstream = prepared.network.upstream_of(int(cell))
        if (upstream & taken).any():
            continue
        taken |= upstream
        n -= 1
        yield int(cell)


def _unlikeness(
    basin: LuBasin, rain_mm: FloatArray, temperature_c: FloatArray, slope: FloatArray
) -> FloatArray:
    return np.asarray(
        ((rain_mm - basin.rain_mm) / LIKE_RAIN_MM) ** 2
        + ((temperature_c - basin.temperature_c) / LIKE_TEMPERATURE_C) ** 2
        + (np.log(slope / basin.slope) / LIKE_LOG_SLOPE) ** 2
    )


def _upstream_means(prepared: PreparedForcing) -> list[FloatArray]:
    """Return rain, temperature and slope of hillslopes, means over the area upstream."""
    forcing, network = prepared.forcing, prepared.network
    geometry = forcing.geometry
    between_cells = ground_slope(forcing.elevation_m, geometry.width_m, geometry.height_m)
    fields = (forcing.precipitation_mm.sum(axis=0), forcing.temperature_c.mean(axis=0))
    resolution_m = np.sqrt(network.area_m2)
    values = [network.from_grid(np.asarray(field, dtype=np.float64)) for field in fields]
    values.append(hillslope_slope(network.from_grid(between_cells), resolution_m, EROSION.defaults))
    order = np.arange(network.n_cells)
    return [
        accumulate(order, network.downstream, value * network.area_m2) / network.upstream_area_m2
        for value in values
    ]
