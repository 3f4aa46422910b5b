"""Carbon between two depths, from the carbon of the layers."""

from __future__ import annotations

import numpy as np

from .soil_columns import FloatArray
from .soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M

CM_PER_M = 100.0


def stock_between(by_layer: FloatArray, top_cm: float, bottom_cm: float) -> FloatArray:
    """Return the stock between two depths, a layer's carbon spread evenly over its thickness.

    Parameters
    ----------
    by_layer : array (..., 10)
        Carbon of the layers, in any unit per area.
    top_cm, bottom_cm : float
        Below the surface, cm; what lies below the deepest layer holds nothing.

    Returns
    -------
    array (...)
        In the unit of `by_layer`.
    """
    layer_top_m = LAYER_BOTTOM_M - LAYER_THICKNESS_M
    upper = np.maximum(layer_top_m, top_cm / CM_PER_M)
    lower = np.minimum(LAYER_BOTTOM_M, bottom_cm / CM_PER_M)
    share = np.maximum(lower - upper, 0.0) / LAYER_THICKNESS_M
    return np.asarray(by_layer @ share)
