"""Channel links as the kernels take them: everything that does not change with the flow."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..constants import GRAVITY_M_S2, WATER_DENSITY_KG_M3
from .network import FlowNetwork
from .parameters import ChannelParameters

FloatArray = npt.NDArray[np.float64]
M2_PER_KM2 = 1e6


class ChannelLinks(NamedTuple):
    """Properties of each link, shape (n,), in processing order.

    Parameters
    ----------
    bed_m2 : array
        Length times width.
    conveyance : array
        Per second, times depth^(2/3) in m: the rate at which the link empties,
        sqrt(slope) / (n length) (Manning, wide rectangular channel).
    capacity_kg_m3 : array
        Concentration that flow 1 m deep can carry: capacity kt (rho g depth slope)^1.5 over Manning
        discharge, both per width; it falls with depth^(-1/6).
    settling_m3_s : array
        Settling velocity times bed; infinite in lakes, where nothing stays in suspension.
    """

    bed_m2: FloatArray
    conveyance: FloatArray
    capacity_kg_m3: FloatArray
    settling_m3_s: FloatArray


def channel_links(network: FlowNetwork, parameters: ChannelParameters) -> ChannelLinks:
    """Return the channel links of a network.

    Parameters
    ----------
    network : FlowNetwork
    parameters : ChannelParameters
    """
    width_m = (
        parameters.width_at_1_km2_m
        * (network.upstream_area_m2 / M2_PER_KM2) ** parameters.width_exponent
    )
    bed_m2 = width_m * network.distance_m
    shear_at_1_m = WATER_DENSITY_KG_M3 * GRAVITY_M_S2 * network.slope
    discharge_at_1_m = np.sqrt(network.slope) / parameters.manning_n
    return ChannelLinks(
        bed_m2,
        discharge_at_1_m / network.distance_m,
        parameters.capacity_coefficient * shear_at_1_m**1.5 / discharge_at_1_m,
        np.where(network.is_lake, np.inf, parameters.settling_velocity_m_s * bed_m2),
    )
