"""A day's runoff and erosion on the hillslopes, by the law that was chosen."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from .cell_threads import CellThreads
from .erosion.curve_numbers import cover_curve_number
from .erosion.kernel_curve_number_day import curve_number_day
from .erosion.kernel_hillslope_sediment import EROSION_LAWS, EROSION_NONE
from .erosion.kernel_musle import PEAK_RATIONAL
from .erosion.kernel_transport_capacity import CAPACITY_LAWS
from .erosion.topographic_factor import hillslope_ls
from .erosion.usle_factors import musle_factors_us
from .hillslopes import (
    ControlZone,
    Erodibilities,
    HillslopeDay,
    Laws,
    SurfaceWater,
    empty_day,
)
from .kernel_hillslope_day import hillslope_day
from .kernel_hillslope_step import INFILTRATION_LAWS
from .kernel_surface_day import resistance_day, uptake_day
from .landscape import Landscape
from .monthly_surface import usle_erodibility_us
from .parameters import Parameters
from .settings import Settings
from .soil_columns import FloatArray
from .state import State
from .weather import DayWeather


class Uptake:
    """How the ground of each cell takes up water, day by day.

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
        self._ground = np.zeros((3, landscape.n_cells))
        self.zone = ControlZone(*np.zeros((len(ControlZone._fields), landscape.n_cells)))

    def of_day(
        self,
        month: int,
        weather: DayWeather,
        state: State,
        rain_to_ground_m: FloatArray,
        melt_m: FloatArray,
    ) -> SurfaceWater:
        """Return what comes to the ground and what it can take up; `zone` is set too."""
        land = self._land
        surface = SurfaceWater(
            rain_to_ground_m,
            melt_m,
            weather.storm_decay_h,
            weather.storm_start_h,
            *self._ground,
        )
        self._threads.over_cells(
            uptake_day,
            land.n_cells,
            land.soil,
            state.water.soil,
            state.ice_fraction,
            land.cover.ground_cover,
            land.surface.lai[month],
            self._parameters.overland,
            self._parameters.soil_water,
            self._parameters.surface,
            surface,
            self.zone,
        )
        return surface


class Runoff(Protocol):
    """Runs days of runoff; `day` is overwritten by each."""

    day: HillslopeDay

    def run(
        self,
        month: int,
        weather: DayWeather,
        state: State,
        rain_to_ground_m: FloatArray,
        melt_m: FloatArray,
    ) -> None:
        """Run one day of a month (0 is January)."""


class HillslopeRunoff:
    """Hour by hour down the hillslopes, with erosion by WEPP or ANSWERS, or none.

    Parameters
    ----------
    landscape, parameters, settings, threads
        As in `water_day.WaterDay`.
    """

    def __init__(
        self,
        landscape: Landscape,
        parameters: Parameters,
        settings: Settings,
        threads: CellThreads,
    ) -> None:
        self._land, self._parameters, self._threads = landscape, parameters, threads
        self._uptake = Uptake(landscape, parameters, threads)
        self._frosted = np.zeros((3, landscape.n_cells))
        self._laws = Laws(
            INFILTRATION_LAWS[settings.infiltration],
            EROSION_LAWS.get(settings.erosion, EROSION_NONE),
            CAPACITY_LAWS[settings.capacity],
        )
        self._settled: tuple[int, Erodibilities] | None = None
        self.day = empty_day(landscape.n_cells)

    def run(
        self,
        month: int,
        weather: DayWeather,
        state: State,
        rain_to_ground_m: FloatArray,
        melt_m: FloatArray,
    ) -> None:
        """Run one day: surface water of `state`, and `day`, change."""
        land, values = self._land, self._parameters
        surface = self._uptake.of_day(month, weather, state, rain_to_ground_m, melt_m)
        settled = self._settled_in(month)
        interrill, rill, shear = self._frosted
        resisting = settled._replace(
            interrill_kg_s_m4=interrill, rill_s_m=rill, critical_shear_pa=shear
        )
        self._set_resistance(state, settled, resisting)
        self._threads.over_cells(
            hillslope_day,
            land.n_cells,
            state.water,
            state.overland_m2_s,
            land.hillslopes,
            surface,
            self._uptake.zone,
            resisting,
            values.overland,
            values.erosion,
            self._laws,
            self.day,
        )

    def _settled_in(self, month: int) -> Erodibilities:
        if self._settled is None or self._settled[0] != month:
            extinction = self._parameters.surface.light_extinction
            self._settled = month, self._land.surface.settled(month, extinction)
        return self._settled[1]

    def _set_resistance(
        self, state: State, settled: Erodibilities, resisting: Erodibilities
    ) -> None:
        erosion = self._parameters.erosion
        self._threads.over_cells(
            resistance_day,
            self._land.n_cells,
            self._land.soil,
            state.water.soil,
            state.ice_fraction,
            state.frost_cycles,
            settled,
            erosion.weakening_per_frost_cycle,
            erosion.weakening_by_frost_limit,
            resisting,
        )


class CurveNumberRunoff:
    """Day by day, by curve number and MUSLE as in SWAT.

    Parameters
    ----------
    landscape, parameters, settings, threads
        As in `water_day.WaterDay`.
    """

    def __init__(
        self,
        landscape: Landscape,
        parameters: Parameters,
        settings: Settings,  # noqa: ARG002 - all laws are made alike
        threads: CellThreads,
    ) -> None:
        self._land, self._parameters, self._threads = landscape, parameters, threads
        self._uptake = Uptake(landscape, parameters, threads)
        cover, slopes = landscape.cover, landscape.hillslopes
        self._curve_number = cover_curve_number(
            cover.curve_number_b, cover.curve_number_c, landscape.soil.saturated_conductivity_m_s
        )
        self._factors_us = musle_factors_us(
            usle_erodibility_us(landscape.soil, parameters),
            hillslope_ls(
                slopes.length_m, slopes.slope.mean(axis=1), parameters.usle.slope_length_limit_m
            ),
            cover.cover_factor,
        )
        self.day = empty_day(landscape.n_cells)

    def run(
        self,
        month: int,
        weather: DayWeather,
        state: State,
        rain_to_ground_m: FloatArray,
        melt_m: FloatArray,
    ) -> None:
        """Run one day: surface water of `state`, and `day`, change."""
        land = self._land
        surface = self._uptake.of_day(month, weather, state, rain_to_ground_m, melt_m)
        self._threads.over_cells(
            curve_number_day,
            land.n_cells,
            state.water,
            surface,
            land.hillslopes,
            land.soil,
            state.ice_fraction,
            self._curve_number,
            self._factors_us,
            PEAK_RATIONAL,
            self._parameters.usle,
            self.day,
        )
