"""Where the virtual sites lie: as the study's did, or as a simple random sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..manifest import VirtualLandscape
from .climate import MOIST_BEARING
from .plant_cover import FOREST, GRASSLAND, WETLAND
from .random_fields import random_generator
from .world_lattice import WorldLattice

IntArray = npt.NDArray[np.int64]

STUDY_SITES = {FOREST: 78, GRASSLAND: 25, WETLAND: 44}
TRANSECT_SITES = 30
TRANSECT_M = 800_000.0
SITES_PER_CLUSTER = 5
CLUSTER_RADIUS_M = 15_000.0
_REACH_M = 25_000.0
"""A cluster takes a site of a vegetation class that lies no further from its centre than this."""


@dataclass(frozen=True)
class SitePlaces:
    """Places of n sites on a run's grid.

    Parameters
    ----------
    rows, cols : array of int64, shape (n,)
        Grid cells.
    x, y : array of float64, shape (n,)
        Easting and northing in m, anywhere in the cell.
    on_transect : array of bool, shape (n,)
        Whether the site belongs to the transect.
    """

    rows: IntArray
    cols: IntArray
    x: npt.NDArray[np.float64]
    y: npt.NDArray[np.float64]
    on_transect: npt.NDArray[np.bool_]


def place_sites(
    settings: VirtualLandscape, lattice: WorldLattice, vegetation: npt.NDArray[Any]
) -> SitePlaces:
    """Return the places of the sites; `vegetation` has the shape of the lattice."""
    rng = random_generator(settings.seed, f"sites {settings.sampler}")
    if settings.sampler == "simple_random":
        inside = np.flatnonzero(lattice.region)
        cells = rng.choice(inside, settings.n_sites, replace=settings.n_sites > inside.size)
        return _within_cells(cells, np.zeros(len(cells), dtype=bool), lattice, rng)
    return _study_design(settings.n_sites, lattice, vegetation, rng)


def _study_design(
    n_sites: int,
    lattice: WorldLattice,
    vegetation: npt.NDArray[Any],
    rng: np.random.Generator,
) -> SitePlaces:
    """Return a transect from south-west to north-east and clusters, with the study's quotas."""
    pool = _CellPool(lattice, vegetation)
    quota = _quotas(n_sites)
    cells = []
    points = _transect_points(round(n_sites * TRANSECT_SITES / 147), rng)
    for point in points:
        cell, kind = pool.take_nearest(point, tuple(k for k in quota if quota[k] > 0))
        quota[kind] -= 1
        cells.append(cell)
    rest = rng.permutation(np.repeat(list(quota), list(quota.values())))
    centres = pool.random_points(max(3, round(len(rest) / SITES_PER_CLUSTER)), rng)
    reach = {kind: np.array([pool.distance(c, kind) for c in centres]) for kind in quota}
    for kind in rest:
        near = np.flatnonzero(reach[kind] <= max(_REACH_M, reach[kind].min()))
        centre = centres[rng.choice(near)]
        point = centre + rng.normal(0, CLUSTER_RADIUS_M, 2)
        cells.append(pool.take_nearest(point, (int(kind),))[0])
    on_transect = np.arange(len(cells)) < len(points)
    return _within_cells(np.array(cells), on_transect, lattice, rng)


class _CellPool:
    """Cells of the region by vegetation class, taken once each as long as there are any left."""

    def __init__(self, lattice: WorldLattice, vegetation: npt.NDArray[Any]) -> None:
        self._inside = np.flatnonzero(lattice.region)
        rows, cols = np.divmod(self._inside, lattice.shape[1])
        self._xy = np.column_stack([lattice.easting[0, cols], lattice.northing[rows, 0]])
        self._kind = vegetation.ravel()[self._inside]
        self._members = {k: np.flatnonzero(self._kind == k) for k in STUDY_SITES}
        self._free = np.ones(self._inside.size, dtype=bool)

    def random_points(self, n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
        """Return n places (n, 2) in m, drawn from the region's cells."""
        return np.asarray(self._xy[rng.choice(self._inside.size, n)])

    def distance(self, point: npt.NDArray[np.float64], kind: int) -> float:
        """Return the distance in m from a place to the nearest cell of a class."""
        return float(np.sqrt(self._squared(point, kind).min(initial=np.inf)))

    def take_nearest(
        self, point: npt.NDArray[np.float64], kinds: tuple[int, ...]
    ) -> tuple[int, int]:
        """Return the nearest cell of these classes, free ones first, and its class."""
        best = (np.inf, 0, 0)
        for kind in kinds:
            squared = self._squared(point, kind)
            free = self._free[self._members[kind]]
            if free.any():
                squared = np.where(free, squared, np.inf)
            nearest = int(squared.argmin())
            best = min(best, (float(squared[nearest]), int(self._members[kind][nearest]), kind))
        self._free[best[1]] = False
        return int(self._inside[best[1]]), best[2]

    def _squared(self, point: npt.NDArray[np.float64], kind: int) -> npt.NDArray[np.float64]:
        return np.asarray(np.square(self._xy[self._members[kind]] - point).sum(axis=1))


def _quotas(n_sites: int) -> dict[int, int]:
    """Return the sites of each class in the study's proportion, n_sites in all."""
    quota = {k: n * n_sites // 147 for k, n in STUDY_SITES.items()}
    quota[FOREST] += n_sites - sum(quota.values())
    return quota


def _transect_points(n: int, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return n places (n, 2) in m along the transect, a few km off its line."""
    along = (np.arange(n) + 0.5) / n - 0.5
    direction = np.array([np.cos(MOIST_BEARING), np.sin(MOIST_BEARING)])
    return np.array([0.0, 55_000.0]) + np.outer(along * TRANSECT_M, direction) + rng.normal(
        0, 5_000, (n, 2)
    )  # fmt: skip


def _within_cells(
    cells: npt.NDArray[np.int64],
    on_transect: npt.NDArray[np.bool_],
    lattice: WorldLattice,
    rng: np.random.Generator,
) -> SitePlaces:
    """Put each site somewhere in its cell, clear of the cell's edge by a tenth of its side."""
    rows, cols = np.divmod(cells.astype(np.int64), lattice.shape[1])
    off_x, off_y = rng.uniform(-0.4, 0.4, (2, len(cells))) * lattice.resolution_m
    x = lattice.easting[0, cols] + off_x
    y = lattice.northing[rows, 0] + off_y
    return SitePlaces(rows, cols, x, y, on_transect)
