"""Intervals hold their level on data whose truth is known, and only because sites were left out."""

from types import SimpleNamespace

import numpy as np
import pytest

from features.variables import Variable
from models.bootstrap import fit_member
from models.design import Design
from models.intervals import (
    OutOfBag,
    calibrate,
    confidence_interval,
    prediction_interval,
    relative_uncertainty,
)
from models.preparation import Preparation
from models.rebuilt_intervals import fold_interval
from models.settings import ModelSettings, ScreeningSettings

LEVEL = 0.9


def exchangeable(n, n_members, error_sd, seed=0):
    """Simulate members that scatter about a bias-free truth, and sites they left out at random."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(2, 12, n)
    spread = rng.uniform(0.3, 1.0, n)
    centre = truth + rng.normal(0, spread)  # what infinitely many members would say
    members = centre + spread * rng.standard_normal((n_members, n))
    observed = truth + error_sd(truth) * rng.standard_normal(n)
    return members, observed, rng.random((n_members, n)) < 0.37


def covered(n_members, error_sd, n=20_000):
    members, observed, left_out = exchangeable(n, n_members, error_sd)
    oob = OutOfBag.of([
        SimpleNamespace(oob=np.where(out, row, np.nan)[:, None])
        for row, out in zip(members, left_out, strict=True)
    ])  # fmt: skip
    (found,) = calibrate(oob, observed[:, None], LEVEL)
    new, new_observed, _ = exchangeable(n, n_members, error_sd, seed=1)
    mean, sd = new.mean(axis=0), new.std(axis=0, ddof=1)
    lower, upper = prediction_interval(mean, sd, found)
    return mean, (new_observed >= lower) & (new_observed <= upper)


@pytest.mark.parametrize("n_members", [30, 100])
@pytest.mark.parametrize("error_sd", [lambda y: 1.5 + 0 * y, lambda y: 0.25 * y])
def test_coverage_is_the_level_whatever_the_error(n_members, error_sd):
    _, inside = covered(n_members, error_sd)
    assert inside.mean() == pytest.approx(LEVEL, abs=0.012)


@pytest.mark.parametrize("error_sd", [lambda y: 1.5 + 0 * y, lambda y: 0.25 * y])
def test_coverage_holds_at_low_and_at_high_values(error_sd):
    mean, inside = covered(100, error_sd)
    for low, high in [(3, 5), (6, 8), (9, 11)]:
        assert inside[(mean > low) & (mean < high)].mean() == pytest.approx(LEVEL, abs=0.035)


def test_skewed_errors_have_tails_of_their_own():
    rng = np.random.default_rng(2)
    n = 20_000
    mean, sd = np.full((n, 1), 50.0), np.full((n, 1), 0.1)
    observed = mean + rng.exponential(2, (n, 1)) - 2
    oob = OutOfBag(mean, sd, np.full((n, 1), 37), 100)
    (found,) = calibrate(oob, observed, LEVEL)
    lower, upper = prediction_interval(mean, sd, found)
    assert (observed < lower).mean() == pytest.approx(0.05, abs=0.005)
    assert (observed > upper).mean() == pytest.approx(0.05, abs=0.005)


def make_design(n, seed, deep_noise=2.0):
    rng = np.random.default_rng(seed)
    covariates = rng.normal(size=(n, 4))
    surface = np.maximum(6 + covariates[:, 0] + np.abs(covariates[:, 1]) + rng.normal(0, 1, n), 0)
    deep = np.maximum(1 + 2.3 * surface + rng.normal(0, deep_noise, n), surface)
    return Design(
        ids=np.arange(n).astype(str),
        covariates=covariates,
        variables=tuple(Variable(name, "continuous") for name in "abcd"),
        targets=np.column_stack([surface, deep]),
        depths=((0, 10), (0, 30)),
        xy=covariates[:, :2] * 1e4,
        groups=np.arange(n),
        fill_log_sd=np.zeros((n, 2)),
        measured_bd=np.ones(n, dtype=bool),
    )


FOREST = {"min_samples_leaf": 3, "max_features": 0.5, "max_leaf_nodes": 64, "n_estimators": 20}


@pytest.fixture(scope="module")
def folded():
    """Intervals of 2,000 new sites, by members fitted on 300."""
    design = make_design(2300, 0)
    train, test = np.arange(300), np.arange(300, 2300)
    preparation = Preparation.fit(
        design.covariates[train],
        design.variables,
        design.target[train],
        ScreeningSettings(enabled=False),
    )
    settings = ModelSettings.model_validate({"intervals": {"fold_bootstraps": 20}})
    limits = fold_interval(design, train, test, preparation, "rf", FOREST, settings, 1)
    return design, train, test, preparation, limits


@pytest.mark.parametrize("depth", [0, 1])
def test_fold_interval_covers_new_sites(folded, depth):
    design, _, test, _, (lower, upper) = folded
    observed = design.targets[test, depth]
    inside = (observed >= lower[:, depth]) & (observed <= upper[:, depth])
    assert inside.mean() == pytest.approx(LEVEL, abs=0.04)  # 300 sites: SD of the level 0.017


def test_the_error_of_the_depth_line_is_in_the_deep_interval(folded):
    _, _, _, _, (lower, upper) = folded
    width = (upper - lower).mean(axis=0)
    assert width[1] > 2.3 * width[0]


def test_fold_interval_learns_nothing_from_the_test_rows(folded):
    _, train, test, preparation, (lower, _) = folded
    other = make_design(2300, 0)
    other.targets[test] = 99.0
    settings = ModelSettings.model_validate({"intervals": {"fold_bootstraps": 20}})
    again, _ = fold_interval(other, train, test[:5], preparation, "rf", FOREST, settings, 1)
    np.testing.assert_array_equal(again, lower[:5])


def test_in_bag_residuals_would_under_cover(folded):
    """What calibration on sites the members know would claim: the reason for leaving them out."""
    design, train, test, preparation, _ = folded
    part = design.take(train)
    members = [fit_member(k, part, preparation, "rf", FOREST, 1) for k in range(20)]
    encoded = preparation.encode(part.covariates)
    in_bag = OutOfBag.of([
        SimpleNamespace(oob=np.where(m.in_bag > 0, m.model.predict(encoded), np.nan)[:, None])
        for m in members
    ])  # fmt: skip
    new = preparation.encode(design.covariates[test])
    predicted = np.array([member.model.predict(new) for member in members])
    coverage = {}
    for name, known in (("out", OutOfBag.of(members)), ("in", in_bag)):
        found = calibrate(known, part.targets[:, : known.mean.shape[1]], LEVEL)[0]
        lower, upper = prediction_interval(predicted.mean(axis=0), predicted.std(0, ddof=1), found)
        observed = design.target[test]
        coverage[name] = ((observed >= lower) & (observed <= upper)).mean()
    assert coverage["in"] < 0.85 < coverage["out"]


def test_summary_is_over_the_members_that_left_a_site_out():
    oob = [[1.0, np.nan, 4.0], [3.0, np.nan, np.nan], [np.nan, 7.0, 5.0]]
    found = OutOfBag.of([SimpleNamespace(oob=np.array(row)[:, None]) for row in oob])
    np.testing.assert_array_equal(found.count[:, 0], [2, 1, 2])
    np.testing.assert_allclose(found.mean[:, 0], [2, np.nan, 4.5])
    np.testing.assert_allclose(found.sd[:, 0], [np.sqrt(2), np.nan, np.sqrt(0.5)])
    assert found.n_members == 3


def test_limits_are_never_below_zero_and_keep_the_dtype():
    (found,) = calibrate(
        OutOfBag(np.ones((99, 1)), np.ones((99, 1)), np.full((99, 1), 9), 20),
        np.linspace(-5, 9, 99)[:, None],
        LEVEL,
    )
    lower, upper = prediction_interval(np.ones(4, np.float32), np.ones(4, np.float32), found)
    assert lower.dtype == upper.dtype == np.float32
    assert (lower == 0).all()
    assert (upper > 1).all()


def test_equation_7_by_hand():
    lower, upper = confidence_interval(np.array([4.2]), np.array([1.1]), 100, 0.95)
    assert lower[0] == pytest.approx(4.2 - 1.96 * 0.11, abs=1e-4)
    assert upper[0] == pytest.approx(4.2 + 1.96 * 0.11, abs=1e-4)


def test_equation_8_by_hand():
    found = relative_uncertainty(np.array([4.2, 0.0]), np.array([1.1, 1.1]), 100, 0.95)
    assert found[0] == pytest.approx(2 * 1.96 * 0.11 / 4.2, rel=1e-4)
    assert np.isnan(found[1])
