"""Enters each simulated day into the ledger: what the cells held, gained, passed on and lost."""

from __future__ import annotations

import datetime as dt

import numpy as np

from .carbon_fluxes import CarbonFluxes
from .cell_threads import CellThreads
from .kernel_ledger import carbon_storage, sums_of_rows, water_storage
from .landscape import Landscape
from .ledger import Ledger
from .soil_columns import FloatArray
from .state import State
from .water_day import WaterFluxes


class Accounts:
    """Balances of water (m3), soil (kg) and carbon (g C) of every cell, day by day.

    Parameters
    ----------
    landscape : Landscape
        Of n cells.
    state : State
        At the start; its stores open the accounts.
    ledger : Ledger
        Takes the entries.
    threads : CellThreads
        For sums over cells.
    """

    def __init__(
        self, landscape: Landscape, state: State, ledger: Ledger, threads: CellThreads
    ) -> None:
        self._land, self._ledger, self._threads = landscape, ledger, threads
        self._area_m2 = landscape.network.area_m2
        self._ends = landscape.network.is_outlet
        self._water_m3 = self._water_held(state)
        self._soil_kg = state.suspended_kg.copy()
        self._carbon_g = self._carbon_held(state)

    def enter_water(
        self, date: dt.date, precipitation_m: FloatArray, fluxes: WaterFluxes, state: State
    ) -> None:
        """Check the day's balance of water, and that of soil.

        Raises
        ------
        LedgerError
            Naming cell and day where a balance does not close.
        """
        channel, area_m2 = fluxes.channel, self._area_m2
        after_m3 = self._water_held(state)
        self._ledger.enter(
            date,
            "water",
            self._water_m3,
            {"precipitation": precipitation_m * area_m2},
            {"evapotranspiration": fluxes.evapotranspiration_m * area_m2},
            after_m3,
            between_cells=(channel.inflow_m3, channel.outflow_m3),
            leaving=np.where(self._ends, channel.outflow_m3, 0.0),
        )
        suspended_kg = state.suspended_kg.copy()
        self._ledger.enter(
            date,
            "soil",
            self._soil_kg,
            {"detached": fluxes.hillslope.detached_kg_m2 * area_m2},
            {
                "deposited_on_hillslopes": fluxes.hillslope.deposited_kg_m2 * area_m2,
                "deposited_in_channels": channel.deposited_kg,
            },
            suspended_kg,
            between_cells=(channel.sediment_in_kg, channel.sediment_out_kg),
            leaving=np.where(self._ends, channel.sediment_out_kg, 0.0),
        )
        self._water_m3, self._soil_kg = after_m3, suspended_kg

    def enter_carbon(self, date: dt.date, fluxes: CarbonFluxes, state: State) -> None:
        """Check the day's balance of carbon.

        Raises
        ------
        LedgerError
            Naming cell and day where it does not close.
        """
        area_m2 = self._area_m2
        after_g = self._carbon_held(state)
        received_g = self._sums(fluxes.poc_in_g, fluxes.doc_in_g)
        passed_g = self._sums(fluxes.poc_out_g, fluxes.doc_out_g)
        self._ledger.enter(
            date,
            "carbon",
            self._carbon_g,
            {
                "net_primary_production": fluxes.npp_g * area_m2,
                "carbon_in_rain": fluxes.rain_g * area_m2,
            },
            {
                "harvest": fluxes.harvest_g * area_m2,
                "respiration": fluxes.respiration_g * area_m2,
                "respiration_in_transit": fluxes.transit_g * area_m2,
            },
            after_g,
            between_cells=(received_g, passed_g),
            leaving=np.where(self._ends, passed_g, 0.0),
        )
        self._carbon_g = after_g

    def _water_held(self, state: State) -> FloatArray:
        held = np.empty(len(self._area_m2))
        self._threads.over_cells(water_storage, len(held), state.water, self._area_m2, held)
        return held

    def _carbon_held(self, state: State) -> FloatArray:
        held = np.empty(len(self._area_m2))
        self._threads.over_cells(
            carbon_storage,
            len(held),
            state.soil,
            state.surface,
            state.dissolved,
            state.owed_by_leaves_g_m2,
            state.poc_in_channel_g,
            state.doc_in_channel_g,
            self._area_m2,
            held,
        )
        return held

    def _sums(self, first: FloatArray, second: FloatArray) -> FloatArray:
        """Return the sum of each cell's row in two arrays."""
        total = np.empty(len(first))
        self._threads.over_cells(sums_of_rows, len(total), first, second, total)
        return total
