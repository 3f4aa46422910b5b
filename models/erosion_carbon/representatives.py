"""Which cells stand for others: a few columns are spun up long, the rest start as they ended."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .landscape import Landscape
from .soil_columns import FloatArray

IndexArray = npt.NDArray[np.int64]
ENOUGH_CELLS = 4000
"""Landscapes below are spun up cell by cell."""
LIKE_DISTANCE_M, LIKE_TEMPERATURE_C, LIKE_SAND_PERCENT, LIKE_LAI = 20_000.0, 0.5, 10.0, 0.5
"""Differences that make two columns equally unlike each other; own."""


def representatives(
    landscape: Landscape, enough: int = ENOUGH_CELLS
) -> tuple[IndexArray, IndexArray]:
    """Choose cells evenly over the grid and name for every cell the most alike of them.

    Parameters
    ----------
    landscape : Landscape
        Of n cells.
    enough : int
        About how many cells are chosen.

    Returns
    -------
    chosen : array of int (m,)
        Cells in routing order; all of them in a small landscape.
    stand_in : array of int (n,)
        Of `stand_ins`.
    """
    chosen = evenly_spread(landscape, enough)
    return chosen, stand_ins(landscape, chosen)


def evenly_spread(landscape: Landscape, enough: int) -> IndexArray:
    """Return about `enough` cells chosen evenly over the grid, at least one of each kind of cover.

    Returns
    -------
    array of int (m,)
        Cells in routing order; all of them in a small landscape.
    """
    n = landscape.n_cells
    if n <= enough:
        return np.arange(n)
    every = int(np.ceil(np.sqrt(n / enough)))
    rows, cols = np.divmod(landscape.network.cell_of, landscape.network.shape[1])
    kinds = _kinds(landscape)
    chosen_parts = []
    for kind in np.unique(kinds):
        of_kind = np.flatnonzero(kinds == kind)
        sampled = of_kind[(rows[of_kind] % every == 0) & (cols[of_kind] % every == 0)]
        chosen_parts.append(sampled if len(sampled) else of_kind[:1])
    return np.concatenate(chosen_parts)


def stand_ins(landscape: Landscape, chosen: IndexArray) -> IndexArray:
    """Return for each cell, (n,), the position in `chosen` of the cell most like it.

    One of the same frost-relevant cover, close in place, temperature, texture and leaf area; a
    chosen cell stands for itself.

    Parameters
    ----------
    landscape : Landscape
        Of n cells.
    chosen : array of int (m,)
        Cells in routing order, at least one of each kind of cover.
    """
    from scipy.spatial import cKDTree

    kinds, likeness = _kinds(landscape), _likeness(landscape)
    stand_in = np.zeros(landscape.n_cells, dtype=np.int64)
    for kind in np.unique(kinds):
        of_kind = np.flatnonzero(kinds == kind)
        candidates = np.flatnonzero(kinds[chosen] == kind)
        _, nearest = cKDTree(likeness[chosen[candidates]]).query(likeness[of_kind])
        stand_in[of_kind] = candidates[nearest]
    return stand_in


def _kinds(landscape: Landscape) -> IndexArray:
    """Return a number for each combination of trees, water table and organic layer."""
    soil = landscape.soil
    traits = np.stack([landscape.is_forest, soil.water_table, soil.organic_layer_m], axis=1)
    return np.unique(traits, axis=0, return_inverse=True)[1].ravel()


def _likeness(landscape: Landscape) -> FloatArray:
    source = landscape.weather_source
    return np.stack(
        [
            source.easting_m / LIKE_DISTANCE_M,
            source.northing_m / LIKE_DISTANCE_M,
            landscape.climate_c.mean(axis=0) / LIKE_TEMPERATURE_C,
            landscape.soil.sand_percent / LIKE_SAND_PERCENT,
            landscape.surface.lai.max(axis=0) / LIKE_LAI,
        ],
        axis=1,
    )
