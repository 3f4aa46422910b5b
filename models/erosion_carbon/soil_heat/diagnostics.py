"""Years of freezing and thawing: begin one, and tell where permafrost is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .grid import N_NODES
from .kernel_freeze_thaw import FreezeThawYear

ALL_NODES = (1 << N_NODES) - 1


def begin_year(n_cells: int, last_year: FreezeThawYear | None = None) -> FreezeThawYear:
    """Return counts of zero; the run of thawed days goes on from the last year."""
    year = FreezeThawYear(
        freeze_thaw_days=np.zeros(n_cells, dtype=np.int64),
        frozen_days=np.zeros(n_cells, dtype=np.int64),
        thaw_onset_day=np.zeros(n_cells, dtype=np.int64),
        thaw_run_days=np.zeros(n_cells, dtype=np.int64),
        thaw_depth_m=np.zeros(n_cells),
        thawed_nodes=np.zeros(n_cells, dtype=np.int64),
    )
    if last_year is not None:
        year.thaw_run_days[:] = last_year.thaw_run_days
    return year


def permafrost(years: list[FreezeThawYear]) -> npt.NDArray[np.bool_]:
    """Tell the cells in which some depth stayed below 0 degC throughout the years.

    Permafrost is ground frozen for two years in a row; of one year this tells only where it can be.

    Parameters
    ----------
    years : list of FreezeThawYear
        Years in a row, at least one.

    Returns
    -------
    array of bool, shape (n_cells,)
        Where True, the years' `thaw_depth_m` is the active layer; elsewhere it is no such thing.
    """
    thawed = np.bitwise_or.reduce([year.thawed_nodes for year in years])
    return np.asarray(thawed != ALL_NODES)
