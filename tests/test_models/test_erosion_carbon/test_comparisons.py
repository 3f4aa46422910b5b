"""The exact answers and yardsticks that comparisons are made with."""

import numpy as np
import pandas as pd
import pytest

from models.erosion_carbon.evidence import Evidence
from models.erosion_carbon.mean_year import mean_of_other_years
from models.erosion_carbon.soil_heat.neumann import FreezingHalfSpace

DAY_S = 86_400.0


def test_neumann_front_of_lunardini():
    half_space = FreezingHalfSpace()
    assert half_space.rate == pytest.approx(0.275506, abs=1e-6)
    front_m = half_space.front_m(DAY_S * np.array([1.0, 10.0, 30.0, 60.0]))
    np.testing.assert_allclose(100 * front_m, [17.609, 55.686, 96.451, 136.402], atol=1e-3)


def test_neumann_temperatures_meet_at_the_front():
    half_space = FreezingHalfSpace()
    front_m = float(half_space.front_m(10 * DAY_S))
    near = np.array([0.0, front_m - 1e-9, front_m + 1e-9, 100.0])
    np.testing.assert_allclose(
        half_space.temperature_c(near, 10 * DAY_S), [-10, 0, 0, 2], atol=1e-6
    )


def test_heat_balances_at_the_neumann_front():
    half_space = FreezingHalfSpace()
    time_s, step_m = 10 * DAY_S, 1e-5
    front_m = float(half_space.front_m(time_s))
    below, above = half_space.temperature_c(np.array([front_m + step_m, front_m - step_m]), time_s)
    drawn_off = half_space.frozen_conductivity_w_m_k * (0 - above) / step_m
    arriving = half_space.thawed_conductivity_w_m_k * below / step_m
    speed_m_s = front_m / (2 * time_s)
    assert drawn_off - arriving == pytest.approx(3.337e8 * half_space.water * speed_m_s, rel=1e-3)


def test_mean_of_other_years_leaves_the_year_itself_out():
    dates = pd.to_datetime(["2001-01-01", "2001-01-03", "2002-01-02", "2003-01-02", "2003-07-01"])
    observed = pd.Series([1.0, 3.0, 10.0, 20.0, 5.0], dates)
    expected = mean_of_other_years(observed)
    assert expected.iloc[:4].tolist() == pytest.approx([15.0, 15.0, 8.0, 14 / 3])
    assert np.isnan(expected.iloc[4])


def test_turn_of_the_year_does_not_part_days():
    dates = pd.to_datetime(["2001-12-30", "2003-01-02"])
    assert mean_of_other_years(pd.Series([1.0, 2.0], dates)).tolist() == [2.0, 1.0]


def test_days_without_observation_are_neither_used_nor_filled():
    dates = pd.to_datetime(["2001-05-01", "2002-05-01", "2003-05-01"])
    expected = mean_of_other_years(pd.Series([1.0, np.nan, 3.0], dates))
    np.testing.assert_array_equal(expected, [3.0, np.nan, 1.0])


@pytest.mark.parametrize(
    ("kind", "value", "best", "verdict"),
    [
        ("exact", 2.0, 0.0, "holds"),
        ("exact", 2.1, 0.0, "fails"),
        ("model", 2.1, 0.0, "differs"),
        ("virtual", 1.0, 0.0, "plausible"),
        ("observed", 1.7, 0.0, "better"),
        ("observed", 1.9, 0.0, "as good"),
        ("observed", 2.1, 0.0, "as good"),
        ("observed", 2.3, 0.0, "worse"),
        ("observed", 2.5, 3.0, "better"),
        ("observed", 1.5, 3.0, "worse"),
    ],
)
def test_verdict_compares_distances_from_the_best(kind, value, best, verdict):
    evidence = Evidence()
    evidence.add(kind, "case", "measure", value, "1", 2.0, best=best)
    row = evidence.table().iloc[0]
    assert row["verdict"] == verdict
    assert row["error_ratio"] == pytest.approx(abs(value - best) / abs(2.0 - best))
