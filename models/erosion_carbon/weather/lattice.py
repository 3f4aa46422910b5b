"""A square lattice whose nodes carry the noise that neighbouring cells share."""

from __future__ import annotations

import numpy as np

from .kernel_noise import CornerArray, FloatArray, IntArray, node_normals


class NoiseLattice:
    """Where cells lie between the nodes of a lattice with its origin at (0, 0).

    A cell's number depends on its own coordinates, the date and the seed alone: not on which other
    cells there are.

    Parameters
    ----------
    easting_m, northing_m : array of shape (n_cells,)
        Cell centres.
    spacing_m : float
        Distance of neighbouring nodes. Nodes are independent; cells nearer than the spacing are
        correlated, cells two spacings apart are not.
    seed : int
        Any integer of 64 bits.
    """

    def __init__(
        self, easting_m: FloatArray, northing_m: FloatArray, spacing_m: float, seed: int
    ) -> None:
        self._seed = seed
        column, across = _split(easting_m / spacing_m)
        row, up = _split(northing_m / spacing_m)
        pairs = [(column + east, row + north) for north in (0, 1) for east in (0, 1)]
        nodes, inverse = np.unique(
            np.concatenate([_packed(*pair) for pair in pairs]), return_inverse=True
        )
        self.corners: CornerArray = np.ascontiguousarray(inverse.reshape(4, -1).T.astype(np.int32))
        self._columns, self._rows = _unpacked(nodes)
        weights = np.stack(
            [(1 - across) * (1 - up), across * (1 - up), (1 - across) * up, across * up], axis=1
        )
        squares = weights**2
        variance = squares[:, 0] + squares[:, 1] + squares[:, 2] + squares[:, 3]
        self.weights: FloatArray = weights / np.sqrt(variance)[:, None]

    def normals(self, stream: int, first_ordinal: int, n_days: int) -> FloatArray:
        """Return the nodes' standard normals, (n_nodes, n_days).

        Parameters
        ----------
        stream : int
            Which quantity the noise is for.
        first_ordinal : int
            ``date.toordinal()`` of the first day.
        n_days : int
            How many days.
        """
        normals = np.empty((len(self._columns), n_days))
        node_normals(self._columns, self._rows, first_ordinal, stream, self._seed, normals)
        return normals


def _split(position: FloatArray) -> tuple[IntArray, FloatArray]:
    whole = np.floor(position)
    return whole.astype(np.int64), position - whole


def _packed(column: IntArray, row: IntArray) -> IntArray:
    return (column << 32) + (row + 2**31)


def _unpacked(nodes: IntArray) -> tuple[IntArray, IntArray]:
    return nodes >> 32, (nodes & (2**32 - 1)) - 2**31
