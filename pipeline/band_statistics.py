"""Running statistics of a raster band that arrives in pieces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass
class BandStatistics:
    """Count, extremes, mean and SD of the valid cells added so far.

    Pieces are merged by the pairwise update of Chan, Golub & LeVeque (1983, Am. Stat. 37:242),
    which keeps its precision where a sum of squares would lose it.

    Parameters
    ----------
    nodata : float
        Cells of this value, and NaN, are not counted.
    """

    nodata: float
    count: int = 0
    lowest: float = math.inf
    highest: float = -math.inf
    mean: float = 0.0
    sum_of_squares: float = 0.0  # about the mean

    def add(self, array: npt.NDArray[Any]) -> None:
        """Count the valid cells of `array`, any shape."""
        valid = np.isfinite(array)
        if not math.isnan(self.nodata):
            valid &= array != self.nodata
        values = array[valid].astype(np.float64)
        if values.size == 0:
            return
        mean = float(values.mean())
        total = self.count + values.size
        shift = mean - self.mean
        self.sum_of_squares += float(np.square(values - mean).sum())
        self.sum_of_squares += shift**2 * self.count * values.size / total
        self.mean += shift * values.size / total
        self.count = total
        self.lowest = min(self.lowest, float(values.min()))
        self.highest = max(self.highest, float(values.max()))

    def tags(self, n_cells: int) -> dict[str, str]:
        """Return the tags by which GDAL and QGIS know band statistics; none without valid cells."""
        if self.count == 0:
            return {}
        return {
            "STATISTICS_MINIMUM": f"{self.lowest:.9g}",
            "STATISTICS_MAXIMUM": f"{self.highest:.9g}",
            "STATISTICS_MEAN": f"{self.mean:.9g}",
            "STATISTICS_STDDEV": f"{math.sqrt(self.sum_of_squares / self.count):.9g}",
            "STATISTICS_VALID_PERCENT": f"{100 * self.count / n_cells:.4g}",
        }
