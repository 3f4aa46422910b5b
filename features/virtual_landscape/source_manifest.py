"""The ordinary manifest of a virtual landscape's files."""

from __future__ import annotations

from ..forcing_inputs import Forcing
from ..manifest import Covariate, Region, SiteColumns, Sites, SourcesManifest
from ..manifest import VirtualLandscape as Settings
from .rasters import VirtualRaster


def landscape_manifest(
    settings: Settings, covariates: list[VirtualRaster], forcing: dict[str, VirtualRaster]
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
                key: Forcing(file=r.file, unit=r.unit, **r.options, **source)
                for key, r in forcing.items()
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
