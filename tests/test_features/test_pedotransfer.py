"""Bulk density from SOC: known coefficients come back, organic layers stay dense enough."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.pedotransfer import (
    DEFAULT_MINERAL,
    PRIOR_ORGANIC,
    fit_mineral,
    fit_organic,
    profile_correlation,
)


def test_exact_curve_is_recovered():
    soc = np.linspace(2, 110, 40)
    curve = fit_mineral(soc, 1.4 * np.exp(-0.009 * soc), np.arange(40))
    assert (curve.a, curve.b) == pytest.approx((1.4, 0.009))
    assert curve.smearing == pytest.approx(1.0)
    assert curve.log_sd == pytest.approx(0.0, abs=1e-12)


def test_smearing_predicts_the_mean_not_the_median():
    generator = np.random.default_rng(0)
    soc = generator.uniform(2, 110, 20_000)
    density = 1.4 * np.exp(-0.009 * soc + generator.normal(0, 0.4, soc.size))
    curve = fit_mineral(soc, density, np.arange(soc.size))
    assert curve.smearing == pytest.approx(np.exp(0.4**2 / 2), rel=0.01)
    assert curve.predict(soc).mean() == pytest.approx(density.mean(), rel=0.01)


def test_density_never_rises_with_carbon():
    soc = np.linspace(2, 110, 40)
    curve = fit_mineral(soc, 1.0 + soc / 200, np.arange(40))
    assert curve.b == 0
    assert curve.predict(np.array([10.0, 100.0])) == pytest.approx([np.mean(1.0 + soc / 200)] * 2)


def test_few_layers_fall_back_on_the_documented_curves():
    soc, density = np.linspace(5, 50, 9), np.linspace(1.5, 1.1, 9)
    assert fit_mineral(soc, density, np.arange(9)) is DEFAULT_MINERAL
    assert fit_organic(soc + 200, density) is PRIOR_ORGANIC


@given(st.floats(120, 580))
def test_organic_prior_lies_within_peat_densities(soc):
    assert 0.05 <= PRIOR_ORGANIC.predict(np.array([soc]))[0] <= 0.4


def test_carbon_per_volume_does_not_fall_in_organic_layers():
    # The mineral curve alone would: SOC·exp(-b·SOC) peaks at 1/b, near 140 g/kg.
    soc = np.linspace(120, 580, 100)
    mineral = soc * DEFAULT_MINERAL.predict(soc)
    organic = soc * PRIOR_ORGANIC.predict(soc)
    assert mineral[-1] < mineral[0] / 3
    assert np.all(np.diff(organic) > -1e-9)


@pytest.mark.parametrize("b", [0.0, 0.4, 1.0])
def test_organic_fit_recovers_its_curve(b):
    soc = np.linspace(150, 500, 12)
    curve = fit_organic(soc, 3.0 * soc**-b)
    assert (curve.a, curve.b) == pytest.approx((3.0, b))


@pytest.mark.parametrize(("slope", "held"), [(1.6, 1.0), (-0.3, 0.0)])
def test_organic_fit_lets_carbon_per_volume_neither_fall_nor_density_rise(slope, held):
    soc = np.linspace(150, 500, 12)
    assert fit_organic(soc, 0.2 * (soc / 300) ** -slope).b == held


def test_correlation_within_profiles_is_recovered():
    generator = np.random.default_rng(2)
    site = np.repeat(np.arange(2000), 3)
    residual = np.sqrt(0.6) * generator.standard_normal(2000)[site]
    residual = residual + np.sqrt(0.4) * generator.standard_normal(6000)
    assert profile_correlation(residual, site) == pytest.approx(0.6, abs=0.03)


@pytest.mark.real_data
def test_default_curve_is_the_fit_to_wosis(data_root):
    table = pd.read_csv(data_root / "bulk_density_wosis" / "bulk_density.csv.gz")
    table = table[(table["soc_g_kg"] < 120) & table["bd_g_cm3"].between(0.05, 2.2)]
    soc, density = table["soc_g_kg"].to_numpy(), table["bd_g_cm3"].to_numpy()
    curve = fit_mineral(soc, density, pd.factorize(table["id"])[0])
    default = DEFAULT_MINERAL
    assert curve.a == pytest.approx(default.a, abs=0.0005)
    assert curve.b == pytest.approx(default.b, abs=0.00005)
    assert curve.smearing == pytest.approx(default.smearing, abs=0.00005)
    assert curve.log_sd == pytest.approx(default.log_sd, abs=0.0005)
    assert curve.correlation == pytest.approx(default.correlation, abs=0.005)
