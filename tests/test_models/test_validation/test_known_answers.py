"""Known answers: a linear truth is found, and chance is not taken for skill."""

from dataclasses import replace

import numpy as np
import pytest

from models.metrics import ccc, mec
from models.validation import collect, fold_tasks, run_fold

pytestmark = pytest.mark.usefixtures("without_intervals")
SHUFFLES = 20


def _surface_scores(design, settings):
    """Return MEC and CCC of the modelled depth by (scheme, learner)."""
    results = [run_fold(task) for task in fold_tasks(design, settings)]
    table = collect(design, settings, results).predictions
    parts = table[table["depth"] == "0_10"].groupby(["scheme", "learner"])
    return {
        key: (
            mec(part["observed"].to_numpy(), part["predicted"].to_numpy()),
            ccc(part["observed"].to_numpy(), part["predicted"].to_numpy()),
        )
        for key, part in parts
    }


def _shuffled(design, seed):
    order = np.random.default_rng(seed).permutation(design.n_sites)
    return replace(design, targets=design.targets[order])


def _mean_scores(designs, settings):
    scores = [_surface_scores(design, settings) for design in designs]
    return {key: np.mean([s[key] for s in scores], axis=0) for key in scores[0]}


def test_a_linear_truth_is_recovered_under_every_scheme(make_design, make_settings):
    search = {
        **make_settings().search,
        "svm": {"C": (10.0, 100.0), "gamma": (0.1,), "epsilon": (0.03,)},
        "brt": {"max_depth": (2,), "min_data_in_leaf": (3,), "n_estimators": (100, 200)},
        "xgb": {"max_depth": (2,), "learning_rate": (0.1,), "n_estimators": (100, 200)},
    }
    settings = make_settings(search=search)
    scores = _surface_scores(make_design(n=140, noise_sd=0.1), settings)
    for (scheme, learner), (efficiency, _) in scores.items():
        assert efficiency > (0.95 if learner == "svm" else 0.65), (scheme, learner)


def test_shuffled_targets_show_no_skill_in_any_nested_scheme(make_design, make_settings):
    # 20 shuffles x 2 schemes x 5 outer folds x (3 inner folds + 1) x 4 learners: about 15 s
    design = make_design(n=60, n_noise=3)
    designs = [_shuffled(design, seed) for seed in range(SHUFFLES)]
    for key, (efficiency, concordance) in _mean_scores(
        designs, make_settings(schemes=("random", "spatial"))
    ).items():
        assert efficiency <= 0.02, key
        assert abs(concordance) < 0.1, key


def test_screening_on_all_data_leaks_and_nesting_it_does_not(make_design, make_settings):
    """With 30 covariates of pure noise, whole-data screening finds 'drivers' in the test rows."""
    search = {"svm": {"C": (1.0,), "gamma": (0.3,), "epsilon": (0.1,)}}
    base = {"learners": ("svm",), "search": search}
    folds = {"outer": 5, "inner": 3}
    honest = make_settings(**base, schemes=("random",), folds={**folds, "block_size_m": 1.5e5})
    leaky = honest.model_copy(update={"schemes": ("random_study",)})
    designs = [_shuffled(make_design(n=60, n_noise=30), seed) for seed in range(SHUFFLES)]
    nested = _mean_scores(designs, honest)["random", "svm"]
    leaked = _mean_scores(designs, leaky)["random_study", "svm"]
    assert nested[0] <= 0.02
    assert leaked[0] > nested[0] + 0.1
    assert leaked[1] > nested[1] + 0.1
