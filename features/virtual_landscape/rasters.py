"""Every raster of the virtual landscape: its values, unit and what the manifest says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from .climate import monthly_precipitation, monthly_temperature
from .plant_cover import LAND_COVER_CLASSES, VEGETATION_CLASSES, monthly_ndvi
from .relief import drain
from .world import World
from .world_lattice import WorldLattice

Bands = npt.NDArray[np.float32]


@dataclass(frozen=True)
class VirtualRaster:
    """One raster file.

    Parameters
    ----------
    id : str
        File stem, and the covariate's id.
    title : str
        What it shows.
    unit : str
        Unit of the values.
    quantity : str
        As the manifest declares it.
    values : callable
        Returns the values on the run's grid, shape (rows, columns) or (12, rows, columns); called
        once, when the file is written, so that twelve bands are never held longer.
    monthly : bool
        Whether there are 12 bands, January first.
    options : dict
        Further entries of the manifest's covariate or forcing.
    """

    id: str
    title: str
    unit: str
    quantity: str
    values: Callable[[], Bands]
    monthly: bool = False
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Path relative to the landscape's directory."""
        return f"rasters/{self.id}.tif"

    @property
    def description(self) -> str:
        """Title with the warning that nothing was measured."""
        return f"virtual (synthetic) {self.title}"


def covariate_rasters(world: World, lattice: WorldLattice) -> list[VirtualRaster]:
    """Return the study's ten covariates, one of noise, and elevation, which trains no model."""
    climate, cover, soil = world.climate, world.cover, world.soil

    def raster(
        id_: str, title: str, unit: str, field: npt.NDArray[Any], quantity: str | None = None
    ) -> VirtualRaster:
        return VirtualRaster(id_, title, unit, quantity or id_, partial(lattice.sample, field))

    vegetation = VirtualRaster(
        "vegetation", f"vegetation: {_listed(VEGETATION_CLASSES)}", "class", "vegetation",
        partial(lattice.sample, cover.vegetation),
        options={"kind": "categorical", "classes": VEGETATION_CLASSES},
    )  # fmt: skip
    elevation = VirtualRaster(
        "elevation", "elevation", "m", "elevation", partial(elevation_on, world, lattice),
        options={"role": "auxiliary"},
    )  # fmt: skip
    return [
        raster("mat", "mean annual temperature", "degC", climate.mat, "temperature"),
        raster("map", "mean annual precipitation", "mm/yr", climate.map, "precipitation"),
        raster("aridity_index", "aridity index, low is dry", "1", climate.aridity_index),
        raster("ndvi", "growing-season NDVI", "1", cover.ndvi),
        raster("evi", "growing-season EVI", "1", cover.evi),
        raster("npp", "net primary production", "kg C/m2/yr", cover.npp),
        vegetation,
        raster("clay_silt", "clay and silt", "%", soil.clay + soil.silt),
        raster("total_nitrogen", "soil total nitrogen", "g/kg", soil.total_nitrogen),
        raster("ph", "soil pH", "pH", soil.ph),
        raster("noise", "pure noise, related to nothing", "1", soil.noise),
        elevation,
    ]


def forcing_rasters(world: World, lattice: WorldLattice) -> dict[str, VirtualRaster]:
    """Return what drives a process model beyond the covariates, by its key in ``forcing:``."""
    climate, cover = world.climate, world.cover
    see = lattice.sample
    return {
        "precipitation": VirtualRaster(
            "precipitation_monthly", "monthly precipitation", "mm/month", "precipitation_month",
            lambda: monthly_precipitation(see(climate.map), see(climate.moisture)), monthly=True,
        ),
        "temperature": VirtualRaster(
            "temperature_monthly", "monthly mean temperature", "degC", "temperature",
            lambda: monthly_temperature(see(climate.mat), see(climate.moisture)), monthly=True,
        ),
        "ndvi": VirtualRaster(
            "ndvi_monthly", "monthly NDVI", "1", "ndvi",
            lambda: monthly_ndvi(see(cover.ndvi)), monthly=True,
        ),
        "land_cover": VirtualRaster(
            "land_cover", f"land cover: {_listed(LAND_COVER_CLASSES)}", "class", "land_cover",
            partial(see, cover.land_cover), options={"classes": LAND_COVER_CLASSES},
        ),
        **{
            part: VirtualRaster(part, f"{part} of the fine earth", "%", part, partial(see, values))
            for part, values in (
                ("sand", world.soil.sand), ("silt", world.soil.silt), ("clay", world.soil.clay),
            )
        },
    }  # fmt: skip


def elevation_on(world: World, lattice: WorldLattice) -> Bands:
    """Return elevation in m on a grid, drained again where the grid is not the world's."""
    elevation = lattice.sample(world.relief.elevation)
    if lattice == WorldLattice():
        return elevation
    return drain(elevation.astype(np.float64))[0].astype(np.float32)


def _listed(classes: dict[int, str]) -> str:
    return ", ".join(f"{code} {name}" for code, name in classes.items())
