"""Erosion and deposition of one field beside WATEM_C, another model."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from .kernel_watem import AnnualFactors
from .pattern_agreement import PatternAgreement, pattern_agreement
from .watem_grid import Routing, grid_redistribution

FloatArray = npt.NDArray[np.float64]

CELL_M = 6.25
FIELD = 7.0
"""Code of the field in its parcel map."""
NO_DATA = -9999.0


class FieldComparison(NamedTuple):
    """Two maps of a field, (rows, cols), NaN outside.

    Parameters
    ----------
    net_kg_m2, reference_m : array
        Soil gained in a year, ours and theirs; their scale is not documented.
    agreement : PatternAgreement
        Of ranks and signs.
    """

    net_kg_m2: FloatArray
    reference_m: FloatArray
    agreement: PatternAgreement


def compare_with_watem_c(folder: Path, routing: Routing = "decomposed") -> FieldComparison:
    """Return our redistribution of a year beside scenario 5 of WATEM_C, with its own factors.

    The scenario's settings are not documented, so that pattern is compared, not magnitude.

    Parameters
    ----------
    folder : Path
        ``erosion_watem_c``.
    routing : str
        As in `grid_redistribution`.
    """
    elevation, place = _read(folder / "inputs/dem.tif")
    expected, window = _read(folder / "expected/ero_scenario5.tif")
    col, row = round((window.c - place.c) / CELL_M), round((place.f - window.f) / CELL_M)
    reference_m = np.full(elevation.shape, np.nan)
    reference_m[row : row + expected.shape[0], col : col + expected.shape[1]] = np.where(
        expected == NO_DATA, np.nan, expected
    )
    field = _read(folder / "inputs/parcel.tif")[0] == FIELD
    erosivity, erodibility, cover, practice, coefficient = (
        _read(folder / f"inputs/{name}.tif")[0]
        for name in ("r_factor", "k_factor", "c_factor", "p_factor", "ktc")
    )
    # K in kg h MJ-1 mm-1; its scale moves magnitudes only.
    factors = AnnualFactors(
        erosivity, erodibility / 1000.0, cover, practice, coefficient, np.zeros_like(coefficient)
    )
    year = grid_redistribution(elevation, field, CELL_M, factors, routing)
    return FieldComparison(
        year.net_kg_m2, reference_m, pattern_agreement(year.net_kg_m2, reference_m)
    )


def _read(path: Path) -> tuple[FloatArray, Any]:
    """Return the values of a raster and its transform."""
    import rasterio

    with rasterio.open(path) as source:
        return source.read(1).astype(np.float64), source.transform
