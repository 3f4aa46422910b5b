"""Soil carbon spread over depth before the first day."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..soil_layers import LAYER_BOTTOM_M

FloatArray = npt.NDArray[np.float64]
BOTTOM_CM = 100.0 * LAYER_BOTTOM_M


def initial_profile(total_soc_g: FloatArray, extinction: FloatArray) -> FloatArray:
    """Return the carbon of the ten layers (Lu et al. 2024, Eqs. 19, 20).

    Normalised by the share above the bottom of the last layer, so that layers sum to the total.

    Parameters
    ----------
    total_soc_g : array (n,)
        Carbon of 0-4 m, g m-2.
    extinction : array (n,)
        Beta of Eq. 19, per cm: 0.97 puts 95 % of the carbon into the top metre, 0.99 63 %.

    Returns
    -------
    array (n, 10)
        g m-2.

    Raises
    ------
    InputError
        Where an extinction is not between 0 and 1.
    """
    wrong = ~((extinction > 0.0) & (extinction < 1.0))
    if wrong.any():
        raise InputError(
            Problem(
                "profile.extinction",
                f"{np.count_nonzero(wrong)} cells have values like {extinction[wrong][0]:g}, "
                "not between 0 and 1",
                "0.97 to 0.99 put 95 to 63 % of the carbon into the top metre",
            )
        )
    above = 1.0 - extinction[:, None] ** BOTTOM_CM
    shares = np.diff(above, axis=1, prepend=0.0) / above[:, -1:]
    return total_soc_g[:, None] * shares
