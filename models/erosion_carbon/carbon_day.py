"""One day of carbon: washed and carried away, put down, dissolved, eaten."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange

import numpy as np

from .carbon_fluxes import CarbonFluxes, no_fluxes
from .cell_threads import CellThreads
from .dissolved.kernel_dissolved import (
    dissolved_export,
    dissolved_from_rain,
    dissolved_from_soil,
)
from .kernel_litter import litter_of_day
from .kernel_moved_carbon import settle, share_out
from .landscape import Landscape
from .parameters import Parameters
from .profile.kernel_burial import BURIAL_LAWS, mineralise_in_transit, scale_decomposition
from .profile.kernel_profile import ENRICHMENT_LAWS, PROFILE_SCHEMES, deposit, erode
from .routing.route import ChannelRouter, sediment_fractions, water_fractions
from .settings import Settings
from .soil_columns import FloatArray
from .state import State
from .water_day import WaterFluxes


class CarbonDay:
    """Runs days of carbon; owns the arrays of its fluxes, which each day overwrites.

    Parameters
    ----------
    landscape : Landscape
        Of n cells.
    parameters, settings
        Values and choices.
    router : ChannelRouter
        Of the same network.
    threads : CellThreads
        For kernels over cells.
    """

    def __init__(
        self,
        landscape: Landscape,
        parameters: Parameters,
        settings: Settings,
        router: ChannelRouter,
        threads: CellThreads,
    ) -> None:
        self._land, self._parameters, self._threads = landscape, parameters, threads
        self._router = router
        self._profile = PROFILE_SCHEMES[settings.profile]
        self._enrichment = ENRICHMENT_LAWS[settings.enrichment]
        self._burial = BURIAL_LAWS[settings.burial]
        n, n_layers = landscape.root_share.shape
        n_pools = len(landscape.scheme.soil_pools)
        self.factor = np.ones((n, n_layers))
        self.surface_factor = np.zeros(n)
        self._leaf_g, self._root_g, self._wood_g, self.root_npp_g, self.plant_g = np.zeros((5, n))
        self._deposited_kg_m2 = np.zeros(n)
        self._moving_g, self._supply_g, self._settled_in_channel_g = np.zeros((3, n, n_pools))
        self._month: tuple[int, int] | None = None
        self._doc_supply_g, self._doc_settled_g = np.zeros((2, n, 2))
        self._set_plants(landscape)
        self.fluxes: CarbonFluxes = no_fluxes(n, n_pools)

    def _set_plants(self, landscape: Landscape) -> None:
        """Set what rain washes carbon from: only plants that make leaves can pay for it."""
        cover, lai = landscape.cover, landscape.surface.lai
        grows = np.greater(cover.leaf_allocation * landscape.npp_g_m2, 0.0)
        grows &= landscape.yearly_growth > 0.0
        self._lai_bounds = lai.min(axis=0), np.where(grows, lai.max(axis=0), 0.0)
        self._basal_area = np.where(grows, cover.basal_area_m2_m2, 0.0)

    def run(self, date: dt.date, state: State, water: WaterFluxes) -> None:
        """Run one day: carbon of `state` and `fluxes` change."""
        self._wash_out(state, water)
        self._carry_soil(state, water)
        self.fluxes.respiration_g[:] = 0.0
        self.begin(date, state, water)
        self._decompose(state)

    def begin(self, date: dt.date, state: State, water: WaterFluxes) -> None:
        """Set production, litter and the factors of decomposition of the day."""
        land = self._land
        self._set_factors(state)
        self._rain_on_plants(date, state, water)
        if self._month != (date.year, date.month):
            self._month = date.year, date.month
            days = monthrange(date.year, date.month)[1]
            np.divide(land.npp_of_month(date.month - 1), days, out=self.fluxes.npp_g)
        self._threads.over_cells(
            litter_of_day,
            land.n_cells,
            self.fluxes.npp_g,
            land.cover.leaf_allocation,
            land.cover.root_allocation,
            land.cover.wood_allocation,
            self.plant_g,
            self._parameters.dissolved.exuded_share,
            state.owed_by_leaves_g_m2,
            self._leaf_g,
            self._root_g,
            self._wood_g,
            self.root_npp_g,
            self.fluxes.harvest_g,
        )

    @property
    def litter_g(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Litter of leaves, roots and wood of the last day, g C m-2, each (n,)."""
        return self._leaf_g, self._root_g, self._wood_g

    def _wash_out(self, state: State, water: WaterFluxes) -> None:
        fluxes, land = self.fluxes, self._land
        self._threads.over_cells(
            dissolved_export,
            land.n_cells,
            state.dissolved,
            state.water.soil,
            water.overland_m,
            water.percolation_m,
            land.soil.bulk_density_kg_m3,
            self._parameters.dissolved,
            fluxes.washed_g,
        )
        np.multiply(fluxes.washed_g, land.network.area_m2[:, None], out=self._doc_supply_g)
        self._router.route_tracers(
            water_fractions(water.channel, state.channel),
            self._doc_supply_g,
            state.doc_in_channel_g,
            fluxes.doc_in_g,
            self._doc_settled_g,
            fluxes.doc_out_g,
        )

    def _carry_soil(self, state: State, water: WaterFluxes) -> None:
        fluxes, land, values = self.fluxes, self._land, self._parameters.profile
        hillslope, area_m2 = water.hillslope, land.network.area_m2
        density = land.soil.bulk_density_kg_m3
        moving_g = self._moving_g  # eroded first, then on its way, settled at last
        self._threads.over_cells(
            erode,
            land.n_cells,
            state.soil,
            hillslope.detached_kg_m2,
            density,
            self._profile,
            self._enrichment,
            values,
            moving_g,
        )
        self._threads.over_cells(
            mineralise_in_transit,
            land.n_cells,
            moving_g,
            values,
            fluxes.eroded_total_g,
            fluxes.transit_g,
        )
        self._threads.over_cells(
            share_out,
            land.n_cells,
            moving_g,
            hillslope.detached_kg_m2,
            hillslope.deposited_kg_m2,
            area_m2,
            self._supply_g,
            fluxes.delivered_g,
        )
        self._router.route_tracers(
            sediment_fractions(water.channel, state.channel),
            self._supply_g,
            state.poc_in_channel_g,
            fluxes.poc_in_g,
            self._settled_in_channel_g,
            fluxes.poc_out_g,
        )
        self._threads.over_cells(
            settle,
            land.n_cells,
            self._settled_in_channel_g,
            water.channel.deposited_kg,
            hillslope.deposited_kg_m2,
            hillslope.detached_kg_m2,
            area_m2,
            density,
            moving_g,
            fluxes.settled_total_g,
            self._deposited_kg_m2,
            state.deposit_depth_m,
        )
        self._threads.over_cells(
            deposit,
            land.n_cells,
            state.soil,
            self._deposited_kg_m2,
            density,
            self._profile,
            moving_g,
        )

    def _set_factors(self, state: State) -> None:
        land = self._land
        self._threads.over_cells(
            land.scheme.decay_factors,
            land.n_cells,
            state.temperature_c,
            state.water.soil,
            land.soil.porosity,
            land.carbon,
            self.factor,
            self.surface_factor,
        )
        self._threads.over_cells(
            scale_decomposition,
            land.n_cells,
            state.deposit_depth_m,
            self._burial,
            self._parameters.profile,
            self.factor,
        )

    def _rain_on_plants(self, date: dt.date, state: State, water: WaterFluxes) -> None:
        land = self._land
        self._threads.over_cells(
            dissolved_from_rain,
            land.n_cells,
            state.dissolved,
            water.throughfall_m,
            water.rain_m,
            land.surface.lai[date.month - 1],
            *self._lai_bounds,
            self._basal_area,
            land.cover.trunk_diameter_cm,
            self._parameters.dissolved,
            self.fluxes.rain_g,
            self.plant_g,
        )

    def _decompose(self, state: State) -> None:
        land, respiration_g = self._land, self.fluxes.respiration_g
        self._threads.over_cells(
            land.scheme.decompose,
            land.n_cells,
            state.soil,
            state.surface,
            self.factor,
            self.surface_factor,
            *self.litter_g,
            land.root_share,
            land.carbon,
            respiration_g,
        )
        self._threads.over_cells(
            dissolved_from_soil,
            land.n_cells,
            state.soil,
            state.surface,
            state.dissolved,
            land.scheme.microbial_pool,
            land.soil_production,
            land.surface_production,
            state.temperature_c,
            state.water.soil,
            land.soil.porosity,
            self.root_npp_g,
            land.root_share,
            self._parameters.dissolved,
            respiration_g,
        )


def leaving_share(detached_kg_m2: FloatArray, deposited_kg_m2: FloatArray) -> FloatArray:
    """Return which share of the soil detached in a cell reached its channel, (n,)."""
    left = np.maximum(detached_kg_m2 - deposited_kg_m2, 0.0)
    return np.divide(left, detached_kg_m2, out=np.zeros_like(left), where=detached_kg_m2 > 0.0)
