"""The virtual landscape written in the files that the Northeast China study's manifest names.

Raw integers with the products' scales, longitude and latitude, months in files of their own, the
sites table with the study's column names: so the study's manifest runs on it unchanged. The values
are virtual (synthetic).
"""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
from affine import Affine
from rasterio.enums import Resampling
from rasterio.warp import reproject, transform_bounds

from features.forcing_layers import forcing_source
from features.manifest import Covariate, SourcesManifest, VirtualLandscape
from features.validation import validate
from features.virtual_landscape import write_virtual_landscape
from features.yaml_loader import load_yaml

VIRTUAL_FILE = {
    "mat": "temperature_monthly",
    "map": "precipitation_monthly",
    "ai": "aridity_index",
    "permafrost": "region",
}
"""Raster of the virtual landscape for a covariate of the study; elsewhere they share their name."""

MISSING = -32768
M_PER_DEGREE = 111_320.0


def load_sources(manifest_file: Path) -> SourcesManifest:
    """Return the sources of a manifest, without its ``model:``."""
    data, lines = load_yaml(manifest_file)
    data.pop("model", None)
    return validate(SourcesManifest, data, lines, manifest_file)


def write_study_files(settings: VirtualLandscape, manifest_file: Path, directory: Path) -> None:
    """Write every file that the study's manifest names, with paths relative to `directory`.

    The virtual landscape itself is left in ``directory/virtual``, its truth with it.
    """
    virtual_file = write_virtual_landscape(settings, directory / "virtual")
    study = load_sources(manifest_file)
    forcing = [
        forcing_source(name, each, {}).source for name, each in study.forcing.items() if each.file
    ]
    for covariate in (*study.covariates, *forcing):
        source = directory / f"virtual/rasters/{VIRTUAL_FILE.get(covariate.id, covariate.id)}.tif"
        names = list(covariate.files) or [str(covariate.file)]
        if "*" in names[0]:
            names = [names[0].replace("*", f"{month:02d}") for month in range(1, 13)]
        for band, name in enumerate(names, start=1):
            write_raw(source, band, covariate, directory / name)
    write_sites(load_sources(virtual_file), study, directory)


def write_raw(source: Path, band: int, covariate: Covariate, target: Path) -> None:
    """Warp one band to longitude and latitude, and store it as the product publishes it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with rasterio.open(source) as dataset:
        west, south, east, north = transform_bounds(dataset.crs, "EPSG:4326", *dataset.bounds)
        step = abs(dataset.transform.a) / M_PER_DEGREE * (0.5 if covariate.id == "npp" else 1.0)
        shape = (math.ceil((north - south) / step), math.ceil((east - west) / step))
        transform = Affine(step, 0, west, 0, -step, north)
        values = np.full(shape, np.nan, dtype=np.float32)
        classes = covariate.kind == "categorical"
        reproject(
            rasterio.band(dataset, band),
            values,
            dst_transform=transform,
            dst_crs="EPSG:4326",
            dst_nodata=np.nan,
            resampling=Resampling.nearest if classes else Resampling.bilinear,
        )
    with rasterio.open(
        target, "w", driver="GTiff", count=1, crs="EPSG:4326", transform=transform,
        height=shape[0], width=shape[1], **_storage(values, covariate),
    ) as dataset:  # fmt: skip
        dataset.write(_raw(values, covariate), 1)
        dataset.update_tags(description="virtual (synthetic)")


def write_sites(virtual: SourcesManifest, study: SourcesManifest, directory: Path) -> None:
    """Write the sites table under the study's column names."""
    assert virtual.sites is not None
    assert study.sites is not None
    ours, theirs = virtual.sites.columns, study.sites.columns
    names = {}
    for key in type(theirs).model_fields:
        here, there = getattr(ours, key), getattr(theirs, key)
        if there is not None:
            assert here is not None, f"the virtual sites have no {key}"
            assert there.unit in (None, here.unit), f"{key}: {here.unit} is not {there.unit}"
            names[here.column] = there.column
    table = pd.read_csv(directory / "virtual/sites.csv").rename(columns=names)
    target = directory / str(study.sites.file)
    target.parent.mkdir(parents=True, exist_ok=True)
    table[list(names.values())].to_csv(target, index=False)


def _is_integer(covariate: Covariate) -> bool:
    return covariate.kind == "categorical" or covariate.scale != 1


def _missing(covariate: Covariate) -> float:
    if not _is_integer(covariate):
        return float("nan")
    return MISSING if covariate.nodata is None else covariate.nodata


def _storage(values: np.ndarray, covariate: Covariate) -> dict[str, object]:
    kind = "int16" if _is_integer(covariate) else "float32"
    return {"dtype": kind, "nodata": _missing(covariate), "compress": "zstd"}


def _raw(values: np.ndarray, covariate: Covariate) -> np.ndarray:
    raw = (values - covariate.offset) / covariate.scale
    if not _is_integer(covariate):
        return raw
    return np.where(np.isfinite(raw), np.round(raw), _missing(covariate)).astype("int16")
