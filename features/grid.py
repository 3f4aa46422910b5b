"""The grid that all layers share: CRS, affine transform, size, and true cell areas."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from affine import Affine
from pyproj import CRS
from rasterio.windows import Window

from .ellipsoid import FloatArray, surface_derivatives, surface_element, zone_area
from .errors import InputError, Problem

if TYPE_CHECKING:
    from scipy.interpolate import RectBivariateSpline

LATTICE_M = 100_000.0
"""Spacing of the lattice on which areal scale is computed: cubic interpolation of a function that
varies on the scale of the Earth's radius errs by (0.1 / 6.4)⁴ / 384, about 2e-10."""

GAUSS = 0.5 / math.sqrt(3)
"""Offsets of the two-point Gauss rule on a cell of unit width."""


@dataclass(frozen=True)
class Grid:
    """A north-up raster grid.

    Parameters
    ----------
    crs : CRS
        Projected or geographic, with or without EPSG code.
    transform : Affine
        From (column, row) of cell corners to (x, y); no rotation, rows run southward.
    height, width : int
        Rows and columns.

    Raises
    ------
    InputError
        If the CRS is neither projected nor geographic, or the grid is rotated or south-up.
    """

    crs: CRS
    transform: Affine
    height: int
    width: int

    def __post_init__(self) -> None:
        if self.height < 1 or self.width < 1:
            raise InputError(
                Problem("grid", f"{self.height} x {self.width} cells", "widen the region's bounds")
            )
        t = self.transform
        if t.b != 0 or t.d != 0 or t.a <= 0 or t.e >= 0:
            raise InputError(
                Problem("grid", f"rotated or not north-up: {tuple(t)[:6]}", "warp it (gdalwarp)")
            )
        if not (self.crs.is_projected or self.crs.is_geographic) or self.crs.get_geod() is None:
            raise InputError(
                Problem(
                    "grid",
                    f"CRS {self.crs.name!r} is neither projected nor geographic",
                    "give a CRS on the Earth, such as EPSG:4326 or a LAEA definition",
                )
            )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.height, self.width

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, in units of the CRS."""
        west, north = self.transform @ (0, 0)
        east, south = self.transform @ (self.width, self.height)
        return west, south, east, north

    def row_col(
        self, x: npt.ArrayLike, y: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return row and column of the cell that holds each point; both -1 outside the grid.

        Parameters
        ----------
        x, y : array_like of float, shape (n,)
            Coordinates in the grid's CRS. A cell holds its west and north edges.
        """
        col = (np.asarray(x, np.float64) - self.transform.c) / self.transform.a
        row = (np.asarray(y, np.float64) - self.transform.f) / self.transform.e
        inside = (col >= 0) & (col < self.width) & (row >= 0) & (row < self.height)
        rows = np.where(inside, row, -1).astype(np.int64)
        cols = np.where(inside, col, -1).astype(np.int64)
        return rows, cols

    def xy(self, rows: npt.ArrayLike, cols: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return the coordinates of cell centres."""
        x = self.transform.c + (np.asarray(cols, np.float64) + 0.5) * self.transform.a
        y = self.transform.f + (np.asarray(rows, np.float64) + 0.5) * self.transform.e
        return x, y

    def windows(self, size: int) -> Iterator[Window]:
        """Yield windows of at most `size` x `size` cells that tile the grid, row by row."""
        for row in range(0, self.height, size):
            for col in range(0, self.width, size):
                yield Window(col, row, min(size, self.width - col), min(size, self.height - row))

    def padded(self, cells: int) -> Grid:
        """Return the grid grown by a margin of `cells` on each side."""
        transform = self.transform @ Affine.translation(-cells, -cells)
        return Grid(self.crs, transform, self.height + 2 * cells, self.width + 2 * cells)

    def coarser(self, factor: int) -> Grid:
        """Return the grid of cells `factor` times as wide and high, from the same corner.

        It reaches beyond this grid in the east and south where the factor does not divide it.
        """
        height, width = (-(-cells // factor) for cells in self.shape)
        return Grid(self.crs, self.transform @ Affine.scale(factor), height, width)

    def cell_areas_km2(self, window: Window | None = None) -> FloatArray:
        """Return the true area of each cell on the ellipsoid, in km².

        Geographic grids use the exact formula for zones between parallels. Projected grids
        integrate the surface element over each cell (two-point Gauss rule per axis), computed on
        a coarse lattice and interpolated.

        Parameters
        ----------
        window : Window, optional
            Part of the grid; the whole by default.

        Returns
        -------
        array of float64, shape (h, w)
            NaN for cells that the projection draws nowhere on Earth. (Some projections repeat the
            Earth beyond their edge, as the corners of a sinusoidal map: keep those out by a mask.)
        """
        window = window or Window(0, 0, self.width, self.height)
        rows = np.arange(window.height) + window.row_off
        cols = np.arange(window.width) + window.col_off
        if self.crs.is_geographic:
            column = _zone_cell_areas(self, rows)
            return np.repeat(column[:, None], len(cols), axis=1) / 1e6
        spline = _element_spline(self)
        cell = abs(self.transform.a * self.transform.e) / 1e6
        if spline is None:
            x, y = np.meshgrid(*self._centres(rows, cols))
            return surface_element(x, y, self.crs) * cell
        mean = np.zeros((len(rows), len(cols)))
        # Splines want ascending coordinates: rows and columns of the grid serve as such.
        for row_shift in (0.5 - GAUSS, 0.5 + GAUSS):
            for col_shift in (0.5 - GAUSS, 0.5 + GAUSS):
                mean += spline(rows + row_shift, cols + col_shift) / 4
        return mean * cell

    def cell_sizes_m(self) -> tuple[FloatArray, FloatArray]:
        """Return the ground lengths of cells along x and y, in m, on the middle column.

        Returns
        -------
        two arrays of float64, shape (height,)
            Lengths vary down the rows (geographic grids, EPSG:3857, long UTM strips); along a row
            they are taken as equal.
        """
        rows = np.arange(self.height)
        x, y = self.xy(rows, np.full(self.height, (self.width - 1) / 2))
        along_x, along_y = surface_derivatives(x, y, self.crs)
        return (
            np.linalg.norm(along_x, axis=-1) * self.transform.a,
            np.linalg.norm(along_y, axis=-1) * abs(self.transform.e),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able description."""
        return {
            "crs": self.crs.to_wkt(),
            "transform": list(self.transform)[:6],
            "height": self.height,
            "width": self.width,
        }

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> Grid:
        """Return the grid that `to_dict` described."""
        crs = CRS.from_wkt(content["crs"])
        return cls(crs, Affine(*content["transform"]), content["height"], content["width"])

    def _centres(
        self, rows: npt.NDArray[np.int64], cols: npt.NDArray[np.int64]
    ) -> tuple[FloatArray, FloatArray]:
        x, _ = self.xy(np.zeros(len(cols)), cols)
        _, y = self.xy(rows, np.zeros(len(rows)))
        return x, y


def _zone_cell_areas(grid: Grid, rows: npt.NDArray[np.int64]) -> FloatArray:
    """Return the area in m² of one cell of each row of a geographic grid."""
    geod = grid.crs.get_geod()
    assert geod is not None
    unit = float(grid.crs.axis_info[0].unit_conversion_factor)
    edges = grid.transform.f + np.append(rows, rows[-1] + 1) * grid.transform.e
    # Cells that reach over a pole end there.
    zones = zone_area(np.clip(edges * unit, -np.pi / 2, np.pi / 2), geod)
    return np.asarray(-np.diff(zones) * grid.transform.a * unit)


@lru_cache(maxsize=8)
def _element_spline(grid: Grid) -> RectBivariateSpline | None:
    """Return the surface element over (row, column), or None if part of it is off the Earth."""
    from scipy.interpolate import RectBivariateSpline

    unit = float(grid.crs.axis_info[0].unit_conversion_factor)
    rows = _lattice(grid.height, abs(grid.transform.e) * unit)
    cols = _lattice(grid.width, grid.transform.a * unit)
    x, y = np.meshgrid(grid.transform.c + cols * grid.transform.a,
                       grid.transform.f + rows * grid.transform.e)  # fmt: skip
    element = surface_element(x, y, grid.crs)
    if not np.isfinite(element).all():
        return None
    return RectBivariateSpline(rows, cols, element, s=0)


def _lattice(cells: int, cell_m: float) -> FloatArray:
    """Return at least 8 evenly spaced positions, in cells, over 0..cells."""
    return np.linspace(0, cells, max(8, math.ceil(cells * cell_m / LATTICE_M) + 1))
