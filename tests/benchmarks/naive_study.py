"""The study as a user would script it today: scikit-learn, XGBoost and rasterio, nothing of Solum.

    python tests/benchmarks/naive_study.py TABLE RASTERS OUT --target COLUMN --covariates A B ...
        [--categorical A ...] [--mask RASTER] [--bootstraps 100]

TABLE has one row a site with the target and the covariates as columns; RASTERS holds one aligned
``<covariate>.tif`` each; cells where MASK is not 1 are not predicted. 10-fold ``GridSearchCV`` over
36 (forest), 48 (gradient boosting), 80 (SVR) and 48 (XGBoost) points, then 100 XGBoost bootstraps
of the best settings, each predicted over every cell, and mean, SD and percentiles of the stack.
Seconds by stage go to ``OUT/seconds.json``.

Written to be short and idiomatic, and to avoid what a careful user would: fits inside the parallel
grid search and the small bootstrap fits use one thread each (OpenMP teams of several fits fight for
the cores), prediction uses all cores, and the stack is float32.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import rasterio
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVR
from xgboost import XGBRegressor

SECONDS: dict[str, dict[str, float]] = {}
SEARCHES = {
    "rf": (
        RandomForestRegressor(random_state=1),
        {
            "n_estimators": [300, 500, 1000],
            "max_features": [0.33, 0.5, 0.75, 1.0],
            "min_samples_leaf": [1, 3, 5],
        },
    ),
    "gbm": (
        GradientBoostingRegressor(random_state=1),
        {
            "n_estimators": [100, 300, 500],
            "learning_rate": [0.01, 0.05, 0.1, 0.2],
            "max_depth": [2, 4],
            "subsample": [0.6, 0.8],
        },
    ),
    "svr": (
        make_pipeline(StandardScaler(), SVR()),
        {
            "svr__C": [0.1, 1, 10, 100, 1000],
            "svr__gamma": [0.01, 0.03, 0.1, 0.3],
            "svr__epsilon": [0.01, 0.1, 0.5, 1.0],
        },
    ),
    "xgb": (
        XGBRegressor(random_state=1, n_jobs=1),
        {
            "n_estimators": [100, 200, 300],
            "learning_rate": [0.01, 0.05, 0.1, 0.2],
            "max_depth": [2, 4],
            "subsample": [0.6, 0.8],
        },
    ),
}


def main() -> None:
    """Read, tune, bootstrap, predict, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("rasters", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--target", required=True)
    parser.add_argument("--covariates", nargs="+", required=True)
    parser.add_argument("--categorical", nargs="*", default=[])
    parser.add_argument("--mask", type=Path)
    parser.add_argument("--bootstraps", type=int, default=100)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)

    sites = pd.read_csv(options.table).dropna(subset=[options.target, *options.covariates])
    encoder = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), options.categorical),
        remainder="passthrough",
    )
    X = encoder.fit_transform(sites[options.covariates])
    y = sites[options.target].to_numpy()

    folds = KFold(10, shuffle=True, random_state=1)
    best = {}
    for name, (model, grid) in SEARCHES.items():
        with timed(f"tuning: {name}"):
            search = GridSearchCV(
                model, grid, cv=folds, scoring="neg_root_mean_squared_error", n_jobs=-1
            ).fit(X, y)
        best[name] = search

    with timed("raster input"):
        cells, valid, profile = read_rasters(options.rasters, options.covariates, options.mask)
    with timed("prediction and statistics"):
        columns = pd.DataFrame(cells, columns=options.covariates)
        encoded = encoder.transform(columns).astype(np.float32)

    rng = np.random.default_rng(1)
    models = []
    with timed("bootstrap fits"):
        for _ in range(options.bootstraps):
            rows = rng.integers(len(y), size=len(y))
            model = XGBRegressor(random_state=1, n_jobs=1, **best["xgb"].best_params_)
            models.append(model.fit(X[rows], y[rows]))
    with timed("prediction and statistics"):
        stack = np.empty((len(models), len(encoded)), np.float32)
        for k, model in enumerate(models):
            stack[k] = model.set_params(n_jobs=os.cpu_count()).predict(encoded)
        mean, sd = stack.mean(axis=0), stack.std(axis=0, ddof=1)
        low, median, high = np.percentile(stack, [5, 50, 95], axis=0)
    with timed("raster output"):
        for name, values in zip(
            ("mean", "sd", "p05", "p50", "p95"), (mean, sd, low, median, high), strict=True
        ):
            band = np.full(valid.shape, np.nan, np.float32)
            band[valid] = values
            with rasterio.open(options.out / f"{name}.tif", "w", **profile) as dataset:
                dataset.write(band, 1)
    report = {
        "seconds": SECONDS,
        "cells": int(valid.sum()),
        "sites": len(y),
        "best": {
            name: {"rmse": -float(s.best_score_), **s.best_params_} for name, s in best.items()
        },
    }
    (options.out / "seconds.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


def read_rasters(
    folder: Path, names: list[str], mask: Path | None
) -> tuple[np.ndarray, np.ndarray, dict]:
    """Return covariates of the cells to predict, where they are, and a profile."""
    bands = []
    for name in names:
        with rasterio.open(folder / f"{name}.tif") as dataset:
            bands.append(dataset.read(1, masked=True).astype(np.float32).filled(np.nan))
            profile = dataset.profile
    valid = np.isfinite(bands).all(axis=0)
    if mask is not None:
        with rasterio.open(mask) as dataset:
            valid &= dataset.read(1) == 1
    profile.update(count=1, dtype="float32", nodata=np.nan, compress="deflate")
    return np.stack([band[valid] for band in bands], axis=1), valid, profile


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Add wall and CPU seconds (with those of worker processes) of the block to `name`."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    yield
    spent = SECONDS.setdefault(name, {"wall": 0.0, "cpu": 0.0})
    spent["wall"] += time.perf_counter() - wall
    spent["cpu"] += cpu_seconds() - cpu


def cpu_seconds() -> float:
    """Return the CPU seconds so far of this process and of its workers."""
    own = os.times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in psutil.Process().children(recursive=True):
        used = child.cpu_times()
        total += used.user + used.system
    return total


if __name__ == "__main__":
    main()
