"""Names of soil textures (USDA triangle)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def texture_class(sand_percent: npt.ArrayLike, clay_percent: npt.ArrayLike) -> npt.NDArray[np.str_]:
    """Return the USDA texture class of each soil (Soil Science Division Staff 2017, chapter 3).

    Parameters
    ----------
    sand_percent, clay_percent : array (n,)
        Mass percent of the fine earth; silt is the rest.
    """
    sand = np.asarray(sand_percent, dtype=np.float64)
    clay = np.asarray(clay_percent, dtype=np.float64)
    silt = 100.0 - sand - clay
    rules = {
        "sand": silt + 1.5 * clay < 15,
        "loamy sand": silt + 2 * clay < 30,
        "clay": (clay >= 40) & (sand <= 45) & (silt < 40),
        "silty clay": (clay >= 40) & (silt >= 40),
        "sandy clay": (clay >= 35) & (sand > 45),
        "silty clay loam": (clay >= 27) & (sand <= 20),
        "clay loam": (clay >= 27) & (sand <= 45),
        "sandy clay loam": (clay >= 20) & (silt < 28) & (sand > 45),
        "silt": (silt >= 80) & (clay < 12),
        "silt loam": silt >= 50,
        "loam": (clay >= 7) & (silt >= 28) & (sand <= 52),
    }
    return np.select(list(rules.values()), list(rules), default="sandy loam")
