"""Run the simulator from start to end, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .forcing import Forcing
from .landscape import Landscape
from .settings import Settings
from .simulation import Simulation
from .spin_up import Say
from .year import Year


@dataclass(frozen=True)
class Result:
    """Simulated years of a landscape.

    Parameters
    ----------
    landscape : Landscape
        Network, soil and cover in routing order; `landscape.fallbacks` tells what was assumed.
    years : tuple of Year
        Quantities of every year (see `quantities`), outlets and ledger; the `change` of the first
        tells how far from equilibrium the spin-up ended.
    """

    landscape: Landscape
    years: tuple[Year, ...]

    def grid(self, quantity: str, year: int = -1) -> npt.NDArray[np.float64]:
        """Return a quantity of a year, by its position, as a grid; NaN outside the region."""
        return self.landscape.network.to_grid(self.years[year].values[quantity])


def simulate(
    forcing: Forcing,
    settings: Settings,
    first_year: int,
    n_years: int = 1,
    outlets: Sequence[tuple[int, int]] = (),
    n_threads: int = 1,
    say: Say | None = None,
) -> Result:
    """Spin a landscape up on the first year, then run the years.

    Parameters
    ----------
    forcing : Forcing
        Grids of relief, soil, cover and climate.
    settings : Settings
        Laws, parameters, seed.
    first_year, n_years : int
        Calendar years.
    outlets : sequence of (row, column)
        Cells whose daily water, sediment and carbon are kept.
    n_threads : int
        Results are the same for any number.
    say : callable, optional
        Told what is being done and which share of it is done.

    Raises
    ------
    InputError
        For impossible forcing and parameters, before any work.
    LedgerError
        Where water, soil or carbon of a cell does not balance: a fault of the program.
    """
    simulation = Simulation(forcing, settings, outlets, n_threads)
    simulation.spin_up(first_year, say)
    years = [simulation.run_year(year, say) for year in range(first_year, first_year + n_years)]
    return Result(simulation.landscape, tuple(years))
