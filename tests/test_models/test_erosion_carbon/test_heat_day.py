"""A day of soil heat in many cells: snow, water that moves, ponds, forest, moss, threads."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.soil_columns import SoilColumns
from models.erosion_carbon.soil_heat.grid import (
    N_NODES,
    N_SOIL_NODES,
    NODE_MIDDLE_M,
    NODE_THICKNESS_M,
)
from models.erosion_carbon.soil_heat.kernel_heat_rows import enthalpy_of_exchange
from models.erosion_carbon.soil_heat.kernel_soil_heat import begin_heat, soil_heat_day
from models.erosion_carbon.soil_heat.kernel_thermal_columns import (
    ThermalColumns,
    empty_thermal_columns,
    fill_thermal_columns,
)
from models.erosion_carbon.soil_heat.parameters import SOIL_HEAT
from models.erosion_carbon.soil_heat.spin_up import periodic_spin_up, steady_temperatures_c
from models.erosion_carbon.soil_heat.state import HeatState, empty_heat_state

FloatArray = npt.NDArray[np.float64]
PARAMETERS = SOIL_HEAT.defaults
DAY_S = 86_400.0


class Cells(NamedTuple):
    """Cells of loam and what drives them."""

    heat: HeatState
    columns: ThermalColumns
    water: FloatArray
    temperature_c: FloatArray
    ice_fraction: FloatArray

    def day(
        self,
        air_c: float | FloatArray,
        snow_m: float | FloatArray = 0.0,
        canopy: float | FloatArray = 0.0,
        ponded_m: float | FloatArray = 0.0,
        density: float = 250.0,
    ) -> None:
        """Run one day; numbers hold for all cells."""
        n = len(self.water)

        def of(value: float | FloatArray) -> FloatArray:
            return np.broadcast_to(np.asarray(value, dtype=np.float64), (n,)).copy()

        soil_heat_day(
            0, n, self.heat, of(air_c), of(snow_m), of(density), self.water, self.columns,
            of(canopy), of(ponded_m), PARAMETERS, self.temperature_c, self.ice_fraction,
        )  # fmt: skip


def cells(n: int, start_c: float, water: float = 0.3, organic_m: FloatArray | None = None) -> Cells:
    loam = [30.0, 25.0, 3.0, 1350.0, 0.48, 0.32, 0.14, 2e-6, 0.2, 0.35, 6.0, 0.0, 0.0]
    soil = SoilColumns(*(np.full(n, value) for value in loam))
    if organic_m is not None:
        soil = soil._replace(organic_layer_m=organic_m)
    columns = empty_thermal_columns(n)
    fill_thermal_columns(0, n, soil, PARAMETERS, columns)
    heat, contents = empty_heat_state(n), np.full((n, 10), water)
    start = steady_temperatures_c(np.full(n, start_c), PARAMETERS)
    begin_heat(0, n, start, contents, columns, PARAMETERS, heat)
    return Cells(heat, columns, contents, np.zeros((n, 10)), np.zeros((n, 10)))


def total_heat_j_m2(heat: HeatState) -> FloatArray:
    return np.asarray((heat.enthalpy * NODE_THICKNESS_M).sum(axis=1))


@settings(max_examples=30, deadline=None)
@given(
    mean_c=st.floats(-15.0, 15.0),
    snow_m=st.floats(0.0, 1.0),
    ponded_m=st.sampled_from([0.0, 0.005, 0.1]),
    seed=st.integers(0, 1000),
)
def test_heat_of_the_soil_changes_by_ground_heat_geothermal_heat_and_moved_water(
    mean_c: float, snow_m: float, ponded_m: float, seed: int
) -> None:
    random = np.random.default_rng(seed)
    run = cells(5, mean_c)
    for _ in range(20):
        new = np.clip(run.water + random.normal(0.0, 0.03, run.water.shape), 0.02, 0.47)
        nodes = np.repeat(np.arange(10), [1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
        moved = np.zeros(5)
        for cell in range(5):
            for node, layer in enumerate(nodes):
                moved[cell] += NODE_THICKNESS_M[node] * enthalpy_of_exchange(
                    run.heat.temperature[cell, node],
                    run.heat.liquid_share[cell, node],
                    run.heat.water[cell, layer],
                    new[cell, layer],
                )
        before = total_heat_j_m2(run.heat)
        run.water[:] = new
        run.day(mean_c + random.normal(0.0, 10.0, 5), snow_m, 0.0, ponded_m)
        gained = run.heat.ground_heat + PARAMETERS.geothermal_flux_w_m2 * DAY_S + moved
        after = total_heat_j_m2(run.heat)
        assert np.abs(after - before - gained).max() < 1e-8 * np.abs(after).max()


def test_water_that_enters_frozen_soil_freezes_and_warms_it() -> None:
    run = cells(2, -3.0, water=0.25)
    run.day(-3.0)
    run.water[1] += 0.03
    run.day(-3.0)
    assert (run.temperature_c[1] > run.temperature_c[0] + 0.25).all()


def test_water_that_enters_or_leaves_thawed_soil_keeps_its_temperature() -> None:
    run = cells(3, 10.0)
    run.water[1] += 0.1
    run.water[2] -= 0.1
    run.day(10.0)
    assert run.temperature_c[1] == pytest.approx(run.temperature_c[0], abs=0.02)
    assert run.temperature_c[2] == pytest.approx(run.temperature_c[0], abs=0.02)


def test_ice_is_a_share_of_all_water_and_none_is_left_in_warm_soil() -> None:
    run = cells(2, 0.5)
    for _ in range(60):
        run.day(np.array([-20.0, 5.0]))
    assert (run.ice_fraction[0, :5] > 0.3).all()
    assert (run.ice_fraction[0] <= 1.0).all()
    assert (run.ice_fraction[1] == 0.0).all()


def test_soil_freezes_less_the_deeper_the_snow() -> None:
    run = cells(4, 4.0)
    for _ in range(60):
        run.day(-15.0, np.array([0.0, 0.1, 0.3, 1.0]))
    assert (np.diff(run.temperature_c[:, 1]) > 0.5).all()


def test_soil_freezes_more_the_denser_the_snow() -> None:
    loose, dense = cells(1, 4.0), cells(1, 4.0)
    for _ in range(60):
        loose.day(-15.0, 0.4, density=150.0)
        dense.day(-15.0, 0.4, density=350.0)
    assert dense.temperature_c[0, 1] < loose.temperature_c[0, 1] - 0.5


def test_warm_soil_under_snow_cools_towards_melting_snow_not_below() -> None:
    run = cells(1, 6.0)
    for _ in range(100):
        run.day(2.0, 0.5)
    assert 0.0 < run.temperature_c[0, 0] < 0.5
    assert (run.heat.snow_temperature <= 0.0).all()


def test_forest_ground_is_cooler_in_summer_and_warmer_in_winter() -> None:
    run = cells(2, 5.0)
    forest = np.array([0.0, 1.0])
    for _ in range(20):
        run.day(20.0, 0.0, forest)
    summer = run.temperature_c[:, 1].copy()
    for _ in range(60):
        run.day(-20.0, 0.0, forest)
    assert summer[1] < summer[0] - 1.0
    assert run.temperature_c[1, 1] > run.temperature_c[0, 1] + 0.5


def test_ponded_water_must_freeze_before_the_soil_does() -> None:
    run = cells(2, 3.0)
    for _ in range(10):
        run.day(-5.0, 0.0, 0.0, np.array([0.0, 0.3]))
    assert run.temperature_c[0, 0] < -1.0
    assert run.temperature_c[1, 0] > -0.1
    assert 0.0 < run.heat.pond_liquid_share[1] < 1.0


def test_moss_and_peat_keep_permafrost_from_thawing_deep() -> None:
    run = cells(3, -4.0, water=0.4, organic_m=np.array([0.0, 0.1, 0.3]))
    for _ in range(90):
        run.day(10.0)
    frozen = (run.heat.temperature[:, :N_SOIL_NODES] < 0.0).sum(axis=1)
    assert frozen[0] < frozen[1] < frozen[2]


def test_results_do_not_depend_on_the_number_of_threads() -> None:
    n = 9000
    air = np.random.default_rng(0).normal(-2.0, 8.0, n)
    results = []
    for threads in (1, 3):
        run = cells(n, -1.0)
        zero, snow, density = np.zeros(n), np.full(n, 0.05), np.full(n, 200.0)
        with CellThreads(threads) as pool:
            for _ in range(3):
                pool.over_cells(
                    soil_heat_day, n, run.heat, air, snow, density, run.water, run.columns,
                    zero, zero, PARAMETERS, run.temperature_c, run.ice_fraction,
                )  # fmt: skip
        results.append(run)
    for one, three in zip(results[0].heat, results[1].heat, strict=True):
        assert np.array_equal(one, three)


def test_spin_up_comes_to_rest_and_says_how_far_it_moved() -> None:
    run = cells(1, 3.0)
    day = np.arange(365)
    air = 2.0 - 14.0 * np.cos(2 * np.pi * day / 365)

    def year() -> None:
        for each in air:
            run.day(float(each), 0.2 if each < 0 else 0.0)

    drifts = periodic_spin_up(year, run.heat.temperature, 30, 0.1)
    assert len(drifts) < 30
    assert drifts[-1] <= 0.1 < drifts[0]


def test_first_temperatures_follow_the_geothermal_gradient() -> None:
    temperatures = steady_temperatures_c(np.array([-3.0]), PARAMETERS)[0]
    gradient = np.diff(temperatures) / np.diff(NODE_MIDDLE_M)
    assert gradient == pytest.approx(np.full(N_NODES - 1, 0.05 / 3.0))
