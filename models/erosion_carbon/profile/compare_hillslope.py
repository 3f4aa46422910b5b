"""Observed carbon of a ploughed loess hillslope: the plateau's profile, eroded or buried."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..soil_layers import LAYER_MIDDLE_M, LAYER_THICKNESS_M
from .kernel_profile import LAYERWISE, NO_ENRICHMENT, deposit, erode
from .parameters import PROFILE

FloatArray = npt.NDArray[np.float64]

SITE = "HB"
DECAY_YR, YEARS = 0.005, 100
N_OBSERVED = 7
"""Layers to 80 cm; observations end at 98 cm."""
RATES_M_YR = np.geomspace(1e-4, 5e-3, 40)
ONE = np.ones(1)


class HillslopeProfile(NamedTuple):
    """Carbon of one position, % of mass by layer, (7,).

    Parameters
    ----------
    plateau, observed, modelled : array
        The profile that neither erodes nor grows; that of the position; ours.
    rate_m_yr : float
        The one fitted number: erosion, or below 0 deposition, over a century.
    """

    plateau: FloatArray
    observed: FloatArray
    modelled: FloatArray
    rate_m_yr: float

    @property
    def explained(self) -> float:
        """Share of the squared difference between plateau and position that the model takes up."""
        left = ((self.modelled - self.observed) ** 2).sum()
        return float(1.0 - left / ((self.plateau - self.observed) ** 2).sum())


def compare_with_hillslope(
    folder: Path, position: Literal["convex", "concave"]
) -> HillslopeProfile:
    """Return an eroding (convex) or growing (concave) profile, its rate the one that fits best.

    Profiles were interpolated to 5 cm by the authors of WATEM_C. Carbon of the plateau is held in
    balance by its own input; what settles has the carbon of the plateau's topsoil.

    Parameters
    ----------
    folder : Path
        ``erosion_watem_c``.
    position : str
        On the hillslope.
    """
    table = pd.read_csv(folder / "soc_profiles_by_position.csv")
    site = table[table["site"] == SITE]
    plateau, observed = (
        _of_layers(site[site["position"] == each]) for each in ("plateau", position)
    )
    sign = 1.0 if position == "convex" else -1.0
    tried = [(after_a_century(plateau, sign * rate), sign * rate) for rate in RATES_M_YR]
    seen = slice(N_OBSERVED)
    errors = [((found - observed)[seen] ** 2).sum() for found, _ in tried]
    modelled, rate_m_yr = tried[int(np.argmin(errors))]
    return HillslopeProfile(plateau[seen], observed[seen], modelled[seen], float(rate_m_yr))


def after_a_century(plateau: FloatArray, erosion_m_yr: float) -> FloatArray:
    """Return the plateau's profile, %, after erosion or, below 0, deposition of its topsoil."""
    stable = plateau * LAYER_THICKNESS_M
    soil, removed = stable.reshape(1, -1, 1).copy(), np.empty((1, 1))
    moved = ONE * abs(erosion_m_yr)  # of density 1, so that stocks are % times m
    for _ in range(YEARS):
        soil[0, :, 0] += DECAY_YR * (stable - soil[0, :, 0])
        if erosion_m_yr > 0:
            erode(0, 1, soil, moved, ONE, LAYERWISE, NO_ENRICHMENT, PROFILE.defaults, removed)
        else:
            deposit(0, 1, soil, moved, ONE, LAYERWISE, moved[:, None] * plateau[0])
    return np.asarray(soil[0, :, 0] / LAYER_THICKNESS_M)


def _of_layers(profile: pd.DataFrame) -> FloatArray:
    return np.asarray(np.interp(LAYER_MIDDLE_M, profile["depth_cm"] / 100, profile["soc_pct"]))
