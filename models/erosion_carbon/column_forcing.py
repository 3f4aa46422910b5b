"""Cells by themselves: the forcing of columns that no channel joins."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .erosion.parameters import ErosionParameters
from .erosion.subgrid_slope import ground_slope, hillslope_slope
from .forcing import CellGeometry, FloatGrid, Forcing
from .weather import DailySeries

IndexArray = npt.NDArray[np.int64]


def forcing_of_columns(forcing: Forcing, cells: IndexArray, erosion: ErosionParameters) -> Forcing:
    """Return the forcing of some cells, each by itself.

    The cells become every second row of a grid one cell wide, with unknown ground between them: no
    water and no soil comes from other cells. Place, size, weather and hillslope of each are those
    that it has in the landscape.

    Parameters
    ----------
    forcing : Forcing
        Of the landscape.
    cells : array of int (m,)
        Positions in the flattened grid, all inside the region, in any order.
    erosion : ErosionParameters
        Give the slope of hillslopes where `forcing` does not, as in the landscape.

    Raises
    ------
    ValueError
        If a cell lies outside the region.
    """
    inside = forcing.region.ravel()
    if not inside[cells].all():
        raise ValueError("columns must lie inside the region of the landscape")
    forcing = replace(forcing, hillslope_slope=_slope(forcing, erosion))
    grids: dict[str, Any] = {
        each.name: _apart(value, cells)
        for each in fields(forcing)
        if isinstance(value := getattr(forcing, each.name), np.ndarray)
    }
    region = np.zeros((2 * len(cells), 1), dtype=bool)
    region[::2] = True
    return replace(
        forcing,
        **grids | {"region": region},
        geometry=_geometry(forcing.geometry, cells),
        daily=_daily(forcing.daily, np.cumsum(inside)[cells] - 1),
    )


def _apart(grid: npt.NDArray[np.generic], cells: IndexArray) -> npt.NDArray[np.generic]:
    """Return values (..., rows, cols) of cells as (..., 2 m, 1), the gaps NaN or 0."""
    values = grid.reshape(*grid.shape[:-2], -1)[..., cells]
    gap = np.nan if np.issubdtype(values.dtype, np.floating) else 0
    apart = np.full((*values.shape[:-1], 2 * len(cells), 1), gap, dtype=values.dtype)
    apart[..., ::2, 0] = values
    return apart


def _slope(forcing: Forcing, erosion: ErosionParameters) -> FloatGrid:
    """Return the slope of hillslopes, which needs the ground around a cell."""
    if forcing.hillslope_slope is not None:
        return forcing.hillslope_slope
    geometry = forcing.geometry
    between = ground_slope(forcing.elevation_m, geometry.width_m, geometry.height_m)
    return hillslope_slope(between, np.sqrt(geometry.area_m2), erosion)


def _geometry(geometry: CellGeometry, cells: IndexArray) -> CellGeometry:
    rows = cells // geometry.area_m2.shape[1]
    width_m = np.repeat(geometry.width_m[rows], 2)
    of_cells = {
        name: np.repeat(getattr(geometry, name).ravel()[cells], 2)[:, None]
        for name in ("area_m2", "latitude_deg", "easting_m", "northing_m")
    }
    return CellGeometry(width_m=width_m, height_m=geometry.height_m, **of_cells)


def _daily(series: DailySeries | None, places: IndexArray) -> DailySeries | None:
    if series is None:
        return None
    chosen: dict[str, Any] = {
        name: each[..., places]
        for name, each in series._asdict().items()
        if isinstance(each, np.ndarray)
    }
    return series._replace(**chosen)
