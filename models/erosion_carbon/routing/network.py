"""The drainage network in processing order: every cell after all cells that drain to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .directions import Drainage, drainage
from .kernel_network import accumulate, handed_up, heights, pack, topological_order

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IndexArray = npt.NDArray[np.int64]

LEAST_SLOPE = 1e-4
"""Fall per metre below which a channel is taken as this steep (Lu et al. 2024 route on 1 km cells,
where filled depressions and noise leave level and rising links)."""
GROUP_CELLS = 16384
"""Cells of a group: few enough that state and fluxes stay near the core, enough that levels are
long (50, 64, 78, 90 million cells/s measured on one core for 2, 4, 8, 16 thousand)."""
LEAST_GROUP_CELLS = 256
GROUPS_WANTED = 16
"""Groups that even a small network is cut into, so that threads have something to share."""


class Schedule(NamedTuple):
    """Which cells may be computed together, as the kernels take it.

    Parameters
    ----------
    upstream_start : array of int64, shape (n + 1,)
        ``upstream[upstream_start[i]:upstream_start[i + 1]]`` drain to cell i directly.
    upstream : array of int64, shape (links,)
    level_start : array of int64, shape (levels + 1,)
        Cells of a level do not drain to each other.
    group_level : array of int64, shape (groups + 2,)
        First level of each group of sub-catchments, which need nothing from other groups; of the
        trunk, which needs them all; and the number of levels.
    root : array of int64, shape (roots,)
        Cells of groups that drain to the trunk.
    group_root : array of int64, shape (groups + 1,)
        First root of each group.
    """

    upstream_start: IndexArray
    upstream: IndexArray
    level_start: IndexArray
    group_level: IndexArray
    root: IndexArray
    group_root: IndexArray

    @property
    def n_groups(self) -> int:
        """Number of groups, the trunk not counted."""
        return len(self.group_root) - 1


@dataclass(frozen=True)
class FlowNetwork:
    """Who drains to whom, arrays of shape (n,) in processing order (upstream first).

    Parameters
    ----------
    shape : tuple of int
        Rows and columns of the grid.
    cell_of : array of int64
        Index of each cell in the flattened grid.
    downstream : array of int64
        The next cell; own index at outlets.
    distance_m, slope : array of float64
        Length of the channel link to the next cell and its fall per metre, on original ground and
        not below ``LEAST_SLOPE``. At outlets: to the ground beyond where it is known, else the
        side of the cell and the slope of the main link upstream.
    area_m2, upstream_area_m2 : array of float64
        Of the cell; of the cell and all that drain to it.
    is_outlet, is_lake : array of bool
        Water leaves the network here; into a lake.
    filled_m : array of float64
        By how much the depression filler raised the cell to find its direction.
    basin : array of int64
        The outlet that the cell drains to.
    schedule : Schedule
        Order of work.
    """

    shape: tuple[int, int]
    cell_of: IndexArray
    downstream: IndexArray
    distance_m: FloatArray
    slope: FloatArray
    area_m2: FloatArray
    upstream_area_m2: FloatArray
    is_outlet: BoolArray
    is_lake: BoolArray
    filled_m: FloatArray
    basin: IndexArray
    schedule: Schedule

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.cell_of)

    def from_grid(self, raster: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        """Return values (n, ...) in processing order of a raster (rows, cols, ...)."""
        return raster.reshape(-1, *raster.shape[2:])[self.cell_of]

    def to_grid(self, values: npt.NDArray[np.generic]) -> FloatArray:
        """Return the raster (rows, cols, ...) of values (n, ...); NaN outside the network."""
        raster = np.full((self.shape[0] * self.shape[1], *values.shape[1:]), np.nan)
        raster[self.cell_of] = values
        return raster.reshape(*self.shape, *values.shape[1:])

    def upstream_of(self, cell: int) -> BoolArray:
        """Return the cells (n,) that drain through a cell of the processing order, and itself."""
        belongs = np.full(self.n_cells, -1)
        belongs[self.is_outlet] = 0
        belongs[cell] = 1
        order = np.arange(self.n_cells)
        return np.asarray(handed_up(order, self.downstream, belongs) == 1)


def flow_network(
    elevation_m: FloatArray,
    region: BoolArray,
    cell_area_m2: FloatArray | float,
    dx_m: FloatArray | float,
    dy_m: FloatArray | float,
    lakes: BoolArray | None = None,
    group_cells: int | None = None,
) -> FlowNetwork:
    """Return the D8 network of a region (Jenson & Domingue 1988, Photogramm. Eng. 54:1593-1600).

    Parameters
    ----------
    elevation_m : array, shape (rows, cols)
        NaN where unknown. Ground outside the region, where known, decides whether an edge cell
        drains out, and carries water from the region back to it across holes.
    region : array of bool, shape (rows, cols)
        Cells of the network; those without elevation are left out.
    cell_area_m2 : array, shape (rows, cols), or float
    dx_m, dy_m : array, shape (rows,), or float
        Ground size of cells along a row and along a column, which differs from row to row on
        longitude-latitude grids.
    lakes : array of bool, shape (rows, cols), optional
        Water bodies without outflow: water ends there and depressions are not filled above them.
        Not for lakes that a river runs through.
    group_cells : int, optional
        Most cells that are one thread's piece of work; by default as suits the size. Results of
        each cell do not depend on it, their order does.

    Raises
    ------
    InputError
        Where no cell of the region has an elevation, or cells have no positive size.
    """
    elevation_m = np.asarray(elevation_m, float)
    rows, cols = elevation_m.shape
    inside = region & np.isfinite(elevation_m)
    cell_x_m = np.broadcast_to(np.asarray(dx_m, float), rows).copy()
    cell_y_m = np.broadcast_to(np.asarray(dy_m, float), rows).copy()
    area_m2 = np.broadcast_to(np.asarray(cell_area_m2, float), (rows, cols))
    _check(inside, area_m2, cell_x_m, cell_y_m)
    is_lake = np.zeros_like(inside) if lakes is None else lakes & inside
    flow = drainage(elevation_m, inside, is_lake, cell_x_m, cell_y_m)
    chosen = np.flatnonzero(inside)
    size = group_cells or min(GROUP_CELLS, max(LEAST_GROUP_CELLS, len(chosen) // GROUPS_WANTED))
    order, schedule = _processing_order(_among(chosen, flow.target), size)
    cell_of = chosen[order]
    downstream = _among(cell_of, flow.target)
    area = area_m2.ravel()[cell_of]
    in_order = np.arange(len(cell_of))
    upstream_area_m2 = accumulate(in_order, downstream, area)
    is_outlet = downstream == in_order
    distance_m, slope = _links(flow, cell_of, area, upstream_area_m2, schedule)
    return FlowNetwork(
        (rows, cols),
        cell_of,
        downstream,
        distance_m,
        slope,
        area,
        upstream_area_m2,
        is_outlet,
        is_lake.ravel()[cell_of],
        flow.filled_m[cell_of],
        handed_up(in_order, downstream, np.where(is_outlet, in_order, -1)),
        schedule,
    )


def _check(
    inside: BoolArray, area_m2: FloatArray, cell_x_m: FloatArray, cell_y_m: FloatArray
) -> None:
    if not inside.any():
        raise InputError(
            Problem(
                "simulator: elevation",
                "no cell of the region has an elevation",
                "check that elevation and region overlap",
            )
        )
    if not (area_m2[inside].min() > 0 and cell_x_m.min() > 0 and cell_y_m.min() > 0):
        raise InputError(
            Problem(
                "simulator: grid",
                "there are cells without a positive area or side length",
                "give sizes in metres on the ground",
            )
        )


def _among(cells: IndexArray, target: IndexArray) -> IndexArray:
    """Return the targets of cells as positions in `cells`; own position where water ends."""
    position = np.full(len(target), -1)
    position[cells] = np.arange(len(cells))
    to = target[cells]
    return np.where(to < 0, np.arange(len(cells)), position[to])


def _processing_order(downstream: IndexArray, group_cells: int) -> tuple[IndexArray, Schedule]:
    """Return the order of cells by group, level and place, and the schedule in that order."""
    n = len(downstream)
    order, visited = topological_order(downstream)
    if visited != n:
        raise RuntimeError(f"{n - visited} of {n} cells drain in circles")
    height = heights(order, downstream)
    size = accumulate(order, downstream, np.ones(n))
    small = size <= group_cells
    ends = small & ((downstream == np.arange(n)) | ~small[downstream])
    roots = np.flatnonzero(ends)
    item = np.where(small, -1, len(roots))
    item[roots] = np.arange(len(roots))
    bins = pack(size[roots].astype(np.int64), group_cells)
    n_groups = int(bins[-1]) + 1 if len(bins) else 0
    group = np.append(bins, n_groups)[handed_up(order, downstream, item)]
    sequence = np.lexsort((height, group))
    new = np.empty(n, np.int64)
    new[sequence] = np.arange(n)
    return sequence, _schedule(
        new[downstream[sequence]], group[sequence], height[sequence], n_groups
    )


def _schedule(
    downstream: IndexArray, group: IndexArray, height: IndexArray, n_groups: int
) -> Schedule:
    n = len(downstream)
    own = np.arange(n)
    inflowing = np.flatnonzero(downstream != own)
    upstream = inflowing[np.argsort(downstream[inflowing], kind="stable")]
    counts = np.bincount(downstream[inflowing], minlength=n)
    new_level = np.ones(n, bool)
    new_level[1:] = (np.diff(group) != 0) | (np.diff(height) != 0)
    level_start = np.flatnonzero(new_level)
    root = np.flatnonzero((group < n_groups) & (group[downstream] == n_groups))
    return Schedule(
        np.concatenate([[0], np.cumsum(counts)]),
        upstream,
        np.append(level_start, n),
        np.append(np.searchsorted(group[level_start], np.arange(n_groups + 1)), len(level_start)),
        root,
        np.searchsorted(group[root], np.arange(n_groups + 1)),
    )


def _links(
    flow: Drainage,
    cell_of: IndexArray,
    area_m2: FloatArray,
    upstream_area_m2: FloatArray,
    schedule: Schedule,
) -> tuple[FloatArray, FloatArray]:
    """Return length and slope of the channel link of each cell."""
    distance_m = flow.distance_m[cell_of]
    ends = np.flatnonzero(distance_m == 0)
    slope = np.maximum(
        flow.fall_m[cell_of] / np.where(distance_m > 0, distance_m, 1.0), LEAST_SLOPE
    )
    distance_m[ends] = np.sqrt(area_m2[ends])
    for cell in ends:
        above = schedule.upstream[schedule.upstream_start[cell] : schedule.upstream_start[cell + 1]]
        if len(above):
            slope[cell] = slope[above[np.argmax(upstream_area_m2[above])]]
    return distance_m, slope
