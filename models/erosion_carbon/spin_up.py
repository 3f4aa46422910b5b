"""Bring water and heat to rest by repeating a year in columns that stand for all cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .calendar_days import days_of
from .cell_threads import CellThreads
from .first_state import first_state, heat_at, state_of
from .heat_day import HeatDay
from .hydrology.state import WaterState
from .landscape import Landscape
from .parameters import Parameters
from .representatives import representatives
from .settings import Settings
from .soil_layers import LAYER_THICKNESS_M
from .state import State
from .water_day import WaterDay

Say = Callable[[str, float], None]
"""Takes what is being done and which share of it is done, 0 to 1."""


@dataclass(frozen=True)
class Drift:
    """What a repeated year still changed between its start and its end.

    Parameters
    ----------
    soil_temperature_c, soil_temperature_mean_c : float
        Largest and mean absolute change of a layer's temperature, K.
    soil_water_m, soil_water_mean_m : float
        Largest and mean absolute change of the water in 0-4 m.
    """

    soil_temperature_c: float
    soil_temperature_mean_c: float
    soil_water_m: float
    soil_water_mean_m: float


class YearStart:
    """Temperature and water at the start of a year, to tell the drift at its end."""

    def __init__(self, state: State) -> None:
        self._temperature_c = state.temperature_c.copy()
        self._water = state.water.soil.copy()

    def drift(self, state: State) -> Drift:
        """Return what changed since."""
        warmer = np.abs(state.temperature_c - self._temperature_c)
        wetter = np.abs((state.water.soil - self._water) @ LAYER_THICKNESS_M)
        return Drift(
            float(warmer.max()), float(warmer.mean()), float(wetter.max()), float(wetter.mean())
        )


def spun_up_state(
    landscape: Landscape,
    parameters: Parameters,
    settings: Settings,
    year: int,
    threads: CellThreads,
    say: Say | None = None,
) -> State:
    """Return a state whose water and heat follow the climate of a year.

    The year is repeated `settings.spin_up_years` times in a few thousand representative columns,
    without channels; every cell then starts with the temperatures and the relative saturation of
    the column most like it.
    """
    chosen, stand_in = representatives(landscape)
    columns = landscape.columns(chosen)
    state = first_state(columns, parameters, settings, threads)
    weather = columns.weather_source.open(threads)
    water = WaterDay(columns, parameters, settings, None, threads)
    heat = HeatDay(columns, parameters, threads)
    for repetition in range(settings.spin_up_years):
        for date, done in days_of(year):
            if say is not None:
                say("spin-up of columns", (repetition + done) / settings.spin_up_years)
            today = weather.day(date)
            water.run(date, today, state)
            heat.run(today, water.fluxes, state)
    return _spread(state, stand_in, columns, landscape, parameters, settings, threads)


def _spread(
    state: State,
    stand_in: npt.NDArray[np.int64],
    columns: Landscape,
    landscape: Landscape,
    parameters: Parameters,
    settings: Settings,
    threads: CellThreads,
) -> State:
    """Give every cell the water and heat of the column that stands for it."""
    water = WaterState(*(each[stand_in] for each in state.water))
    saturation = state.water.soil / columns.soil.porosity[:, None]
    soil_water = saturation[stand_in] * landscape.soil.porosity[:, None]
    water = water._replace(soil=soil_water)
    heat = heat_at(state.heat.temperature[stand_in], soil_water, landscape, parameters, threads)
    spread = state_of(landscape, water, heat, settings)
    for name in ("temperature_c", "ice_fraction", "frost_cycles", "topsoil_was_c"):
        getattr(spread, name)[:] = getattr(state, name)[stand_in]
    return spread
