"""Reading source rasters: any CRS, cell size, data type and nodata, as clean float32 values."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import numpy.typing as npt
import rasterio
from affine import Affine
from pyproj import CRS, Transformer
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader
from rasterio.windows import Window

from .errors import InputError, Problem
from .grid import Grid
from .section import Source

Values = npt.NDArray[np.float32]
Clean = Callable[[npt.NDArray[np.generic], npt.NDArray[np.bool_]], tuple[Values, int]]
"""(raw block, missing cells) -> (float32 values with NaN, number of values refused)."""

LATTICE = 65
"""Points per side at which the way from grid to source is sampled."""

IN_MEMORY_CELLS = 200_000_000
"""Larger parts of a source (0.8 GB) are held in a temporary file instead of memory."""

ALIGNED = 0.01
"""Grids that differ by less than this share of a cell everywhere count as the same."""


@dataclass(frozen=True)
class SourceView:
    """How a grid lies on a source raster.

    Parameters
    ----------
    window : Window
        Cells of the source that the grid needs, with a margin.
    cell_ratio : float
        Side of a grid cell in source cells: above 1 the grid is the coarser.
    shift : (int, int) or None
        Row and column of the grid's first cell on the source, if both are one lattice of cells.
    """

    window: Window
    cell_ratio: float
    shift: tuple[int, int] | None


def source_files(source: Source, patterns: Sequence[str], base_dir: Path) -> list[Path]:
    """Return the files of a source: `file`, the download of `url`, or all that match `patterns`.

    Raises
    ------
    InputError
        If a file is missing or a pattern matches nothing.
    """
    name = local_name(source)
    if name is not None:
        paths = [base_dir / name]
        missing = [path for path in paths if not path.is_file()]
    else:
        found = {pattern: matching_files(pattern, base_dir) for pattern in patterns}
        paths = [path for matches in found.values() for path in matches]
        missing = [base_dir / pattern for pattern, matches in found.items() if not matches]
    if missing:
        where_from = source.address or source.url or source.product or "its publisher"
        raise InputError(
            [Problem(str(p), "file not found", f"obtain it from {where_from}") for p in missing]
        )
    return paths


def local_name(source: Source) -> str | None:
    """Return the path of a source's one file as written: `file`, or what `url` downloads to."""
    return source.file or (Path(urlparse(source.url).path).name if source.url else None)


def matching_files(pattern: str, base_dir: Path) -> list[Path]:
    """Return the files of a glob pattern, relative to `base_dir` or absolute, in order."""
    anchor = Path(pattern).anchor
    root, relative = (Path(anchor), pattern[len(anchor) :]) if anchor else (base_dir, pattern)
    return sorted(path for path in root.glob(relative) if path.is_file())


@contextmanager
def open_raster(path: Path) -> Iterator[DatasetReader]:
    """Open a raster that has a CRS, or say in one message what is wrong.

    Raises
    ------
    InputError
        If the file cannot be read or has no CRS.
    """
    try:
        dataset = rasterio.open(path)
    except rasterio.errors.RasterioIOError as error:
        raise InputError(
            Problem(str(path), f"cannot be read as a raster ({error})", "check the file")
        ) from None
    with dataset:
        if dataset.crs is None:
            raise InputError(
                Problem(str(path), "has no CRS", "set it: gdal_edit.py -a_srs EPSG:<code> <file>")
            )
        yield dataset


def dataset_grid(dataset: DatasetReader) -> Grid:
    """Return the grid of an open raster."""
    crs = CRS.from_wkt(dataset.crs.to_wkt())
    return Grid(crs, dataset.transform, dataset.height, dataset.width)


def view_source(grid: Grid, dataset: DatasetReader) -> SourceView | None:
    """Return how the grid lies on the source, or None if they do not overlap."""
    crs = CRS.from_wkt(dataset.crs.to_wkt())
    rows, cols = np.meshgrid(
        np.linspace(0, grid.height, LATTICE), np.linspace(0, grid.width, LATTICE), indexing="ij"
    )
    x = grid.transform.c + cols * grid.transform.a
    y = grid.transform.f + rows * grid.transform.e
    if crs != grid.crs:
        x, y = Transformer.from_crs(grid.crs, crs, always_xy=True).transform(x, y)
    if crs.is_geographic:
        x = _unwrapped(x, dataset)
    inverse = ~dataset.transform
    src_col = inverse.a * x + inverse.b * y + inverse.c
    src_row = inverse.d * x + inverse.e * y + inverse.f
    window = _needed_window(src_row, src_col, dataset)
    if window is None:
        return None
    ratio = _cell_ratio(src_row, src_col, grid)
    shift = None
    if crs == grid.crs:
        offset = round(float(src_row[0, 0])), round(float(src_col[0, 0]))
        stray = np.hypot(src_row - rows - offset[0], src_col - cols - offset[1]).max()
        shift = offset if stray < ALIGNED else None
    return SourceView(window, ratio, shift)


