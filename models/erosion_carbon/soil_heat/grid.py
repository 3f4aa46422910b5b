"""Nodes of the heat column: the ten carbon layers, split where they are thick, and rock below.

Four metres are too shallow for permafrost: a shallow column is pinned at 0 degC by its own
bottom, so layers that grow by half carry it down to 30 m.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..soil_layers import LAYER_THICKNESS_M, N_LAYERS

NODES_PER_LAYER: npt.NDArray[np.int64] = np.array([1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
"""Thick layers are split: the 0 degC isotherm moves through them, and needs nodes to be found."""
ROCK_THICKNESS_M: npt.NDArray[np.float64] = np.array([2.0, 3.0, 4.5, 6.75, 10.125])

NODE_LAYER: npt.NDArray[np.int64] = np.repeat(np.arange(N_LAYERS), NODES_PER_LAYER)
"""Carbon layer of each node above the rock."""
N_SOIL_NODES = len(NODE_LAYER)
NODE_THICKNESS_M: npt.NDArray[np.float64] = np.concatenate(
    [(LAYER_THICKNESS_M / NODES_PER_LAYER)[NODE_LAYER], ROCK_THICKNESS_M]
)
NODE_BOTTOM_M: npt.NDArray[np.float64] = np.cumsum(NODE_THICKNESS_M)
NODE_MIDDLE_M: npt.NDArray[np.float64] = NODE_BOTTOM_M - NODE_THICKNESS_M / 2
N_NODES = len(NODE_THICKNESS_M)

N_SNOW_NODES = 3
"""Snow above the soil; a metre of it takes weeks to follow the air, which one node cannot show."""
POND_ROW = 1 + N_SNOW_NODES
"""Rows of a column: a spare one, snow, ponded water, nodes of soil and rock, a spare one."""
SOIL_ROW = POND_ROW + 1
N_ROWS = SOIL_ROW + N_NODES + 1
