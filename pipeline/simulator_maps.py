"""Maps of the simulator: a NetCDF file of each year, GeoTIFFs of the mean over the years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from features.atomic_files import replacing
from features.grid import Grid
from models.erosion_carbon.quantities import STATES, SUMS, Quantity

from .maps import write_geotiff

QUANTITIES: dict[str, Quantity] = {**SUMS, **STATES}
EPOCH = dt.date(1900, 1, 1)
VIRTUAL = "virtual (synthetic) "
NETCDF_64_BIT_OFFSET = 2


def write_year(
    path: Path,
    year: int,
    grid: Grid,
    rasters: Iterable[tuple[str, npt.NDArray[np.floating]]],
    *,
    virtual: bool,
) -> None:
    """Write all quantities of a year as NetCDF by the CF conventions 1.8.

    NetCDF 3 with 64-bit offsets, float32, which scipy writes and every reader knows.

    Parameters
    ----------
    path : Path
        Appears only when whole.
    year : int
        Calendar year.
    grid : Grid
        Of the rasters.
    rasters : iterable of (str, array (rows, cols))
        Name in `QUANTITIES` and values, NaN outside the region; taken one by one, so that they need
        not all be there at once.
    virtual : bool
        Whether the forcing is synthetic: the file says so.
    """
    from scipy.io import netcdf_file

    with replacing(path) as temporary, netcdf_file(temporary, "w", version=2) as file:
        _set(file, Conventions="CF-1.8", title=_title(year, virtual=virtual))
        file.createDimension("time", 1)
        file.createDimension("bounds", 2)
        _write_time(file, year)
        names = _write_grid(file, grid)
        for name, values in rasters:
            quantity = QUANTITIES[name]
            variable = file.createVariable(name, "f4", ("time", *names))
            variable[0] = values.astype(np.float32)
            _set(
                variable,
                units=cf_unit(quantity.unit),
                long_name=quantity.meaning,
                comment=quantity.source,
                grid_mapping="crs",
                _FillValue=np.float32(np.nan),
            )
            if name in SUMS:
                _set(variable, cell_methods="time: sum")


def cf_unit(unit: str) -> str:
    """Return a unit without the substance, as udunits reads it: C would be coulomb."""
    return unit.replace("kg C", "kg").replace("g C", "g")


def _title(year: int, *, virtual: bool) -> str:
    return f"{VIRTUAL if virtual else ''}Solum erosion-carbon simulator, year {year}"


def _write_time(file: Any, year: int) -> None:
    bounds = [(dt.date(each, 1, 1) - EPOCH).days for each in (year, year + 1)]
    time = file.createVariable("time", "f8", ("time",))
    time[:] = bounds[0]
    _set(
        time,
        units=f"days since {EPOCH}",
        calendar="standard",
        standard_name="time",
        bounds="time_bounds",
    )
    file.createVariable("time_bounds", "f8", ("time", "bounds"))[0] = bounds


def _write_grid(file: Any, grid: Grid) -> tuple[str, str]:
    """Write coordinates and their reference system; return the names of rows and columns."""
    geographic = grid.crs.is_geographic
    names = ("lat", "lon") if geographic else ("y", "x")
    x, _ = grid.xy(np.zeros(grid.width), np.arange(grid.width))
    _, y = grid.xy(np.arange(grid.height), np.zeros(grid.height))
    standard = {
        "lat": ("latitude", "degrees_north"),
        "lon": ("longitude", "degrees_east"),
        "y": ("projection_y_coordinate", _length_unit(grid)),
        "x": ("projection_x_coordinate", _length_unit(grid)),
    }
    for name, values in zip(names, (y, x), strict=True):
        file.createDimension(name, len(values))
        variable = file.createVariable(name, "f8", (name,))
        variable[:] = values
        _set(variable, standard_name=standard[name][0], units=standard[name][1])
    crs = file.createVariable("crs", "i4", ())
    crs.data[...] = 0
    t = grid.transform
    _set(
        crs,
        **grid.crs.to_cf(),
        spatial_ref=grid.crs.to_wkt(),
        GeoTransform=f"{t.c!r} {t.a!r} 0 {t.f!r} 0 {t.e!r}",
    )
    return names


def _length_unit(grid: Grid) -> str:
    name = grid.crs.axis_info[0].unit_name
    return "m" if name == "metre" else str(name)


def _set(place: Any, **attributes: Any) -> None:
    """Set attributes: text in UTF-8, numbers in full precision (the writer would halve both)."""
    for name, value in attributes.items():
        if isinstance(value, str):
            setattr(place, name, value.encode())
        elif isinstance(value, float | list | tuple):
            setattr(place, name, np.asarray(value, dtype=np.float64))
        else:
            setattr(place, name, value)


def mean_of_years(paths: Iterable[Path]) -> dict[str, npt.NDArray[np.float64]]:
    """Return the mean of each quantity over files of `write_year`, (rows, cols)."""
    from scipy.io import netcdf_file

    total: dict[str, npt.NDArray[np.float64]] = {}
    n_years = 0
    for path in paths:
        n_years += 1
        with netcdf_file(path, "r", mmap=False) as file:
            for name in QUANTITIES:
                values = file.variables[name][0].astype(np.float64)
                total[name] = total[name] + values if name in total else values
    return {name: values / n_years for name, values in total.items()}


def write_maps(
    directory: Path,
    means: Mapping[str, npt.NDArray[np.float64]],
    grid: Grid,
    years: range,
    *,
    virtual: bool,
) -> None:
    """Write a GeoTIFF with its QGIS style of the mean of each quantity over the years."""
    directory.mkdir(parents=True, exist_ok=True)
    span = str(years[0]) if len(years) == 1 else f"{years[0]}-{years[-1]}"
    for name, values in means.items():
        quantity = QUANTITIES[name]
        write_geotiff(
            directory / f"{name}.tif",
            values,
            grid,
            description=f"{VIRTUAL if virtual else ''}{quantity.meaning}",
            unit=quantity.unit,
            tags={"years": span, "source": quantity.source},
            colours="magma_r" if "erosion" in name else "viridis",
        )
