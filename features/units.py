"""Units of declared quantities: each value is brought to one canonical unit, once, at the edge.

The best-known teaching data set of this field is wrong by 5.8 times for want of this check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from .errors import InputError, Problem
from .quantities import Quantity, group_of, known_quantity, plausible_range
from .unit_spelling import ParsedUnit, parse_unit

__all__ = ["Conversion", "canonical_unit", "conversion", "group_of", "plausible_range"]


@dataclass(frozen=True)
class Conversion:
    """How values come to the canonical unit: ``value * factor + offset``.

    Parameters
    ----------
    factor, offset : float
        Of the affine conversion.
    unit : str
        Unit after conversion: the canonical one, or the declared one for an unknown quantity.
    """

    factor: float = 1.0
    offset: float = 0.0
    unit: str = "1"

    @overload
    def apply(self, values: float) -> float: ...
    @overload
    def apply(self, values: NDArray[np.floating]) -> NDArray[np.floating]: ...
    def apply(self, values: float | NDArray[np.floating]) -> float | NDArray[np.floating]:
        """Return the values in the canonical unit."""
        return values * self.factor + self.offset


def canonical_unit(quantity: str) -> str:
    """Return the unit that values of a quantity carry inside Solum ("1" for unknown quantities)."""
    entry = known_quantity(quantity)
    return entry.unit if entry else "1"


def conversion(unit: str, quantity: str, where: str = "") -> Conversion:
    """Return the conversion of a declared unit to the canonical unit of its quantity.

    Parameters
    ----------
    unit : str
        As the manifest declares it.
    quantity : str
        As the manifest declares it. An unknown quantity keeps its unit unchecked.
    where : str
        Place named in the error, such as ``data_manifest.yaml:12 sites.columns.soc.unit``.

    Raises
    ------
    InputError
        If the unit is not understood, or has not the dimension of the quantity; the mend names
        accepted spellings.
    """
    entry = known_quantity(quantity)
    if entry is None:
        return Conversion(unit=unit.strip() or "1")
    declared, canonical = parse_unit(unit), parse_unit(entry.unit)
    reason = _refusal(unit, declared, canonical, entry)
    if reason or declared is None or canonical is None:
        mend = f"accepted for {quantity}: {', '.join(entry.spellings)} (and their other spellings)"
        raise InputError(Problem(where or f"unit of {quantity}", f"unit {unit!r} {reason}", mend))
    if declared.dimension != canonical.dimension:  # read one to one, as Quantity.also allows
        stand_in = next(
            parsed for parsed in map(parse_unit, entry.also)
            if parsed and parsed.dimension == declared.dimension
        )  # fmt: skip
        return Conversion(_round(declared.factor / stand_in.factor), 0.0, entry.unit)
    return Conversion(
        _round(declared.factor / canonical.factor), _offset(declared, canonical), entry.unit
    )


def _refusal(
    unit: str, declared: ParsedUnit | None, canonical: ParsedUnit | None, entry: Quantity
) -> str:
    """Return why a unit cannot be of this quantity, or an empty string."""
    if declared is None or canonical is None:
        if any(character.isdigit() for character in unit[:1]) and unit != "1":
            return "starts with a number: put the factor into `scale` and the bare unit here"
        return "is not understood"
    accepted = {canonical.dimension} | {
        parsed.dimension for parsed in map(parse_unit, entry.also) if parsed
    }
    if declared.dimension not in accepted:
        return f"has another dimension than {entry.unit}"
    if "month" in declared.symbols and entry.unit == "mm/yr":
        # 12 x the monthly mean is `combine: annual_sum`; a second twelve must not slip in here.
        return "is a monthly total: write mm, and `combine: annual_sum` over the twelve months"
    if entry.unit == "pH" and declared.factor != 1:
        return "is no unit of pH"
    if entry.basis != "either" and declared.basis not in ("", entry.basis):
        return f"is a ratio by {declared.basis}, expected one by {entry.basis}"
    if declared.substance not in ("", entry.substance):
        return f"names {declared.substance}, expected {entry.substance or 'no substance'}"
    return ""


def _offset(declared: ParsedUnit, canonical: ParsedUnit) -> float:
    """Return the offset between temperature scales; differences (canonical K) have none."""
    if canonical.symbols != ("degC",):
        return 0.0
    return {"K": -273.15, "degF": -160 / 9}.get(declared.symbols[0], 0.0)


def _round(factor: float) -> float:
    """Free a ratio of powers of ten from the last bits of rounding (0.1 / 0.01 is not 10)."""
    return float(f"{factor:.12g}")
