"""Sites whose target has a part that only the simulator knows, and a learner that is quick."""

import numpy as np
import pytest

from features.variables import Variable
from models.design import Design
from models.hybrid import Evidence, SiteFeatures, hybrid_tasks
from models.learners import LEARNERS, Learner
from models.settings import ModelSettings

DEPTHS = ((0.0, 10.0), (0.0, 30.0))
BLOCK_M = 1e5


class Ridge:
    """Coefficients on standardised columns."""

    def __init__(self, X, y, penalty):
        self.mean, self.sd, self.level = X.mean(axis=0), X.std(axis=0), y.mean()
        self.sd[self.sd == 0] = 1
        Z = self._standardised(X)
        self.slopes = np.linalg.solve(Z.T @ Z + penalty * np.eye(Z.shape[1]), Z.T @ (y - y.mean()))

    def _standardised(self, X):
        return (X.astype(np.float64) - self.mean) / self.sd

    def predict(self, X):
        return self._standardised(X) @ self.slopes + self.level


def fit_ridge(X, y, params, seed):
    return Ridge(X, y, params["penalty"])


def staged_ridge(X, y, params, seed, stages, X_test):
    return fit_ridge(X, y, params, seed).predict(X_test)[np.newaxis]


@pytest.fixture
def ridge(monkeypatch):
    """Put ridge regression into the registry; return its name."""
    learner = Learner("ridge", "Ridge", {"penalty": (10.0, 30.0)}, None, fit_ridge, staged_ridge)
    monkeypatch.setitem(LEARNERS, "ridge", learner)
    return "ridge"


@pytest.fixture
def make_evidence():
    return virtual_evidence


@pytest.fixture
def make_settings():
    return small_settings


@pytest.fixture
def small_task(ridge):
    """Return the first random fold of a small design."""
    return hybrid_tasks(virtual_evidence(), small_settings(), ridge, BLOCK_M)[0]


def continuous(stem, n, group="other"):
    return tuple(Variable(f"{stem}{k}", "continuous", group) for k in range(n))


def virtual_evidence(n=80, effect=0.8, seed=0, n_noise=2, n_depths=2, n_members=50) -> Evidence:
    """Target = driver + input + effect x hidden + error; only physics knows the hidden part."""
    rng = np.random.default_rng(seed)
    driver, other, hidden = rng.normal(size=(3, n))
    surface = 5 + 0.8 * driver + 0.5 * other + effect * hidden + 0.6 * rng.normal(size=n)
    targets = np.column_stack([surface, 2.3 * surface + 0.5 * rng.normal(size=n)])
    targets[rng.random(n) < 0.2, 1] = np.nan
    targets = targets[:, :n_depths]
    noise = rng.normal(size=(3, n, n_noise))
    landcover = rng.integers(1, 4, size=n)
    simulated = np.outer(5 + effect * hidden, (1.0, 2.3)[:n_depths])
    bias = np.exp(0.3 * rng.normal(size=(n_members, 1, 1)))
    design = Design(
        ids=np.array([f"s{k}" for k in range(n)]),
        covariates=np.column_stack([driver, noise[0]]),
        variables=continuous("covariate", 1 + n_noise),
        targets=targets,
        depths=DEPTHS[:n_depths],
        xy=rng.uniform(0, 6e5, size=(n, 2)),
        groups=np.arange(n),
        fill_log_sd=np.zeros_like(targets),
        measured_bd=np.ones(n, dtype=bool),
    )
    classes = {1: "forest", 2: "grassland", 3: "cropland"}
    return Evidence(
        design=design,
        inputs=SiteFeatures(
            np.column_stack([other, noise[1], landcover]),
            (*continuous("input", 1 + n_noise), Variable("land", "categorical", classes=classes)),
        ),
        physics=SiteFeatures(
            np.column_stack([hidden, noise[2]]), continuous("physics", 1 + n_noise, "physics")
        ),
        simulated=simulated,
        ensemble=simulated * bias * (1 + 0.05 * rng.normal(size=(n_members, n, 1))),
    )


def small_settings(**changes) -> ModelSettings:
    """Five folds of both nested schemes; keyword arguments replace or add settings."""
    folds = {"outer": 5, "block_size_m": BLOCK_M}
    return ModelSettings.model_validate(
        {"folds": folds, "schemes": ("random", "spatial"), **changes}
    )
