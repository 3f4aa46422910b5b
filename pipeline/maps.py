"""GeoTIFFs that explain themselves: units, description, statistics, overviews, a QGIS style.

`MosaicWriter` takes a map window by window, so that no map need ever be whole in memory;
`write_geotiff` writes one that is.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.windows import Window

from .band_statistics import BandStatistics
from .colours import class_colours
from .qml import write_class_qml, write_ramp_qml

if TYPE_CHECKING:
    from affine import Affine

TILE = 512
SMALLEST_OVERVIEW = 128  # no overview whose longer side would fall below this
CLASSES_TAG = "CLASSES"  # JSON, {code: label}


class Georeference(Protocol):
    """The part of a grid that a raster file needs."""

    @property
    def crs(self) -> Any: ...  # noqa: D102
    @property
    def transform(self) -> Affine: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102
    @property
    def width(self) -> int: ...  # noqa: D102


class MosaicWriter:
    """Writes a GeoTIFF window by window; closing adds overviews, statistics, style, and renames.

    Until then the file bears a temporary name; leaving the ``with`` block by an exception removes
    it. Several threads may call `write`.

    Parameters
    ----------
    path : Path
        The file to make; its folder must exist.
    grid : Georeference
        Coordinate reference system, transform, height and width.
    description : str or sequence of str
        What each band holds, in words.
    unit : str
        Unit of all bands.
    dtype : str
        A numpy data type that GeoTIFF knows.
    nodata : float
        Value of cells without data.
    tags : mapping
        Written to the file, such as ``{"level": 0.9}``.
    categorical : bool
        Class codes: overviews take the mode, and the style is paletted.
    colours : str or mapping of int to (label, colour), optional
        Ramp in `pipeline.colours.RAMPS`, or label and colour of each class.
    """

    def __init__(
        self,
        path: Path,
        grid: Georeference,
        *,
        description: str | Sequence[str],
        unit: str,
        dtype: str = "float32",
        nodata: float = math.nan,
        tags: Mapping[str, Any] | None = None,
        categorical: bool = False,
        colours: str | Mapping[int, tuple[str, str]] | None = None,
    ) -> None:
        self.path = path
        self._temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._lock = Lock()
        self._unit = unit
        self._categorical = categorical
        self._colours = colours
        descriptions = (description,) if isinstance(description, str) else tuple(description)
        self._statistics = [BandStatistics(nodata) for _ in descriptions]
        profile = _profile(grid, len(descriptions), dtype, nodata)
        self._dataset = rasterio.open(self._temporary, "w", **profile)
        for band, text in enumerate(descriptions, start=1):
            self._dataset.set_band_description(band, text)
            self._dataset.set_band_unit(band, unit)
        self._dataset.update_tags(**{key: str(value) for key, value in (tags or {}).items()})
        if isinstance(colours, Mapping):
            labels = {str(code): label for code, (label, _) in colours.items()}
            self._dataset.update_tags(**{CLASSES_TAG: json.dumps(labels)})

    def write(self, array: npt.NDArray[Any], window: Window | None = None) -> None:
        """Write ``(h, w)`` or ``(bands, h, w)`` values to `window`, or to the whole raster.

        Windows must not overlap: statistics count each cell as often as it is written.
        """
        bands = array[np.newaxis] if array.ndim == 2 else array
        with self._lock:
            for statistics, values in zip(self._statistics, bands, strict=True):
                statistics.add(values)
            self._dataset.write(bands.astype(self._dataset.dtypes[0], copy=False), window=window)

    def close(self) -> None:
        """Add statistics and overviews, give the file its name, and write the style."""
        for band, statistics in enumerate(self._statistics, start=1):
            total = self._dataset.height * self._dataset.width
            self._dataset.update_tags(band, **statistics.tags(total))
        self._dataset.close()
        _add_overviews(self._temporary, categorical=self._categorical)
        self._temporary.replace(self.path)
        self._write_style()

    def abandon(self) -> None:
        """Remove what was written."""
        self._dataset.close()
        self._temporary.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.abandon()

    def _write_style(self) -> None:
        style = self.path.with_suffix(".qml")
        first = self._statistics[0]
        if self._categorical:
            write_class_qml(style, _classes(self._colours, first))
            return
        ramp = self._colours if isinstance(self._colours, str) else "viridis"
        lowest, highest = _stretch(self.path)
        write_ramp_qml(style, lowest=lowest, highest=highest, ramp=ramp, unit=self._unit)


def write_geotiff(
    path: Path,
    array: npt.NDArray[Any],
    grid: Georeference,
    *,
    description: str | Sequence[str],
    unit: str,
    nodata: float = math.nan,
    tags: Mapping[str, Any] | None = None,
    categorical: bool = False,
    colours: str | Mapping[int, tuple[str, str]] | None = None,
) -> Path:
    """Write `array`, ``(h, w)`` or ``(bands, h, w)``, as a GeoTIFF with its QGIS style beside it.

    The parameters are those of `MosaicWriter`; the data type is that of the array, float64
    being stored as float32. Returns `path`.
    """
    dtype = "float32" if array.dtype == np.float64 else array.dtype.name
    with MosaicWriter(
        path,
        grid,
        description=description,
        unit=unit,
        dtype=dtype,
        nodata=nodata,
        tags=tags,
        categorical=categorical,
        colours=colours,
    ) as mosaic:
        mosaic.write(array)
    return path


def _profile(grid: Georeference, bands: int, dtype: str, nodata: float) -> dict[str, Any]:
    longer = max(grid.height, grid.width)
    tile = min(TILE, math.ceil(longer / 16) * 16)  # TIFF tiles come in multiples of 16
    return {
        "driver": "GTiff",
        "crs": CRS.from_user_input(grid.crs),
        "transform": grid.transform,
        "height": grid.height,
        "width": grid.width,
        "count": bands,
        "dtype": dtype,
        "nodata": nodata,
        "tiled": True,
        "blockxsize": tile,
        "blockysize": tile,
        "interleave": "band",
        "compress": "zstd",
        "zstd_level": 1,
        "predictor": 3 if dtype.startswith("float") else 2,
        "num_threads": 2,
        "bigtiff": "if_safer",
    }


def _add_overviews(path: Path, *, categorical: bool) -> None:
    with rasterio.open(path) as dataset:
        longer = max(dataset.height, dataset.width)
        predictor = "3" if dataset.dtypes[0].startswith("float") else "2"
    factors = [2**k for k in range(1, 16) if longer / 2**k >= SMALLEST_OVERVIEW]
    if not factors:
        return
    options = {
        "COMPRESS_OVERVIEW": "ZSTD",
        "ZSTD_LEVEL_OVERVIEW": "1",
        "PREDICTOR_OVERVIEW": predictor,
        "GDAL_TIFF_OVR_BLOCKSIZE": "256",
        "GDAL_NUM_THREADS": "2",
    }
    resampling = Resampling.mode if categorical else Resampling.average
    with rasterio.Env(**options), rasterio.open(path, "r+") as dataset:
        dataset.build_overviews(factors, resampling)
        dataset.update_tags(ns="rio_overview", resampling=resampling.name)


def _stretch(path: Path) -> tuple[float, float]:
    """Return the 2nd and 98th percentile of the first band, from an overview."""
    with rasterio.open(path) as dataset:
        shrink = max(1.0, max(dataset.shape) / 1024)
        shape = tuple(max(1, round(side / shrink)) for side in dataset.shape)
        values = dataset.read(1, out_shape=shape, masked=True).compressed()
    values = values[np.isfinite(values)]
    if values.size == 0:
        return 0.0, 1.0
    lowest, highest = np.percentile(values, [2, 98])
    return float(lowest), float(highest)


def _classes(
    colours: str | Mapping[int, tuple[str, str]] | None, statistics: BandStatistics
) -> Mapping[int, tuple[str, str]]:
    if isinstance(colours, Mapping):
        return colours
    if statistics.count == 0:
        return {}
    codes = range(int(statistics.lowest), int(statistics.highest) + 1)
    return {
        code: (str(code), colour)
        for code, colour in zip(codes, class_colours(len(codes)), strict=True)
    }
