"""The lattice the virtual world is made on, its region, and the coarser or finer grids of it.

The world is made once, at 1 km; a run's grid samples it at its cell centres. So resolution changes
what is seen of the world, never the world.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CRS = (
    "+proj=aea +lat_1=48 +lat_2=53 +lat_0=50 +lon_0=123.5 +x_0=0 +y_0=0 "
    "+datum=WGS84 +units=m +no_defs"
)
"""Albers equal-area: projected area is true area, so equal cells hold equal area."""

WEST_M, NORTH_M = -475_000.0, 430_000.0
WIDTH_M, HEIGHT_M = 950_000.0, 750_000.0
WORLD_CELL_M = 1000.0
REGION_AREA_KM2 = 5.6e5
"""Area of the Northeast China permafrost region (Yang et al. 2025)."""

_CENTRE_NORTHING_M = 55_000.0
_HALF_WIDTH_M, _HALF_HEIGHT_M = 450_000.0, 335_000.0
_WOBBLE = ((3, 0.020, 2.1), (5, 0.020, 1.1), (8, 0.014, 4.2), (13, 0.010, 2.3), (23, 0.006, 2.1))
"""Harmonic, relative amplitude and phase (rad) of the outline's irregularity."""


@dataclass(frozen=True)
class WorldLattice:
    """A grid of square cells over the virtual world.

    Parameters
    ----------
    resolution_m : float
        Side of a cell in m. Grids start at the world's north-west corner; where the side does not
        divide the world, the last row and column reach beyond it.
    """

    resolution_m: float = WORLD_CELL_M

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return (
            int(np.ceil(HEIGHT_M / self.resolution_m)),
            int(np.ceil(WIDTH_M / self.resolution_m)),
        )

    @property
    def transform(self) -> Affine:
        """From column and row to easting and northing in m."""
        return Affine(self.resolution_m, 0, WEST_M, 0, -self.resolution_m, NORTH_M)

    @cached_property
    def easting(self) -> FloatArray:
        """Eastings of the cell centres in m, shape (1, columns)."""
        columns = np.arange(self.shape[1], dtype=np.float64)
        return WEST_M + (columns[None, :] + 0.5) * self.resolution_m

    @cached_property
    def northing(self) -> FloatArray:
        """Northings of the cell centres in m, shape (rows, 1)."""
        rows = np.arange(self.shape[0], dtype=np.float64)
        return NORTH_M - (rows[:, None] + 0.5) * self.resolution_m

    @cached_property
    def region(self) -> BoolArray:
        """Cells inside the region: the innermost ones that make up its area, whatever the side."""
        distance = relative_distance(self.easting, self.northing).ravel()
        n_cells = round(REGION_AREA_KM2 * 1e6 / self.resolution_m**2)
        inside = np.zeros(distance.size, dtype=bool)
        inside[np.argsort(distance, kind="stable")[:n_cells]] = True
        return inside.reshape(self.shape)

    def sample(self, field: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
        """Return a world field's values at this grid's cell centres.

        Parameters
        ----------
        field : array, shape (..., 750, 950)
            On the world lattice.

        Returns
        -------
        array of float32, shape (..., rows, columns)
            Of the world cell each centre lies in: grids finer than 1 km repeat values.
        """
        world = WorldLattice()
        if self.shape == world.shape:
            return field.astype(np.float32)
        rows = np.clip((NORTH_M - self.northing) // WORLD_CELL_M, 0, world.shape[0] - 1)
        cols = np.clip((self.easting - WEST_M) // WORLD_CELL_M, 0, world.shape[1] - 1)
        return field[..., rows.astype(int), cols.astype(int)].astype(np.float32)


def relative_distance(easting: FloatArray, northing: FloatArray) -> FloatArray:
    """Return the distance from the region's middle as a share of the way to its outline.

    The outline is a rounded box with wobbles, the same in every world, that fits the study's
    extent (47.6-53.4° N, 117.5-129.4° E). That whole box holds 5.43e5 km², less than the
    5.6e5 km² the study gives, so the outline bulges beyond it by up to 40 km.
    """
    x = easting / _HALF_WIDTH_M
    y = (northing - _CENTRE_NORTHING_M) / _HALF_HEIGHT_M
    angle = np.arctan2(y, x)
    wobble = sum(size * np.cos(k * angle + phase) for k, size, phase in _WOBBLE)
    return np.asarray((x**4 + y**4) ** 0.25 / (1 + wobble))
