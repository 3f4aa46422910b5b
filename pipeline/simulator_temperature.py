"""Air temperature where the manifest gives land-surface temperature instead."""

from __future__ import annotations

import numpy as np

from features.errors import InputError, Problem
from features.issues import Issue
from models.erosion_carbon.forcing import CellGeometry
from models.erosion_carbon.skin_temperature import air_from_skin_c

from .simulator_inputs import SimulatorInputs

LAND_SURFACE = "land_surface_temperature"


def bring_to_air_temperature(inputs: SimulatorInputs, geometry: CellGeometry) -> None:
    """Replace monthly land-surface temperature by air temperature, and log by how much.

    Raises
    ------
    InputError
        If it is daily.
    """
    if "temperature" in inputs.daily:
        what = "is daily land-surface temperature, of clear days alone"
        raise InputError(Problem("forcing.temperature", what, "give monthly means of it"))
    region = inputs.region
    grid = inputs.grids["temperature"].astype(np.float64)
    grid[:, region], lowered = air_from_skin_c(
        grid[:, region],
        geometry.latitude_deg[region],
        inputs.grids["elevation"][region].astype(np.float64),
        geometry.area_m2[region],
    )
    inputs.grids["temperature"] = grid
    message = (
        f"clear-sky land-surface temperature lowered by {lowered.min():.1f} to {lowered.max():.1f} "
        "K, month by month the same in all cells: its mean over the region is brought to that of "
        "latitude, season and elevation (Kilibarda et al. 2014), a trend that knows nothing of the "
        "distance from the sea and may be off by a few kelvin"
    )
    origin = inputs.origin["temperature"]
    inputs.derived["temperature"] = f"{origin}; {message}"
    inputs.issues.add(
        Issue(origin, None, "temperature", "land_surface_temperature", "", "flagged", message)
    )
