"""A day of dissolved carbon in many cells: every gram has a source, and none is lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models.erosion_carbon.dissolved.kernel_climate import mean_of_top
from models.erosion_carbon.dissolved.kernel_dissolved import (
    dissolved_export,
    dissolved_from_rain,
    dissolved_from_soil,
)
from models.erosion_carbon.dissolved.parameters import DISSOLVED, production_rates

P = DISSOLVED.with_values({"production_share": 0.1})
"""Far more production than the default, so that every flux is seen."""
MICROBES = 3
BASE_RATES = np.array([0.1, 0.005, 0.0, 0.018, 1e-3, 1e-4, 8e-7])
SURFACE_RATES = np.array([0.15, 0.01, 0.0, 0.001, 0.001, 0.0])


def forest(seed=0, n=3):
    """Return the arrays of `dissolved_from_soil`, by name."""
    rng = np.random.default_rng(seed)
    share = rng.random((n, 10))
    return {
        "soil": rng.uniform(0, 2000, (n, 10, 7)),
        "surface": rng.uniform(0, 500, (n, 6)),
        "dissolved": rng.uniform(0, 5, (n, 10, 2)),
        "microbial_pool": MICROBES,
        "production_rates": production_rates(BASE_RATES, P),
        "surface_rates": production_rates(SURFACE_RATES, P),
        "temperature_c": rng.uniform(-20, 35, (n, 10)),
        "water": rng.uniform(0.0, 0.5, (n, 10)),
        "porosity": np.full(n, 0.5),
        "root_npp_g": rng.uniform(0, 4, n),
        "root_share": share / share.sum(1, keepdims=True),
        "p": P,
        "respiration": np.full(n, 7.0),
    }


def without_exudates(cells):
    return cells | {"root_npp_g": np.zeros_like(cells["root_npp_g"])}


def carbon(cells):
    """Return the carbon of each cell, respired included, g m-2."""
    pools = cells["soil"].sum((1, 2)) + cells["surface"].sum(1) + cells["dissolved"].sum((1, 2))
    return pools + cells["respiration"]


def run(cells):
    dissolved_from_soil(0, len(cells["soil"]), *cells.values())


@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_only_exudates_add_carbon_to_soil_and_air(seed):
    cells = forest(seed)
    before = carbon(cells)
    run(cells)
    spent = P.exuded_share * cells["root_npp_g"]
    np.testing.assert_allclose(carbon(cells), before + spent, rtol=1e-12)


@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_no_pool_turns_negative(seed):
    cells = forest(seed)
    cells["temperature_c"] += 40.0
    run(cells)
    assert min(cells[name].min() for name in ("soil", "surface", "dissolved")) >= 0.0


def test_half_of_the_decayed_carbon_is_respired_and_half_feeds_microbes():
    cells = without_exudates(forest())
    cells["soil"][:], cells["surface"][:] = 0.0, 0.0
    run(cells)
    respired = cells["respiration"] - 7.0
    assert respired.min() > 0.0
    assert cells["soil"][:, :, MICROBES].sum(1) == pytest.approx(respired)
    assert cells["soil"].sum((1, 2)) == pytest.approx(respired)


def test_layers_of_the_top_30_cm_share_their_mean_temperature():
    cells = without_exudates(forest(n=1))
    cells["soil"][:], cells["surface"][:], cells["dissolved"][:] = 0.0, 0.0, 10.0
    cells["temperature_c"][:] = np.linspace(20, 2, 10)
    mean_c = np.average(np.linspace(20, 2, 10)[:5], weights=[5, 5, 5, 5, 10])
    run(cells)
    left = 10 * np.exp(-0.3 * 2 ** (mean_c / 10))
    assert cells["dissolved"][0, :5, 0] == pytest.approx(np.full(5, left))
    deep = 10 * np.exp(-0.3 * 2 ** (np.linspace(20, 2, 10)[5:] / 10))
    assert cells["dissolved"][0, 5:, 0] == pytest.approx(deep)


def test_mean_of_the_top_weighs_layers_by_thickness():
    assert mean_of_top(np.array([[1.0, 0, 0, 0, 1, 9, 9, 9, 9, 9]]), 0) == pytest.approx(0.5)


def test_litter_on_the_ground_dissolves_at_the_first_layers_temperature():
    cells = without_exudates(forest(n=1))
    cells["soil"][:], cells["dissolved"][:] = 0.0, 0.0
    cells["temperature_c"][:], cells["temperature_c"][:, 0] = -5.0, 10.0
    cells["water"][:] = 0.3  # 60 % of the pores, where Eq. 9 is printed with 0.974
    before = cells["surface"].copy()
    run(cells)
    rate = cells["surface_rates"].sum(1) * 2.0 * (0.00037 * 3600 - 0.0748 * 60 + 4.13)
    np.testing.assert_allclose(before - cells["surface"], before * rate, rtol=1e-9)


def rained(dbh_cm=20.0, lai=4.0):
    """Return dissolved, rain and plant carbon of a rainy day."""
    one = np.ones(1)
    dissolved, rain, plant = np.zeros((1, 10, 2)), np.empty(1), np.empty(1)
    dissolved_from_rain(
        0, 1, dissolved, 0.03 * one, 0.04 * one, lai * one, 0.5 * one, 4.0 * one, 0.003 * one,
        dbh_cm * one, P, rain, plant,
    )  # fmt: skip
    return dissolved, rain[0], plant[0]


@pytest.mark.parametrize("dbh_cm", [5.0, 100.0, 120.0])
def test_rain_and_plants_give_all_carbon_of_throughfall_and_stemflow(dbh_cm):
    dissolved, rain, plant = rained(dbh_cm)
    assert dissolved.sum() == pytest.approx(rain + plant, rel=1e-12)
    assert plant >= 0.0


def test_rain_brings_its_own_concentration_and_leaves_the_rest():
    _, rain, plant = rained()
    assert rain == pytest.approx(3.0 * 0.03 + 3.0 * 0.04 * 0.003)
    stems = (111.65 - 1.11 * 20 - 1) * 3.0 * 0.04 * 0.003
    assert plant == pytest.approx((2.7 - 1) * 3.0 * 0.03 + stems)


def test_four_fifths_of_what_rain_brings_are_labile_and_stay_in_the_first_layer():
    dissolved, _, _ = rained()
    assert dissolved[0, 0, 0] == pytest.approx(0.8 * dissolved.sum())
    assert dissolved[0, 1:].sum() == 0.0


@given(runoff_m=st.floats(0, 0.5), water=st.floats(0, 0.5))
@settings(deadline=None)
def test_export_takes_from_the_first_layer_what_it_reports(runoff_m, water):
    dissolved = np.full((1, 10, 2), 4.0)
    exported = np.empty((1, 2))
    moisture, still = np.full((1, 10), water), np.zeros((1, 10))
    density = np.full(1, 1300.0)
    dissolved_export(0, 1, dissolved, moisture, np.full(1, runoff_m), still, density, P, exported)
    assert dissolved.min() >= 0.0
    assert (dissolved[0, 1:] == 4.0).all()
    assert dissolved.sum() + exported.sum() == pytest.approx(80.0, rel=1e-12)


@settings(deadline=None)  # the first call compiles
@given(
    water=st.floats(0.0, 0.5),
    runoff_m=st.floats(0.0, 0.1),
    percolation_m=arrays(float, (1, 10), elements=st.floats(0.0, 0.5)),
)
def test_percolating_water_takes_carbon_down_and_none_away(water, runoff_m, percolation_m):
    dissolved, exported = np.full((1, 10, 2), 4.0), np.empty((1, 2))
    moisture, density = np.full((1, 10), water), np.full(1, 1300.0)
    dissolved_export(
        0, 1, dissolved, moisture, np.full(1, runoff_m), percolation_m, density, P, exported
    )
    assert dissolved.min() >= 0.0
    assert dissolved.sum() + exported.sum() == pytest.approx(80.0, rel=1e-12)
    above = np.cumsum(dissolved[0, :, 0])
    assert np.all(above <= 4.0 * np.arange(1, 11) * (1 + 1e-12))


def test_a_day_of_rain_takes_the_share_of_its_pore_volumes_down():
    # 10 mm through 5 cm of soil with 10 mm of water in it: one pore volume, nothing sorbed.
    pure = P._replace(sorption_m3_kg=0.0)
    dissolved, exported = np.zeros((1, 10, 2)), np.empty((1, 2))
    dissolved[0, 0] = 1.0
    percolation_m = np.zeros((1, 10))
    percolation_m[0, 0] = 0.01
    moisture, density = np.full((1, 10), 0.2), np.full(1, 1300.0)
    dissolved_export(0, 1, dissolved, moisture, np.zeros(1), percolation_m, density, pure, exported)
    assert dissolved[0, 1, 0] == pytest.approx(1.0 - np.exp(-1.0))


def test_compiled_day_equals_plain_python():
    compiled, plain = forest(4), forest(4)
    run(compiled)
    dissolved_from_soil.py_func(0, 3, *plain.values())
    for name in ("soil", "surface", "dissolved", "respiration"):
        np.testing.assert_allclose(compiled[name], plain[name], rtol=1e-12)
