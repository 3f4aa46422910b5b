"""The manifests we ship are read, fit their files, and say what a person needs to know."""

from pathlib import Path

import numpy as np
import pytest

from features.check import check_sources
from features.issues import IssueLog
from features.manifest import SourcesManifest
from features.quantities import group_of
from features.site_table import read_sites
from features.sites import build_sites
from features.units import conversion
from features.validation import validate
from features.yaml_loader import load_yaml

REPOSITORY = Path(__file__).resolve().parents[2]
STUDY = REPOSITORY / "data_manifest.yaml"
REAL = ("macedonia", "macedonia_cookbook", "edgeroi", "colombia", "africa20km")


def load(path):
    """Return the sources of a manifest and the depths of its ``model:`` section."""
    data, lines = load_yaml(path)
    model = data.pop("model", {})
    depths = [tuple(depth) for depth in model.get("depths", [[0, 10], [0, 30], [0, 50]])]
    return validate(SourcesManifest, data, lines, path), depths


def real(name):
    return load(REPOSITORY / "tests" / "manifests" / f"{name}.yaml")


@pytest.mark.parametrize("path", [STUDY, *(REPOSITORY / f"tests/manifests/{n}.yaml" for n in REAL)])
def test_shipped_manifests_are_valid_and_their_units_fit(path):
    manifest, _ = load(path)
    for covariate in manifest.covariates:
        conversion(covariate.unit, covariate.quantity)
        assert (covariate.group or group_of(covariate.quantity, covariate.id)) != "other"


class TestStudy:
    def test_every_variable_of_its_table_1_is_a_candidate(self):
        manifest, _ = load(STUDY)
        candidates = {each.id for each in manifest.covariates if each.role == "candidate"}
        assert candidates == {
            "mat", "map", "ai", "ndvi", "evi", "npp", "vegetation", "clay_silt", "total_nitrogen",
            "ph",
        }  # fmt: skip

    def test_every_source_is_described_completely(self):
        manifest, _ = load(STUDY)
        for source in (*manifest.covariates, manifest.sites):
            for key in ("product", "period", "licence", "citation", "address"):
                assert getattr(source, key), (source.file, key)
        assert all(each.native_resolution for each in manifest.covariates)
        assert all(each.resampling != "auto" for each in manifest.covariates)

    def test_without_its_files_each_is_told_with_where_to_obtain_and_put_it(self, tmp_path):
        manifest, depths = load(STUDY)
        problems, _ = check_sources(manifest, tmp_path, STUDY, depths)
        assert len(problems) == len(manifest.covariates) + 1
        text = "\n".join(map(str, problems))
        for source in (*manifest.covariates, manifest.sites):
            assert source.address in text
            for file in getattr(source, "files", ()) or (source.file,):
                assert str(tmp_path / file) in text

    def test_the_regions_mean_climate_follows_from_raw_integers(self):
        """-4.3..1.7 degC and 236-680 mm (Yang et al. 2025, section 1.1)."""
        manifest, _ = load(STUDY)
        by_id = {each.id: each for each in manifest.covariates}
        assert -43 * by_id["mat"].scale == pytest.approx(-4.3)
        month = 400  # 40 mm in tenths
        assert 236 < 12 * month * by_id["map"].scale < 680


@pytest.mark.real_data
class TestRealData:
    @pytest.mark.parametrize("name", REAL)
    def test_checks_clean(self, data_root, name):
        manifest, depths = real(name)
        problems, log = check_sources(manifest, data_root, Path(name), depths)
        assert problems == []
        assert "scale_suspect" not in log.counts()

    def test_the_cookbook_trains_on_the_rows_its_models_used(self, data_root):
        manifest, depths = real("macedonia_cookbook")
        records = build_sites(manifest.sites, data_root, depths, IssueLog())
        assert len(records.sites) == 2897
        assert records.quantity == "ocs_cookbook"
        assert records.unit == "unconverted"
        assert len(manifest.covariates) == 13

    def test_edgeroi_densities_are_read_from_columns_side_by_side(self, data_root):
        manifest, _ = real("edgeroi")
        table = read_sites(manifest.sites, data_root)
        first = table[table["id"] == "ed001"]
        np.testing.assert_array_equal(first["bottom_cm"], [5, 15, 30, 60])
        np.testing.assert_allclose(first["soc_density_kg_m3"], [28.7767, 18.6194, 10.4665, 9.2181])
