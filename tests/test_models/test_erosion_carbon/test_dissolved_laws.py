"""The laws of dissolved organic carbon, one by one (Lu et al. 2024, Eqs. 1-18)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.dissolved.kernel_laws import (
    decayed,
    dissolve,
    dissolved_share,
    exuded_carbon,
    stemflow_carbon,
    stemflow_enrichment,
    throughfall_carbon,
    throughfall_enrichment,
    washed_out,
)
from models.erosion_carbon.dissolved.parameters import DISSOLVED, production_rates

P = DISSOLVED.defaults
TOP_LAYER_M = 0.05


def test_throughfall_of_100_mm_under_bare_branches_carries_a_fifth_more_than_rain():
    enrichment = throughfall_enrichment(0.5, 0.5, 4.0, P)
    assert throughfall_carbon(enrichment, 0.1, P) == pytest.approx(1.2 * 0.003 * 100, rel=1e-12)


@pytest.mark.parametrize(
    ("lai", "ratio"), [(0.5, 1.2), (2.25, 1.95), (4.0, 2.7), (0.1, 1.2), (9.0, 2.7)]
)
def test_throughfall_enrichment_runs_from_branches_to_full_canopy(lai, ratio):
    assert throughfall_enrichment(lai, 0.5, 4.0, P) == pytest.approx(ratio)


def test_canopy_without_seasons_counts_as_branches():
    assert throughfall_enrichment(3.0, 3.0, 3.0, P) == 1.2


def test_rain_on_bare_ground_is_not_enriched():
    assert throughfall_enrichment(0.0, 0.0, 0.0, P) == 1.0


@pytest.mark.parametrize(("dbh_cm", "ratio"), [(0.0, 111.65), (20.0, 89.45), (100.0, 0.65)])
def test_stemflow_enrichment_falls_with_diameter(dbh_cm, ratio):
    assert stemflow_enrichment(dbh_cm, P) == pytest.approx(ratio)


def test_stemflow_enrichment_ends_at_100_6_cm():
    assert stemflow_enrichment(100.58, P) > 0.0
    assert stemflow_enrichment(100.6, P) == 0.0
    assert stemflow_enrichment(150.0, P) == 0.0


def test_stemflow_carbon_of_a_hectare_with_30_square_metres_of_stems():
    # 10 mm of rain at 3 mg/L on 0.003 m2 per m2, 89.45 times enriched
    expected = 89.45 * 0.03 * 0.003
    assert stemflow_carbon(89.45, 0.010, 0.003, P) == pytest.approx(expected, rel=1e-12)


def test_pool_dissolves_by_its_rates():
    assert dissolve(200.0, 0.004, 0.006, 2.0) == pytest.approx((4.0, 1.6))


@given(
    stock=st.floats(0, 1e5), labile=st.floats(0, 2), rest=st.floats(0, 2), factor=st.floats(0, 50)
)
@settings(deadline=None)
def test_pool_never_dissolves_more_than_it_holds(stock, labile, rest, factor):
    made, labile_made = dissolve(stock, labile, rest, factor)
    assert labile_made <= made <= stock


def test_production_rates_split_their_share_of_the_base_rate():
    rates = production_rates(np.array([0.1, 0.0]), P._replace(production_share=0.001))
    assert rates == pytest.approx(np.array([[4e-5, 6e-5], [0.0, 0.0]]))


def test_exudates_are_two_fifths_of_root_production():
    assert exuded_carbon(2.0, 0.25, P) == pytest.approx(0.2)


def test_labile_carbon_halves_in_2_31_days_at_0_degrees():
    assert decayed(10.0, P.labile_decay_per_day, 1.0) == pytest.approx(10 * (1 - np.exp(-0.3)))


@given(stock=st.floats(0, 1e4), rate=st.floats(0, 5), warmth=st.floats(0, 30))
def test_decay_never_exceeds_the_stock(stock, rate, warmth):
    assert 0.0 <= decayed(stock, rate, warmth) <= stock


def test_sorbed_over_dissolved_at_bulk_density_1300_and_water_0_3():
    dissolved = dissolved_share(1300.0, 0.3, P)
    assert (1 - dissolved) / dissolved == pytest.approx(0.0349, abs=5e-5)


def test_little_runoff_takes_runoff_times_concentration():
    stock, runoff_m, water = 12.0, 1e-7, 0.3
    dissolved = stock / (1 + P.sorption_m3_kg * 1300 / water)
    printed = runoff_m * dissolved / (water * TOP_LAYER_M)
    found = washed_out(stock, runoff_m, water, TOP_LAYER_M, 1300.0, P)
    assert found == pytest.approx(printed, rel=1e-5)


@given(
    stock=st.floats(0, 1e3),
    runoff_m=st.floats(0, 10),
    water=st.floats(0, 0.6),
    density=st.floats(100, 1900),
)
def test_runoff_never_takes_more_than_is_dissolved(stock, runoff_m, water, density):
    taken = washed_out(stock, runoff_m, water, TOP_LAYER_M, density, P)
    assert 0.0 <= taken <= stock * dissolved_share(density, water, P)


@given(less=st.floats(0, 0.2), more=st.floats(0, 0.2))
def test_more_runoff_takes_more_carbon(less, more):
    less, more = sorted((less, more))
    low, high = (washed_out(5.0, r, 0.3, TOP_LAYER_M, 1300.0, P) for r in (less, more))
    assert low <= high


def test_layer_without_liquid_water_gives_nothing():
    assert washed_out(5.0, 0.02, 0.0, TOP_LAYER_M, 1300.0, P) == 0.0
