"""A tiny landscape for the simulator: a valley of 10 x 12 km, its forcing and a manifest.

Everything is synthetic. The forest, grassland and cropland lie in tributaries of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import yaml
from affine import Affine
from typer.testing import CliRunner

from pipeline.cli import app

CRS = "EPSG:32652"
ROWS, COLS, CELL_M = 10, 12, 1000.0
WEST, NORTH = 400_000.0, 5_600_000.0
CLASSES = {1: "forest", 2: "grassland", 3: "cropland"}


@dataclass
class SmallLandscape:
    """The files of the project; change them, then call `save`.

    Parameters
    ----------
    directory : Path
        Where everything lies.
    manifest : dict
        Content of the manifest.
    """

    directory: Path
    manifest: dict[str, Any]

    @property
    def file(self) -> Path:
        """The manifest."""
        return self.directory / "landscape.yaml"

    def save(self) -> Path:
        """Write the manifest and return it."""
        self.file.write_text(yaml.safe_dump(self.manifest, sort_keys=False))
        return self.file

    def write(self, name: str, values: np.ndarray, **where: Any) -> None:
        """Write one or more float32 bands to ``<name>.tif``."""
        write_bands(self.directory / f"{name}.tif", values, **where)

    def give(self, name: str, values: np.ndarray, unit: str, **settings: Any) -> None:
        """Write a raster and make it an input of the simulator."""
        self.write(name, values)
        self.manifest["forcing"][name] = {"file": f"{name}.tif", "unit": unit, **settings}


def write_bands(
    path: Path,
    values: np.ndarray,
    transform: Affine | None = None,
    crs: str | None = CRS,
    nodata: float | None = None,
) -> None:
    """Write float32 bands, by default on the landscape's grid."""
    bands = values if values.ndim == 3 else values[None]
    with rasterio.open(
        path, "w", driver="GTiff", count=len(bands), dtype="float32", crs=crs, nodata=nodata,
        height=bands.shape[1], width=bands.shape[2],
        transform=transform or Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH),
    ) as dataset:  # fmt: skip
        dataset.write(bands.astype(np.float32))


def elevation() -> np.ndarray:
    """Return a valley that falls eastwards, with small bumps."""
    rows, cols = np.mgrid[0:ROWS, 0:COLS]
    bumps = np.random.default_rng(3).uniform(0, 4, (ROWS, COLS))
    return 500.0 - 10.0 * cols + 30.0 * np.abs(rows - 4.6) + bumps


def land_cover() -> np.ndarray:
    """Return forest in the west, then grassland, then cropland."""
    return np.repeat(np.searchsorted([4, 8], np.arange(COLS), "right")[None] + 1, ROWS, axis=0)


def months(low: float, high: float) -> np.ndarray:
    """Return a course of the year with its peak in July, (12, rows, cols)."""
    season = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(12) / 12)
    return np.broadcast_to((low + (high - low) * season)[:, None, None], (12, ROWS, COLS)).copy()


def make_small_landscape(directory: Path) -> SmallLandscape:
    """Write the required inputs and a manifest without sites."""
    landscape = SmallLandscape(directory, {})
    landscape.manifest = {
        "name": "valley",
        "region": {"template": "elevation.tif"},
        "forcing": {},
        "simulator": {"spin_up_years": 1, "gauge_area_km2": [15.0, 200.0]},
    }
    landscape.give("elevation", elevation(), "m")
    landscape.give("precipitation", months(8.0, 150.0), "mm/month")
    landscape.give("temperature", months(-20.0, 20.0), "degC")
    landscape.write("land_cover", land_cover().astype(float))
    landscape.manifest["forcing"]["land_cover"] = {"file": "land_cover.tif", "classes": CLASSES}
    landscape.give("sand", np.full((ROWS, COLS), 30.0), "%")
    landscape.give("clay", np.full((ROWS, COLS), 20.0), "%")
    landscape.save()
    return landscape


def solum(*arguments: object) -> tuple[int, str]:
    """Return exit code and all output of a command."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # a traceback is what a user must never see
    return result.exit_code, result.output
