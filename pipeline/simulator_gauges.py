"""Where the simulation is watched: gauges of the manifest, or sub-basins chosen by land cover."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from features.errors import InputError, Problem
from models.erosion_carbon.gauges import (
    DOMINANT_COVERS,
    M2_PER_KM2,
    dominated_sub_basins,
    gauge_cell,
)

from .simulated_cells import MARGIN, SimulatedCells
from .simulator_config import Gauge, SimulatorSettings


@dataclass(frozen=True)
class WatchedCell:
    """A gauged cell.

    Parameters
    ----------
    id : str
        Name in the tables.
    cell : int
        Position in the network's order.
    row, col : int
        On the simulation's grid.
    x, y : float
        Centre of the cell in the run's CRS.
    area_km2 : float
        Of the basin above.
    """

    id: str
    cell: int
    row: int
    col: int
    x: float
    y: float
    area_km2: float


def watched_cells(
    choices: SimulatorSettings, cells: SimulatedCells, say: Callable[[str], None]
) -> list[WatchedCell]:
    """Return the cells to be watched.

    Raises
    ------
    InputError
        If a gauge of the manifest lies outside the cells that are simulated.
    """
    if choices.gauges == "none":
        return []
    if choices.gauges == "auto":
        return _sub_basins(choices.gauge_area_km2, cells, say)
    return _of_manifest(choices.gauges, cells)


def _sub_basins(
    area_km2: tuple[float, float], cells: SimulatedCells, say: Callable[[str], None]
) -> list[WatchedCell]:
    found = dominated_sub_basins(cells.network, cells.cover, area_km2)
    missing = [name for name in DOMINANT_COVERS if name not in found]
    if missing:
        say(
            f"  no gauge for {', '.join(missing)}: dominates no sub-basin of {area_km2[0]:g} to "
            f"{area_km2[1]:g} km2 (simulator.gauge_area_km2)"
        )
    return [_watched(name, cell, cells) for name, cell in found.items()]


def _of_manifest(gauges: Sequence[Gauge], cells: SimulatedCells) -> list[WatchedCell]:
    rows, cols = cells.grid.row_col([each.x for each in gauges], [each.y for each in gauges])
    watched, problems = [], []
    for gauge, row, col in zip(gauges, rows, cols, strict=True):
        cell = -1
        if row >= 0:
            place = (int(row) + MARGIN, int(col) + MARGIN)
            cell = gauge_cell(cells.network, *place, gauge.area_km2)
        if cell < 0:
            what = f"{gauge.x:g}, {gauge.y:g} is in no cell that is simulated"
            mend = "give x and y in the region's CRS, within the region"
            problems.append(Problem(f"simulator.gauges {gauge.id}", what, mend))
            continue
        watched.append(_watched(gauge.id, cell, cells))
    if problems:
        raise InputError(problems)
    return watched


def _watched(name: str, cell: int, cells: SimulatedCells) -> WatchedCell:
    network = cells.network
    row, col = divmod(int(network.cell_of[cell]), network.shape[1])
    x, y = cells.grid.xy([row - MARGIN], [col - MARGIN])
    area_km2 = float(network.upstream_area_m2[cell]) / M2_PER_KM2
    return WatchedCell(name, cell, row, col, float(x[0]), float(y[0]), area_km2)
