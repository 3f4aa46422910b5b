"""Relief of the virtual world: two ranges and two plains, carved and drained."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .random_fields import gaussian_field, standardised
from .world_lattice import BoolArray, FloatArray, WorldLattice

FALL_M = 0.02
"""Least fall from cell to cell along a river; float32 resolves it up to 100 km of elevation."""


@dataclass(frozen=True)
class Relief:
    """Elevation and what water makes of it, each of shape (750, 950).

    Parameters
    ----------
    elevation : array of float64
        m above sea level; water leaves from every cell.
    slope : array of float64
        Steepness, m per m, from central differences.
    curvature : array of float64
        Laplacian of the elevation in m per cell², positive in hollows.
    log_area : array of float64
        Natural logarithm of the upslope area in cells.
    wetness : array of float64
        Topographic wetness, log_area less the log of slope, mean 0 and SD 1 in the region.
    """

    elevation: FloatArray
    slope: FloatArray
    curvature: FloatArray
    log_area: FloatArray
    wetness: FloatArray


def make_relief(seed: int, region: BoolArray) -> Relief:
    """Return the relief of a world; `region` has shape (750, 950)."""
    from scipy.ndimage import gaussian_filter, laplace

    uncarved = _ranges_and_plains(seed, region)
    drained, log_area = drain(uncarved)
    valleys = gaussian_filter(np.maximum(log_area - 2, 0), 1.0)
    elevation, log_area = drain(np.maximum(drained - 18 * valleys, 5.0))
    d_north, d_east = np.gradient(elevation, 1000.0)
    slope = np.hypot(d_north, d_east)
    smooth_area = gaussian_filter(log_area, 1.5)
    wetness = standardised(smooth_area - np.log(gaussian_filter(slope, 2.0) + 0.003), region)
    return Relief(
        elevation, slope, np.asarray(laplace(gaussian_filter(elevation, 1.0))), log_area, wetness
    )


def drain(elevation: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return elevations from which rivers reach the edge, and log upslope area in cells."""
    from pyflwdir import dem, from_array

    from .kernel_drainage import raise_above_receiver

    filled, d8 = dem.fill_depressions(elevation.astype(np.float32), outlets="edge")
    network = from_array(d8, ftype="d8")
    sloping = raise_above_receiver(
        filled.ravel().astype(np.float64),
        np.asarray(network.idxs_ds, dtype=np.int64),
        np.asarray(network.idxs_seq, dtype=np.int64),
        FALL_M,
    )
    cells: npt.NDArray[np.float64] = np.maximum(network.upstream_area().astype(np.float64), 1.0)
    return sloping.reshape(elevation.shape), np.log(cells)


def _ranges_and_plains(seed: int, region: BoolArray) -> FloatArray:
    """Return a Great Khingan-like ridge, a lower eastern one, plains and fractal detail, in m."""
    lattice = WorldLattice()
    east, north = lattice.easting / 1e3, lattice.northing / 1e3
    bend = 40 * gaussian_field(seed, "ridge bend", 300, 1.5, region)
    across = (east + 60) * 0.86 - (north - 55) * 0.5 + bend  # km east of the main ridge
    main = 620 * np.exp(-((across / 130) ** 2))
    second = 330 * np.exp(-(((east - 300 + bend) / 90) ** 2 + ((north - 90) / 170) ** 2))
    plains = 400 - 0.45 * (east * 0.8 - (north - 55) * 0.2)  # high in the west, low in the east
    ruggedness = 0.35 + 0.65 * np.clip((main + second) / 500, 0, 1)
    detail = 120 * gaussian_field(seed, "hills", 60, 1.0, region)
    rough = 45 * gaussian_field(seed, "hillslopes", 14, 1.0, region)
    return np.asarray(np.maximum(plains + main + second + ruggedness * (detail + rough), 60.0))
