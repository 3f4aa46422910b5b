"""Sizes and places of grid cells as the simulator takes them, whatever the projection."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from features.grid import Grid
from models.erosion_carbon.forcing import CellGeometry

from .design_table import equal_area_xy

M2_PER_KM2 = 1e6


def cell_geometry(grid: Grid, region: npt.NDArray[np.bool_]) -> CellGeometry:
    """Return true areas and lengths, latitudes and metric coordinates of the cells.

    Parameters
    ----------
    grid : Grid
        Projected or geographic.
    region : array of bool (rows, cols)
        Where coordinates are needed; they are 0 elsewhere. Metric ones are those of an equal-area
        projection on the region's centre, so that distances are right in degrees too.
    """
    width_m, height_m = grid.cell_sizes_m()
    rows, cols = np.nonzero(region)
    x, y = grid.xy(rows, cols)
    geodetic = grid.crs.geodetic_crs
    latitude = Transformer.from_crs(grid.crs, geodetic, always_xy=True).transform(x, y)[1]
    metric = equal_area_xy(grid.crs, np.column_stack([x, y]))

    def on_grid(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        raster = np.zeros(grid.shape)
        raster[region] = values
        return raster

    return CellGeometry(
        area_m2=grid.cell_areas_km2() * M2_PER_KM2,
        width_m=width_m,
        height_m=float(height_m[region.any(axis=1)].mean()),
        latitude_deg=on_grid(np.asarray(latitude)),
        easting_m=on_grid(metric[:, 0]),
        northing_m=on_grid(metric[:, 1]),
    )
