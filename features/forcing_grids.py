"""Inputs of the simulator on the run's grid, in the units it takes, impossible values refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import numpy.typing as npt

from .align import align_band, overlapping_view
from .cleaning import Cleaning, canonical_range, cleaning_of
from .errors import InputError, Problem
from .forcing_inputs import ForcingInput
from .forcing_layers import MONTHS, ForcingLayers, ForcingSource, open_variable
from .grid import Grid
from .issues import IssueLog
from .source_raster import Clean, Values
from .unit_spelling import parse_unit
from .units import conversion

BoolArray = npt.NDArray[np.bool_]
FloatGrid = npt.NDArray[np.floating]
DAYS_OF_MONTH = (31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0)
RIGHT_ANGLE_DEGREES = 90.0
DAILY_QUANTITY = {"precipitation": "precipitation_day"}
WETTEST_DAY_MM = 2000.0


@dataclass(frozen=True)
class AlignedLayer:
    """One layer on the grid.

    Parameters
    ----------
    values : array of float32, shape (height, width)
        In the unit of the simulator's input; NaN where missing.
    where : str
        File and band it came from.
    """

    values: Values
    where: str


def single_grid(
    given: ForcingSource, layers: ForcingLayers, grid: Grid, region: BoolArray, log: IssueLog
) -> FloatGrid:
    """Return one grid, (height, width): the mean of the layers that hold a cell, or its class.

    Several layers are tiles of one map, or years.

    Raises
    ------
    InputError
        For impossible values in the region, with file and band.
    """
    total = np.zeros(grid.shape)
    count = np.zeros(grid.shape, np.int64)
    for layer in aligned_layers(given, layers, grid, region, log):
        present = ~np.isnan(layer.values)
        if given.input.is_categorical:
            present &= count == 0
        total[present] += layer.values[present]
        count += present
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def constant_grid(given: ForcingSource, grid: Grid) -> FloatGrid:
    """Return the one value of an input in every cell, in the unit of the simulator's input.

    Raises
    ------
    InputError
        If the unit does not fit, or the value is impossible.
    """
    declared = np.full(grid.shape, given.value, np.float64)
    values, _ = forcing_clean(given, daily=False)(declared, np.zeros(grid.shape, bool))
    found = impossible(given, values, daily=False, declared=declared)
    if found is not None:
        raise InputError(Problem(f"forcing.{given.name}.value", *found))
    return values


def monthly_grids(
    given: ForcingSource, layers: ForcingLayers, grid: Grid, region: BoolArray, log: IssueLog
) -> FloatGrid:
    """Return the means of the twelve months, float32 (12, height, width), January first.

    Raises
    ------
    InputError
        For impossible values in the region, with file and band.
    """
    total = np.zeros((MONTHS, *grid.shape), np.float32)
    count = np.zeros(MONTHS)
    per_day = given.name == "precipitation" and is_per_day(given.source.unit)
    for month, layer in zip(
        layers.months, aligned_layers(given, layers, grid, region, log), strict=True
    ):
        # one factor serves all months in the unit's conversion: their true lengths are set here
        factor = DAYS_OF_MONTH[month] / (365.25 / MONTHS) if per_day else 1.0
        total[month] += layer.values * np.float32(factor)
        count[month] += 1
    return np.asarray(total / count[:, None, None].astype(np.float32))


def is_per_day(unit: str) -> bool:
    """Whether a unit is a rate per day, such as mm/d."""
    parsed = parse_unit(unit)
    return parsed is not None and "d" in parsed.symbols


def aligned_layers(
    given: ForcingSource, layers: ForcingLayers, grid: Grid, region: BoolArray, log: IssueLog
) -> Iterator[AlignedLayer]:
    """Yield the layers of an input in the order of time, aligned, cleaned and checked.

    Parameters
    ----------
    given, layers
        The input.
    grid : Grid
        Target.
    region : array of bool (height, width)
        Where impossible values matter.
    log : IssueLog
        Receives what the alignment reports of the first layer.

    Raises
    ------
    InputError
        For impossible values in the region, with file and band.
    """
    daily = layers.timing == "daily"
    clean = forcing_clean(given, daily=daily)
    said = log
    for path, places in groupby(layers.places, key=itemgetter(0)):
        with open_variable(path, given.variable) as dataset:
            view = overlapping_view(grid, dataset)
            for _, band in places:
                values = align_band(given.source, dataset, band, grid, clean, said, view)
                said = IssueLog()  # the layers of a series share grid and treatment: said once
                where = f"{dataset.name} band {band}"
                found = impossible(given, values[region], daily=daily)
                if found is not None:
                    raise InputError(Problem(where, *found))
                yield AlignedLayer(values, where)


def forcing_clean(given: ForcingSource, *, daily: bool) -> Clean:
    """Return how raw values become those that the simulator takes.

    Raises
    ------
    InputError
        If the unit does not fit the input.
    """
    source = given.source
    if given.input.is_categorical:
        return cleaning_of(source)
    quantity = DAILY_QUANTITY.get(given.name, source.quantity) if daily else source.quantity
    unit = conversion(source.unit, quantity, f"forcing.{given.name}.unit")
    lowest, highest = canonical_range(source)
    if given.name == "slope" and is_angle(source.unit):
        return _TangentOf(source.scale * unit.factor, source.offset * unit.factor)
    factor = given.input.factor
    return Cleaning(
        source.scale * unit.factor * factor,
        (source.offset * unit.factor + unit.offset) * factor,
        lowest * factor,
        highest * factor,
        {},
    )


@dataclass(frozen=True)
class _TangentOf:
    """Slopes in degrees to metres per metre; those of a right angle and beyond are infinite."""

    factor: float
    offset: float

    def __call__(self, raw: npt.NDArray[np.generic], missing: BoolArray) -> tuple[Values, int]:
        degrees = raw.astype(np.float64) * self.factor + self.offset
        steep = np.abs(degrees) >= RIGHT_ANGLE_DEGREES
        rise = np.tan(np.radians(np.where(steep, 0.0, degrees)))
        rise[steep] = np.copysign(np.inf, degrees[steep])
        rise[missing] = np.nan
        return rise.astype(np.float32), 0


def is_angle(unit: str) -> bool:
    """Whether a unit is one of angle."""
    parsed = parse_unit(unit)
    return parsed is not None and parsed.dimension == frozenset({("angle", 1)})


def impossible(
    given: ForcingSource,
    values: FloatGrid,
    *,
    daily: bool,
    declared: FloatGrid | None = None,
) -> tuple[str, str] | None:
    """Return what is impossible among values in the simulator's unit, and its mend, or None.

    Parameters
    ----------
    given : ForcingSource
        The input.
    values : array
        In the simulator's unit.
    daily : bool
        Whether they are those of days.
    declared : array, optional
        The same in the unit that the manifest declares, for the message.
    """
    wanted = given.input
    if wanted.is_categorical:
        return None
    rain_of_days = daily and given.name in DAILY_QUANTITY
    highest = WETTEST_DAY_MM if rain_of_days else wanted.highest
    unit = "mm/d" if rain_of_days else wanted.unit
    beyond = (values < wanted.lowest) | (values > highest)
    if not beyond.any():
        return None
    said_as = values if declared is None else declared
    worst = int(np.argmax(np.where(beyond, np.abs(said_as), -1.0)))
    said_unit = unit if declared is None else given.source.unit
    said = f"{float(said_as.flat[worst]):.6g} {said_unit}".removesuffix(" 1")
    cells = int(np.count_nonzero(beyond))
    what = (
        f"{given.name} of {said} in {cells} of {values.size} cells: "
        f"it lies between {wanted.lowest:g} and {highest:g} {unit}".removesuffix(" 1")
    )
    return what, _mend(wanted, float(values.flat[worst]))


def _mend(wanted: ForcingInput, worst: float) -> str:
    if wanted.quantity == "precipitation_month" and worst > 0:
        return "check `unit` and `scale`: is `scale: 0.1` missing?"
    return wanted.mend
