"""Green-Ampt properties of the eleven soil textures (Rawls, Brakensiek & Miller 1983)."""

from __future__ import annotations

from typing import NamedTuple

_CM = 1e-2
_CM_PER_HOUR = 1e-2 / 3_600.0


class GreenAmptTexture(NamedTuple):
    """Means of a texture class.

    Parameters
    ----------
    effective_porosity : float
        Porosity less residual water, m3 m-3.
    suction_m : float
        Wetting-front suction, positive.
    conductivity_m_s : float
        Under the wetting front.
    """

    effective_porosity: float
    suction_m: float
    conductivity_m_s: float


def _of(effective_porosity: float, suction_cm: float, cm_per_hour: float) -> GreenAmptTexture:
    return GreenAmptTexture(effective_porosity, suction_cm * _CM, cm_per_hour * _CM_PER_HOUR)


GREEN_AMPT_TEXTURES = {
    "sand": _of(0.417, 4.95, 11.78),
    "loamy sand": _of(0.401, 6.13, 2.99),
    "sandy loam": _of(0.412, 11.01, 1.09),
    "loam": _of(0.434, 8.89, 0.34),
    "silt loam": _of(0.486, 16.68, 0.65),
    "sandy clay loam": _of(0.330, 21.85, 0.15),
    "clay loam": _of(0.309, 20.88, 0.10),
    "silty clay loam": _of(0.432, 27.30, 0.10),
    "sandy clay": _of(0.321, 23.90, 0.06),
    "silty clay": _of(0.423, 29.22, 0.05),
    "clay": _of(0.385, 31.63, 0.03),
}
