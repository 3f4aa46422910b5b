"""The spin-up: water of one soil in another, and how near to rest it comes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon import Settings, spin_up
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.landscape import make_landscape
from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.soil_layers import LAYER_THICKNESS_M
from models.erosion_carbon.spin_up import spun_up_state, water_in_other_soil

SAND = np.array([[0.0], [0.05], [0.15], [0.40]])
CLAY = np.array([[0.0], [0.25], [0.38], [0.48]])


@pytest.mark.parametrize("mark", range(4))
def test_marks_of_one_soil_become_those_of_the_other(mark):
    water = np.full((1, 10), SAND[mark, 0])
    np.testing.assert_allclose(water_in_other_soil(water, SAND, CLAY), CLAY[mark, 0])


@given(water=st.floats(0.0, 0.40))
def test_water_comes_back_from_the_other_soil(water):
    there = water_in_other_soil(np.full((1, 10), water), SAND, CLAY)
    np.testing.assert_allclose(water_in_other_soil(there, CLAY, SAND), water, atol=1e-12)


@given(less=st.floats(0.0, 0.40), more=st.floats(0.0, 0.40))
def test_more_water_is_more_in_any_soil(less, more):
    less, more = sorted((less, more))
    found = [water_in_other_soil(np.full((1, 10), each), SAND, CLAY) for each in (less, more)]
    assert (found[0] <= found[1]).all()


@pytest.fixture(scope="module")
def repeated(valley):
    """Maker of the state of a small landscape after a year repeated so often."""
    parameters, threads = make_parameters({}), CellThreads(1)
    landscape = make_landscape(valley(), parameters, Settings(), threads)

    def repeat(years):
        settings = Settings(spin_up_years=years)
        return spun_up_state(landscape, parameters, settings, 2001, threads)

    return repeat


@pytest.fixture(scope="module")
def repeated_plainly(repeated):
    """The same without a look ahead."""

    def repeat(years):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(spin_up, "_look_ahead", lambda state, *_: state)
            return repeated(years)

    return repeat


@pytest.mark.parametrize(
    "of",
    [lambda state: state.heat.temperature, lambda state: state.water.soil @ LAYER_THICKNESS_M],
    ids=["temperature", "water"],
)
def test_looks_ahead_halve_what_eight_years_lack_of_fifty(repeated, repeated_plainly, of):
    at_rest = of(repeated_plainly(50))
    ahead, plain = (np.abs(of(run(8)) - at_rest).mean() for run in (repeated, repeated_plainly))
    assert ahead < 0.5 * plain
