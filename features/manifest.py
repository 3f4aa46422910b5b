"""The sections of ``data_manifest.yaml`` that say where data come from, as validated models.

Only meaning is checked here (keys, types, combinations); files are opened by `features.check`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Len
from pydantic import Field, model_validator

from .depths import DepthInterval
from .forcing_inputs import Forcing
from .section import Section, Source
from .variables import VariableGroup, VariableKind

Resampling = Literal["auto", "nearest", "bilinear", "average", "mode"]
TerrainAttribute = Literal[
    "slope",
    "northness",
    "eastness",
    "profile_curvature",
    "plan_curvature",
    "topographic_wetness_index",
    "topographic_position",
]


class Region(Section):
    """The grid that everything is brought to.

    Either `template` (a raster file or covariate id whose grid is taken over as it is), or `crs`,
    `resolution_m` and one of `bounds` and `mask`.
    """

    crs: str | None = None
    resolution_m: float | None = Field(None, gt=0)
    bounds: tuple[float, float, float, float] | None = Field(
        None, description="west, south, east, north in `crs`"
    )
    mask: str | None = Field(None, description="raster (non-zero is inside) or polygon file")
    template: str | None = Field(None, description="raster file or covariate id giving the grid")

    @model_validator(mode="after")
    def _grid_is_defined_once(self) -> Region:
        if self.template is None and (self.crs is None or self.resolution_m is None):
            raise ValueError("give either `template`, or `crs` and `resolution_m`")
        if self.template is None and self.bounds is None and self.mask is None:
            raise ValueError("give `bounds` or `mask` to say how far the region reaches")
        if self.template is not None and (self.resolution_m is not None or self.bounds is not None):
            raise ValueError("`template` already fixes resolution and bounds; leave them out")
        return self


class Column(Section):
    """A column of the sites table and its unit."""

    column: str
    unit: str | None = Field(None, description="unit as a string, such as g/kg; text needs none")
    basis: Literal["fine_earth", "whole_soil", "volume", "mass"] | None = Field(
        None, description="bulk density: fine_earth | whole_soil; coarse fragments: volume | mass"
    )


class Target(Section):
    """A ready target column, instead of SOC and bulk density by layer.

    `quantity` is ``soc_density_area`` (a stock per area, brought to kg m-2) or ``other``: mapped as
    it is, under `name`, with no stock made of it. A stock per area is always called ``socd``.
    """

    column: str
    unit: str
    depth_cm: DepthInterval
    quantity: Literal["soc_density_area", "other"] = "soc_density_area"
    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")] = "socd"

    @model_validator(mode="after")
    def _only_stocks_are_called_socd(self) -> Target:
        if (self.quantity == "other") == (self.name == "socd"):
            raise ValueError(
                "`quantity: other` needs a `name` of its own, such as ph; `socd`, of which stocks "
                "are made, is the name of `quantity: soc_density_area` alone"
            )
        return self


class LayerColumn(Section):
    """One depth of one property in a wide table (one row per site, one column per depth)."""

    quantity: Literal[
        "soc", "som", "soc_density", "bulk_density", "coarse_fragments", "total_nitrogen"
    ]
    column: str
    unit: str
    depth_cm: DepthInterval


class SiteColumns(Section):
    """Which column holds what. Absent columns are None."""

    id: Column
    x: Column
    y: Column
    top_cm: Column | None = None
    bottom_cm: Column | None = None
    soc: Column | None = None
    som: Column | None = None
    soc_density: Column | None = Field(None, description="SOC·BD·(1-δ), mass per volume")
    bulk_density: Column | None = None
    coarse_fragments: Column | None = None
    total_nitrogen: Column | None = None
    vegetation: Column | None = None
    soil_type: Column | None = None
    ph: Column | None = None
    clay: Column | None = None


class Sites(Source):
    """The soil profiles.

    `columns` maps soil properties to columns, `covariate_columns` maps covariate ids to columns
    that hold the same quantity measured at the site. With ``covariate_source: site`` models train
    on these, gaps filled from the stack; held-out rows and the map take the stack's values, so a
    site needs the stack's value of every candidate all the same.
    """

    crs: str
    columns: SiteColumns
    targets: tuple[Target, ...] = ()
    layer_columns: tuple[LayerColumn, ...] = Field(
        (), description="wide table: columns that each hold one property at one depth"
    )
    layers: Literal["sequential", "nested"] = "sequential"
    depth_function: Literal["thickness", "spline"] = "thickness"
    min_coverage: float = Field(0.8, gt=0, le=1)
    covariate_source: Literal["stack", "site"] = "stack"
    covariate_columns: dict[str, Column] = Field(default_factory=dict)
    where: dict[str, tuple[str | float, ...]] = Field(
        default_factory=dict, description="keep only rows whose column holds one of these values"
    )
    bedrock_cm: Column | None = Field(None, description="depth to bedrock: true zero SOC below it")

    @model_validator(mode="after")
    def _target_can_be_computed(self) -> Sites:
        columns = self.columns
        if self.covariate_source == "site" and not self.covariate_columns:
            raise ValueError(
                "`covariate_source: site` needs `covariate_columns`: which column of the table "
                "holds which covariate"
            )
        if self.targets:
            return self
        if self.layer_columns:
            carbon = {"soc", "som", "soc_density"}
            if not carbon & {each.quantity for each in self.layer_columns}:
                raise ValueError("`layer_columns` need soc, som or soc_density")
            units = {(each.quantity, each.unit) for each in self.layer_columns}
            if len(units) > len({quantity for quantity, _ in units}):
                raise ValueError("`layer_columns` of one quantity need one unit")
            if columns.top_cm or columns.bottom_cm:
                raise ValueError("`layer_columns` bring their own depths; leave out top and bottom")
            return self
        if columns.top_cm is None or columns.bottom_cm is None:
            raise ValueError("layers need `columns.top_cm` and `columns.bottom_cm`")
        if columns.soc is None and columns.som is None and columns.soc_density is None:
            raise ValueError(
                "give `columns.soc`, `columns.som`, `columns.soc_density` or `targets`"
            )
        return self


class Covariate(Source):
    """One candidate covariate: a raster, several rasters combined, or terrain from elevation."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    quantity: str
    unit: str
    files: tuple[str, ...] = Field((), description="several rasters (glob patterns allowed)")
    combine: Literal["mean", "annual_sum"] | None = Field(
        None, description="how `files` or several bands become one: mean, or 12 x monthly mean"
    )
    derived_from: str | None = Field(None, description="id of the elevation covariate")
    attribute: TerrainAttribute | None = Field(None, description="terrain attribute to derive")
    band: int | Literal["all"] = 1
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None
    valid_range: tuple[float, float] | None = Field(
        None, description="physical range in `unit`, after scale and offset"
    )
    kind: VariableKind = "continuous"
    group: VariableGroup | None = Field(None, description="driver group; None: from `quantity`")
    role: Literal["candidate", "auxiliary"] = Field(
        "candidate", description="auxiliary layers are aligned, but never train a model"
    )
    classes: dict[int, str] = Field(
        default_factory=dict, description="code: name; codes that share a name become one class"
    )
    resampling: Resampling = "auto"

    @model_validator(mode="after")
    def _has_one_origin(self) -> Covariate:
        origins = [bool(self.file), bool(self.files), bool(self.url and not self.file)]
        derived = self.derived_from is not None
        if sum(origins) + derived != 1:
            raise ValueError("give exactly one of `file`, `files`, `url` and `derived_from`")
        if derived != (self.attribute is not None):
            raise ValueError("`derived_from` and `attribute` go together")
        if self.files and self.combine is None:
            raise ValueError("`files` need `combine`: mean or annual_sum")
        if self.kind == "categorical" and self.resampling in ("bilinear", "average"):
            raise ValueError(f"classes cannot be resampled by {self.resampling}: use mode")
        return self


