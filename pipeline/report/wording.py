"""Numbers, units and names as a reader wants to see them."""

from __future__ import annotations

import math
import re
from typing import Any

LEARNER_TITLES = {
    "rf": "Random forest",
    "svm": "Support vector machine",
    "brt": "Boosted regression trees",
    "xgb": "XGBoost",
    "selected": "Chosen in each fold",
}
SCHEME_TITLES = {
    "random": "Random folds, nested",
    "spatial": "Spatial blocks, nested",
    "random_study": "Random folds, the study’s way",
    "random_site_covariates": "Random folds, covariates measured at the sites",
    "spatial_site_covariates": "Spatial blocks, covariates measured at the sites",
}
SCORE_TITLES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "bias": "Bias",
    "mec": "MEC",
    "r2_corr": "r²",
    "r2_explained": "R² (Eq.\u00a04)",
    "ccc": "CCC",
    "picp90": "PICP",
    "width90": "PI width",
}
_NO_UNIT = ("1", "", "class", "raw", "pH")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MINUS = "−"
_FIXED_SPACE = "\u00a0"  # keeps a number and its unit on one line


def pretty_unit(unit: str) -> str:
    """Return ``kg m⁻²`` for ``kg m-2``, and nothing for dimensionless quantities and classes."""
    if unit in _NO_UNIT:
        return ""
    unit = unit.replace("degC", "°C")
    raised = re.sub(r"(?<=[A-Za-z])-?\d+", lambda match: match[0].translate(_SUPERSCRIPTS), unit)
    return raised.replace(" ", _FIXED_SPACE)


def with_unit(label: str, unit: str) -> str:
    """Return ``label (unit)``, or the label alone where there is no unit."""
    pretty = pretty_unit(unit)
    return f"{label} ({pretty})" if pretty else label


def pretty_depth(key: str) -> str:
    """Return ``0–10 cm`` for ``0_10``."""
    return key.replace("_", "–") + _FIXED_SPACE + "cm"


def learner_title(name: str) -> str:
    """Return a learner's full name."""
    return LEARNER_TITLES.get(name, name)


def scheme_title(name: str) -> str:
    """Return a validation scheme's full name."""
    return SCHEME_TITLES.get(name, name.replace("_", " "))


def decimals(value: Any, digits: int = 2) -> str:
    """Return `value` with `digits` decimals; an en dash where there is no number."""
    if value is None or not _is_number(value):
        return "–"
    text = f"{float(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", _MINUS)


def significant(value: Any, digits: int = 3) -> str:
    """Return `value` with `digits` significant figures and thousands separators."""
    if value is None or not _is_number(value):
        return "–"
    number = float(value)
    if number == 0:
        return "0"
    return f"{number:,.{digits_for(number, digits)}f}".replace("-", _MINUS)


def carbon_unit(smallest_pg: Any) -> tuple[float, str]:
    """Return the factor from Pg and the unit that suit stocks: Pg, Tg or Gg of carbon."""
    for factor, unit in ((1.0, "Pg"), (1e3, "Tg")):
        if not _is_number(smallest_pg) or abs(float(smallest_pg)) * factor >= 0.1:
            return factor, f"{unit}{_FIXED_SPACE}C"
    return 1e6, f"Gg{_FIXED_SPACE}C"


def count(value: Any) -> str:
    """Return a whole number with thousands separators."""
    return decimals(value, 0)


def digits_for(reference: Any, digits: int = 3) -> int:
    """Return the decimals that give `reference` so many significant figures."""
    if not _is_number(reference) or float(reference) == 0:
        return 2
    return max(0, digits - 1 - math.floor(math.log10(abs(float(reference)))))


def probability(value: Any) -> str:
    """Return a p-value, ``< 0.001`` where it is smaller."""
    if value is None or not _is_number(value):
        return "–"
    return f"<{_FIXED_SPACE}0.001" if float(value) < 0.001 else f"{float(value):.3f}"


def percent(value: Any, digits: int = 0) -> str:
    """Return a fraction as a percentage."""
    return (
        "–"
        if value is None or not _is_number(value)
        else f"{100 * float(value):.{digits}f}{_FIXED_SPACE}%"
    )


def interval(lower: Any, upper: Any, digits: int = 2) -> str:
    """Return ``lower to upper``, empty where either is unknown."""
    if not (_is_number(lower) and _is_number(upper)):
        return ""
    return f"{decimals(lower, digits)} to {decimals(upper, digits)}"


def _is_number(value: Any) -> bool:
    try:
        return math.isfinite(float(value))
    except (TypeError, ValueError):
        return False
