"""The state that a simulation starts to spin up from."""

import numpy as np

from models.erosion_carbon.settings import Settings
from models.erosion_carbon.simulation import Simulation
from models.erosion_carbon.soil_heat.grid import NODE_MIDDLE_M
from models.erosion_carbon.soil_layers import LAYER_MIDDLE_M


def test_layers_begin_as_warm_as_the_ground_is_at_their_depth(valley):
    state = Simulation(valley(), Settings()).state
    for nodes, layers in zip(state.heat.temperature, state.temperature_c, strict=True):
        np.testing.assert_allclose(layers, np.interp(LAYER_MIDDLE_M, NODE_MIDDLE_M, nodes))
