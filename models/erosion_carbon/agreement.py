"""How well simulated values agree with observed ones (Lu et al. 2024, Eqs. 26, 27)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def relative_bias_percent(simulated: FloatArray, observed: FloatArray) -> float:
    """Return the sum of the errors over the sum of the observations, % (Eq. 26)."""
    return float((simulated - observed).sum() / observed.sum() * 100.0)


def nash_sutcliffe(simulated: FloatArray, observed: FloatArray) -> float:
    """Return 1 less the squared error over that of the observed mean (Eq. 27); at most 1."""
    scatter = ((observed - observed.mean()) ** 2).sum()
    return float(1.0 - ((observed - simulated) ** 2).sum() / scatter)
