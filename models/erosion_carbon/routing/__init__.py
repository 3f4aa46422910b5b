"""Water, sediment and carbon from cell to cell: D8 network, channel links, tracers.

``flow_network`` finds who drains to whom; ``ChannelRouter`` moves a day's water, sediment and
tracers through it, on any number of threads with the same result to the bit.
"""

from .network import FlowNetwork, flow_network
from .parameters import CHANNEL, ChannelParameters
from .route import (
    CarrierFractions,
    ChannelFluxes,
    ChannelRouter,
    ChannelStore,
    sediment_fractions,
    water_fractions,
)

__all__ = [
    "CHANNEL",
    "CarrierFractions",
    "ChannelFluxes",
    "ChannelParameters",
    "ChannelRouter",
    "ChannelStore",
    "FlowNetwork",
    "flow_network",
    "sediment_fractions",
    "water_fractions",
]
