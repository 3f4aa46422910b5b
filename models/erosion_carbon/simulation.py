"""The simulator: prepare a landscape, bring it to equilibrium, run it year by year."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .accounts import Accounts
from .carbon_day import CarbonDay
from .cell_threads import CellThreads
from .forcing import Forcing
from .heat_day import HeatDay
from .hydrology.state import initial_water
from .landscape import Landscape, make_landscape
from .ledger import Ledger
from .parameters import Parameters, make_parameters
from .routing.route import ChannelRouter
from .settings import Settings
from .soil_columns import FloatArray
from .soil_heat.kernel_soil_heat import begin_heat
from .soil_heat.state import empty_heat_state
from .soil_layers import N_LAYERS
from .state import State
from .steady_carbon import YearForCarbon
from .water_day import WaterDay
from .year import Year, YearTotals

Say = Callable[[str, float], None]
"""Takes what is being done and which share of it is done, 0 to 1."""


@dataclass(frozen=True)
class SpinUpDrift:
    """How far from equilibrium the spin-up ended: changes over its last year.

    Parameters
    ----------
    soil_temperature_c : float
        Largest change of a layer's temperature at the year's end, K.
    soil_temperature_mean_c : float
        Mean absolute change.
    soil_water_m : float
        Largest change of the water in 0-4 m.
    """

    soil_temperature_c: float
    soil_temperature_mean_c: float
    soil_water_m: float


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
        self.state: State = self._first_state()
        self.drift: SpinUpDrift | None = None

    def spin_up(self, year: int, say: Say | None = None) -> SpinUpDrift:
        """Repeat a year until water and soil heat follow it, then solve for the carbon.

        Returns
        -------
        SpinUpDrift
            What still changed in the last repetition.
        """
        n_years = self.settings.spin_up_years
        collected = YearForCarbon(self.landscape, self.parameters, self._threads)
        before = self.state.temperature_c.copy(), self.state.water.soil.copy()
        for repetition in range(n_years):
            before = self.state.temperature_c.copy(), self.state.water.soil.copy()
            for date, done in _days_of(year):
                if say is not None:
                    say("spin-up", (repetition + done) / n_years)
                self._run_water_and_heat(date)
                if repetition == n_years - 1:
                    self._carbon.begin(date, self.state, self._water.fluxes)
                    collected.add(self.state, self._water.fluxes, self._carbon)
        collected.solve(self.state, self._router)
        self.state.owed_by_leaves_g_m2[:] = 0.0
        self.drift = _drift(*before, self.state)
        return self.drift

    def run_year(self, year: int, say: Say | None = None) -> Year:
        """Run one year, every day of it checked by the ledger.

        Raises
        ------
        LedgerError
            Where a balance does not close: cell and day are named.
        """
        ledger = Ledger()
        accounts = Accounts(self.landscape, self.state, ledger, self._threads)
        totals = YearTotals(self.landscape.network.area_m2, self.outlets)
        for date, done in _days_of(year):
            if say is not None:
                say(str(year), done)
            precipitation_m = self._run_water_and_heat(date)
            accounts.enter_water(date, precipitation_m, self._water.fluxes, self.state)
            self._carbon.run(date, self.state, self._water.fluxes)
            accounts.enter_carbon(date, self._carbon.fluxes, self.state)
            totals.add(date, precipitation_m, self._water.fluxes, self._carbon.fluxes, self.state)
        return totals.finish(year, self.state, ledger.rows())

    def _run_water_and_heat(self, date: dt.date) -> FloatArray:
        weather = self.landscape.weather.day(date)
        self._water.run(date, weather, self.state)
        self._heat.run(weather, self._water.fluxes, self.state)
        return weather.precipitation_m

    def _first_state(self) -> State:
        land = self.landscape
        n = land.n_cells
        n_pools, n_surface = len(land.scheme.soil_pools), len(land.scheme.surface_pools)
        nodes = self.settings.hillslope_nodes
        water = initial_water(land.soil, nodes, self.parameters.soil_water)
        heat = empty_heat_state(n)
        ground_c = mean_ground_temperature_c(land.climate_c)
        self._threads.over_cells(
            begin_heat, n, ground_c, water.soil, land.thermal, self.parameters.soil_heat, heat
        )
        return State(
            water=water,
            heat=heat,
            soil=np.zeros((n, N_LAYERS, n_pools)),
            surface=np.zeros((n, n_surface)),
            dissolved=np.zeros((n, N_LAYERS, 2)),
            deposit_depth_m=np.zeros(n),
            temperature_c=np.repeat(ground_c[:, None], N_LAYERS, axis=1),
            ice_fraction=np.zeros((n, N_LAYERS)),
            overland_m2_s=np.zeros((n, nodes)),
            frost_cycles=np.zeros(n),
            topsoil_was_c=ground_c.copy(),
            owed_by_leaves_g_m2=np.zeros(n),
            suspended_kg=np.zeros(n),
            poc_in_channel_g=np.zeros((n, n_pools)),
            doc_in_channel_g=np.zeros((n, 2)),
        )


SNOW_KEEPS = 0.4
"""Ground under snow feels about this share of the frost: n-factors 0.3-0.6 (Lunardini 1978)."""


def mean_ground_temperature_c(monthly_c: FloatArray) -> FloatArray:
    """Return a first guess of the ground's mean annual temperature, (n,), from that of the air."""
    return np.asarray(np.where(monthly_c < 0.0, SNOW_KEEPS * monthly_c, monthly_c).mean(axis=0))


def _days_of(year: int) -> Iterator[tuple[dt.date, float]]:
    first = dt.date(year, 1, 1)
    n_days = 366 if calendar.isleap(year) else 365
    for day in range(n_days):
        yield first + dt.timedelta(days=day), day / n_days


def _cells(landscape: Landscape, outlets: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """Return the position of grid cells in routing order."""
    network = landscape.network
    position = np.full(network.shape[0] * network.shape[1], -1)
    position[network.cell_of] = np.arange(network.n_cells)
    flat = [row * network.shape[1] + col for row, col in outlets]
    return np.asarray(position[flat], dtype=np.int64)


def _drift(temperature_c: FloatArray, water: FloatArray, state: State) -> SpinUpDrift:
    from .soil_layers import LAYER_THICKNESS_M

    warmer = np.abs(state.temperature_c - temperature_c)
    wetter = np.abs((state.water.soil - water) @ LAYER_THICKNESS_M)
    return SpinUpDrift(float(warmer.max()), float(warmer.mean()), float(wetter.max()))
