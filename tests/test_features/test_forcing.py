"""What the manifest may say of the simulator's inputs, and which layers that means."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from affine import Affine
from pydantic import ValidationError
from pyproj import CRS

from features.check_forcing import input_problems, missing_inputs
from features.errors import InputError
from features.forcing_grids import constant_grid, forcing_clean, impossible
from features.forcing_inputs import FORCING_INPUTS, REQUIRED, Forcing
from features.forcing_layers import forcing_layers, forcing_source
from features.grid import Grid
from features.manifest import Covariate
from features.time_axis import dates_of
from features.units import canonical_unit, conversion

GRID = (1000.0, 400_000.0, 5_600_000.0)


@pytest.mark.parametrize("name", FORCING_INPUTS)
def test_every_input_has_a_canonical_quantity_and_its_unit_fits(name):
    wanted = FORCING_INPUTS[name]
    unit = conversion(wanted.unit, wanted.quantity)
    if name != "slope":  # percent, degrees and ratios need more than a factor
        assert unit.factor * wanted.factor == pytest.approx(1.0)
        assert canonical_unit(wanted.quantity) == unit.unit


def test_what_is_missing_is_named_with_what_it_needs():
    (problem,) = missing_inputs(["elevation", "silt"], Path("m.yaml"))
    assert "precipitation (mm/month, monthly or daily)" in problem.what
    assert "temperature (degC, monthly or daily); land_cover (classes)" in problem.what
    assert "two of sand, silt and clay" in problem.what
    assert "elevation" not in problem.what
    assert missing_inputs([*REQUIRED, "sand", "silt"], Path("m.yaml")) == []


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"file": "a.tif", "covariate": "a"},
        {"file": "a.tif", "files": ["b*.tif"]},
        {"covariate": "a", "unit": "m"},
        {"covariate": "a", "band": 2},
        {"value": 3.0, "file": "a.tif"},
        {"value": 3.0, "unit": "%", "scale": 0.1},
        {"file": "a.tif", "quantity": "precipitation"},
        {"file": "a.tif", "colour": "red"},
    ],
)
def test_an_input_has_one_origin_and_no_unknown_keys(settings):
    with pytest.raises(ValidationError):
        Forcing.model_validate(settings)


def test_months_are_sorted_as_numbers(tmp_path, write_raster):
    for month in (10, 2, 1, 12, 3, 4, 5, 6, 7, 8, 9, 11):
        write_raster(f"rain_{month}.tif", np.ones((2, 2), "float32"), GRID)
    forcing = Forcing(files=("rain_*.tif",), unit="mm/month")
    layers = forcing_layers(forcing_source("precipitation", forcing, {}), tmp_path)
    assert [path.stem for path, _ in layers.places] == [f"rain_{m}" for m in range(1, 13)]
    assert layers.months == tuple(range(12))


@pytest.mark.parametrize(
    ("name", "n_layers", "timing"),
    [
        ("precipitation", 12, "monthly"),
        ("precipitation", 36, "monthly"),
        ("precipitation", 365, "daily"),
        ("temperature", 366, "daily"),
        ("ndvi", 1, "single"),
        ("ndvi", 12, "monthly"),
        ("npp", 3, "single"),
        ("precipitation", 1, None),
        ("precipitation", 13, None),
        ("precipitation", 730, None),
        ("ndvi", 365, None),
    ],
)
def test_the_number_of_layers_tells_how_often(tmp_path, write_raster, name, n_layers, timing):
    write_raster("series.tif", np.ones((n_layers, 2, 2), "float32"), GRID)
    band = "all" if name == "npp" else None
    forcing = Forcing(file="series.tif", unit=FORCING_INPUTS[name].unit, band=band)
    given = forcing_source(name, forcing, {})
    if timing is None:
        with pytest.raises(InputError, match=f"{n_layers} layer"):
            forcing_layers(given, tmp_path)
    else:
        assert forcing_layers(given, tmp_path).timing == timing


def test_a_covariate_derived_from_elevation_is_no_input():
    slope = Covariate(
        id="slope", quantity="slope", unit="degree", derived_from="dem", attribute="slope"
    )
    with pytest.raises(InputError, match="derived from dem"):
        forcing_source("slope", Forcing(covariate="slope"), {"slope": slope})


@pytest.mark.parametrize(
    ("degrees", "expected"), [(0, 0.0), (45, 1.0), (89.999, 57295.78), (90, np.inf), (143, np.inf)]
)
def test_slopes_of_a_right_angle_and_beyond_are_infinite(degrees, expected):
    given = forcing_source("slope", Forcing(file="s.tif", unit="degree"), {})
    values, refused = forcing_clean(given, daily=False)(np.array([degrees]), np.array([False]))
    assert refused == 0
    assert values[0] == pytest.approx(expected, rel=1e-4)


def test_the_worst_value_is_told_in_the_declared_unit():
    given = forcing_source("slope", Forcing(file="s.tif", unit="degree"), {})
    declared = np.array([12.0, 95.0, 143.0])
    values, _ = forcing_clean(given, daily=False)(declared, np.zeros(3, bool))
    what, mend = impossible(given, values, daily=False, declared=declared)
    assert "143 degree in 2 of 3 cells" in what
    assert "percent" in mend


def test_values_within_their_limits_are_no_problem():
    given = forcing_source("temperature", Forcing(file="t.tif", unit="K"), {})
    values, _ = forcing_clean(given, daily=False)(np.array([233.15, 313.15]), np.zeros(2, bool))
    np.testing.assert_allclose(values, [-40.0, 40.0], atol=1e-4)
    assert impossible(given, values, daily=False) is None


class TestTimeAxis:
    def dataset(self, units="days since 2001-01-01", steps="0.5,1.5", axes="{time}", **tags):
        given = {
            "NETCDF_DIM_EXTRA": axes, "NETCDF_DIM_time_VALUES": f"{{{steps}}}",
            "time#units": units,
        } | tags  # fmt: skip
        return SimpleNamespace(tags=lambda: given, name="rain.nc")

    @pytest.mark.parametrize(
        ("units", "steps", "first"),
        [
            ("days since 2001-01-01", "0.5,1.5", dt.date(2001, 1, 1)),
            ("hours since 1900-1-1 00:00:0.0", "885408,885432", dt.date(2001, 1, 3)),
            ("days since 1850-01-01T12:00:00", "55152,55153", dt.date(2001, 1, 1)),
        ],
    )
    def test_steps_become_dates(self, units, steps, first):
        assert dates_of(self.dataset(units, steps)) == [first, first + dt.timedelta(days=1)]

    def test_a_file_without_time_has_no_dates(self):
        assert dates_of(SimpleNamespace(tags=dict, name="rain.tif")) is None

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"axes": "{time,level}"}, "axes time,level"),
            ({"time#calendar": "360_day"}, "calendar 360_day"),
            ({"units": "months since 2001-01-01"}, "months since"),
        ],
    )
    def test_axes_that_are_not_understood_are_told(self, changes, words):
        with pytest.raises(InputError, match=words):
            dates_of(self.dataset(**changes))


def test_one_value_stands_everywhere_in_the_unit_of_the_simulator():
    given = forcing_source("bulk_density", Forcing(value=1.3, unit="g/cm3"), {})
    values = constant_grid(given, Grid(CRS.from_epsg(32652), Affine(1, 0, 0, 0, -1, 0), 2, 3))
    np.testing.assert_allclose(values, np.full((2, 3), 1300.0), rtol=1e-6)


def test_zero_is_a_value_too():
    assert Forcing(value=0.0, unit="%").value == 0.0


@pytest.mark.parametrize(
    ("name", "settings", "said"),
    [
        ("sand", {"value": 40.0}, "no unit is given"),
        ("sand", {"value": 400.0, "unit": "%"}, "sand of 400 %"),
        ("sand", {"value": 40.0, "unit": "kg"}, "kg"),
        ("land_cover", {"value": 1.0, "unit": "1"}, "one value cannot stand for all"),
        ("precipitation", {"value": 50.0, "unit": "mm/month"}, "one value cannot stand for all"),
        ("elevation", {"file": "a.tif", "quantity": "land_surface_temperature"}, "no temperature"),
    ],
)
def test_a_value_that_cannot_be_is_refused_before_any_file_is_opened(name, settings, said):
    (problem,) = input_problems(name, Forcing.model_validate(settings), Path("m.yaml"))
    assert said in str(problem)
    assert f"forcing.{name}" in problem.where
