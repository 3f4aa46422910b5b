"""The files of a virtual landscape: grids, units, manifest, restart."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
import yaml

from features.manifest import SourcesManifest, VirtualLandscape
from features.virtual_landscape import write_virtual_landscape, writing
from features.virtual_landscape.world import make_world

STUDY_COVARIATES = {
    "mat", "map", "aridity_index", "ndvi", "evi", "npp", "vegetation", "clay_silt",
    "total_nitrogen", "ph",
}  # fmt: skip
SETTINGS = VirtualLandscape(resolution_m=10_000, seed=3)


@pytest.fixture(scope="module", autouse=True)
def _worlds_are_made_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "make_world", lru_cache(maxsize=3)(make_world))
        yield


@pytest.fixture(scope="module")
def landscape(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("landscape")
    write_virtual_landscape(SETTINGS, directory)
    return directory


@pytest.fixture(scope="module")
def manifest(landscape: Path) -> SourcesManifest:
    content = yaml.safe_load((landscape / "manifest.yaml").read_text())
    return SourcesManifest.model_validate(content)


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read()


def rasters_of(directory: Path) -> Iterator[Path]:
    yield from sorted(directory.rglob("*.tif"))


def test_the_manifest_lists_the_studys_covariates_and_one_of_noise(
    manifest: SourcesManifest,
) -> None:
    candidates = {c.id for c in manifest.covariates if c.role == "candidate"}
    assert candidates == STUDY_COVARIATES | {"noise"}


def test_elevation_trains_no_model(manifest: SourcesManifest) -> None:
    assert [c.id for c in manifest.covariates if c.role == "auxiliary"] == ["elevation"]


def test_every_file_the_manifest_names_is_there(manifest: SourcesManifest, landscape: Path) -> None:
    assert manifest.sites is not None
    assert manifest.region is not None
    named = [c.file for c in manifest.covariates] + [f.file for f in manifest.forcing.values()]
    named += [manifest.sites.file, manifest.region.mask]
    assert [name for name in named if name and not (landscape / name).is_file()] == []


def test_every_raster_states_its_unit_and_that_it_is_virtual(landscape: Path) -> None:
    for path in rasters_of(landscape):
        with rasterio.open(path) as dataset:
            assert all(dataset.units), path.name
            assert all("virtual (synthetic)" in text for text in dataset.descriptions), path.name


def test_rasters_are_tiled_float32_of_one_grid(landscape: Path) -> None:
    kinds = set()
    for path in rasters_of(landscape):
        with rasterio.open(path) as dataset:
            kinds.add((dataset.dtypes[0], dataset.profile["compress"], dataset.shape))
            kinds.add((dataset.dtypes[-1], dataset.profile["compress"], dataset.shape))
    assert kinds == {("float32", "zstd", (75, 95))}


def test_units_of_rasters_are_those_of_the_manifest(
    manifest: SourcesManifest, landscape: Path
) -> None:
    for covariate in manifest.covariates:
        assert covariate.file is not None
        with rasterio.open(landscape / covariate.file) as dataset:
            assert dataset.units[0] == covariate.unit, covariate.id


def test_months_add_up_to_the_annual_covariates(landscape: Path) -> None:
    rain = read(landscape / "rasters/precipitation_monthly.tif")
    warmth = read(landscape / "rasters/temperature_monthly.tif")
    np.testing.assert_allclose(rain.sum(axis=0), read(landscape / "rasters/map.tif")[0], rtol=1e-5)
    np.testing.assert_allclose(
        warmth.mean(axis=0), read(landscape / "rasters/mat.tif")[0], atol=1e-4
    )


def test_texture_adds_up_to_the_fine_earth(landscape: Path) -> None:
    sand, silt, clay = (read(landscape / f"rasters/{p}.tif") for p in ("sand", "silt", "clay"))
    np.testing.assert_allclose(sand + silt + clay, 100, rtol=1e-5)
    np.testing.assert_allclose(silt + clay, read(landscape / "rasters/clay_silt.tif"), rtol=1e-5)


def test_cropland_is_forcing_only_and_never_in_wetlands(landscape: Path) -> None:
    vegetation = read(landscape / "rasters/vegetation.tif")
    cover = read(landscape / "rasters/land_cover.tif")
    assert set(np.unique(vegetation)) == {1, 2, 3}
    assert set(np.unique(cover)) == {1, 2, 3, 4}
    assert not (vegetation[cover == 4] == 3).any()
    np.testing.assert_array_equal(cover[cover != 4], vegetation[cover != 4])


def test_truth_covers_the_region_and_nothing_else(landscape: Path) -> None:
    region = read(landscape / "rasters/region.tif") > 0
    for depth in ("0_10", "0_30", "0_50"):
        truth = read(landscape / f"truth/socd_{depth}.tif")
        np.testing.assert_array_equal(np.isfinite(truth), region)


def test_the_same_settings_give_the_same_files(
    landscape: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "make_world", make_world)  # made anew
    write_virtual_landscape(SETTINGS, tmp_path)
    for path in sorted(landscape.rglob("*.*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / path.relative_to(landscape)).read_bytes(), path


def test_a_finished_landscape_is_left_alone(landscape: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in rasters_of(landscape)}
    write_virtual_landscape(SETTINGS, landscape)
    assert {p: p.stat().st_mtime_ns for p in rasters_of(landscape)} == before


def test_an_interrupted_landscape_is_finished(tmp_path: Path) -> None:
    settings = VirtualLandscape(resolution_m=50_000, seed=3)
    write_virtual_landscape(settings, tmp_path)
    (tmp_path / "fingerprint.json").unlink()
    (tmp_path / "rasters/mat.tif").unlink()
    write_virtual_landscape(settings, tmp_path)
    assert (tmp_path / "rasters/mat.tif").is_file()


def test_other_settings_replace_the_landscape(tmp_path: Path) -> None:
    write_virtual_landscape(VirtualLandscape(resolution_m=50_000, seed=1), tmp_path)
    first = read(tmp_path / "truth/socd_0_10.tif")
    write_virtual_landscape(VirtualLandscape(resolution_m=50_000, seed=3), tmp_path)
    assert np.nanmax(np.abs(read(tmp_path / "truth/socd_0_10.tif") - first)) > 1


def test_sites_carry_the_vegetation_and_truth_of_their_cells(landscape: Path) -> None:
    truth = pd.read_csv(landscape / "truth/sites.csv")
    table = pd.read_csv(landscape / "sites.csv").drop_duplicates("id").set_index("id")
    places = list(zip(truth["x"], truth["y"], strict=True))
    with rasterio.open(landscape / "truth/socd_0_10.tif") as dataset:
        at_sites = np.array([v[0] for v in dataset.sample(places)])
    np.testing.assert_allclose(truth["cell_0_10"], at_sites, rtol=1e-5)
    with rasterio.open(landscape / "rasters/vegetation.tif") as dataset:
        codes = np.array([v[0] for v in dataset.sample(places)])
    names = pd.Series(codes).map({1: "forest", 2: "grassland", 3: "wetland"})
    assert list(table.loc[truth["id"], "vegetation"]) == list(names)
