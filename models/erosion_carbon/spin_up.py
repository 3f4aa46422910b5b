"""Bring water and heat to rest by repeating a year in columns that stand for all cells."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

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
from .soil_columns import FloatArray, SoilColumns
from .spin_up_ahead import deep_at_rest, where_bound
from .state import State
from .water_day import WaterDay

Say = Callable[[str, float], None]
"""Takes what is being done and which share of it is done, 0 to 1."""
YEARS_OF_A_TREND = 3


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
    without channels; after every second year, but for the last, deep ground and soil water are put
    to where they are bound (`spin_up_ahead`). Every cell then starts with the temperatures of the
    column most like it, and with its water.
    """
    chosen, stand_in = representatives(landscape)
    columns = landscape.columns(chosen)
    state = first_state(columns, parameters, settings, threads)
    weather = columns.weather_source.open(threads)
    water = WaterDay(columns, parameters, settings, None, threads)
    heat = HeatDay(columns, parameters, threads)
    ends: list[FloatArray] = []
    days = list(days_of(year))
    for repetition in range(settings.spin_up_years):
        mean_c = np.zeros_like(state.heat.temperature)
        for date, done in days:
            if say is not None:
                say("spin-up of columns", (repetition + done) / settings.spin_up_years)
            today = weather.day(date)
            water.run(date, today, state)
            heat.run(today, water.fluxes, state)
            mean_c += state.heat.temperature / len(days)
        ends = [*ends[-2:], state.water.soil.copy()]
        if repetition % 2 == 1 and repetition + 1 < settings.spin_up_years:
            state = _look_ahead(state, mean_c, ends, columns, parameters, threads)
            ends[-1] = state.water.soil.copy()
    return _spread(state, stand_in, columns, landscape, parameters, settings, threads)


def _look_ahead(
    state: State,
    mean_c: FloatArray,
    ends: Sequence[FloatArray],
    columns: Landscape,
    parameters: Parameters,
    threads: CellThreads,
) -> State:
    """Return the state with deep ground, and where three years tell a trend the water, ahead."""
    soil_water = state.water.soil
    if len(ends) == YEARS_OF_A_TREND:
        driest = np.minimum(soil_water, columns.soil.wilting_point[:, None])
        soil_water = np.clip(where_bound(*ends), driest, columns.soil.porosity[:, None])
    values = parameters.soil_heat
    gradient_k_m = values.geothermal_flux_w_m2 / values.rock_conductivity_w_m_k
    temperature_c = deep_at_rest(state.heat.temperature, mean_c, gradient_k_m)
    ground = heat_at(temperature_c, soil_water, columns, parameters, threads)
    heat = state.heat._replace(
        enthalpy=ground.enthalpy,
        temperature=ground.temperature,
        liquid_share=ground.liquid_share,
        water=ground.water,
    )
    return replace(state, water=state.water._replace(soil=soil_water), heat=heat)


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
    soil_water = water_in_other_soil(
        water.soil, _marks(columns.soil)[:, stand_in], _marks(landscape.soil)
    )
    water = water._replace(soil=soil_water)
    heat = heat_at(state.heat.temperature[stand_in], soil_water, landscape, parameters, threads)
    heat = heat._replace(snow_temperature=state.heat.snow_temperature[stand_in])
    spread = state_of(landscape, water, heat, settings)
    for name in ("temperature_c", "ice_fraction", "frost_cycles", "topsoil_was_c"):
        getattr(spread, name)[:] = getattr(state, name)[stand_in]
    return spread


def _marks(soil: SoilColumns) -> FloatArray:
    """Return the water contents between which soils are compared, (4, n)."""
    dry = np.zeros_like(soil.porosity)
    return np.stack([dry, soil.wilting_point, soil.field_capacity, soil.porosity])


def water_in_other_soil(water: FloatArray, marks: FloatArray, others: FloatArray) -> FloatArray:
    """Return the water of other soils that stands as high between their marks, shape (n, 10).

    Water at field capacity drains no further and water at the wilting point is drunk by nobody, in
    any texture: the same share of the pores would be wet in sand and dry in clay.

    Parameters
    ----------
    water : array (n, 10)
        Volumetric, m3 m-3.
    marks, others : array (4, n)
        Nothing, wilting point, field capacity and porosity of the soil and of the other.
    """
    found = np.zeros_like(water)
    for low, high, other_low, other_high in zip(
        marks[:-1], marks[1:], others[:-1], others[1:], strict=True
    ):
        filled = np.clip((water - low[:, None]) / (high - low)[:, None], 0.0, 1.0)
        found += filled * (other_high - other_low)[:, None]
    return found
