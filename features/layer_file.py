"""GeoTIFF layers of the stack, written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.enums import Resampling

from .atomic_files import replacing
from .grid import Grid

BLOCK = 256
"""Side of a tile in cells: windows are read without decoding much beyond them."""

FINGERPRINT_TAG = "fingerprint"
"""Tag that says of which settings and source files a layer was made."""

OVERVIEW_CELLS = 512
"""Overviews are added until the smallest is about this wide."""


def write_layer(
    path: Path,
    values: npt.NDArray[np.float32] | npt.NDArray[np.bool_],
    grid: Grid,
    *,
    description: str,
    unit: str,
    categorical: bool = False,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write one band as a tiled, compressed GeoTIFF with overviews and statistics.

    Parameters
    ----------
    path : Path
        Where to; appears only when whole.
    values : array of float32 or bool, shape (height, width)
        NaN is missing; bool is stored as 0 and 1.
    grid : Grid
        Where the cells lie.
    description, unit : str
        Of the band.
    categorical : bool
        Overviews show the commonest class instead of the mean.
    tags : mapping of str to str
        Further metadata of the file.
    """
    boolean = values.dtype == bool
    band = values.astype(np.uint8) if boolean else values.astype(np.float32, copy=False)
    profile = {
        "driver": "GTiff",
        "dtype": band.dtype.name,
        "count": 1,
        "height": grid.height,
        "width": grid.width,
        "crs": grid.crs.to_wkt(),
        "transform": grid.transform,
        "nodata": None if boolean else float("nan"),
        "tiled": True,
        "blockxsize": BLOCK,
        "blockysize": BLOCK,
        "compress": "zstd",
        "zstd_level": 3,
        "predictor": 1 if boolean or categorical else 3,
        "bigtiff": "if_safer",
    }
    method = Resampling.mode if boolean or categorical else Resampling.average
    with replacing(path) as temporary, rasterio.open(temporary, "w", **profile) as dataset:
        dataset.write(band, 1)
        dataset.set_band_description(1, description)
        dataset.set_band_unit(1, unit)
        dataset.update_tags(**(tags or {}))
        dataset.update_tags(1, **_statistics(band))
        factors = _overview_factors(grid)
        if factors:
            dataset.build_overviews(factors, method)


def layer_fingerprint(path: Path) -> str | None:
    """Return the fingerprint that a layer was written with; None if there is no such file."""
    if not path.is_file():
        return None
    with rasterio.open(path) as dataset:
        fingerprint: str | None = dataset.tags().get(FINGERPRINT_TAG)
    return fingerprint


def _overview_factors(grid: Grid) -> list[int]:
    factors = []
    factor = 2
    while max(grid.shape) / factor * 2 > OVERVIEW_CELLS:
        factors.append(factor)
        factor *= 2
    return factors


def _statistics(band: npt.NDArray[Any]) -> dict[str, str]:
    """Return band statistics under the names that GDAL and QGIS read."""
    present = band[~np.isnan(band)] if band.dtype.kind == "f" else band.ravel()
    if not present.size:
        return {}
    numbers = {
        "MINIMUM": present.min(),
        "MAXIMUM": present.max(),
        "MEAN": present.mean(dtype=np.float64),
        "STDDEV": present.std(dtype=np.float64),
        "VALID_PERCENT": 100 * present.size / band.size,
    }
    return {f"STATISTICS_{name}": f"{value:.9g}" for name, value in numbers.items()}
