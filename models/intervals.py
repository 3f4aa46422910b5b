"""Prediction intervals that hold their level, and the study's confidence interval of the mean.

The spread of bootstrap members is not how far a measurement may lie from the map: it leaves out
what no model knows. Locally weighted split-conformal prediction (Lei et al. 2018, section 5.2) adds
it, calibrated on residuals of sites that the members concerned have never seen:

    limits(x) = mean(x) + q · s(x),     s(x)² = (1 + 1/K) · sd(x)² + c0² + c1² · mean(x)²

with mean and sd over the K members that predict x, a residual variance that may grow with the
mean, and q the quantiles of (observed - mean) / s over the out-of-bag sites. A site's own mean and
sd run over the some 37 % of members that left it out; the factor 1 + 1/K, with the site's own K,
counts the noise of a mean of few members, so that fewer members there do not widen the interval
elsewhere, and the sd is the unbiased one (K - 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt

from .calibration import Calibration, calibrate_depth
from .member import Member

__all__ = [
    "Calibration",
    "OutOfBag",
    "calibrate",
    "confidence_interval",
    "prediction_interval",
    "relative_uncertainty",
]

FloatArray = npt.NDArray[np.float64]
Floats = npt.NDArray[np.floating[Any]]

MIN_MEMBERS = 2
"""Members that must have left a site out before its residual has a scale."""


@dataclass(frozen=True)
class OutOfBag:
    """What the members say of the sites they left out; all arrays (n, d).

    Parameters
    ----------
    mean, sd : array of float64
        Over the members that left the site out; `sd` with K - 1 degrees of freedom. NaN where
        fewer than `MIN_MEMBERS` did.
    count : array of int64
        Their number.
    n_members : int
        Number of all members.
    """

    mean: FloatArray
    sd: FloatArray
    count: npt.NDArray[np.int64]
    n_members: int

    @classmethod
    def of(cls, members: Sequence[Member]) -> OutOfBag:
        """Summarise members; their in-bag predictions do not exist and cannot slip in."""
        count = np.zeros(members[0].oob.shape, dtype=np.int64)
        total, squares = np.zeros(count.shape), np.zeros(count.shape)
        for member in members:
            count += np.isfinite(member.oob)
            total += np.nan_to_num(member.oob)
        few = count < MIN_MEMBERS
        mean = np.where(few, np.nan, total / np.maximum(count, 1))
        for member in members:
            squares += np.nan_to_num(member.oob - mean) ** 2
        sd = np.where(few, np.nan, np.sqrt(squares / np.maximum(count - 1, 1)))
        return cls(mean, sd, count, len(members))


def calibrate(oob: OutOfBag, observed: FloatArray, level: float) -> tuple[Calibration, ...]:
    """Calibrate the interval of each depth on its own out-of-bag residuals.

    A deep residual holds the error of the depth line with that of the surface, so that nothing has
    to be added for it.

    Parameters
    ----------
    oob : OutOfBag
        Of n sites and d depths.
    observed : array of float64, shape (n, d)
        Measured target; NaN where a site does not reach.
    level : float
        Nominal coverage, such as 0.9.
    """
    return tuple(
        calibrate_depth(
            oob.mean[:, k], oob.sd[:, k], oob.count[:, k], observed[:, k], level, oob.n_members
        )
        for k in range(observed.shape[1])
    )


def prediction_interval(
    mean: Floats, sd: Floats, calibration: Calibration
) -> tuple[Floats, Floats]:
    """Return the limits between which a new measurement lies with the calibrated level.

    Parameters
    ----------
    mean, sd : array
        Over the members, in the target's unit.
    calibration : Calibration
        Of the same members and depth.

    Returns
    -------
    lower, upper : array
        In the target's unit and the dtype of `mean`, never below zero.
    """
    mean = np.asarray(mean)
    scale = calibration.scale(mean, sd).astype(mean.dtype)
    lower, upper = (
        np.maximum(mean + mean.dtype.type(q) * scale, mean.dtype.type(0))
        for q in (calibration.lower, calibration.upper)
    )
    return lower, upper


def confidence_interval(
    mean: Floats, sd: Floats, n: int, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Return the confidence interval of the bootstrap mean, Yang et al. 2025, Eq. 7.

    ``mean ± z · sd / √n`` with n the number of members. It shrinks with n and says nothing of how
    far a measurement may lie.
    """
    half = sd * np.asarray(sd).dtype.type(_half_width(n, level))
    return mean - half, mean + half


def relative_uncertainty(mean: Floats, sd: Floats, n: int, level: float = 0.95) -> Floats:
    """Return (upper - lower) / mean of Eq. 7, Yang et al. 2025, Eq. 8; NaN where mean <= 0."""
    mean = np.asarray(mean)
    width = sd * mean.dtype.type(2 * _half_width(n, level))
    positive = mean > 0
    return np.where(positive, width / np.where(positive, mean, 1), mean.dtype.type(np.nan))


def _half_width(n: int, level: float) -> float:
    return NormalDist().inv_cdf(0.5 + level / 2) / sqrt(n)
