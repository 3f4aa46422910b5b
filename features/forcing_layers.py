"""Which layers of which files make up one input of the simulator, and which time each is of."""

from __future__ import annotations

import datetime as dt
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.io import DatasetReader

from .errors import InputError, Problem
from .forcing_inputs import FORCING_INPUTS, Forcing, ForcingInput, Timing
from .manifest import Covariate
from .source_raster import open_raster, source_files
from .time_axis import dates_of

MONTHS = 12
MOST_MONTHS = 600
"""Fifty years of months; longer series without dates are taken for days."""
YEAR_OF_DAYS = (365, 366)


@dataclass(frozen=True)
class ForcingSource:
    """An input of the simulator with its files.

    Parameters
    ----------
    name : str
        Key of the manifest's ``forcing:``.
    source : Covariate
        How its files are read: unit, scale, nodata, classes.
    covariate : str or None
        Id of the covariate it was taken from.
    variable : str or None
        Of a NetCDF file.
    value : float or None
        One value everywhere, instead of files.
    """

    name: str
    source: Covariate
    covariate: str | None
    variable: str | None
    value: float | None = None

    @property
    def input(self) -> ForcingInput:
        """What the simulator expects of it."""
        return FORCING_INPUTS[self.name]


@dataclass(frozen=True)
class ForcingLayers:
    """The layers of an input in the order of time.

    Parameters
    ----------
    places : tuple of (Path, int)
        File and band.
    timing : str
        single, monthly or daily.
    dates : tuple of date or None
        Of each layer, where the files tell.
    """

    places: tuple[tuple[Path, int], ...]
    timing: Timing
    dates: tuple[dt.date, ...] | None

    @property
    def months(self) -> tuple[int, ...]:
        """Month of each layer of a monthly input, January is 0."""
        if self.dates is not None:
            return tuple(date.month - 1 for date in self.dates)
        return tuple(position % MONTHS for position in range(len(self.places)))


def forcing_source(
    name: str, forcing: Forcing, covariates: Mapping[str, Covariate]
) -> ForcingSource:
    """Return how the files of an input are read, also where it refers to a covariate.

    Raises
    ------
    InputError
        If it refers to a covariate derived from others.
    """
    wanted = FORCING_INPUTS[name]
    kind = "categorical" if wanted.is_categorical else "continuous"
    common: dict[str, Any] = {
        "id": name,
        "quantity": wanted.quantity,
        "kind": kind,
        "role": "auxiliary",
    }
    if forcing.covariate is None:
        settings: dict[str, Any] = forcing.model_dump(
            exclude={"covariate", "variable", "unit", "band", "value", "quantity"}
        )
        band = "all" if forcing.band is None and wanted.timings != ("single",) else forcing.band
        settings |= {"unit": forcing.unit or "", "band": band or 1, "combine": None}
        source = Covariate.model_construct(**settings, **common)
        return ForcingSource(name, source, None, forcing.variable, forcing.value)
    referred = covariates[forcing.covariate]
    if referred.derived_from is not None:
        what = f"covariate {referred.id} is derived from {referred.derived_from}, not read"
        raise InputError(Problem(f"forcing.{name}", what, "give a file, or leave the input out"))
    yearly = referred.combine == "annual_sum"  # its valid range is that of the sum
    source = referred.model_copy(
        update={
            **common,
            "classes": forcing.classes or referred.classes,
            "combine": None,
            "valid_range": None if yearly else referred.valid_range,
        }
    )
    return ForcingSource(name, source, referred.id, None)


def forcing_layers(given: ForcingSource, base_dir: Path) -> ForcingLayers:
    """Open the files of an input and return its layers.

    Raises
    ------
    InputError
        If a file cannot be read, or the number of layers fits no timing of the input.
    """
    places: list[tuple[Path, int]] = []
    dates: list[dt.date] = []
    files = source_files(given.source, given.source.files, base_dir)
    for path in sorted(files, key=_by_number):
        with open_variable(path, given.variable) as dataset:
            bands = _bands(given, dataset)
            places += [(path, band) for band in bands]
            known = dates_of(dataset)
            dates += [known[band - 1] for band in bands] if known else []
    dated = tuple(dates) if len(dates) == len(places) else None
    return ForcingLayers(tuple(places), _timing(given, places, dated), dated)


@contextmanager
def open_variable(path: Path, variable: str | None) -> Iterator[DatasetReader]:
    """Open a raster, or one variable of a NetCDF file.

    Raises
    ------
    InputError
        If the file cannot be read, has no CRS, or holds several variables and none is chosen.
    """
    if path.suffix.lower() != ".nc":
        with open_raster(path) as dataset:
            yield dataset
        return
    # CF files in longitude and latitude need not say their CRS.
    with rasterio.Env(GDAL_NETCDF_ASSUME_LONGLAT="YES"):
        name = Path(f'NETCDF:"{path}":{variable}') if variable else path
        if variable is None:
            _require_one_variable(path)
        with open_raster(name) as dataset:
            yield dataset


def _require_one_variable(path: Path) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # its variables may be
            dataset = rasterio.open(path)
        with dataset:
            several = [name.rsplit(":", 1)[1] for name in dataset.subdatasets]
    except RasterioIOError:
        return  # told when it is opened
    if several:
        what = f"holds several variables: {', '.join(several)}"
        raise InputError(Problem(str(path), what, "name one by `variable:`"))


def _by_number(path: Path) -> tuple[list[int | str], ...]:
    """Sort month 10 after month 9, also where files are not numbered with leading zeros."""
    parts = re.split(r"(\d+)", str(path))
    return ([int(part) if part.isdigit() else part for part in parts],)


def _bands(given: ForcingSource, dataset: DatasetReader) -> list[int]:
    band = given.source.band
    if band == "all":
        return list(range(1, dataset.count + 1))
    if not 1 <= band <= dataset.count:
        what = f"has no band {band}: bands are 1 to {dataset.count}"
        raise InputError(Problem(dataset.name, what, f"correct `band` of forcing.{given.name}"))
    return [band]


def _timing(
    given: ForcingSource, places: list[tuple[Path, int]], dates: tuple[dt.date, ...] | None
) -> Timing:
    """Return how often an input is given, by its dates or the number of its layers."""
    allowed, n = given.input.timings, len(places)
    timing: Timing | None = None
    if allowed == ("single",):
        timing = "single"  # several layers are tiles of one map, or years to take the mean of
    elif dates is not None and n > 1:
        days = (dates[-1] - dates[0]).days / (n - 1)
        timing = "daily" if days == 1 else "monthly" if 28 <= days <= 31 else None
    elif n == 1:
        timing = "single"
    elif n % MONTHS == 0 and n <= MOST_MONTHS:
        timing = "monthly"
    elif n in YEAR_OF_DAYS:
        timing = "daily"
    if timing in allowed:
        return timing
    where = str(places[0][0])
    found = f"forcing.{given.name} has {n} layer{'s' * (n != 1)}"
    raise InputError(Problem(where, f"{found}, but needs {_wanted(allowed)}", _series_mend(given)))


def _wanted(allowed: tuple[Timing, ...]) -> str:
    said = {
        "single": "1",
        "monthly": "12 (January first; 12 for each of several years)",
        "daily": "365 or 366 of one year, or a daily NetCDF file with its time axis",
    }
    return ", or ".join(said[each] for each in allowed)


def _series_mend(given: ForcingSource) -> str:
    if isinstance(given.source.band, int) and given.source.band == 1 and not given.source.files:
        return "give all months as bands (`band: all`) or as `files`"
    return "check the bands of the file, or the pattern of `files`"
