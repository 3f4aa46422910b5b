"""Support vectors as arrays predict what scikit-learn's SVR predicts."""

import numpy as np
import pytest
from sklearn.svm import SVR

from models.support_vectors import SupportVectors, from_svr


@pytest.fixture(scope="module")
def fitted():
    rng = np.random.default_rng(0)
    X = rng.normal([400, 0.5, -2], [120, 0.1, 3], size=(140, 3))
    y = 5 + np.tanh((X[:, 0] - 400) / 100) + rng.normal(0, 0.3, 140)
    mean, scale = X.mean(axis=0), X.std(axis=0)
    svr = SVR(C=3, gamma=0.4, epsilon=0.1).fit((X - mean) / scale, (y - y.mean()) / y.std())
    new = rng.normal([400, 0.5, -2], [240, 0.2, 6], size=(9000, 3))
    expected = svr.predict((new - mean) / scale) * y.std() + y.mean()
    return from_svr(svr, mean, scale, y.mean(), y.std()), new, expected


def test_equals_scikit_learn(fitted):
    model, new, expected = fitted
    np.testing.assert_allclose(model.predict(new), expected, rtol=1e-5)


def test_gamma_by_name_is_resolved(fitted):
    _, new, _ = fitted
    part = new[:100]
    svr = SVR(gamma="scale").fit(part, part[:, 1])
    model = from_svr(svr, np.zeros(3), np.ones(3), 0, 1)
    np.testing.assert_allclose(model.predict(part), svr.predict(part), rtol=1e-4)


def test_survives_its_arrays(fitted):
    model, new, _ = fitted
    again = SupportVectors.from_arrays(model.arrays())
    np.testing.assert_array_equal(again.predict(new[:50]), model.predict(new[:50]))


def test_far_from_all_vectors_only_the_intercept_is_left(fitted):
    model, _, _ = fitted
    expected = model.intercept * model.y_scale + model.y_mean
    np.testing.assert_allclose(model.predict([[1e5, 0, 0]]), expected, rtol=1e-6)


def test_another_kernel_is_refused():
    with pytest.raises(ValueError, match="linear"):
        from_svr(SVR(kernel="linear"), 0, 1, 0, 1)


def test_rows_of_another_width_are_refused(fitted):
    with pytest.raises(ValueError, match="3 columns"):
        fitted[0].predict(np.zeros((2, 4)))
