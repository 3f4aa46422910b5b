"""The landscape in routing order: all that the daily loop reads and never changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from .carbon.rothc_cells import DPM_RPM_FOREST, DPM_RPM_HERBACEOUS, DPM_RPM_SHRUB
from .carbon.scheme import SCHEMES, CarbonScheme
from .cell_threads import CellThreads
from .dissolved.parameters import production_rates
from .erosion.subgrid_slope import (
    ground_slope,
    hillslope_length,
    hillslope_slope,
    profile_multipliers,
)
from .forcing import Forcing
from .hillslopes import Hillslopes
from .hydrology.kernel_detention import random_roughness_retention
from .hydrology.kernel_kinematic_wave import flow_resistance
from .hydrology.soil_hydraulics import soil_columns
from .monthly_surface import MonthlySurface, monthly_surface
from .parameters import Parameters
from .plant_growth import growth, miami_npp_g_m2, seasonal_lai, share_of_growth
from .routing.network import FlowNetwork, flow_network
from .routing_order import InRoutingOrder
from .settings import Settings
from .soil_columns import FloatArray, SoilColumns
from .soil_heat.kernel_thermal_columns import (
    ThermalColumns,
    empty_thermal_columns,
    fill_thermal_columns,
)
from .vegetation import COVER_CODES, CoverProperties, cover_properties, root_share
from .weather import MonthlyClimate
from .weather_source import WeatherSource

ORGANIC_MATTER_PERCENT = {
    "cropland": 3.0,
    "grassland": 4.0,
    "shrubland": 4.0,
    "forest": 5.0,
    "wetland": 20.0,
    "bare": 1.0,
    "water": 1.0,
    "urban": 2.0,
}
"""Topsoil of cold temperate lands where no map tells; own."""
LEAST_SLOPE = 1e-3
M_PER_KM = 1000.0


@dataclass(frozen=True)
class Landscape:
    """Arrays of n cells in routing order.

    Parameters
    ----------
    network : FlowNetwork
        Who drains to whom.
    weather_source : WeatherSource
        Makes what gives the weather of any day.
    climate_c : array (12, n)
        Monthly mean air temperature.
    soil : SoilColumns
        Texture, density and water properties.
    thermal : ThermalColumns
        Thermal constants of the layers.
    cover : CoverProperties
        Of each cell's class.
    is_forest, is_tilled : array (n,)
        1 under trees and on cropland, else 0.
    root_share : array (n, 10)
        Of fine roots.
    hillslopes : Hillslopes
        The representative hillslope of each cell.
    surface : MonthlySurface
        Leaf area, erodibility of each month.
    npp_g_m2 : array (n,)
        g C m-2 yr-1.
    yearly_growth : array (n,)
        Sum over the months of leaves times warmth, by which production is shared out.
    latitude_deg : array (n,)
        Of the cells.
    scheme : CarbonScheme
        Pools and kernels of the carbon model.
    carbon : object
        What the scheme's kernels read.
    soil_production, surface_production : array (P, 2), (S, 2)
        Rates of dissolved carbon, d-1 at 0 degC (Lu et al. 2024, Eqs. 5-7).
    fallbacks : tuple of str
        Which forcing was missing and what took its place.
    """

    network: FlowNetwork
    weather_source: WeatherSource
    climate_c: FloatArray
    soil: SoilColumns
    thermal: ThermalColumns
    cover: CoverProperties[FloatArray]
    is_forest: FloatArray
    is_tilled: FloatArray
    root_share: FloatArray
    hillslopes: Hillslopes
    surface: MonthlySurface
    npp_g_m2: FloatArray
    yearly_growth: FloatArray
    latitude_deg: FloatArray
    scheme: CarbonScheme
    carbon: Any
    soil_production: FloatArray
    surface_production: FloatArray
    fallbacks: tuple[str, ...]

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return len(self.npp_g_m2)

    def npp_of_month(self, month: int) -> FloatArray:
        """Return the net primary production of a month (0 is January), g C m-2, (n,)."""
        grown = growth(self.surface.lai[month], self.climate_c[month])
        return self.npp_g_m2 * share_of_growth(grown, self.yearly_growth)

    def columns(self, cells: npt.NDArray[np.int64]) -> Landscape:
        """Return some cells by themselves: columns that no network joins."""
        return replace(
            self,
            weather_source=self.weather_source.of(cells),
            climate_c=self.climate_c[:, cells],
            soil=_take(self.soil, cells),
            thermal=_take(self.thermal, cells),
            cover=_take(self.cover, cells),
            is_forest=self.is_forest[cells],
            is_tilled=self.is_tilled[cells],
            root_share=self.root_share[cells],
            hillslopes=_take(self.hillslopes, cells),
            surface=self.surface.of(cells),
            npp_g_m2=self.npp_g_m2[cells],
            yearly_growth=self.yearly_growth[cells],
            latitude_deg=self.latitude_deg[cells],
        )


Arrays = TypeVar("Arrays", bound=tuple[FloatArray, ...])


def _take(arrays: Arrays, cells: npt.NDArray[np.int64]) -> Arrays:
    """Return a NamedTuple of arrays (n, ...) for some cells."""
    return type(arrays)(*(each[cells] for each in arrays))


def make_landscape(
    forcing: Forcing, parameters: Parameters, settings: Settings, threads: CellThreads
) -> Landscape:
    """Check the forcing and prepare all that does not change from day to day.

    Raises
    ------
    InputError
        For impossible input, named with grid, cell and value.
    """
    forcing.check()
    geometry = forcing.geometry
    network = flow_network(
        np.asarray(forcing.elevation_m, dtype=np.float64),
        forcing.region,
        geometry.area_m2,
        geometry.width_m,
        geometry.height_m,
        forcing.lakes,
    )
    order = InRoutingOrder(forcing, network)
    codes = forcing.cover.ravel()[network.cell_of]
    cover = cover_properties(codes, parameters.covers)
    soil = _soil(order, codes, cover)
    hillslopes = _hillslopes(order, network, cover, parameters, settings)
    climate_c = order.values(forcing.temperature_c)
    lai = order.given_or(
        "lai", seasonal_lai(cover.summer_lai, climate_c), "season of temperature and land cover"
    )
    rain_mm = order.values(forcing.precipitation_mm)
    npp = order.given_or(
        "npp_g_m2",
        miami_npp_g_m2(climate_c.mean(axis=0), rain_mm.sum(axis=0)),
        "Miami model of temperature and precipitation",
    )
    # Open water has no plants on land, whatever a map's cell means.
    npp = np.where(cover.leaf_allocation + cover.root_allocation > 0.0, npp, 0.0)
    thermal = empty_thermal_columns(network.n_cells)
    threads.over_cells(fill_thermal_columns, network.n_cells, soil, parameters.soil_heat, thermal)
    scheme = SCHEMES[settings.carbon]
    soil_rates, surface_rates = scheme.base_rates(parameters.carbon)
    return Landscape(
        network=network,
        weather_source=_weather(order, rain_mm, climate_c, parameters, settings),
        climate_c=climate_c,
        soil=soil,
        thermal=thermal,
        cover=cover,
        is_forest=np.where(codes == COVER_CODES["forest"], 1.0, 0.0),
        is_tilled=np.where(codes == COVER_CODES["cropland"], 1.0, 0.0),
        root_share=root_share(cover.root_beta),
        hillslopes=hillslopes,
        surface=monthly_surface(codes, cover, soil, hillslopes, lai, parameters),
        npp_g_m2=npp,
        yearly_growth=growth(lai, climate_c).sum(axis=0),
        latitude_deg=order.values(geometry.latitude_deg),
        scheme=scheme,
        carbon=scheme.prepare(parameters.carbon, soil, _dpm_rpm_ratio(codes)),
        soil_production=production_rates(soil_rates, parameters.dissolved),
        surface_production=production_rates(surface_rates, parameters.dissolved),
        fallbacks=tuple(order.fallbacks),
    )


def _soil(
    order: InRoutingOrder, codes: npt.NDArray[np.integer], cover: CoverProperties[FloatArray]
) -> SoilColumns:
    usual = np.array([ORGANIC_MATTER_PERCENT[name] for name in COVER_CODES])
    organic = order.given_or("organic_matter_percent", usual[codes], "usual of the land cover")
    density = None
    if order.forcing.bulk_density_kg_m3 is None:
        order.fallbacks.append("bulk_density_kg_m3: from texture and organic matter")
    else:
        density = order.values(order.forcing.bulk_density_kg_m3)
    return soil_columns(
        order.values(order.forcing.sand_percent),
        order.values(order.forcing.clay_percent),
        organic,
        density,
        cover.organic_layer_m,
        np.where(codes == COVER_CODES["wetland"], 1.0, 0.0),
    )


def _hillslopes(
    order: InRoutingOrder,
    network: FlowNetwork,
    cover: CoverProperties[FloatArray],
    parameters: Parameters,
    settings: Settings,
) -> Hillslopes:
    resolution_m = np.sqrt(network.area_m2)
    geometry, elevation_m = order.forcing.geometry, order.forcing.elevation_m
    between_cells = ground_slope(elevation_m, geometry.width_m, geometry.height_m)
    mean_slope = order.given_or(
        "hillslope_slope",
        hillslope_slope(order.values(between_cells), resolution_m, parameters.erosion),
        "slope between cells, steepened to the scale of hillslopes",
    )
    shape = profile_multipliers(settings.hillslope_nodes, parameters.erosion)
    slope = np.maximum(mean_slope[:, None] * shape[None, :], LEAST_SLOPE)
    density_km = (
        cover.drainage_density_1_m * M_PER_KM * parameters.surface.drainage_density_multiplier
    )
    resistance = np.vectorize(flow_resistance, otypes=[float])
    retention = np.vectorize(random_roughness_retention, otypes=[float])
    return Hillslopes(
        length_m=hillslope_length(density_km),
        slope=slope,
        resistance=resistance(slope, cover.manning_n[:, None]),
        retention_m=retention(cover.random_roughness_m, slope.mean(axis=1)),
        area_m2=network.area_m2,
    )


def _weather(
    order: InRoutingOrder,
    rain_mm: FloatArray,
    climate_c: FloatArray,
    parameters: Parameters,
    settings: Settings,
) -> WeatherSource:
    forcing = order.forcing
    # A view of one number: twelve months of nothing known would fill 51 MiB of a large landscape.
    unknown = np.broadcast_to(np.nan, rain_mm.shape)
    monthly = MonthlyClimate(
        precipitation_mm=rain_mm,
        temperature_c=climate_c,
        diurnal_range_c=order.given_or("diurnal_range_c", unknown, "one range everywhere"),
        wet_days=order.given_or("wet_days", unknown, "from the month's rain"),
    )
    return WeatherSource(
        climate=monthly,
        daily=forcing.daily,
        places=order.places(),
        easting_m=order.values(forcing.geometry.easting_m),
        northing_m=order.values(forcing.geometry.northing_m),
        parameters=parameters.weather,
        seed=settings.seed,
    )


def _dpm_rpm_ratio(codes: npt.NDArray[np.integer]) -> FloatArray:
    ratio = np.full(len(COVER_CODES), DPM_RPM_HERBACEOUS)
    ratio[COVER_CODES["shrubland"]] = DPM_RPM_SHRUB
    ratio[COVER_CODES["forest"]] = DPM_RPM_FOREST
    return np.asarray(ratio[codes])
