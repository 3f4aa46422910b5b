"""A small synthetic design with known drivers, and bootstrap members fitted on it."""

from types import SimpleNamespace

import numpy as np
import pytest

from features.variables import Variable
from models.design import Design
from models.learners import LEARNERS
from models.preparation import Preparation
from models.settings import ScreeningSettings

CLASSES = {1: "forest", 2: "wetland", 3: "x"}
VARIABLES = (
    Variable("nitrogen", "continuous", "soil"),
    Variable("aridity", "continuous", "climate"),
    Variable("vegetation", "categorical", "vegetation", classes=CLASSES),
    Variable("noise", "continuous", "other"),
)
PARAMS = {
    "xgb": {
        "max_depth": 3,
        "learning_rate": 0.1,
        "subsample": 0.8,
        "colsample_bytree": 0.8,
        "min_child_weight": 3.0,
        "n_estimators": 60,
    },
    "brt": {
        "max_depth": 3,
        "min_data_in_leaf": 5,
        "bagging_fraction": 0.6,
        "learning_rate": 0.1,
        "n_estimators": 60,
    },
    "rf": {
        "min_samples_leaf": 3,
        "max_features": 2 / 3,
        "max_leaf_nodes": 64,
        "n_estimators": 40,
    },
    "svm": {"C": 3.0, "gamma": 0.3, "epsilon": 0.1},
}


def synthetic_design(n=120, seed=0):
    """Target = 2·nitrogen + |aridity| + 1 in wetland + error; noise tells nothing."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((n, 4))
    x[:, 2] = random.integers(1, 4, n)
    target = 5 + 2 * x[:, 0] + np.abs(x[:, 1]) + (x[:, 2] == 2) + 0.3 * random.standard_normal(n)
    return Design(
        ids=np.array([f"site {i}" for i in range(n)]),
        covariates=x,
        variables=VARIABLES,
        targets=target[:, None],
        depths=((0.0, 10.0),),
        xy=random.uniform(0, 1e5, (n, 2)),
        groups=np.arange(n),
        fill_log_sd=np.zeros((n, 1)),
        measured_bd=np.ones(n, dtype=bool),
    )


def prepared(design):
    """Return the preparation that keeps every variable."""
    return Preparation.fit(
        design.covariates, design.variables, design.target, ScreeningSettings(enabled=False)
    )


def bootstrap(learner, design, preparation, n_members=6):
    """Return members with the two things that explanation asks of them."""
    encoded = preparation.encode(design.covariates)
    members = []
    for k in range(n_members):
        rows = np.random.default_rng((1, k)).integers(0, design.n_sites, design.n_sites)
        fitted = LEARNERS[learner].fit(encoded[rows], design.target[rows], PARAMS[learner], k)
        in_bag = np.bincount(rows, minlength=design.n_sites)
        members.append(SimpleNamespace(model=fitted.portable(), in_bag=in_bag))
    return members


@pytest.fixture(scope="session")
def driver_design():
    """Return the synthetic design and the preparation that keeps every variable."""
    design = synthetic_design()
    return design, prepared(design)


@pytest.fixture(scope="session")
def driver_members(driver_design):
    """Return a function that gives six members of a learner, fitted once a session."""
    fitted = {}

    def members_of(learner):
        if learner not in fitted:
            fitted[learner] = bootstrap(learner, *driver_design)
        return fitted[learner]

    return members_of