class VirtualLandscape(Section):
    """Settings of the built-in virtual landscape (synthetic data, always called virtual)."""

    resolution_m: float = Field(1000.0, ge=500, le=50_000)
    seed: int = Field(1, ge=0)
    n_sites: int = Field(147, ge=30)
    redistribution_share: float = Field(
        0.1, ge=0, le=0.5, description="share of the truth's variance from hillslope redistribution"
    )
    sampler: Literal["study", "simple_random"] = "study"


class SourcesManifest(Section):
    """Everything but ``model:``; `pipeline.config.Manifest` adds that section."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    description: str = ""
    citation: str = ""
    data_root: str | None = Field(
        None,
        description="directory that relative paths start from, itself relative to the manifest; "
        "the environment variable SOLUM_DATA_ROOT replaces it. None: the manifest's directory",
    )
    region: Region | None = None
    sites: Sites | None = None
    covariates: Annotated[tuple[Covariate, ...], Len(max_length=500)] = ()
    forcing: dict[str, Forcing] = Field(default_factory=dict)
    virtual: VirtualLandscape | None = None

    @model_validator(mode="after")
    def _is_complete(self) -> SourcesManifest:
        if self.virtual is not None:
            if self.region or self.sites or self.covariates:
                raise ValueError("`virtual` makes its own region, sites and covariates")
            return self
        missing = [
            key
            for key, value in (
                ("region", self.region),
                # the simulator runs without them
                ("sites", self.sites or (self.forcing and not self.covariates)),
                ("covariates", self.covariates or (self.forcing and not self.sites)),
            )
            if not value
        ]
        if missing:
            raise ValueError(f"missing section(s): {', '.join(missing)}")
        ids = [covariate.id for covariate in self.covariates]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"covariate ids must be unique; repeated: {', '.join(repeated)}")
        return self
