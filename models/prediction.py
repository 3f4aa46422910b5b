"""From bootstrap members to predictions at every depth, for any set of cells or points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .applicability import Applicability
from .intervals import Calibration, prediction_interval
from .member import Member
from .portable import predict_members
from .preparation import Preparation

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class MapModel:
    """All that is needed to predict anywhere.

    Parameters
    ----------
    preparation : Preparation
        Kept covariates and their encoding.
    members : tuple of Member
        The bootstrap members of the chosen learner.
    calibrations : tuple of Calibration, length d
        Interval calibration of each depth.
    applicability : Applicability
        Area of applicability.
    """

    preparation: Preparation
    members: tuple[Member, ...]
    calibrations: tuple[Calibration, ...]
    applicability: Applicability


@dataclass(frozen=True)
class Prediction:
    """Predictions of d depths at n cells, in the target's unit (kg m-2 for SOCD).

    Parameters
    ----------
    values : array of float32, shape (d, K, n)
        Each member's prediction.
    mean, sd : array of float32, shape (d, n)
        Over members; `sd` with K - 1 degrees of freedom.
    pi_lower, pi_upper : array of float32, shape (d, n)
        Prediction interval for a new measurement.
    n_corrected : array of int64, shape (d,)
        Cells in which a member had to be raised to keep the depths in order.
    """

    values: Float32Array
    mean: Float32Array
    sd: Float32Array
    pi_lower: Float32Array
    pi_upper: Float32Array
    n_corrected: npt.NDArray[np.int64]


def predict_depths(
    members: Sequence[Member],
    calibrations: Sequence[Calibration],
    encoded: Float32Array,
    offset: Float32Array | None = None,
) -> Prediction:
    """Return the predictions of every depth.

    Every member keeps 0 <= 0-10 <= 0-30 <= 0-50: a deeper sum contains the layer inside it. The
    limits of the prediction intervals are kept in the same order.

    Parameters
    ----------
    members : sequence of Member
        K bootstrap members.
    calibrations : sequence of Calibration
        One a depth.
    encoded : array of float32, shape (n, q)
        Encoded covariates, nothing missing.
    offset : array of float32, shape (n,), optional
        What the members did not have to learn, as in `bootstrap.fit_member`.
    """
    surface = predict_members([member.model for member in members], encoded)
    if offset is not None:
        surface += offset
    values, n_corrected = _member_values(members, surface, len(calibrations))
    mean = values.mean(axis=1, dtype=np.float32)
    sd = np.stack([of_depth.std(axis=0, ddof=1, dtype=np.float32) for of_depth in values])
    limits = [
        prediction_interval(mean[d], sd[d], calibration)
        for d, calibration in enumerate(calibrations)
    ]
    lower, upper = np.stack(limits, axis=1).astype(np.float32)
    return Prediction(
        values=values,
        mean=mean,
        sd=sd,
        pi_lower=np.maximum.accumulate(lower, axis=0),
        pi_upper=np.maximum.accumulate(upper, axis=0),
        n_corrected=n_corrected,
    )


def _member_values(
    members: Sequence[Member], surface: Float32Array, n_depths: int
) -> tuple[Float32Array, npt.NDArray[np.int64]]:
    """Return each member's predictions (d, K, n), in order of depth, and the cells corrected."""
    values = np.empty((n_depths, *surface.shape), dtype=np.float32)
    n_corrected = np.zeros(n_depths, dtype=np.int64)
    floor: npt.NDArray[np.float32] = np.zeros((), dtype=np.float32)
    for depth in range(n_depths):
        intercept = np.array([m.lines.intercept[depth] for m in members], dtype=np.float32)
        slope = np.array([m.lines.slope[depth] for m in members], dtype=np.float32)
        np.multiply(surface, slope[:, np.newaxis], out=values[depth])
        values[depth] += intercept[:, np.newaxis]
        n_corrected[depth] = (values[depth] < floor).any(axis=0).sum()
        floor = np.maximum(values[depth], floor, out=values[depth])
    return values, n_corrected
