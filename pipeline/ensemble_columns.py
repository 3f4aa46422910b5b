"""Which cells the simulator's ensemble runs, and which of them stands for each cell and site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.column_ensemble import columns_of
from models.erosion_carbon.landscape import make_landscape
from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.representatives import evenly_spread, stand_ins
from models.erosion_carbon.settings import Settings

from .column_store import save_columns
from .comparison_paths import ComparisonPaths
from .design_table import read_sites_table
from .run_paths import RunPaths
from .simulated_cells import MARGIN
from .simulator_forcing import PreparedForcing
from .simulator_paths import SimulatorPaths

SITE_CELLS = 300
"""Cells with sites that are columns of their own; in larger sets others are as those most alike."""

IndexArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class StandIns:
    """Positions among the columns.

    Parameters
    ----------
    of_sites : array of int (n_sites,)
        The column of each site, in the order of ``sites.csv``.
    of_cells : array of int (n_cells,)
        The column of each cell of the network.
    site_cells : array of int (n_sites,)
        Cell of the network that each site lies in, or the nearest that was simulated.
    """

    of_sites: IndexArray
    of_cells: IndexArray
    site_cells: IndexArray


def write_columns(
    paths: RunPaths,
    prepared: PreparedForcing,
    laws: Settings,
    year: int,
    n_representatives: int,
    seed: int,
) -> StandIns:
    """Choose the columns, write ``columns.npz``, and return which column stands for what.

    Parameters
    ----------
    paths : RunPaths
        Of the run.
    prepared : PreparedForcing
        That of the simulation.
    laws : Settings
        Of the simulation.
    year : int
        Of its spin-up.
    n_representatives : int
        Cells chosen evenly over the grid, about.
    seed : int
        Of the choice among the sites' cells where they are many.
    """
    site_cells = cells_of_sites(paths, prepared)
    parameters = make_parameters(laws.parameters, laws.carbon)
    landscape = make_landscape(prepared.forcing, parameters, laws, CellThreads(1))
    anywhere = evenly_spread(landscape, n_representatives)
    with_sites = np.unique(site_cells)
    if len(with_sites) > SITE_CELLS:
        with_sites = np.random.default_rng(seed).choice(with_sites, SITE_CELLS, replace=False)
    chosen = np.unique(np.concatenate([anywhere, with_sites]))
    with np.load(SimulatorPaths(paths.simulator).spun_up) as file:
        state = {name: file[name][chosen] for name in file.files}
    cells = prepared.network.cell_of[chosen]
    columns = columns_of(prepared.forcing, cells, state, laws, year)
    save_columns(ComparisonPaths(paths.simulator).columns, columns)
    of_cells = stand_ins(landscape, chosen)
    return StandIns(of_cells[site_cells], of_cells, site_cells)


def cells_of_sites(paths: RunPaths, prepared: PreparedForcing) -> IndexArray:
    """Return the cell of the network that holds each site, or the nearest one, (n_sites,).

    As the features do, a site on a cell that was not simulated takes the nearest one that was.
    """
    from scipy.spatial import cKDTree

    sites = read_sites_table(paths)
    rows, cols = prepared.grid.row_col(sites["x"], sites["y"])
    network = prepared.network
    simulated = np.column_stack(np.divmod(network.cell_of, network.shape[1])) - MARGIN
    _, nearest = cKDTree(simulated).query(np.column_stack([rows, cols]))
    return np.asarray(nearest, dtype=np.int64)
