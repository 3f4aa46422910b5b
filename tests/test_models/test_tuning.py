"""Grid search: the order of points, the pooled error, ties, and stages."""

import numpy as np
import pytest

from models.learners import LEARNERS, Learner, grid_points
from models.tuning import choose, grid_predictions, tune


class _Constant:
    def __init__(self, value):
        self.value = value

    def predict(self, X):
        return np.full(len(X), self.value)


def _staged(X, y, params, seed, stages, X_test):
    return np.stack([np.full(len(X_test), params["shift"] + k) for k in stages]).astype(float)


FAKE = Learner(
    name="fake",
    title="Fake",
    grid={"rounds": (1, 2, 3), "shift": (0.0, 10.0)},
    stage="rounds",
    fit=lambda X, y, params, seed: _Constant(params["shift"] + params["rounds"]),
    staged=_staged,
)
X = np.zeros((6, 1), dtype=np.float32)


def test_predictions_stand_in_the_order_of_grid_points_wherever_the_staged_axis_is():
    predictions = grid_predictions(FAKE, X, np.zeros(6), X[:2], FAKE.grid, 0)
    expected = [point["shift"] + point["rounds"] for point in grid_points(FAKE.grid)]
    np.testing.assert_array_equal(predictions[:, 0], expected)


def test_the_lowest_pooled_error_wins():
    tuned = tune(FAKE, X, np.full(6, 12.4), np.arange(6) % 3, FAKE.grid, 0)
    assert tuned.params == {"rounds": 2, "shift": 10.0}
    assert tuned.rmse == pytest.approx(0.4)
    assert len(tuned.table) == 6


def test_errors_are_pooled_over_rows_not_averaged_over_folds():
    # fold of three rows with error 1, fold of one row with error 3: sqrt(12 / 4)
    predictions = np.array([[1.0, 1, 1, 3]])
    tuned = choose(predictions, np.zeros(4), {"a": (1,)})
    assert tuned.rmse == pytest.approx(np.sqrt(3))


def test_ties_go_to_the_simpler_point():
    predictions = np.array([[2.0, 2], [1, 1], [1 - 1e-13, 1]])
    assert choose(predictions, np.zeros(2), {"depth": (1, 2, 3)}).params == {"depth": 2}


def test_rows_that_cannot_be_predicted_do_not_count():
    predictions = np.array([[1.0, np.nan], [2, np.nan]])
    assert choose(predictions, np.zeros(2), {"a": (1, 2)}).rmse == 1


@pytest.mark.parametrize("name", LEARNERS)
def test_the_tuned_error_is_that_of_refitting_at_the_chosen_point(name):
    rng = np.random.default_rng(0)
    columns = rng.normal(size=(40, 3)).astype(np.float32)
    y = columns[:, 0] + 0.2 * rng.normal(size=40)
    folds, learner = np.arange(40) % 4, LEARNERS[name]
    space = {axis: values[:1] for axis, values in learner.grid.items()}
    if learner.stage:
        space[learner.stage] = (5, 10)
    tuned = tune(learner, columns, y, folds, space, 3)
    for fold in range(4):
        test = folds == fold
        fitted = learner.fit(columns[~test], y[~test], tuned.params, 3)
        np.testing.assert_allclose(
            fitted.predict(columns[test]), tuned.predictions[test], rtol=1e-5, atol=1e-6
        )
