"""Soil heat of single sites: beside GIPL, Toolik and Col de Porte, and what a user may get wrong.

Bounds are a little above the errors of the first run; nothing was fitted.
"""

from pathlib import Path

import numpy as np
import pytest

from features.errors import InputError
from models.erosion_carbon.hydrology.parameters_column import SNOW_CANOPY
from models.erosion_carbon.soil_heat.compare_col_de_porte import compare_with_col_de_porte
from models.erosion_carbon.soil_heat.compare_gipl import compare_with_gipl
from models.erosion_carbon.soil_heat.compare_toolik import (
    compare_below_sensor,
    compare_with_toolik,
)
from models.erosion_carbon.soil_heat.parameters import SOIL_HEAT
from models.erosion_carbon.soil_heat.site_column import (
    SoilLayer,
    power_freezing_curve,
    site_column,
)
from models.erosion_carbon.soil_heat.site_run import no_snow, run_site, snow_from_weather

LOAM = SoilLayer(4.0, 0.3, 0.48, 40.0, 20.0, 1350.0, 0.35, 6.0)


@pytest.mark.real_data
def test_temperatures_and_thaw_of_gipl_over_135_years(data_root: Path) -> None:
    comparison = compare_with_gipl(data_root / "reference_cases" / "freeze_thaw_gipl")
    scores = comparison.scores()
    assert (scores["rmse_k"] < 1.3).all()
    assert (scores["rmse_k"].loc[0.36:] < 0.65).all()
    assert (scores["correlation"] > 0.99).all()
    thaw = comparison.thaw_scores()
    assert abs(thaw["bias_m"]) < 0.03
    assert thaw["rmse_m"] < 0.08


@pytest.mark.real_data
def test_tundra_at_toolik_from_its_weather(data_root: Path) -> None:
    comparison = compare_with_toolik(data_root / "reference_cases" / "freeze_thaw_toolik")
    scores = comparison.scores()
    assert (scores["rmse_k"].loc[0.3:] < 3.0).all()
    assert (scores["bias_k"].abs().loc[0.1:] < 0.6).all()
    thaw = comparison.thaw_scores()
    assert abs(thaw["bias_m"]) < 0.05
    assert thaw["rmse_m"] < 0.17


@pytest.mark.real_data
def test_tundra_below_the_sensor_at_8_cm(data_root: Path) -> None:
    scores = compare_below_sensor(data_root / "reference_cases" / "freeze_thaw_toolik").scores()
    assert (scores["rmse_k"] < 2.6).all()
    assert (scores["correlation"] > 0.92).all()


@pytest.mark.real_data
def test_soil_under_measured_snow_at_col_de_porte(data_root: Path) -> None:
    folder = data_root / "reference_cases" / "snow_soil_col_de_porte"
    scores = compare_with_col_de_porte(folder).scores()
    assert (scores["rmse_k"] < 0.6).all()
    assert (scores["bias_k"].abs() < 0.4).all()


def test_power_freezing_curve_gives_the_power_law_near_zero() -> None:
    scale, exponent = power_freezing_curve(0.06, 0.6)
    temperature_c = -0.5
    potential = -temperature_c / (temperature_c + 273.15)
    assert scale * potential**-exponent == pytest.approx(0.06 * 0.5**-0.6, rel=2e-3)


def test_gauge_undercatch_deepens_the_snow() -> None:
    days = np.arange(1, 61)
    air, rain = np.full(60, -10.0), np.full(60, 2.0)
    as_gauged, _ = snow_from_weather(air, rain, days, 60.0, SNOW_CANOPY.defaults)
    caught, density = snow_from_weather(air, rain, days, 60.0, SNOW_CANOPY.defaults, 1.5)
    assert caught[-1] > 1.2 * as_gauged[-1]
    assert caught[-1] * density[-1] == pytest.approx(60 * 2.0 * 1.5)


def test_layers_out_of_order_and_with_too_much_water_are_refused_together() -> None:
    wet = SoilLayer(0.5, 0.6, 0.48, 40.0, 20.0, 1350.0, 0.35, 6.0)
    above = SoilLayer(0.4, 0.3, 0.48, 40.0, 20.0, 1350.0, 0.35, 6.0)
    with pytest.raises(InputError) as caught:
        site_column([wet, above], np.full(10, 0.1), SOIL_HEAT.defaults)
    text = str(caught.value)
    assert "layer 1: water 0.6 is not between 0 and the porosity 0.48" in text
    assert "layer 2: its bottom 0.4 m is not below 0.5 m" in text


def test_gaps_in_the_weather_are_refused() -> None:
    column = site_column([LOAM], np.full(10, 0.1), SOIL_HEAT.defaults)
    surface = np.array([1.0, np.nan, np.nan])
    with pytest.raises(InputError, match="surface temperature: 2 gaps"):
        run_site(surface, no_snow(3), column, np.zeros(10), SOIL_HEAT.defaults)


def test_snow_of_another_length_than_the_weather_is_refused() -> None:
    column = site_column([LOAM], np.full(10, 0.1), SOIL_HEAT.defaults)
    with pytest.raises(InputError, match="2 steps of snow for 3 of temperature"):
        run_site(np.ones(3), no_snow(2), column, np.zeros(10), SOIL_HEAT.defaults)
