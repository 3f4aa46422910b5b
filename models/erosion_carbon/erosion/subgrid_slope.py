"""Hillslopes below the resolution of the grid: how steep, how long and of which shape."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .parameters import ErosionParameters

FloatArray = npt.NDArray[np.float64]

METRES_PER_KM = 1000.0
NEIGHBOURS = ((0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1))


def ground_slope(
    elevation_m: npt.NDArray[np.floating], cell_x_m: FloatArray, cell_y_m: FloatArray | float
) -> FloatArray:
    """Return how steep the ground is around each cell, m m-1, shape (rows, cols).

    The gradient whose mean square over the directions to the neighbours is that of their slopes:
    exact on planes, and as steep on a valley's floor as its sides are. The fall along the channel
    says nothing of hillslopes: the largest rivers are the flattest.

    Parameters
    ----------
    elevation_m : array, shape (rows, cols)
        NaN where unknown; such neighbours do not count. 0 where a cell has none.
    cell_x_m, cell_y_m : array, shape (rows,), or float
        Sides of the cells of each row.
    """
    rows, cols = elevation_m.shape
    x_m = np.broadcast_to(np.asarray(cell_x_m, float), rows)[:, None]
    y_m = np.broadcast_to(np.asarray(cell_y_m, float), rows)[:, None]
    around = np.pad(np.asarray(elevation_m, dtype=np.float64), 1, constant_values=np.nan)
    squares, known = np.zeros((2, rows, cols))
    for down, right in NEIGHBOURS:
        neighbour_m = around[1 + down : 1 + down + rows, 1 + right : 1 + right + cols]
        square = ((neighbour_m - elevation_m) / np.hypot(down * y_m, right * x_m)) ** 2
        is_known = np.isfinite(square)
        squares += np.where(is_known, square, 0.0)
        known += is_known
    # A slope seen from all directions alike has half its square in each on average.
    return np.asarray(np.sqrt(2.0 * squares / np.maximum(known, 1)))


def hillslope_slope(
    cell_slope: FloatArray, resolution_m: FloatArray | float, parameters: ErosionParameters
) -> FloatArray:
    """Return the slope of hillslopes inside cells, m m-1.

    Slopes of coarse elevation models are too flat by the power law S(d) = a d^(1 - D) (Zhang et
    al. 1999). Cells finer than the hillslope scale keep their slope.

    Parameters
    ----------
    cell_slope : (n,) array
        Slope of the ground between neighbouring cells, m m-1.
    resolution_m : float or (n,) array
        Distance over which it was taken.
    """
    coarser = np.maximum(resolution_m / parameters.slope_scale_m, 1.0)
    steeper = cell_slope * coarser ** (parameters.slope_fractal_dimension - 1.0)
    return np.minimum(steeper, np.maximum(parameters.slope_limit, cell_slope))


def hillslope_length(drainage_density_km: FloatArray) -> FloatArray:
    """Return the length from divide to channel in m, 1 / (2 drainage density) (Horton 1945).

    ``drainage_density_km`` is channel length per area, km km-2, shape (n,).
    """
    return METRES_PER_KM / (2.0 * drainage_density_km)


def profile_multipliers(n_nodes: int, parameters: ErosionParameters) -> FloatArray:
    """Return how steep each node is relative to the mean, from divide to foot; their mean is 1.

    The elevation profile is a half cosine: convex above, steepest in the middle, concave at the
    foot, where sediment settles. Node values are exact means over the node.
    """
    edges = np.cos(np.linspace(0.0, np.pi, n_nodes + 1))
    cosine = (edges[:-1] - edges[1:]) * n_nodes / 2.0
    return 1.0 + parameters.profile_curvature * (cosine - 1.0)
