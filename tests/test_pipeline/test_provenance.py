"""Which input files a run depends on."""

import pytest

from features.atomic_files import hash_file
from pipeline.config import load_manifest
from pipeline.provenance import input_hashes
from tests.test_pipeline.small_project import make_small_project


@pytest.fixture
def project(tmp_path):
    project = make_small_project(tmp_path)
    del project.manifest["covariates"][0]["file"]
    return project


def hashes_with(project, **source):
    project.manifest["covariates"][0].update(source)
    return input_hashes(load_manifest(project.save()))


def test_a_downloaded_file_is_hashed_by_its_local_name(project):
    project.raster("rain").rename(project.directory / "rain.tif")
    hashes = hashes_with(project, url="https://example.org/data/rain.tif")
    assert hashes["rain.tif"] == hash_file(project.directory / "rain.tif")


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
@pytest.mark.parametrize("pattern", ["rasters/rai*.tif", "rasters/[r]ain.tif"])
def test_every_file_of_a_pattern_is_hashed(project, pattern, absolute):
    pattern = str(project.directory / pattern) if absolute else pattern
    hashes = hashes_with(project, files=[pattern], combine="mean")
    assert hashes["rasters/rain.tif"] == hash_file(project.raster("rain"))
