"""Carbon in equilibrium with a year in which the same cells erode and gain soil."""

import numpy as np
import pytest

GENTLE = 0.1
ERODING_FAST = {
    "overland": {"conductivity_multiplier": 0.02},
    "erosion": {"erodibility_factor": 10.0},
}


@pytest.fixture(scope="module")
def eroding(valley, simulated):
    """Return a gentle valley where most of the soil that erodes settles in the same cell."""
    steep = valley().elevation_m
    gentle = steep.min() + GENTLE * (steep - steep.min())
    return simulated(valley(elevation_m=gentle), parameters=ERODING_FAST)


def test_equilibrium_holds_carbon_where_soil_is_exchanged_faster_than_carbon_decays(eroding):
    assert eroding.state.soil.min() >= 0.0


def test_eroded_landscape_stays_near_the_equilibrium_it_was_given(eroding):
    before = eroding.state.soil.sum(axis=(1, 2))
    year = eroding.run_year(2001)
    assert year.values["soil_erosion"].max() > 0.1
    drift = eroding.state.soil.sum(axis=(1, 2)) / before - 1.0
    assert np.abs(drift).max() < 1e-3


def test_dissolved_carbon_starts_where_percolating_water_keeps_it(valley, simulated):
    simulation = simulated(valley())
    topsoil_g, all_g = [], []
    for _ in range(3):
        stock_g = simulation.state.dissolved.sum(axis=2).mean(axis=0)
        topsoil_g.append(stock_g[:3].sum())
        all_g.append(stock_g.sum())
        simulation.run_year(2001)
    # The solve gives a mean of the year, the run the state of New Year's Eve; unwashed, topsoil
    # would start with five times as much.
    assert all_g[1:] == pytest.approx([all_g[0]] * 2, rel=0.1)
    assert topsoil_g[1:] == pytest.approx([topsoil_g[0]] * 2, rel=0.6)
