"""Curve numbers of cells from land cover and the soil's conductivity."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

GROUP_CONDUCTIVITY_M_S = (3e-7, 3.2e-6, 2.0e-5, 1.0e-4)
"""Middles of hydrologic soil groups D, C, B and A on a logarithmic scale; they part at 1, 10 and
40 um/s (USDA-NRCS 2009, National Engineering Handbook 630, Table 7-1)."""
GROUP_PLACE = (1.5, 1.0, 0.0, -1.6)
"""Where the curve numbers of D, C, B and A lie from B's (0) to C's (1), mean of row crops (67, 78,
85, 89) and pasture (39, 61, 74, 80; USDA-NRCS 2004, Table 9-1)."""
LEAST, MOST = 30.0, 100.0


def cover_curve_number(
    curve_number_b: FloatArray, curve_number_c: FloatArray, conductivity_m_s: FloatArray
) -> FloatArray:
    """Return the curve number of average moisture, (n,), by cover and hydrologic soil group.

    Parameters
    ----------
    curve_number_b, curve_number_c : array (n,)
        Of the cover on soils of group B and C.
    conductivity_m_s : array (n,)
        Saturated, of thawed soil; between the groups' middles the number runs with its logarithm.
    """
    place = np.interp(
        np.log(conductivity_m_s), np.log(np.array(GROUP_CONDUCTIVITY_M_S)), np.array(GROUP_PLACE)
    )
    number = curve_number_b + place * (curve_number_c - curve_number_b)
    return np.asarray(np.clip(number, LEAST, MOST))
