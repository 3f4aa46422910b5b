"""A scenario beside the simulation: maps of the difference, and what is held is said."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio

from features.errors import InputError
from models.erosion_carbon.scenario import Scenario
from models.erosion_carbon.vegetation import COVER_CODES
from pipeline.config import load_manifest
from pipeline.scenario import DIFFERENCES, changed_forcing, held
from tests.test_pipeline.small_landscape import COLS, ROWS, make_small_landscape, months, solum

pytestmark = pytest.mark.xdist_group("simulate")


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Path:
    valley = make_small_landscape(tmp_path_factory.mktemp("scenario"))
    valley.manifest["simulator"]["scenario"] = {
        "temperature_change_c": 3.0, "rain_intensity_factor": 1.5,
        "land_cover": {"forest": "cropland"},
    }  # fmt: skip
    out = valley.directory / "out"
    code, output = solum("simulate", valley.save(), "--out", out, "--threads", 2)
    assert code == 0, output
    return out


def read(path: Path) -> np.ndarray:
    with rasterio.open(path) as dataset:
        return dataset.read(1).astype(np.float64)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_is_the_scenario_less_what_is(done, name):
    after, before = read(done / f"scenario/physics/{name}.tif"), read(done / f"physics/{name}.tif")
    difference = read(done / f"scenario/difference/{name}.tif")
    np.testing.assert_allclose(difference, after - before, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_its_means_are_those_of_the_maps(done, name):
    told = json.loads((done / "scenario/scenario.json").read_text())
    before = np.nanmean(read(done / f"physics/{name}.tif"))
    difference = np.nanmean(read(done / f"scenario/difference/{name}.tif"))
    assert told["mean_before"][name] == pytest.approx(before, rel=1e-5)
    assert told["mean_differences"][name] == pytest.approx(difference, rel=1e-4, abs=1e-6)


def test_the_scenario_is_warmer_by_what_it_says(done):
    before, after = (
        pd.read_csv(folder / "forcing.csv", index_col="input").loc["temperature", "mean"]
        for folder in (done, done / "scenario")
    )
    assert after - before == pytest.approx(3.0, abs=1e-4)


def test_its_storms_are_heavier(done):
    parameters = pd.read_csv(done / "scenario/parameters.csv", index_col="name")
    assert parameters.loc["half_hour_share_warm", "value"] == pytest.approx(0.45)
    assert not pd.read_csv(done / "parameters.csv")["changed"].any()


def test_it_tells_what_it_changes_and_holds(done):
    told = json.loads((done / "scenario/scenario.json").read_text())
    assert told["said"] == (
        "forest becomes cropland, heaviest half hours of rain times 1.5, temperature +3 K"
    )
    assert any("cells change from forest to cropland" in note for note in told["held"])
    assert set(told["mean_differences"]) == set(told["mean_before"]) == set(DIFFERENCES)


def test_leaves_and_growth_of_changed_cells_are_those_of_the_new_class(valley, prepare):
    npp = np.repeat(np.repeat([[600.0, 300.0, 450.0]], 4, axis=1), ROWS, axis=0)
    valley.give("npp", npp, "g C/m2/yr")
    valley.give("lai", months(0.0, 3.0) * np.linspace(0.5, 1.5, COLS), "1")
    prepared = prepare()
    after = changed_forcing(Scenario(land_cover={"forest": "cropland"}), prepared).forcing
    inner = (slice(1, -1), slice(1, -1))
    assert not (after.cover[inner] == COVER_CODES["forest"]).any()
    assert set(np.unique(after.npp_g_m2[inner])) == {300.0, 450.0}
    kept = prepared.forcing.cover[inner] != COVER_CODES["forest"]
    np.testing.assert_array_equal(
        after.lai[:, 1:-1, 1:-1][:, kept], prepared.forcing.lai[:, 1:-1, 1:-1][:, kept]
    )


def test_a_class_that_is_nowhere_yet_is_told(valley, prepare):
    valley.give("npp", np.full((ROWS, COLS), 400.0), "g C/m2/yr")
    notes = held(Scenario(land_cover={"forest": "urban"}), prepare())
    assert any("no cell is urban yet" in note for note in notes)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ({}, "a scenario needs a change"),
        ({"precipitation_factor": -1.0}, "greater than 0"),
        ({"rain_intensity_factor": 9.0}, "less than or equal to 3"),
        ({"land_cover": {"forest": "woods"}}, "cropland"),
        ({"rain": 2.0}, "rain"),
    ],
)
def test_impossible_scenarios_are_refused(valley, scenario, said):
    valley.manifest["simulator"]["scenario"] = scenario
    with pytest.raises(InputError) as raised:
        load_manifest(valley.save())
    assert said in str(raised.value)
