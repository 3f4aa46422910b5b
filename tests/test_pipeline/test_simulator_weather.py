"""Daily weather from files of days: which day goes where, what months they make."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from scipy.io import netcdf_file

from features.errors import InputError
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.landscape import make_landscape
from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.settings import Settings
from pipeline.simulator_forcing import MARGIN
from tests.test_pipeline.small_landscape import COLS, ROWS, months

INNER = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))


def days(n: int, low: float, high: float) -> np.ndarray:
    """Return a field for each of n days, higher by day and by column."""
    return np.linspace(low, high, n)[:, None, None] + np.arange(COLS) * np.ones((ROWS, 1)) / 10


def write_netcdf(path: Path, name: str, values: np.ndarray, first: dt.date, calendar: str) -> None:
    """Write days on the landscape's grid, in longitude and latitude of about its place."""
    with netcdf_file(path, "w") as file:
        for axis, size in zip(("time", "lat", "lon"), values.shape, strict=True):
            file.createDimension(axis, size)
        time = file.createVariable("time", "f8", ("time",))
        time[:] = 24.0 * np.arange(len(values)) + 12
        time.units, time.calendar = f"hours since {first} 00:00:00", calendar
        lat = file.createVariable("lat", "f8", ("lat",))
        lat[:], lat.units = np.linspace(50.2, 51.0, values.shape[1]), "degrees_north"
        lon = file.createVariable("lon", "f8", ("lon",))
        lon[:], lon.units = np.linspace(127.3, 128.1, values.shape[2]), "degrees_east"
        for each in (name, "other"):
            file.createVariable(each, "f4", ("time", "lat", "lon"))[:] = values


class TestDays:
    @pytest.mark.parametrize(("year", "n_layers"), [(2004, 365), (2001, 366)])
    def test_a_year_of_days_serves_any_year(self, valley, prepare, year, n_layers):
        valley.give("precipitation", days(n_layers, 0.0, 9.0), "mm/d")
        valley.give("temperature", days(n_layers, -10.0, 10.0), "degC")
        daily = prepare(range(year, year + 1)).forcing.daily
        assert daily.dates[0] == dt.date(year, 1, 1)
        assert daily.dates[-1] == dt.date(year, 12, 31)
        assert daily.mean_c[0, 0] == pytest.approx(-10.0)
        assert daily.mean_c[-1, 0] == pytest.approx(10.0)
        assert (np.diff(daily.mean_c[:, 0]) >= 0).all()

    @pytest.mark.parametrize("by_day", ["precipitation", "temperature"])
    def test_days_of_one_and_months_of_the_other_are_refused(self, valley, prepare, by_day):
        unit = {"precipitation": "mm/d", "temperature": "degC"}[by_day]
        valley.give(by_day, days(365, 1.0, 9.0), unit)
        with pytest.raises(InputError, match="both by month or both by day"):
            prepare(range(2001, 2002))

    def test_months_are_sums_and_means_of_days(self, valley, prepare):
        valley.give("precipitation", days(365, 0.0, 0.0), "mm/d")
        valley.give("temperature", days(365, -10.0, 10.0), "degC")
        forcing = prepare(range(2001, 2003)).forcing
        rain = forcing.precipitation_mm[INNER]
        np.testing.assert_allclose(rain[0, 0], 31 * np.arange(COLS) / 10, rtol=1e-5)
        np.testing.assert_allclose(rain[1, 0], 28 * np.arange(COLS) / 10, rtol=1e-5)
        assert forcing.temperature_c[INNER][:, 0, 0].mean() == pytest.approx(0.0, abs=0.2)

    def test_a_diurnal_range_gives_extremes(self, valley, prepare):
        valley.give("precipitation", days(365, 0.0, 9.0), "mm/d")
        valley.give("temperature", days(365, -10.0, 10.0), "degC")
        valley.give("diurnal_range", months(8.0, 14.0), "K")
        daily = prepare().forcing.daily
        np.testing.assert_allclose(daily.max_c[0] - daily.min_c[0], 8.0, rtol=1e-5)

    def test_the_simulator_sees_each_cells_own_days(self, valley, prepare):
        valley.give("precipitation", days(365, 0.0, 9.0), "mm/d")
        valley.give("temperature", days(365, -10.0, 10.0), "degC")
        prepared = prepare()
        threads = CellThreads(1)
        land = make_landscape(prepared.forcing, make_parameters({}), Settings(), threads)
        today = land.weather_source.open(threads).day(dt.date(2001, 1, 1))
        rain_mm = prepared.on_run_grid(today.precipitation_m * 1000)
        np.testing.assert_allclose(rain_mm, days(365, 0.0, 9.0)[0], atol=1e-5)

    def test_netcdf_days_are_found_by_their_dates(self, valley, prepare):
        first = dt.date(2002, 12, 1)
        n_days = (dt.date(2004, 1, 31) - first).days + 1
        for name, unit in (("precipitation", "mm/d"), ("temperature", "degC")):
            path = valley.directory / f"{name}.nc"
            write_netcdf(path, "value", days(n_days, 0.0, 9.0), first, "standard")
            valley.manifest["forcing"][name] = {
                "file": path.name, "variable": "value", "unit": unit,
            }  # fmt: skip
        daily = prepare(range(2003, 2004)).forcing.daily
        assert (daily.dates[0], daily.dates[-1]) == (dt.date(2003, 1, 1), dt.date(2003, 12, 31))
        new_year = np.linspace(0, 9, n_days)[31]
        assert new_year < daily.mean_c[0].min() < daily.mean_c[0].max() < new_year + 1.2

    @pytest.mark.parametrize(
        ("calendar", "variable", "years", "words"),
        [
            ("noleap", "value", range(2002, 2003), "calendar noleap"),
            ("standard", None, range(2002, 2003), "holds several variables: value, other"),
            ("standard", "value", range(2003, 2004), "but not 2003-01-01"),
        ],
    )
    def test_netcdf_at_fault(self, valley, prepare, calendar, variable, years, words):
        for name, unit in (("precipitation", "mm/d"), ("temperature", "degC")):
            path = valley.directory / f"{name}.nc"
            write_netcdf(path, "value", days(365, 0.0, 9.0), dt.date(2002, 1, 1), calendar)
            settings = {"file": path.name, "unit": unit}
            valley.manifest["forcing"][name] = settings | (
                {"variable": variable} if variable else {}
            )
        with pytest.raises(InputError, match=words):
            prepare(years)

    def test_a_day_of_negative_rain_is_told_with_its_band(self, valley, prepare):
        rain = days(365, 0.0, 9.0)
        rain[200, 3, 3] = -4.0
        valley.give("precipitation", rain, "mm/d")
        valley.give("temperature", days(365, -10.0, 10.0), "degC")
        with pytest.raises(
            InputError, match=r"precipitation.tif band 201: precipitation of -4 mm/d"
        ):
            prepare()
