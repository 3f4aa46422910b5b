"""Topographic factor LS of the USLE, of hillslopes and of grids fine enough to show them."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .kernel_topography import PLOT_LENGTH_M, mccool_steepness, rill_exponent_of

FloatArray = npt.NDArray[np.float64]
SteepnessLaw = Literal["mccool", "nearing", "liu"]

BREAK_OF_LIU_DEG = 10.0
COARSEST_GRID_M = 100.0
"""Cells that a slope length may be traced over; at 1000 m L is 4.6 with no area upslope."""
VAN_OOST_AREA_M2 = 1e4
"""1 ha; WaTEM/SEDEM's manual writes "10.000 ha", its program divides square metres by 10 000."""


def rill_exponent(slope: FloatArray) -> FloatArray:
    """Return the exponent m of slope length (Foster et al. 1977, McCool et al. 1989).

    m = beta / (1 + beta), with rill over interrill erosion beta of soils as prone to both.

    Parameters
    ----------
    slope : array
        Tangent, m m-1.
    """
    exponent: FloatArray = np.vectorize(rill_exponent_of, otypes=[float])(slope)
    return exponent


def van_oost_exponent(upslope_area_m2: FloatArray) -> FloatArray:
    """Return the exponent m of slope length by area (Van Oost 2003, in WaTEM/SEDEM), at most 0.72.

    Parameters
    ----------
    upslope_area_m2 : array
        Draining into the cell.
    """
    return np.minimum(0.3 + (upslope_area_m2 / VAN_OOST_AREA_M2) ** 0.8, 0.72)


def steepness_factor(slope: FloatArray, law: SteepnessLaw = "mccool") -> FloatArray:
    """Return S, 1 at a slope of 9 %.

    Parameters
    ----------
    slope : array
        Tangent, m m-1.
    law : str
        ``mccool`` (McCool et al. 1987, RUSLE), ``nearing`` (Nearing 1997, one curve for all slopes)
        or ``liu`` (McCool's up to 10 degrees, above Liu et al. 1994 from steep loess plots in
        China).
    """
    sine = slope / np.sqrt(1.0 + slope**2)
    if law == "nearing":
        return np.asarray(-1.5 + 17.0 / (1.0 + np.exp(2.3 - 6.1 * sine)))
    factor: FloatArray = np.vectorize(mccool_steepness, otypes=[float])(slope)
    if law == "liu":
        steep = sine >= np.sin(np.radians(BREAK_OF_LIU_DEG))
        factor = np.where(steep, 21.91 * sine - 0.96, factor)
    return factor


def hillslope_ls(
    length_m: FloatArray,
    slope: FloatArray,
    length_limit_m: float,
    law: SteepnessLaw = "mccool",
) -> FloatArray:
    """Return LS of whole hillslopes, (n,): L = (length / 22.13)^m (McCool et al. 1989).

    Parameters
    ----------
    length_m : array (n,)
        From divide to channel; counted up to the limit.
    slope : array (n,)
        Tangent of the hillslope, not of the kilometres between cells.
    length_limit_m : float
        ``slope_length_limit_m`` of `USLE`.
    """
    length = (np.minimum(length_m, length_limit_m) / PLOT_LENGTH_M) ** rill_exponent(slope)
    return np.asarray(length * steepness_factor(slope, law))


def grid_length_factor(
    upslope_area_m2: FloatArray,
    cell_m: float,
    aspect_term: FloatArray | float,
    exponent: FloatArray | float,
) -> FloatArray:
    """Return L of the cells of a fine grid (Desmet and Govers 1996).

    Parameters
    ----------
    upslope_area_m2 : array (n,)
        Draining into the cell, itself apart.
    cell_m : float
        Side of the cells, at most 100 m.
    aspect_term : array (n,) or float
        |sin a| + |cos a| of the flow's direction: 1 along rows, 1.41 across corners.
    exponent : array (n,) or float
        m, of `rill_exponent` or `van_oost_exponent`.

    Raises
    ------
    InputError
        For coarser cells.
    """
    if cell_m > COARSEST_GRID_M:
        raise InputError(
            Problem(
                "simulator: slope length",
                f"cells of {cell_m:g} m are longer than hillslopes",
                f"give a grid of at most {COARSEST_GRID_M:g} m, or use the hillslopes inside cells",
            )
        )
    cell_area_m2 = cell_m**2
    grown = (upslope_area_m2 + cell_area_m2) ** (exponent + 1.0) - upslope_area_m2 ** (
        exponent + 1.0
    )
    scale = cell_m ** (exponent + 2.0) * aspect_term**exponent * PLOT_LENGTH_M**exponent
    return np.asarray(grown / scale)
