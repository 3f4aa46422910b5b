"""Drainage directions of a landscape: depressions, flats, lakes and holes resolved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.kernel_terrain import steepest_directions

from .kernel_directions import bridge_outside, drain_flats, receivers
from .kernel_network import topological_order

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IndexArray = npt.NDArray[np.int64]
MISSING = 247
"""D8 code of cells without elevation (pyflwdir)."""
HEIGHT_STEP_M = 1 / 1024
"""Heights are rounded to a power of two that float32 holds exactly up to 16 km: the depression
filler's differences are then exact and what it fills is level to the bit."""


class Drainage(NamedTuple):
    """Where the water of each cell goes, arrays over all cells of the grid, flat.

    Parameters
    ----------
    target : array of int64
        Next cell of the region downstream, -1 where water ends or leaves.
    distance_m : array of float64
        To the target, or to the cell outside where water leaves; 0 where it ends.
    fall_m : array of float64
        By how much original ground falls on that way; negative out of a filled depression.
    filled_m : array of float64
        By how much the depression filler raised the cell.
    """

    target: IndexArray
    distance_m: FloatArray
    fall_m: FloatArray
    filled_m: FloatArray


def drainage(
    elevation_m: FloatArray,
    inside: BoolArray,
    lakes: BoolArray,
    cell_x_m: FloatArray,
    cell_y_m: FloatArray,
) -> Drainage:
    """Return drainage by steepest descent over filled ground (Jenson & Domingue 1988).

    Depressions are filled to their spill (Wang & Liu 2006) from the edge of the ground and from
    lakes; water then goes to the steepest of eight neighbours, ties in the order east, clockwise,
    and on flats the shortest way out.

    Parameters
    ----------
    elevation_m : array of float64, shape (rows, cols)
        NaN where unknown; ground outside the region counts, so that an edge cell drains out of
        the region where that is steepest.
    inside, lakes : array of bool, shape (rows, cols)
        Cells of the region; cells where water ends.
    cell_x_m, cell_y_m : array of float64, shape (rows,)
        Ground size of the cells of each row.

    Raises
    ------
    RuntimeError
        If flow runs in circles or finds no way out: an error of this program, not of the input.
    """
    import pyflwdir

    ground = (np.round(elevation_m / HEIGHT_STEP_M) * HEIGHT_STEP_M).astype(np.float32)
    present = np.isfinite(ground)
    sinks = present & (_rim(present) | lakes)
    filled, _ = pyflwdir.dem.fill_depressions(
        ground, idxs_pit=np.flatnonzero(sinks), nodata=np.float32(np.nan)
    )
    heights_m = np.where(present, filled, np.nan).astype(np.float64)
    unset = np.where(present, 0, MISSING).astype(np.uint8)
    codes = steepest_directions(heights_m, unset, cell_x_m, cell_y_m)
    codes[lakes & present] = 0
    stuck = drain_flats(heights_m, codes, sinks)
    to, step_m = receivers(codes, cell_x_m, cell_y_m)
    order, visited = topological_order(np.where(present.ravel(), to, -1))
    if stuck or visited != present.sum():
        raise RuntimeError(f"{stuck} cells without a way out, {present.sum() - visited} in circles")
    target, way_m, end = bridge_outside(order[:visited], to, step_m, inside.ravel())
    height = elevation_m.ravel()
    return Drainage(
        target,
        way_m,
        height - height[end],
        (heights_m - ground).ravel(),
    )


def _rim(present: BoolArray) -> BoolArray:
    """Return cells with elevation beside the edge of the grid or a cell without."""
    padded = np.pad(~present, 1, constant_values=True)
    rows, cols = present.shape
    near = np.zeros_like(present)
    for row in range(3):
        for col in range(3):
            near |= padded[row : row + rows, col : col + cols]
    return near & present
