"""Route days of water, sediment and tracers through a network on several threads."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..cell_threads import CellThreads
from ..constants import SECONDS_PER_HOUR
from .geometry import channel_links
from .kernel_channel import ChannelState, ChannelTotals
from .kernel_route import gather_inflows, route_group
from .kernel_tracers import route_tracers, sediment_shares, water_shares
from .network import FlowNetwork
from .parameters import ChannelParameters

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


class ChannelStore(NamedTuple):
    """What is in the links, shape (n,): the state from day to day."""

    volume_m3: FloatArray
    suspended_kg: FloatArray


class CarrierFractions(NamedTuple):
    """How a carrier moved in a day, shape (n,), 0 to 1.

    Parameters
    ----------
    passing : array
        Of all that was in the link, flowed in or was supplied: the part that went on.
    settling : array
        Of what did not go on: the part deposited. The remainder is still in the water.
    """

    passing: FloatArray
    settling: FloatArray


class ChannelFluxes(NamedTuple):
    """What went through the links since the last ``clear``.

    Parameters
    ----------
    inflow_m3, outflow_m3 : array, shape (n,)
        Water from cells upstream; to the next cell, or out of the network at outlets.
    sediment_in_kg, sediment_out_kg : array, shape (n,)
        Likewise.
    deposited_kg : array, shape (n,)
        Sediment settled in channel and floodplain (or lake) of the cell.
    gauge_m3_s : array, shape (hours, gauges)
        Discharge of the watched cells, mean of each hour.
    """

    inflow_m3: FloatArray
    outflow_m3: FloatArray
    sediment_in_kg: FloatArray
    sediment_out_kg: FloatArray
    deposited_kg: FloatArray
    gauge_m3_s: FloatArray

    def clear(self) -> None:
        """Set all to 0."""
        for values in self:
            values[:] = 0.0


class ChannelRouter:
    """The channels of a network, ready to route.

    Parameters
    ----------
    network : FlowNetwork
    parameters : ChannelParameters
    threads : CellThreads
        Results are the same to the bit for any number.
    gauges : sequence of int
        Cells of the processing order whose hourly discharge is wanted.
    teleport : bool
        Sediment that reaches a channel leaves by the outlet and never settles, as in Lu et al.
        (2024); False lets it settle on the way.
    """

    def __init__(
        self,
        network: FlowNetwork,
        parameters: ChannelParameters,
        threads: CellThreads,
        gauges: IndexArray | tuple[int, ...] = (),
        *,
        teleport: bool = False,
    ) -> None:
        self._network = network
        self._links = channel_links(network, parameters)
        self._threads = threads
        self._gauges = np.asarray(gauges, np.int64)
        self._teleport = teleport
        self._scratch = np.zeros((4, network.n_cells))
        self._handed = np.empty((2, 0, len(network.schedule.root)))

    def new_fluxes(self, hours: int = 24) -> ChannelFluxes:
        """Return fluxes of 0, to be given to ``route_hours``."""
        n = self._network.n_cells
        inflow_m3, outflow_m3, sediment_in_kg, sediment_out_kg, deposited_kg = np.zeros((5, n))
        return ChannelFluxes(
            inflow_m3,
            outflow_m3,
            sediment_in_kg,
            sediment_out_kg,
            deposited_kg,
            np.zeros((hours, len(self._gauges))),
        )

    def new_store(self) -> ChannelStore:
        """Return dry links, the start of a run."""
        return ChannelStore(*np.zeros((2, self._network.n_cells)))

    def route_hours(
        self,
        store: ChannelStore,
        lateral_m3: FloatArray,
        sediment_kg: FloatArray,
        step_s: float,
        fluxes: ChannelFluxes,
        even_m3: FloatArray | None = None,
    ) -> None:
        """Route water and sediment through some hours.

        Parameters
        ----------
        store : ChannelStore
            Water and sediment in the links; changed in place.
        lateral_m3, sediment_kg : array, shape (hours, n)
            Water and sediment from the hillslopes of each cell in each hour.
        step_s : float
            Time step; whole steps make an hour.
        fluxes : ChannelFluxes
            Added to.
        even_m3 : array, shape (n,), optional
            Water that comes in every hour, as that from the soil.

        Raises
        ------
        InputError
            Where the step does not divide the hour.
        """
        steps_per_hour = self._steps_per_hour(step_s)
        n_steps = len(lateral_m3) * steps_per_hour
        if self._handed.shape[1] != n_steps:
            self._handed = np.empty((2, n_steps, self._handed.shape[2]))
        schedule = self._network.schedule
        arguments = (
            schedule,
            self._links,
            float(step_s),
            steps_per_hour,
            lateral_m3,
            np.zeros(self._network.n_cells) if even_m3 is None else even_m3,
            sediment_kg,
            ChannelState(*store, *self._scratch),
            ChannelTotals(fluxes.outflow_m3, fluxes.sediment_out_kg, fluxes.deposited_kg),
            *self._handed,
            self._gauges,
            fluxes.gauge_m3_s,
            self._teleport,
        )
        self._threads.each(route_group, [(group, *arguments) for group in range(schedule.n_groups)])
        route_group(schedule.n_groups, *arguments)
        for outflow, inflow in (
            (fluxes.outflow_m3, fluxes.inflow_m3),
            (fluxes.sediment_out_kg, fluxes.sediment_in_kg),
        ):
            self._threads.over_cells(
                gather_inflows, self._network.n_cells, schedule, outflow, inflow
            )

    def route_tracers(
        self,
        fractions: CarrierFractions,
        supply: FloatArray,
        stored: FloatArray,
        inflow: FloatArray,
        deposited: FloatArray,
        outflow: FloatArray,
    ) -> None:
        """Route a day of tracers that move as their carrier did.

        Parameters
        ----------
        fractions : CarrierFractions
            ``sediment_fractions`` for what rides on sediment, ``water_fractions`` for what is
            dissolved.
        supply : array, shape (n, tracers)
            Mass that each cell adds in the day.
        stored : array, shape (n, tracers)
            Mass in the water of the link; changed in place.
        inflow, deposited, outflow : array, shape (n, tracers)
            Overwritten; what was stored + inflow + supply = stored + deposited + outflow.
        """
        schedule = self._network.schedule
        arrays = (schedule, *fractions, supply, stored, inflow, deposited, outflow)
        bounds = schedule.level_start[schedule.group_level]
        groups = [(int(bounds[k]), int(bounds[k + 1]), *arrays) for k in range(schedule.n_groups)]
        self._threads.each(route_tracers, groups)
        route_tracers(int(bounds[-2]), int(bounds[-1]), *arrays)

    @staticmethod
    def _steps_per_hour(step_s: float) -> int:
        steps = round(SECONDS_PER_HOUR / step_s) if step_s > 0 else 0
        if steps < 1 or abs(steps * step_s - SECONDS_PER_HOUR) > 1e-6:
            raise InputError(
                Problem(
                    "simulator: routing step",
                    f"{step_s:g} s does not divide an hour",
                    "take 3600, 1800, 1200, 900, 600, 300 or 60 s",
                )
            )
        return steps


def sediment_fractions(fluxes: ChannelFluxes, store: ChannelStore) -> CarrierFractions:
    """Return how sediment moved in a day; where there was none, tracers would be deposited.

    Parameters
    ----------
    fluxes : ChannelFluxes
        Of the day alone.
    store : ChannelStore
        At its end.
    """
    n = len(fluxes.deposited_kg)
    fractions = CarrierFractions(np.empty(n), np.empty(n))
    sediment_shares(
        0, n, fluxes.sediment_out_kg, fluxes.deposited_kg, store.suspended_kg, *fractions
    )
    return fractions


def water_fractions(fluxes: ChannelFluxes, store: ChannelStore) -> CarrierFractions:
    """Return how water moved in a day; in dry links what is dissolved goes on.

    Parameters
    ----------
    fluxes : ChannelFluxes
        Of the day alone.
    store : ChannelStore
        At its end.
    """
    n = len(fluxes.outflow_m3)
    fractions = CarrierFractions(np.empty(n), np.zeros(n))
    water_shares(0, n, fluxes.outflow_m3, store.volume_m3, fractions.passing)
    return fractions
