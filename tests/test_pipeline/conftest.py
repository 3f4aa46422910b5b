"""A small finished run of the virtual landscape, and a valley for the simulator."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.config import load_manifest
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.simulator_forcing import PreparedForcing, prepare_forcing
from tests.test_pipeline.small_landscape import SmallLandscape, make_small_landscape

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
    "simulator.spin_up_years=1",
    "simulator.years.count=1",
    "simulator.comparison.members=3",
    "simulator.comparison.columns=20",
    "simulator.comparison.fold_seeds=2",
)


@pytest.fixture(scope="session")
def small_settings() -> tuple[str, ...]:
    """Overrides that make a run of the virtual landscape small."""
    return SMALL


@pytest.fixture(scope="session")
def small_run(tmp_path_factory) -> Path:
    """Run directory of a coarse virtual landscape with few members; do not write into it."""
    return run_stages(None, tmp_path_factory.mktemp("run"), overrides=SMALL, progress=silent())


@pytest.fixture
def valley(tmp_path: Path) -> SmallLandscape:
    """Files of a small landscape for the simulator; a test may change them."""
    return make_small_landscape(tmp_path)


@pytest.fixture
def prepare(valley: SmallLandscape) -> Callable[..., PreparedForcing]:
    """Return a function that prepares the valley's forcing."""

    def prepared(
        years: range = range(2001, 2002), said: list[str] | None = None
    ) -> PreparedForcing:
        loaded = load_manifest(valley.save())
        return prepare_forcing(loaded, years, [].append if said is None else said.append)

    return prepared
