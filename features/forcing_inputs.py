"""What the simulator can be driven by: the keys of the manifest's ``forcing:`` and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from .section import Source

Timing = Literal["single", "monthly", "daily"]


class Forcing(Source):
    """One input of the simulator: files, a covariate by its id, or one value everywhere."""

    covariate: str | None = Field(None, description="id of a covariate that holds the same")
    files: tuple[str, ...] = Field((), description="several rasters (glob patterns allowed)")
    variable: str | None = Field(None, description="variable of a NetCDF file that holds several")
    unit: str | None = None
    band: int | Literal["all"] | None = Field(
        None, description="None: all bands of a monthly or daily input, else the first"
    )
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None
    classes: dict[int, str] = Field(
        default_factory=dict, description="land cover: which code is which class"
    )
    value: float | None = Field(
        None, description="one value everywhere, in `unit`, where no map exists"
    )
    quantity: Literal["land_surface_temperature"] | None = Field(
        None,
        description="of a temperature that satellites saw: it is brought to air temperature",
    )

    @model_validator(mode="after")
    def _has_one_origin(self) -> Forcing:
        origins = [self.covariate, self.file, self.files, None if self.file else self.url]
        if sum(map(bool, origins)) + (self.value is not None) != 1:
            raise ValueError("give exactly one of `covariate`, `file`, `files`, `url` and `value`")
        if self.value is not None and self.model_fields_set & (OF_A_FILE - {"unit"}):
            raise ValueError("a `value` needs `unit` alone")
        if self.covariate and self.model_fields_set & OF_A_FILE:
            raise ValueError(
                "the covariate says its unit, band, scale, offset and nodata itself: leave them out"
            )
        return self


OF_A_FILE = {"unit", "band", "scale", "offset", "nodata", "variable"}


@dataclass(frozen=True)
class ForcingInput:
    """One input of the simulator.

    Parameters
    ----------
    quantity : str
        As `quantities` knows it.
    unit : str
        That the simulator takes.
    meaning : str
        What it is.
    timings : tuple of str
        ``single`` for one layer, ``monthly`` for twelve, ``daily`` for every day.
    lowest, highest : float
        In `unit`; beyond them lies no value of nature, but a wrong unit or nodata.
    mend : str
        What is likely wrong beyond them.
    factor : float
        From the quantity's canonical unit to `unit`.
    """

    quantity: str
    unit: str
    meaning: str
    timings: tuple[Timing, ...] = ("single",)
    lowest: float = 0.0
    highest: float = float("inf")
    mend: str = ""
    factor: float = 1.0

    @property
    def is_categorical(self) -> bool:
        """Whether values are class codes."""
        return self.unit == "class"


_NO_RAIN = "rain cannot be negative: declare `nodata`, or mend the file"
_TEXTURE = "texture is in mass percent: check `unit`, `scale` and `nodata`"
_SERIES: tuple[Timing, ...] = ("monthly", "daily")
_SEASON: tuple[Timing, ...] = ("single", "monthly")

FORCING_INPUTS: dict[str, ForcingInput] = {
    "elevation": ForcingInput(
        "elevation", "m", "elevation above sea level", ("single",), -500.0, 9000.0,
        "check `unit` and `nodata` of the elevation",
    ),
    "precipitation": ForcingInput(
        "precipitation_month", "mm/month", "rain and snow", _SERIES, 0.0, 3000.0, _NO_RAIN,
    ),
    "temperature": ForcingInput(
        "temperature", "degC", "mean air temperature", _SERIES, -70.0, 60.0,
        "is the unit K, or `scale: 0.1` missing?",
    ),
    "land_cover": ForcingInput("land_cover", "class", "land cover", highest=255.0),
    "sand": ForcingInput(
        "sand", "%", "sand in the fine earth", ("single",), 0.0, 100.0, _TEXTURE
    ),
    "silt": ForcingInput(
        "silt", "%", "silt in the fine earth", ("single",), 0.0, 100.0, _TEXTURE
    ),
    "clay": ForcingInput(
        "clay", "%", "clay in the fine earth", ("single",), 0.0, 100.0, _TEXTURE
    ),
    "diurnal_range": ForcingInput(
        "temperature_range", "K", "mean daily maximum less minimum of temperature", _SEASON,
        0.0, 50.0, "is `scale: 0.1` missing?",
    ),
    "wet_days": ForcingInput(
        "wet_days", "d/month", "days with rain a month", _SEASON, 0.0, 31.0,
        "is `scale` missing, or is it a share of days (unit 1)?",
    ),
    "ndvi": ForcingInput(
        "ndvi", "1", "vegetation index", _SEASON, -1.0, 1.0, "is `scale: 0.0001` missing?"
    ),
    "lai": ForcingInput(
        "lai", "1", "leaf area index", _SEASON, 0.0, 15.0, "is `scale: 0.1` missing?"
    ),
    "npp": ForcingInput(
        "npp", "g C/m2/yr", "net primary production", ("single",), -3000.0, 4000.0,
        "in kg or g, a year or a day? fill codes are to be declared as `nodata`",
    ),
    "organic_matter": ForcingInput(
        "som", "%", "organic matter of the topsoil", ("single",), 0.0, 100.0,
        "organic matter is 1.724 times organic carbon; check `unit`", 0.1,
    ),
    "bulk_density": ForcingInput(
        "bulk_density", "kg/m3", "dry bulk density of the topsoil", ("single",), 30.0, 2650.0,
        "check `unit` and `scale`: 1.3 g/cm3 are 1300 kg/m3", 1000.0,
    ),
    "slope": ForcingInput(
        "hillslope_slope", "m/m", "mean slope of hillslopes of some 30-90 m", ("single",), 0.0, 2.0,
        "is it in percent? write `unit: percent`",
    ),
    "lakes": ForcingInput("class", "class", "lakes without outflow, not 0", highest=255.0),
}  # fmt: skip
"""In the order of their importance."""

REQUIRED = ("elevation", "precipitation", "temperature", "land_cover")
TEXTURE = ("sand", "silt", "clay")
"""Any two of them are needed; the third makes 100 %."""
