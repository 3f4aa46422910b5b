"""Run the heat of one site: weather, snow and layers in, temperatures and thaw out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from ..constants import SECONDS_PER_DAY
from ..hydrology.kernel_snow import (
    height_of_season,
    snow_day,
    snow_fall_fraction,
)
from ..hydrology.kernel_snow import snow_depth_m as depth_of_snow_m
from ..hydrology.parameters_column import SnowCanopyParameters
from .kernel_freeze_thaw import thaw_depth_m
from .kernel_properties import ICE_HEAT_CAPACITY_J_KG_K, snow_conductivity_w_m_k
from .kernel_site_column import run_site_column
from .parameters import SoilHeatParameters
from .site_column import SiteColumn
from .spin_up import periodic_spin_up

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Snow:
    """Snow of each step.

    Parameters
    ----------
    depth_m : array, shape (steps,)
        0 where there is none.
    heat_capacity_j_m3_k, conductivity_w_m_k : array, shape (steps,)
        Positive also where there is none.
    """

    depth_m: FloatArray
    heat_capacity_j_m3_k: FloatArray
    conductivity_w_m_k: FloatArray


def no_snow(steps: int) -> Snow:
    """Return bare ground."""
    return Snow(np.zeros(steps), np.ones(steps), np.ones(steps))


def snow_of_density(depth_m: FloatArray, density_kg_m3: FloatArray) -> Snow:
    """Return snow whose heat follows its density (Jordan 1991).

    Parameters
    ----------
    depth_m, density_kg_m3 : array, shape (steps,)
        Measured or modelled; the density is not looked at where the depth is 0.
    """
    density = np.where(depth_m > 0.0, density_kg_m3, 100.0)
    conductivity = np.array([snow_conductivity_w_m_k(each) for each in density])
    return Snow(np.asarray(depth_m), ICE_HEAT_CAPACITY_J_KG_K * density, conductivity)


def snow_from_weather(
    air_c: FloatArray,
    precipitation_mm: FloatArray,
    day_of_year: npt.NDArray[np.int64],
    latitude_deg: float,
    parameters: SnowCanopyParameters,
    catch_factor: float = 1.0,
) -> tuple[FloatArray, FloatArray]:
    """Return depth (m) and density (kg m-3) of open-land snow from daily weather.

    Parameters
    ----------
    air_c, precipitation_mm : array, shape (days,)
        Daily mean temperature and sum of precipitation.
    day_of_year : array of int, shape (days,)
        For the height of the season, on which melt depends.
    latitude_deg : float
        Negative in the south.
    parameters : SnowCanopyParameters
        Of the snow law.
    catch_factor : float
        True over gauged snowfall: wind blows snow past gauges.
    """
    depth_m, density_kg_m3 = np.zeros(len(air_c)), np.zeros(len(air_c))
    water_m = liquid_m = density = 0.0
    for day, mean_c in enumerate(air_c):
        share = snow_fall_fraction(mean_c, parameters.all_snow_below_c, parameters.all_rain_above_c)
        fall_m = precipitation_mm[day] * 1e-3
        water_m, liquid_m, density, _ = snow_day(
            water_m,
            liquid_m,
            density,
            fall_m * share * catch_factor,
            fall_m * (1.0 - share),
            mean_c,
            height_of_season(day_of_year[day], latitude_deg),
            False,
            parameters,
        )
        depth_m[day], density_kg_m3[day] = depth_of_snow_m(water_m, density), density
    return depth_m, density_kg_m3


@dataclass(frozen=True)
class SiteRun:
    """What a run of a site gives.

    Parameters
    ----------
    middle_m, bottom_m : array, shape (nodes,)
        Depths of the nodes.
    temperature_c, liquid_share : array, shape (steps, nodes)
        At the end of each step; the share of the water that is liquid.
    ground_heat_j_m2 : array, shape (steps,)
        Heat into the soil's surface in each step.
    """

    middle_m: FloatArray
    bottom_m: FloatArray
    temperature_c: FloatArray
    liquid_share: FloatArray
    ground_heat_j_m2: FloatArray

    def at(self, depth_m: float) -> FloatArray:
        """Return the temperature at a depth, linear between the nodes' middles; (steps,)."""
        upper = int(np.clip(np.searchsorted(self.middle_m, depth_m) - 1, 0, len(self.middle_m) - 2))
        span = self.middle_m[upper + 1] - self.middle_m[upper]
        share = np.clip((depth_m - self.middle_m[upper]) / span, 0.0, 1.0)
        above, below = self.temperature_c[:, upper], self.temperature_c[:, upper + 1]
        return np.asarray(above + share * (below - above))

    @property
    def thaw_depth_m(self) -> FloatArray:
        """Depth of the 0 degC isotherm below a thawed surface; (steps,)."""
        return np.array(
            [thaw_depth_m(step, self.middle_m, self.bottom_m) for step in self.temperature_c]
        )


