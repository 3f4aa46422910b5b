"""Compile the simulator's kernels in a process of their own, before a large landscape is made."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace

import numpy as np

from .column_forcing import forcing_of_columns
from .forcing import Forcing
from .parameters import make_parameters
from .settings import Settings
from .simulation import Simulation

LARGE_CELLS = 100_000
"""Compiling leaves some 0.7 GiB in the process that does it, which counts where a landscape takes
3.4 GiB (560,000 cells). Kernels that are compiled already cost the other process some seconds."""
N_CELLS = 2


def compile_apart(forcing: Forcing, settings: Settings, year: int) -> int | None:
    """Simulate a year of two cells in another process if the landscape is large.

    Its kernels are then in the cache of compiled kernels. What goes wrong there is no fault of the
    landscape's own simulation, which then compiles for itself.

    Parameters
    ----------
    forcing : Forcing
        Of the landscape.
    settings : Settings
        Its laws, which choose the kernels.
    year : int
        A year that the forcing serves.

    Returns
    -------
    int or None
        Exit status of the other process; None where none was started.

    Raises
    ------
    InputError
        For an impossible forcing, which the other process could not tell of.
    """
    if np.count_nonzero(forcing.region) < LARGE_CELLS:
        return None
    forcing.check()
    arguments = (few_cells(forcing, settings), replace(settings, spin_up_years=1), year)
    process = multiprocessing.get_context("spawn").Process(target=simulate_once, args=arguments)
    process.start()
    process.join()
    return process.exitcode


def few_cells(forcing: Forcing, settings: Settings) -> Forcing:
    """Return the forcing of two cells of the region, each by itself."""
    cells = np.flatnonzero(forcing.region)[:N_CELLS]
    return forcing_of_columns(
        forcing, cells, make_parameters(settings.parameters, settings.carbon).erosion
    )


def simulate_once(forcing: Forcing, settings: Settings, year: int) -> None:
    """Run every kernel of a simulation."""
    simulation = Simulation(forcing, settings)
    simulation.spin_up(year)
    simulation.run_year(year)
