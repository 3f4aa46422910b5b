"""From the modelled surface layer down: a line per deeper layer, and layers kept in order.

The study maps SOCD 0-10 cm and carries the map to 0-30 and 0-50 cm by linear regression on the
sites (Yang et al. 2025, section 1.4). A line knows nothing of order, so mapped values are raised
where a deeper sum would hold less carbon than the layer inside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.depths import DepthInterval, depth_key

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Floats = npt.NDArray[np.floating[Any]]

MIN_SITES = 3
"""A line has two coefficients; its residual SD needs one site more."""


@dataclass(frozen=True)
class DepthLines:
    """Lines target_k = intercept_k + slope_k · target_0; k = 0 is the identity.

    Parameters
    ----------
    intercept, intercept_se : array of float64, shape (d,)
        In the target's unit (kg m-2 for SOCD); standard error of ordinary least squares.
    slope, slope_se : array of float64, shape (d,)
        Dimensionless.
    residual_sd : array of float64, shape (d,)
        Residual SD with n - 2 degrees of freedom, in the target's unit.
    r2 : array of float64, shape (d,)
        Share of variance explained on the sites the line was fitted on.
    n : array of int64, shape (d,)
        Sites complete to each depth.
    """

    intercept: FloatArray
    intercept_se: FloatArray
    slope: FloatArray
    slope_se: FloatArray
    residual_sd: FloatArray
    r2: FloatArray
    n: IntArray

    @classmethod
    def fit(
        cls, targets: FloatArray, depths: tuple[DepthInterval, ...] | None = None
    ) -> DepthLines:
        """Fit by ordinary least squares on the sites complete to each depth.

        Parameters
        ----------
        targets : array of float64, shape (n, d)
            Column 0 is the modelled depth; NaN where a site does not reach.
        depths : tuple of (top, bottom) in cm, length d, optional
            Named in the error if a depth cannot be fitted.

        Raises
        ------
        ValueError
            If fewer than 3 sites reach a depth, or all of them have the same surface value.
        """
        surface = targets[:, 0]
        lines = [(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, int(np.isfinite(surface).sum()))]
        for k in range(1, targets.shape[1]):
            x, y = _complete(surface, targets[:, k], k, depths)
            lines.append(_least_squares(x, y))
        a, a_se, b, b_se, sd, r2, n = (np.array(values) for values in zip(*lines, strict=True))
        return cls(a, a_se, b, b_se, sd, r2, n)

    def apply(self, surface: Floats) -> Floats:
        """Return the value at every depth, shape (d, ...), in the dtype of `surface`.

        The values are as the lines give them; pass them through `ordered`.
        """
        out = np.empty((len(self.n), *surface.shape), dtype=surface.dtype)
        for k, (a, b) in enumerate(zip(self.intercept, self.slope, strict=True)):
            np.multiply(surface, surface.dtype.type(b), out=out[k, ...])
            out[k, ...] += surface.dtype.type(a)
        return out

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name, for saving."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> DepthLines:
        """Rebuild from `to_arrays`; other names in `arrays` are left alone."""
        return cls(**{item.name: np.asarray(arrays[item.name]) for item in fields(cls)})


@dataclass(frozen=True)
class DepthRatios:
    """The baseline any line must beat: target_k = ratio_k · target_0.

    Parameters
    ----------
    ratio : array of float64, shape (d,)
        Sum of the deep targets over the sum of the surface targets of the same sites, the ratio
        estimator of survey sampling (Cochran 1977, chapter 6).
    n : array of int64, shape (d,)
        Sites complete to each depth.
    """

    ratio: FloatArray
    n: IntArray

    @classmethod
    def fit(
        cls, targets: FloatArray, depths: tuple[DepthInterval, ...] | None = None
    ) -> DepthRatios:
        """Fit on the sites complete to each depth; see `DepthLines.fit`."""
        surface = targets[:, 0]
        pairs = [_complete(surface, targets[:, k], k, depths) for k in range(1, targets.shape[1])]
        return cls(
            ratio=np.array([1.0, *(y.sum() / x.sum() for x, y in pairs)]),
            n=np.array([np.isfinite(surface).sum(), *(len(x) for x, _ in pairs)], dtype=np.int64),
        )

    def apply(self, surface: Floats) -> Floats:
        """Return the value at every depth, shape (d, ...)."""
        ratio = self.ratio.astype(surface.dtype).reshape(-1, *(1,) * surface.ndim)
        return ratio * surface


def ordered(values: Floats) -> tuple[Floats, IntArray]:
    """Keep 0 <= 0-10 <= 0-30 <= 0-50 by raising a deeper sum to the shallower one inside it.

    Parameters
    ----------
    values : array, shape (d, ...)
        Targets cumulated from the surface down to each depth. NaN stays NaN.

    Returns
    -------
    array, shape (d, ...)
        In the dtype of `values`.
    array of int64, shape (d,)
        How many values were raised at each depth.
    """
    out = np.array(values)
    corrected = np.zeros(len(out), dtype=np.int64)
    floor = np.zeros(out.shape[1:], dtype=out.dtype)
    for k in range(len(out)):
        low = np.asarray(out[k] < floor)  # False for NaN
        corrected[k] = np.count_nonzero(low)
        if corrected[k]:
            out[k, ...] = np.where(low, floor, out[k])
        floor = np.fmax(floor, out[k])  # a NaN above does not hide the value below it
    return out, corrected


def depth_table(
    lines: DepthLines, depths: tuple[DepthInterval, ...], n_cells_corrected: IntArray
) -> pd.DataFrame:
    """Return the rows of ``depth_lines.csv``, one a depth; `n_cells_corrected` has shape (d,)."""
    columns = ("n", "intercept", "intercept_se", "slope", "slope_se", "residual_sd", "r2")
    table = pd.DataFrame({name: getattr(lines, name) for name in columns})
    table.insert(0, "depth", [depth_key(depth) for depth in depths])
    table["n_cells_corrected"] = n_cells_corrected
    return table


def _complete(
    surface: FloatArray, deep: FloatArray, k: int, depths: tuple[DepthInterval, ...] | None
) -> tuple[FloatArray, FloatArray]:
    """Return surface and deep target of the sites that have both, or say why not."""
    both = np.isfinite(surface) & np.isfinite(deep)
    name = f"depth {depth_key(depths[k])} cm" if depths else f"depth number {k}"
    if both.sum() < MIN_SITES:
        raise ValueError(
            f"{name}: {both.sum()} site(s) are complete to it, at least {MIN_SITES} are needed "
            "to carry the map down; leave this depth out or add deeper profiles"
        )
    if np.ptp(surface[both]) == 0:
        raise ValueError(
            f"{name}: its {both.sum()} sites all have the same surface value "
            f"({surface[both][0]:g}), no line can be fitted"
        )
    return surface[both], deep[both]


def _least_squares(
    x: FloatArray, y: FloatArray
) -> tuple[float, float, float, float, float, float, int]:
    """Return intercept, its SE, slope, its SE, residual SD, R² and n of one line."""
    n, centre = len(x), x.mean()
    sxx = np.square(x - centre).sum()
    slope = ((x - centre) * (y - y.mean())).sum() / sxx
    intercept = y.mean() - slope * centre
    sse = np.square(y - intercept - slope * x).sum()
    residual_sd = np.sqrt(sse / (n - 2))
    total = np.square(y - y.mean()).sum()
    return (
        float(intercept),
        float(residual_sd * np.sqrt(1 / n + centre**2 / sxx)),
        float(slope),
        float(residual_sd / np.sqrt(sxx)),
        float(residual_sd),
        float(1 - sse / total) if total > 0 else 1.0,
        n,
    )
