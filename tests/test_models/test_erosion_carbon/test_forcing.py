"""Impossible forcing is refused before any work, with grid, cell and value."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from features.errors import InputError
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.forcing import LIMITS, MONTHLY
from models.erosion_carbon.landscape import make_landscape
from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.settings import Settings
from models.erosion_carbon.weather import DailySeries

SHAPE = (3, 4)
ROW, COL = 1, 2


def problems_of(forcing):
    with pytest.raises(InputError) as raised:
        forcing.check()
    return raised.value.problems


def grid(name, value):
    """Return a grid of fit shape with one value replaced in an otherwise possible one."""
    usual = {limit[0]: 0.5 * (max(limit[1], 0.0) + min(limit[2], 50.0)) for limit in LIMITS}
    values = np.full((12, *SHAPE) if name in MONTHLY else SHAPE, usual[name])
    values[..., ROW, COL] = value
    return values


def daily(n_places):
    dates = [dt.date(2001, 1, 1) + dt.timedelta(days=day) for day in range(365)]
    # Each place has a temperature and rain of its own.
    mean_c = np.tile(np.arange(n_places, dtype=float), (365, 1))
    return DailySeries(dates, mean_c + 1.0, mean_c)


def test_possible_forcing_passes(valley):
    valley(*SHAPE).check()


@pytest.mark.parametrize("limit", LIMITS, ids=[limit[0] for limit in LIMITS])
@pytest.mark.parametrize("side", ["below", "above"])
def test_a_value_beyond_what_can_be_is_told_with_its_cell(valley, limit, side):
    name, lowest, highest, unit, mend = limit
    value = lowest - 1.0 if side == "below" else highest + 1.0
    (problem,) = problems_of(valley(*SHAPE, **{name: grid(name, value)}))[:1]
    assert problem.where == f"forcing {name}"
    assert problem.what.startswith(f"{value:g} {unit} is outside {lowest:g} to {highest:g}")
    assert problem.what.endswith(f"in 1 cells, first row {ROW}, column {COL}")
    assert problem.mend == mend


@pytest.mark.parametrize("name", ["elevation_m", "temperature_c", "lai"])
def test_a_gap_in_the_region_is_told_with_its_cell(valley, name):
    (problem,) = problems_of(valley(*SHAPE, **{name: grid(name, np.nan)}))
    assert problem.where == f"forcing {name}"
    assert problem.what == f"1 cells of the region have no value, first row {ROW}, column {COL}"


def test_what_lies_outside_the_region_does_not_matter(valley):
    region = np.ones(SHAPE, dtype=bool)
    region[ROW, COL] = False
    valley(*SHAPE, region=region, elevation_m=grid("elevation_m", np.nan)).check()


def test_sand_and_clay_above_one_hundred_percent_are_refused(valley):
    (problem,) = problems_of(valley(*SHAPE, sand_percent=np.full(SHAPE, 85.0)))
    assert problem.where == "forcing sand_percent + clay_percent"
    assert problem.what == "is 105.0 % in 12 cells, first row 0, column 0"


@pytest.mark.parametrize(
    ("name", "expected"), [("clay_percent", "(3, 4)"), ("precipitation_mm", "(12, 3, 4)")]
)
def test_a_grid_of_another_shape_is_refused(valley, name, expected):
    (problem,) = problems_of(valley(*SHAPE, **{name: np.ones((3, 5))}))
    assert problem.where == f"forcing {name}"
    assert problem.what == f"has shape (3, 5) where the region needs {expected}"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("area_m2", np.ones((2, 4)), "(3, 4)"),
        ("width_m", np.ones(4), "(3,)"),
        ("height_m", np.ones(3), "()"),
    ],
)
def test_geometry_of_another_shape_is_refused(valley, name, value, expected):
    forcing = valley(*SHAPE)
    geometry = dataclasses.replace(forcing.geometry, **{name: value})
    (problem,) = problems_of(dataclasses.replace(forcing, geometry=geometry))
    assert problem.where == f"forcing geometry {name}"
    assert problem.what == f"has shape {value.shape} where the region needs {expected}"


def test_a_region_without_cells_is_refused(valley):
    (problem,) = problems_of(valley(*SHAPE, region=np.zeros(SHAPE, dtype=bool)))
    assert (problem.where, problem.what) == ("forcing region", "holds no cell")


def test_daily_weather_of_another_number_of_cells_is_refused(valley):
    (problem,) = problems_of(valley(*SHAPE, daily=daily(11)))
    assert problem.where == "forcing daily"
    assert problem.what == "has 11 places where the region has 12 cells"


def test_each_cell_gets_the_daily_weather_of_its_place(valley):
    region = np.ones(SHAPE, dtype=bool)
    region[0, 1] = False
    forcing = valley(*SHAPE, region=region, daily=daily(11))
    landscape = make_landscape(forcing, make_parameters({}), Settings(), CellThreads(1))
    of_place = np.full(SHAPE, np.nan)
    of_place[region] = np.arange(11)
    chosen = np.array([7, 0, 4])
    for part, cells in ((landscape, np.arange(11)), (landscape.columns(chosen), chosen)):
        today = part.weather_source.open(CellThreads(1)).day(dt.date(2001, 6, 1))
        expected = of_place.ravel()[landscape.network.cell_of[cells]]
        assert np.array_equal(today.mean_c, expected)
        assert np.array_equal(today.precipitation_m, (expected + 1.0) / 1000.0)


def test_what_is_missing_is_said(valley):
    landscape = make_landscape(valley(*SHAPE), make_parameters({}), Settings(), CellThreads(1))
    assert {each.split(":")[0] for each in landscape.fallbacks} == {
        "lai", "npp_g_m2", "organic_matter_percent", "bulk_density_kg_m3", "hillslope_slope",
        "diurnal_range_c", "wet_days",
    }  # fmt: skip


def test_open_water_grows_nothing(valley):
    forcing = valley(1, 2, cover=np.array([[6, 1]]))
    landscape = make_landscape(forcing, make_parameters({}), Settings(), CellThreads(1))
    assert landscape.npp_g_m2[landscape.network.from_grid(forcing.cover) == 6] == 0.0
    assert landscape.npp_g_m2[landscape.network.from_grid(forcing.cover) == 1] > 0.0
