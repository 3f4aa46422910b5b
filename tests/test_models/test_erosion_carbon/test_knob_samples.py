"""The design of the ensemble: one member in every part of every knob's range."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon import Settings
from models.erosion_carbon.knob_samples import (
    ENSEMBLE_KNOBS,
    RANGE_FACTORS,
    knob_ranges,
    knob_samples,
    knobs_of,
    with_knobs,
)
from models.erosion_carbon.parameters import KNOBS, make_parameters

RUN = Settings(parameters={"erosion": {"erodibility_factor": 5.0}})


def test_every_knob_has_a_range():
    assert set(RANGE_FACTORS) == set(ENSEMBLE_KNOBS)


@pytest.mark.parametrize("knob", ENSEMBLE_KNOBS)
def test_members_fill_the_range_evenly_in_log_space(knob):
    low, high = knob_ranges(RUN)[knob]
    values = np.array([member[knob] for member in knob_samples(RUN, 20, seed=3)])
    part = np.floor(20 * np.log(values / low) / np.log(high / low)).astype(int)
    assert sorted(part) == list(range(20))


def test_ranges_lie_around_the_runs_own_knobs():
    low, high = knob_ranges(RUN)["erosion.erodibility_factor"]
    assert low < 5.0 < high


@given(st.floats(0.01, 100.0), st.integers(0, 2**31))
def test_members_stay_within_the_parameters_bounds(conductivity, seed):
    settings = Settings(parameters={"overland": {"conductivity_multiplier": conductivity}})
    for knobs in knob_samples(settings, 5, seed):
        make_parameters(with_knobs(settings, knobs).parameters)  # refuses what is out of bounds


def test_a_knob_of_zero_stays_zero():
    settings = Settings(parameters={"dissolved": {"production_share": 0.0}})
    values = {member["dissolved.production_share"] for member in knob_samples(settings, 4, seed=0)}
    assert values == {0.0}


def test_a_seed_gives_one_design():
    assert knob_samples(RUN, 6, seed=1) == knob_samples(RUN, 6, seed=1)
    assert knob_samples(RUN, 6, seed=1) != knob_samples(RUN, 6, seed=2)


def test_knobs_that_are_not_asked_for_are_not_varied():
    assert [set(each) for each in knob_samples(RUN, 2, 0, KNOBS)] == [set(KNOBS)] * 2


def test_other_parameters_are_kept():
    knobs = {"erosion.transport_coefficient": 0.02}
    assert knobs_of(with_knobs(RUN, knobs)) == knobs_of(RUN) | knobs
