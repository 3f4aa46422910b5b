"""A virtual design whose truth is known, and settings small enough to validate in a second."""

import numpy as np
import pytest

from features.variables import Variable
from models.design import Design
from models.settings import ModelSettings

DEPTHS = ((0, 10), (0, 30), (0, 50))
SMALL_SEARCH = {
    "rf": {"min_samples_leaf": (5,), "max_features": (0.5,), "n_estimators": (10, 20)},
    "svm": {"C": (0.3, 3.0), "gamma": (0.3, 1.0), "epsilon": (0.1,)},
    "brt": {"max_depth": (2,), "min_data_in_leaf": (5,), "n_estimators": (10, 20)},
    "xgb": {"max_depth": (2,), "learning_rate": (0.1,), "subsample": (0.8,), "n_estimators": (20,)},
}


@pytest.fixture
def make_design():
    return virtual_design


@pytest.fixture
def make_settings():
    return small_settings


@pytest.fixture
def without_intervals(monkeypatch):
    """Skip the rebuilding of intervals in each fold, which is most of the time of a small fold."""

    def none(task, preparation, learner, params):
        nothing = np.full((len(task.test), len(task.design.depths)), np.nan)
        return nothing, nothing

    monkeypatch.setattr("models.nested_cv.intervals_of", none)


def virtual_design(n=70, n_noise=2, noise_sd=0.3, seed=0) -> Design:
    """Surface target linear in two of the covariates; deep targets linear in the surface."""
    rng = np.random.default_rng(seed)
    covariates = np.column_stack([rng.normal(size=(n, 2 + n_noise)), rng.integers(1, 4, size=n)])
    surface = 4 + covariates[:, 0] - 0.7 * covariates[:, 1] + noise_sd * rng.normal(size=n)
    targets = np.column_stack([surface, 0.1 + 2.3 * surface, 1.4 + 2.6 * surface])
    targets[rng.random(n) < 0.3, 2] = np.nan
    names = ["driver", "second", *(f"noise{k}" for k in range(n_noise))]
    variables = (
        *(Variable(name, "continuous") for name in names),
        Variable("vegetation", "categorical", classes={1: "a", 2: "b", 3: "c"}),
    )
    return Design(
        ids=np.array([f"s{k}" for k in range(n)]),
        covariates=covariates,
        variables=variables,
        targets=targets,
        depths=DEPTHS,
        xy=rng.uniform(0, 8e5, size=(n, 2)),
        groups=np.arange(n),
        fill_log_sd=np.zeros_like(targets),
        measured_bd=np.arange(n) % 2 == 0,
    )


def small_settings(**changes) -> ModelSettings:
    """Few folds and grid points; keyword arguments replace or add settings."""
    return ModelSettings.model_validate(
        {
            "search": SMALL_SEARCH,
            "folds": {"outer": 5, "inner": 3, "block_size_m": 1.5e5},
            **changes,
        }
    )
