"""Small rasters for tests of the grid, the alignment and the stack."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

WriteRaster = Callable[..., str]


@pytest.fixture
def write_raster(tmp_path: Path) -> WriteRaster:
    """Write bands to a GeoTIFF under ``tmp_path`` and return its name.

    ``transform`` is (cell size, west, north); further keywords go into the file's profile.
    """

    def write(
        name: str,
        bands: Any,
        transform: tuple[float, float, float],
        crs: str | None = "EPSG:32652",
        nodata: float | None = -9999,
        **profile: Any,
    ) -> str:
        values = np.asarray(bands)
        values = values[None] if values.ndim == 2 else values
        cell, west, north = transform
        with rasterio.open(
            tmp_path / name,
            "w",
            driver="GTiff",
            dtype=values.dtype,
            count=len(values),
            height=values.shape[1],
            width=values.shape[2],
            crs=crs,
            transform=Affine(cell, 0, west, 0, -cell, north),
            nodata=nodata,
            **profile,
        ) as dataset:
            dataset.write(values)
        return name

    return write
