"""Mass-preserving quadratic spline of carbon density with depth, for many profiles at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .depths import DepthInterval
from .kernel_spline import spline_masses

FloatArray = NDArray[np.float64]


def spline_stocks(
    start: NDArray[np.int64],
    top_cm: FloatArray,
    bottom_cm: FloatArray,
    density: FloatArray,
    bedrock_cm: FloatArray,
    depths: Sequence[DepthInterval],
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return the carbon of each profile within each depth interval.

    The curve is of carbon density SOC·BD·(1-δ), never of SOC and bulk density apart (the product of
    two means is not the mean of the product). The mean of the curve over every layer is that
    layer's density, to rounding; it is nowhere negative.

    Parameters
    ----------
    start : array of int64, shape (n_sites + 1,)
        Layers of profile i are ``start[i]:start[i + 1]``: sorted, without overlap, at least one.
    top_cm, bottom_cm : array of float64, shape (n_layers,)
        Depths, 0 <= top < bottom.
    density : array of float64, shape (n_layers,)
        Carbon density in kg m-3, >= 0.
    bedrock_cm : array of float64, shape (n_sites,)
        Depth below which there is none; inf where unknown.
    depths : sequence of (top, bottom)
        Intervals in cm.

    Returns
    -------
    stocks : array of float64, shape (n_sites, n_depths)
        kg m-2; beyond the sampled depths the edge value is held (the caller judges coverage).
    limited : array of int64, shape (n_sites,)
        Layers of each profile that were flattened to keep the curve from going negative.

    Raises
    ------
    ValueError
        If layers are unsorted, overlap, or have a negative or missing density.
    """
    top, bottom, values = (np.array(each, np.float64) for each in (top_cm, bottom_cm, density))
    first = np.zeros(len(top), bool)
    first[start[:-1]] = True
    if not (np.all(bottom > top) and np.all(values >= 0) and np.all(np.diff(start) > 0)):
        raise ValueError("every profile needs layers with bottom below top and density >= 0")
    if np.any(~first[1:] & (top[1:] < bottom[:-1])):
        raise ValueError("layers of a profile must be sorted by depth and must not overlap")
    stocks, limited = spline_masses(
        np.array(start, np.int64),
        top,
        bottom,
        values,
        np.array(bedrock_cm, np.float64),
        np.array(depths, np.float64).reshape(-1, 2),
    )
    return stocks, limited
