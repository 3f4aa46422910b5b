"""One day of water and sediment: sky, hillslopes, soil, channels."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import numpy as np

from .annual_erosion import AnnualErosion
from .cell_threads import CellThreads
from .hillslopes import HOURS, HillslopeDay
from .hydrology.kernel_column_day import snow_and_canopy_day, soil_water_day
from .kernel_surface_day import EVAPORATION_LAWS, potential_evapotranspiration
from .landscape import Landscape
from .parameters import Parameters
from .routing.route import ChannelFluxes, ChannelRouter
from .runoff import CurveNumberRunoff, HillslopeRunoff, Runoff
from .settings import Settings
from .soil_columns import FloatArray
from .soil_layers import N_LAYERS
from .state import State
from .weather import DayWeather

ROUTING_STEP_S = 3600.0
"""Backward Euler: stable at any step; a flood wave of 1 m/s passes four cells of 1 km an hour."""


class WaterFluxes(NamedTuple):
    """What moved in the day; arrays (n,) unless said otherwise.

    Parameters
    ----------
    throughfall_m, rain_to_ground_m, melt_m, snow_depth_m : array
        Of the day; depth at its end.
    rain_m : array
        Above the canopy, snow apart.
    evapotranspiration_m, release_m, overflow_m : array
        Evaporated; given to the channel below ground; given back for want of room.
    overland_m : array
        Run off over the surface.
    percolation_m : array (n, 10)
        Passed the bottom of each layer.
    hillslope : HillslopeDay
        Detached, deposited, and what reached the channel over the surface by the hour.
    channel : ChannelFluxes
        What went through the channel links.
    """

    throughfall_m: FloatArray
    rain_to_ground_m: FloatArray
    melt_m: FloatArray
    snow_depth_m: FloatArray
    rain_m: FloatArray
    evapotranspiration_m: FloatArray
    release_m: FloatArray
    overflow_m: FloatArray
    overland_m: FloatArray
    percolation_m: FloatArray
    hillslope: HillslopeDay
    channel: ChannelFluxes


class WaterDay:
    """Runs days of water; owns the arrays of its fluxes, which each day overwrites.

    Parameters
    ----------
    landscape : Landscape
        Of n cells.
    parameters, settings
        Values and choices.
    router : ChannelRouter or None
        Of the same network; None for columns that no channels join.
    threads : CellThreads
        For kernels over cells.
    """

    def __init__(
        self,
        landscape: Landscape,
        parameters: Parameters,
        settings: Settings,
        router: ChannelRouter | None,
        threads: CellThreads,
    ) -> None:
        self._land, self._parameters, self._threads = landscape, parameters, threads
        self._router = router
        n = landscape.n_cells
        self._evaporation = EVAPORATION_LAWS[settings.evaporation]
        self._potential_m, self._from_soil_m3 = np.zeros((2, n))
        self._area_h_m2 = landscape.hillslopes.area_m2 / HOURS
        law = CurveNumberRunoff if settings.erosion == "musle" else HillslopeRunoff
        self._runoff: Runoff = law(landscape, parameters, settings, threads)
        self._annual = None
        if settings.erosion == "rusle_watem" and router is not None:
            self._annual = AnnualErosion(landscape, parameters, threads)
        self.fluxes = WaterFluxes(
            throughfall_m=np.zeros(n),
            rain_to_ground_m=np.zeros(n),
            melt_m=np.zeros(n),
            snow_depth_m=np.zeros(n),
            rain_m=np.zeros(n),
            evapotranspiration_m=np.zeros(n),
            release_m=np.zeros(n),
            overflow_m=np.zeros(n),
            overland_m=self._runoff.day.overland_m,
            percolation_m=np.zeros((n, N_LAYERS)),
            hillslope=self._runoff.day,
            channel=no_channels(n) if router is None else router.new_fluxes(HOURS),
        )

    def run(self, date: dt.date, weather: DayWeather, state: State) -> None:
        """Run one day: `state.water` and `fluxes` change."""
        month = date.month - 1
        lai = self._land.surface.lai[month]
        fluxes = self.fluxes
        self._fall(date, weather, state, lai)
        self._runoff.run(month, weather, state, fluxes.rain_to_ground_m, fluxes.melt_m)
        self._soak(date, weather, state, lai)
        self._route(state)
        if self._annual is not None:
            self._annual.add(date, fluxes.rain_m, fluxes.hillslope, fluxes.channel)

    def _fall(self, date: dt.date, weather: DayWeather, state: State, lai: FloatArray) -> None:
        fluxes, land = self.fluxes, self._land
        on_leaves_m = state.water.canopy_m.copy()
        self._threads.over_cells(
            snow_and_canopy_day,
            land.n_cells,
            date.timetuple().tm_yday,
            land.latitude_deg,
            state.water,
            weather.precipitation_m,
            weather.mean_c,
            lai,
            land.is_forest,
            self._parameters.snow_canopy,
            fluxes.rain_to_ground_m,
            fluxes.melt_m,
            fluxes.throughfall_m,
            fluxes.snow_depth_m,
        )
        np.subtract(state.water.canopy_m, on_leaves_m, out=fluxes.rain_m)
        np.add(fluxes.rain_m, fluxes.throughfall_m, out=fluxes.rain_m)

    def _soak(self, date: dt.date, weather: DayWeather, state: State, lai: FloatArray) -> None:
        fluxes, land = self.fluxes, self._land
        self._threads.over_cells(
            potential_evapotranspiration,
            land.n_cells,
            land.latitude_deg,
            date.timetuple().tm_yday,
            weather.mean_c,
            weather.min_c,
            weather.max_c,
            self._evaporation,
            self._potential_m,
        )
        self._threads.over_cells(
            soil_water_day,
            land.n_cells,
            state.water,
            land.soil,
            fluxes.hillslope.infiltrated_m,
            self._potential_m,
            lai,
            land.cover.ground_cover,
            land.cover.transpiration_factor,
            land.root_share,
            state.temperature_c,
            state.ice_fraction,
            self._parameters.soil_water,
            fluxes.evapotranspiration_m,
            fluxes.release_m,
            fluxes.overflow_m,
            fluxes.percolation_m,
        )

    def _route(self, state: State) -> None:
        if self._router is None:
            return
        fluxes = self.fluxes
        np.add(fluxes.release_m, fluxes.overflow_m, out=self._from_soil_m3)
        np.multiply(self._from_soil_m3, self._area_h_m2, out=self._from_soil_m3)
        fluxes.channel.clear()
        self._router.route_hours(
            state.channel,
            fluxes.hillslope.overland_m3,
            fluxes.hillslope.sediment_kg,
            ROUTING_STEP_S,
            fluxes.channel,
            self._from_soil_m3,
        )


def no_channels(n_cells: int) -> ChannelFluxes:
    """Return fluxes of zero for columns that no channels join."""
    water_in, water_out, soil_in, soil_out, settled = np.zeros((5, n_cells))
    return ChannelFluxes(water_in, water_out, soil_in, soil_out, settled, np.zeros((HOURS, 0)))
