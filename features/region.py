"""The region: the grid that everything is brought to, and which of its cells belong."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from affine import Affine
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.warp import Resampling, reproject, transform_bounds
from rasterio.windows import Window

from .errors import InputError, Problem
from .grid import Grid
from .manifest import Covariate, Region
from .source_raster import (
    Values,
    dataset_grid,
    open_raster,
    paste,
    read_clean,
    source_files,
    view_source,
    window_transform,
)

if TYPE_CHECKING:
    import geopandas as gpd

BoolArray = npt.NDArray[np.bool_]
Bounds = tuple[float, float, float, float]

LEAST_SHARE_INSIDE = 0.5
VECTOR_SUFFIXES = (".gpkg", ".shp", ".geojson", ".json", ".fgb", ".kml", ".gml", ".zip")


def region_grid(
    region: Region, covariates: Sequence[Covariate], base_dir: Path
) -> tuple[Grid, BoolArray]:
    """Return the grid of the region and the cells that belong to it.

    With `template` the grid is the template's; without `mask` the region is then the template's
    cells that hold data. With `crs` and `resolution_m` the grid covers `bounds` (from its
    north-west corner) or the extent of `mask` (snapped to multiples of the resolution). A
    geographic `crs` gets cells as wide and high as `resolution_m` at the middle latitude.

    Parameters
    ----------
    region : Region
        Section of the manifest.
    covariates : sequence of Covariate
        Where a template given by id is looked up.
    base_dir : Path
        What relative paths are relative to.

    Returns
    -------
    grid : Grid
    inside : array of bool, shape (height, width)

    Raises
    ------
    InputError
        If the CRS is not understood, a file is missing or unreadable, or no cell is inside.
    """
    mask_path = None if region.mask is None else _existing(base_dir / region.mask, "region.mask")
    if region.template is not None:
        grid, inside = _template_grid(region.template, covariates, base_dir)
        if mask_path is not None:
            inside = _burn(mask_path, grid)
    else:
        grid = _declared_grid(region, mask_path)
        inside = np.ones(grid.shape, bool) if mask_path is None else _burn(mask_path, grid)
    if not inside.any():
        raise InputError(
            Problem(
                region.mask or region.template or "region",
                "no cell of the grid lies inside the region",
                "check the CRS of the mask, and that it overlaps the bounds",
            )
        )
    return grid, inside


def coarser_region(grid: Grid, inside: BoolArray, factor: int) -> tuple[Grid, BoolArray]:
    """Return a grid of larger cells, and those of them that lie inside by half or more.

    Parameters
    ----------
    grid : Grid
        With `inside`, of `region_grid`.
    inside : array of bool, shape (height, width)
        Cells of the region.
    factor : int
        Cells that a larger one is wide and high.
    """
    coarse = grid.coarser(factor)
    whole = np.zeros((coarse.height * factor, coarse.width * factor))
    whole[: grid.height, : grid.width] = inside
    share = whole.reshape(coarse.height, factor, coarse.width, factor).mean(axis=(1, 3))
    return coarse, np.asarray(share >= LEAST_SHARE_INSIDE)


def region_files(region: Region, covariates: Sequence[Covariate], base_dir: Path) -> list[Path]:
    """Return the files that decide grid and region, for fingerprints."""
    files = []
    if region.mask is not None:
        files.append(base_dir / region.mask)
    if region.template is not None:
        files.append(_template_path(region.template, covariates, base_dir)[0])
    return files


def _existing(path: Path, where: str) -> Path:
    if not path.is_file():
        raise InputError(Problem(where, f"file not found: {path}", "correct the path"))
    return path


def _template_path(
    template: str, covariates: Sequence[Covariate], base_dir: Path
) -> tuple[Path, float | None]:
    """Return the file of a template and the nodata value that a covariate declares for it."""
    for covariate in covariates:
        if covariate.id == template:
            if covariate.derived_from is not None:
                return _template_path(covariate.derived_from, covariates, base_dir)
            return source_files(covariate, covariate.files, base_dir)[0], covariate.nodata
    return _existing(base_dir / template, "region.template"), None


def _template_grid(
    template: str, covariates: Sequence[Covariate], base_dir: Path
) -> tuple[Grid, BoolArray]:
    path, nodata = _template_path(template, covariates, base_dir)
    with open_raster(path) as dataset:
        grid = dataset_grid(dataset)
        whole = Window(0, 0, grid.width, grid.height)
        values, _ = read_clean(dataset, 1, whole, nodata, _presence)
    return grid, ~np.isnan(values)


def _presence(
    raw: npt.NDArray[np.generic],  # noqa: ARG001 - a template's values do not matter
    missing: BoolArray,
) -> tuple[Values, int]:
    return np.where(missing, np.float32(np.nan), np.float32(1)), 0


def _nonzero(raw: npt.NDArray[np.generic], missing: BoolArray) -> tuple[Values, int]:
    return ((raw != 0) & ~missing).astype(np.float32), 0


def _declared_grid(region: Region, mask_path: Path | None) -> Grid:
    try:
        crs = CRS.from_user_input(region.crs)
    except CRSError as error:
        raise InputError(
            Problem("region.crs", f"{region.crs!r} is no CRS ({error})", "such as EPSG:32652")
        ) from None
    assert region.resolution_m is not None  # the manifest asks for it where there is no template
    if region.bounds is not None:
        return _grid_over(crs, region.bounds, region.resolution_m, snap=False)
    assert mask_path is not None
    return _grid_over(crs, _mask_bounds(mask_path, crs), region.resolution_m, snap=True)


def _grid_over(crs: CRS, bounds: Bounds, resolution_m: float, *, snap: bool) -> Grid:
    west, south, east, north = bounds
    if not (west < east and south < north):
        raise InputError(
            Problem("region.bounds", f"{bounds} is empty", "give west, south, east, north")
        )
    step_x, step_y = _steps(crs, (south + north) / 2, resolution_m)
    if snap:
        west, north = math.floor(west / step_x) * step_x, math.ceil(north / step_y) * step_y
    # A hair less than a cell of rounding error adds no row or column.
    width = max(1, math.ceil((east - west) / step_x - 1e-6))
    height = max(1, math.ceil((north - south) / step_y - 1e-6))
    return Grid(crs, Affine(step_x, 0, west, 0, -step_y, north), height, width)


def _steps(crs: CRS, middle_y: float, resolution_m: float) -> tuple[float, float]:
    """Return the cell width and height in units of the CRS."""
    unit = float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
    if not crs.is_geographic:
        return resolution_m / unit, resolution_m / unit
    one_unit = Grid(crs, Affine(1, 0, 0, 0, -1, middle_y + 0.5), 1, 1)
    width_m, height_m = one_unit.cell_sizes_m()
    return resolution_m / float(width_m[0]), resolution_m / float(height_m[0])


def _mask_bounds(path: Path, crs: CRS) -> Bounds:
    """Return the extent of a mask in a CRS: of its polygons, or of its non-zero cells."""
    if path.suffix.lower() in VECTOR_SUFFIXES:
        west, south, east, north = _polygons(path, crs).total_bounds
        return float(west), float(south), float(east), float(north)
    with open_raster(path) as dataset:
        whole = Window(0, 0, dataset.width, dataset.height)
        values, _ = read_clean(dataset, 1, whole, None, _nonzero)
        rows, cols = np.flatnonzero(values.any(axis=1)), np.flatnonzero(values.any(axis=0))
        if not len(rows):
            raise InputError(Problem(str(path), "mask is zero everywhere", "check its values"))
        extent = Window(cols[0], rows[0], cols[-1] - cols[0] + 1, rows[-1] - rows[0] + 1)
        bounds = _window_bounds(window_transform(dataset, extent), extent)
        bounds = transform_bounds(dataset.crs, crs.to_wkt(), *bounds, densify_pts=101)
    return bounds[0], bounds[1], bounds[2], bounds[3]


def _window_bounds(transform: Affine, window: Window) -> Bounds:
    west, north = transform @ (0, 0)
    east, south = transform @ (window.width, window.height)
    return west, south, east, north


def _burn(path: Path, grid: Grid) -> BoolArray:
    """Return the cells of the grid that a mask covers."""
    if path.suffix.lower() in VECTOR_SUFFIXES:
        return _burn_polygons(path, grid)
    with open_raster(path) as dataset:
        view = view_source(grid, dataset)
        if view is None:
            return np.zeros(grid.shape, bool)
        values, _ = read_clean(dataset, 1, view.window, None, _nonzero)
        if view.shift is not None:
            return paste(values, view.window, view.shift, grid) > 0
        share = np.zeros(grid.shape, np.float32)
        reproject(
            values,
            share,
            src_transform=window_transform(dataset, view.window),
            src_crs=dataset.crs,
            dst_transform=grid.transform,
            dst_crs=grid.crs.to_wkt(),
            resampling=Resampling.average if view.cell_ratio > 1 else Resampling.nearest,
        )
    return share >= 0.5


def _burn_polygons(path: Path, grid: Grid) -> BoolArray:
    from rasterio.features import rasterize

    shapes = list(_polygons(path, grid.crs).geometry)
    burnt = rasterize(shapes, out_shape=grid.shape, transform=grid.transform, dtype="uint8")
    return np.asarray(burnt, bool)


def _polygons(path: Path, crs: CRS) -> gpd.GeoDataFrame:
    """Return the polygons of a file in a CRS, with edges fine enough to bend with it."""
    import geopandas as gpd

    try:
        frame = gpd.read_file(path)
    except Exception as error:  # each driver raises its own kind
        raise InputError(
            Problem(str(path), f"cannot be read as polygons ({error})", "check the file")
        ) from None
    if frame.crs is None:
        raise InputError(Problem(str(path), "has no CRS", "save it with its CRS"))
    frame = frame[frame.geometry.notna() & ~frame.geometry.is_empty]
    if frame.empty:
        raise InputError(Problem(str(path), "holds no polygons", "check the file"))
    if CRS.from_user_input(frame.crs) == crs:
        return frame
    west, south, east, north = frame.total_bounds
    spacing = max(east - west, north - south) / 500
    return frame.set_geometry(frame.geometry.segmentize(spacing)).to_crs(crs)
