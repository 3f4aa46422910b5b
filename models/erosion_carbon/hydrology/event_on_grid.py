"""One storm over the cells of a fine grid: run-on, re-infiltration, hydrographs at gauges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..routing.network import FlowNetwork
from .kernel_event_on_grid import GridGround, GridLinks, GridWater, storm_on_grid
from .kernel_kinematic_wave import flow_resistance

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class GridEvent:
    """What a storm did to a grid.

    Parameters
    ----------
    time_s : array (steps,)
        End of each step.
    gauge_m3_s : array (steps, gauges)
        Mean flow out of the gauges' cells in each step.
    left_m3 : array (steps,)
        What all outlets let out in each step.
    infiltrated_m, depth_m : array (n,)
        Infiltrated in the event; on the surface at the end.
    peak_m3_s : array (n,)
        Largest mean outflow of a step.
    residual_m3 : float
        Rain that is nowhere: rounding.
    """

    time_s: FloatArray
    gauge_m3_s: FloatArray
    left_m3: FloatArray
    infiltrated_m: FloatArray
    depth_m: FloatArray
    peak_m3_s: FloatArray
    residual_m3: float


def run_event_on_grid(
    network: FlowNetwork,
    manning_s_m13: FloatArray,
    ground: GridGround,
    rain_m: FloatArray,
    step_s: float,
    gauges: IndexArray,
) -> GridEvent:
    """Return what a storm does to dry ground.

    Parameters
    ----------
    network : FlowNetwork
        Who drains to whom.
    manning_s_m13 : array (n,)
        Manning's n of sheet flow.
    ground : GridGround
        Storage and infiltration.
    rain_m : array (steps, n)
        Rain that reaches the ground in each step.
    step_s : float
        Length of the steps; waves should not pass more than some cells in one.
    gauges : array of int64
        Cells, by processing order, whose outflow is wanted.

    Raises
    ------
    InputError
        For negative rain or arrays that are not of the network's cells.
    """
    _check(network, manning_s_m13, ground, rain_m)
    n, steps = network.n_cells, len(rain_m)
    resistance = np.array(
        [flow_resistance(*cell) for cell in zip(network.slope, manning_s_m13, strict=True)]
    )
    links = GridLinks(network.downstream, network.distance_m, network.area_m2, resistance)
    water = GridWater(np.zeros(n), np.zeros(n), np.zeros(n))
    gauged_m3, left_m3 = np.empty((steps, len(gauges))), np.empty(steps)
    peak_m3_s = np.empty(n)
    storm_on_grid(links, ground, water, rain_m, step_s, gauges, gauged_m3, left_m3, peak_m3_s)
    held_m3 = ((water.depth_m + water.infiltrated_m) * network.area_m2).sum()
    residual_m3 = float((rain_m.sum(axis=0) * network.area_m2).sum() - left_m3.sum() - held_m3)
    return GridEvent(
        np.linspace(step_s, steps * step_s, steps),
        gauged_m3 / step_s,
        left_m3,
        water.infiltrated_m,
        water.depth_m,
        peak_m3_s,
        residual_m3,
    )


def _check(
    network: FlowNetwork, manning_s_m13: FloatArray, ground: GridGround, rain_m: FloatArray
) -> None:
    n = network.n_cells
    named = {"manning_s_m13": manning_s_m13, **ground._asdict()}
    problems = [
        Problem(name, f"has shape {values.shape}", f"give one value for each of {n} cells")
        for name, values in named.items()
        if values.shape != (n,)
    ]
    if rain_m.ndim != 2 or rain_m.shape[1] != n:
        problems.append(
            Problem("rain_m", f"has shape {rain_m.shape}", f"give (steps, {n}) for this network")
        )
    elif not np.all(rain_m >= 0.0):
        problems.append(
            Problem("rain_m", f"the least depth is {rain_m.min():g} m", "give 0 or more")
        )
    if problems:
        raise InputError(problems)
