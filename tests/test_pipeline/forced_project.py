"""The small project with what drives the simulator: every land cover, gaps, skin temperature."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from affine import Affine

from models.erosion_carbon.vegetation import COVER_NAMES
from tests.test_pipeline.small_landscape import write_bands
from tests.test_pipeline.small_project import (
    CELL_M,
    NORTH,
    SIDE,
    WEST,
    SmallProject,
    make_small_project,
)

TRANSFORM = Affine(CELL_M, 0, WEST, 0, -CELL_M, NORTH)
GAP = (slice(10, 12), slice(10, 13))
"""Cells without land cover."""
N_GAP = 6


def make_forced_project(directory: Path) -> SmallProject:
    """Write the project of `make_small_project` with forcing."""
    project = make_small_project(directory)
    season = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(12) / 12)
    shape = (12, SIDE, SIDE)
    warmth = np.broadcast_to((-20.0 + 45.0 * season)[:, None, None], shape)
    rain = np.broadcast_to((8.0 + 120.0 * season)[:, None, None], shape)
    for name, values in {"warmth": warmth, "rain_months": rain, "cover": land_cover()}.items():
        write_bands(directory / f"rasters/{name}.tif", values, TRANSFORM, nodata=np.nan)
    project.manifest["forcing"] = {
        "elevation": {"covariate": "elevation"},
        "precipitation": {"file": "rasters/rain_months.tif", "unit": "mm/month"},
        "temperature": {
            "file": "rasters/warmth.tif", "unit": "degC", "quantity": "land_surface_temperature",
        },
        "land_cover": {
            "file": "rasters/cover.tif", "unit": "1", "classes": dict(enumerate(COVER_NAMES)),
        },
        "sand": {"value": 40.0, "unit": "%"},
        "clay": {"value": 20.0, "unit": "%"},
        "organic_matter": {"value": 6.0, "unit": "%"},
    }  # fmt: skip
    project.manifest["simulator"] = {
        "spin_up_years": 1,
        "gauge_area_km2": [20.0, 400.0],
        "comparison": {"members": 2, "columns": 10, "fold_seeds": 1},
    }
    project.save()
    return project


def land_cover() -> np.ndarray:
    """Return stripes of all classes, with a gap."""
    _, cols = np.mgrid[0:SIDE, 0:SIDE]
    cover = (cols // 3).astype(np.float64)
    cover[GAP] = np.nan
    return cover
