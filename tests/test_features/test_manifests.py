"""The manifests we ship are read, fit their files, and say what a person needs to know."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine

from features.align import align_covariate
from features.check import check_sources
from features.issues import IssueLog
from features.manifest import SourcesManifest
from features.quantities import group_of
from features.region import region_grid
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


def with_files(manifest):
    """Return all that a manifest names files of."""
    forcing = [each for each in manifest.forcing.values() if each.covariate is None]
    return [*manifest.covariates, manifest.sites, *forcing]


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
        for source in with_files(manifest):
            for key in ("product", "period", "licence", "citation", "address"):
                assert getattr(source, key), (source.file, key)
        assert all(each.native_resolution for each in manifest.covariates)
        assert all(each.resampling != "auto" for each in manifest.covariates)

    def test_without_its_files_each_is_told_with_where_to_obtain_and_put_it(self, tmp_path):
        manifest, depths = load(STUDY)
        problems, _ = check_sources(manifest, tmp_path, STUDY, depths)
        assert len(problems) == len(with_files(manifest))
        text = "\n".join(map(str, problems))
        for source in with_files(manifest):
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


@pytest.fixture
def study_files(tmp_path):
    """Write small files of the shape and raw scales that the study's manifest declares."""
    manifest, _ = load(STUDY)
    rng = np.random.default_rng(0)
    raw = {
        "mat": (-300, 250), "map": (50, 1200), "ai": (4000, 9000), "ndvi": (3000, 8000),
        "evi": (2000, 6000), "npp": (2000, 6000), "vegetation": (1, 4), "clay_silt": (30, 90),
        "total_nitrogen": (1, 8), "ph": (5, 8), "elevation": (200, 1400), "permafrost": (2, 4),
        "sand": (20, 50), "clay": (10, 30),
    }  # fmt: skip
    own = {name: each for name, each in manifest.forcing.items() if each.covariate is None}
    for id_, source in ({each.id: each for each in manifest.covariates} | own).items():
        names = [name.replace("*", f"{k:02d}") for name in source.files for k in range(1, 13)]
        for name in names or [source.file]:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            cells = rng.integers(*raw[id_], (40, 60)).astype("int16")
            profile = {"crs": "EPSG:4326", "transform": Affine(0.01, 0, 123.2, 0, -0.01, 50.7)}
            with rasterio.open(
                path, "w", driver="GTiff", dtype="int16", count=1, height=40, width=60, **profile
            ) as dataset:
                dataset.write(cells, 1)
    rows = ["site_id,longitude,latitude,top_cm,bottom_cm,soc_g_kg,som_g_kg,bulk_density_g_cm3,"
            "gravel_vol_pct,total_n_g_kg,vegetation,soil_type"]  # fmt: skip
    for k in range(30):
        place = f"s{k},{123.25 + 0.015 * k:.3f},{50.65 - 0.01 * k:.3f}"
        for top, bottom in ((0, 10), (10, 20), (20, 30), (30, 50)):
            soc = f"{60 - top + k:.1f}"
            carbon = f"{soc}," if k % 3 else f",{float(soc) / 0.58:.1f}"
            density = "" if k % 5 == 0 else f"{0.9 + 0.005 * top:.2f}"
            rows.append(f"{place},{top},{bottom},{carbon},{density},5,{soc[:2]},forest,Cambisol")
    (tmp_path / manifest.sites.file).write_text("\n".join(rows) + "\n")
    return tmp_path


class TestStudyFiles:
    def test_files_of_its_shape_check_clean(self, study_files):
        manifest, depths = load(STUDY)
        problems, log = check_sources(manifest, study_files, STUDY, depths)
        assert problems == []
        assert not {"scale_suspect", "value_outside_range"} & set(log.counts())

    def test_raw_integers_come_out_in_canonical_units(self, study_files):
        manifest, _ = load(STUDY)
        grid, inside = region_grid(manifest.region, manifest.covariates, study_files)
        by_id = {each.id: each for each in manifest.covariates}
        for name, low, high in (("mat", -8, 4), ("map", 400, 1100), ("npp", 200, 600)):
            values = align_covariate(by_id[name], grid, study_files, IssueLog())[inside]
            assert low < np.nanmean(values) < high


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
