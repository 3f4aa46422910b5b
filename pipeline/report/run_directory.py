"""Reads a run directory: tables whole, rasters decimated, and nothing but what is there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import rasterio
from affine import Affine
from pyproj import CRS
from rasterio.enums import Resampling

from features.errors import InputError, Problem
from features.grid import Grid
from models.settings import IntervalSettings

from ..maps import CLASSES_TAG

LONGEST_SIDE = 1200  # cells read along the longer side of a raster: enough for a printed page


@dataclass(frozen=True)
class Layer:
    """One band, decimated to at most `LONGEST_SIDE` cells a side.

    Parameters
    ----------
    values : array of float32, shape (h, w)
        NaN without data.
    grid : Grid
        Of the decimated cells.
    unit, description : str
        As the file says.
    classes : dict of int to str
        Labels of class codes; empty for continuous maps.
    shrink : float
        How many cells of the file one cell of `values` spans, along a side.
    """

    values: npt.NDArray[np.float32]
    grid: Grid
    unit: str
    description: str
    classes: dict[int, str]
    shrink: float

    @cached_property
    def areas_km2(self) -> npt.NDArray[np.float64]:
        """True area of the decimated cells, shape (h, w)."""
        return self.grid.cell_areas_km2()


@dataclass(frozen=True)
class Covariate:
    """Unit and class names of a covariate; no classes where it is continuous."""

    unit: str
    classes: dict[int, str]


@dataclass
class RunDirectory:
    """A finished or half-finished run."""

    path: Path
    summary: dict[str, Any]
    provenance: dict[str, Any]
    _layers: dict[str, Layer | None] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> RunDirectory:
        """Read ``summary.json`` and, where there is one, ``provenance.json``."""
        summary_file = path / "summary.json"
        try:
            summary = json.loads(summary_file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(
                Problem(
                    where=str(summary_file),
                    what=f"no readable summary of a run: {error}",
                    mend="give the directory that `solum run` wrote, or run it again",
                )
            ) from error
        provenance_file = path / "provenance.json"
        provenance = {}
        if provenance_file.is_file():
            provenance = json.loads(provenance_file.read_text(encoding="utf-8"))
        return cls(path, summary, provenance)

    def table(self, name: str) -> pd.DataFrame | None:
        """Return a table by its path in the run directory; None if absent or empty."""
        file = self.path / name
        if not file.is_file() or file.stat().st_size == 0:
            return None
        frame = pd.read_csv(file, dtype=dict.fromkeys(("depth", "id", "label", "group"), str))
        return None if frame.empty else frame

    def layer(self, name: str) -> Layer | None:
        """Return a raster by its path in the run directory; None if absent."""
        if name not in self._layers:
            file = self.path / name
            self._layers[name] = _read_layer(file) if file.is_file() else None
        return self._layers[name]

    def depth_layer(self, depth: str, band: str) -> Layer | None:
        """Return one band of the map of a depth, such as ``mean`` of ``0_10``."""
        target = self.summary.get("target", "socd")
        return self.layer(f"3-stocks/{target}_{depth}_{band}.tif")

    @cached_property
    def depths(self) -> tuple[str, ...]:
        """Keys of the depths, the modelled one first."""
        listed = self.summary.get("depths") or ()
        return tuple(
            depth if isinstance(depth, str) else "_".join(f"{edge:g}" for edge in depth)
            for depth in listed
        )

    @cached_property
    def sites(self) -> pd.DataFrame | None:
        """The sites table."""
        return self.table("1-features/sites.csv")

    @property
    def unit(self) -> str:
        """Unit of the target."""
        return str(self.summary.get("unit", "1"))

    @property
    def is_virtual(self) -> bool:
        """Whether the data were made up by us."""
        return bool(self.summary.get("virtual", False))

    @property
    def is_socd(self) -> bool:
        """Whether the target is a soil organic carbon density, of which stocks are made."""
        return str(self.summary.get("target", "socd")) == "socd"

    @property
    def target_title(self) -> str:
        """Short name of the target for axes."""
        return "SOCD" if self.is_socd else str(self.summary.get("target"))

    @property
    def best_learner(self) -> str:
        """Name of the learner that made the maps."""
        return str(self.summary.get("best_learner", ""))

    @property
    def interval_level(self) -> float:
        """Nominal coverage of the prediction interval."""
        return self._level("prediction_interval", IntervalSettings().level)

    @property
    def confidence_level(self) -> float:
        """Level of the confidence interval of the mean (Eq. 7)."""
        return self._level("confidence_interval_of_the_mean", IntervalSettings().confidence)

    def _level(self, name: str, default: float) -> float:
        levels = self.summary.get("levels")
        return float(levels.get(name, default)) if isinstance(levels, dict) else default

    def covariate(self, name: str) -> Covariate:
        """Return what the aligned raster of a covariate says of its unit and classes."""
        file = self.path / "1-features" / "stack" / f"{name}.tif"
        if not file.is_file():
            return Covariate("1", {})
        with rasterio.open(file) as dataset:
            classes = json.loads(dataset.tags().get("classes", "{}"))
            labels = {int(code): str(label) for code, label in classes.items()}
            return Covariate(dataset.units[0] or "1", labels)

    def site_places(self, layer: Layer) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return x and y of the sites, which are in the run's CRS, NaN off the grid of `layer`."""
        if self.sites is None:
            return np.empty(0), np.empty(0)
        x, y = (self.sites[axis].to_numpy(np.float64, copy=True) for axis in ("x", "y"))
        rows, _ = layer.grid.row_col(x, y)
        x[rows < 0] = np.nan
        y[rows < 0] = np.nan
        return x, y


def _read_layer(file: Path) -> Layer:
    with rasterio.open(file) as dataset:
        shrink = max(1.0, max(dataset.shape) / LONGEST_SIDE)
        height, width = (max(1, round(side / shrink)) for side in dataset.shape)
        classes = json.loads(dataset.tags().get(CLASSES_TAG, "{}"))
        is_classes = bool(classes) or not dataset.dtypes[0].startswith("float")
        values = dataset.read(
            1,
            out_shape=(height, width),
            masked=True,
            resampling=Resampling.nearest if is_classes else Resampling.average,
        )
        scale = Affine.scale(dataset.width / width, dataset.height / height)
        return Layer(
            values=values.astype(np.float32).filled(np.nan),
            grid=Grid(CRS.from_wkt(dataset.crs.to_wkt()), dataset.transform @ scale, height, width),
            unit=dataset.units[0] or "1",
            description=dataset.descriptions[0] or file.stem,
            classes={int(code): label for code, label in classes.items()},
            shrink=dataset.width / width,
        )
