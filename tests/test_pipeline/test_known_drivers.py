"""On the virtual landscape the truth is known: its drivers come out on top, pure noise last."""

import pandas as pd
import pytest
import yaml

from features.manifest import VirtualLandscape
from features.virtual_landscape import write_virtual_landscape
from pipeline.progress import silent
from pipeline.run import run_stages

STRONGEST = {"total_nitrogen", "aridity_index"}
DRIVERS = STRONGEST | {"vegetation", "ndvi"}
SETTINGS = (
    "model.screening.enabled=false",
    "model.learners=[xgb]",
    "model.schemes=[random]",
    "model.folds.outer=2",
    "model.folds.inner=2",
    "model.bootstraps=10",
    "model.intervals.fold_bootstraps=10",
    "model.search.xgb={n_estimators: [150], max_depth: [3], learning_rate: [0.05]}",
)


@pytest.fixture(scope="module")
def importance(tmp_path_factory) -> pd.DataFrame:
    """Shares in percent, by variable and method, of a model with many sites and no screening."""
    directory = tmp_path_factory.mktemp("drivers")
    landscape = VirtualLandscape(resolution_m=10_000, n_sites=800, sampler="simple_random")
    manifest = write_virtual_landscape(landscape, directory / "landscape")
    content = yaml.safe_load(manifest.read_text())
    kept = DRIVERS | {"noise", "elevation"}  # elevation is auxiliary: it gives the grid
    content["covariates"] = [c for c in content["covariates"] if c["id"] in kept]
    content["forcing"] = {}
    manifest.write_text(yaml.safe_dump(content))
    stages = ("features", "models")
    run = run_stages(manifest, directory / "run", stages, SETTINGS, progress=silent())
    table = pd.read_csv(run / "2-models/importance.csv")
    return table.pivot_table(index="variable", columns="method", values="share_pct")


@pytest.mark.parametrize("method", ["shap", "permutation", "gain"])
def test_the_strongest_drivers_lead(importance, method):
    assert set(importance[method].nlargest(2).index) == STRONGEST


@pytest.mark.parametrize("method", ["shap", "permutation", "gain"])
def test_pure_noise_comes_last(importance, method):
    assert importance[method].idxmin() == "noise"
