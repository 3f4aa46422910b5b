"""The state of the first day: soil at field capacity, ground as warm as its climate, no carbon."""

from __future__ import annotations

import numpy as np

from .cell_threads import CellThreads
from .hydrology.state import WaterState, initial_water
from .landscape import Landscape
from .parameters import Parameters
from .settings import Settings
from .soil_columns import FloatArray
from .soil_heat.grid import N_SOIL_NODES, NODE_LAYER, NODES_PER_LAYER
from .soil_heat.kernel_soil_heat import begin_heat
from .soil_heat.spin_up import steady_temperatures_c
from .soil_heat.state import HeatState, empty_heat_state
from .soil_layers import N_LAYERS
from .state import State

SNOW_KEEPS = 0.4
"""Ground under snow feels about this share of the frost: n-factors 0.3-0.6 (Lunardini 1978)."""


def first_state(
    landscape: Landscape, parameters: Parameters, settings: Settings, threads: CellThreads
) -> State:
    """Return a state to spin up from."""
    ground_c = mean_ground_temperature_c(landscape.climate_c)
    water = initial_water(landscape.soil, settings.hillslope_nodes, parameters.soil_water)
    heat = heat_at(
        steady_temperatures_c(ground_c, parameters.soil_heat),
        water.soil,
        landscape,
        parameters,
        threads,
    )
    return state_of(landscape, water, heat, settings)


def mean_ground_temperature_c(monthly_c: FloatArray) -> FloatArray:
    """Return a first guess of the ground's mean annual temperature, (n,), from that of the air."""
    return np.asarray(np.where(monthly_c < 0.0, SNOW_KEEPS * monthly_c, monthly_c).mean(axis=0))


def heat_at(
    node_temperature_c: FloatArray,
    soil_water: FloatArray,
    landscape: Landscape,
    parameters: Parameters,
    threads: CellThreads,
) -> HeatState:
    """Return the heat of columns with given temperatures (n, n_nodes) and water (n, 10)."""
    heat = empty_heat_state(landscape.n_cells)
    threads.over_cells(
        begin_heat,
        landscape.n_cells,
        node_temperature_c,
        soil_water,
        landscape.thermal,
        parameters.soil_heat,
        heat,
    )
    return heat


def state_of(landscape: Landscape, water: WaterState, heat: HeatState, settings: Settings) -> State:
    """Return a state with this water and heat, without carbon, frost or sediment."""
    n = landscape.n_cells
    n_pools = len(landscape.scheme.soil_pools)
    return State(
        water=water,
        heat=heat,
        soil=np.zeros((n, N_LAYERS, n_pools)),
        surface=np.zeros((n, len(landscape.scheme.surface_pools))),
        dissolved=np.zeros((n, N_LAYERS, 2)),
        deposit_depth_m=np.zeros(n),
        temperature_c=layers_of_nodes(heat.temperature),
        ice_fraction=np.zeros((n, N_LAYERS)),
        overland_m2_s=np.zeros((n, settings.hillslope_nodes)),
        frost_cycles=np.zeros(n),
        topsoil_was_c=heat.temperature[:, 0].copy(),
        owed_by_leaves_g_m2=np.zeros(n),
        suspended_kg=np.zeros(n),
        poc_in_channel_g=np.zeros((n, n_pools)),
        doc_in_channel_g=np.zeros((n, 2)),
    )


def layers_of_nodes(node_values: FloatArray) -> FloatArray:
    """Return the means (n, 10) of layers over their nodes, of (n, n_nodes) with the rock's."""
    first_nodes = np.searchsorted(NODE_LAYER, np.arange(N_LAYERS))
    sums = np.add.reduceat(node_values[:, :N_SOIL_NODES], first_nodes, axis=1)
    return np.asarray(sums / NODES_PER_LAYER)
