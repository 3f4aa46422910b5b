"""Conduction with freezing in one column against closed forms, and its energy balance."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.soil_heat.kernel_enthalpy import enthalpy_j_m3, liquid_share_at
from models.erosion_carbon.soil_heat.kernel_heat_column import (
    HEAT_ROW,
    HeatRows,
    heat_column_step,
)
from models.erosion_carbon.soil_heat.kernel_properties import freezing_scale
from models.erosion_carbon.soil_heat.parameters import SOIL_HEAT
from models.erosion_carbon.soil_heat.site_column import ThermalLayer, site_column
from models.erosion_carbon.soil_heat.site_run import SiteRun, no_snow, run_site

DAY_S = 86_400.0
WATER = 0.187 * 1770 / 1000
# freezes within 0.05 K, as good as at a point
SHARP = (WATER * (0.02 / 273.15) ** 8, 8.0)
LUNARDINI = ThermalLayer(6.0, WATER, 1.860, 2.324, 2.862e6, 1.966e6, *SHARP)


def neumann_run(step_s: float) -> SiteRun:
    """Freeze 6 m from +2 degC by a surface at -10 degC for 60 days (Lunardini 1981)."""
    parameters = SOIL_HEAT.with_values({"geothermal_flux_w_m2": 0.0})
    column = site_column([LUNARDINI], np.full(60, 0.1), parameters)
    steps = round(60 * DAY_S / step_s)
    return run_site(
        np.full(steps, -10.0), no_snow(steps), column, np.full(60, 2.0), parameters, step_s
    )


def frozen_depth_cm(run: SiteRun, step: int) -> float:
    """Return the depth of ground that the ice would fill."""
    return float(((1.0 - run.liquid_share[step]) * 10.0).sum())


@pytest.mark.parametrize("step_s", [3600.0, DAY_S])
def test_neumann_freezing_front(step_s: float) -> None:
    run = neumann_run(step_s)
    fronts = [frozen_depth_cm(run, round(day * DAY_S / step_s) - 1) for day in (1, 10, 30, 60)]
    assert fronts == pytest.approx([17.609, 55.686, 96.451, 136.402], abs=3.0)


@pytest.mark.parametrize("step_s", [3600.0, DAY_S])
def test_neumann_temperatures(step_s: float) -> None:
    run = neumann_run(step_s)
    depths_m = (0.25, 0.55, 0.85, 1.15)
    found = [
        [run.at(depth_m)[round(day * DAY_S / step_s) - 1] for depth_m in depths_m]
        for day in (10, 30, 60)
    ]
    expected = [
        [-5.4267, -0.1315, 0.5887, 1.0720],
        [-7.3506, -4.2091, -1.1510, 0.2263],
        [-8.1250, -5.8884, -3.6818, -1.5205],
    ]
    assert np.abs(np.array(found) - expected).max() < 0.2


def test_neumann_front_stays_above_that_of_stefan_without_sensible_heat() -> None:
    run = neumann_run(3600.0)
    stefan_cm = 100 * math.sqrt(2 * 2.324 * 10 * 60 * DAY_S / (WATER * 1000 * 3.337e5))
    assert stefan_cm == pytest.approx(147.700, abs=0.02)
    assert 130.0 < frozen_depth_cm(run, -1) < stefan_cm


def test_yearly_wave_fades_and_lags_with_depth() -> None:
    conductivity, capacity = 1.5, 2.5e6
    dry = ThermalLayer(60.0, 0.0, conductivity, conductivity, capacity, capacity, 1.0, 1.0)
    parameters = SOIL_HEAT.with_values({"geothermal_flux_w_m2": 0.0})
    thickness = np.concatenate([np.full(120, 0.1), np.full(40, 1.0)])
    column = site_column([dry], thickness, parameters)
    frequency = 2 * math.pi / (365 * DAY_S)
    damping_m = math.sqrt(2 * conductivity / capacity / frequency)
    days = np.arange(1, 365 * 5 + 1)
    phase = frequency * DAY_S * days
    start = 10 * np.exp(-column.middle_m / damping_m) * np.sin(-column.middle_m / damping_m)
    run = run_site(10 * np.sin(phase), no_snow(len(days)), column, start, parameters)
    for depth_m in (0.5, 1.0, 2.0, 5.0):
        expected = 10 * math.exp(-depth_m / damping_m) * np.sin(phase - depth_m / damping_m)
        # a daily implicit step lags by half a day: 0.0086 of the amplitude
        assert np.abs(run.at(depth_m) - expected)[-365:].max() < 0.1


def random_column(
    temperatures: list[float], water: float, snow_rows: int, suction_m: float, b: float
) -> HeatRows:
    rows = np.zeros(len(temperatures), dtype=HEAT_ROW)
    for row, temperature in enumerate(temperatures):
        snow = row < snow_rows
        content = 0.0 if snow else water
        scale = freezing_scale(0.5, suction_m, b)
        share = liquid_share_at(temperature, content, scale, 1 / b)
        thawed, frozen = 1.2e6 + 4.2e6 * content, 1.2e6 + 2.1e6 * content
        rows[row] = np.zeros((), dtype=HEAT_ROW)
        rows[row]["thickness_m"] = 0.1 if snow else 0.04 * (row + 1)
        rows[row]["water"], rows[row]["scale"], rows[row]["exponent"] = content, scale, 1 / b
        rows[row]["thawed_capacity"], rows[row]["frozen_capacity"] = thawed, frozen
        rows[row]["thawed_conductivity"] = 0.2 if snow else 1.1
        rows[row]["frozen_conductivity"] = 0.2 if snow else 1.9
        rows[row]["temperature"] = min(temperature, 0.0) if snow else temperature
        rows[row]["liquid_share"] = share
        rows[row]["enthalpy"] = enthalpy_j_m3(
            rows[row]["temperature"], share, content, thawed, frozen
        )
    return rows


@settings(max_examples=300, deadline=None)
@given(
    temperatures=st.lists(st.floats(-30.0, 30.0), min_size=6, max_size=14),
    water=st.floats(0.0, 0.5),
    surface=st.floats(-40.0, 40.0),
    step_days=st.floats(0.01, 30.0),
    snow=st.booleans(),
    suction_m=st.floats(0.01, 1.0),
    b=st.floats(2.5, 12.0),
)
def test_change_of_enthalpy_is_the_heat_through_both_ends(
    temperatures: list[float],
    water: float,
    surface: float,
    step_days: float,
    snow: bool,
    suction_m: float,
    b: float,
) -> None:
    base = 3 if snow else 0
    column = random_column(temperatures, water, base, suction_m, b)
    before = (column["enthalpy"] * column["thickness_m"])[base:].sum()
    surface = min(surface, 0.0) if snow else surface
    heat, _ = heat_column_step(column, 0, base, base, surface, 0.0, 0.05, step_days * DAY_S)
    after = (column["enthalpy"] * column["thickness_m"])[base:].sum()
    bottom = 0.05 * step_days * DAY_S
    size = np.abs(column["enthalpy"] * column["thickness_m"]).sum() + abs(heat) + bottom
    assert abs(after - before - heat - bottom) < 1e-8 * size


@settings(max_examples=200, deadline=None)
@given(
    temperatures=st.lists(st.floats(-30.0, 30.0), min_size=6, max_size=14),
    water=st.floats(0.0, 0.5),
    surface=st.floats(-40.0, 40.0),
    step_days=st.floats(0.01, 30.0),
    suction_m=st.floats(0.01, 1.0),
    b=st.floats(2.5, 12.0),
)
def test_no_node_leaves_the_range_of_the_surface_and_the_old_temperatures(
    temperatures: list[float],
    water: float,
    surface: float,
    step_days: float,
    suction_m: float,
    b: float,
) -> None:
    column = random_column(temperatures, water, 0, suction_m, b)
    heat_column_step(column, 0, 0, 0, surface, 0.0, 0.0, step_days * DAY_S)
    assert column["temperature"].min() > min(*temperatures, surface) - 0.02
    assert column["temperature"].max() < max(*temperatures, surface) + 0.02


@settings(max_examples=200, deadline=None)
@given(
    temperatures=st.lists(st.floats(-30.0, 30.0), min_size=6, max_size=14),
    water=st.floats(0.0, 0.5),
    surface=st.floats(-40.0, 40.0),
    step_days=st.floats(0.01, 30.0),
)
def test_temperature_and_ice_after_a_step_are_those_of_the_enthalpy(
    temperatures: list[float], water: float, surface: float, step_days: float
) -> None:
    column = random_column(temperatures, water, 0, 0.3, 5.0)
    heat_column_step(column, 0, 0, 0, surface, 0.0, 0.0, step_days * DAY_S)
    for row in column:
        share = liquid_share_at(row["temperature"], row["water"], row["scale"], row["exponent"])
        assert row["liquid_share"] == pytest.approx(share, abs=2e-3)
        enthalpy = enthalpy_j_m3(
            row["temperature"], row["liquid_share"], row["water"],
            row["thawed_capacity"], row["frozen_capacity"],
        )  # fmt: skip
        latent = 3.337e8 * row["water"]
        assert abs(enthalpy - row["enthalpy"]) < 2e-3 * (latent + row["thawed_capacity"])
