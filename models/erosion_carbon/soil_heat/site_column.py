"""The column of one site, from the layers a scientist describes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .kernel_properties import (
    ICE_HEAT_CAPACITY_J_M3_K,
    MELTING_POINT_K,
    WATER_HEAT_CAPACITY_J_M3_K,
    dry_conductivity_w_m_k,
    freezing_scale,
    frozen_conductivity_w_m_k,
    saturated_conductivity_w_m_k,
    solid_conductivity_w_m_k,
    solid_heat_capacity_j_m3_k,
    thawed_conductivity_w_m_k,
)
from .parameters import SoilHeatParameters

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ThermalLayer:
    """A layer of known thermal properties.

    Parameters
    ----------
    bottom_m : float
        Depth of its bottom.
    water : float
        Liquid water and ice, m3 of water m-3; it stays as it is.
    thawed_conductivity_w_m_k, frozen_conductivity_w_m_k : float
        With all water liquid, and all of it ice.
    thawed_heat_capacity_j_m3_k, frozen_heat_capacity_j_m3_k : float
        Likewise.
    freezing_scale, freezing_exponent : float
        Water that stays liquid below 0 degC is scale ((T_f - T) / T)^-exponent, T in K.
    """

    bottom_m: float
    water: float
    thawed_conductivity_w_m_k: float
    frozen_conductivity_w_m_k: float
    thawed_heat_capacity_j_m3_k: float
    frozen_heat_capacity_j_m3_k: float
    freezing_scale: float
    freezing_exponent: float


@dataclass(frozen=True)
class SoilLayer:
    """A layer of soil whose thermal properties follow from what it is made of.

    Parameters
    ----------
    bottom_m : float
        Depth of its bottom.
    water, porosity : float
        m3 m-3.
    sand_percent, clay_percent, bulk_density_kg_m3 : float
        Of the mineral soil.
    suction_m, clapp_hornberger_b : float
        Air-entry suction and exponent of the retention curve.
    organic_share : float
        0 for mineral soil, 1 for moss, litter and peat.
    """

    bottom_m: float
    water: float
    porosity: float
    sand_percent: float
    clay_percent: float
    bulk_density_kg_m3: float
    suction_m: float
    clapp_hornberger_b: float
    organic_share: float = 0.0


def thermal_layer(soil: SoilLayer, parameters: SoilHeatParameters) -> ThermalLayer:
    """Return the thermal properties of a layer of soil (Johansen 1975; Lawrence & Slater 2008)."""
    organic = soil.organic_share
    saturation = min(soil.water / soil.porosity, 1.0)

    def mix(of_organic: float, of_mineral: float) -> float:
        return organic * of_organic + (1.0 - organic) * of_mineral

    solid = mix(
        parameters.organic_solid_conductivity_w_m_k,
        solid_conductivity_w_m_k(soil.sand_percent, soil.clay_percent),
    )
    dry = mix(
        parameters.organic_dry_conductivity_w_m_k, dry_conductivity_w_m_k(soil.bulk_density_kg_m3)
    )
    solid_capacity = (1.0 - soil.porosity) * mix(
        parameters.organic_solid_heat_capacity_j_m3_k,
        solid_heat_capacity_j_m3_k(soil.sand_percent, soil.clay_percent),
    )
    thawed = saturated_conductivity_w_m_k(solid, soil.porosity, 1.0)
    frozen = saturated_conductivity_w_m_k(solid, soil.porosity, 0.0)
    return ThermalLayer(
        bottom_m=soil.bottom_m,
        water=soil.water,
        thawed_conductivity_w_m_k=thawed_conductivity_w_m_k(thawed, dry, saturation),
        frozen_conductivity_w_m_k=frozen_conductivity_w_m_k(frozen, dry, saturation),
        thawed_heat_capacity_j_m3_k=solid_capacity + WATER_HEAT_CAPACITY_J_M3_K * soil.water,
        frozen_heat_capacity_j_m3_k=solid_capacity + ICE_HEAT_CAPACITY_J_M3_K * soil.water,
        freezing_scale=freezing_scale(soil.porosity, soil.suction_m, soil.clapp_hornberger_b),
        freezing_exponent=1.0 / soil.clapp_hornberger_b,
    )


def power_freezing_curve(coefficient: float, exponent: float) -> tuple[float, float]:
    """Return `freezing_scale` and `freezing_exponent` of theta = a |T|^-b with T in degC.

    They agree near 0 degC; at -20 degC the content is higher by 8 % of the exponent.
    """
    return float(coefficient * MELTING_POINT_K**-exponent), exponent


@dataclass(frozen=True)
class SiteColumn:
    """Nodes of a site's column.

    Parameters
    ----------
    thickness_m : array, shape (nodes,)
        From the surface down.
    constants : array, shape (7, nodes)
        Fields of `ThermalLayer` in the order water, freezing scale, exponent, heat capacity thawed
        and frozen, conductivity thawed and frozen.
    """

    thickness_m: FloatArray
    constants: FloatArray

    @property
    def bottom_m(self) -> FloatArray:
        """Depth of the bottom of each node."""
        return np.cumsum(self.thickness_m)

    @property
    def middle_m(self) -> FloatArray:
        """Depth of the middle of each node."""
        return self.bottom_m - self.thickness_m / 2


def site_column(
    layers: Sequence[ThermalLayer | SoilLayer],
    node_thickness_m: FloatArray,
    parameters: SoilHeatParameters,
) -> SiteColumn:
    """Return the nodes of a site; each takes the layer that its middle lies in.

    Parameters
    ----------
    layers : sequence of ThermalLayer or SoilLayer
        From the surface down; the last one goes on below its bottom.
    node_thickness_m : array, shape (nodes,)
        For instance `NODE_THICKNESS_M` of the simulator.
    parameters : SoilHeatParameters
        Of organic matter.

    Raises
    ------
    InputError
        Where layers do not lie below each other, or hold more water than pores.
    """
    _check(layers)
    thermal = [
        thermal_layer(layer, parameters) if isinstance(layer, SoilLayer) else layer
        for layer in layers
    ]
    middle_m = np.cumsum(node_thickness_m) - node_thickness_m / 2
    index = np.searchsorted([layer.bottom_m for layer in thermal], middle_m)
    constants = np.array(
        [
            (
                layer.water,
                layer.freezing_scale,
                layer.freezing_exponent,
                layer.thawed_heat_capacity_j_m3_k,
                layer.frozen_heat_capacity_j_m3_k,
                layer.thawed_conductivity_w_m_k,
                layer.frozen_conductivity_w_m_k,
            )
            for layer in (thermal[min(i, len(thermal) - 1)] for i in index)
        ]
    )
    return SiteColumn(np.asarray(node_thickness_m, dtype=np.float64), constants.T.copy())


def _check(layers: Sequence[ThermalLayer | SoilLayer]) -> None:
    problems = []
    above_m = 0.0
    for number, layer in enumerate(layers, 1):
        if layer.bottom_m <= above_m:
            what = f"its bottom {layer.bottom_m:g} m is not below {above_m:g} m"
            problems.append(Problem(f"layer {number}", what, "list layers from the surface down"))
        above_m = layer.bottom_m
        if isinstance(layer, SoilLayer) and not 0.0 <= layer.water <= layer.porosity:
            what = f"water {layer.water:g} is not between 0 and the porosity {layer.porosity:g}"
            problems.append(Problem(f"layer {number}", what, "give m3 of water per m3 of soil"))
    if problems:
        raise InputError(problems)
