"""Look at each covariate's rasters, thinned out: CRS, band, overlap, emptiness, scale."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rasterio.enums import Resampling
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from .cleaning import Cleaning, cleaning_of
from .errors import InputError, Problem
from .grid import Grid
from .issues import Issue, IssueLog
from .manifest import Covariate
from .source_raster import open_raster, read_clean, source_files, view_source
from .units import canonical_unit, plausible_range

SIDE = 256
"""Cells per side of a thinned-out look at a raster."""

SUSPECT_SHARE = 0.05
"""Share of values beyond what nature shows that makes a scale suspect."""


def check_covariate(
    covariate: Covariate, base_dir: Path, grid: Grid | None, log: IssueLog
) -> list[Problem]:
    """Return what is wrong with the rasters of a covariate; doubts go to `log`.

    Parameters
    ----------
    covariate : Covariate
        Its files exist.
    base_dir : Path
        Directory that relative paths start from.
    grid : Grid or None
        Region to overlap with; None looks at whole rasters.
    log : IssueLog
        Receives doubts.
    """
    try:
        cleaning: Cleaning | None = cleaning_of(covariate)
    except InputError:  # the unit's problem is told with the declarations
        cleaning = None
    problems: list[Problem] = []
    for position, path in enumerate(source_files(covariate, covariate.files, base_dir)):
        # The values of a series are looked at in its first file: the others share scale and unit.
        look = cleaning if position == 0 else None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotGeoreferencedWarning)
                with open_raster(path) as dataset:
                    problems += _check_dataset(covariate, dataset, grid, look, log)
        except InputError as error:
            problems += error.problems
        except RasterioIOError as error:
            what = f"cannot be read to its end ({error})"
            problems.append(Problem(str(path), what, "copy or download the file again"))
    return problems


def _check_dataset(
    covariate: Covariate,
    dataset: DatasetReader,
    grid: Grid | None,
    cleaning: Cleaning | None,
    log: IssueLog,
) -> list[Problem]:
    name = dataset.name
    if isinstance(covariate.band, int) and not 1 <= covariate.band <= dataset.count:
        what = f"has no band {covariate.band}: bands are 1 to {dataset.count}"
        return [Problem(name, what, f"correct `band` of covariate {covariate.id}")]
    if covariate.band == "all" and dataset.count > 1 and covariate.combine is None:
        what = f"has {dataset.count} bands, and `band: all` does not say how they become one"
        return [Problem(name, what, "add `combine`: mean or annual_sum")]
    window = Window(0, 0, dataset.width, dataset.height)
    if grid is not None:
        view = view_source(grid, dataset)
        if view is None:
            what = f"does not overlap the region: it covers {_extent(dataset)}"
            return [Problem(name, what, "check the CRS of the raster and the bounds of the region")]
        window = view.window
    if cleaning is None:
        return []
    band = 1 if covariate.band == "all" else covariate.band
    return _check_values(covariate, dataset, band, window, cleaning, log)


def _extent(dataset: DatasetReader) -> str:
    west, south, east, north = dataset.bounds
    return f"{west:g} to {east:g}, {south:g} to {north:g} in {dataset.crs.to_string()[:40]}"


def _check_values(
    covariate: Covariate,
    dataset: DatasetReader,
    band: int,
    window: Window,
    cleaning: Cleaning,
    log: IssueLog,
) -> list[Problem]:
    where = f"{dataset.name} band {band}"
    raw, missing = thinned(dataset, band, window, covariate.nodata)
    values, refused = cleaning(raw, missing)
    if np.isnan(values).all() and refused == 0:  # rare values may lie between the cells looked at
        values, refused = read_clean(dataset, band, window, covariate.nodata, cleaning)
    present = values[~np.isnan(values)].astype(float)
    if present.size == 0:
        return [_nothing_left(covariate, where, raw[~missing], refused)]
    if refused:
        _doubt_refused(covariate, dataset, refused / (refused + present.size), log)
    if covariate.role == "candidate" and np.ptp(present) == 0:
        whole, _ = read_clean(dataset, band, window, covariate.nodata, cleaning)
        if np.nanmin(whole) == np.nanmax(whole):
            what = f"is constant over the region ({present[0]:g}): nothing can be learned from it"
            return [Problem(where, what, f"remove covariate {covariate.id}, or make it auxiliary")]
    if covariate.kind == "continuous":
        _doubt_scale(covariate, dataset, present, log)
    elif not covariate.classes:
        return _check_codes(covariate, where, present)
    return []


def thinned(
    dataset: DatasetReader, band: int, window: Window, nodata: float | None
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.bool_]]:
    """Return raw values of a window on at most 256 x 256 cells, and which are missing."""
    shape = (min(SIDE, window.height), min(SIDE, window.width))
    raw = dataset.read(
        band, window=window, out_shape=shape, masked=True, resampling=Resampling.nearest
    )
    missing = np.ma.getmaskarray(raw) if nodata is None else raw.data == nodata
    if np.issubdtype(raw.dtype, np.floating):
        missing = missing | ~np.isfinite(raw.data)
    return raw.data, missing


def _nothing_left(
    covariate: Covariate, where: str, raw: npt.NDArray[np.generic], refused: int
) -> Problem:
    if refused == 0:
        what = "holds no data within the region (every cell is nodata)"
        return Problem(where, what, "check the file, `band` and `nodata`")
    found = f"{raw.min():g} to {raw.max():g}" if raw.size else "values"
    if covariate.kind == "categorical" and covariate.classes:
        codes = ", ".join(str(code) for code in covariate.classes)
        what = f"holds only codes that `classes` does not name ({found})"
        return Problem(where, what, f"correct `classes` (it names {codes})")
    what = f"holds only values outside valid_range {list(covariate.valid_range or ())} ({found})"
    return Problem(where, what, "check `scale`, `offset`, `unit` and `valid_range`")


def _doubt_refused(
    covariate: Covariate, dataset: DatasetReader, share: float, log: IssueLog
) -> None:
    code, reason = "value_outside_range", "lie outside valid_range"
    if covariate.kind == "categorical":
        code, reason = "class_unknown", "carry a code that `classes` does not name"
    message = f"{share:.1%} of the values looked at {reason} and would become missing"
    log.add(
        Issue(Path(dataset.name).name, None, covariate.id, code, f"{share:.4f}", "flagged", message)
    )


def _doubt_scale(
    covariate: Covariate, dataset: DatasetReader, present: npt.NDArray[np.float64], log: IssueLog
) -> None:
    """Doubt values that their quantity cannot take, and name the scale that would bring them in."""
    plausible = plausible_range(covariate.quantity)
    if plausible is None:
        return
    values = present * (12 if covariate.combine == "annual_sum" else 1)
    outside = (values < plausible[0]) | (values > plausible[1])
    if outside.mean() <= SUSPECT_SHARE:
        return
    unit = canonical_unit(covariate.quantity)
    message = (
        f"values from {values.min():.4g} to {values.max():.4g} {unit} are not what "
        f"{covariate.quantity} can be ({plausible[0]:g} to {plausible[1]:g} {unit})"
        f"{_likely_mend(covariate, values, plausible)}"
    )
    log.add(
        Issue(
            Path(dataset.name).name, None, covariate.id, "scale_suspect", f"{values.max():.6g}",
            "flagged", message,
        )
    )  # fmt: skip


def _likely_mend(
    covariate: Covariate, values: npt.NDArray[np.float64], plausible: tuple[float, float]
) -> str:
    if canonical_unit(covariate.quantity) == "degC" and 180 < np.median(values) < 340:
        return ": is the unit K?"
    largest = float(np.abs(values).max())
    limit = max(abs(plausible[0]), abs(plausible[1]))
    power = math.ceil(math.log10(largest / limit)) if largest > 0 else 0
    scale = covariate.scale * 10.0**-power
    return f": is `scale: {scale:g}` (or a smaller one) missing?" if power > 0 else ""


def _check_codes(
    covariate: Covariate, where: str, present: npt.NDArray[np.float64]
) -> list[Problem]:
    if np.array_equal(present, np.round(present)):
        return []
    what = "is declared categorical, but holds fractions"
    return [Problem(where, what, f"make covariate {covariate.id} continuous, or check the file")]
