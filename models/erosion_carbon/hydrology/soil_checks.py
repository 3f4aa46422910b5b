"""Checks of soil maps before anything is computed from them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..soil_columns import FloatArray

LARGEST_TEXTURE_SUM_PERCENT = 100.5
"""Maps made layer by layer miss 100 by rounding."""
RANGES: dict[str, tuple[float, float, str]] = {
    "sand_percent": (0.0, 100.0, "give mass percent of the fine earth"),
    "clay_percent": (0.0, 100.0, "give mass percent of the fine earth"),
    "organic_matter_percent": (0.0, 100.0, "give mass percent; organic carbon times 1.724"),
    "bulk_density_kg_m3": (20.0, 2400.0, "give kg m-3; g cm-3 times 1000, cg cm-3 times 10"),
    "organic_layer_m": (0.0, 20.0, "give metres"),
    "water_table": (0.0, 1.0, "give 1 for wetlands and 0 elsewhere"),
}


def checked_soil(
    sand_percent: npt.ArrayLike,
    clay_percent: npt.ArrayLike,
    organic_matter_percent: npt.ArrayLike,
    bulk_density_kg_m3: npt.ArrayLike | None,
    organic_layer_m: npt.ArrayLike,
    water_table: npt.ArrayLike,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray | None, FloatArray, FloatArray]:
    """Return the maps as float arrays (n,) of one length.

    Raises
    ------
    InputError
        For every map at fault at once.
    """
    given = {
        "sand_percent": sand_percent,
        "clay_percent": clay_percent,
        "organic_matter_percent": organic_matter_percent,
        "organic_layer_m": organic_layer_m,
        "water_table": water_table,
    }
    if bulk_density_kg_m3 is not None:
        given["bulk_density_kg_m3"] = bulk_density_kg_m3
    maps = {name: np.array(values, dtype=np.float64, ndmin=1) for name, values in given.items()}
    problems = [each for name, values in maps.items() if (each := _range_problem(name, values))]
    sizes = {name: values.shape for name, values in maps.items()}
    if len(set(sizes.values())) > 1 or maps["sand_percent"].ndim != 1:
        problems.append(
            Problem("soil", f"the maps have shapes {sizes}", "give one value per cell in each")
        )
    elif not problems:
        problems = _texture_problems(maps["sand_percent"], maps["clay_percent"])
    if problems:
        raise InputError(problems)
    return (
        maps["sand_percent"],
        maps["clay_percent"],
        maps["organic_matter_percent"],
        maps.get("bulk_density_kg_m3"),
        maps["organic_layer_m"],
        maps["water_table"],
    )


def _range_problem(name: str, values: FloatArray) -> Problem | None:
    lower, upper, mend = RANGES[name]
    wrong = ~((values >= lower) & (values <= upper))
    if not wrong.any():
        return None
    first = int(np.argmax(wrong.ravel()))
    what = (
        f"{int(wrong.sum())} cells are outside {lower:g} to {upper:g} or missing,"
        f" the first is {values.ravel()[first]:g} in cell {first}"
    )
    return Problem(name, what, mend)


def _texture_problems(sand: FloatArray, clay: FloatArray) -> list[Problem]:
    total = sand + clay
    if total.size and total.max() > LARGEST_TEXTURE_SUM_PERCENT:
        cell = int(np.argmax(total))
        what = f"sand + clay is {total[cell]:g} % in cell {cell}"
        return [Problem("sand_percent, clay_percent", what, "make them at most 100 together")]
    # No soil on Earth has less than 1 % of sand and clay together, over a whole map least of all.
    if total.size and 0.0 < total.max() <= 1.0:
        what = f"sand + clay is at most {total.max():g}, as fractions would be"
        return [Problem("sand_percent, clay_percent", what, "give percent: fractions times 100")]
    return []
