"""FAO's SOC Mapping Cookbook: trained on its train rows, compared with its models on its test rows.

The target is the cookbook's unconverted quantity (its "SOC" is organic matter in %): scores without
a unit may be compared, and no stock is made of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.metrics import bias, ccc, mec, rmse
from pipeline.predict import predict_points
from pipeline.progress import silent
from pipeline.run import run_stages

MANIFEST = Path(__file__).parents[1] / "manifests" / "macedonia_cookbook.yaml"
TARGET = "ocs_cookbook_kg_m2_unconverted"
PUBLISHED = {
    "regression kriging": "pred_regression_kriging",
    "random forest": "pred_random_forest",
    "support vector machine": "pred_svm",
    "geomatching": "pred_geomatching",
}
N_PUBLISHED_FOREST = 958
"""Test rows that the published random forest predicted."""

Floats = npt.NDArray[np.float64]


def published_rows(data_root: Path) -> pd.DataFrame:
    """Return the 970 test rows, with the cookbook's predictions as published."""
    split = pd.read_csv(data_root / "macedonia" / "cookbook_split.csv")
    return split[split["set"] == "test"].reset_index(drop=True)


def train_and_predict(
    rows: pd.DataFrame, directory: Path, overrides: Sequence[str] = ()
) -> pd.DataFrame:
    """Run stages 1 and 2 on the train rows and return what ``solum predict`` says of `rows`."""
    run = run_stages(
        MANIFEST, directory / "run", ["features", "models"], overrides, progress=silent()
    )
    points = directory / "points.csv"
    rows[["id", "x", "y"]].to_csv(points, index=False)  # nothing else reaches the model
    return pd.read_csv(predict_points(run, points, crs="EPSG:4326"))


def comparable(rows: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return the rows that the published random forest predicted."""
    return np.isfinite(rows[["pred_random_forest", TARGET]].to_numpy(float)).all(axis=1)


def scores(observed: Floats, predicted: Floats) -> dict[str, float]:
    """Return the scores of one model on the rows it predicted."""
    good = np.isfinite(predicted)
    o, p = observed[good], predicted[good]
    return {"MEC": mec(o, p), "RMSE": rmse(o, p), "CCC": ccc(o, p), "bias": bias(o, p)}


def resampled_scores(
    observed: Floats, predictions: Sequence[Floats], n_draws: int = 2000, seed: int = 1
) -> tuple[Floats, Floats]:
    """Score several models on the same bootstrap resamples of the rows.

    Returns
    -------
    rmse, mec : array of float64, shape (models, n_draws)
        Draw k holds the same rows for every model, so that differences between models are paired.
    """
    n = len(observed)
    drawn = np.random.default_rng(seed).integers(n, size=(n_draws, n))
    spread = observed[drawn].var(axis=1)
    errors = np.stack([np.square(p - observed)[drawn].mean(axis=1) for p in predictions])
    return np.sqrt(errors), 1 - errors / spread
