"""Every raster of the virtual landscape: its values, unit and what the manifest says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ..manifest import Covariate, Forcing, Region, SiteColumns, Sites, SourcesManifest
from ..manifest import VirtualLandscape as Settings
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
    bands : array, shape (rows, columns) or (12, rows, columns)
        Values on the run's grid.
    options : dict
        Further entries of the manifest's covariate.
    """

    id: str
    title: str
    unit: str
    quantity: str
    bands: npt.NDArray[np.generic]
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
    classes = {"kind": "categorical", "classes": VEGETATION_CLASSES}
    fine_earth = soil.clay + soil.silt
    listed: list[tuple[str, str, str, str, npt.NDArray[np.generic], dict[str, Any]]] = [
        ("mat", "mean annual temperature", "degC", "temperature", climate.mat, {}),
        ("map", "mean annual precipitation", "mm/yr", "precipitation", climate.map, {}),
        ("aridity_index", "aridity index, low is dry", "1", "", climate.aridity_index, {}),
        ("ndvi", "growing-season NDVI", "1", "", cover.ndvi, {}),
        ("evi", "growing-season EVI", "1", "", cover.evi, {}),
        ("npp", "net primary production", "kg C/m2/yr", "", cover.npp, {}),
        ("vegetation", "vegetation type", "class", "", cover.vegetation, classes),
        ("clay_silt", "clay and silt", "%", "", fine_earth, {}),
        ("total_nitrogen", "soil total nitrogen", "g/kg", "", soil.total_nitrogen, {}),
        ("ph", "soil pH", "pH", "", soil.ph, {}),
        ("noise", "pure noise, related to nothing", "1", "", soil.noise, {}),
    ]
    rasters = [
        VirtualRaster(id_, title, unit, quantity or id_, _float32(lattice.sample(field)), options)
        for id_, title, unit, quantity, field, options in listed
    ]
    auxiliary = {"role": "auxiliary"}
    height = _float32(elevation_on(world, lattice))
    return [*rasters, VirtualRaster("elevation", "elevation", "m", "elevation", height, auxiliary)]


def forcing_rasters(world: World, lattice: WorldLattice) -> list[VirtualRaster]:
    """Return what drives a process model beyond the covariates; months are bands 1 to 12."""
    moisture, mat, rain, ndvi = (
        _float32(lattice.sample(f))
        for f in (world.climate.moisture, world.climate.mat, world.climate.map, world.cover.ndvi)
    )
    rasters = [
        VirtualRaster(
            "precipitation_monthly", "monthly precipitation", "mm/month", "precipitation_month",
            monthly_precipitation(rain, moisture),
        ),
        VirtualRaster(
            "temperature_monthly", "monthly mean temperature", "degC", "temperature",
            monthly_temperature(mat, moisture),
        ),
        VirtualRaster("ndvi_monthly", "monthly NDVI", "1", "ndvi", monthly_ndvi(ndvi)),
        VirtualRaster(
            "land_cover", "land cover: " + _class_list(LAND_COVER_CLASSES), "class", "land_cover",
            _float32(lattice.sample(world.cover.land_cover)),
        ),
    ]  # fmt: skip
    for part in ("sand", "silt", "clay"):
        values = _float32(lattice.sample(getattr(world.soil, part)))
        rasters.append(VirtualRaster(part, f"{part} of the fine earth", "%", part, values))
    return rasters


def elevation_on(world: World, lattice: WorldLattice) -> npt.NDArray[np.float64]:
    """Return elevation in m on a grid, drained again where the grid is not the world's."""
    elevation = lattice.sample(world.relief.elevation).astype(np.float64)
    return elevation if lattice == WorldLattice() else drain(elevation)[0]


def landscape_manifest(
    settings: Settings, covariates: list[VirtualRaster], forcing: list[VirtualRaster]
) -> SourcesManifest:
    """Return the ordinary manifest of the files of a virtual landscape."""
    source = {"product": "Solum virtual landscape (synthetic)", "licence": "MIT"}
    return SourcesManifest(
        name="virtual",
        description=f"Virtual (synthetic) landscape like the permafrost region of Northeast China, "
        f"seed {settings.seed}: nothing in it was measured",
        region=Region(template="elevation", mask="rasters/region.tif"),
        sites=_sites(source),
        covariates=tuple(
            Covariate(id=r.id, quantity=r.quantity, unit=r.unit, file=r.file, **r.options, **source)
            for r in covariates
        ),
        forcing={
            "elevation": Forcing(covariate="elevation"),
            "npp": Forcing(covariate="npp"),
            **{
                r.id: Forcing(
                    file=r.file, unit=r.unit, band="all" if r.bands.ndim == 3 else 1, **source
                )
                for r in forcing
            },
        },
    )


def _sites(source: dict[str, str]) -> Sites:
    columns = {
        "id": {"column": "id"},
        "x": {"column": "longitude", "unit": "degree"},
        "y": {"column": "latitude", "unit": "degree"},
        "top_cm": {"column": "top_cm", "unit": "cm"},
        "bottom_cm": {"column": "bottom_cm", "unit": "cm"},
        "soc": {"column": "soc_g_kg", "unit": "g/kg"},
        "som": {"column": "som_g_kg", "unit": "g/kg"},
        "bulk_density": {
            "column": "bulk_density_g_cm3", "unit": "g/cm3", "basis": "fine_earth",
        },
        "coarse_fragments": {
            "column": "coarse_fragments_percent", "unit": "vol%", "basis": "volume",
        },
        "total_nitrogen": {"column": "total_nitrogen_g_kg", "unit": "g/kg"},
        "vegetation": {"column": "vegetation"},
        "soil_type": {"column": "soil_type"},
    }  # fmt: skip
    nitrogen = {"total_nitrogen": {"column": "total_nitrogen_g_kg", "unit": "g/kg"}}
    return Sites(
        file="sites.csv",
        crs="EPSG:4326",
        columns=SiteColumns.model_validate(columns),
        covariate_columns=nitrogen,
        **source,
    )


def _class_list(classes: dict[int, str]) -> str:
    return ", ".join(f"{code} {name}" for code, name in classes.items())


def _float32(values: npt.NDArray[np.generic]) -> Bands:
    return values.astype(np.float32)
