"""Prediction intervals rebuilt from the training rows of an outer fold, to measure coverage."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from .bootstrap import fit_member
from .design import Design, FloatArray
from .fold_tasks import FoldTask
from .intervals import OutOfBag, calibrate
from .params import Params, Value
from .prediction import predict_depths
from .preparation import Preparation
from .settings import ModelSettings

LARGE = 2000
"""Training sites beyond which `fold_interval` makes do with `LARGE_MEMBERS` members."""
LARGE_MEMBERS = 10


def intervals_of(
    task: FoldTask, preparation: Preparation, learner: str, params: Params
) -> tuple[FloatArray, FloatArray]:
    """Return the prediction interval of the held-out rows, rebuilt from the training rows.

    Returns
    -------
    lower, upper : array of float64, shape (n_test, d)
        In the target's unit; NaN where a row cannot be predicted.
    """
    # as the stack has it: a member trains on site values itself and predicts without them
    design = task.design
    lower = np.full((len(task.test), design.targets.shape[1]), np.nan)
    upper = lower.copy()
    usable = preparation.applicable(design.covariates[task.test])
    if usable.any():
        lower[usable], upper[usable] = fold_interval(
            design,
            task.train,
            task.test[usable],
            preparation,
            learner,
            params,
            task.settings,
            task.seed,
        )
    return lower, upper


def fold_interval(
    design: Design,
    train: npt.NDArray[np.int64],
    test: npt.NDArray[np.int64],
    preparation: Preparation,
    learner: str,
    params: Mapping[str, Value],
    settings: ModelSettings,
    seed: int,
) -> tuple[FloatArray, FloatArray]:
    """Rebuild the interval from the training rows of an outer fold, to measure its coverage.

    ``intervals.fold_bootstraps`` members stand for the many of the map; with more than `LARGE`
    training rows, where fits are dear, `LARGE_MEMBERS`.

    Parameters
    ----------
    design : Design
        All sites, with the stack's covariates.
    train, test : array of int64
        Rows; nothing is learned from `test`, and all of it must be applicable.
    preparation, learner, params
        Learned from the training rows.
    settings : ModelSettings
        Level and number of members.
    seed : int
        Of the fold's bootstrap.

    Returns
    -------
    lower, upper : array of float64, shape (n_test, d)
        In the target's unit.
    """
    part = design.take(train)
    n_members = settings.intervals.fold_bootstraps
    if len(train) > LARGE:
        n_members = min(n_members, LARGE_MEMBERS)
    members = [fit_member(k, part, preparation, learner, params, seed) for k in range(n_members)]
    calibrations = calibrate(OutOfBag.of(members), part.targets, settings.intervals.level)
    encoded = preparation.encode(design.covariates[test])
    predicted = predict_depths(members, calibrations, encoded)
    return predicted.pi_lower.T.astype(np.float64), predicted.pi_upper.T.astype(np.float64)
