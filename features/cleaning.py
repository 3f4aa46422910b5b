"""Raw raster values to canonical ones: scale, unit, valid range, merged classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .errors import InputError, Problem
from .manifest import Covariate
from .source_raster import Values
from .units import conversion


@dataclass(frozen=True)
class Cleaning:
    """How raw values of one covariate become canonical ones.

    `lowest`, `highest` are in the canonical unit; `codes` maps raw class codes to merged ones.
    """

    factor: float
    offset: float
    lowest: float
    highest: float
    codes: dict[int, int]

    def __call__(
        self, raw: npt.NDArray[np.generic], missing: npt.NDArray[np.bool_]
    ) -> tuple[Values, int]:
        """Return float32 values with NaN, and how many present values were refused."""
        values = raw.astype(np.float64) * self.factor + self.offset
        refused = (values < self.lowest) | (values > self.highest)
        if self.codes:
            values, unknown = _merge_codes(values, self.codes)
            refused |= unknown
        refused &= ~missing
        values[missing | refused] = np.nan
        return values.astype(np.float32), int(refused.sum())


def cleaning_of(covariate: Covariate) -> Cleaning:
    """Return how the raw values of a covariate become canonical ones.

    Raises
    ------
    InputError
        If the unit does not fit the quantity, or classes are to be averaged over files.
    """
    if covariate.kind == "categorical":
        if covariate.combine is not None:
            raise InputError(
                Problem(
                    f"covariate {covariate.id}",
                    f"classes cannot be combined by {covariate.combine}",
                    "give one file and one band",
                )
            )
        lowest, highest = covariate.valid_range or (-np.inf, np.inf)
        return Cleaning(1.0, 0.0, lowest, highest, merged_codes(covariate))
    unit = conversion(covariate.unit, covariate.quantity, f"covariate {covariate.id}")
    factor = covariate.scale * unit.factor
    offset = covariate.offset * unit.factor + unit.offset
    # The range of an annual sum is that of the sum, not of its months.
    monthly = covariate.combine == "annual_sum"
    lowest, highest = (-np.inf, np.inf) if monthly else canonical_range(covariate)
    return Cleaning(factor, offset, lowest, highest, {})


def canonical_range(covariate: Covariate) -> tuple[float, float]:
    """Return the valid range in the canonical unit, infinite where none is declared.

    It is widened by rounding error, so that 10000 * 1e-4 is no more than 1.
    """
    if covariate.valid_range is None:
        return -np.inf, np.inf
    unit = conversion(covariate.unit, covariate.quantity, f"covariate {covariate.id}")
    lowest, highest = sorted(end * unit.factor + unit.offset for end in covariate.valid_range)
    slack = 1e-6 * (highest - lowest)
    return lowest - slack, highest + slack


def merged_codes(covariate: Covariate) -> dict[int, int]:
    """Return each declared class code's lowest code of the same name."""
    lowest: dict[str, int] = {}
    for code in sorted(covariate.classes):
        lowest.setdefault(covariate.classes[code], code)
    return {code: lowest[name] for code, name in covariate.classes.items()}


def _merge_codes(
    values: npt.NDArray[np.float64], codes: dict[int, int]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return merged codes, and which values are no known code."""
    known = np.array(sorted(codes), np.float64)
    merged = np.array([codes[int(code)] for code in known], np.float64)
    position = np.minimum(np.searchsorted(known, values), len(known) - 1)
    return merged[position], known[position] != values
