"""Wrong input to the simulator, through the real command: one message, its place, its mend."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.test_pipeline.small_landscape import (
    COLS,
    ROWS,
    SmallLandscape,
    land_cover,
    make_small_landscape,
    months,
    solum,
)

Change = Callable[[SmallLandscape], Any]


@pytest.fixture
def landscape(tmp_path: Path) -> SmallLandscape:
    return make_small_landscape(tmp_path)


def setting(*path: Any, to: Any) -> Change:
    """Return a change of one key of the manifest."""

    def change(landscape: SmallLandscape) -> None:
        place = landscape.manifest
        for key in path[:-1]:
            place = place.setdefault(key, {})
        place[path[-1]] = to

    return change


def without(*names: str) -> Change:
    """Return a change that takes inputs away."""

    def change(landscape: SmallLandscape) -> None:
        for name in names:
            del landscape.manifest["forcing"][name]

    return change


def one_negative_month(landscape: SmallLandscape) -> None:
    rain = months(8.0, 150.0)
    rain[4, 2, 3] = -12.5
    landscape.write("precipitation", rain)


def percent_as_degrees(landscape: SmallLandscape) -> None:
    landscape.give("slope", np.linspace(5, 143, ROWS * COLS).reshape(ROWS, COLS), "degree")


def daily_skin(landscape: SmallLandscape) -> None:
    setting("forcing", "temperature", "quantity", to="land_surface_temperature")(landscape)
    for name, values in {"temperature": months(-20.0, 20.0), "precipitation": months(1, 5)}.items():
        landscape.write(name, np.repeat(values[:1], 365, axis=0))


def unknown_code(landscape: SmallLandscape) -> None:
    cover = land_cover().astype(float)
    cover[3, 4] = 7
    landscape.write("land_cover", cover)


def no_elevation_in_the_region(landscape: SmallLandscape) -> None:
    landscape.manifest["region"] = {"template": "sand.tif"}
    landscape.write("elevation", np.full((ROWS, COLS), -9999.0), nodata=-9999.0)


FOUND_BY_CHECK: dict[str, tuple[Change, tuple[str, ...]]] = {
    "negative rain": (
        one_negative_month,
        ("precipitation.tif band 5", "-12.5 mm/month", "1 of 120 cells", "declare `nodata`"),
    ),
    "slope in percent declared as degrees": (
        percent_as_degrees,
        ("slope.tif band 1", "143 degree", "`unit: percent`"),
    ),
    "slope in percent declared as a ratio": (
        lambda p: p.give("slope", np.full((ROWS, COLS), 12.0), "1"),
        ("slope.tif band 1", "slope of 12 in 120", "between 0 and 2 m/m", "`unit: percent`"),
    ),
    "kelvin declared as degrees Celsius": (
        lambda p: p.write("temperature", months(253.0, 293.0)),
        ("temperature.tif band 1", "253 degC", "is the unit K"),
    ),
    "missing unit": (
        lambda p: p.manifest["forcing"]["precipitation"].pop("unit"),
        ("forcing.precipitation", "no unit", "mm/month"),
    ),
    "unit of another quantity": (
        setting("forcing", "temperature", "unit", to="mm"),
        ("forcing.temperature.unit", "'mm'", "degC"),
    ),
    "eleven months": (
        lambda p: p.write("temperature", months(-20.0, 20.0)[:11]),
        ("temperature.tif", "has 11 layers", "12 (January first", "365 or 366"),
    ),
    "one month": (
        setting("forcing", "precipitation", "band", to=1),
        ("precipitation.tif", "has 1 layer", "`band: all`"),
    ),
    "input that is not known": (
        setting("forcing", "texture", to={"file": "sand.tif", "unit": "%"}),
        ("forcing.texture", "no such input", "sand, silt, clay"),
    ),
    "missing inputs": (
        without("precipitation", "sand"),
        ("forcing", "precipitation (mm/month, monthly or daily)", "two of sand, silt and clay"),
    ),
    "class that is not known": (
        setting("forcing", "land_cover", "classes", to={1: "forest", 2: "meadow", 3: "cropland"}),
        ("forcing.land_cover.classes", "2 is 'meadow'", "cropland, grassland, shrubland, forest"),
    ),
    "code without a class": (
        unknown_code,
        ("land_cover.tif band 1", "the code 7", "forcing.land_cover.classes"),
    ),
    "codes without classes": (
        setting("forcing", "land_cover", to={"file": "land_cover.tif"}),
        ("forcing.land_cover", "which code is which class", "{1: forest"),
    ),
    "region without elevation": (
        no_elevation_in_the_region,
        ("elevation.tif band 1", "forcing.elevation holds no data within the region"),
    ),
    "missing file": (
        lambda p: (p.directory / "clay.tif").unlink(),
        ("forcing.clay", "file not found", "clay.tif"),
    ),
    "no raster": (
        lambda p: (p.directory / "clay.tif").write_text("no raster"),
        ("clay.tif", "cannot be read as a raster"),
    ),
    "file and covariate": (
        setting("forcing", "clay", "covariate", to="clay"),
        ("forcing.clay", "exactly one of"),
    ),
    "parameter out of its bounds": (
        setting("simulator", "parameters", to={"erosion": {"erodibility_factor": -1.0}}),
        ("simulator.parameters.erosion.erodibility_factor", "-1", "outside"),
    ),
    "process that is not known": (
        setting("simulator", "parameters", to={"eroson": {"k": 1.0}}),
        ("simulator.parameters.eroson", "no such process", "erosion"),
    ),
    "law that is not known": (
        setting("simulator", "erosion", to="usle"),
        ("simulator.erosion", "'usle'", "'wepp', 'answers', 'musle' or 'rusle_watem'"),
    ),
    "setting that is not known": (
        setting("simulator", "spinup_years", to=3),
        ("simulator", "unknown key `spinup_years`", "did you mean `spin_up_years`"),
    ),
    "gauge outside the region": (
        setting("simulator", "gauges", to=[{"id": "mouth", "x": 0.0, "y": 0.0}]),
        ("simulator.gauges mouth", "0, 0", "within the region"),
    ),
    "days of one and months of the other": (
        lambda p: p.write("temperature", np.repeat(months(-20.0, 20.0)[:1], 365, axis=0)),
        ("forcing.precipitation", "is monthly, while the other is daily", "both by month"),
    ),
    "daily land-surface temperature": (
        daily_skin,
        ("forcing.temperature", "daily land-surface temperature", "monthly means"),
    ),
    "one value for all months": (
        setting("forcing", "precipitation", to={"value": 50.0, "unit": "mm/month"}),
        ("forcing.precipitation.value", "one value cannot stand for all", "a map"),
    ),
    "impossible value": (
        setting("forcing", "sand", to={"value": 400.0, "unit": "%"}),
        ("forcing.sand.value", "sand of 400 %", "between 0 and 100 %"),
    ),
    "storms beyond what storms can be": (
        setting(
            "simulator",
            to={
                "parameters": {"weather": {"half_hour_share_warm": 0.8}},
                "scenario": {"rain_intensity_factor": 2.0},
            },
        ),
        ("simulator.scenario.rain_intensity_factor", "1.6", "outside"),
    ),
    "scenario that changes nothing": (
        setting("simulator", "scenario", to={}),
        ("simulator.scenario", "needs a change"),
    ),
    "areas exchanged": (
        setting("simulator", "gauge_area_km2", to=[300.0, 20.0]),
        ("simulator", "[least, largest]"),
    ),
}

FOUND_BEFORE_WORK: dict[str, tuple[Change, tuple[str, ...]]] = {
    "sand and clay above 100 %": (
        lambda p: p.give("sand", np.full((ROWS, COLS), 95.0), "%"),
        ("sand_percent + clay_percent", "115.0 %", "120 cells", "add up to 100 %"),
    ),
    "no cell with all inputs": (
        lambda p: (
            p.write("sand", np.where(np.arange(COLS) < 6, 30.0, np.nan) * np.ones((ROWS, 1))),
            p.write("clay", np.where(np.arange(COLS) < 6, np.nan, 20.0) * np.ones((ROWS, 1))),
        ),
        ("forcing", "no cell of the region has all of", "overlap"),
    ),
}


def assert_clear(code: int, output: str, expected: tuple[str, ...]) -> None:
    """One problem, told once, with all that is expected of it."""
    assert code == 1, output
    assert "1 problem with the input" in output
    assert output.count("mend:") == 1, output
    message = output[output.index("1 problem with the input") :]
    for words in expected:
        assert words in message, output


@pytest.mark.parametrize("case", FOUND_BY_CHECK)
@pytest.mark.parametrize("command", ["check", "simulate"])
def test_faults_are_found_in_seconds_and_before_anything_is_written(
    landscape: SmallLandscape, case: str, command: str
) -> None:
    change, expected = FOUND_BY_CHECK[case]
    change(landscape)
    out = landscape.directory / "out"
    arguments = ["--out", out] if command == "simulate" else []
    assert_clear(*solum(command, landscape.save(), *arguments), expected)
    assert not out.exists()


@pytest.mark.parametrize("case", FOUND_BEFORE_WORK)
def test_faults_of_several_inputs_together_are_found_before_the_spin_up(
    landscape: SmallLandscape, case: str
) -> None:
    change, expected = FOUND_BEFORE_WORK[case]
    change(landscape)
    out = landscape.directory / "out"
    assert_clear(*solum("simulate", landscape.save(), "--out", out), expected)
    assert not out.exists()


def test_all_faults_come_together(landscape: SmallLandscape) -> None:
    one_negative_month(landscape)
    percent_as_degrees(landscape)
    without("sand")(landscape)
    setting("simulator", "parameters", to={"erosion": {"erodibility_factor": -1.0}})(landscape)
    code, output = solum("check", landscape.save())
    assert code == 1
    assert "4 problems with the input" in output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--years", "2005-2001"], ("--years 2005-2001", "no span of years")),
        (["--years", "ten"], ("--years ten", "2001-2005")),
        (["--years", "0"], ("simulator.years.count=0", "greater than or equal to 1")),
        (["--set", "simulator.erosion=rusle"], ("--set simulator.erosion=rusle", "rusle_watem")),
    ],
)
def test_options_at_fault(
    landscape: SmallLandscape, arguments: list[str], expected: tuple[str, ...]
) -> None:
    assert_clear(*solum("simulate", landscape.file, *arguments), expected)


def test_a_run_needs_sites_and_says_what_the_manifest_is_good_for(
    landscape: SmallLandscape,
) -> None:
    assert_clear(*solum("run", landscape.file), ("no sites", "solum simulate"))


def test_a_sound_manifest_of_the_simulator_alone_checks_clean(landscape: SmallLandscape) -> None:
    code, output = solum("check", landscape.file)
    assert code == 0
    assert "no problems; simulator alone, 6 inputs" in output


def test_an_output_that_is_a_file(landscape: SmallLandscape) -> None:
    out = landscape.directory / "taken"
    out.write_text("")
    code, output = solum("simulate", landscape.file, "--out", out)
    assert_clear(code, output, ("taken", "not a directory"))
    assert "spin-up" not in output


def test_one_thread_at_least(landscape: SmallLandscape) -> None:
    assert solum("simulate", landscape.file, "--threads", 0)[0] == 2
