"""Our learners beside the four models of FAO's SOC Mapping Cookbook, on the cookbook's own split.

    python -m tests.benchmarks.bench_cookbook [--learners rf xgb svm brt] [--bootstraps 100]
    python -m tests.benchmarks.bench_cookbook --forest-sizes    # why the forest is cut as it is

Needs the data sets under SOLUM_DATA_ROOT (default: where the manifest says). Each learner is
trained by the real code path at default settings, on train rows alone. Inner folds and the members
of fold intervals are cut, as the scores they serve are not read here; the final grid search, the
members and their calibration are whole.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from features.stack import Stack
from models.folds import random_folds
from models.learners import LEARNERS
from models.preparation import Preparation
from models.settings import ScreeningSettings
from pipeline.config import load_manifest
from pipeline.design_table import read_design
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.store import read_json
from tests.benchmarks.cookbook import (
    MANIFEST,
    PUBLISHED,
    TARGET,
    comparable,
    published_rows,
    resampled_scores,
    scores,
    train_and_predict,
)
from tests.benchmarks.measuring import Stages, keep, machine, table

COLUMNS = ["model", "n", "MEC", "RMSE", "CCC", "bias", "PICP90", "width90", "ΔRMSE to RF, 95 % CI"]


def main() -> None:
    """Run the chosen comparison."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learners", nargs="+", default=list(LEARNERS), choices=list(LEARNERS))
    parser.add_argument("--bootstraps", type=int, default=100)
    parser.add_argument("--forest-sizes", action="store_true")
    options = parser.parse_args()
    rows = published_rows(load_manifest(MANIFEST).base_dir)
    if options.forest_sizes:
        compare_forests(rows)
    else:
        compare_learners(rows, options.learners, options.bootstraps)


def compare_learners(rows: pd.DataFrame, learners: list[str], bootstraps: int) -> None:
    """Train each learner by itself and score it on the rows the published forest predicted."""
    kept = comparable(rows)
    judged = rows[kept]
    observed = judged[TARGET].to_numpy(float)
    reference = judged["pred_random_forest"].to_numpy(float)
    lines = [
        _line(f"cookbook: {title}", observed, judged[column].to_numpy(float), reference)
        for title, column in PUBLISHED.items()
    ]
    stages, chosen = Stages(), []
    for name in learners:
        with tempfile.TemporaryDirectory() as folder, stages.timed(name):
            said = train_and_predict(
                rows, Path(folder), [f"model.learners=[{name}]", *_cut(bootstraps)]
            )[kept]
            final = read_json(RunPaths(Path(folder) / "run").final_model)
        lines.append(
            _line(
                f"Solum: {LEARNERS[name].title}",
                observed,
                said["mean"].to_numpy(float),
                reference,
                said["pi_lower"].to_numpy(float),
                said["pi_upper"].to_numpy(float),
            )
        )
        chosen.append(f"{name} {final['params']} in {stages.cpu[name]:.0f} core-s")
    keep(
        "cookbook",
        f"# The FAO cookbook split\n\n{machine()}\n\n"
        f"Trained on the cookbook's train rows, scored on the {len(judged)} test rows that its "
        "random forest predicted (its other models miss some of them: n). The target is its "
        "unconverted quantity. Confidence limits: 2,000 paired resamples of the rows that both "
        f"models predicted. Ours: means of {bootstraps} bootstrap members, default settings, "
        "covariates screened by the study's rule "
        f"({', '.join(final['covariates_kept'])}).\n\n"
        + table(COLUMNS, lines)
        + "\n\nChosen on train rows alone: "
        + "; ".join(chosen)
        + ".",
    )


def _cut(bootstraps: int) -> list[str]:
    """Return the settings that leave out what this comparison does not read."""
    return [
        f"model.bootstraps={bootstraps}",
        "model.schemes=[random]",
        "model.folds.inner=2",
        "model.intervals.fold_bootstraps=10",
        "model.explanation.members=2",
    ]


