"""All parameters of the simulator in one place: the tables of its processes and their values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from features.errors import InputError, Problem

from .carbon.scheme import SCHEMES
from .dissolved.parameters import DISSOLVED, DissolvedParameters
from .erosion.parameters import EROSION, ErosionParameters
from .erosion.parameters_usle import USLE, UsleParameters
from .hydrology.parameters_column import (
    SNOW_CANOPY,
    SOIL_WATER,
    SnowCanopyParameters,
    SoilWaterParameters,
)
from .hydrology.parameters_overland import OVERLAND, OverlandParameters
from .parameter_table import ParameterTable
from .parameters_surface import SURFACE, SurfaceParameters
from .profile.parameters import PROFILE, ProfileParameters
from .routing.parameters import CHANNEL, ChannelParameters
from .settings import CarbonModel
from .soil_heat.parameters import SOIL_HEAT, SoilHeatParameters
from .vegetation import COVERS
from .weather.parameters import WEATHER, WeatherParameters

ROUNDING = 1e-9
_TABLES: tuple[ParameterTable[Any], ...] = (
    WEATHER,
    SNOW_CANOPY,
    SOIL_WATER,
    OVERLAND,
    SURFACE,
    EROSION,
    USLE,
    CHANNEL,
    SOIL_HEAT,
    DISSOLVED,
    PROFILE,
    *(scheme.table for scheme in SCHEMES.values()),
    *COVERS.values(),
)
TABLES = {table.process: table for table in _TABLES}
"""Every process with its parameters: value, unit, bounds, source, meaning."""

KNOBS = (
    "overland.conductivity_multiplier",
    "surface.drainage_density_multiplier",
    "erosion.erodibility_factor",
    "erosion.transport_coefficient",
    "dissolved.production_share",
)
"""The five parameters meant for calibration; Lu et al. 2024 give no calibrated values."""


@dataclass(frozen=True)
class Parameters:
    """Values of all processes, as the kernels take them.

    Parameters
    ----------
    weather, snow_canopy, soil_water, overland, surface, erosion, usle, channel, soil_heat, \
dissolved, profile : NamedTuple of float
        One per process.
    carbon : NamedTuple of float
        Of the chosen carbon model.
    covers : mapping of str to mapping of str to float
        Changed properties of land-cover classes.
    """

    weather: WeatherParameters
    snow_canopy: SnowCanopyParameters
    soil_water: SoilWaterParameters
    overland: OverlandParameters
    surface: SurfaceParameters
    erosion: ErosionParameters
    usle: UsleParameters
    channel: ChannelParameters
    soil_heat: SoilHeatParameters
    dissolved: DissolvedParameters
    profile: ProfileParameters
    carbon: Any
    covers: Mapping[str, Mapping[str, float]]


def make_parameters(
    changes: Mapping[str, Mapping[str, float]], carbon: CarbonModel = "ibis"
) -> Parameters:
    """Return all defaults with some values replaced.

    Parameters
    ----------
    changes : mapping of process to mapping of name to value
        Such as ``{"erosion": {"erodibility_factor": 0.5}}``.
    carbon : str
        The carbon model whose parameters are wanted.

    Raises
    ------
    InputError
        For unknown processes or names and values out of bounds, all at once.
    """
    problems: list[Problem] = [
        Problem(
            f"simulator.parameters.{process}",
            "there is no such process",
            f"known are {', '.join(TABLES)}",
        )
        for process in changes
        if process not in TABLES
    ]
    values: dict[str, Any] = {}
    for process, table in TABLES.items():
        try:
            values[process] = table.with_values(changes.get(process, {}))
        except InputError as error:
            problems += error.problems
    problems += _overspent_production(values)
    if problems:
        raise InputError(problems)
    return Parameters(
        **{name: values[name] for name in Parameters.__dataclass_fields__ if name in values},
        carbon=values[carbon],
        covers={
            name: changes[table.process]
            for name, table in COVERS.items()
            if table.process in changes
        },
    )


def _overspent_production(values: Mapping[str, Any]) -> list[Problem]:
    """Return the covers that would pass on more carbon than plants make."""
    problems = []
    for table in COVERS.values():
        if table.process not in values:
            continue
        cover = values[table.process]
        spent = cover.leaf_allocation + cover.root_allocation + cover.wood_allocation
        if spent > 1.0 + ROUNDING:
            problems.append(
                Problem(
                    f"{table.process}.leaf_allocation, root_allocation, wood_allocation",
                    f"add up to {spent:g} of the production",
                    "they may add up to 1 at most; the rest is harvested",
                )
            )
    return problems
