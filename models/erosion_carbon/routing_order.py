"""Grids of the forcing as arrays of cells in routing order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from .forcing import Forcing
from .routing.network import FlowNetwork
from .soil_columns import FloatArray


class InRoutingOrder:
    """Brings grids into routing order and remembers what was missing."""

    def __init__(self, forcing: Forcing, network: FlowNetwork) -> None:
        self.forcing, self._cell_of = forcing, network.cell_of
        self.fallbacks: list[str] = []

    def values(self, grid: npt.NDArray[Any]) -> FloatArray:
        """Return a grid (rows, cols) or (12, rows, cols) as (n,) or (12, n)."""
        flat = grid.reshape(*grid.shape[:-2], -1)[..., self._cell_of]
        return np.ascontiguousarray(flat, dtype=np.float64)

    def places(self) -> npt.NDArray[np.int64]:
        """Return where each cell stands among the region's cells row by row."""
        row_by_row = np.cumsum(self.forcing.region.ravel()) - 1
        return np.asarray(row_by_row[self._cell_of])

    def given_or(self, name: str, otherwise: FloatArray | float, said: str) -> FloatArray:
        """Return a grid of the forcing by its name, or the fallback, which is said."""
        grid = getattr(self.forcing, name)
        if grid is not None:
            return self.values(grid)
        self.fallbacks.append(f"{name}: {said}")
        fallback: npt.NDArray[np.float64] = np.asarray(otherwise, dtype=np.float64)
        return fallback