def _line(
    title: str,
    observed: np.ndarray,
    predicted: np.ndarray,
    reference: np.ndarray,
    lower: np.ndarray | None = None,
    upper: np.ndarray | None = None,
) -> list[str]:
    good = np.isfinite(predicted)
    numbers = scores(observed, predicted)
    limits = ["", ""]
    if lower is not None and upper is not None:
        inside = (lower <= observed) & (observed <= upper)
        limits = [f"{inside[good].mean():.3f}", f"{(upper - lower)[good].mean():.2f}"]
    both = [predicted[good], reference[good]]
    ours, theirs = resampled_scores(observed[good], both)[0]
    difference = numbers["RMSE"] - scores(observed[good], reference[good])["RMSE"]
    low, high = np.percentile(ours - theirs, [2.5, 97.5])
    gap = "" if np.array_equal(*both) else f"{difference:+.3f} [{low:+.3f}, {high:+.3f}]"
    return [
        title,
        f"{good.sum()}",
        *(f"{numbers[name]:.3f}" for name in ("MEC", "RMSE", "CCC")),
        f"{numbers['bias']:+.3f}",
        *limits,
        gap,
    ]


def compare_forests(rows: pd.DataFrame) -> None:
    """Score forests of several sizes in cross-validation of the TRAIN rows, test rows beside."""
    with tempfile.TemporaryDirectory() as folder:
        run = run_stages(MANIFEST, Path(folder), ["features"], progress=silent())
        design = read_design(RunPaths(run))
        ids = [variable.id for variable in design.variables]
        kept = rows[comparable(rows)]
        test = Stack.open(RunPaths(run).stack).sample(
            kept["x"].to_numpy(float).copy(), kept["y"].to_numpy(float).copy(), ids
        )
    observed, lines = kept[TARGET].to_numpy(float), []
    folds = random_folds(design.groups, 10, seed=1)  # sites in one cell are held out together
    for screened in (True, False):
        settings = ScreeningSettings(enabled=screened)
        whole = Preparation.fit(design.covariates, design.variables, design.target, settings)
        X, X_test = whole.encode(design.covariates), whole.encode(test)
        for leaves, smallest in ((64, 3), (128, 3), (256, 3), (256, 5), (512, 3), (4096, 3)):
            params = {
                "max_features": 1 / 3,
                "min_samples_leaf": smallest,
                "max_leaf_nodes": leaves,
                "n_estimators": 100,
            }
            held_out = np.full(design.n_sites, np.nan)
            stages = Stages()
            with stages.timed("fits"):
                for fold in range(10):
                    part = folds == fold
                    fitted = LEARNERS["rf"].fit(X[~part], design.target[~part], params, 1)
                    held_out[part] = fitted.predict(X[part])
            fitted = LEARNERS["rf"].fit(X, design.target, params, 1)
            inside, outside = (
                scores(design.target, held_out),
                scores(observed, np.asarray(fitted.predict(X_test))),
            )
            lines.append(
                [
                    "study's rule" if screened else "none",
                    f"{len(whole.ids)}",
                    f"{leaves}",
                    f"{smallest}",
                    f"{inside['MEC']:.3f}",
                    f"{outside['MEC']:.3f}",
                    f"{stages.cpu['fits'] / 10:.2f}",
                ]
            )
    header = ["screening", "covariates", "leaves at most", "smallest leaf", "MEC, train rows (CV)"]
    keep(
        "cookbook_forests",
        f"# Forests of several sizes on the FAO cookbook split\n\n{machine()}\n\n"
        "One forest of 100 trees, a third of the columns tried per split. Defaults may be chosen "
        "by the cross-validated column; the test column only shows what that choice does.\n\n"
        + table([*header, "MEC, test rows", "core-s a fit"], lines),
    )


if __name__ == "__main__":
    main()
