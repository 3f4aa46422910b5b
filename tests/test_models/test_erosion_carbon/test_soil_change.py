"""What a year changed is told as it was changed."""

import pytest

from models.erosion_carbon.soil_change import YearStart


def test_warmth_and_water_are_told_by_largest_and_mean(valley, prepared):
    state = prepared(valley()).state
    start = YearStart(state)
    n_cells, n_layers = state.temperature_c.shape
    state.temperature_c[3, 2] -= 2.0
    state.water.soil[5, 0] += 0.1  # of the uppermost 5 cm
    change = start.change(state)
    assert change.temperature_k == pytest.approx(2.0)
    assert change.temperature_mean_k == pytest.approx(2.0 / (n_cells * n_layers))
    assert change.water_m == pytest.approx(0.005)
    assert change.water_mean_m == pytest.approx(0.005 / n_cells)
