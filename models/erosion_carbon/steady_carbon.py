"""Carbon in equilibrium with a year's climate, litter and erosion, by one linear solve a layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .carbon.kernel_steady import SteadyForcing
from .carbon_day import CarbonDay, leaving_share
from .cell_threads import CellThreads
from .dissolved.parameters import DissolvedParameters
from .kernel_spin_up import add_dissolving_factors, add_washed_shares
from .landscape import Landscape
from .parameters import Parameters
from .routing.route import CarrierFractions, ChannelRouter
from .soil_columns import FloatArray
from .soil_layers import LAYER_THICKNESS_M
from .state import State
from .water_day import WaterFluxes

PASSES = 4
"""Deposited carbon depends on what erodes upstream: each pass carries it once more."""


class _MovedSoil(NamedTuple):
    """What becomes of the top layer's soil, arrays (n,).

    The solve moves soil one way, by the difference of erosion and deposition. Where both happen,
    the smaller of the two replaces soil of the top layer by deposits, some of them its own. These
    are part of the solve: as carbon carried from pass to pass they would grow without end wherever
    soil is exchanged faster than carbon decays.

    Parameters
    ----------
    leaving_share : array
        Of the top layer's carbon, what reaches the channel in a day.
    passing : array
        Of what reaches the channel, the share that goes on to the next cell.
    exchanged_share : array
        As in `SteadyForcing`.
    """

    leaving_share: FloatArray
    passing: FloatArray
    exchanged_share: FloatArray


class YearForCarbon:
    """Collects over one year what decides the carbon in equilibrium with it.

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
        n, n_layers = landscape.root_share.shape
        self._days = 0
        self._factor, self._warmth, self._dissolving = np.zeros((3, n, n_layers))
        self._carried_down = np.zeros((n, n_layers))
        self._surface_factor, self._washed_off = np.zeros((2, n))
        self._leaf_g, self._root_g, self._wood_g, self._root_npp_g = np.zeros((4, n))
        self._rain_g = np.zeros(n)
        self._detached_kg_m2, self._on_slopes_kg_m2 = np.zeros((2, n))
        self._in_channel_kg, self._passed_kg = np.zeros((2, n))

    def add(self, state: State, water: WaterFluxes, carbon: CarbonDay) -> None:
        """Add one day, after `carbon.begin` set its litter and factors."""
        self._days += 1
        self._threads.over_cells(
            add_dissolving_factors,
            self._land.n_cells,
            state.temperature_c,
            state.water.soil,
            self._land.soil.porosity,
            self._parameters.dissolved.q10,
            self._warmth,
            self._dissolving,
        )
        self._threads.over_cells(
            add_washed_shares,
            self._land.n_cells,
            state.water.soil,
            water.overland_m,
            water.percolation_m,
            self._land.soil.bulk_density_kg_m3,
            self._parameters.dissolved,
            self._washed_off,
            self._carried_down,
        )
        leaf_g, root_g, wood_g = carbon.litter_g
        for total, today in (
            (self._factor, carbon.factor),
            (self._surface_factor, carbon.surface_factor),
            (self._leaf_g, leaf_g),
            (self._root_g, root_g),
            (self._wood_g, wood_g),
            (self._root_npp_g, carbon.root_npp_g),
            (self._rain_g, carbon.fluxes.rain_g + carbon.plant_g),
            (self._detached_kg_m2, water.hillslope.detached_kg_m2),
            (self._on_slopes_kg_m2, water.hillslope.deposited_kg_m2),
            (self._in_channel_kg, water.channel.deposited_kg),
            (self._passed_kg, water.channel.sediment_out_kg),
        ):
            total += today

    def solve(self, state: State, router: ChannelRouter) -> None:
        """Overwrite the carbon of `state` with that in equilibrium with the year, once.

        Sums become means in place, and what water brings is added where plants' exudates stand: at
        full size each copy of a layered state takes 45 to 90 MiB.
        """
        self._take_means()
        moved = self._moved_soil()
        forcing = self._forcing(moved.exchanged_share)
        dissolved_gain_g = np.zeros_like(state.dissolved)
        for _ in range(PASSES):
            self._threads.over_cells(
                self._land.scheme.steady_state,
                self._land.n_cells,
                forcing,
                self._land.carbon,
                state.soil,
                state.surface,
                state.dissolved,
            )
            arriving_g = self._settled_from_upstream(state.soil[:, 0], moved, router)
            forcing = forcing._replace(deposited_carbon=arriving_g)
            np.subtract(forcing.exudates, dissolved_gain_g, out=forcing.exudates)
            self._wash(state.dissolved, forcing, dissolved_gain_g)
            np.add(forcing.exudates, dissolved_gain_g, out=forcing.exudates)

    def _take_means(self) -> None:
        """Divide what the solve needs by day."""
        for total in (
            self._factor,
            self._surface_factor,
            self._warmth,
            self._dissolving,
            self._leaf_g,
            self._root_g,
            self._wood_g,
            self._root_npp_g,
            self._rain_g,
            self._carried_down,
            self._washed_off,
        ):
            total /= self._days

    def _wash(self, dissolved: FloatArray, forcing: SteadyForcing, gain_g: FloatArray) -> None:
        """Move the dissolved stocks of the solve with the water.

        The solve knows layers that exchange no water. A layer's stock x after a day's washing, gain
        and decay a is x = (1 - a) ((1 - out) x + from above + made), solved from the top down.

        Parameters
        ----------
        dissolved : array (n, 10, 2)
            That of the solve; overwritten.
        gain_g : array (n, 10, 2)
            What the solve was told that water brings less what it takes, g C m-2 d-1; overwritten
            with what it does.
        """
        from_above_g = np.zeros_like(gain_g[:, 0])
        for k in range(dissolved.shape[1]):
            rates = forcing.dissolved_factor[:, k, None] * forcing.dissolved_rates
            kept = np.exp(-rates)
            made_g = dissolved[:, k] * np.expm1(rates) - gain_g[:, k]
            down = self._carried_down[:, k, None]
            out = down + self._washed_off[:, None] if k == 0 else down
            stock_g = kept * (from_above_g + made_g) / (1.0 - kept * (1.0 - out))
            gain_g[:, k] = from_above_g - out * stock_g
            from_above_g = down * stock_g
            dissolved[:, k] = stock_g

    def _forcing(self, exchanged_share: FloatArray) -> SteadyForcing:
        """Return what nothing that moves changes: no carbon arrives, no water carries any."""
        land, p, days = self._land, self._parameters.dissolved, self._days
        arriving_g = np.zeros((land.n_cells, len(land.scheme.soil_pools)))
        exuded = p.exuded_share * self._root_npp_g[:, None] * land.root_share
        exudates = self._solution_gains(exuded, p)
        exuded *= (1.0 - p.exudate_rest_respired) * (1.0 - p.exudate_dissolved)
        return SteadyForcing(
            factor=self._factor,
            surface_factor=self._surface_factor,
            dissolved_factor=self._warmth,
            production_factor=self._dissolving,
            leaf_input=self._leaf_g,
            root_input=self._root_g,
            wood_input=self._wood_g,
            root_share=land.root_share,
            exudates=exudates,
            exudates_to_microbes=exuded,
            production_rates=land.soil_production,
            surface_production_rates=land.surface_production,
            dissolved_rates=np.array([p.labile_decay_per_day, p.recalcitrant_decay_per_day]),
            uptake_efficiency=p.carbon_use_efficiency,
            velocity_m_day=(self._detached_kg_m2 - self._deposited_kg_m2())
            / land.soil.bulk_density_kg_m3
            / days,
            exchanged_share=exchanged_share,
            deposited_carbon=arriving_g,
            thickness_m=LAYER_THICKNESS_M,
        )

    def _solution_gains(self, exuded_g: FloatArray, p: DissolvedParameters) -> FloatArray:
        labile, recalcitrant = p.exudate_labile, 1.0 - p.exudate_labile
        gains = np.empty((*exuded_g.shape, 2))
        np.multiply(exuded_g, p.exudate_dissolved * labile, out=gains[..., 0])
        np.multiply(exuded_g, p.exudate_dissolved * recalcitrant, out=gains[..., 1])
        gains[:, 0, 0] += p.throughfall_labile * self._rain_g
        gains[:, 0, 1] += (1.0 - p.throughfall_labile) * self._rain_g
        return gains

    def _deposited_kg_m2(self) -> FloatArray:
        return self._on_slopes_kg_m2 + self._in_channel_kg / self._land.network.area_m2

    def _moved_soil(self) -> _MovedSoil:
        kg_to_share = 1.0 / (self._land.soil.bulk_density_kg_m3 * LAYER_THICKNESS_M[0] * self._days)
        at_hand_kg = self._in_channel_kg + self._passed_kg
        passing = np.divide(
            self._passed_kg, at_hand_kg, out=np.zeros_like(at_hand_kg), where=at_hand_kg > 0.0
        )
        moving = 1.0 - self._parameters.profile.transit_respired
        leaving = leaving_share(self._detached_kg_m2, self._on_slopes_kg_m2)
        eroded = self._detached_kg_m2 * kg_to_share
        replaced = np.minimum(self._detached_kg_m2, self._deposited_kg_m2()) * kg_to_share
        returning = moving * eroded * (1.0 - leaving * passing)
        return _MovedSoil(moving * eroded * leaving, passing, np.maximum(replaced - returning, 0.0))

    def _settled_from_upstream(
        self, top_layer_g: FloatArray, moved: _MovedSoil, router: ChannelRouter
    ) -> FloatArray:
        """Return the carbon of other cells that settles in each cell in a day, g m-2.

        Pool by pool: all at once would hold seven times as many fluxes.
        """
        area_m2 = self._land.network.area_m2[:, None]
        fractions = CarrierFractions(moved.passing, np.ones_like(moved.passing))
        settled_share = (1.0 - moved.passing)[:, None] / area_m2
        arriving_g = np.empty_like(top_layer_g)
        for pool in range(top_layer_g.shape[1]):
            one = slice(pool, pool + 1)
            stored, inflow, settled, outflow = np.zeros((4, len(area_m2), 1))
            supply = moved.leaving_share[:, None] * top_layer_g[:, one] * area_m2
            router.route_tracers(fractions, supply, stored, inflow, settled, outflow)
            arriving_g[:, one] = inflow * settled_share
        return arriving_g
