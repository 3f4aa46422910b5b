"""Size and power of the whole comparison on virtual sites, from folds to the sentence."""

import numpy as np
import pytest

from models.blas import one_blas_thread
from models.hybrid import (
    comparison_table,
    held_out_predictions,
    hybrid_tasks,
    run_hybrid_fold,
    verdict,
)
from models.hybrid.tasks import SMALL_GRIDS

BLOCK_M = 1e5
REPLICATES = 60


def sentence(evidence, settings, learner, n_fold_seeds=1):
    tasks = hybrid_tasks(evidence, settings, learner, BLOCK_M, n_fold_seeds)
    results = [run_hybrid_fold(task) for task in tasks]
    predictions = held_out_predictions(evidence.design, results)
    return verdict(comparison_table(predictions, evidence.design, BLOCK_M, seed=1))


@pytest.fixture
def quick(ridge, monkeypatch, make_evidence, make_settings):
    """Give the sentence for one depth, random folds, without a search or limits of the scores."""
    monkeypatch.setitem(SMALL_GRIDS, ridge, {"penalty": (10.0,)})
    monkeypatch.setattr("models.hybrid.comparison.bootstrap_ci", lambda *args, **kwargs: {})
    settings = make_settings(schemes=("random",))

    def say(change=None, **sites):
        evidence = make_evidence(n_depths=1, n_noise=1, **sites)
        if change is not None:
            change(evidence)
        return sentence(evidence, settings, ridge)

    with one_blas_thread():
        yield say


def test_without_an_effect_physics_is_seldom_credited(quick):
    claimed = ["lower RMSE" in quick(effect=0.0, seed=seed) for seed in range(REPLICATES)]
    assert np.mean(claimed) <= 0.05


def test_a_strong_effect_is_found_nearly_always(quick):
    claimed = ["lower RMSE" in quick(effect=0.8, seed=seed) for seed in range(10)]
    assert np.mean(claimed) >= 0.9


def test_elevation_smuggled_in_by_physics_is_not_credited(quick):
    """A physics feature that repeats a raw input would help ml, but does not help ml_inputs."""

    def repeat_an_input(evidence):
        evidence.physics.values[:, 0] = evidence.inputs.values[:, 0]

    assert not any(
        "lower RMSE" in quick(repeat_an_input, effect=0.0, seed=seed) for seed in range(5)
    )


def test_random_forests_find_a_strong_effect_under_both_schemes(make_evidence, make_settings):
    settings = make_settings(search={"rf": {"n_estimators": (30,), "max_features": (0.5,)}})
    evidence = make_evidence(n=120, n_depths=1)
    assert sentence(evidence, settings, "rf").count("lower RMSE") == 2
