"""What becomes of moved carbon: enrichment, burial, loss in transit, and the first profile."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import InputError
from models.erosion_carbon.profile.initial import initial_profile
from models.erosion_carbon.profile.kernel_burial import (
    ATTENUATED,
    DEPOSITED,
    NO_BURIAL,
    mineralise_in_transit,
    scale_decomposition,
)
from models.erosion_carbon.profile.kernel_profile import (
    MENZEL,
    NO_ENRICHMENT,
    WATEM_C,
    enrichment_ratio,
)
from models.erosion_carbon.profile.parameters import PROFILE

P = PROFILE.defaults


def multipliers(deposit_depth_m, form, values=P):
    out = np.ones((1, 10))
    scale_decomposition(0, 1, np.array([deposit_depth_m]), form, values, out)
    return out[0]


@pytest.mark.parametrize("form", [NO_BURIAL, DEPOSITED])
def test_nothing_slows_where_nothing_settled(form):
    assert (multipliers(0.0, form) == 1.0).all()


def test_carbon_pushed_below_the_block_decays_at_a_third():
    found = multipliers(0.15, DEPOSITED)
    assert found == pytest.approx([1, 1, 1, 1 / 3, 1 / 3, 1, 1, 1, 1, 1])


@pytest.mark.parametrize("form", [NO_BURIAL, DEPOSITED, ATTENUATED])
def test_the_runs_multiplier_quickens_every_layer_alike(form):
    quicker = multipliers(0.15, form, P._replace(decomposition_multiplier=2.0))
    assert quicker == pytest.approx(2.0 * multipliers(0.15, form))


def test_layer_buried_in_part_slows_in_part():
    assert multipliers(0.025, DEPOSITED)[3] == pytest.approx(1 - 2 / 3 * 0.5)


@given(less=st.floats(0, 5), more=st.floats(0, 5))
def test_thicker_deposits_never_quicken_decay(less, more):
    less, more = sorted((less, more))
    assert (multipliers(more, DEPOSITED) <= multipliers(less, DEPOSITED) + 1e-12).all()


def test_attenuation_is_the_layer_mean_of_the_exponential():
    depth_m = (np.arange(100_000) + 0.5) / 100_000
    assert multipliers(0.0, ATTENUATED)[0] == pytest.approx(np.exp(-3.3 * 0.05 * depth_m).mean())
    assert multipliers(0.0, ATTENUATED)[9] == pytest.approx(np.exp(-3.3 * (2 + 2 * depth_m)).mean())


def test_a_fifth_of_the_eroded_carbon_is_respired_in_transit():
    carbon, eroded, respired = np.array([[10.0, 30.0]]), np.empty(1), np.empty(1)
    mineralise_in_transit(0, 1, carbon, P, eroded, respired)
    assert eroded[0] == 40.0
    assert carbon[0] == pytest.approx([8.0, 24.0])
    assert respired[0] == pytest.approx(8.0)


@given(carbon=st.lists(st.floats(0, 1e4), min_size=7, max_size=7))
@settings(deadline=None)
def test_transit_loses_no_carbon_but_to_the_air(carbon):
    left, eroded, respired = np.array([carbon]), np.empty(1), np.empty(1)
    mineralise_in_transit(0, 1, left, P, eroded, respired)
    assert left.sum() + respired[0] == pytest.approx(sum(carbon), rel=1e-12, abs=1e-12)


def test_menzel_enrichment_of_a_ton_per_hectare():
    assert enrichment_ratio(MENZEL, 0.1, 0.0, P) == pytest.approx(math.exp(2 - 0.2 * math.log(1e3)))


@pytest.mark.parametrize(("eroded_kg_m2", "bound"), [(1e-6, 3.5), (10.0, 1.0)])
def test_menzel_enrichment_stays_between_its_bounds(eroded_kg_m2, bound):
    assert enrichment_ratio(MENZEL, eroded_kg_m2, 0.0, P) == bound


def test_watem_c_enrichment_doubles_slight_erosion():
    assert enrichment_ratio(WATEM_C, 1.0, 0.0, P) == 2.0
    assert enrichment_ratio(WATEM_C, 1.0, 1e-3, P) == pytest.approx(1 + math.exp(-2))


def test_sediment_is_its_soil_where_nothing_enriches():
    assert enrichment_ratio(NO_ENRICHMENT, 0.001, 1e-6, P) == 1.0


@given(total=st.floats(0, 1e6), beta=st.floats(0.5, 0.9999))
def test_first_profile_sums_to_the_stock(total, beta):
    profile = initial_profile(np.array([total]), np.array([beta]))
    assert profile.sum() == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize(("beta", "percent"), [(0.97, 95), (0.99, 63)])
def test_extinction_puts_the_known_share_into_the_top_metre(beta, percent):
    # 4 m hold all but 0.01-2 % of the printed profile, so the printed share is taken
    profile = initial_profile(np.array([1.0]), np.array([beta]))[0] * (1 - beta**400)
    half_of_80_to_120_cm = (beta**80 - beta**100) / (beta**80 - beta**120)
    assert round(100 * (profile[:7].sum() + half_of_80_to_120_cm * profile[7])) == percent


def test_first_layer_holds_the_printed_share():
    profile = initial_profile(np.array([1000.0]), np.array([0.98]))[0]
    assert profile[0] == pytest.approx(1000 * (1 - 0.98**5) / (1 - 0.98**400), rel=1e-12)


def test_extinction_of_one_is_refused_with_its_value():
    with pytest.raises(InputError, match="1 cells have values like 1, not between 0 and 1"):
        initial_profile(np.array([5.0, 5.0]), np.array([0.98, 1.0]))
