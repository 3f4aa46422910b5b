"""Depth of thaw from degree-days alone (Stefan): the cheap choice where no column is run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..constants import SECONDS_PER_DAY
from .kernel_properties import FUSION_HEAT_J_M3

FloatArray = npt.NDArray[np.float64]


def stefan_thaw_depth_m(
    thawing_degree_days: FloatArray,
    n_factor: float | FloatArray,
    conductivity_w_m_k: float | FloatArray,
    water: float | FloatArray,
) -> FloatArray:
    """Return the depth of thaw, z = sqrt(2 k n DDT / (L_f rho_w theta)).

    Sensible heat is left out, so this is an upper bound.

    Parameters
    ----------
    thawing_degree_days : array
        Sum of positive daily mean air temperatures, degC d.
    n_factor : float or array
        Surface over air degree-days.
    conductivity_w_m_k : float or array
        Of the thawed soil.
    water : float or array
        Ice that melts, m3 of water m-3, positive.
    """
    heat = 2.0 * conductivity_w_m_k * n_factor * thawing_degree_days * SECONDS_PER_DAY
    return np.asarray(np.sqrt(heat / (FUSION_HEAT_J_M3 * water)))


def two_layer_stefan_thaw_depth_m(
    thawing_degree_days: FloatArray,
    n_factor: float | FloatArray,
    organic_layer_m: FloatArray,
    organic_conductivity_w_m_k: float | FloatArray,
    organic_water: float | FloatArray,
    mineral_conductivity_w_m_k: float | FloatArray,
    mineral_water: float | FloatArray,
) -> FloatArray:
    """Return the depth of thaw through an organic layer into mineral soil.

    With N = n DDT and L = L_f rho_w: where N exceeds L theta_o h^2 / (2 k_o), which thaws the
    organic layer of thickness h, the rest X = (N - that) / (L theta_m) thaws mineral soil to
    z = h + k_m (-h / k_o + sqrt((h / k_o)^2 + 2 X / k_m)); else z = sqrt(2 k_o N / (L theta_o)).

    Parameters
    ----------
    thawing_degree_days, n_factor
        As in `stefan_thaw_depth_m`.
    organic_layer_m : array
        Thickness of the organic layer, 0 or more.
    organic_conductivity_w_m_k, mineral_conductivity_w_m_k : float or array
        Thermal conductivities of the thawed layers.
    organic_water, mineral_water : float or array
        Ice that melts, m3 of water m-3, positive.
    """
    heat = np.asarray(n_factor * thawing_degree_days * SECONDS_PER_DAY, dtype=np.float64)
    needed = FUSION_HEAT_J_M3 * organic_water * organic_layer_m**2
    needed = needed / (2.0 * organic_conductivity_w_m_k)
    rest = np.maximum(heat - needed, 0.0) / (FUSION_HEAT_J_M3 * mineral_water)
    resistance = organic_layer_m / organic_conductivity_w_m_k
    mineral_m = mineral_conductivity_w_m_k * (
        np.sqrt(resistance**2 + 2.0 * rest / mineral_conductivity_w_m_k) - resistance
    )
    within_m = stefan_thaw_depth_m(
        thawing_degree_days, n_factor, organic_conductivity_w_m_k, organic_water
    )
    return np.where(heat > needed, organic_layer_m + mineral_m, within_m)
