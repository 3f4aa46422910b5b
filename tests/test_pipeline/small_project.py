"""A tiny valid project of a user: a table of 40 sites, three rasters and a manifest.

Everything is synthetic: carbon falls with rain and rises with elevation, plus scatter.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import rasterio
import yaml
from affine import Affine

CRS = "EPSG:32652"
SIDE = 24
CELL_M = 1000.0
WEST, NORTH = 400_000.0, 5_300_000.0

MODEL: dict[str, Any] = {
    "learners": ["brt"],
    "search": {"brt": {"n_estimators": [30], "max_depth": [2], "min_data_in_leaf": [5]}},
    "depths": [[0, 10], [0, 30]],
    "bootstraps": 6,
    "folds": {"outer": 4, "inner": 3},
    "intervals": {"fold_bootstraps": 10},
    "explanation": {"members": 2, "grid_points": 5},
    "screening": {"alpha": 0.9},
}


@dataclass
class SmallProject:
    """The files of the project; change them, then call `save`.

    Parameters
    ----------
    directory : Path
        Where everything lies.
    manifest : dict
        Content of the manifest.
    table : DataFrame
        The sites table, one row a layer.
    """

    directory: Path
    manifest: dict[str, Any]
    table: pd.DataFrame

    @property
    def file(self) -> Path:
        """The manifest."""
        return self.directory / "data_manifest.yaml"

    @property
    def sites(self) -> Path:
        """The sites table."""
        return self.directory / "sites.csv"

    def raster(self, name: str) -> Path:
        """The raster of a covariate."""
        return self.directory / f"rasters/{name}.tif"

    def save(self) -> Path:
        """Write manifest and table; return the manifest."""
        self.file.write_text(yaml.safe_dump(self.manifest, sort_keys=False))
        self.table.to_csv(self.sites, index=False)
        return self.file


def make_small_project(directory: Path) -> SmallProject:
    """Write the rasters, the table and the manifest."""
    rng = np.random.default_rng(5)
    rows, cols = np.mgrid[0:SIDE, 0:SIDE]
    layers = {
        "rain": 900 - 15.0 * cols + rng.normal(0, 10, (SIDE, SIDE)),
        "elevation": 300 + 20.0 * rows + rng.normal(0, 15, (SIDE, SIDE)),
        "ndvi": np.clip(0.3 + 0.4 * np.sin(rows / 4) * np.cos(cols / 5), 0, 1),
    }
    for name, values in layers.items():
        write_raster(directory / f"rasters/{name}.tif", values)
    project = SmallProject(directory, _manifest(), _table(layers, rng))
    project.save()
    return project


def write_raster(path: Path, values: np.ndarray, crs: str | None = CRS, west: float = WEST) -> None:
    """Write one float32 band on the project's grid."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(
        path, "w", driver="GTiff", count=1, dtype="float32", nodata=-9999.0, crs=crs,
        height=values.shape[0], width=values.shape[1],
        transform=Affine(CELL_M, 0, west, 0, -CELL_M, NORTH),
    ) as dataset:  # fmt: skip
        dataset.write(values.astype(np.float32), 1)


def _table(layers: dict[str, np.ndarray], rng: np.random.Generator) -> pd.DataFrame:
    cells = rng.choice(SIDE * SIDE, 40, replace=False)
    row, col = np.divmod(cells, SIDE)
    soc = 20 - 0.02 * (layers["rain"][row, col] - 700) + 0.02 * (layers["elevation"][row, col])
    soc = np.clip(soc + rng.normal(0, 2, 40), 2, None)
    parts = [
        pd.DataFrame(
            {
                "profile": [f"P{k:02d}" for k in range(40)],
                "easting": WEST + (col + 0.5) * CELL_M,
                "northing": NORTH - (row + 0.5) * CELL_M,
                "top": top,
                "bottom": bottom,
                "soc": np.round(soc * share, 3),
                "bd": np.round(1.5 - 0.01 * soc * share, 3),
            }
        )
        for top, bottom, share in ((0, 10, 1.0), (10, 30, 0.6))
    ]
    return pd.concat(parts).sort_values(["profile", "top"], ignore_index=True)


def _manifest() -> dict[str, Any]:
    return {
        "name": "small",
        "region": {"template": "rain"},
        "sites": {
            "file": "sites.csv",
            "crs": CRS,
            "columns": {
                "id": {"column": "profile"},
                "x": {"column": "easting", "unit": "m"},
                "y": {"column": "northing", "unit": "m"},
                "top_cm": {"column": "top", "unit": "cm"},
                "bottom_cm": {"column": "bottom", "unit": "cm"},
                "soc": {"column": "soc", "unit": "g/kg"},
                "bulk_density": {"column": "bd", "unit": "g/cm3", "basis": "fine_earth"},
            },
        },
        "covariates": [
            {"id": "rain", "quantity": "precipitation", "unit": "mm/yr",
             "file": "rasters/rain.tif"},
            {"id": "elevation", "quantity": "elevation", "unit": "m",
             "file": "rasters/elevation.tif"},
            {"id": "ndvi", "quantity": "ndvi", "unit": "1", "file": "rasters/ndvi.tif"},
        ],
        "model": deepcopy(MODEL),
    }  # fmt: skip
