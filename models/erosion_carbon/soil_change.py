"""What a year changes in the soil's heat and water: how far a landscape is from rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .soil_layers import LAYER_THICKNESS_M
from .state import State


@dataclass(frozen=True)
class SoilChange:
    """Differences between the start and the end of a year.

    Parameters
    ----------
    temperature_k, temperature_mean_k : float
        Largest and mean absolute change of a layer's temperature.
    water_m, water_mean_m : float
        Largest and mean absolute change of the water in 0-4 m.
    """

    temperature_k: float
    temperature_mean_k: float
    water_m: float
    water_mean_m: float


class YearStart:
    """Temperature and water at the start of a year, to tell what it changes."""

    def __init__(self, state: State) -> None:
        self._temperature_c = state.temperature_c.copy()
        self._water_m = state.water.soil @ LAYER_THICKNESS_M

    def change(self, state: State) -> SoilChange:
        """Return what changed since."""
        warmer = np.abs(state.temperature_c - self._temperature_c)
        wetter = np.abs(state.water.soil @ LAYER_THICKNESS_M - self._water_m)
        return SoilChange(
            float(warmer.max()), float(warmer.mean()), float(wetter.max()), float(wetter.mean())
        )