def _unwrapped(x: npt.NDArray[np.float64], dataset: DatasetReader) -> npt.NDArray[np.float64]:
    """Return longitudes without a jump within the grid, in the turn of the Earth of the source.

    Products may run from -180 to 180 or from 0 to 360 degrees.
    """
    x = np.where(np.isfinite(x), x, np.nan)
    middle = x[LATTICE // 2, LATTICE // 2]
    if np.isnan(middle):
        return x
    x = middle + (x - middle + 180) % 360 - 180
    source_middle = (dataset.bounds.left + dataset.bounds.right) / 2
    return np.asarray(x + 360 * np.round((source_middle - middle) / 360))


def _is_global(dataset: DatasetReader) -> bool:
    """Whether the first column of a raster in degrees follows on its last."""
    turn = dataset.width * abs(dataset.transform.a)
    return bool(dataset.crs.is_geographic and abs(turn - 360) < abs(dataset.transform.a) / 2)


def _needed_window(
    row: npt.NDArray[np.float64], col: npt.NDArray[np.float64], dataset: DatasetReader
) -> Window | None:
    """Return the bounding window, grown by the largest step between neighbouring points.

    Between two points a curved border strays by less than their distance; where longitudes jump at
    the date line the step is the whole width, and so is the window.
    """
    row = np.where(np.isfinite(row), row, np.nan)
    col = np.where(np.isfinite(col), col, np.nan)
    if np.isnan(row).all():
        return None
    steps = [np.abs(np.diff(a, axis=axis)) for a in (row, col) for axis in (0, 1)]
    margin = 3 + max((float(np.nanmax(s)) for s in steps if not np.isnan(s).all()), default=0.0)
    top = max(0, math.floor(np.nanmin(row) - margin))
    left = max(0, math.floor(np.nanmin(col) - margin))
    bottom = min(dataset.height, math.ceil(np.nanmax(row) + margin))
    right = min(dataset.width, math.ceil(np.nanmax(col) + margin))
    if _is_global(dataset):
        left, right = math.floor(np.nanmin(col) - margin), math.ceil(np.nanmax(col) + margin)
        if right - left >= dataset.width:
            left, right = 0, dataset.width
    if bottom <= top or right <= left:
        return None
    return Window(left, top, right - left, bottom - top)


def _cell_ratio(row: npt.NDArray[np.float64], col: npt.NDArray[np.float64], grid: Grid) -> float:
    """Return the side of a grid cell in source cells: root of the median areal ratio."""
    rows_a_step, cols_a_step = grid.height / (LATTICE - 1), grid.width / (LATTICE - 1)
    row_y, row_x = np.gradient(row, rows_a_step, cols_a_step)
    col_y, col_x = np.gradient(col, rows_a_step, cols_a_step)
    area = np.abs(row_y * col_x - row_x * col_y)
    return float(np.sqrt(np.median(area[np.isfinite(area)])))


def read_clean(
    dataset: DatasetReader, band: int, window: Window, nodata: float | None, clean: Clean
) -> tuple[Values, int]:
    """Return one band within a window, cleaned block by block, and how many values were refused.

    Parameters
    ----------
    nodata : float or None
        Overrides what the file says.
    clean : callable
        Turns a raw block into float32 values.

    Returns
    -------
    values : array of float32, shape (h, w)
        NaN where missing or refused. Backed by a temporary file where it would not fit in memory.
    refused : int
    """
    values = _empty((window.height, window.width))
    rows_a_block = max(1, 4_000_000 // window.width)
    refused = 0
    for start in range(0, window.height, rows_a_block):
        height = min(rows_a_block, window.height - start)
        parts = _around_the_earth(
            Window(window.col_off, window.row_off + start, window.width, height), dataset.width
        )
        raw = np.hstack([dataset.read(band, window=part) for part in parts])
        missing = _missing(raw, dataset.nodata if nodata is None else nodata)
        if nodata is None and MaskFlags.per_dataset in dataset.mask_flag_enums[band - 1]:
            missing |= np.hstack([dataset.read_masks(band, window=part) for part in parts]) == 0
        values[start : start + height], count = clean(raw, missing)
        refused += count
    return values, refused


def _around_the_earth(window: Window, width: int) -> list[Window]:
    """Return the parts of a window that reaches over the seam of a global raster."""
    parts = []
    col, left = window.col_off % width, window.width
    while left > 0:
        taken = min(left, width - col)
        parts.append(Window(col, window.row_off, taken, window.height))
        left -= taken
        col = 0
    return parts


def _empty(shape: tuple[int, int]) -> Values:
    if shape[0] * shape[1] <= IN_MEMORY_CELLS:
        return np.empty(shape, np.float32)
    with tempfile.TemporaryFile() as file:  # the mapping outlives the name
        return np.memmap(file, dtype=np.float32, mode="w+", shape=shape)


def _missing(raw: npt.NDArray[np.generic], nodata: float | None) -> npt.NDArray[np.bool_]:
    """Return which values stand for missing, compared in the raster's own data type."""
    missing = np.zeros(raw.shape, bool)
    if np.issubdtype(raw.dtype, np.floating):
        missing = ~np.isfinite(raw)
    if nodata is None or math.isnan(nodata):
        return missing
    if np.issubdtype(raw.dtype, np.integer):
        limits = np.iinfo(raw.dtype.name)
        # A nodata value that the data type cannot hold marks nothing.
        if not (float(nodata).is_integer() and limits.min <= nodata <= limits.max):
            return missing
        return np.asarray(raw == raw.dtype.type(int(nodata)))
    return np.asarray(missing | (raw == raw.dtype.type(nodata)))


def paste(values: Values, window: Window, shift: tuple[int, int], grid: Grid) -> Values:
    """Return source values on a grid that shares the source's lattice of cells."""
    out = np.full(grid.shape, np.nan, np.float32)
    top, left = window.row_off - shift[0], window.col_off - shift[1]
    rows = slice(max(0, top), min(grid.height, top + window.height))
    cols = slice(max(0, left), min(grid.width, left + window.width))
    if rows.start < rows.stop and cols.start < cols.stop:
        out[rows, cols] = values[
            rows.start - top : rows.stop - top, cols.start - left : cols.stop - left
        ]
    return out


def window_transform(dataset: DatasetReader, window: Window) -> Affine:
    """Return the transform of a window of the dataset."""
    transform: Affine = dataset.transform @ Affine.translation(window.col_off, window.row_off)
    return transform
