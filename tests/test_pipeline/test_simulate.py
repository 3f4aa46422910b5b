"""`solum simulate` from a manifest to maps, tables and a ledger, also in several goes."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
import rasterio
from scipy.io import netcdf_file

import pipeline.simulate
from models.erosion_carbon.parameters import TABLES
from models.erosion_carbon.simulation import Simulation
from models.erosion_carbon.soil_change import SoilChange
from models.erosion_carbon.vegetation import COVER_NAMES
from models.erosion_carbon.year import Year
from pipeline.schemas import SIMULATOR_TABLES
from pipeline.simulator_maps import QUANTITIES
from tests.test_pipeline.small_landscape import (
    COLS,
    NORTH,
    ROWS,
    WEST,
    SmallLandscape,
    make_small_landscape,
    solum,
)

pytestmark = pytest.mark.xdist_group("simulate")  # one worker: finished runs serve many tests
YEARS = ("--years", "2003-2004")
M3_PER_MM_KM2 = 1000.0


@pytest.fixture(scope="module")
def landscape(tmp_path_factory: pytest.TempPathFactory) -> SmallLandscape:
    return make_small_landscape(tmp_path_factory.mktemp("valley"))


@pytest.fixture(scope="module")
def done(landscape: SmallLandscape) -> tuple[Path, str]:
    """Return directory and console output of two years at one go."""
    out = landscape.directory / "done"
    code, output = solum("simulate", landscape.file, "--out", out, *YEARS, "--threads", 2)
    assert code == 0, output
    return out, output


def read_year(path: Path) -> dict[str, np.ndarray]:
    with netcdf_file(path, "r", mmap=False) as file:
        return {name: file.variables[name][0] for name in QUANTITIES}


@pytest.mark.parametrize("name", SIMULATOR_TABLES)
def test_tables_have_the_agreed_columns(done: tuple[Path, str], name: str) -> None:
    assert tuple(pd.read_csv(done[0] / f"{name}.csv").columns) == SIMULATOR_TABLES[name]


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_map_is_the_mean_of_the_years_and_explains_itself(
    done: tuple[Path, str], name: str
) -> None:
    years = [read_year(done[0] / f"physics_{year}.nc")[name] for year in (2003, 2004)]
    with rasterio.open(done[0] / f"physics/{name}.tif") as dataset:
        np.testing.assert_allclose(dataset.read(1), np.mean(years, axis=0), rtol=1e-6)
        assert dataset.units == (QUANTITIES[name].unit,)
        assert dataset.descriptions == (QUANTITIES[name].meaning,)
        assert dataset.tags()["years"] == "2003-2004"
        assert np.isnan(dataset.nodata)
    assert (done[0] / f"physics/{name}.qml").is_file()


def test_years_are_cf_netcdf_on_the_grid_of_the_region(done: tuple[Path, str]) -> None:
    with rasterio.open(f"netcdf:{done[0] / 'physics_2004.nc'}:soc_erosion") as dataset:
        assert dataset.crs.to_epsg() == 32652
        assert dataset.shape == (ROWS, COLS)
        assert dataset.transform.c == WEST
        assert dataset.transform.f == NORTH
        assert dataset.units == ("g/m2/yr",)  # udunits would read C as coulomb
        assert dataset.tags()["NC_GLOBAL#Conventions"] == "CF-1.8"
        assert dataset.tags()["time#units"] == "days since 1900-01-01"


def test_the_rain_of_the_maps_is_that_of_the_forcing(done: tuple[Path, str]) -> None:
    """Storms are random, their months are not."""
    forcing = pd.read_csv(done[0] / "forcing.csv").set_index("input")
    rain = read_year(done[0] / "physics_2003.nc")["precipitation"]
    np.testing.assert_allclose(rain, 12 * forcing.loc["precipitation", "mean"], rtol=1e-5)


def test_the_ledger_closes(done: tuple[Path, str]) -> None:
    ledger = pd.read_csv(done[0] / "ledger.csv")
    assert set(ledger["balance"]) == {"water", "soil", "carbon"}
    assert ledger.loc[ledger["term"] == "worst_cell_relative", "amount"].max() < 1e-9
    signs = ledger["sign"].map({"in": 1.0, "out": -1.0, "change": -1.0, "check": 0.0})
    moved = (ledger["amount"] * signs).groupby([ledger["year"], ledger["balance"]]).sum()
    scale = ledger["amount"].abs().groupby([ledger["year"], ledger["balance"]]).max()
    assert (moved.abs() <= 1e-9 * scale).all()


def test_gauges_watch_a_forested_a_grassy_and_a_ploughed_basin(done: tuple[Path, str]) -> None:
    basins = pd.read_csv(done[0] / "basins.csv").set_index("outlet")
    for name in basins.index:
        shares = basins.loc[name, [f"share_{cover}" for cover in COVER_NAMES]].astype(float)
        assert shares.idxmax() == f"share_{name}"
    assert basins["area_km2"].between(15, 200).all()
    assert "forest" in basins.index


def test_the_water_at_a_gauge_is_the_runoff_of_its_basin(done: tuple[Path, str]) -> None:
    """But for what the channels hold at the ends of the years."""
    basins = pd.read_csv(done[0] / "basins.csv").set_index("outlet")
    outlets = pd.read_csv(done[0] / "outlets.csv")
    for name, basin in basins.iterrows():
        water = outlets.loc[outlets["outlet"] == name, "discharge_m3_s"].sum() * 86_400 / 2
        runoff = basin["runoff_mm"] * basin["area_km2"] * M3_PER_MM_KM2
        assert water == pytest.approx(runoff, rel=0.05)


def test_concentrations_are_loads_over_water(done: tuple[Path, str]) -> None:
    outlets = pd.read_csv(done[0] / "outlets.csv")
    assert len(outlets) == (365 + 366) * outlets["outlet"].nunique()
    wet = outlets[outlets["discharge_m3_s"] > 0]
    litres = wet["discharge_m3_s"] * 86_400 * 1000
    np.testing.assert_allclose(wet["ssc_mg_l"], wet["sediment_kg"] * 1e6 / litres, rtol=1e-12)
    np.testing.assert_allclose(wet["doc_mg_l"], wet["doc_g"] * 1e3 / litres, rtol=1e-12)
    assert outlets.loc[outlets["discharge_m3_s"] == 0, "ssc_mg_l"].isna().all()


def test_fallbacks_are_said_on_the_console_and_in_the_table(done: tuple[Path, str]) -> None:
    forcing = pd.read_csv(done[0] / "forcing.csv").set_index("input")
    fallbacks = forcing[forcing["kind"] == "fallback"]
    assert set(fallbacks.index) == {
        "npp", "lai", "diurnal_range", "wet_days", "organic_matter", "bulk_density", "slope",
    }  # fmt: skip
    for name in fallbacks.index:
        assert f"fallback for {name}: {fallbacks.loc[name, 'source']}" in done[1]


def test_progress_is_a_line_a_year(done: tuple[Path, str]) -> None:
    assert "year 1 of 2 (2003): " in done[1]
    assert "year 2 of 2 (2004): " in done[1]
    assert len(done[1].splitlines()) < 40


def test_every_parameter_is_listed_with_its_source(done: tuple[Path, str]) -> None:
    table = pd.read_csv(done[0] / "parameters.csv")
    assert len(table) == sum(len(each.parameters) for each in TABLES.values())
    assert table["source"].notna().all()
    assert not table["changed"].any()


def test_provenance_tells_inputs_changes_and_cost(done: tuple[Path, str]) -> None:
    told = json.loads((done[0] / "provenance.json").read_text())
    assert set(told["inputs_blake2b"]) == {
        f"{name}.tif"
        for name in ("elevation", "precipitation", "temperature", "land_cover", "sand", "clay")
    }
    assert set(told["change_by_year"]) == {"2003", "2004"}
    assert set(told["change_by_year"]["2003"]) == {each.name for each in fields(SoilChange)}
    assert told["spin_up_seconds"] > 0
    assert set(told["seconds_by_year"]) == {"2003", "2004"}
    assert max(told["worst_relative_residual"].values()) < 1e-9


ONE_YEAR = ("--years", "1")
TWICE = ("--set", "simulator.parameters.erosion.erodibility_factor=15")


@pytest.fixture(scope="module")
def killed(landscape: SmallLandscape) -> tuple[Path, str]:
    """Return directory and output of a simulation interrupted within its second year."""
    out = landscape.directory / "killed"
    run_year = Simulation.run_year

    def killed_in_march(self: Simulation, year: int, say: object = None) -> Year:
        def until_march(title: str, share: float) -> None:
            if year == 2004 and share > 0.2:
                raise KeyboardInterrupt

        return run_year(self, year, until_march)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Simulation, "run_year", killed_in_march)
        code, output = solum("simulate", landscape.file, "--out", out, *YEARS, "--threads", 1)
    assert code == 130
    return out, output


class ChangedSettings(NamedTuple):
    """A finished simulation run again with soil twice as erodible."""

    out: Path
    erosion_before: np.ndarray
    output: str


@pytest.fixture(scope="module")
def changed(landscape: SmallLandscape) -> ChangedSettings:
    out = landscape.directory / "changed"
    assert solum("simulate", landscape.file, "--out", out, *ONE_YEAR)[0] == 0
    before = read_year(out / "physics_2001.nc")["soil_erosion"]
    code, output = solum("simulate", landscape.file, "--out", out, *ONE_YEAR, *TWICE)
    assert code == 0
    return ChangedSettings(out, before, output)


class TestResume:
    def test_it_leaves_the_spin_up_and_the_finished_year(self, killed: tuple[Path, str]) -> None:
        assert "resumes" in killed[1]
        state = {path.name for path in (killed[0] / "state").glob("*.npz")}
        assert state == {"spin_up.npz", "2003.npz"}
        assert not (killed[0] / "physics_2004.nc").exists()

    def test_going_on_gives_the_same_to_the_bit_on_another_number_of_threads(
        self, landscape: SmallLandscape, killed: tuple[Path, str], done: tuple[Path, str]
    ) -> None:
        code, output = solum("simulate", landscape.file, "--out", killed[0], *YEARS)
        assert code == 0
        assert "going on after 2003" in output
        assert "spin-up of" not in output
        for name in ("physics_2003.nc", "physics_2004.nc", "ledger.csv", "outlets.csv",
                     "basins.csv", "forcing.csv", "physics/soc_0_30.tif"):  # fmt: skip
            assert (killed[0] / name).read_bytes() == (done[0] / name).read_bytes(), name
        assert {path.name for path in (killed[0] / "state").glob("*.npz")} == {
            "spin_up.npz", "2004.npz",
        }  # fmt: skip

    def test_a_longer_span_runs_only_the_new_year(
        self, landscape: SmallLandscape, done: tuple[Path, str]
    ) -> None:
        before = (done[0] / "physics_2003.nc").stat().st_mtime_ns
        code, output = solum("simulate", landscape.file, "--out", done[0], "--years", "2003-2005")
        assert code == 0
        assert "year 3 of 3 (2005)" in output
        assert "(2004)" not in output
        assert (done[0] / "physics_2003.nc").stat().st_mtime_ns == before
        solum("simulate", landscape.file, "--out", done[0], *YEARS)  # as the other tests want it

    def test_other_settings_start_anew_and_say_so(self, changed: ChangedSettings) -> None:
        assert "settings changed: the simulation starts anew" in changed.output
        after = read_year(changed.out / "physics_2001.nc")
        assert after["soil_erosion"].sum() > changed.erosion_before.sum()
        parameters = pd.read_csv(changed.out / "parameters.csv").query("changed")
        assert list(zip(parameters["name"], parameters["value"], strict=True)) == [
            ("erodibility_factor", 15.0)
        ]

    def test_a_year_whose_file_was_deleted_is_run_again(
        self, landscape: SmallLandscape, changed: ChangedSettings, tmp_path: Path
    ) -> None:
        out = shutil.copytree(changed.out, tmp_path / "deleted")
        before = (out / "physics_2001.nc").read_bytes()
        (out / "physics_2001.nc").unlink()
        code, output = solum("simulate", landscape.file, "--out", out, *ONE_YEAR, *TWICE)
        assert code == 0
        assert "files of finished years changed" in output
        assert (out / "physics_2001.nc").read_bytes() == before

    def test_kernels_are_not_compiled_apart_for_years_that_are_finished(
        self, landscape: SmallLandscape, done: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pipeline.simulate, "compile_apart", None)
        assert solum("simulate", landscape.file, "--out", done[0], *YEARS)[0] == 0

    def test_an_impossible_forcing_costs_no_finished_year(
        self, changed: ChangedSettings, tmp_path: Path
    ) -> None:
        out = shutil.copytree(changed.out, tmp_path / "kept")
        wrong = make_small_landscape(tmp_path)
        wrong.give("sand", np.full((ROWS, COLS), 95.0), "%")
        assert solum("simulate", wrong.save(), "--out", out, *ONE_YEAR)[0] == 1
        kept = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        assert kept == {p.name: p.read_bytes() for p in changed.out.rglob("*") if p.is_file()}

    def test_files_of_others_in_the_directory_are_left_alone(
        self, landscape: SmallLandscape, changed: ChangedSettings, tmp_path: Path
    ) -> None:
        out = shutil.copytree(changed.out, tmp_path / "shared")
        mine = out / "notes.csv"
        mine.write_text("keep\n")
        assert solum("simulate", landscape.file, "--out", out, *ONE_YEAR)[0] == 0
        assert mine.read_text() == "keep\n"


def test_a_region_in_degrees_gives_maps_in_degrees(tmp_path: Path) -> None:
    landscape = make_small_landscape(tmp_path)
    landscape.manifest["region"] = {
        "crs": "EPSG:4326", "resolution_m": 1000, "bounds": [127.61, 50.48, 127.71, 50.53],
    }  # fmt: skip
    landscape.manifest["simulator"]["gauges"] = [{"id": "mouth", "x": 127.66, "y": 50.505}]
    out = tmp_path / "out"
    code, output = solum("simulate", landscape.save(), "--out", out)
    assert code == 0, output
    with rasterio.open(f"netcdf:{out / 'physics_2001.nc'}:runoff") as dataset:
        assert dataset.crs.to_epsg() == 4326
        assert dataset.tags()["lat#units"] == "degrees_north"
        runoff = dataset.read(1)
    with rasterio.open(out / "physics/runoff.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(1), runoff)
    assert np.isfinite(runoff).all()
    basin = pd.read_csv(out / "basins.csv").iloc[0]
    assert basin["outlet"] == "mouth"
    assert basin["area_km2"] == pytest.approx(round(basin["area_km2"]), abs=0.03)  # cells of 1 km2
