"""Maps of how far the simulator's knobs move features and stocks: SD over the ensemble."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import rasterio

from features.depths import depth_label
from features.stack import Stack
from models.erosion_carbon.ensemble_spread import (
    SPREAD_QUANTITIES,
    relative_spread,
    weighted_factor,
)
from models.erosion_carbon.physics_features import feature_values

from .comparison_paths import ComparisonPaths
from .design_table import read_design
from .feature_maps import FeatureMaps
from .hybrid_evidence import simulated_stocks
from .run_paths import RunPaths
from .simulator_ensemble import SimulatorEnsemble
from .simulator_forcing import PreparedForcing
from .simulator_maps import QUANTITIES
from .simulator_paths import SIMULATED, SimulatorPaths
from .store import read_json

METHOD = (
    "relative SD over the ensemble's members in the column most like the cell, "
    "times the physics feature"
)


def write_spread(
    paths: RunPaths,
    prepared: PreparedForcing,
    ensemble: SimulatorEnsemble,
    column_of_cell: npt.NDArray[np.int64],
) -> None:
    """Write ``spread/<id>_sd.tif`` of the main features and of the simulated stocks.

    Parameters
    ----------
    paths : RunPaths
        Of the run, with the simulated maps.
    prepared : PreparedForcing
        Of the simulation.
    ensemble : SimulatorEnsemble
        Of columns.
    column_of_cell : array of int (n,)
        Which column stands for each cell of the network.
    """
    stack, here = Stack.open(paths.stack), ComparisonPaths(paths.simulator)
    simulated = SimulatorPaths(paths.simulator, SIMULATED)
    virtual = bool(read_json(paths.design)["virtual"])
    maps = FeatureMaps(here.spread, stack.grid, prepared.grid, stack.region(), virtual)
    for name in SPREAD_QUANTITIES:
        with rasterio.open(simulated.map(name)) as dataset:
            values = feature_values(name, dataset.read(1))
        spread = relative_spread(ensemble.values(name))
        relative = prepared.on_run_grid(spread[column_of_cell])
        maps.write(
            here.spread_map(name).stem,
            values * relative,
            QUANTITIES[name].unit,
            f"SD over calibration knobs and decay of: {QUANTITIES[name].meaning}",
            tags={"method": METHOD, "members": str(len(ensemble.members))},
        )


def write_weighted(
    paths: RunPaths,
    prepared: PreparedForcing,
    ensemble: SimulatorEnsemble,
    column_of_cell: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    last_year: int,
) -> None:
    """Write ``socd_weighted.tif``: the simulated stock at the modelled depth, members weighted.

    Parameters
    ----------
    paths, prepared, ensemble, column_of_cell
        As in `write_spread`.
    weights : array (m,)
        Of the members, by their fit to all sites.
    last_year : int
        Whose final state gives the stock with default knobs.
    """
    stack, here = Stack.open(paths.stack), ComparisonPaths(paths.simulator)
    depth = read_design(paths).depths[0]
    every = np.arange(len(column_of_cell))
    simulated = simulated_stocks(paths, last_year, every, [depth])[:, 0]
    factor = weighted_factor(ensemble.default, ensemble.members, weights, depth)
    virtual = bool(read_json(paths.design)["virtual"])
    FeatureMaps(here.root, stack.grid, prepared.grid, stack.region(), virtual).write(
        here.weighted_map.stem,
        prepared.on_run_grid(simulated * factor[column_of_cell]),
        "kg C/m2",
        f"simulated organic carbon {depth_label(depth)}, members weighted by their fit to all "
        "sites",
    )
