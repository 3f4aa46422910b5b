"""One sentence that says what the data support."""

from __future__ import annotations

from typing import cast

import numpy as np
import pandas as pd

from .approaches import ML_PHYSICS

FOLDS = {"random": "random folds", "spatial": "spatial folds"}


def verdict(comparison: pd.DataFrame, unit: str = "kg m-2") -> str:
    """Return whether physics features help, under each scheme, in plain words.

    One question was fixed beforehand, and one row a scheme answers it: ``ml_physics`` against
    ``ml_inputs`` at the modelled depth. A gain is claimed only where the whole confidence interval
    of the difference lies below zero.

    Parameters
    ----------
    comparison : DataFrame
        Of `comparison_table`; its first depth is the modelled one.
    unit : str
        Of the target.
    """
    depth = comparison["depth"].iloc[0]
    asked = comparison[(comparison["approach"] == ML_PHYSICS) & (comparison["depth"] == depth)]
    said = [
        f"under {FOLDS[str(scheme)]} {_finding(cast(pd.Series, row), unit)}"
        for scheme, row in asked.set_index("scheme").iterrows()
    ]
    layer = str(depth).replace("_", "–")
    return (
        f"At {layer} cm, against machine learning given the simulator’s raw inputs, "
        f"{'; '.join(said)}."
    )


def _finding(row: pd.Series, unit: str) -> str:
    change, low, high = (float(row[f"d_rmse_inputs{end}"]) for end in ("", "_lo", "_hi"))
    if not np.isfinite([change, low, high]).all():
        return "too few sites tell whether physics features help"
    if high < 0:
        return (
            f"physics features lower RMSE by {_number(-change)} {unit} "
            f"(95 % CI {_number(-high)} to {_number(-low)})"
        )
    if low > 0:
        return (
            f"physics features raise RMSE by {_number(change)} {unit} "
            f"(95 % CI {_number(low)} to {_number(high)})"
        )
    within = _to_a_hundredth_of(high - low, change)
    return (
        f"there is no detectable gain from physics (RMSE changes by {_signed(within)} {unit}, "
        f"95 % CI {_signed(low)} to {_signed(high)})"
    )


def _number(value: float) -> str:
    """Return two significant digits: a limit that is not zero does not read as zero."""
    return np.format_float_positional(value, precision=2, fractional=False, trim="-")


def _to_a_hundredth_of(width: float, value: float) -> float:
    """Return a value whose digits do not go far beyond what its limits tell."""
    if width <= 0.0:
        return value
    return round(value, 2 - int(np.floor(np.log10(width))))


def _signed(value: float) -> str:
    if value == 0.0:
        return "0"
    return ("−" if value < 0 else "+") + _number(abs(value))
