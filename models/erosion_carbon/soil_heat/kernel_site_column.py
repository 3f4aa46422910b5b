"""Heat of one site's column over many steps: any layers, measured snow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

from .grid import N_SNOW_NODES
from .kernel_enthalpy import enthalpy_j_m3, liquid_share_at
from .kernel_heat_column import HEAT_ROW, HeatRows, heat_column_step

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True, error_model="numpy")
def _load(
    column: HeatRows,
    thickness_m: FloatArray,
    constants: FloatArray,
    temperature_c: FloatArray,
) -> None:
    """Fill the rows below the snow; constants in the order of `SiteColumn`."""
    for node in range(len(thickness_m)):
        row = N_SNOW_NODES + node
        column[row]["thickness_m"] = thickness_m[node]
        column[row]["water"] = constants[0, node]
        column[row]["scale"] = constants[1, node]
        column[row]["exponent"] = constants[2, node]
        column[row]["thawed_capacity"] = constants[3, node]
        column[row]["frozen_capacity"] = constants[4, node]
        column[row]["thawed_conductivity"] = constants[5, node]
        column[row]["frozen_conductivity"] = constants[6, node]
        temperature = temperature_c[node]
        share = liquid_share_at(temperature, constants[0, node], constants[1, node],
                                constants[2, node])  # fmt: skip
        column[row]["temperature"] = temperature
        column[row]["liquid_share"] = share
        column[row]["enthalpy"] = enthalpy_j_m3(
            temperature, share, constants[0, node], constants[3, node], constants[4, node]
        )


@njit(cache=True, nogil=True, error_model="numpy")
def _lay_snow(
    column: HeatRows, depth_m: float, heat_capacity_j_m3_k: float, conductivity_w_m_k: float
) -> None:
    """Fill the rows of snow; their temperatures stay."""
    for row in range(N_SNOW_NODES):
        column[row]["thickness_m"] = depth_m / N_SNOW_NODES
        column[row]["thawed_capacity"] = heat_capacity_j_m3_k
        column[row]["frozen_capacity"] = heat_capacity_j_m3_k
        column[row]["thawed_conductivity"] = conductivity_w_m_k
        column[row]["frozen_conductivity"] = conductivity_w_m_k
        column[row]["liquid_share"] = 1.0
        column[row]["enthalpy"] = heat_capacity_j_m3_k * column[row]["temperature"]


@njit(cache=True, nogil=True, error_model="numpy")
def run_site_column(
    thickness_m: FloatArray,
    constants: FloatArray,
    start_temperature_c: FloatArray,
    surface_c: FloatArray,
    snow_depth_m: FloatArray,
    snow_heat_capacity_j_m3_k: FloatArray,
    snow_conductivity_w_m_k: FloatArray,
    least_snow_m: float,
    bottom_w_m2: float,
    step_s: float,
    temperature_c: FloatArray,
    liquid_share: FloatArray,
    ground_heat_j_m2: FloatArray,
) -> None:
    """Run a column through all steps; see `run_site` for the arrays.

    `temperature_c` and `liquid_share` (steps, nodes) and `ground_heat_j_m2` (steps,) are written.
    """
    nodes = len(thickness_m)
    column = np.zeros(N_SNOW_NODES + nodes, dtype=HEAT_ROW)
    _load(column, thickness_m, constants, start_temperature_c)
    for step in range(len(surface_c)):
        surface, depth_m, skin = surface_c[step], snow_depth_m[step], 0.0
        first = N_SNOW_NODES
        if depth_m > 0.0:
            surface = min(surface, 0.0)
            skin = depth_m / snow_conductivity_w_m_k[step]
        if depth_m >= least_snow_m:
            first, skin = 0, 0.0
            _lay_snow(
                column, depth_m, snow_heat_capacity_j_m3_k[step], snow_conductivity_w_m_k[step]
            )
        ground_heat_j_m2[step], _ = heat_column_step(
            column, first, N_SNOW_NODES, N_SNOW_NODES, surface, skin, bottom_w_m2, step_s
        )
        for row in range(N_SNOW_NODES):
            snow_c = column[row]["temperature"] if first == 0 else surface
            column[row]["temperature"] = min(snow_c, 0.0)
        for node in range(nodes):
            temperature_c[step, node] = column[N_SNOW_NODES + node]["temperature"]
            liquid_share[step, node] = column[N_SNOW_NODES + node]["liquid_share"]
