"""What-if: the forcing and the storms of another climate or land use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from .forcing import Forcing
from .vegetation import COVER_CODES
from .weather import WEATHER

STORM_PARAMETERS = ("half_hour_share_lower", "half_hour_share_cold", "half_hour_share_warm")
"""Shares of a day's rain in its heaviest half hour."""
LEAST_INTENSITY, LARGEST_INTENSITY = 0.15, 3.0
"""Factors that keep these shares within their bounds."""


@dataclass(frozen=True)
class Scenario:
    """Changes that are made to a simulation; the defaults change nothing.

    Parameters
    ----------
    precipitation_factor : float
        Multiplies rain and snow of every day or month; the number of wet days stays where it is
        given.
    rain_intensity_factor : float
        Multiplies the likeliest share of a day's rain that falls in its heaviest half hour; the
        rain of the day stays.
    temperature_change_c : float
        Added to air temperature, K.
    land_cover : mapping of str to str
        Which class becomes which.
    """

    precipitation_factor: float = 1.0
    rain_intensity_factor: float = 1.0
    temperature_change_c: float = 0.0
    land_cover: Mapping[str, str] = field(default_factory=dict)

    @property
    def changes_anything(self) -> bool:
        """Whether it differs from what is."""
        return self != Scenario()

    def parameters(
        self, changes: Mapping[str, Mapping[str, float]]
    ) -> dict[str, Mapping[str, float]]:
        """Return changes of `parameters.TABLES` with storms of this intensity.

        Parameters
        ----------
        changes : mapping of process to mapping of name to value
            Those of the baseline.
        """
        if self.rain_intensity_factor == 1.0:
            return dict(changes)
        weather = dict(changes.get("weather", {}))
        usual = {name: each.value for name, each in WEATHER.parameters.items()} | weather
        shares = {name: self.rain_intensity_factor * usual[name] for name in STORM_PARAMETERS}
        return {**changes, "weather": {**weather, **shares}}

    def cover(self, codes: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
        """Return land cover after the change, in the codes of `vegetation.COVER_CODES`."""
        changed = codes.astype(np.int64)
        for before, after in self.land_cover.items():
            changed[codes == COVER_CODES[before]] = COVER_CODES[after]
        return changed

    def climate(self, forcing: Forcing) -> Forcing:
        """Return the forcing with the rain and warmth of the scenario.

        Production, leaves and wet days stay where they are given by maps.
        """
        daily = forcing.daily
        warmer = np.float32(self.temperature_change_c)
        if daily is not None:
            daily = daily._replace(
                precipitation_mm=daily.precipitation_mm * np.float32(self.precipitation_factor),
                mean_c=daily.mean_c + warmer,
                min_c=None if daily.min_c is None else daily.min_c + warmer,
                max_c=None if daily.max_c is None else daily.max_c + warmer,
            )
        return replace(
            forcing,
            precipitation_mm=forcing.precipitation_mm * self.precipitation_factor,
            temperature_c=forcing.temperature_c + self.temperature_change_c,
            daily=daily,
        )
