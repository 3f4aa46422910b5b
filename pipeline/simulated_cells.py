"""Where the cells of a simulation lie on the run's grid, and what is told of their forcing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.grid import Grid
from features.issues import IssueLog
from models.erosion_carbon.routing.network import FlowNetwork

MARGIN = 1
"""Cells of elevation beyond the run's grid, so that its edge drains as the ground does."""


@dataclass(frozen=True)
class SimulatedCells:
    """Which cells a simulation has, and what is told of their forcing.

    Parameters
    ----------
    grid : Grid
        That of the run, or of wider cells (`simulator.coarsening`), without the margin.
    network : FlowNetwork
        Of the cells to be simulated, on that grid grown by `MARGIN`.
    cover : array of int (n,)
        Cover class of each cell of the network.
    given : list of dict
        Rows of ``forcing.csv`` of what was given.
    issues : IssueLog
        What was resampled, refused and filled.
    """

    grid: Grid
    network: FlowNetwork
    cover: npt.NDArray[np.integer]
    given: list[dict[str, object]]
    issues: IssueLog

    def on_run_grid(self, values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return values (n,) of the network as a raster of the run's grid; NaN elsewhere."""
        return self.network.to_grid(values)[MARGIN:-MARGIN, MARGIN:-MARGIN]

    def from_run_grid(self, raster: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
        """Return the values (n,) of the network's cells in a raster of the run's grid."""
        wide = np.pad(raster.astype(np.float64), MARGIN)
        return np.asarray(self.network.from_grid(wide), dtype=np.float64)
