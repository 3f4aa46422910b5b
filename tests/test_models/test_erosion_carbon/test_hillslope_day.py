"""A day on hillslopes: no water and no soil is lost, whatever falls and whichever laws hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.erosion.kernel_hillslope_sediment import (
    EROSION_ANSWERS,
    EROSION_NONE,
    EROSION_WEPP,
)
from models.erosion_carbon.erosion.kernel_transport_capacity import CAPACITY_SHEAR
from models.erosion_carbon.erosion.parameters import EROSION
from models.erosion_carbon.hillslope_block import (
    CONDUCTIVITY_M_S,
    DEEPEST_M,
    LENGTH_M,
    N_STEPS,
    PEAK_RATIO,
    RAIN_M,
    RESISTANCE,
    RETENTION_M,
    SUCTION_DEFICIT_M,
    n_rows,
    node_row,
)
from models.erosion_carbon.hillslopes import (
    ControlZone,
    Erodibilities,
    Hillslopes,
    Laws,
    SurfaceWater,
    empty_day,
)
from models.erosion_carbon.hydrology.kernel_kinematic_wave import flow_resistance
from models.erosion_carbon.hydrology.parameters_overland import OVERLAND
from models.erosion_carbon.hydrology.state import WaterState
from models.erosion_carbon.kernel_hillslope_day import hillslope_day
from models.erosion_carbon.kernel_hillslope_hour import peak_ratio, set_steps
from models.erosion_carbon.kernel_hillslope_step import (
    INFILTRATION_GREEN_AMPT,
    INFILTRATION_HOLTAN,
)

NODES, AREA_M2, SLOPE_M, HELD_M = 5, 1e6, 300.0, 0.002
GREEN_AMPT = Laws(INFILTRATION_GREEN_AMPT, EROSION_WEPP, CAPACITY_SHEAR)
HOLTAN = GREEN_AMPT._replace(infiltration=INFILTRATION_HOLTAN)
MM = 1e-3


def one(value):
    return np.array([float(value)])


def run_day(
    rain_m,
    melt_m=0.0,
    conductivity_m_s=2e-6,
    deficit_m=0.05,
    room_m=0.5,
    standing_m=0.0,
    decay_h=0.5,
    start_h=4.0,
    slope=0.1,
    free_pores_m=0.03,
    laws=GREEN_AMPT,
):
    """Run one day of one cell; return its fluxes, state and what stood before."""
    water = WaterState(
        *(one(0.0) for _ in range(4)), np.full((1, 10), 0.3), one(0.0),
        np.full((1, NODES), standing_m), one(0.0),
    )  # fmt: skip
    slopes = Hillslopes(
        one(SLOPE_M),
        np.full((1, NODES), slope),
        np.full((1, NODES), flow_resistance(max(slope, 1e-3), 0.1)),
        one(HELD_M),
        one(AREA_M2),
    )
    surface = SurfaceWater(
        *(one(x) for x in (rain_m, melt_m, decay_h, start_h, conductivity_m_s, deficit_m, room_m))
    )
    zone = ControlZone(one(free_pores_m), one(0.06), one(0.02), one(1e-5))
    resisting = Erodibilities(*(one(x) for x in (2e6, 5e-3, 2.0, 2.0, 1e-3, 0.7, 0.1)))
    day = empty_day(1)
    hillslope_day(
        0, 1, water, np.zeros((1, NODES)), slopes, surface, zone, resisting, OVERLAND.defaults,
        EROSION.defaults, laws, day,
    )  # fmt: skip
    return day, water


def ran_off_m(day):
    return day.overland_m3.sum() / AREA_M2


depths = st.one_of(st.just(0.0), st.floats(1e-12, 1e-6), st.floats(1e-4, 2.0))
all_laws = st.builds(
    Laws,
    st.sampled_from([INFILTRATION_GREEN_AMPT, INFILTRATION_HOLTAN]),
    st.sampled_from([EROSION_WEPP, EROSION_ANSWERS, EROSION_NONE]),
    st.just(CAPACITY_SHEAR),
)


@settings(max_examples=300)
@given(
    rain_m=depths,
    melt_m=depths,
    conductivity_m_s=st.one_of(st.just(0.0), st.floats(1e-12, 1e-4)),
    deficit_m=st.one_of(st.just(0.0), st.floats(1e-6, 0.3)),
    room_m=st.one_of(st.just(0.0), st.floats(1e-9, 2.0)),
    standing_m=st.one_of(st.just(0.0), st.floats(1e-15, 0.1)),
    decay_h=st.floats(0.17, 3.0),
    start_h=st.floats(0.0, 10.0),
    slope=st.floats(1e-3, 1.0),
    free_pores_m=st.floats(0.0, 0.06),
    laws=all_laws,
)
def test_a_day_keeps_water_and_soil(standing_m, **cell):
    day, water = run_day(standing_m=standing_m, **cell)
    supply_m = cell["rain_m"] + cell["melt_m"] + standing_m
    accounted_m = day.infiltrated_m[0] + ran_off_m(day) + water.surface_m.mean()
    assert accounted_m == pytest.approx(supply_m, rel=1e-12, abs=1e-18)
    assert -1e-15 <= day.infiltrated_m[0] <= cell["room_m"] * (1 + 1e-12) + 1e-15
    assert (water.surface_m >= 0.0).all()
    assert (day.overland_m3 >= 0.0).all()
    left_kg_m2 = day.sediment_kg.sum() / AREA_M2
    detached, deposited = day.detached_kg_m2[0], day.deposited_kg_m2[0]
    assert left_kg_m2 == pytest.approx(detached - deposited, rel=1e-9, abs=1e-12 * detached)
    assert 0.0 <= deposited <= detached * (1 + 1e-12)


def test_sealed_ground_lets_all_water_but_that_of_depressions_run_off():
    day, water = run_day(0.05, conductivity_m_s=0.0)
    assert day.infiltrated_m[0] == 0.0
    assert water.surface_m.mean() == pytest.approx(HELD_M, rel=0.05)
    assert ran_off_m(day) == pytest.approx(0.05 - HELD_M, rel=0.01)


def test_full_soil_takes_nothing():
    assert run_day(0.05, room_m=0.0)[0].infiltrated_m[0] == 0.0


def test_gentle_rain_sinks_in_and_moves_no_soil():
    day, _ = run_day(2 * MM, conductivity_m_s=1e-5)
    assert day.infiltrated_m[0] == pytest.approx(2 * MM, rel=1e-14)
    assert day.detached_kg_m2[0] == 0.0


@pytest.mark.parametrize("laws", [GREEN_AMPT, HOLTAN])
def test_a_heavier_storm_runs_off_and_erodes_more(laws):
    days = [run_day(rain * MM, laws=laws)[0] for rain in (40.0, 80.0, 160.0)]
    runoff = [ran_off_m(day) for day in days]
    detached = [day.detached_kg_m2[0] for day in days]
    assert 0.0 < runoff[0] < runoff[1] < runoff[2]
    assert 0.0 < detached[0] < detached[1] < detached[2]


def test_a_level_hillslope_does_not_erode():
    day, _ = run_day(0.08, slope=0.0)
    assert ran_off_m(day) > 0.02
    assert day.detached_kg_m2[0] == 0.0


def test_another_law_of_erosion_leaves_the_water_as_it_is():
    wepp, none = run_day(0.06)[0], run_day(0.06, laws=GREEN_AMPT._replace(erosion=EROSION_NONE))[0]
    assert np.array_equal(wepp.overland_m3, none.overland_m3)
    assert wepp.detached_kg_m2[0] > 0.0
    assert none.detached_kg_m2[0] == none.sediment_kg.sum() == 0.0


def test_melt_runs_off_by_day_and_splashes_nothing():
    day, _ = run_day(0.0, melt_m=0.02, conductivity_m_s=1e-9, deficit_m=0.0)
    running = np.flatnonzero(day.overland_m3[:, 0])
    assert running[0] >= 10
    assert running[-1] >= 17


def test_holtan_takes_less_the_fuller_its_zone():
    taken = [
        run_day(0.06, laws=HOLTAN, free_pores_m=free)[0].infiltrated_m[0]
        for free in (0.0, 0.02, 0.06)
    ]
    assert taken[0] < taken[1] < taken[2]


def test_holtan_takes_its_steady_rate_in_a_full_zone_without_dry_rate():
    """Rain of an hour beyond the capacity on a zone without free pores: FC for that hour."""
    conductivity_m_s = 1e-6
    day, _ = run_day(
        0.08, laws=HOLTAN, free_pores_m=0.0, conductivity_m_s=conductivity_m_s, decay_h=0.17
    )
    # Rain lasts one hour; what stands in depressions goes on infiltrating till midnight.
    hours = 24 - 4
    assert day.infiltrated_m[0] <= conductivity_m_s * 3600 * hours * 1.05
    assert day.infiltrated_m[0] >= conductivity_m_s * 3600


GROUND = {
    LENGTH_M: 300.0,
    RETENTION_M: 0.008,
    CONDUCTIVITY_M_S: 1e-6,
    SUCTION_DEFICIT_M: 0.03,
    PEAK_RATIO: peak_ratio(0.5, OVERLAND.defaults.longest_wet_step_s),
}


@pytest.mark.parametrize(
    ("rain_m", "standing_m", "expected"),
    [
        pytest.param(0.0, 0.0, 1, id="dry"),
        pytest.param(0.0, 0.007, 1, id="below retention"),
        # 20 mm flow: c = 5/3 0.02^(2/3) 0.05^0.5 / 0.1 = 0.275 m/s, half the slope in 546 s
        pytest.param(0.0, 0.028, 7, id="recession"),
        pytest.param(0.001, 0.0, 1, id="all infiltrates"),
        # heaviest 10 minutes: 59 mm/h, of which Green-Ampt takes 17: half the slope in 385 s
        pytest.param(0.030, 0.0, 10, id="storm"),
    ],
)
def test_an_hour_is_cut_for_its_heaviest_minutes(rain_m, standing_m, expected):
    lanes = np.zeros((n_rows(1), 1))
    for row, value in GROUND.items():
        lanes[row] = value
    lanes[[RAIN_M, DEEPEST_M, node_row(RESISTANCE, 0, 1)], 0] = (
        *(rain_m, standing_m),
        flow_resistance(0.05, 0.1),
    )
    set_steps(lanes, 1, 1, OVERLAND.defaults, INFILTRATION_GREEN_AMPT)
    assert lanes[N_STEPS, 0] == expected
