"""Quantiles of the gamma distribution, tabulated once so that kernels can read them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from .kernel_noise import FloatArray

SMALLEST_SHAPE, LARGEST_SHAPE = 0.1, 10.0
N_SHAPES = 93
LARGEST_ROOT = 6.5
"""Root of -ln(exceedance) of the rarest hashed normal, with room to spare."""
N_ROOTS = 326


class GammaQuantiles(NamedTuple):
    """Quantiles at even steps of ln(shape) and of the root of -ln(exceedance).

    Parameters
    ----------
    quantile : array of shape (n_shapes, n_roots)
        In units of the scale.
    log_shape_first, log_shape_step, root_step : float
        Where the table begins and how far its rows and columns are apart.
    """

    quantile: FloatArray
    log_shape_first: float
    log_shape_step: float
    root_step: float


@cache
def gamma_quantiles() -> GammaQuantiles:
    """Return the table; read between its entries it is true to 1 % of the mean."""
    from scipy.special import gammainccinv

    log_shape = np.linspace(np.log(SMALLEST_SHAPE), np.log(LARGEST_SHAPE), N_SHAPES)
    root = np.linspace(0.0, LARGEST_ROOT, N_ROOTS)
    quantile = gammainccinv(np.exp(log_shape)[:, None], np.exp(-(root**2))[None, :])
    return GammaQuantiles(
        np.ascontiguousarray(quantile),
        float(log_shape[0]),
        float(log_shape[1] - log_shape[0]),
        float(root[1]),
    )
