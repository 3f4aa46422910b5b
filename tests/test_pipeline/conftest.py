"""One small finished run of the virtual landscape, shared by the tests that look at a run."""

from pathlib import Path

import pytest

from pipeline.progress import silent
from pipeline.run import run_stages

SMALL = (
    "virtual.resolution_m=20000",
    "model.bootstraps=12",
    "model.learners=[brt, xgb]",
    "model.folds.outer=4",
    "model.folds.inner=3",
    "model.intervals.fold_bootstraps=10",
    "model.explanation.members=5",
    "model.search.brt.n_estimators=[40, 80]",
    "model.search.brt.learning_rate=[0.1]",
    "model.search.xgb.n_estimators=[40, 80]",
    "model.search.xgb.learning_rate=[0.1]",
)


@pytest.fixture(scope="session")
def small_settings() -> tuple[str, ...]:
    """Overrides that make a run of the virtual landscape small."""
    return SMALL


@pytest.fixture(scope="session")
def small_run(tmp_path_factory) -> Path:
    """Run directory of a coarse virtual landscape with few members; do not write into it."""
    return run_stages(None, tmp_path_factory.mktemp("run"), overrides=SMALL, progress=silent())
