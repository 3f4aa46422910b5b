"""Soil water: exact drainage, bounds, limits and the budget of every cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.erosion_carbon.hydrology.kernel_column_day import snow_and_canopy_day, soil_water_day
from models.erosion_carbon.hydrology.kernel_evapotranspiration import evaporate_soil, transpire
from models.erosion_carbon.hydrology.kernel_groundwater import groundwater_release
from models.erosion_carbon.hydrology.kernel_soil_water import (
    drained_content,
    fill_layers,
    frozen_conductivity,
    interflow_day,
    percolate_day,
    room_of_layers_m,
    stored_m,
)
from models.erosion_carbon.hydrology.parameters_column import SNOW_CANOPY, SOIL_WATER
from models.erosion_carbon.hydrology.soil_hydraulics import soil_columns
from models.erosion_carbon.hydrology.state import initial_water
from models.erosion_carbon.soil_layers import LAYER_THICKNESS_M, N_LAYERS

LOAM = soil_columns([40.0], [20.0], [2.5], None, [0.0], [0.0])
POROSITY, CAPACITY = float(LOAM.porosity[0]), float(LOAM.field_capacity[0])
WILTING = float(LOAM.wilting_point[0])
CONDUCTIVITY = float(LOAM.saturated_conductivity_m_s[0]) * 86_400
EXPONENT = 2 * float(LOAM.clapp_hornberger_b[0]) + 3
THAWED = np.zeros(N_LAYERS)
WARM = np.full(N_LAYERS, 10.0)
ROOTS = np.full(N_LAYERS, 0.1)
CONTENTS = arrays(float, N_LAYERS, elements=st.floats(0.05, POROSITY))
ICE = arrays(float, N_LAYERS, elements=st.floats(0, 1))


def percolate(content, frozen=THAWED, bottom_share=1.0):
    return percolate_day(
        content, frozen, POROSITY, CAPACITY, CONDUCTIVITY, EXPONENT, 6.0, bottom_share
    )


class Cells:
    """Some cells of one soil, their fluxes, and their budget."""

    def __init__(self, n, wetland=0.0, lai=2.0, temperature_c=10.0, ice=0.0):
        self.n = n
        one = np.ones(n)
        self.soil = soil_columns(40 * one, 20 * one, 2.5 * one, None, 0 * one, wetland * one)
        self.water = initial_water(self.soil, 3)
        self.lai, self.litter, self.transpiration = lai * one, np.zeros(n), one.copy()
        self.roots = np.tile(LAYER_THICKNESS_M / LAYER_THICKNESS_M.sum(), (n, 1))
        self.temperature = np.full((n, N_LAYERS), temperature_c)
        self.ice = np.full((n, N_LAYERS), ice)
        self.et, self.release, self.overflow = (np.zeros(n) for _ in range(3))
        self.percolation = np.zeros((n, N_LAYERS))

    def day(self, infiltrated_m, potential_m, bounds=None, parameters=SOIL_WATER.defaults):
        one = np.ones(self.n)
        for start, stop in bounds or [(0, self.n)]:
            soil_water_day(
                start, stop, self.water, self.soil, infiltrated_m * one, potential_m * one,
                self.lai, self.litter, self.transpiration, self.roots, self.temperature, self.ice,
                parameters, self.et, self.release, self.overflow, self.percolation,
            )  # fmt: skip

    @property
    def stored(self):
        soil = self.water.soil @ LAYER_THICKNESS_M
        return soil + self.water.canopy_m + self.water.groundwater_m


def test_a_layer_drains_as_the_equation_it_solves():
    content, steps = 0.44, 200_000
    for _ in range(steps):
        content -= CONDUCTIVITY * (content / POROSITY) ** EXPONENT / 0.1 / steps
    exact = drained_content(0.44, POROSITY, CONDUCTIVITY, EXPONENT, 0.1)
    assert exact == pytest.approx(content, rel=1e-5)


@settings(deadline=None)  # the first call compiles
@given(content=CONTENTS, ice=ICE, water=st.floats(0, 3))
def test_filling_neither_makes_nor_loses_water(content, ice, water):
    before = stored_m(content)
    overflow = fill_layers(content, ice * content, POROSITY, CONDUCTIVITY, 6.0, water)
    assert stored_m(content) + overflow == pytest.approx(before + water, abs=1e-13)
    assert content.max() <= POROSITY * (1 + 1e-14)


@settings(deadline=None)  # the first call compiles
@given(content=CONTENTS, ice=ICE, bottom_share=st.floats(0, 1))
def test_percolation_neither_makes_nor_loses_water(content, ice, bottom_share):
    before = stored_m(content)
    deep = percolate(content, ice * content, bottom_share)
    assert stored_m(content) + deep == pytest.approx(before, abs=1e-13)
    assert content.max() <= POROSITY * (1 + 1e-14)
    assert deep >= 0


@settings(deadline=None)  # the first call compiles
@given(content=CONTENTS, ice=ICE)
def test_ice_never_moves(content, ice):
    frozen = content * ice
    percolate(content, frozen)
    interflow_day(content, frozen, CAPACITY, 0.5)
    evaporate_soil(content, frozen, 0.01, 0.5 * WILTING, CAPACITY)
    transpire(content, frozen, WARM, ROOTS, 0.01, WILTING, CAPACITY, 0.5, 0.0, 8.0)
    assert np.all(content >= frozen - 1e-14)


def test_a_saturated_soil_drains_to_field_capacity_and_no_further():
    content = np.full(N_LAYERS, POROSITY)
    for _ in range(5000):
        percolate(content)
    assert content == pytest.approx(np.full(N_LAYERS, CAPACITY), abs=1e-9)


def test_a_day_of_drainage_is_near_that_of_short_steps():
    # Layers pass water on once a day; the profile's total must not depend much on that.
    by_day, by_hour = np.full(N_LAYERS, POROSITY), np.full(N_LAYERS, POROSITY)
    for _ in range(10):
        percolate(by_day)
        for _ in range(24):
            percolate_day(
                by_hour, THAWED, POROSITY, CAPACITY, CONDUCTIVITY / 24, EXPONENT, 6.0, 1.0
            )
    drained = POROSITY * LAYER_THICKNESS_M.sum() - stored_m(by_hour)
    assert stored_m(by_day) - stored_m(by_hour) == pytest.approx(0.0, abs=0.1 * drained)


def test_a_frozen_layer_holds_back_the_water_above_it():
    content = np.full(N_LAYERS, CAPACITY)
    content[4] = POROSITY
    frozen = np.where(np.arange(N_LAYERS) == 4, content, 0.0)
    overflow = fill_layers(content, frozen, POROSITY, CONDUCTIVITY, 6.0, 0.2)
    passed_m = (content[5:] - CAPACITY) @ LAYER_THICKNESS_M[5:]
    assert passed_m == pytest.approx(1e-6 * CONDUCTIVITY)
    assert overflow > 0.1


def test_ice_reduces_conductivity_by_powers_of_ten_where_it_fills_pores():
    assert frozen_conductivity(1.0, 0.4, 0.2, 6.0) == pytest.approx(1e-3)
    assert frozen_conductivity(1.0, 0.4, 0.4, 6.0) == pytest.approx(1e-6)


@given(content=CONTENTS, ice=ICE, beyond=st.floats(0, 1))
def test_layers_take_just_their_room(content, ice, beyond):
    frozen = ice * content
    room_m = room_of_layers_m(content, frozen, POROSITY, CONDUCTIVITY, 6.0)
    overflow = fill_layers(content, frozen, POROSITY, CONDUCTIVITY, 6.0, room_m + beyond)
    assert overflow == pytest.approx(beyond, abs=1e-12)


def test_groundwater_halves_in_its_half_life():
    assert groundwater_release(1.0, np.log(2) / 17, 17.0) == pytest.approx(0.5)


@settings(deadline=None)  # the first call compiles
@given(
    infiltrated=st.floats(0, 0.3), potential=st.floats(0, 0.01), ice=st.floats(0, 1),
    wetland=st.sampled_from([0.0, 1.0]), temperature=st.floats(-10, 20), days=st.integers(1, 5),
)  # fmt: skip
def test_every_cell_balances_its_water(infiltrated, potential, ice, wetland, temperature, days):
    cells = Cells(2, wetland, temperature_c=temperature, ice=ice)
    cells.water.canopy_m[:] = 5e-4
    for _ in range(days):
        before = cells.stored
        cells.day(infiltrated, potential)
        out = cells.et + cells.release + cells.overflow
        assert cells.stored - before + out == pytest.approx(np.full(2, infiltrated), abs=1e-12)
        assert min(cells.et.min(), cells.release.min(), cells.overflow.min()) >= 0
    assert cells.water.soil.max() <= POROSITY * (1 + 1e-12)


def test_drought_ends_at_the_wilting_point_below_and_air_dryness_on_top():
    cells = Cells(1)
    for _ in range(4000):
        cells.day(0.0, 0.008)
    assert np.all(cells.water.soil[0, :2] >= 0.5 * WILTING - 1e-12)
    assert cells.water.soil[0, 2:] == pytest.approx(np.full(8, WILTING), abs=1e-3)
    assert cells.et[0] < 1e-6


def test_no_water_moves_without_rain_and_demand_at_field_capacity():
    cells = Cells(1)
    before = cells.water.soil.copy()
    cells.day(0.0, 0.0)
    assert np.array_equal(cells.water.soil, before)
    assert (cells.et[0], cells.release[0], cells.overflow[0]) == (0.0, 0.0, 0.0)


def test_wet_soil_meets_the_whole_demand():
    cells = Cells(1)
    cells.day(0.0, 0.004)
    assert cells.et[0] == pytest.approx(0.004)


def test_roots_in_cold_ground_take_up_less():
    warm, cold = Cells(1, lai=50.0), Cells(1, lai=50.0, temperature_c=2.0)
    for cells in (warm, cold):
        cells.day(0.0, 0.004)
    assert warm.et[0] == pytest.approx(0.004)
    assert cold.et[0] == pytest.approx(0.001)  # a quarter of the way from 0 to 8 degC


def test_stomata_of_trees_keep_back_their_share_of_transpiration_alone():
    open_leaves, closed, soil_alone = Cells(1), Cells(1), Cells(1)
    closed.transpiration[:], soil_alone.transpiration[:] = 0.65, 0.0
    for cells in (open_leaves, closed, soil_alone):
        cells.day(0.0, 0.004)
    transpired = open_leaves.et[0] - soil_alone.et[0]
    assert closed.et[0] == pytest.approx(soil_alone.et[0] + 0.65 * transpired)


def test_frozen_ground_gives_roots_nothing():
    cells = Cells(1, lai=50.0, temperature_c=-1.0)
    cells.day(0.0, 0.004)
    assert cells.et[0] == pytest.approx(0.0, abs=1e-12)


def test_litter_on_all_ground_halves_evaporation_from_soil():
    # Allen et al. 1998 (FAO-56), chapter 10: 5 % less for each 10 % of ground under mulch.
    bare, covered, partly = Cells(1, lai=0.0), Cells(1, lai=0.0), Cells(1, lai=0.0)
    covered.litter[:], partly.litter[:] = 1.0, 0.1
    for cells in (bare, covered, partly):
        cells.day(0.0, 0.004)
    assert covered.et[0] == pytest.approx(0.5 * bare.et[0])
    assert partly.et[0] == pytest.approx(0.95 * bare.et[0])


def test_snow_stops_evaporation_from_soil():
    cells = Cells(1, lai=0.0)
    cells.water.snow_water_m[:] = 0.1
    cells.day(0.0, 0.004)
    assert cells.et[0] == 0.0


def test_a_wetland_stays_wet_for_years_where_upland_drains():
    wetland, upland = Cells(1, wetland=1.0), Cells(1)
    for _ in range(3650):
        for cells in (wetland, upland):
            cells.day(0.002, 0.002)
    assert stored_m(wetland.water.soil[0]) > 0.8 * POROSITY * LAYER_THICKNESS_M.sum()
    assert stored_m(upland.water.soil[0]) < stored_m(wetland.water.soil[0])


def test_cells_do_not_depend_on_how_they_are_shared_out():
    whole, parts = Cells(10), Cells(10)
    whole.day(0.03, 0.003)
    parts.day(0.03, 0.003, bounds=[(7, 10), (0, 3), (3, 7)])
    assert np.array_equal(whole.water.soil, parts.water.soil)
    assert np.array_equal(whole.release, parts.release)


@settings(deadline=None)  # the first call compiles
@given(rain=st.floats(0, 0.2), mean_c=st.floats(-20, 20), snow=st.floats(0, 1))
def test_canopy_and_snow_balance_precipitation(rain, mean_c, snow):
    cells = Cells(1)
    cells.water.snow_water_m[:] = snow
    cells.water.snow_density_kg_m3[:] = 250.0 if snow > 0 else 0.0
    out = [np.zeros(1) for _ in range(4)]
    snow_and_canopy_day(
        0, 1, 100, np.array([45.0]), cells.water, np.array([rain]), np.array([mean_c]),
        cells.lai, np.ones(1), SNOW_CANOPY.defaults, *out,
    )  # fmt: skip
    to_ground, melt, throughfall, _ = (each[0] for each in out)
    after = cells.water.snow_water_m[0] + cells.water.canopy_m[0]
    assert after + to_ground + melt == pytest.approx(snow + rain, abs=1e-13)
    assert 0 <= to_ground <= throughfall


@pytest.mark.parametrize("infiltrated_m", [0.0, 0.02, 0.3])
def test_what_passes_below_a_layer_is_what_the_layers_below_gain(infiltrated_m):
    # Without demand and sideways flow a layer gains what enters less what passes it, no more.
    cells = Cells(1)
    cells.water.soil[:] = 0.9 * POROSITY
    before = cells.water.soil.copy()
    cells.day(infiltrated_m, 0.0, parameters=SOIL_WATER.with_values({"interflow_1_day": 0.0}))
    gained_m = (cells.water.soil - before)[0] * LAYER_THICKNESS_M
    entering_m = np.concatenate([[infiltrated_m - cells.overflow[0]], cells.percolation[0, :-1]])
    assert entering_m - cells.percolation[0] == pytest.approx(gained_m, abs=1e-14)
