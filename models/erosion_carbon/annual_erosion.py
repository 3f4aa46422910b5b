"""Erosion once a year: RUSLE and WaTEM/SEDEM by the year's rain (as in SPEROS-C)."""

from __future__ import annotations

import datetime as dt

import numpy as np

from .cell_threads import CellThreads
from .erosion.kernel_watem import AnnualFactors
from .erosion.rainfall_erosivity import daily_erosivity
from .erosion.usle_factors import SI_PER_US
from .erosion.watem import annual_redistribution, transport_coefficient_m
from .hillslopes import HillslopeDay
from .landscape import Landscape
from .monthly_surface import usle_erodibility_us
from .parameters import Parameters
from .routing.kernel_network import accumulate
from .routing.route import ChannelFluxes
from .soil_columns import FloatArray

HALF_A_YEAR = 6


class AnnualErosion:
    """Sums up erosivity and moves the year's soil on its last day.

    What reaches a channel leaves by the outlet: the USLE's family knows no deposits in channels.

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
        self._land, self._usle, self._threads = landscape, parameters.usle, threads
        n = landscape.n_cells
        self._erosivity = np.zeros(n)
        self._factors = AnnualFactors(
            erosivity=self._erosivity,
            erodibility_si=SI_PER_US * usle_erodibility_us(landscape.soil, parameters),
            cover_factor=landscape.cover.cover_factor,
            practice=np.ones(n),
            transport_coefficient_m=transport_coefficient_m(
                landscape.cover.cover_factor, parameters.usle
            ),
            tillage_kg_m=landscape.is_tilled * parameters.usle.tillage_transport_kg_m,
        )
        self._is_southern = landscape.latitude_deg < 0.0

    def add(
        self, date: dt.date, rain_m: FloatArray, day: HillslopeDay, channel: ChannelFluxes
    ) -> None:
        """Add a day's rain; on 31 December set the soil that moved in `day` and `channel`."""
        if (date.month, date.day) == (1, 1):
            self._erosivity[:] = 0.0
        self._erosivity += np.where(
            self._is_southern,
            daily_erosivity(rain_m, (date.month - 1 + HALF_A_YEAR) % 12 + 1),
            daily_erosivity(rain_m, date.month),
        )
        if (date.month, date.day) == (12, 31):
            self._move(day, channel)

    def _move(self, day: HillslopeDay, channel: ChannelFluxes) -> None:
        network = self._land.network
        moved = annual_redistribution(
            network, self._land.hillslopes, self._factors, self._usle, self._threads
        )
        day.detached_kg_m2[:] = moved.eroded_kg_m2
        day.deposited_kg_m2[:] = moved.deposited_kg_m2
        passed_kg = accumulate(np.arange(network.n_cells), network.downstream, moved.delivered_kg)
        channel.sediment_out_kg[:] += passed_kg
        channel.sediment_in_kg[:] += passed_kg - moved.delivered_kg
