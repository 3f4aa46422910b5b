"""What frost, moisture and cover make of the ground today, and of the months' erodibility."""

import numpy as np
import pytest

from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.erosion.kernel_frost import thaw_factors
from models.erosion_carbon.erosion.parameters import EROSION
from models.erosion_carbon.hillslopes import ControlZone, Erodibilities, SurfaceWater
from models.erosion_carbon.hydrology.kernel_soil_water import fill_layers
from models.erosion_carbon.hydrology.parameters_column import SOIL_WATER
from models.erosion_carbon.hydrology.parameters_overland import OVERLAND
from models.erosion_carbon.hydrology.soil_hydraulics import soil_columns
from models.erosion_carbon.kernel_surface_day import (
    count_frost,
    mean_above,
    resistance_day,
    surface_suction_kpa,
    uptake_day,
)
from models.erosion_carbon.landscape import make_landscape
from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.parameters_surface import SURFACE
from models.erosion_carbon.settings import Settings
from models.erosion_carbon.soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M
from models.erosion_carbon.vegetation import COVER_CODES, COVER_NAMES

SOIL = soil_columns(
    *(np.array([value]) for value in (40.0, 20.0, 4.0)), None, np.zeros(1), np.zeros(1)
)
SETTLED = Erodibilities(*(np.array([value]) for value in (5e6, 7e-3, 3.0, 2.0, 1e-3, 0.7, 0.1)))
MOIST = np.full((1, 10), 0.3)


def taken_up(water=MOIST, ice=0.0):
    surface = SurfaceWater(*np.zeros((len(SurfaceWater._fields), 1)))
    zone = ControlZone(*np.zeros((len(ControlZone._fields), 1)))
    uptake_day(
        0, 1, SOIL, water, np.full((1, 10), ice), np.array([0.5]), np.array([2.0]),
        OVERLAND.defaults, SOIL_WATER.defaults, SURFACE.defaults, surface, zone,
    )  # fmt: skip
    return surface, zone


def resisting(water=MOIST, ice=0.0, cycles=0.0):
    today = Erodibilities(*(each.copy() for each in SETTLED))
    resistance_day(
        0, 1, SOIL, water, np.full((1, 10), ice), np.array([cycles]), SETTLED,
        EROSION.defaults.weakening_per_frost_cycle, EROSION.defaults.weakening_by_frost_limit,
        today,
    )  # fmt: skip
    return today


@pytest.mark.parametrize("depth_m", [0.03, 0.15, 0.2, 0.25, 1.0])
def test_mean_to_a_depth_is_that_of_the_integral(depth_m):
    values = np.arange(10.0) ** 2
    millimetre = np.arange(0.0005, depth_m, 0.001)
    layer = np.searchsorted(LAYER_BOTTOM_M, millimetre)
    assert mean_above(values, depth_m) == pytest.approx(values[layer].mean(), rel=1e-3)


def test_room_is_the_pore_space_without_water():
    surface, _ = taken_up(water=np.full((1, 10), 0.45))
    assert surface.room_m[0] == pytest.approx((SOIL.porosity[0] - 0.45) * LAYER_THICKNESS_M.sum())


def test_ground_takes_up_no_more_than_its_layers_do_above_ice():
    ice = np.where(np.arange(10) < 4, 0.0, 0.95)
    surface, _ = taken_up(ice=ice)
    room_m = surface.room_m[0]
    assert room_m < (SOIL.porosity[0] - 0.3) * LAYER_BOTTOM_M[5]
    daily_m = SOIL.saturated_conductivity_m_s[0] * 86_400
    impedance = SOIL_WATER.defaults.ice_impedance
    for beyond_m in (0.0, 0.01):
        content = MOIST[0].copy()
        given_m = room_m + beyond_m
        left_m = fill_layers(content, ice * MOIST[0], SOIL.porosity[0], daily_m, impedance, given_m)
        assert left_m == pytest.approx(beyond_m, abs=1e-12)


def test_control_zone_holds_its_pores_in_the_morning():
    _, zone = taken_up()
    depth_m = OVERLAND.defaults.holtan_zone_m
    assert zone.all_pores_m[0] == pytest.approx(SOIL.porosity[0] * depth_m)
    assert zone.free_pores_m[0] == pytest.approx((SOIL.porosity[0] - 0.3) * depth_m)
    assert zone.gravity_pores_m[0] == pytest.approx(
        (SOIL.porosity[0] - SOIL.field_capacity[0]) * depth_m
    )


