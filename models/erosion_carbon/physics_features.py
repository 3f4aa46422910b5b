"""What the simulator gives to learning: which quantities, and what their special values mean."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .quantities import STATES, SUMS, Quantity

DEEPEST_THAW_M = 4.0
"""Depth of the simulated soil. The rock below it, 30.4 m down, may thaw to any depth or all of it:
numbers that say nothing of carbon and would stretch the scale from 1 to 30 m."""


class PhysicsFeature(NamedTuple):
    """How a quantity becomes a feature that has a finite value in every cell.

    Parameters
    ----------
    quantity : Quantity
        Unit, meaning and equation.
    codes : str
        What its special values mean; empty where it has none.
    highest : float
        Larger values are given as this one.
    """

    quantity: Quantity
    codes: str = ""
    highest: float = np.inf


PHYSICS_FEATURES: dict[str, PhysicsFeature] = {
    "runoff": PhysicsFeature(SUMS["runoff"]),
    "overland_runoff": PhysicsFeature(SUMS["overland_runoff"]),
    "soil_moisture": PhysicsFeature(STATES["soil_moisture"]),
    "soil_moisture_driest": PhysicsFeature(STATES["soil_moisture_driest"]),
    "soil_erosion": PhysicsFeature(SUMS["soil_erosion"]),
    "soil_deposition": PhysicsFeature(SUMS["soil_deposition"]),
    "lateral_carbon": PhysicsFeature(
        STATES["lateral_carbon"], "negative: the cell loses more carbon than settles on it"
    ),
    "poc_export": PhysicsFeature(SUMS["poc_export"]),
    "doc_export": PhysicsFeature(SUMS["doc_export"]),
    "soc_0_10": PhysicsFeature(STATES["soc_0_10"]),
    "soc_0_30": PhysicsFeature(STATES["soc_0_30"]),
    "soc_0_50": PhysicsFeature(STATES["soc_0_50"]),
    "turnover_time": PhysicsFeature(STATES["turnover_time"], "0: no soil carbon, as in open water"),
    "thaw_onset": PhysicsFeature(STATES["thaw_onset"], "366: no lasting thaw that year"),
    "thaw_depth": PhysicsFeature(
        STATES["thaw_depth"]._replace(
            meaning="deepest 0 degC isotherm; where permafrost is 1, the active layer"
        ),
        f"{DEEPEST_THAW_M:g}: thawed to {DEEPEST_THAW_M:g} m or deeper, as all ground without "
        "permafrost is",
        DEEPEST_THAW_M,
    ),
    "permafrost": PhysicsFeature(
        STATES["permafrost"]._replace(meaning="some depth stayed frozen all year"),
        "share of the simulated years: 0 never, 1 always",
    ),
    "freeze_thaw_days": PhysicsFeature(STATES["freeze_thaw_days"]),
    "snow_cover_days": PhysicsFeature(SUMS["snow_cover_days"]),
}
"""By name in `quantities`."""


def feature_values(name: str, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float32]:
    """Return a quantity as a feature, NaN where it was not simulated.

    Parameters
    ----------
    name : str
        In `PHYSICS_FEATURES`.
    values : array
        In the unit of `quantities`.
    """
    highest = PHYSICS_FEATURES[name].highest
    return np.asarray(np.minimum(values, highest), dtype=np.float32)
