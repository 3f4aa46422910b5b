"""Land cover: what grows on a cell and what that means for water, soil and carbon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .parameter_table import Parameter, ParameterTable
from .soil_columns import FloatArray
from .soil_layers import LAYER_BOTTOM_M

COVER_NAMES = (
    "cropland", "grassland", "shrubland", "forest", "wetland", "bare", "water", "urban",
)  # fmt: skip
COVER_CODES = {name: code for code, name in enumerate(COVER_NAMES)}
CM_PER_M = 100.0

Value = TypeVar("Value", float, FloatArray)


class CoverProperties(NamedTuple, Generic[Value]):
    """Properties of one cover class, or of each cell (n,); units and sources in `PROPERTIES`."""

    manning_n: Value
    cover_factor: Value
    random_roughness_m: Value
    ground_cover: Value
    canopy_height_m: Value
    root_mass_kg_m2: Value
    curve_number_b: Value
    curve_number_c: Value
    drainage_density_1_m: Value
    root_beta: Value
    transpiration_factor: Value
    leaf_allocation: Value
    root_allocation: Value
    wood_allocation: Value
    basal_area_m2_m2: Value
    trunk_diameter_cm: Value
    organic_layer_m: Value
    summer_lai: Value


@dataclass(frozen=True)
class CoverProperty:
    """One property of all cover classes.

    Parameters
    ----------
    values : tuple of float
        In the order of `COVER_NAMES`.
    unit, lower, upper, source, meaning
        As in `parameter_table.Parameter`.
    """

    values: tuple[float, ...]
    unit: str
    lower: float
    upper: float
    source: str
    meaning: str

    def of_class(self, code: int) -> Parameter:
        """Return the parameter of one class."""
        return Parameter(
            self.values[code], self.unit, self.lower, self.upper, self.source, self.meaning
        )


PROPERTIES: dict[str, CoverProperty] = {
    "manning_n": CoverProperty(
        (0.10, 0.24, 0.30, 0.40, 0.30, 0.03, 0.02, 0.02), "s m-1/3", 0.01, 0.8,
        "Engman 1986", "Manning's n of overland flow",
    ),
    "cover_factor": CoverProperty(
        (0.25, 0.05, 0.035, 0.005, 0.01, 0.5, 0.0, 0.0), "1", 0.0, 1.0,
        "Panagos et al. 2015; wetland own", "cover factor C of the USLE",
    ),
    "random_roughness_m": CoverProperty(
        (0.015, 0.008, 0.010, 0.015, 0.010, 0.006, 0.0, 0.002), "m", 0.0, 0.1,
        "Alberts et al. 1995 (WEPP)", "standard deviation of micro-relief",
    ),
    "ground_cover": CoverProperty(
        (0.2, 0.6, 0.6, 0.9, 0.9, 0.05, 1.0, 1.0), "1", 0.0, 1.0,
        "own: litter, moss, stones and pavement", "share of the ground that rain cannot hit",
    ),
    "canopy_height_m": CoverProperty(
        (1.0, 0.3, 1.5, 15.0, 0.5, 0.0, 0.0, 0.0), "m", 0.0, 80.0,
        "own: usual of the class", "height of the plants",
    ),
    "root_mass_kg_m2": CoverProperty(
        (0.2, 0.5, 0.5, 0.8, 0.8, 0.0, 0.0, 0.0), "kg m-2", 0.0, 5.0,
        "Jackson et al. 1997, upper 0.15 m", "live and dead roots of the top 0.15 m",
    ),
    "curve_number_b": CoverProperty(
        (78.0, 61.0, 56.0, 55.0, 78.0, 86.0, 98.0, 98.0), "1", 30.0, 100.0,
        "USDA-NRCS 2004, chapter 9; wetland own", "curve number of hydrologic soil group B",
    ),
    "curve_number_c": CoverProperty(
        (85.0, 74.0, 70.0, 70.0, 85.0, 91.0, 98.0, 98.0), "1", 30.0, 100.0,
        "USDA-NRCS 2004, chapter 9; wetland own", "curve number of hydrologic soil group C",
    ),
    "drainage_density_1_m": CoverProperty(
        (1.5e-3, 1.2e-3, 1.5e-3, 1.8e-3, 1.0e-3, 2.5e-3, 1.5e-3, 1.5e-3), "m-1", 1e-4, 2e-2,
        "own: calibrate", "length of channels over area",
    ),
    "root_beta": CoverProperty(
        (0.961, 0.943, 0.978, 0.966, 0.943, 0.975, 0.943, 0.943), "1", 0.80, 0.999,
        "Jackson et al. 1996, Table 1; wetland, water, urban as grassland",
        "roots below d cm are beta^d of all",
    ),
    "transpiration_factor": CoverProperty(
        (1.0, 1.0, 1.0, 0.6, 1.0, 1.0, 1.0, 1.0), "1", 0.2, 1.5,
        "forest: Priestley-Taylor 0.65 (conifers) and 0.82 (broadleaves) over 1.26, Komatsu 2005, "
        "recalled; Siberian larch below 0.5, Kelliher et al. 1997; two French basins taken as "
        "forest want 1 (hydrology/compare_basins.py)",
        "transpiration of well-watered plants over the potential",
    ),
    "leaf_allocation": CoverProperty(
        (0.35, 0.4, 0.35, 0.3, 0.4, 0.4, 0.0, 0.4), "1", 0.0, 1.0,
        "own; the rest of a crop is harvested", "share of production that falls as leaves",
    ),
    "root_allocation": CoverProperty(
        (0.2, 0.6, 0.4, 0.3, 0.6, 0.6, 0.0, 0.6), "1", 0.0, 1.0,
        "own; the rest of a crop is harvested", "share of production that roots leave",
    ),
    "wood_allocation": CoverProperty(
        (0.0, 0.0, 0.25, 0.4, 0.0, 0.0, 0.0, 0.0), "1", 0.0, 1.0,
        "own; the rest of a crop is harvested", "share of production that falls as wood",
    ),
    "basal_area_m2_m2": CoverProperty(
        (0.0, 0.0, 3e-4, 2.5e-3, 0.0, 0.0, 0.0, 0.0), "1", 0.0, 0.01,
        "own: 25 m2 per ha of forest", "cross-section of trunks over ground",
    ),
    "trunk_diameter_cm": CoverProperty(
        (0.0, 0.0, 3.0, 20.0, 0.0, 0.0, 0.0, 0.0), "cm", 0.0, 200.0,
        "own: usual of the class", "diameter at breast height",
    ),
    "organic_layer_m": CoverProperty(
        (0.0, 0.02, 0.03, 0.05, 0.3, 0.0, 0.0, 0.0), "m", 0.0, 10.0,
        "own: usual of cold lands", "litter, moss and peat where no map tells",
    ),
    "summer_lai": CoverProperty(
        (3.6, 1.7, 2.1, 5.1, 3.0, 0.2, 0.0, 0.8), "m2 m-2", 0.0, 12.0,
        "Asner et al. 2003, Table 2; wetland, bare, urban own", "leaf area index of the season",
    ),
}  # fmt: skip

COVERS: dict[str, ParameterTable[CoverProperties[float]]] = {
    name: ParameterTable(
        f"cover_{name}",
        CoverProperties,
        {field: each.of_class(code) for field, each in PROPERTIES.items()},
    )
    for name, code in COVER_CODES.items()
}
"""The parameters of each cover class."""


def cover_properties(
    cover: npt.NDArray[np.integer], changes: Mapping[str, Mapping[str, float]] | None = None
) -> CoverProperties[FloatArray]:
    """Return the properties of each cell.

    Parameters
    ----------
    cover : array of int (n,)
        Codes of `COVER_CODES`.
    changes : mapping of class name to mapping of property to value, optional
        Values other than the defaults.

    Raises
    ------
    InputError
        For unknown codes and classes, and values outside their bounds.
    """
    _check_codes(cover)
    given = {} if changes is None else changes
    if unknown := sorted(given.keys() - COVER_CODES.keys()):
        raise InputError(
            Problem(
                "cover classes", f"there is no {unknown[0]!r}", f"known: {', '.join(COVER_NAMES)}"
            )
        )
    classes = [table.with_values(given.get(name, {})) for name, table in COVERS.items()]
    columns = np.array(classes, dtype=np.float64).T
    return CoverProperties(*(np.ascontiguousarray(column[cover]) for column in columns))


def root_share(root_beta: FloatArray) -> FloatArray:
    """Return the share of roots in each layer, (n, 10), 1 in all (Jackson et al. 1996).

    Parameters
    ----------
    root_beta : array (n,)
        From `cover_properties`.
    """
    below = root_beta[:, None] ** (LAYER_BOTTOM_M * CM_PER_M)[None, :]
    share = -np.diff(below, prepend=1.0, axis=1)
    return np.asarray(share / share.sum(axis=1, keepdims=True))


def _check_codes(cover: npt.NDArray[np.integer]) -> None:
    unknown = (cover < 0) | (cover >= len(COVER_NAMES))
    if unknown.any():
        codes = ", ".join(f"{code} {name}" for name, code in COVER_CODES.items())
        found = sorted({int(code) for code in np.asarray(cover)[unknown]})
        raise InputError(Problem("cover", f"there is no class {found[0]}", f"codes are {codes}"))
