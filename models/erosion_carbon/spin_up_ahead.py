"""Look ahead in a spin-up: to where deep ground and deep water are bound, decades on.

A repeated year brings the upper metre to rest within a few years. Ground below takes as long as
heat needs through 30 m of it, soil below most roots as long as the few there need to drink it dry.
"""

from __future__ import annotations

import numpy as np

from .soil_columns import FloatArray
from .soil_heat.grid import NODE_MIDDLE_M

AHEAD_BELOW_NODE = int(np.searchsorted(NODE_MIDDLE_M, 1.8))
"""Above, seasons set the temperature within a few years; own, of 0.9, 1.8 and 3.5 m the best."""
SLOWEST_DECAY = 0.95
"""Of the change from year to year; looks 20 such changes ahead at most. With 0.99 noise of columns
that freeze in one year and not in the next is taken for a trend. Own."""


def deep_at_rest(
    temperature_c: FloatArray, annual_mean_c: FloatArray, gradient_k_m: float
) -> FloatArray:
    """Return temperatures whose annual means lie on the geothermal gradient below 1.8 m.

    In a year that repeats itself no heat is stored, so that the mean heat flux is the same at all
    depths: that from the rock. Each deep node is shifted by what its mean lacks, and keeps its
    season.

    Parameters
    ----------
    temperature_c, annual_mean_c : array (n, n_nodes)
        At the end of a year, and the mean over it.
    gradient_k_m : float
        Geothermal flux over the conductivity of rock, K m-1.
    """
    first = AHEAD_BELOW_NODE
    below_m = NODE_MIDDLE_M[first:] - NODE_MIDDLE_M[first]
    at_rest = annual_mean_c[:, first : first + 1] + gradient_k_m * below_m
    shifted = temperature_c.copy()
    shifted[:, first:] += at_rest - annual_mean_c[:, first:]
    return shifted


def where_bound(before: FloatArray, between: FloatArray, now: FloatArray) -> FloatArray:
    """Return the limit of values whose change shrinks by a constant factor from year to year.

    Aitken's delta-squared, for changes that shrink and keep their sign; others stay as they are.

    Parameters
    ----------
    before, between, now : array
        At the ends of three years.
    """
    first, second = between - before, now - between
    decay = np.divide(second, first, out=np.zeros_like(now), where=first != 0.0)
    decay = np.where((decay > 0.0) & (decay < 1.0), np.minimum(decay, SLOWEST_DECAY), 0.0)
    return np.asarray(now + second * decay / (1.0 - decay))