def run_site(
    surface_c: FloatArray,
    snow: Snow,
    column: SiteColumn,
    start_temperature_c: FloatArray,
    parameters: SoilHeatParameters,
    step_s: float = SECONDS_PER_DAY,
) -> SiteRun:
    """Conduct heat through a site's column.

    Parameters
    ----------
    surface_c : array, shape (steps,)
        Temperature of the upper face: of the air times an n-factor, or as measured. Under snow it
        is that of the snow's surface, at most 0 degC.
    snow : Snow
        See `no_snow`, `snow_of_density`.
    column : SiteColumn
        See `site_column`. Its water stays where it is.
    start_temperature_c : array, shape (nodes,)
        At the beginning.
    parameters : SoilHeatParameters
        Its geothermal flux enters at the bottom.
    step_s : float
        Length of the steps, s.

    Raises
    ------
    InputError
        Where lengths differ or the weather has gaps.
    """
    _check(surface_c, snow, column, start_temperature_c)
    steps, nodes = len(surface_c), len(column.thickness_m)
    temperature, liquid = np.empty((steps, nodes)), np.empty((steps, nodes))
    ground_heat = np.empty(steps)
    run_site_column(
        column.thickness_m,
        column.constants,
        np.asarray(start_temperature_c, dtype=np.float64),
        np.asarray(surface_c, dtype=np.float64),
        snow.depth_m,
        snow.heat_capacity_j_m3_k,
        snow.conductivity_w_m_k,
        parameters.least_snow_m,
        parameters.geothermal_flux_w_m2,
        step_s,
        temperature,
        liquid,
        ground_heat,
    )
    return SiteRun(column.middle_m, column.bottom_m, temperature, liquid, ground_heat)


def spin_up_site(
    surface_c: FloatArray,
    snow: Snow,
    column: SiteColumn,
    start_temperature_c: FloatArray,
    parameters: SoilHeatParameters,
    most_repeats: int,
    tolerance_k: float,
) -> tuple[FloatArray, list[float]]:
    """Repeat the same days, whole years, from where they ended; see `periodic_spin_up`.

    Returns
    -------
    temperature_c : array, shape (nodes,)
        At the end.
    drift_k : list of float
        Largest change over the nodes between the ends of one repeat and the next.
    """
    temperature = np.array(start_temperature_c, dtype=np.float64)

    def repeat() -> None:
        run = run_site(surface_c, snow, column, temperature, parameters)
        temperature[:] = run.temperature_c[-1]

    return temperature, periodic_spin_up(repeat, temperature, most_repeats, tolerance_k)


def _check(
    surface_c: FloatArray, snow: Snow, column: SiteColumn, start_temperature_c: FloatArray
) -> None:
    problems = []
    if len(snow.depth_m) != len(surface_c):
        what = f"{len(snow.depth_m)} steps of snow for {len(surface_c)} of temperature"
        problems.append(Problem("snow", what, "give one value for each step"))
    if len(start_temperature_c) != len(column.thickness_m):
        what = f"{len(start_temperature_c)} temperatures for {len(column.thickness_m)} nodes"
        problems.append(Problem("start temperature", what, "give one for each node"))
    for where, values in (("surface temperature", surface_c), ("snow depth", snow.depth_m)):
        gaps = int(np.count_nonzero(~np.isfinite(values)))
        if gaps:
            problems.append(Problem(where, f"{gaps} gaps", "fill them before the run"))
    if problems:
        raise InputError(problems)
