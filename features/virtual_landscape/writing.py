"""Write a virtual landscape as the files a user would have: rasters, a sites table, a manifest."""

from __future__ import annotations

import hashlib
import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import yaml

from ..atomic_files import replacing, write_text
from ..manifest import VirtualLandscape
from .literature_table import literature_table
from .random_fields import random_generator
from .rasters import VirtualRaster, covariate_rasters, forcing_rasters
from .site_layers import Campaign, measure_layers
from .site_sampling import SitePlaces, place_sites
from .source_manifest import landscape_manifest
from .world import World, make_world
from .world_lattice import CRS, WorldLattice

FINGERPRINT = "fingerprint.json"
MANIFEST = "manifest.yaml"
TRUTH_DEPTHS = ("0_10", "0_30", "0_50")


def write_virtual_landscape(settings: VirtualLandscape, directory: Path) -> Path:
    """Write the virtual landscape of these settings and return the path of its manifest.

    Parameters
    ----------
    settings : VirtualLandscape
        Resolution in m, seed, number and sampler of sites, redistribution share.
    directory : Path
        Receives ``manifest.yaml``, ``sites.csv``, ``rasters/<id>.tif``,
        ``truth/socd_<depth>.tif`` (true SOCD of cells in the region, kg m-2) and
        ``truth/sites.csv`` (true SOCD of the sites and of their cells). Nothing is written when
        the same landscape is already there.

    Notes
    -----
    A truth raster holds a cell's own value. A site's value is its cell's times lognormal variation
    within the cell (see `site_layers`), so a 90 % interval for a new measurement is to be judged
    on sites, one for a cell's mean on the truth rasters.
    """
    manifest_file = directory / MANIFEST
    fingerprint = _fingerprint(settings)
    record = directory / FINGERPRINT
    if record.is_file() and record.read_text() == fingerprint and manifest_file.is_file():
        return manifest_file
    record.unlink(missing_ok=True)
    for folder in ("rasters", "truth"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    world = make_world(settings.seed, settings.redistribution_share)
    lattice = WorldLattice(settings.resolution_m)
    covariates = covariate_rasters(world, lattice)
    _write_rasters(covariates, lattice, directory)
    _write_region_and_truth(world, lattice, directory)
    _write_sites(settings, world, lattice, directory)
    forcing = forcing_rasters(world, lattice)
    _write_rasters(list(forcing.values()), lattice, directory)
    content = landscape_manifest(settings, covariates, forcing).model_dump(
        mode="json", exclude_defaults=True
    )
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)
    write_text(manifest_file, text)
    write_text(record, fingerprint)
    return manifest_file


def _write_region_and_truth(world: World, lattice: WorldLattice, directory: Path) -> None:
    inside = lattice.region
    region = partial(inside.astype, np.float32)
    _write_raster(
        directory / "rasters/region.tif",
        VirtualRaster("region", "region, 1 inside", "1", "mask", region),
        lattice,
    )
    for depth, field in zip(TRUTH_DEPTHS, world.carbon.socd, strict=True):
        values = np.where(inside, lattice.sample(field), np.float32(np.nan))
        title = f"true SOCD {depth.replace('_', '-')} cm"
        raster = VirtualRaster(
            f"socd_{depth}", title, "kg m-2", "soc_density_area", partial(np.copy, values)
        )
        _write_raster(directory / f"truth/socd_{depth}.tif", raster, lattice)


def _write_sites(
    settings: VirtualLandscape, world: World, lattice: WorldLattice, directory: Path
) -> None:
    """Write the table of a literature search, and what its sites hold in truth."""
    socd = lattice.sample(world.carbon.socd)
    vegetation = lattice.sample(world.cover.vegetation)
    places = place_sites(settings, lattice, vegetation)
    rng = random_generator(settings.seed, "campaign")
    campaign = measure_layers(places, socd, vegetation, rng)
    table = literature_table(places, campaign, rng)
    for name, frame in (
        ("sites.csv", table),
        ("truth/sites.csv", _site_truth(places, campaign, socd)),
    ):
        write_text(directory / name, frame.to_csv(index=False, lineterminator="\n"))


def _site_truth(places: SitePlaces, campaign: Campaign, socd: npt.NDArray[Any]) -> pd.DataFrame:
    """Return the true SOCD in kg m-2 of each site, and of the cell it lies in."""
    frame = pd.DataFrame({"id": campaign.site_ids, "x": places.x, "y": places.y})
    for k, depth in enumerate(TRUTH_DEPTHS):
        frame[f"site_{depth}"] = campaign.socd[:, k]
        frame[f"cell_{depth}"] = socd[k, places.rows, places.cols]
    return frame


def _write_rasters(rasters: list[VirtualRaster], lattice: WorldLattice, directory: Path) -> None:
    for raster in rasters:
        _write_raster(directory / raster.file, raster, lattice)


def _write_raster(path: Path, raster: VirtualRaster, lattice: WorldLattice) -> None:
    import rasterio

    values = raster.values()
    bands = values if raster.monthly else values[None]
    with replacing(path) as part, rasterio.open(
        part, "w", driver="GTiff", dtype="float32", count=len(bands), nodata=float("nan"),
        height=lattice.shape[0], width=lattice.shape[1], crs=CRS, transform=lattice.transform,
        tiled=True, blockxsize=256, blockysize=256, interleave="band",
        compress="zstd", zstd_level=1, predictor=3, num_threads=2,
    ) as dataset:  # fmt: skip
        dataset.write(bands)
        dataset.update_tags(description=raster.description, units=raster.unit)
        for band in range(1, len(bands) + 1):
            dataset.set_band_unit(band, raster.unit)
            month = f", month {band}" if raster.monthly else ""
            dataset.set_band_description(band, raster.description + month)


def _fingerprint(settings: VirtualLandscape) -> str:
    """Return settings and a hash of the code that makes the landscape, as JSON."""
    code = hashlib.blake2b(digest_size=16)
    for source in sorted(Path(__file__).parent.glob("*.py")):
        code.update(source.read_bytes())
    return json.dumps({**settings.model_dump(mode="json"), "code": code.hexdigest()}, indent=1)
