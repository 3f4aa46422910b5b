"""Friction that soil, litter and standing plants give to flow in rills."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .kernel_rill import SOIL_FRICTION

FloatArray = npt.NDArray[np.float64]

LITTER_FRICTION = 4.5
LITTER_EXPONENT = 1.5544


def rill_friction(ground_cover: FloatArray, standing_friction: FloatArray | float) -> FloatArray:
    """Return the Darcy-Weisbach friction factor in rills (WEPP chapter 10, Gilley & Weltz 1995).

    Soil feels the share `SOIL_FRICTION` / friction of the flow's shear.

    Parameters
    ----------
    ground_cover : (n,) array
        Share of ground under litter, residue, stones or moss.
    standing_friction : float or (n,) array
        Of living plants: 0 for row crops, 3 for cereals, 12 for brome grass, 17 for old forest at
        their full height (WEPP plant files), less by the ratio of their height to that, as WEPP has
        it.
    """
    return SOIL_FRICTION + LITTER_FRICTION * ground_cover**LITTER_EXPONENT + standing_friction
