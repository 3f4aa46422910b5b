"""The study's own manifest on files of its shape, which hold the virtual landscape."""

from pathlib import Path

import numpy as np
import pytest
import rasterio

from features.check import check_sources
from features.issues import IssueLog
from features.manifest import SourcesManifest, VirtualLandscape
from features.sites import build_sites
from features.stack import Stack
from features.stack_build import build_stack
from tests.test_features.study_files import load_sources, write_study_files

STUDY = Path(__file__).resolve().parents[2] / "data_manifest.yaml"
DEPTHS = ((0.0, 10.0), (0.0, 30.0), (0.0, 50.0))


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("study")
    write_study_files(VirtualLandscape(resolution_m=10_000), STUDY, directory)
    return directory


@pytest.fixture(scope="module")
def manifest() -> SourcesManifest:
    return load_sources(STUDY)


@pytest.fixture(scope="module")
def stack(manifest: SourcesManifest, directory: Path) -> Stack:
    """The study's stack at 10 km: its region, at the study's 1 km, is too much for a small test."""
    assert manifest.region is not None
    region = manifest.region.model_copy(update={"resolution_m": 10_000.0})
    coarse = manifest.model_copy(update={"region": region})
    return build_stack(coarse, directory, directory / "stack", IssueLog())


def test_the_files_check_clean(manifest: SourcesManifest, directory: Path) -> None:
    problems, _ = check_sources(manifest, directory, STUDY, DEPTHS)
    assert [str(problem) for problem in problems] == []


def test_the_region_has_the_studys_area(stack: Stack) -> None:
    area = stack.grid.cell_areas_km2()[stack.region()].sum()
    assert area == pytest.approx(5.6e5, rel=0.01)


@pytest.mark.parametrize(
    ("study_id", "virtual_id", "factor"),
    [("mat", "mat", 1), ("map", "map", 1), ("ai", "aridity_index", 1), ("npp", "npp", 1000),
     ("ndvi", "ndvi", 1), ("total_nitrogen", "total_nitrogen", 1)],
)  # fmt: skip
def test_raw_integers_come_back_as_the_virtual_values(
    stack: Stack, directory: Path, study_id: str, virtual_id: str, factor: float
) -> None:
    _, values = stack.table([study_id], None)
    with rasterio.open(directory / f"virtual/rasters/{virtual_id}.tif") as dataset:
        virtual = dataset.read(1)
    with rasterio.open(directory / "virtual/rasters/region.tif") as dataset:
        virtual = virtual[dataset.read(1) > 0] * factor
    assert np.nanmean(values) == pytest.approx(virtual.mean(), rel=0.02, abs=0.03)
    assert np.nanstd(values) == pytest.approx(virtual.std(), rel=0.15)


def test_the_sites_are_the_147_of_the_study(manifest: SourcesManifest, directory: Path) -> None:
    assert manifest.sites is not None
    records = build_sites(manifest.sites, directory, DEPTHS, IssueLog())
    assert records.sites["vegetation"].value_counts().to_dict() == {
        "forest": 78, "wetland": 44, "grassland": 25,
    }  # fmt: skip
    assert len(records.layers) == 440
