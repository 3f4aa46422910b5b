"""Our random forest beside the published one of FAO's SOC Mapping Cookbook, on the same test rows.

A short run: forest alone, few members and folds. The whole comparison is
``tests/benchmarks/bench_cookbook.py``.
"""

import numpy as np
import pytest

from tests.benchmarks.cookbook import (
    N_PUBLISHED_FOREST,
    TARGET,
    comparable,
    published_rows,
    resampled_scores,
    scores,
    train_and_predict,
)

pytestmark = pytest.mark.real_data
SHORT = (
    "model.learners=[rf]",
    "model.bootstraps=12",
    "model.schemes=[random]",
    "model.folds.outer=2",
    "model.folds.inner=2",
    "model.intervals.fold_bootstraps=10",
    "model.explanation.members=2",
)


@pytest.fixture(scope="module")
def judged(data_root, tmp_path_factory):
    """Observed, our prediction and the published one, on the rows the latter has."""
    rows = published_rows(data_root)
    ours = train_and_predict(rows, tmp_path_factory.mktemp("cookbook"), SHORT)
    kept = comparable(rows)
    return (
        rows.loc[kept, TARGET].to_numpy(float),
        ours.loc[kept, "mean"].to_numpy(float),
        rows.loc[kept, "pred_random_forest"].to_numpy(float),
    )


def test_every_row_of_the_published_forest_is_predicted(judged):
    observed, ours, _ = judged
    assert len(observed) == N_PUBLISHED_FOREST
    assert np.isfinite(ours).all()


def test_published_forest_scores_as_recomputed(judged):
    observed, _, published = judged
    assert scores(observed, published)["MEC"] == pytest.approx(0.328, abs=5e-4)


def test_our_forest_is_within_noise_of_the_published_one(judged):
    observed, ours, published = judged
    _, (our_mec, their_mec) = resampled_scores(observed, [ours, published])
    low, high = np.percentile(their_mec, [2.5, 97.5])
    assert low <= scores(observed, ours)["MEC"] <= high
    # the same rows in every draw: a shortfall that rows cannot explain shows here first
    assert np.percentile(our_mec - their_mec, 97.5) >= 0
