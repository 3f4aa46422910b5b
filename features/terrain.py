"""Terrain attributes of an elevation layer, with ground distances in metres on any grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from .grid import Grid
from .manifest import TerrainAttribute
from .source_raster import Values

FloatArray = npt.NDArray[np.float64]

MARGIN = 16
"""Cells of elevation read beyond the grid, so that its edge sees its neighbours."""

POSITION_RADIUS = 5
"""Half side, in cells, of the square whose mean elevation a cell's own is compared with."""

LEAST_GRADIENT = 1e-3
"""Rise per metre below which the wetness index takes land as this steep: level cells would have an
infinite index."""

ATTRIBUTE_UNITS: dict[TerrainAttribute, str] = {
    "slope": "degree",
    "northness": "1",
    "eastness": "1",
    "profile_curvature": "1/m",
    "plan_curvature": "1/m",
    "topographic_wetness_index": "1",
    "topographic_position": "m",
}


def terrain_attribute(attribute: TerrainAttribute, elevation: Values, grid: Grid) -> Values:
    """Return one terrain attribute.

    slope
        Steepest rise in degrees (Horn 1981).
    northness, eastness
        sin(slope) times cosine and sine of the downslope direction: how far the ground leans
        towards grid north or east; 0 on level ground (Amatulli et al. 2018, Sci. Data 5:180040).
    profile_curvature, plan_curvature
        Second derivative along the slope line and along the contour, 1/m, positive where hollow.
    topographic_wetness_index
        ln(a / tan β), a the upslope area per width of contour in m (D8 by steepest descent,
        depressions filled), β the slope (Beven & Kirkby 1979, Hydrol. Sci. Bull. 24:43-69). Area
        beyond the layer is unknown and not counted.
    topographic_position
        Elevation less the mean of the 11 x 11 cells around (Weiss 2001).

    Parameters
    ----------
    attribute : str
        One of the above.
    elevation : array of float32, shape (height, width)
        Metres, NaN where missing.
    grid : Grid
        Of the elevation.

    Returns
    -------
    array of float32, shape (height, width)
        In `ATTRIBUTE_UNITS`; NaN where elevation is missing.
    """
    return COMPUTE[attribute](elevation.astype(np.float64), grid).astype(np.float32)


def _gradients(elevation: FloatArray, grid: Grid) -> tuple[FloatArray, FloatArray]:
    from .kernel_terrain import gradients

    eastward, northward = gradients(elevation, *grid.cell_sizes_m())
    return eastward, northward


def _slope(elevation: FloatArray, grid: Grid) -> FloatArray:
    return np.asarray(np.degrees(np.arctan(np.hypot(*_gradients(elevation, grid)))))


def _northness(elevation: FloatArray, grid: Grid) -> FloatArray:
    eastward, northward = _gradients(elevation, grid)
    return -northward / np.sqrt(1 + eastward**2 + northward**2)


def _eastness(elevation: FloatArray, grid: Grid) -> FloatArray:
    eastward, northward = _gradients(elevation, grid)
    return -eastward / np.sqrt(1 + eastward**2 + northward**2)


def _profile_curvature(elevation: FloatArray, grid: Grid) -> FloatArray:
    from .kernel_terrain import curvatures

    return np.asarray(curvatures(elevation, *grid.cell_sizes_m())[0])


def _plan_curvature(elevation: FloatArray, grid: Grid) -> FloatArray:
    from .kernel_terrain import curvatures

    return np.asarray(curvatures(elevation, *grid.cell_sizes_m())[1])


def _wetness(elevation: FloatArray, grid: Grid) -> FloatArray:
    cell_x, cell_y = grid.cell_sizes_m()
    area = np.repeat((cell_x * cell_y)[:, None], grid.width, axis=1)
    upslope = _upslope_area(elevation, area, cell_x, cell_y)
    contour = np.sqrt(cell_x * cell_y)[:, None]
    steepness = np.maximum(np.hypot(*_gradients(elevation, grid)), LEAST_GRADIENT)
    wetness = np.full(elevation.shape, np.nan)
    present = ~np.isnan(elevation)
    wetness[present] = np.log((upslope / contour)[present] / steepness[present])
    return wetness


def _upslope_area(
    elevation: FloatArray, area: FloatArray, cell_x: FloatArray, cell_y: FloatArray
) -> FloatArray:
    """Return the area in m² that drains through each cell, itself included."""
    import pyflwdir

    from .kernel_terrain import steepest_directions

    present = ~np.isnan(elevation)
    if not present.any():
        return area
    nodata = -9999.0
    filled, flooded = pyflwdir.dem.fill_depressions(
        np.where(present, elevation, nodata).astype(np.float32), nodata=nodata, outlets="edge"
    )
    filled = np.where(present, filled, np.nan).astype(np.float64)
    codes = steepest_directions(filled, flooded, cell_x, cell_y)
    flow = pyflwdir.from_array(codes, ftype="d8", check_ftype=False, latlon=False)
    return np.asarray(flow.accuflux(area, nodata=nodata))


def _position(elevation: FloatArray, grid: Grid) -> FloatArray:  # noqa: ARG001 - same signature
    from scipy.ndimage import uniform_filter

    size = 2 * POSITION_RADIUS + 1
    present = ~np.isnan(elevation)
    level = float(elevation[present].mean()) if present.any() else 0.0
    # Heights above the mean keep the running sums small, and rounding with them.
    above = np.where(present, elevation - level, 0.0)
    total = uniform_filter(above, size, mode="constant")
    share = uniform_filter(present.astype(np.float64), size, mode="constant")
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / share
    return np.where(present, above - mean, np.nan)


COMPUTE: dict[TerrainAttribute, Callable[[FloatArray, Grid], FloatArray]] = {
    "slope": _slope,
    "northness": _northness,
    "eastness": _eastness,
    "profile_curvature": _profile_curvature,
    "plan_curvature": _plan_curvature,
    "topographic_wetness_index": _wetness,
    "topographic_position": _position,
}