def test_ice_shuts_the_ground_by_both_laws_of_infiltration():
    thawed, frozen = taken_up(), taken_up(ice=0.5)
    pores_in_ice = 0.5 * MOIST[0, 0] / SOIL.porosity[0]
    loss = 10.0 ** (-pores_in_ice * OVERLAND.defaults.ice_impedance)
    for one, other in (
        (frozen[0].conductivity_m_s, thawed[0].conductivity_m_s),
        (frozen[1].dry_rate_m_s, thawed[1].dry_rate_m_s),
    ):
        assert one[0] / other[0] == pytest.approx(loss)


def test_frozen_ground_does_not_erode():
    today = resisting(ice=1.0, cycles=5.0)
    assert today.interrill_kg_s_m4[0] == today.rill_s_m[0] == 0.0


def test_settled_ground_keeps_the_months_resistance():
    assert resisting() == SETTLED


def test_thawed_ground_is_loosened_by_frost_and_weakened_by_water():
    today = resisting(cycles=10.0)
    suction = surface_suction_kpa(
        0.3, SOIL.porosity[0], SOIL.air_entry_suction_m[0], SOIL.clapp_hornberger_b[0]
    )
    rill, shear = thaw_factors(suction)
    assert today.interrill_kg_s_m4[0] == pytest.approx(1.2 * SETTLED.interrill_kg_s_m4[0])
    assert today.rill_s_m[0] == pytest.approx(1.2 * rill * SETTLED.rill_s_m[0])
    assert today.critical_shear_pa[0] == pytest.approx(shear * SETTLED.critical_shear_pa[0])


def test_saturated_surface_has_the_suction_of_air_entry():
    assert surface_suction_kpa(0.5, 0.5, 0.2, 5.0) == pytest.approx(0.2 * 9.80665)


def test_crossings_of_zero_count_until_the_topsoil_is_warm():
    temperature_c, was_c, cycles = np.zeros((1, 10)), np.array([1.0]), np.zeros(1)
    counted = []
    for today_c in (-1.0, 2.0, 3.0, -0.5, 0.0, 11.0, 5.0):
        temperature_c[0, 0] = today_c
        count_frost(0, 1, temperature_c, was_c, 10.0, cycles)
        counted.append(cycles[0])
    assert counted == [0.0, 1.0, 1.0, 1.0, 2.0, 0.0, 0.0]


@pytest.fixture(scope="module")
def by_cover(valley):
    """Return the monthly surface of one cell of each cover on the same slope, and their codes."""
    shape = 1, len(COVER_NAMES)
    forcing = valley(
        *shape,
        cover=np.arange(len(COVER_NAMES))[None, :],
        hillslope_slope=np.full(shape, 0.1),
        organic_matter_percent=np.full(shape, 3.0),
    )
    landscape = make_landscape(forcing, make_parameters({}), Settings(), CellThreads(1))
    place = landscape.network.from_grid(forcing.cover)
    at = {name: int(np.argmax(place == code)) for name, code in COVER_CODES.items()}
    return landscape.surface, at


def interrill_of_months(surface):
    extinction = SURFACE.defaults.light_extinction
    return np.array([surface.settled(month, extinction)[0] for month in range(12)])


def test_crops_erode_more_than_grass_more_than_forest_in_every_month(by_cover):
    surface, at = by_cover
    interrill = interrill_of_months(surface)
    assert (interrill[:, at["cropland"]] > interrill[:, at["grassland"]]).all()
    assert (interrill[:, at["grassland"]] > interrill[:, at["forest"]]).all()
    assert surface.rill_s_m[at["cropland"]] > surface.rill_s_m[at["grassland"]]


def test_bare_soil_erodes_most(by_cover):
    surface, at = by_cover
    assert (interrill_of_months(surface).argmax(axis=1) == at["bare"]).all()
    assert surface.cover_erodibility_us.argmax() == at["bare"]


def test_water_and_pavement_hold_no_soil_to_erode(by_cover):
    surface, at = by_cover
    for name in ("water", "urban"):
        assert (interrill_of_months(surface)[:, at[name]] == 0.0).all()
        assert surface.rill_s_m[at[name]] == 0.0


def test_leaves_of_summer_protect_crops(by_cover):
    surface, at = by_cover
    january, july = interrill_of_months(surface)[[0, 6], at["cropland"]]
    assert july < january
