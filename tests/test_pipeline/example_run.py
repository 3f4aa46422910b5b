"""Writes a made-up but plausible run directory, so that the report can be tested by itself.

Nothing here is computed by Solum's models: numbers are drawn to look like a run's.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from affine import Affine
from scipy.ndimage import gaussian_filter

from pipeline.colours import BAND_RAMPS
from pipeline.maps import write_geotiff
from tests.test_pipeline import example_tables as tables

CRS = "+proj=aea +lat_1=48 +lat_2=53 +lat_0=50.5 +lon_0=123.5 +datum=WGS84 +units=m"
DEPTHS = ("0_10", "0_30", "0_50")
LINES = {"0_10": (0.0, 1.0), "0_30": (0.07, 2.27), "0_50": (1.44, 2.63)}
VEGETATION = {1: "forest", 2: "grassland", 3: "wetland"}


@dataclass(frozen=True)
class ExampleGrid:
    crs: str
    transform: Affine
    height: int
    width: int


@dataclass(frozen=True)
class Landscape:
    """What all files of the run are drawn from."""

    grid: ExampleGrid
    inside: np.ndarray
    truth: np.ndarray
    vegetation: np.ndarray
    covariates: dict[str, np.ndarray]
    rng: np.random.Generator


def write_example_run(directory: Path, *, cell_m: float = 10_000, n_sites: int = 147) -> Path:
    """Write the whole run directory; `cell_m` of 1000 gives the study's size."""
    landscape = _landscape(cell_m)
    for folder in ("1-features/stack", "1-features/truth", "2-models/explain", "3-stocks"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    sites = _sites(landscape, n_sites)
    _write_rasters(directory, landscape)
    tables.write_tables(directory, sites, DEPTHS)
    _write_summary(directory, n_sites)
    return directory


def _landscape(cell_m: float) -> Landscape:
    rng = np.random.default_rng(7)
    height, width = round(680_000 / cell_m), round(820_000 / cell_m)
    transform = Affine(cell_m, 0, -410_000, 0, -cell_m, 340_000)
    grid = ExampleGrid(CRS, transform, height, width)
    row, col = np.mgrid[0:height, 0:width]
    x, y = col / width, 1 - row / height
    wobble = 0.06 * np.sin(9 * np.arctan2(y - 0.5, x - 0.5)) + 0.03 * np.sin(23 * x)
    inside = ((x - 0.5) / 0.48) ** 2 + ((y - 0.5) / 0.47) ** 2 < 1 + wobble

    def field(scale: float) -> np.ndarray:
        noise = gaussian_filter(rng.standard_normal((height, width)), scale * height)
        return (noise - noise.mean()) / noise.std()

    covariates = {
        "ai": 0.25 + 0.45 * (0.5 * x + 0.5 * y) + 0.03 * field(0.05),
        "map_mm": 240 + 380 * x + 25 * field(0.05),
        "ndvi": np.clip(0.35 + 0.3 * y + 0.08 * field(0.03), 0, 1),
        "tn": np.clip(2.5 + 1.5 * (x + y - 1) + 0.6 * field(0.03), 0.2, None),
        "ph": 6.3 - 0.8 * x + 0.3 * field(0.06),
        "elevation": 600 + 350 * field(0.08) - 300 * x,
    }
    wet = field(0.02)
    vegetation = np.where(wet > 1.3, 3, np.where(x + 0.25 * field(0.04) < 0.33, 2, 1))
    truth = 0.6 + 1.0 * covariates["tn"] + 2.2 * covariates["ai"] + 0.6 * (vegetation == 3)
    truth = np.clip(truth + 0.35 * field(0.015), 0.1, None)
    return Landscape(grid, inside, truth, vegetation, covariates, rng)


def _sites(landscape: Landscape, n: int) -> pd.DataFrame:
    rng, grid = landscape.rng, landscape.grid
    rows, cols = np.nonzero(landscape.inside)
    centres = rng.choice(rows.size, 12)
    near = [
        np.argsort((rows - rows[c]) ** 2 + (cols - cols[c]) ** 2)[: max(60, rows.size // 40)]
        for c in centres
    ]
    chosen = np.array([rng.choice(near[i % 12]) for i in range(n)])
    row, col, cell = rows[chosen], cols[chosen], grid.transform.a
    x = grid.transform.c + (col + 0.5) * cell
    y = grid.transform.f - (row + 0.5) * cell
    sites = pd.DataFrame({"id": [f"P{i:03d}" for i in range(n)], "x": x, "y": y})
    sites["cell_group"] = row * grid.width + col
    first = np.clip(landscape.truth[row, col] + rng.normal(0, 1.3, n), 0.3, None)
    for depth in DEPTHS:
        intercept, slope = LINES[depth]
        noise = 0.0 if depth == "0_10" else rng.normal(0, 0.9, n)
        sites[f"target_{depth}"] = np.maximum(first, intercept + slope * first + noise)
        sites[f"coverage_{depth}"] = 1.0
        sites[f"fill_log_sd_{depth}"] = 0.0
    sites.loc[rng.random(n) < 0.2, "target_0_50"] = np.nan
    sites["bd_filled"] = rng.random(n) < 0.35
    sites["gravel_filled"] = rng.random(n) < 0.4
    sites["soil_type"] = rng.choice(["Cambisol", "Gleysol"], n)
    sites["vegetation"] = [VEGETATION[code] for code in landscape.vegetation[row, col]]
    for name, values in landscape.covariates.items():
        sites[name] = values[row, col]
    return sites


def _write_rasters(directory: Path, landscape: Landscape) -> None:
    def masked(values: np.ndarray) -> np.ndarray:
        return np.where(landscape.inside, values, np.nan).astype(np.float32)

    grid, stocks = landscape.grid, directory / "3-stocks"
    units = {"ai": "1", "map_mm": "mm", "ndvi": "1", "tn": "g/kg", "ph": "pH", "elevation": "m"}
    for name, values in landscape.covariates.items():
        target = directory / "1-features" / "stack" / f"{name}.tif"
        write_geotiff(target, masked(values), grid, description=name, unit=units[name])
    smooth = gaussian_filter(landscape.truth, 0.012 * grid.height)
    spread = 0.12 + 0.05 * smooth * (1 + (landscape.covariates["ph"] < 5.7))
    for depth in DEPTHS:
        intercept, slope = LINES[depth]
        mean, sd = intercept + slope * smooth, slope * spread
        half = 1.64 * np.hypot(sd, 1.25 * slope**0.9)
        bands = {
            "mean": mean,
            "sd": sd,
            "ci_lower": mean - 0.196 * sd,
            "ci_upper": mean + 0.196 * sd,
            "uncertainty": 0.392 * sd / mean,
            "pi_lower": np.maximum(0, mean - half),
            "pi_upper": mean + 1.15 * half,
        }
        for band, values in bands.items():
            write_geotiff(
                stocks / f"socd_{depth}_{band}.tif",
                masked(values),
                grid,
                description=f"SOCD {depth} {band}",
                unit="1" if band == "uncertainty" else "kg m-2",
                colours=BAND_RAMPS[band],
            )
        truth = directory / "1-features" / "truth" / f"socd_{depth}.tif"
        true_values = masked(intercept + slope * landscape.truth)
        write_geotiff(truth, true_values, grid, description="true SOCD", unit="kg m-2")
    far = (landscape.covariates["elevation"] > 1100).astype(np.uint8)
    write_geotiff(
        stocks / "applicability.tif",
        np.where(landscape.inside, 1 - far, 255).astype(np.uint8),
        grid,
        description="area of applicability",
        unit="class",
        nodata=255,
        categorical=True,
        colours={
            0: ("outside the area of applicability", "#e69f00"),
            1: ("inside the area of applicability", "#0072b2"),
        },
    )


def _write_summary(directory: Path, n_sites: int) -> None:
    summary = {
        "name": "example",
        "virtual": True,
        "target": "socd",
        "unit": "kg m-2",
        "n_sites": n_sites,
        "depths": list(DEPTHS),
        "best_learner": "xgb",
        "scores": {},
        "intervals": {},
        "stocks": {},
        "area_km2": 400_000.0,
        "hybrid": "not available",
        "ledger": "not available",
        "levels": {"prediction_interval": 0.9, "confidence_interval_of_the_mean": 0.95},
        "seconds": {"features": 21.4, "models": 118.9, "stocks": 52.3, "report": 9.1},
        "peak_memory_mib": 1210.0,
    }
    provenance = {
        "packages": {"numpy": "2.4.0", "xgboost": "3.2.0"},
        "seed": 1,
        "machine": {"cores": 2, "system": "Linux"},
        "inputs": {"sites.csv": "0f3a" * 16},
    }
    (directory / "summary.json").write_text(json.dumps(summary, indent=1))
    (directory / "provenance.json").write_text(json.dumps(provenance, indent=1))
