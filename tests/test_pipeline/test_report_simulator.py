"""The report's words on a simulation: bands, warnings, what stood in."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from affine import Affine
from pyproj import CRS

from features.grid import Grid
from models.erosion_carbon.vegetation import COVER_NAMES
from pipeline.maps import write_geotiff
from pipeline.report.basin_table import basin_blocks
from pipeline.report.blocks import Note, Points, Table
from pipeline.report.run_directory import RunDirectory
from pipeline.report.simulator_section import simulator_section

STATUS = {
    "status": "done",
    "years": [2001, 2003],
    "n_cells": 1234,
    "coarsening": 1,
    "fallbacks": [],
    "change_by_year": {"2001": {"temperature_mean_k": 0.01, "water_mean_m": 0.001}},
    "worst_relative_residual": {"carbon": 1e-15},
    "withheld": [],
}


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    (tmp_path / "4-simulator/physics").mkdir(parents=True)
    return RunDirectory(tmp_path, {"virtual": True}, {})


def write_status(run: RunDirectory, **changes: object) -> None:
    path = run.path / "4-simulator/status.json"
    path.write_text(json.dumps({**STATUS, **changes}))


def basins(run: RunDirectory, **numbers: float) -> None:
    shares = {f"share_{name}": float(name == "forest") for name in COVER_NAMES}
    usual = {
        "runoff_coefficient": 0.5, "net_soil_erosion_g_m2": 20.0,
        "gross_soc_erosion_of_npp": 0.005, "land_deposition_share": 0.6,
    }  # fmt: skip
    row = {
        "outlet": "forest",
        "area_km2": 900.0,
        "precipitation_mm": 520.0,
        **shares,
        **usual,
        **numbers,
    }
    pd.DataFrame([row]).to_csv(run.path / "4-simulator/basins.csv", index=False)


def points_of(run: RunDirectory) -> dict[str, str]:
    (points,) = (each for each in simulator_section(run).blocks if isinstance(each, Points))
    return dict(points.points)


def test_a_basin_within_its_bands_calls_for_no_warning(run):
    basins(run)
    (table,) = basin_blocks(run)
    assert isinstance(table, Table)
    assert table.rows[0][3].small == "0.38 to 0.58"


def test_rain_stands_beside_that_of_the_basin_the_bands_are_from(run):
    basins(run)
    (table,) = basin_blocks(run)
    assert (table.rows[0][2].text, table.rows[0][2].small) == ("520", "there 581")


def test_numbers_outside_their_bands_are_marked_and_counted(run):
    basins(run, runoff_coefficient=0.11, land_deposition_share=np.nan)
    table, note = basin_blocks(run)
    assert table.rows[0][3].small == "outside 0.38 to 0.58"
    assert isinstance(note, Note)
    assert note.text.startswith("2 of 4 numbers lie outside these bands")


def test_no_gauge_is_no_table(run):
    (note,) = basin_blocks(run)
    assert note.tone == "missing"


def test_a_spin_up_that_did_not_come_to_rest_is_told(run):
    write_status(run)
    assert "Not at rest." not in points_of(run)
    first, second = ({"temperature_mean_k": k, "water_mean_m": 0.001} for k in (0.3, 0.7))
    write_status(run, change_by_year={"2001": first, "2002": second})
    assert "0.30 K" in points_of(run)["Not at rest."]


@pytest.mark.parametrize(("worst", "told"), [(19.0, False), (80.0, True)])
@pytest.mark.parametrize(
    ("name", "warning"), [("soil_erosion", "Erosion."), ("soil_deposition", "Deposition.")]
)
def test_soil_that_moves_as_no_soil_does_is_told(run, name, warning, worst, told):
    write_status(run)
    values = np.zeros((10, 10))
    values[0, 0] = worst
    grid = Grid(CRS.from_epsg(32652), Affine(1000, 0, 4e5, 0, -1000, 5e6), 10, 10)
    path = run.path / "4-simulator/physics" / f"{name}.tif"
    write_geotiff(path, values, grid, description=name, unit="kg/m2/yr")
    points = points_of(run)
    assert (warning in points) == told
    assert not told or points[warning].startswith("1.0")
    assert not told or "at most 80" in points[warning]


@pytest.mark.parametrize(("n_outside", "told"), [(0, False), (3, True)])
def test_sites_outside_the_region_are_told(run, n_outside, told):
    write_status(run, n_sites_outside=n_outside)
    points = points_of(run)
    assert ("Sites." in points) == told
    assert not told or points["Sites."].startswith("3 lie outside the region")


def test_withheld_inputs_are_told(run):
    write_status(run, withheld=["organic_matter", "bulk_density"])
    assert points_of(run)["Left out."].startswith("organic matter, bulk density")


def test_virtual_data_are_called_so(run):
    write_status(run)
    (introduction, *_) = simulator_section(run).blocks
    assert "virtual (synthetic) data" in introduction.text
    assert "1,234 cells" in introduction.text
    assert "2001 to 2003" in introduction.text
