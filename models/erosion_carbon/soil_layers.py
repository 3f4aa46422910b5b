"""The ten soil layers of the simulator (Lu et al. 2024, section 2.3)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

LAYER_BOTTOM_M: npt.NDArray[np.float64] = np.array(
    [0.05, 0.10, 0.15, 0.20, 0.30, 0.50, 0.80, 1.20, 2.00, 4.00]
)
"""Depth of the bottom of each layer below the surface."""
LAYER_THICKNESS_M: npt.NDArray[np.float64] = np.diff(LAYER_BOTTOM_M, prepend=0.0)
LAYER_MIDDLE_M: npt.NDArray[np.float64] = LAYER_BOTTOM_M - LAYER_THICKNESS_M / 2
N_LAYERS = len(LAYER_BOTTOM_M)
N_TOP_LAYERS = 3
"""Layers of the 0-15 cm block that erosion and deposition touch first (Eqs. 22, 23)."""
