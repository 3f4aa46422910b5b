"""Columns and members of the simulator's ensemble as files of plain arrays."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.atomic_npz import load_npz, save_npz
from models.erosion_carbon.column_ensemble import ColumnMember, Columns
from models.erosion_carbon.forcing import CellGeometry, Forcing
from models.erosion_carbon.weather import DailySeries

FORMAT_VERSION = 1
Arrays = dict[str, npt.NDArray[Any]]


def save_columns(path: Path, columns: Columns) -> None:
    """Write columns atomically."""
    forcing, geometry = columns.forcing, columns.forcing.geometry
    arrays: Arrays = {
        "year": np.int64(columns.year),  # type: ignore[dict-item]
        **{
            f"forcing.{each.name}": value
            for each in fields(forcing)
            if isinstance(value := getattr(forcing, each.name), np.ndarray)
        },
        **{
            f"geometry.{each.name}": np.asarray(getattr(geometry, each.name))
            for each in fields(geometry)
        },
        **{f"state.{name}": value for name, value in columns.state.items()},
    }
    if forcing.daily is not None:
        given = {name: each for name, each in forcing.daily._asdict().items() if each is not None}
        given["dates"] = np.array([date.toordinal() for date in given["dates"]])
        arrays |= {f"daily.{name}": each for name, each in given.items()}
    save_npz(path, FORMAT_VERSION, arrays)


def load_columns(path: Path) -> Columns:
    """Read columns that `save_columns` wrote."""
    arrays = load_npz(path, FORMAT_VERSION)
    geometry = _part(arrays, "geometry.")
    height_m = float(geometry.pop("height_m"))
    daily = _part(arrays, "daily.")
    series = None
    if daily:
        dates = [dt.date.fromordinal(int(day)) for day in daily.pop("dates")]
        series = DailySeries(dates=dates, **daily)
    forcing = Forcing(
        geometry=CellGeometry(height_m=height_m, **geometry),
        daily=series,
        **_part(arrays, "forcing."),
    )
    return Columns(forcing, _part(arrays, "state."), int(arrays["year"]))


def save_column_member(path: Path, member: ColumnMember) -> None:
    """Write a member atomically."""
    arrays: Arrays = {"soil_kg_m2": member.soil_kg_m2}
    arrays |= {f"values.{name}": each for name, each in member.values.items()}
    save_npz(path, FORMAT_VERSION, arrays)


def load_column_member(path: Path) -> ColumnMember:
    """Read a member that `save_column_member` wrote."""
    arrays = load_npz(path, FORMAT_VERSION)
    return ColumnMember(arrays["soil_kg_m2"], _part(arrays, "values."))


def _part(arrays: Arrays, prefix: str) -> Arrays:
    return {
        name.removeprefix(prefix): value
        for name, value in arrays.items()
        if name.startswith(prefix)
    }
