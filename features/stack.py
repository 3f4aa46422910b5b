"""All layers on one grid, on disk: one file a covariate, read by window, in any thread."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.windows import Window

from .grid import Grid
from .layer_file import BLOCK
from .variables import Variable

INDEX = "stack.json"
REGION = "region.tif"

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Stack:
    """The aligned layers of a run.

    Files are opened anew by each call, so that threads and processes may share a stack.

    Parameters
    ----------
    directory : Path
        Holds ``<id>.tif``, ``region.tif`` and ``stack.json``.
    grid : Grid
        Shared by all layers.
    variables : tuple of Variable
        What each layer is, in the order of the manifest.
    candidates : tuple of str
        Ids of the layers that may train a model; the others are auxiliary.
    """

    directory: Path
    grid: Grid
    variables: tuple[Variable, ...]
    candidates: tuple[str, ...]

    @classmethod
    def open(cls, directory: Path) -> Stack:
        """Open a stack that `build_stack` has finished.

        Raises
        ------
        FileNotFoundError
            If there is none, or it was interrupted while being built.
        """
        index = Path(directory) / INDEX
        content = json.loads(index.read_text(encoding="utf-8")) if index.is_file() else {}
        if not content.get("complete"):
            raise FileNotFoundError(f"no finished stack in {directory}: run stage 1 (features)")
        layers = content["layers"]
        return cls(
            directory=Path(directory),
            grid=Grid.from_dict(content["grid"]),
            variables=tuple(variable_from_dict(layer) for layer in layers),
            candidates=tuple(layer["id"] for layer in layers if layer["role"] == "candidate"),
        )

    def region(self, window: Window | None = None) -> BoolArray:
        """Return which cells of a window (default: all) belong to the region, shape (h, w)."""
        return self._read(self.directory / REGION, window).astype(bool)

    def layer(self, layer_id: str, window: Window | None = None) -> npt.NDArray[np.float32]:
        """Return one layer within a window (default: all), shape (h, w), NaN where missing."""
        return self._read(self._path(layer_id), window).astype(np.float32, copy=False)

    def table(
        self, ids: Sequence[str], window: Window | None = None
    ) -> tuple[BoolArray, npt.NDArray[np.float32]]:
        """Return the region's cells of a window as a table; only that window is read.

        Parameters
        ----------
        ids : sequence of str, length p
            Layers, in the order wanted.
        window : Window, optional
            Part of the grid; the whole by default.

        Returns
        -------
        region : array of bool, shape (h, w)
        matrix : array of float32, shape (region.sum(), p)
            Row by row of the window; NaN where a layer has no value.
        """
        region = self.region(window)
        matrix = np.empty((int(region.sum()), len(ids)), np.float32)
        if len(matrix):
            for column, layer_id in enumerate(ids):
                matrix[:, column] = self.layer(layer_id, window)[region]
        return region, matrix

    def sample(
        self, x: npt.ArrayLike, y: npt.ArrayLike, ids: Sequence[str]
    ) -> npt.NDArray[np.float64]:
        """Return the values of the cells that hold each point.

        Parameters
        ----------
        x, y : array_like of float, shape (n,)
            Coordinates in the grid's CRS.
        ids : sequence of str, length p
            Layers, in the order wanted.

        Returns
        -------
        array of float64, shape (n, p)
            NaN where a point lies off the grid or on a cell without value.
        """
        rows, cols = self.grid.row_col(x, y)
        out = np.full((len(rows), len(ids)), np.nan)
        inside = np.flatnonzero(rows >= 0)
        tiles = (rows[inside] // BLOCK) * (self.grid.width // BLOCK + 1) + cols[inside] // BLOCK
        groups = [inside[tiles == tile] for tile in np.unique(tiles)]
        for column, layer_id in enumerate(ids):
            with rasterio.open(self._path(layer_id)) as dataset:
                for points in groups:
                    top, left = int(rows[points].min()), int(cols[points].min())
                    height = int(rows[points].max()) - top + 1
                    width = int(cols[points].max()) - left + 1
                    part = dataset.read(1, window=Window(left, top, width, height))
                    out[points, column] = part[rows[points] - top, cols[points] - left]
        return out

    def _path(self, layer_id: str) -> Path:
        if all(variable.id != layer_id for variable in self.variables):
            known = ", ".join(variable.id for variable in self.variables)
            raise KeyError(f"no layer {layer_id!r} in the stack; it holds {known}")
        return self.directory / f"{layer_id}.tif"

    @staticmethod
    def _read(path: Path, window: Window | None) -> npt.NDArray[Any]:
        with rasterio.open(path) as dataset:
            return np.asarray(dataset.read(1, window=window))


def variable_to_dict(variable: Variable) -> dict[str, Any]:
    """Return a JSON-able description of a variable."""
    return {
        "id": variable.id,
        "kind": variable.kind,
        "group": variable.group,
        "quantity": variable.quantity,
        "unit": variable.unit,
        "classes": {str(code): name for code, name in variable.classes.items()},
    }


def variable_from_dict(content: dict[str, Any]) -> Variable:
    """Return the variable that `variable_to_dict` described; other keys are ignored."""
    return Variable(
        id=content["id"],
        kind=content["kind"],
        group=content["group"],
        quantity=content["quantity"],
        unit=content["unit"],
        classes={int(code): name for code, name in content["classes"].items()},
    )
