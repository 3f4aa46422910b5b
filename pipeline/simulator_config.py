"""The ``simulator:`` section of the manifest, with defaults good enough to leave it out."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Annotated, Literal

from pydantic import Field, model_validator

from features.section import Section
from models.erosion_carbon.scenario import LARGEST_INTENSITY, LEAST_INTENSITY, Scenario
from models.erosion_carbon.settings import (
    BurialLaw,
    CapacityLaw,
    CarbonModel,
    EnrichmentLaw,
    ErosionLaw,
    EvaporationLaw,
    InfiltrationLaw,
    ProfileScheme,
    Settings,
)

CoverName = Literal[
    "cropland", "grassland", "shrubland", "forest", "wetland", "bare", "water", "urban"
]


MOST_CELLS = 30_000
"""Stage four of a larger region simulates wider cells, lest it outlast all other stages together;
`coarsening: 1` does not."""
STAGE_FOUR_YEARS = 3
"""Few storms move most of a year's soil: between two years of weather the ranks of cells in net
lateral carbon correlate by 0.75, between means of four years by 0.90 (1,069 cells of the virtual
landscape, other seeds of the weather)."""


def least_coarsening(n_cells: int) -> int:
    """Return how many times as wide cells are that leave no more than `MOST_CELLS` of them."""
    return max(1, math.ceil(math.sqrt(n_cells / MOST_CELLS)))


class SimulatedYears(Section):
    """Which years are simulated; monthly forcing serves any of them."""

    first: int = Field(2001, ge=1, le=9998)
    count: Literal["auto"] | Annotated[int, Field(ge=1, le=9998)] = Field(
        "auto", description=f"auto: 1, and in stage four {STAGE_FOUR_YEARS}"
    )

    @property
    def calendar(self) -> range:
        """The years; one where stage four has not said otherwise."""
        return range(self.first, self.first + (1 if self.count == "auto" else self.count))


class Gauge(Section):
    """A place where water, sediment and carbon are watched day by day."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    x: float = Field(description="in the region's CRS")
    y: float = Field(description="in the region's CRS")
    area_km2: float | None = Field(
        None, gt=0, description="known area of its basin; picks the channel within two cells"
    )


class ScenarioSettings(Section):
    """Another climate or land use, simulated beside the one that is."""

    precipitation_factor: float = Field(1.0, gt=0, le=5)
    rain_intensity_factor: float = Field(
        1.0,
        ge=LEAST_INTENSITY,
        le=LARGEST_INTENSITY,
        description="times the share of a day's rain in its heaviest half hour",
    )
    temperature_change_c: float = Field(0.0, ge=-20, le=20)
    land_cover: dict[CoverName, CoverName] = Field(
        default_factory=dict, description="which class becomes which"
    )

    @model_validator(mode="after")
    def _changes_something(self) -> ScenarioSettings:
        if not self.values().changes_anything:
            raise ValueError("a scenario needs a change: a factor, a temperature or `land_cover`")
        return self

    def values(self) -> Scenario:
        """Return what the simulator itself takes."""
        return Scenario(**self.model_dump())


class ComparisonSettings(Section):
    """How stage 4 asks whether physics helps."""

    members: int = Field(
        50, ge=2, description="runs of the ensemble over calibration knobs and decay"
    )
    columns: int = Field(
        150, ge=1, description="cells chosen evenly over the grid that each member runs, about"
    )
    fold_seeds: int = Field(5, ge=1, description="times that the sites are dealt into folds")


class SimulatorSettings(Section):
    """Everything about the simulator that a user may choose; `Settings` says what it means."""

    years: SimulatedYears = SimulatedYears()
    gauges: Literal["auto", "none"] | tuple[Gauge, ...] = Field(
        "auto", description="auto: a forested, a grassy and a ploughed sub-basin; none; or a list"
    )
    gauge_area_km2: tuple[float, float] = Field(
        (300.0, 35_000.0), description="least and largest area of a sub-basin that `auto` chooses"
    )
    coarsening: Literal["auto"] | Annotated[int, Field(ge=1, le=100)] = Field(
        "auto",
        description="simulated cells are this many times as wide as the run's; auto: 1, and in "
        f"stage four as many as leave no more than {MOST_CELLS} cells to simulate",
    )
    erosion: ErosionLaw = Settings.erosion
    infiltration: InfiltrationLaw = Settings.infiltration
    capacity: CapacityLaw = Settings.capacity
    carbon: CarbonModel = Settings.carbon
    profile: ProfileScheme = Settings.profile
    enrichment: EnrichmentLaw = Settings.enrichment
    burial: BurialLaw = Settings.burial
    evaporation: EvaporationLaw = Settings.evaporation
    deposits_in_channels: bool = Settings.deposits_in_channels
    hillslope_nodes: int = Field(Settings.hillslope_nodes, ge=2, le=100)
    seed: int = Field(Settings.seed, ge=0)
    spin_up_years: int = Field(Settings.spin_up_years, ge=1, le=1000)
    comparison: ComparisonSettings = ComparisonSettings()
    parameters: dict[str, dict[str, float]] = Field(
        default_factory=dict, description="process: {name: value}; `parameters.csv` lists them all"
    )
    scenario: ScenarioSettings | None = Field(
        None, description="simulate this too, and map what differs"
    )

    @model_validator(mode="after")
    def _gauges_can_be_told_apart(self) -> SimulatorSettings:
        if self.gauge_area_km2[0] >= self.gauge_area_km2[1]:
            raise ValueError("`gauge_area_km2` is [least, largest]")
        if not isinstance(self.gauges, str):
            ids = [gauge.id for gauge in self.gauges]
            if repeated := sorted({name for name in ids if ids.count(name) > 1}):
                raise ValueError(f"gauge ids must be unique; repeated: {', '.join(repeated)}")
        return self

    def laws(self) -> Settings:
        """Return what the simulator itself takes."""
        return Settings(**{each.name: getattr(self, each.name) for each in fields(Settings)})
