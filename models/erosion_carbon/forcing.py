"""What drives the simulator: grids of relief, soil, cover and climate, checked before any work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .weather import DailySeries

FloatGrid = npt.NDArray[np.floating]
MONTHS = 12
STEEPEST = 2.0
"""Slope in m per m (63 degrees) above which a soil-covered hillslope is a mistaken unit."""
COLDEST_C, WARMEST_C = -70.0, 60.0
WETTEST_MM_MONTH = 3000.0
LARGEST_NPP_G_M2 = 4000.0


@dataclass(frozen=True)
class CellGeometry:
    """Size and place of the cells.

    Parameters
    ----------
    area_m2 : array, shape (rows, cols)
        True area; on a latitude-longitude grid it shrinks towards the poles.
    width_m : array, shape (rows,)
        East-west side of the cells of each row.
    height_m : float
        North-south side.
    latitude_deg : array, shape (rows, cols)
        Of the cell centres.
    easting_m, northing_m : array, shape (rows, cols)
        Metric coordinates of the cell centres; only distances matter.
    """

    area_m2: npt.NDArray[np.float64]
    width_m: npt.NDArray[np.float64]
    height_m: float
    latitude_deg: npt.NDArray[np.float64]
    easting_m: npt.NDArray[np.float64]
    northing_m: npt.NDArray[np.float64]


@dataclass(frozen=True)
class Forcing:
    """Grids of shape (rows, cols), monthly ones (12, rows, cols), January first.

    Values outside the region are ignored. What is None falls back to what `Landscape.fallbacks`
    tells.

    Parameters
    ----------
    region : array of bool
        Cells to simulate.
    geometry : CellGeometry
        Size and place of the cells.
    elevation_m : array
        Above sea level.
    cover : array of int
        Codes of `vegetation.COVERS`.
    sand_percent, clay_percent : array
        Mass percent of the fine earth.
    precipitation_mm, temperature_c : array, monthly
        Monthly sums and means; they give the season even where `daily` gives the weather.
    daily : DailySeries, optional
        Daily weather, instead of weather generated from the monthly means; arrays (days, cells of
        the region row by row).
    wet_days, diurnal_range_c : array, monthly, optional
        Days with rain a month; mean daily maximum less minimum of air temperature, K.
    lai : array, monthly, optional
        Leaf area index, m2 m-2.
    npp_g_m2 : array, optional
        Net primary production, g C m-2 yr-1.
    organic_matter_percent, bulk_density_kg_m3 : array, optional
        Of the topsoil.
    hillslope_slope : array, optional
        Mean slope of hillslopes of some 30-90 m, m per m; not the slope between cell centres.
    lakes : array of bool, optional
        Open water without outflow, and lakes that trap sediment.
    """

    region: npt.NDArray[np.bool_]
    geometry: CellGeometry
    elevation_m: FloatGrid
    cover: npt.NDArray[np.integer]
    sand_percent: FloatGrid
    clay_percent: FloatGrid
    precipitation_mm: FloatGrid
    temperature_c: FloatGrid
    daily: DailySeries | None = None
    wet_days: FloatGrid | None = None
    diurnal_range_c: FloatGrid | None = None
    lai: FloatGrid | None = None
    npp_g_m2: FloatGrid | None = None
    organic_matter_percent: FloatGrid | None = None
    bulk_density_kg_m3: FloatGrid | None = None
    hillslope_slope: FloatGrid | None = None
    lakes: npt.NDArray[np.bool_] | None = None

    def check(self) -> None:
        """Raise an InputError that names every impossible input.

        Raises
        ------
        InputError
            For shapes that differ, gaps inside the region and values beyond what can be.
        """
        problems = list(self._shape_problems())
        if not problems:
            problems = [*self._gaps(), *self._impossible_values()]
        if problems:
            raise InputError(problems)

    def _grids(self) -> Iterator[tuple[str, npt.NDArray[np.generic]]]:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, np.ndarray):
                yield each.name, value

    def _shape_problems(self) -> Iterator[Problem]:
        if not self.region.any():
            yield Problem("forcing region", "holds no cell", "check mask and elevation")
        for name, values in self._grids():
            expected = self.region.shape
            if name in MONTHLY:
                expected = (MONTHS, *expected)
            if values.shape != expected:
                yield Problem(
                    f"forcing {name}",
                    f"has shape {values.shape} where the region needs {expected}",
                    "give all grids on one grid; monthly ones with 12 bands, January first",
                )
        yield from self._geometry_problems()
        if self.daily is not None:
            n_places, n_cells = self.daily.precipitation_mm.shape[-1], self.region.sum()
            if n_places != n_cells:
                yield Problem(
                    "forcing daily",
                    f"has {n_places} places where the region has {n_cells} cells",
                    "give the daily weather of the region's cells, row by row",
                )

    def _geometry_problems(self) -> Iterator[Problem]:
        others = {"width_m": self.region.shape[:1], "height_m": ()}
        for each in fields(self.geometry):
            shape = np.shape(getattr(self.geometry, each.name))
            expected = others.get(each.name, self.region.shape)
            if shape != expected:
                yield Problem(
                    f"forcing geometry {each.name}",
                    f"has shape {shape} where the region needs {expected}",
                    "give size and place of every cell; widths by row, one height",
                )

    def _gaps(self) -> Iterator[Problem]:
        for name, values in self._grids():
            if not np.issubdtype(values.dtype, np.floating):
                continue
            missing = _any_month(np.isnan(values[..., self.region]))
            if missing.any():
                yield Problem(
                    f"forcing {name}",
                    f"{np.count_nonzero(missing)} cells of the region have no value, first "
                    f"{self._first(missing)}",
                    "fill the gaps, or leave these cells out of the region's mask",
                )

    def _impossible_values(self) -> Iterator[Problem]:
        for name, lowest, highest, unit, mend in LIMITS:
            values = getattr(self, name)
            if values is None:
                continue
            inside = values[..., self.region]
            beyond = (inside < lowest) | (inside > highest)
            bad = _any_month(beyond)
            if bad.any():
                worst = inside[beyond][np.argmax(np.abs(inside[beyond]))]
                yield Problem(
                    f"forcing {name}",
                    f"{worst:g} {unit} is outside {lowest:g} to {highest:g} in "
                    f"{np.count_nonzero(bad)} cells, first {self._first(bad)}",
                    mend,
                )
        fine = (self.sand_percent + self.clay_percent)[self.region]
        if (fine > 100.5).any():
            yield Problem(
                "forcing sand_percent + clay_percent",
                f"is {fine.max():.1f} % in {np.count_nonzero(fine > 100.5)} cells, first "
                f"{self._first(fine > 100.5)}",
                "sand, silt and clay must add up to 100 %",
            )

    def _first(self, bad: npt.NDArray[np.bool_]) -> str:
        rows, cols = np.nonzero(self.region)
        first = int(np.argmax(bad))
        return f"row {rows[first]}, column {cols[first]}"


def _any_month(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which cells are marked in any month, shape (n_cells,)."""
    return marked if marked.ndim == 1 else np.asarray(marked.any(axis=0))


