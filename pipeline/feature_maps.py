"""Features of stage 4 as GeoTIFFs without gaps in the region."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from features.grid import Grid

from .colours import class_colours
from .gap_filling import fill_gaps
from .maps import write_geotiff
from .simulator_maps import VIRTUAL


@dataclass(frozen=True)
class FeatureMaps:
    """Writes the features of a folder.

    Parameters
    ----------
    directory : Path
        Receives ``<id>.tif`` with its QGIS style.
    grid : Grid
        Of the run.
    region : array of bool (rows, cols)
        Cells that need a value.
    virtual : bool
        Whether the data are synthetic: each file says so.
    """

    directory: Path
    grid: Grid
    region: npt.NDArray[np.bool_]
    virtual: bool

    def write(
        self,
        name: str,
        values: npt.NDArray[np.floating],
        unit: str,
        meaning: str,
        *,
        classes: Mapping[int, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> dict[str, object]:
        """Write one feature and return ``id unit meaning min mean max n_filled``.

        Parameters
        ----------
        name : str
            Id of the feature.
        values : array (rows, cols)
            NaN where the simulator did not run; within the region these cells take the value of the
            nearest one where it did.
        unit, meaning : str
            What it is.
        classes : mapping of int to str, optional
            Names of class codes.
        tags : mapping of str to str, optional
            Further metadata of the file.
        """
        anywhere = np.zeros(self.region.shape, np.int64)
        whole, n_filled = fill_gaps(values.astype(np.float32), self.region, anywhere)
        whole[~self.region] = np.nan
        colours = None
        if classes:
            colours = dict(
                zip(classes, zip(classes.values(), class_colours(len(classes)), strict=True),
                    strict=True)
            )  # fmt: skip
        self.directory.mkdir(parents=True, exist_ok=True)
        write_geotiff(
            self.directory / f"{name}.tif",
            whole,
            self.grid,
            description=f"{VIRTUAL if self.virtual else ''}{meaning}",
            unit=unit,
            tags={**(tags or {}), "cells_filled": str(n_filled)},
            categorical=bool(classes),
            colours=colours or "viridis",
        )
        inside = whole[self.region]
        numbers = (inside.min(), inside.mean(dtype=np.float64), inside.max())
        if classes:
            numbers = (np.nan,) * 3
        return {
            "id": name,
            "unit": unit,
            "meaning": meaning,
            **dict(zip(("min", "mean", "max"), map(float, numbers), strict=True)),
            "n_filled": n_filled,
        }
