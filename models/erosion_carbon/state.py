"""Everything the simulator carries from one day to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .hydrology.state import WaterState
from .routing.route import ChannelStore
from .soil_heat.state import HeatState

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """State of n cells in routing order; the arrays change in place.

    Parameters
    ----------
    water : WaterState
        Canopy, snow, surface, soil, groundwater, channel.
    heat : HeatState
        Enthalpy and temperature of snow, soil and rock.
    soil : array (n, 10, P)
        Carbon pools by layer, g C m-2.
    surface : array (n, S)
        Litter on the ground, g C m-2.
    dissolved : array (n, 10, 2)
        Labile and recalcitrant dissolved carbon with what is sorbed, g C m-2.
    deposit_depth_m : array (n,)
        Deposited less eroded thickness since the start, at least 0.
    temperature_c, ice_fraction : array (n, 10)
        Of the layers at the end of the last day; ice as the share of a layer's water.
    overland_m2_s : array (n, n_nodes)
        Flow over the lower edge of each hillslope node.
    frost_cycles : array (n,)
        Freeze-thaw cycles of the surface since it last consolidated.
    topsoil_was_c : array (n,)
        Temperature of the first layer the day before.
    owed_by_leaves_g_m2 : array (n,)
        Carbon that rain washed off plants before they had produced it; paid by later leaves.
    suspended_kg : array (n,)
        Sediment in the water of the channel link.
    poc_in_channel_g, doc_in_channel_g : array (n, P), (n, 2)
        Particulate and dissolved carbon in it, g C.
    """

    water: WaterState
    heat: HeatState
    soil: FloatArray
    surface: FloatArray
    dissolved: FloatArray
    deposit_depth_m: FloatArray
    temperature_c: FloatArray
    ice_fraction: FloatArray
    overland_m2_s: FloatArray
    frost_cycles: FloatArray
    topsoil_was_c: FloatArray
    owed_by_leaves_g_m2: FloatArray
    suspended_kg: FloatArray
    poc_in_channel_g: FloatArray
    doc_in_channel_g: FloatArray

    @property
    def channel(self) -> ChannelStore:
        """Water and sediment in the channel links."""
        return ChannelStore(self.water.channel_m3, self.suspended_kg)

    def arrays(self) -> dict[str, FloatArray]:
        """Return all arrays by name, such as ``water.snow_water_m``."""
        return dict(self._named())

    def _named(self) -> Iterator[tuple[str, FloatArray]]:
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                yield name, value
            else:
                for field, array in value._asdict().items():
                    yield f"{name}.{field}", array

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, FloatArray]) -> State:
        """Return the state that `arrays` made."""
        parts: dict[str, Any] = {name: a for name, a in arrays.items() if "." not in name}
        for part, kind in (("water", WaterState), ("heat", HeatState)):
            prefix = f"{part}."
            parts[part] = kind(
                **{name[len(prefix) :]: a for name, a in arrays.items() if name.startswith(prefix)}
            )
        return cls(**parts)
