"""Maps of how far the calibration knobs move features and stocks: SD over the ensemble."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import rasterio

from features.stack import Stack
from models.erosion_carbon.ensemble_spread import SPREAD_QUANTITIES, relative_spread

from .comparison_paths import ComparisonPaths
from .feature_maps import FeatureMaps
from .run_paths import RunPaths
from .simulator_ensemble import SimulatorEnsemble
from .simulator_forcing import PreparedForcing
from .simulator_maps import QUANTITIES
from .store import read_json

METHOD = (
    "relative SD over the ensemble's weighted members in the column most like the cell, "
    "times the physics feature"
)


def write_spread(
    paths: RunPaths,
    prepared: PreparedForcing,
    ensemble: SimulatorEnsemble,
    weights: npt.NDArray[np.float64],
    column_of_cell: npt.NDArray[np.int64],
) -> None:
    """Write ``spread/<id>_sd.tif`` of the main features and of the simulated stocks.

    Parameters
    ----------
    paths : RunPaths
        Of the run, with its physics features.
    prepared : PreparedForcing
        Of the simulation.
    ensemble : SimulatorEnsemble
        Of columns.
    weights : array (m,)
        Of the members.
    column_of_cell : array of int (n,)
        Which column stands for each cell of the network.
    """
    stack, here = Stack.open(paths.stack), ComparisonPaths(paths.simulator)
    virtual = bool(read_json(paths.design)["virtual"])
    maps = FeatureMaps(here.spread, stack.grid, stack.region(), virtual)
    for name in SPREAD_QUANTITIES:
        with rasterio.open(paths.physics / f"{name}.tif") as dataset:
            values = dataset.read(1)
        spread = relative_spread(ensemble.values(name), weights)
        relative = prepared.on_run_grid(spread[column_of_cell])
        maps.write(
            here.spread_map(name).stem,
            values * relative,
            QUANTITIES[name].unit,
            f"SD over the calibration knobs of: {QUANTITIES[name].meaning}",
            tags={"method": METHOD, "members": str(len(weights))},
        )
