"""Sums and means over a simulated year, and what the watched outlets carried each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .carbon_fluxes import CarbonFluxes
from .cell_threads import CellThreads
from .kernel_year import ROWS, add_day
from .ledger import LedgerRow
from .soil_change import SoilChange
from .soil_columns import FloatArray
from .soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M
from .state import State
from .water_day import WaterFluxes

MONTHS = 12
G_PER_KG = 1000.0
LEAST_RESPIRATION_G = 1.0
"""Below it a turnover time would be longer than soils are old."""
STOCK_DEPTHS_CM = {"soc_0_10": 10, "soc_0_30": 30, "soc_0_50": 50, "soc_0_100": 100}


@dataclass(frozen=True)
class OutletSeries:
    """What passed the watched cells each day, arrays (days, outlets).

    Parameters
    ----------
    dates : tuple of date
        Days of the year.
    discharge_m3_s : array
        Mean of the day.
    sediment_kg, poc_g, doc_g : array
        Sum of the day.
    """

    dates: tuple[dt.date, ...]
    discharge_m3_s: FloatArray
    sediment_kg: FloatArray
    poc_g: FloatArray
    doc_g: FloatArray


@dataclass(frozen=True)
class Year:
    """One simulated year.

    Parameters
    ----------
    year : int
        Calendar year.
    values : dict of str to array (n,)
        Every quantity of `quantities`, cells in routing order.
    outlets : OutletSeries
        Of the watched cells.
    ledger : list of LedgerRow
        Monthly balances.
    change : SoilChange
        What differs between its start and its end; of the year of the spin-up, run again, what the
        spin-up left to do.
    """

    year: int
    values: dict[str, FloatArray]
    outlets: OutletSeries
    ledger: list[LedgerRow]
    change: SoilChange


class YearTotals:
    """Adds up the days of a year.

    Parameters
    ----------
    area_m2 : array (n,)
        Of the cells.
    outlets : array of int
        Cells whose daily load is kept.
    threads : CellThreads
        For sums over cells.
    """

    def __init__(
        self, area_m2: FloatArray, outlets: npt.NDArray[np.int64], threads: CellThreads
    ) -> None:
        n = len(area_m2)
        self._area_m2, self._outlets, self._threads = area_m2, outlets, threads
        self._sums = np.zeros((len(ROWS), n))
        self._moisture = np.zeros((MONTHS, n))
        self._days = np.zeros(MONTHS)
        self._dates: list[dt.date] = []
        self._loads: list[FloatArray] = []

    def add(
        self,
        date: dt.date,
        precipitation_m: FloatArray,
        water: WaterFluxes,
        carbon: CarbonFluxes,
        state: State,
    ) -> None:
        """Add one day."""
        self._threads.over_cells(
            add_day,
            len(self._area_m2),
            precipitation_m,
            water,
            carbon,
            state.water,
            self._area_m2,
            self._sums,
            self._moisture[date.month - 1],
        )
        self._days[date.month - 1] += 1
        self._keep_outlets(date, water, carbon)

    def _keep_outlets(self, date: dt.date, water: WaterFluxes, carbon: CarbonFluxes) -> None:
        at = self._outlets
        self._dates.append(date)
        self._loads.append(
            np.array(
                [
                    water.channel.gauge_m3_s.mean(axis=0),
                    water.channel.sediment_out_kg[at],
                    carbon.poc_out_g[at].sum(axis=1),
                    carbon.doc_out_g[at].sum(axis=1),
                ]
            )
        )

    def finish(
        self,
        year: int,
        state: State,
        frost: Mapping[str, FloatArray],
        ledger: list[LedgerRow],
        change: SoilChange,
    ) -> Year:
        """Return the year; soil carbon and turnover are those at its end."""
        moisture, share_of_year = self._moisture, self._days / self._days.sum()
        moisture /= self._days[:, None]
        loads = np.moveaxis(np.array(self._loads), 0, 1)
        values = {
            **dict(zip(ROWS, self._sums, strict=True)),
            **carbon_stocks(state),
            **frost,
            "soil_moisture": share_of_year @ moisture,
            "soil_moisture_driest": moisture.min(axis=0),
        }
        values["lateral_carbon"] = (
            values["soc_deposition"] - values["soc_erosion"] - values["doc_export"]
        )
        values["turnover_time"] = (
            values["soc_0_100"] * G_PER_KG / np.maximum(values["respiration"], LEAST_RESPIRATION_G)
        )
        return Year(year, values, OutletSeries(tuple(self._dates), *loads), ledger, change)


def carbon_stocks(state: State) -> dict[str, FloatArray]:
    """Return organic carbon of the soil to several depths, kg C m-2, each (n,)."""
    by_layer = state.soil.sum(axis=2) / G_PER_KG
    stocks = {
        name: by_layer[:, cm / 100 + 1e-9 > LAYER_BOTTOM_M].sum(axis=1)
        for name, cm in STOCK_DEPTHS_CM.items()
    }
    # 1 m lies within the layer of 80 to 120 cm.
    beyond = np.searchsorted(LAYER_BOTTOM_M, 1.0)
    share = (1.0 - LAYER_BOTTOM_M[beyond - 1]) / LAYER_THICKNESS_M[beyond]
    stocks["soc_0_100"] = stocks["soc_0_100"] + share * by_layer[:, beyond]
    return {
        **stocks,
        "soc_total": by_layer.sum(axis=1),
        "litter": state.surface.sum(axis=1) / G_PER_KG,
        "dissolved_carbon": state.dissolved.sum(axis=(1, 2)),
    }
