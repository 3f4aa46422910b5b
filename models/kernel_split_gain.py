"""How much each column's splits reduce the variance of the predictions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit


@njit(cache=True, nogil=True)
def split_gain(
    feature: npt.NDArray[np.int16],
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    value: npt.NDArray[np.float32],
    cover: npt.NDArray[np.float32],
    offsets: npt.NDArray[np.int64],
    n_features: int,
) -> npt.NDArray[np.float64]:
    """Sum cover_l·cover_r / (cover_l + cover_r)·(mean_l - mean_r)² over the splits of each column.

    Parameters
    ----------
    feature, left, right, value, cover, offsets : arrays
        Of a `TreeEnsemble`; children come after their parents.
    n_features : int

    Returns
    -------
    array of float64, shape (n_features,)
        Reduction of the sum of squares, the tree's own gain where leaves are means.
    """
    gain = np.zeros(n_features)
    for tree in range(len(offsets) - 1):
        first, end = offsets[tree], offsets[tree + 1]
        mean = value[first:end].astype(np.float64)
        for node in range(end - first - 1, -1, -1):
            column = feature[first + node]
            if column < 0:
                continue
            lower, upper = left[first + node], right[first + node]
            weight_l = np.float64(cover[first + lower])
            weight_r = np.float64(cover[first + upper])
            both = weight_l + weight_r
            gap = mean[lower] - mean[upper]
            gain[column] += weight_l * weight_r / both * gap * gap
            mean[node] = (weight_l * mean[lower] + weight_r * mean[upper]) / both
    return gain
