"""Manifests are validated whole, overrides included."""

from pathlib import Path

import pytest
import yaml

from features.errors import InputError
from pipeline.config import load_manifest, to_yaml

SMALL = """
name: small
data_root: data
region: {template: rain}
sites:
  file: sites.csv
  crs: EPSG:4326
  columns:
    id: {column: id}
    x: {column: x, unit: degree}
    y: {column: y, unit: degree}
    top_cm: {column: top, unit: cm}
    bottom_cm: {column: bottom, unit: cm}
    soc: {column: soc, unit: g/kg}
covariates:
  - {id: rain, quantity: precipitation, unit: mm/yr, file: rain.tif}
"""


@pytest.fixture
def manifest(tmp_path) -> Path:
    path = tmp_path / "manifest.yaml"
    path.write_text(SMALL)
    return path


def test_no_manifest_is_the_virtual_landscape_at_the_study_size():
    loaded = load_manifest(None)
    assert loaded.manifest.virtual.resolution_m == 1000
    assert loaded.manifest.virtual.n_sites == 147
    assert loaded.manifest.model.bootstraps == 100


def test_override_takes_a_yaml_value():
    loaded = load_manifest(None, ["model.bootstraps=20", "model.depths=[[0, 10], [0, 30]]"])
    assert loaded.manifest.model.bootstraps == 20
    assert loaded.manifest.model.depths == ((0, 10), (0, 30))


@pytest.mark.parametrize("override", ["model.bootstraps", "=3", "model..seed=1", "name.x=1"])
def test_bad_override_says_how_to_write_it(override):
    with pytest.raises(InputError, match=r"model\.bootstraps"):
        load_manifest(None, [override])


def test_unknown_key_is_an_error_naming_the_nearest():
    with pytest.raises(InputError, match="bootstraps"):
        load_manifest(None, ["model.bootstrap=20"])


def test_all_errors_come_at_once(manifest):
    manifest.write_text(SMALL.replace("file: rain.tif", "fiel: rain.tif").replace("EPSG", "ESPG"))
    with pytest.raises(InputError) as caught:
        load_manifest(manifest, ["model.seed=-1"])
    assert len(caught.value.problems) >= 2


def test_relative_paths_start_at_the_data_root(manifest, monkeypatch, tmp_path):
    monkeypatch.delenv("SOLUM_DATA_ROOT", raising=False)
    assert load_manifest(manifest).base_dir == tmp_path / "data"
    monkeypatch.setenv("SOLUM_DATA_ROOT", "/elsewhere")
    assert load_manifest(manifest).base_dir == Path("/elsewhere")


def test_data_root_variable_does_not_touch_manifests_without_data_root(manifest, monkeypatch):
    manifest.write_text(SMALL.replace("data_root: data\n", ""))
    monkeypatch.setenv("SOLUM_DATA_ROOT", "/elsewhere")
    assert load_manifest(manifest).base_dir == manifest.parent


def test_resolved_manifest_says_the_same_again(manifest, tmp_path):
    first = load_manifest(manifest).manifest
    resolved = tmp_path / "resolved.yaml"
    resolved.write_text(to_yaml(first))
    assert load_manifest(resolved).manifest == first
    assert yaml.safe_load(resolved.read_text())["model"]["folds"]["outer"] == 10
