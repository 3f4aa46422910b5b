"""Calibration of prediction intervals on residuals: a local scale, and quantiles in its units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import floor, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Floats = npt.NDArray[np.floating[Any]]
_REFITS = 20


@dataclass(frozen=True)
class Calibration:
    """How far measurements lie from the members' mean, in units of the local scale.

    Parameters
    ----------
    lower, upper : float
        Quantiles q of (observed - mean) / s; NaN without any site.
    level : float
        Nominal coverage.
    c0 : float
        Residual SD at a mean of zero, in the target's unit.
    c1 : float
        Growth of the residual SD with the mean, dimensionless.
    n_sites : int
        Sites calibrated on.
    n_members : int
        Members that predict where the interval is asked for.
    enough : bool
        False if the level asks for a quantile beyond the outermost residual; the outermost is
        used then, and the coverage is below the level.
    """

    lower: float
    upper: float
    level: float
    c0: float
    c1: float
    n_sites: int
    n_members: int
    enough: bool

    def scale(self, mean: Floats, sd: Floats, count: npt.ArrayLike | None = None) -> Floats:
        """Return s, the local scale of errors, in the target's unit.

        Parameters
        ----------
        mean, sd : array
            Over members.
        count : array, optional
            How many members; by default all.
        """
        members = self.n_members if count is None else np.asarray(count)
        return np.asarray(np.sqrt(_variance(mean, sd, members, self.c0**2, self.c1**2)))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able description; what is unknown is None."""
        return {name: None if value != value else value for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Rebuild from `to_dict`."""
        values: dict[str, Any] = {
            name: np.nan if value is None else value for name, value in data.items()
        }
        return cls(**values)


def calibrate_depth(
    mean: FloatArray,
    sd: FloatArray,
    count: npt.NDArray[np.int64],
    observed: FloatArray,
    level: float,
    n_members: int,
) -> Calibration:
    """Calibrate one depth.

    Parameters
    ----------
    mean, sd : array of float64, shape (n,)
        Of each site over the members that left it out; NaN where they are too few.
    count : array of int64, shape (n,)
        Number of those members.
    observed : array of float64, shape (n,)
        NaN where a site does not reach.
    level : float
        Nominal coverage.
    n_members : int
        Members that will predict elsewhere.
    """
    used = np.isfinite(mean) & np.isfinite(sd) & np.isfinite(observed)
    if not used.any():
        return Calibration(np.nan, np.nan, level, np.nan, np.nan, 0, n_members, False)
    mean, sd, count, error = mean[used], sd[used], count[used], (observed - mean)[used]
    c0_squared, c1_squared = residual_variance(error**2, mean, sd**2 * (1 + 1 / count))
    variance = _variance(mean, sd, count, c0_squared, c1_squared)
    standardised = np.sort(error / np.sqrt(variance))
    lower, upper, enough = tail_quantiles(standardised, level)
    c0, c1 = sqrt(c0_squared), sqrt(c1_squared)
    return Calibration(lower, upper, level, c0, c1, len(error), n_members, enough)


def residual_variance(
    squared_error: FloatArray, mean: FloatArray, model_variance: FloatArray
) -> tuple[float, float]:
    """Fit ``E[error²] = model variance + c0² + c1² · mean²`` with both coefficients >= 0.

    Least squares weighted by the inverse square of the fitted variance, refitted until it settles:
    squared errors scatter in proportion to their mean. Where the members' spread alone exceeds the
    errors the coefficients are zero, but for a trace that keeps scales positive.

    Parameters
    ----------
    squared_error, mean, model_variance : array of float64, shape (n,)

    Returns
    -------
    c0_squared, c1_squared : float
        In the square of the target's unit; dimensionless.
    """
    from scipy.optimize import nnls

    trace = 1e-8 * float(np.mean(squared_error) + np.mean(mean**2)) + np.finfo(float).tiny
    unit = max(float(np.mean(mean**2)), trace)  # both columns near one, whatever the unit
    columns = np.column_stack([np.ones(len(mean)), mean**2 / unit])
    excess = squared_error - model_variance
    fitted = np.full(len(mean), max(float(np.mean(squared_error)), trace))
    coefficients = np.zeros(2)
    for _ in range(_REFITS):
        before = coefficients
        coefficients, _ = nnls(columns / fitted[:, np.newaxis], excess / fitted)
        fitted = np.maximum(columns @ coefficients + model_variance, trace)
        if np.allclose(before, coefficients, rtol=1e-6, atol=trace):
            break
    return max(float(coefficients[0]), trace), float(coefficients[1]) / unit


def tail_quantiles(ordered: FloatArray, level: float) -> tuple[float, float, bool]:
    """Return quantiles that leave out (1 - level) / 2 in each tail, corrected for finite n.

    The next of n + 1 exchangeable values is as likely to fall in any of the n + 1 gaps, so the
    quantiles are the order statistics number ⌊(n + 1)·(1 - level)/2⌋ from either end (Vovk et al.
    2005); each tail has its own, because errors of a positive quantity are skewed.

    Parameters
    ----------
    ordered : array of float64, shape (n,)
        In ascending order.
    level : float
        Nominal coverage.

    Returns
    -------
    lower, upper : float
    enough : bool
        False if n is too small for the level; the extremes are returned then.
    """
    n = len(ordered)
    tail = (n + 1) * (1 - level) / 2
    from_end = floor(tail + 1e-9)  # 1e-9: (n + 1)·0.05 must not fall below a whole number
    enough = from_end >= 1
    rank = max(from_end, 1)
    return float(ordered[rank - 1]), float(ordered[n - rank]), enough


def _variance(mean: Any, sd: Any, count: Any, c0_squared: float, c1_squared: float) -> Any:
    return sd**2 * (1 + 1 / count) + c0_squared + c1_squared * mean**2
