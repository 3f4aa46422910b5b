"""Conduction with freezing in one column against closed forms, and its energy balance."""

import math

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.erosion_carbon.soil_heat.heat_block import (
    ENTHALPY,
    EXPONENT,
    FREEZING_C,
    FROZEN_CAPACITY,
    GROUND_HEAT,
    LIQUID_SHARE,
    LOG_FROZEN_RATIO,
    N_CELL_FIELDS,
    N_FIELDS,
    SCALE,
    SURFACE_C,
    TEMPERATURE,
    THAWED_CAPACITY,
    THAWED_CONDUCTIVITY,
    THICKNESS_M,
    WATER,
)
from models.erosion_carbon.soil_heat.kernel_enthalpy import enthalpy_j_m3, liquid_share_at
from models.erosion_carbon.soil_heat.kernel_heat_column import heat_column_step
from models.erosion_carbon.soil_heat.kernel_properties import freezing_point_c, freezing_scale
from models.erosion_carbon.soil_heat.parameters import SOIL_HEAT
from models.erosion_carbon.soil_heat.site_column import ThermalLayer, site_column
from models.erosion_carbon.soil_heat.site_run import SiteRun, no_snow, run_site

FloatArray = npt.NDArray[np.float64]
DAY_S = 86_400.0
LUNARDINI_WATER = 0.187 * 1770 / 1000
# freezes within 0.05 K, as good as at a point
SHARP = (LUNARDINI_WATER * (0.02 / 273.15) ** 8, 8.0)
LUNARDINI = ThermalLayer(6.0, LUNARDINI_WATER, 1.860, 2.324, 2.862e6, 1.966e6, *SHARP)


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
    stefan_cm = 100 * math.sqrt(2 * 2.324 * 10 * 60 * DAY_S / (LUNARDINI_WATER * 1000 * 3.337e5))
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
) -> FloatArray:
    """Return the rows (N_FIELDS, n, 1) of one column."""
    scale = freezing_scale(0.5, suction_m, b)
    content = np.full(len(temperatures), water)
    content[:snow_rows] = 0.0
    start = np.array(temperatures)
    start[:snow_rows] = np.minimum(start[:snow_rows], 0.0)
    rows = np.zeros((N_FIELDS, len(temperatures), 1))
    rows[THICKNESS_M, :, 0] = 0.04 * (1 + np.arange(len(temperatures)))
    rows[THICKNESS_M, :snow_rows] = 0.1
    rows[WATER, :, 0], rows[SCALE], rows[EXPONENT] = content, scale, 1 / b
    rows[THAWED_CAPACITY, :, 0] = 1.2e6 + 4.2e6 * content
    rows[FROZEN_CAPACITY, :, 0] = 1.2e6 + 2.1e6 * content
    rows[THAWED_CONDUCTIVITY], rows[LOG_FROZEN_RATIO] = 1.1, math.log(1.9 / 1.1)
    rows[THAWED_CONDUCTIVITY, :snow_rows], rows[LOG_FROZEN_RATIO, :snow_rows] = 0.2, 0.0
    rows[TEMPERATURE, :, 0] = start
    for row, temperature in enumerate(start):
        share = liquid_share_at(temperature, content[row], scale, 1 / b)
        rows[FREEZING_C, row] = freezing_point_c(content[row], scale, 1 / b)
        rows[LIQUID_SHARE, row] = share
        rows[ENTHALPY, row] = enthalpy_j_m3(
            temperature, share, content[row], *rows[[THAWED_CAPACITY, FROZEN_CAPACITY], row, 0]
        )
    return rows


def step(
    columns: list[FloatArray], surface_c: list[float], base: int, bottom_w_m2: float, dt: float
) -> FloatArray:
    """Run columns side by side; change them in place and return the heat into their ground."""
    block = np.zeros((N_FIELDS, columns[0].shape[1] + 2, len(columns)))
    block[:, 1:-1] = np.concatenate(columns, axis=2)
    cells = np.zeros((N_CELL_FIELDS, len(columns)))
    cells[SURFACE_C] = surface_c
    heat_column_step(block, cells, len(columns), 1, base + 1, base + 1, bottom_w_m2, dt)
    for k, column in enumerate(columns):
        column[:, :, 0] = block[:, 1:-1, k]
    return cells[GROUND_HEAT].copy()


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
    before = (column[ENTHALPY] * column[THICKNESS_M])[base:].sum()
    surface = min(surface, 0.0) if snow else surface
    heat = step([column], [surface], base, 0.05, step_days * DAY_S)[0]
    after = (column[ENTHALPY] * column[THICKNESS_M])[base:].sum()
    bottom = 0.05 * step_days * DAY_S
    size = np.abs(column[ENTHALPY] * column[THICKNESS_M]).sum() + abs(heat) + bottom
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
@example([0.0] * 6, 0.375, -3.0, 24.0, 1.0, 3.0)  # neither the step nor a day of it comes to rest
def test_no_node_leaves_the_range_of_the_surface_and_the_old_temperatures(
    temperatures: list[float],
    water: float,
    surface: float,
    step_days: float,
    suction_m: float,
    b: float,
) -> None:
    column = random_column(temperatures, water, 0, suction_m, b)
    step([column], [surface], 0, 0.0, step_days * DAY_S)
    assert column[TEMPERATURE].min() > min(*temperatures, surface) - 0.02
    assert column[TEMPERATURE].max() < max(*temperatures, surface) + 0.02


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
    step([column], [surface], 0, 0.0, step_days * DAY_S)
    for row in range(column.shape[1]):
        temperature, content, liquid = column[[TEMPERATURE, WATER, LIQUID_SHARE], row, 0]
        thawed, frozen = column[[THAWED_CAPACITY, FROZEN_CAPACITY], row, 0]
        share = liquid_share_at(temperature, content, *column[[SCALE, EXPONENT], row, 0])
        assert liquid == pytest.approx(share, abs=2e-3)
        enthalpy = enthalpy_j_m3(temperature, liquid, content, thawed, frozen)
        latent = 3.337e8 * content
        assert abs(enthalpy - column[ENTHALPY, row, 0]) < 2e-3 * (latent + thawed)


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 10_000), snow=st.booleans())
def test_columns_side_by_side_do_not_know_of_each_other(seed: int, snow: bool) -> None:
    random = np.random.default_rng(seed)
    base = 3 if snow else 0
    columns = [
        random_column(list(random.normal(0.0, 5.0, 12)), random.uniform(0.0, 0.5), base, 0.3, 5.0)
        for _ in range(40)
    ]
    surface = list(random.uniform(-30.0, 0.0, 40))
    alone = [column.copy() for column in columns]
    heat = step(columns, surface, base, 0.05, DAY_S)
    for k, column in enumerate(alone):
        assert step([column], [surface[k]], base, 0.05, DAY_S)[0] == heat[k]
        state = [ENTHALPY, TEMPERATURE, LIQUID_SHARE]
        assert np.array_equal(column[state], columns[k][state])
