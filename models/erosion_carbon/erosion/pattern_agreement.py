"""How far two maps of erosion and deposition agree, whatever their magnitude."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


class PatternAgreement(NamedTuple):
    """Agreement of two maps of net soil gain.

    Parameters
    ----------
    spearman : float
        Correlation of ranks.
    same_sign : float
        Share of cells that both take as eroding or both as gaining soil.
    kappa : float
        Cohen's kappa of the signs: 0 by chance, 1 when all agree.
    """

    spearman: float
    same_sign: float
    kappa: float


def pattern_agreement(simulated: FloatArray, expected: FloatArray) -> PatternAgreement:
    """Compare two maps where both are known (not NaN).

    Parameters
    ----------
    simulated, expected : array of any one shape
        Net soil gain, positive where soil is deposited; units may differ.
    """
    from scipy.stats import spearmanr

    known = np.isfinite(simulated) & np.isfinite(expected)
    ours, theirs = simulated[known], expected[known]
    same = float(np.mean((ours > 0) == (theirs > 0)))
    gaining, gaining_theirs = float(np.mean(ours > 0)), float(np.mean(theirs > 0))
    chance = gaining * gaining_theirs + (1 - gaining) * (1 - gaining_theirs)
    return PatternAgreement(
        float(spearmanr(ours, theirs).statistic), same, (same - chance) / (1 - chance)
    )
