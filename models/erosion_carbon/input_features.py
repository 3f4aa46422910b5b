"""The simulator's raw inputs as features: what learning could know without any physics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .forcing import Forcing
from .vegetation import COVER_NAMES

FloatGrid = npt.NDArray[np.floating]
QUARTERS = {
    "dec_feb": (11, 0, 1),
    "mar_may": (2, 3, 4),
    "jun_aug": (5, 6, 7),
    "sep_nov": (8, 9, 10),
}
"""Months of a quarter of the year, January is 0."""


class InputFeature(NamedTuple):
    """One raw input.

    Parameters
    ----------
    id : str
        Name.
    unit, meaning : str
        What it is.
    values : array (rows, cols)
        Meaningless outside the cells that are simulated.
    classes : mapping of int to str
        Names of class codes; empty for numbers.
    """

    id: str
    unit: str
    meaning: str
    values: FloatGrid
    classes: Mapping[int, str] = {}


def input_features(forcing: Forcing) -> Iterator[InputFeature]:
    """Yield what drives the simulator, one grid after the other; months become quarters.

    What has no grid and is left to a fallback is no input: it follows from the others.

    Parameters
    ----------
    forcing : Forcing
        Checked.
    """
    yield InputFeature("elevation", "m", "elevation above sea level", forcing.elevation_m)
    if forcing.hillslope_slope is not None:
        meaning = "mean slope of hillslopes"
        yield InputFeature("hillslope_slope", "m/m", meaning, forcing.hillslope_slope)
    yield from _seasonal(forcing)
    yield InputFeature("sand", "%", "sand in the fine earth", forcing.sand_percent)
    yield InputFeature("clay", "%", "clay in the fine earth", forcing.clay_percent)
    cover = forcing.cover.astype(np.float32)
    classes = {code: name for code, name in enumerate(COVER_NAMES) if (forcing.cover == code).any()}
    yield InputFeature("land_cover", "class", "land cover", cover, classes)
    for name, unit, meaning, values in (
        ("npp", "g C/m2/yr", "net primary production", forcing.npp_g_m2),
        ("organic_matter", "%", "organic matter of the topsoil", forcing.organic_matter_percent),
        ("bulk_density", "kg/m3", "bulk density of the topsoil", forcing.bulk_density_kg_m3),
    ):
        if values is not None:
            yield InputFeature(name, unit, meaning, values)


def _seasonal(forcing: Forcing) -> Iterator[InputFeature]:
    for name, unit, meaning, monthly, total in (
        ("precipitation", "mm", "precipitation", forcing.precipitation_mm, True),
        ("temperature", "degC", "air temperature", forcing.temperature_c, False),
        ("wet_days", "day", "days with rain", forcing.wet_days, True),
        ("diurnal_range", "K", "daily range of temperature", forcing.diurnal_range_c, False),
        ("leaf_area", "1", "leaf area index", forcing.lai, False),
    ):
        if monthly is None:
            continue
        for quarter, months in QUARTERS.items():
            of_quarter = monthly[list(months)]
            values = of_quarter.sum(axis=0) if total else of_quarter.mean(axis=0)
            said = f"{meaning}, {'sum' if total else 'mean'} of {quarter.replace('_', ' to ')}"
            yield InputFeature(f"{name}_{quarter}", unit, said, values)
