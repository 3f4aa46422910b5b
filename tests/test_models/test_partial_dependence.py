"""Partial dependence: a known model's curves come back."""

import numpy as np
import pytest

from models.explained import explained_sites
from models.partial_dependence import partial_dependence


class Formula:
    """A model that is a formula of the encoded columns."""

    kind = "formula"

    def __init__(self, slope):
        self.slope = slope

    def predict(self, X):
        X = np.asarray(X, dtype=np.float64)
        return (self.slope * X[:, 0] + X[:, 1] ** 2 + 3 * X[:, 3]).astype(np.float32)


@pytest.fixture
def dependence(driver_design):
    design, preparation = driver_design
    sites = explained_sites(design, preparation, limit=500, seed=0)
    models = [Formula(slope) for slope in (1.0, 2.0, 3.0)]
    return sites, partial_dependence(sites, preparation, models, grid_points=9, level=0.9)


def test_an_additive_effect_is_its_own_curve(dependence):
    sites, result = dependence
    curve = result.curves[result.curves["variable"] == "nitrogen"]
    values = curve["value"].to_numpy()
    np.testing.assert_allclose(np.diff(curve["mean"]), 2 * np.diff(values), rtol=1e-4)
    low, high = np.quantile(sites.values[:, 0], [0.025, 0.975])
    assert (values[0], values[-1], len(values)) == pytest.approx((low, high, 9))


def test_the_band_is_that_of_the_members(dependence):
    _, result = dependence
    curve = result.curves[result.curves["variable"] == "nitrogen"]
    width = (curve["upper"] - curve["lower"]).to_numpy()
    assert (curve["lower"] <= curve["mean"]).all()
    assert (curve["mean"] <= curve["upper"]).all()
    assert width[0] > width[len(width) // 2] < width[-1]  # slopes differ: widest at the ends


def test_a_category_is_one_variable_with_named_classes(dependence):
    _, result = dependence
    curve = result.curves[result.curves["variable"] == "vegetation"]
    assert curve["label"].tolist() == ["forest", "wetland", "x"]
    assert curve["value"].tolist() == [1, 2, 3]
    mean = curve["mean"].to_numpy()
    assert mean[1] - mean[0] == pytest.approx(3, abs=1e-4)
    assert mean[2] - mean[0] == pytest.approx(0, abs=1e-4)


def test_individual_curves_average_to_the_mean_curve(dependence):
    sites, result = dependence
    keys = ["variable", "value"]
    averaged = result.ice.groupby(keys)["predicted"].mean()
    curve = result.curves.set_index(keys)["mean"].sort_index()
    np.testing.assert_allclose(averaged, curve, rtol=1e-6)
    assert len(result.ice) == len(result.curves) * len(sites.ids)


def test_a_variable_the_model_ignores_is_flat(dependence):
    _, result = dependence
    curve = result.curves[result.curves["variable"] == "noise"]
    assert np.ptp(curve["mean"]) == pytest.approx(0, abs=1e-5)
