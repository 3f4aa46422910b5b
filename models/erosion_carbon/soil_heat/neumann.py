"""The freezing of a half-space from a cold surface, solved exactly (Neumann)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from .kernel_properties import FUSION_HEAT_J_M3

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FreezingHalfSpace:
    """Ground of one initial temperature whose surface is cold from time 0 on.

    Defaults are the example of Lunardini (1981), Heat transfer in cold climates.

    Parameters
    ----------
    surface_c, initial_c : float
        Below and above 0 degC.
    water : float
        That freezes at 0 degC, m3 of water m-3.
    frozen_conductivity_w_m_k, thawed_conductivity_w_m_k : float
        Thermal conductivities.
    frozen_heat_capacity_j_m3_k, thawed_heat_capacity_j_m3_k : float
        Heat capacities.
    """

    surface_c: float = -10.0
    initial_c: float = 2.0
    water: float = 0.187 * 1.770
    frozen_conductivity_w_m_k: float = 2.324
    thawed_conductivity_w_m_k: float = 1.860
    frozen_heat_capacity_j_m3_k: float = 1.966e6
    thawed_heat_capacity_j_m3_k: float = 2.862e6

    @cached_property
    def rate(self) -> float:
        """Half the front's depth over sqrt(diffusivity of frozen ground times time)."""
        from scipy.optimize import brentq

        return float(brentq(self._imbalance, 1e-6, 3.0, xtol=1e-14))

    def _imbalance(self, rate: float) -> float:
        """Return heat arriving at the front less heat drawn off and heat of fusion, scaled."""
        outwards = math.exp(-(rate**2)) / math.erf(rate)
        ratio = math.sqrt(self._frozen_m2_s / self._thawed_m2_s)
        ahead = math.exp(-((rate * ratio) ** 2)) / math.erfc(rate * ratio)
        inwards = (
            ahead
            * (self.thawed_conductivity_w_m_k / self.frozen_conductivity_w_m_k)
            * ratio
            * (self.initial_c / -self.surface_c)
        )
        fusion = FUSION_HEAT_J_M3 * self.water / (self.frozen_heat_capacity_j_m3_k * self.surface_c)
        return outwards - inwards + math.sqrt(math.pi) * rate * fusion

    @property
    def _frozen_m2_s(self) -> float:
        return self.frozen_conductivity_w_m_k / self.frozen_heat_capacity_j_m3_k

    @property
    def _thawed_m2_s(self) -> float:
        return self.thawed_conductivity_w_m_k / self.thawed_heat_capacity_j_m3_k

    def front_m(self, time_s: FloatArray | float) -> FloatArray:
        """Return the depth of the front at times after the start, same shape."""
        return np.asarray(2.0 * self.rate * np.sqrt(self._frozen_m2_s * np.asarray(time_s)))

    def temperature_c(self, depth_m: FloatArray, time_s: float) -> FloatArray:
        """Return temperatures at depths, same shape, a time after the start."""
        from scipy.special import erf, erfc

        depth_m = np.asarray(depth_m)
        frozen = erf(depth_m / (2.0 * math.sqrt(self._frozen_m2_s * time_s))) / erf(self.rate)
        ahead = self.rate * math.sqrt(self._frozen_m2_s / self._thawed_m2_s)
        thawed = erfc(depth_m / (2.0 * math.sqrt(self._thawed_m2_s * time_s))) / erfc(ahead)
        return np.where(
            depth_m < self.front_m(time_s),
            self.surface_c * (1.0 - frozen),
            self.initial_c * (1.0 - thawed),
        )
