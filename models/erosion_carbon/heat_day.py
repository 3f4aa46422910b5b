"""One day of heat in snow, soil and rock, and what frost does to the surface."""

from __future__ import annotations

import numpy as np

from .cell_threads import CellThreads
from .kernel_surface_day import count_frost, mean_of_nodes
from .landscape import Landscape
from .parameters import Parameters
from .soil_heat.kernel_soil_heat import soil_heat_day
from .state import State
from .water_day import WaterFluxes
from .weather import DayWeather


class HeatDay:
    """Runs days of soil heat.

    Parameters
    ----------
    landscape : Landscape
        Of n cells.
    parameters : Parameters
        Values.
    threads : CellThreads
        For kernels over cells.
    """

    def __init__(self, landscape: Landscape, parameters: Parameters, threads: CellThreads) -> None:
        self._land, self._parameters, self._threads = landscape, parameters, threads
        self._ponded_m = np.zeros(landscape.n_cells)

    def run(self, weather: DayWeather, water: WaterFluxes, state: State) -> None:
        """Run one day: heat, temperature, ice and frost cycles of `state` change."""
        land = self._land
        self._threads.over_cells(mean_of_nodes, land.n_cells, state.water.surface_m, self._ponded_m)
        self._threads.over_cells(
            soil_heat_day,
            land.n_cells,
            state.heat,
            weather.mean_c,
            water.snow_depth_m,
            state.water.snow_density_kg_m3,
            state.water.soil,
            land.thermal,
            land.is_forest,
            self._ponded_m,
            self._parameters.soil_heat,
            state.temperature_c,
            state.ice_fraction,
        )
        self._threads.over_cells(
            count_frost,
            land.n_cells,
            state.temperature_c,
            state.topsoil_was_c,
            self._parameters.surface.consolidation_c,
            state.frost_cycles,
        )
