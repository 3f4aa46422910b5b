"""What the errors that neighbouring cells share do to the mean and the stock of the region."""

from __future__ import annotations

import pandas as pd

from .blocks import Note
from .run_directory import RunDirectory
from .wording import decimals, pretty_depth, pretty_unit, significant

_DECAYED = 3.0  # ranges after which an exponential correlation has fallen to 5 %


def shared_error_note(run: RunDirectory) -> list[Note]:
    """Return one sentence for each kind of correlation found, normally one for all depths."""
    table = run.table("3-stocks/correlated_error.csv")
    if table is None:
        return []
    alike = table.groupby(["status", "range_m"], sort=False)
    sentences = [
        _sentence(str(part["status"].iloc[0]), float(part["range_m"].iloc[0]), part, run)
        for _, part in alike
    ]
    return [Note(" ".join(sentences))]


def _sentence(status: str, range_m: float, part: pd.DataFrame, run: RunDirectory) -> str:
    depths = ", ".join(pretty_depth(str(depth)) for depth in part["depth"])
    if status == "too_few_sites":
        return (
            f"Too few sites to see whether errors of the map are alike in space ({depths}): the "
            "stock intervals hold the spread of the members only and may be too narrow."
        )
    if status == "pure_nugget":
        return (
            f"Out-of-bag errors were not found alike at the distances between sites ({depths}), "
            "so nothing is added to the stock intervals for errors that cells share."
        )
    unit = pretty_unit(run.unit)
    added = ", ".join(
        f"{decimals(row['regional_sd_kg_m2'])}\u00a0{unit} at {pretty_depth(str(row['depth']))}"
        for _, row in part.iterrows()
    )
    if status == "unbounded":
        return (
            f"Out-of-bag errors are alike over distances longer than the sites can show (more than "
            f"{_km(range_m)}); the SD that this adds to the mean of the region, {added}, is "
            "part of the stock intervals and may be too small."
        )
    return (
        f"Out-of-bag errors of nearby sites are alike, up to about {_km(_DECAYED * range_m)} "
        f"(exponential variogram, range parameter {_km(range_m)}); the SD that this adds to the "
        f"mean of the region, {added}, is part of the stock intervals."
    )


def _km(distance_m: float) -> str:
    return f"{significant(distance_m / 1000)}\u00a0km"
