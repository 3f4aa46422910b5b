"""Guess which column of a sites table holds what, and in which unit, from its name and values."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

_UNITS_IN_NAMES: tuple[tuple[str, str], ...] = (
    # longest first: g_kg is also the end of mg_kg
    (r"mg[_/ .]?kg", "mg/kg"), (r"g[_/ .]?100[_ ]?g", "%"), (r"g[_/ .]?kg", "g/kg"),
    (r"kg[_/ .]?m\^?3", "kg/m3"), (r"g[_/ .]?cm\^?3|g[_/ .]?cc", "g/cm3"),
    (r"[tm]g?[_/ .]?m\^?3", "Mg/m3"), (r"(?:t|mg)[_/ .]?ha", "t/ha"), (r"kg[_/ .]?m\^?2", "kg/m2"),
    (r"vol[_ ]?(?:pct|perc|percent)", "vol%"), (r"(?:wt|mass)[_ ]?(?:pct|perc|percent)", "wt%"),
    (r"pct|perc|percent", "%"), (r"fraction|frac", "fraction"),
)  # fmt: skip

_PATTERNS: dict[str, tuple[str, ...]] = {
    # Most telling first; each is searched in the lower-case name with separators as underscores.
    "id": (r"^(site|profile|plot|point|sample|pedon)_?(id|no|code|key|name)$", r"^prof_?id$",
           r"^sourceid$", r"^id$", r"_id$", r"^(site|profile|plot|pedon)$"),
    "x": (r"^x$", r"^lon(g|gitude)?(_?dd|_?wgs84|_?deg)?$", r"^(x|easting|utm_?e|east)(_|$)",
          r"^(x_?coord|coord_?x|lonwgs84|longitude)"),
    "y": (r"^y$", r"^lat(itude)?(_?dd|_?wgs84|_?deg)?$", r"^(y|northing|utm_?n|north)(_|$)",
          r"^(y_?coord|coord_?y|latwgs84|latitude)"),
    "top_cm": (r"^top(_|$)", r"upper", r"^uhdi", r"_top$|_top_", r"^depth_?(from|min)",
               r"^from(_|$)"),
    "bottom_cm": (r"^bot(tom)?(_|$)", r"lower", r"^lhdi", r"_bot(tom)?$|_bot(tom)?_",
                  r"^depth_?(to|max)", r"^to(_|$)"),
    "soc_density": (r"^(socd|ocd|oc_?dens|soc_?dens|carbon_?dens)",),
    "soc": (r"^(soc|orcdrc|oc|org_?c|orgc|toc|organic_?carbon|c_?org|corg)(_|$)",
            r"organic_?carbon|^carbon"),
    "som": (r"^(som|om|orgm|organic_?matter)(_|$)", r"organic_?matter|humus"),
    "bulk_density": (r"^(bd|bld|blk_?dens|bulk_?dens\w*|dbd|db)(_|$)", r"bulk_?dens"),
    "coarse_fragments": (r"^(cf|crf|crfvol|gravel|coarse|stones?|rock|skeleton|cfrag\w*)(_|$)",
                         r"coarse|gravel|stone|crfvol"),
    "total_nitrogen": (r"^(tn|total_?n|n_?tot|nto|nitrogen)(_|$)", r"nitrogen"),
    "ph": (r"^ph(_|$)", r"^phiho5"),
    "clay": (r"^(clay|clyppt)(_|$)",),
    "vegetation": (r"^veg", r"^land_?cover$", r"^land_?use$", r"^(lc|lu)(_|$)",
                   r"land_?cover(?!.*code)"),
    "soil_type": (r"^soil_?(type|class|group|unit|name)", r"great_?soil_?group|^wrb|^taxn"),
}  # fmt: skip

_NOT = {
    "soc": r"stock|dens|_ha$|m_?[23]$",
    "soc_density": r"stock|_ha$|m_?2(_|$)",
    "vegetation": r"code$",
    "soil_type": r"code$",
}
"""Names that speak of the property, but hold something else."""

_DEFAULT_UNITS = {
    "soc": "g/kg", "som": "g/kg", "soc_density": "kg/m3", "bulk_density": "g/cm3",
    "coarse_fragments": "%", "total_nitrogen": "g/kg", "ph": "pH", "clay": "%",
    "top_cm": "cm", "bottom_cm": "cm",
}  # fmt: skip
_BASIS = {"bulk_density": "fine_earth", "coarse_fragments": "volume"}


@dataclass(frozen=True)
class GuessedColumn:
    """A column taken for a property.

    Parameters
    ----------
    key : str
        Key under ``sites.columns``.
    column : str
        Name in the table.
    unit, basis : str
        Empty where there is none.
    reason : str
        Why, for a comment.
    doubt : str
        What a person should confirm; empty when the name says it all.
    """

    key: str
    column: str
    unit: str = ""
    basis: str = ""
    reason: str = ""
    doubt: str = ""


def guess_columns(table: pd.DataFrame) -> list[GuessedColumn]:
    """Return the columns recognised, at most one for each property.

    Parameters
    ----------
    table : DataFrame
        The first rows of the sites table, or all of it.
    """
    free = {str(name): _plain(str(name)) for name in table.columns}
    guessed = []
    for key, patterns in _PATTERNS.items():
        numeric = key not in ("id", "vegetation", "soil_type")
        candidates = [
            name
            for pattern in patterns
            for name, plain in free.items()
            if re.search(pattern, plain)
            and not re.search(_NOT.get(key, r"(?!)"), plain)
            and (not numeric or _is_numeric(table[name]))
        ]
        candidates = list(dict.fromkeys(candidates))
        if candidates:
            chosen = candidates[0]
            guessed.append(_described(key, chosen, free.pop(chosen), table[chosen], candidates[1:]))
    return guessed


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower().replace("%", "_pct_")).strip("_")


def _is_numeric(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values)) and bool(values.notna().any())


def _described(
    key: str, column: str, plain: str, values: pd.Series, others: list[str]
) -> GuessedColumn:
    also = f"; {', '.join(others)} would fit too" if others else ""
    if key not in _DEFAULT_UNITS:
        doubt = f"{column} was taken for {key}{also}" if others and plain != key else ""
        return GuessedColumn(key, column, reason=f"by its name{also}", doubt=doubt)
    unit = next((u for pattern, u in _UNITS_IN_NAMES if re.search(pattern, plain)), "")
    basis = _BASIS.get(key, "")
    if key in ("ph", "top_cm", "bottom_cm"):
        return GuessedColumn(key, column, _DEFAULT_UNITS[key], reason=f"by its name{also}")
    doubts = [f"basis {basis} is assumed"] if basis and not _names_basis(plain) else []
    reason = "unit from the name" if unit else "unit from the values"
    if not unit:
        unit = _unit_from_values(key, values)
        doubts.insert(0, f"its name gives no unit: {unit} fits its values ({_spread(values)})")
    if others:
        doubts.append(f"{', '.join(others)} would fit too")
    doubt = f"{column} ({key}): {'; '.join(doubts)}" if doubts else ""
    reason = "; ".join([reason, *doubts])
    return GuessedColumn(key, column, unit, basis, reason, doubt)


def _names_basis(plain: str) -> bool:
    return bool(re.search(r"vol|wt_|mass|fine", plain))


def _spread(values: pd.Series) -> str:
    return f"{values.min():.4g} to {values.max():.4g}"


def _unit_from_values(key: str, values: pd.Series) -> str:
    """Return the unit in which the values are those of soils."""
    high = float(np.nanquantile(values.to_numpy(float), 0.95))
    if key == "bulk_density":
        return "kg/m3" if high > 100 else "g/cm3"
    if key in ("coarse_fragments", "clay"):
        return "fraction" if high <= 1 else "%" if high <= 100 else "permille"
    if key in ("soc", "som") and high <= 10:  # 95 % below 10 g/kg is rare in topsoils, % is common
        return "%"
    if key == "total_nitrogen" and high <= 0.7:
        return "%"
    return _DEFAULT_UNITS[key]
