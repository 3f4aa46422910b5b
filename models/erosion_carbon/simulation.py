"""The simulator: prepare a landscape, bring it to equilibrium, run it year by year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .accounts import Accounts
from .calendar_days import days_of
from .carbon_day import CarbonDay
from .cell_threads import CellThreads
from .first_state import first_state
from .forcing import Forcing
from .frost_year import FrostYear
from .heat_day import HeatDay
from .landscape import Landscape, make_landscape
from .ledger import Ledger
from .parameters import Parameters, make_parameters
from .routing.route import ChannelRouter
from .settings import Settings
from .soil_change import YearStart
from .spin_up import Say, spun_up_state
from .state import State
from .steady_carbon import YearForCarbon
from .water_day import WaterDay
from .weather import DayWeather
from .year import Year, YearTotals


class Simulation:
    """A landscape under simulation.

    Parameters
    ----------
    forcing : Forcing
        Grids of relief, soil, cover and climate.
    settings : Settings
        Laws, parameters, seed.
    outlets : sequence of (row, column)
        Cells whose daily water, sediment and carbon are kept, besides all of the network.
    n_threads : int
        Results are the same for any number.

    Raises
    ------
    InputError
        For impossible forcing and parameters, before any work.
    """

    def __init__(
        self,
        forcing: Forcing,
        settings: Settings,
        outlets: Sequence[tuple[int, int]] = (),
        n_threads: int = 1,
    ) -> None:
        self.settings = settings
        self.parameters: Parameters = make_parameters(settings.parameters, settings.carbon)
        self._threads = CellThreads(n_threads)
        self.landscape: Landscape = make_landscape(
            forcing, self.parameters, settings, self._threads
        )
        self.outlets = _cells(self.landscape, outlets)
        self._router = ChannelRouter(
            self.landscape.network,
            self.parameters.channel,
            self._threads,
            self.outlets,
            teleport=not settings.deposits_in_channels,
        )
        parts = (self.landscape, self.parameters)
        self._water = WaterDay(*parts, settings, self._router, self._threads)
        self._heat = HeatDay(*parts, self._threads)
        self._carbon = CarbonDay(*parts, settings, self._router, self._threads)
        self._weather = self.landscape.weather_source.open(self._threads)
        self.state: State = first_state(*parts, settings, self._threads)

    def spin_up(self, year: int, say: Say | None = None) -> None:
        """Bring the landscape to equilibrium with a year's climate.

        Water and heat: the year is repeated in representative columns, then run once in all cells
        with their channels. Carbon: solved for, with the litter, decay factors, erosion and
        deposition of that last year. What is left to do shows in `Year.change` of that year, run
        again.
        """
        parts = (self.landscape, self.parameters)
        self.state = spun_up_state(*parts, self.settings, year, self._threads, say)
        self.settle(year, say)

    def settle(self, year: int, say: Say | None = None) -> None:
        """Run a year of water and heat from `state`, then solve for the carbon at rest with it."""
        collected = YearForCarbon(self.landscape, self.parameters, self._threads)
        for date, done in days_of(year):
            if say is not None:
                say("spin-up of the landscape", done)
            self._run_water_and_heat(date)
            self._carbon.begin(date, self.state, self._water.fluxes)
            collected.add(self.state, self._water.fluxes, self._carbon)
        # The solve needs most memory of all: what is no longer read goes before it.
        self._weather.forget()
        collected.solve(self.state, self._router)
        self.state.owed_by_leaves_g_m2[:] = 0.0

    def run_year(self, year: int, say: Say | None = None) -> Year:
        """Run one year, every day of it checked by the ledger.

        Raises
        ------
        LedgerError
            Where a balance does not close: cell and day are named.
        """
        ledger = Ledger()
        accounts = Accounts(self.landscape, self.state, ledger, self._threads)
        totals = YearTotals(self.landscape.network.area_m2, self.outlets, self._threads)
        frost = FrostYear(self.landscape, self._threads)
        start = YearStart(self.state)
        for date, done in days_of(year):
            if say is not None:
                say(str(year), done)
            weather = self._run_water_and_heat(date)
            fallen_m, water = weather.precipitation_m, self._water.fluxes
            accounts.enter_water(date, fallen_m, water, self.state)
            self._carbon.run(date, self.state, water)
            accounts.enter_carbon(date, self._carbon.fluxes, self.state)
            totals.add(date, fallen_m, water, self._carbon.fluxes, self.state)
            frost.add(date, weather, water.snow_depth_m, self.state)
        change = start.change(self.state)
        return totals.finish(year, self.state, frost.values(), ledger.rows(), change)

    def _run_water_and_heat(self, date: dt.date) -> DayWeather:
        weather = self._weather.day(date)
        self._water.run(date, weather, self.state)
        self._heat.run(weather, self._water.fluxes, self.state)
        return weather


def _cells(landscape: Landscape, outlets: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """Return the position of grid cells in routing order; InputError outside the region."""
    network = landscape.network
    position = np.full(network.shape[0] * network.shape[1], -1)
    position[network.cell_of] = np.arange(network.n_cells)
    flat = [row * network.shape[1] + col for row, col in outlets]
    cells = np.asarray(position[flat], dtype=np.int64)
    outside = [place for place, cell in zip(outlets, cells, strict=True) if cell < 0]
    if outside:
        raise InputError(
            Problem(
                "outlets",
                f"row {outside[0][0]}, column {outside[0][1]} is no cell of the region",
                "watch cells inside the region",
            )
        )
    return cells
