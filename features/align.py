"""One covariate brought onto the grid: cleaned, in canonical units, rightly resampled."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from rasterio.io import DatasetReader
from rasterio.warp import Resampling, reproject

from .cleaning import canonical_range, cleaning_of
from .errors import InputError, Problem
from .grid import Grid
from .issues import Issue, IssueLog
from .manifest import Covariate
from .source_raster import (
    Clean,
    SourceView,
    Values,
    open_raster,
    paste,
    read_clean,
    source_files,
    view_source,
    window_transform,
)

COARSER_AVERAGE = 1.96
"""Grid cells at least twice as wide as the source's are averaged, with 2 % for the projections'
scale: 500 m to 1 km is twice, whatever the two projections make of a metre."""

COARSER_MODE = 1.05
"""Classes go by majority as soon as a grid cell holds more than one source cell."""

WARP_TOLERANCE = 0.02
"""Error, in source cells, allowed to the piecewise linear approximation of the projection."""


def align_covariate(covariate: Covariate, grid: Grid, base_dir: Path, log: IssueLog) -> Values:
    """Return one covariate on the grid.

    Parameters
    ----------
    covariate : Covariate
        With files of its own (not derived from elevation).
    grid : Grid
        Target.
    base_dir : Path
        What relative paths are relative to.
    log : IssueLog
        Receives what was resampled, refused and left incomplete.

    Returns
    -------
    array of float32, shape (height, width)
        In the canonical unit of the covariate's quantity, or class codes; NaN where missing.
        Codes that share a class name carry the lowest of them.

    Raises
    ------
    InputError
        If a file is missing, unreadable, without CRS or band, or does not reach the grid.
    """
    cleaning = cleaning_of(covariate)
    total = np.zeros(grid.shape, np.float32)
    count = np.zeros(grid.shape, np.uint16)
    n_layers = 0
    for path in source_files(covariate, covariate.files, base_dir):
        with open_raster(path) as dataset:
            for band in _bands(covariate, dataset, path):
                values = align_band(covariate, dataset, band, grid, cleaning, log)
                present = ~np.isnan(values)
                total[present] += values[present]
                count += present
                n_layers += 1
    if n_layers == 1 and covariate.combine != "annual_sum":
        return np.where(count > 0, total, np.float32(np.nan))
    return _combine(covariate, total, count, n_layers, log)


def _bands(covariate: Covariate, dataset: DatasetReader, path: Path) -> list[int]:
    if covariate.band == "all":
        if dataset.count > 1 and covariate.combine is None:
            raise InputError(
                Problem(str(path), f"{dataset.count} bands", "say `combine`: mean or annual_sum")
            )
        return list(range(1, dataset.count + 1))
    if not 1 <= covariate.band <= dataset.count:
        raise InputError(
            Problem(
                str(path),
                f"has no band {covariate.band}: bands are 1 to {dataset.count}",
                f"correct `band` of covariate {covariate.id}",
            )
        )
    return [covariate.band]


def align_band(
    covariate: Covariate,
    dataset: DatasetReader,
    band: int,
    grid: Grid,
    cleaning: Clean,
    log: IssueLog,
    view: SourceView | None = None,
) -> Values:
    """Return one band on the grid, as `cleaning` leaves its values.

    `view` is how the grid lies on the raster, for those who align many bands of one file.

    Raises
    ------
    InputError
        If the raster does not reach the grid.
    """
    view = view or overlapping_view(grid, dataset)
    values, refused = read_clean(dataset, band, view.window, covariate.nodata, cleaning)
    _report_source(covariate, dataset, band, refused, log)
    if view.shift is not None:
        return paste(values, view.window, view.shift, grid)
    method = choose_resampling(covariate, view)
    _report_resampling(covariate, dataset, view, method, log)
    out = np.full(grid.shape, np.nan, np.float32)
    reproject(
        values,
        out,
        src_transform=window_transform(dataset, view.window),
        src_crs=dataset.crs,
        src_nodata=np.nan,
        dst_transform=grid.transform,
        dst_crs=grid.crs.to_wkt(),
        dst_nodata=np.nan,
        resampling=method,
        tolerance=WARP_TOLERANCE,
    )
    return out


def overlapping_view(grid: Grid, dataset: DatasetReader) -> SourceView:
    """Return how the grid lies on a raster.

    Raises
    ------
    InputError
        If they do not overlap.
    """
    view = view_source(grid, dataset)
    if view is None:
        raise InputError(
            Problem(
                dataset.name,
                "does not overlap the region",
                "check the CRS of the raster and of the region, and the region's bounds",
            )
        )
    return view


def choose_resampling(covariate: Covariate, view: SourceView) -> Resampling:
    """Return the declared resampling, or for ``auto`` the one that fits kind and cell sizes.

    Classes: mode where the grid is coarser, else nearest. Measurements: average where the grid is
    coarser by a factor of 2 or more (fluxes and totals keep their mean), else bilinear.
    """
    if covariate.resampling != "auto":
        return Resampling[covariate.resampling]
    if covariate.kind == "categorical":
        return Resampling.mode if view.cell_ratio > COARSER_MODE else Resampling.nearest
    return Resampling.average if view.cell_ratio >= COARSER_AVERAGE else Resampling.bilinear


def _combine(
    covariate: Covariate,
    total: Values,
    count: npt.NDArray[np.uint16],
    n_layers: int,
    log: IssueLog,
) -> Values:
    """Return the mean of what is there, or twelve times the mean of complete series."""
    incomplete = (count > 0) & (count < n_layers)
    mean = np.full(total.shape, np.nan, np.float32)
    np.divide(total, count.astype(np.float32), out=mean, where=count > 0)
    if covariate.combine == "annual_sum":
        # A year short of its wet months is no annual sum.
        mean[incomplete] = np.nan
        mean *= 12
        lowest, highest = canonical_range(covariate)
        outside = (mean < lowest) | (mean > highest)
        mean[outside] = np.nan
        _count(covariate, "value_outside_range", int(outside.sum()), "dropped", log)
    action = "dropped" if covariate.combine == "annual_sum" else "kept"
    _count(covariate, "series_incomplete", int(incomplete.sum()), action, log)
    return mean


MESSAGES = {
    "value_outside_range": "cells hold values outside `valid_range`; treated as missing",
    "class_unknown": "cells hold codes that `classes` does not name; treated as missing",
    "series_incomplete": "cells lack some layers of the series",
}


def _count(covariate: Covariate, code: str, n: int, action: str, log: IssueLog) -> None:
    if n:
        name = covariate.file or covariate.url or ", ".join(covariate.files)
        message = f"{n} {MESSAGES[code]}"
        log.add(Issue(name, None, covariate.id, code, str(n), action, message))


def _report_source(
    covariate: Covariate, dataset: DatasetReader, band: int, refused: int, log: IssueLog
) -> None:
    categorical = covariate.kind == "categorical"
    code = "class_unknown" if categorical and covariate.classes else "value_outside_range"
    _count(covariate, code, refused, "dropped", log)
    declared = dataset.scales[band - 1], dataset.offsets[band - 1]
    if not categorical and declared != (1, 0) and declared != (covariate.scale, covariate.offset):
        log.add(
            Issue(
                Path(dataset.name).name,
                None,
                covariate.id,
                "scale_of_file_ignored",
                f"{declared[0]:g}, {declared[1]:g}",
                "flagged",
                f"the file states scale {declared[0]:g} and offset {declared[1]:g}; the "
                f"manifest's {covariate.scale:g} and {covariate.offset:g} were used",
            )
        )


def _report_resampling(
    covariate: Covariate,
    dataset: DatasetReader,
    view: SourceView,
    method: Resampling,
    log: IssueLog,
) -> None:
    crs = dataset.crs.to_string()
    crs = crs if len(crs) < 40 else "its own CRS"
    log.add(
        Issue(
            Path(dataset.name).name,
            None,
            covariate.id,
            "layer_resampled",
            method.name,
            "converted",
            f"brought from {crs}, cells {1 / view.cell_ratio:.3g} times as wide as the grid's, "
            f"by {method.name}",
        )
    )
