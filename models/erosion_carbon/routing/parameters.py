"""Parameters of the channel links between cells."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class ChannelParameters(NamedTuple):
    """Shape, roughness and sediment transport of channels."""

    width_at_1_km2_m: float
    width_exponent: float
    manning_n: float
    capacity_coefficient: float
    settling_velocity_m_s: float


BIEGER = "Bieger et al. 2015, J. Am. Water Resour. Assoc. 51:842-858, nationwide curve of the U.S."

CHANNEL = ParameterTable(
    "channel",
    ChannelParameters,
    {
        "width_at_1_km2_m": Parameter(
            2.70, "m", 0.1, 50.0, BIEGER, "width of the channel that drains 1 km2"
        ),
        "width_exponent": Parameter(
            0.352, "1", 0.0, 1.0, BIEGER, "growth of channel width with upstream area"
        ),
        "manning_n": Parameter(
            0.035,
            "s m-1/3",
            0.01,
            0.2,
            "Chow 1959, Open-Channel Hydraulics, table 5-6: natural streams, clean, winding",
            "roughness of the channel",
        ),
        "capacity_coefficient": Parameter(
            1.0,
            "kg m-1 s-1 Pa-1.5",
            1e-3,
            10.0,
            "own: law of WEPP, Tc = kt tau^1.5; fines are seldom limited by capacity, so that 1 "
            "(0.01-0.1 on hillslopes) lets even links of the least slope carry 3 kg m-3",
            "sediment that flow of unit shear can carry per width of channel",
        ),
        "settling_velocity_m_s": Parameter(
            3e-6,
            "m s-1",
            0.0,
            2e-2,
            "Stokes, clay of 2 um; own choice, to be calibrated on the land's share of deposition",
            "effective settling of suspended sediment on channel bed and floodplain",
        ),
    },
)