MONTHLY = ("precipitation_mm", "temperature_c", "wet_days", "diurnal_range_c", "lai")
LIMITS = (
    ("precipitation_mm", 0.0, WETTEST_MM_MONTH, "mm a month", "rain cannot be negative: nodata?"),
    ("temperature_c", COLDEST_C, WARMEST_C, "degC", "kelvin, or tenths of a degree?"),
    ("wet_days", 0.0, 31.0, "days a month", "wet days a month lie between 0 and 31"),
    ("diurnal_range_c", 0.0, 50.0, "K", "the daily range is maximum less minimum"),
    ("lai", 0.0, 15.0, "m2/m2", "check scale and nodata of the leaf area index"),
    ("npp_g_m2", 0.0, LARGEST_NPP_G_M2, "g C/m2/yr", "NPP in kg or g, a year or a day?"),
    ("sand_percent", 0.0, 100.0, "%", "texture is in mass percent"),
    ("clay_percent", 0.0, 100.0, "%", "texture is in mass percent"),
    ("organic_matter_percent", 0.0, 100.0, "%", "organic matter is in mass percent"),
    ("bulk_density_kg_m3", 20.0, 2400.0, "kg/m3", "check the unit: g/cm3 times 1000"),
    ("hillslope_slope", 0.0, STEEPEST, "m/m", "percent or degrees given as m/m?"),
    ("elevation_m", -500.0, 9000.0, "m", "check unit and nodata of the elevation"),
)  # fmt: skip
"""Grid, lowest and highest possible value, unit, and what is likely wrong beyond them."""
