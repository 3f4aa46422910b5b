"""Area of applicability against the definition of Meyer & Pebesma 2021 written out in numpy."""

import numpy as np
import pytest

from models import kernel_distances
from models.applicability import Applicability, upper_whisker

RNG = np.random.default_rng(0)
SITES = RNG.normal([300, 0.5, 0, 2], [80, 0.1, 1, 3], (60, 4))
CELLS = RNG.normal([300, 0.5, 0, 2], [240, 0.3, 3, 9], (500, 4))
WEIGHTS = np.array([40.0, 10, 1, 0])
FOLDS = np.arange(60) % 6


def written_out():
    mean, sd = SITES.mean(axis=0), SITES.std(axis=0)
    a, b = (SITES - mean) / sd * WEIGHTS, (CELLS - mean) / sd * WEIGHTS
    among = np.linalg.norm(a[:, None] - a[None], axis=2)
    mean_distance = among[np.triu_indices(60, 1)].mean()
    index = np.linalg.norm(b[:, None] - a[None], axis=2).min(axis=1) / mean_distance
    training = np.where(FOLDS[:, None] == FOLDS, np.inf, among).min(axis=1) / mean_distance
    return index, training


def test_dissimilarity_of_cells_and_sites():
    found = Applicability.fit(SITES, WEIGHTS, FOLDS)
    index, training = written_out()
    np.testing.assert_allclose(found.dissimilarity(CELLS), index, rtol=2e-4, atol=1e-5)
    np.testing.assert_allclose(found.training_index, training, rtol=2e-4)


def test_inside_up_to_the_upper_whisker():
    found = Applicability.fit(SITES, WEIGHTS, FOLDS)
    index, training = written_out()
    low, high = np.quantile(training, [0.25, 0.75])
    threshold = min(high + 1.5 * (high - low), training.max())
    assert found.threshold == pytest.approx(threshold, rel=1e-4)
    clear = np.abs(index - threshold) > 1e-3
    np.testing.assert_array_equal(found.inside(CELLS)[clear], (index <= threshold)[clear])
    assert 0 < found.inside(CELLS).mean() < 1


def test_a_site_is_not_unlike_itself():
    found = Applicability.fit(SITES, WEIGHTS, FOLDS)
    np.testing.assert_allclose(found.dissimilarity(SITES), 0, atol=1e-6)


def test_only_ratios_of_weights_matter():
    one, other = (Applicability.fit(SITES, w, FOLDS) for w in (WEIGHTS, 7 * WEIGHTS))
    np.testing.assert_array_equal(one.inside(CELLS), other.inside(CELLS))


def test_units_do_not_matter():
    factor = np.array([1000, 1, 0.01, 1])
    one = Applicability.fit(SITES, WEIGHTS, FOLDS).dissimilarity(CELLS)
    other = Applicability.fit(SITES * factor, WEIGHTS, FOLDS).dissimilarity(CELLS * factor)
    np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


def test_a_column_of_no_importance_is_not_looked_at():
    found = Applicability.fit(SITES, WEIGHTS, FOLDS)
    moved = CELLS + np.array([0, 0, 0, 1e6])
    np.testing.assert_array_equal(found.dissimilarity(moved), found.dissimilarity(CELLS))


def test_without_known_importance_columns_count_the_same():
    zero, one = (Applicability.fit(SITES, np.full(4, w), FOLDS) for w in (0.0, 1.0))
    np.testing.assert_array_equal(zero.dissimilarity(CELLS), one.dissimilarity(CELLS))


def test_a_constant_column_is_left_out():
    constant = SITES.copy()
    constant[:, 1] = 4
    assert np.isfinite(Applicability.fit(constant, WEIGHTS, FOLDS).dissimilarity(CELLS)).all()


def test_round_trip(tmp_path):
    saved = Applicability.fit(SITES, WEIGHTS, FOLDS)
    saved.save(tmp_path / "applicability.npz")
    loaded = Applicability.load(tmp_path / "applicability.npz")
    np.testing.assert_array_equal(loaded.inside(CELLS), saved.inside(CELLS))
    assert loaded.threshold == saved.threshold


@pytest.mark.parametrize(
    ("X", "weights", "folds", "message"),
    [
        (SITES, -WEIGHTS, FOLDS, "weights must be >= 0"),
        (SITES, WEIGHTS, np.zeros(60, int), "two folds"),
        (np.ones((60, 4)), WEIGHTS, FOLDS, "same covariates"),
    ],
)
def test_what_cannot_be_measured_is_refused(X, weights, folds, message):
    with pytest.raises(ValueError, match=message):
        Applicability.fit(X, weights, folds)


def test_whisker_by_hand():
    index = np.array([1, 2, 3, 4, 20], np.float32)
    assert upper_whisker(index) == 4 + 1.5 * 2
    assert upper_whisker(index[:4]) == 4


@pytest.mark.parametrize("n_sites", [2, 511, 512, 513, 1200])
def test_nearest_kernel_at_the_edges_of_its_blocks(n_sites):
    sites = RNG.normal(size=(3, n_sites)).astype(np.float32)
    rows = RNG.normal(size=(7, 3)).astype(np.float32)
    expected = np.square(rows[:, :, None] - sites[None]).sum(axis=1).min(axis=1)
    for kernel in (kernel_distances.nearest_squared, kernel_distances.nearest_squared.py_func):
        out = np.empty(7, np.float32)
        kernel(rows[:2] if n_sites > 600 else rows, sites, out)
        n = 2 if n_sites > 600 else 7
        np.testing.assert_allclose(out[:n], expected[:n], rtol=1e-5)


def test_mean_distance_kernels_agree_on_a_triangle():
    triangle = np.array([[0, 3, 0], [0, 0, 4]], np.float32)
    assert kernel_distances.mean_distance(triangle) == 4
    assert kernel_distances.mean_distance.py_func(triangle) == 4


def test_a_missing_covariate_is_refused_not_spread_to_every_distance():
    sites = SITES.copy()
    sites[3, 1] = np.nan
    with pytest.raises(ValueError, match="must not be missing"):
        Applicability.fit(sites, WEIGHTS, FOLDS)
