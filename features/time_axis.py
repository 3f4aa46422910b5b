"""Dates of the steps of a NetCDF file, by the CF conventions."""

from __future__ import annotations

import datetime as dt
import re

from rasterio.io import DatasetReader

from .errors import InputError, Problem

HOURS = {"days": 24.0, "day": 24.0, "d": 24.0, "hours": 1.0, "hour": 1.0, "h": 1.0}
SOLAR_CALENDARS = ("standard", "gregorian", "proleptic_gregorian")


def dates_of(dataset: DatasetReader) -> list[dt.date] | None:
    """Return the date of each band, or None where the file has no time axis.

    Raises
    ------
    InputError
        For an axis besides time, and for a calendar or unit that is not understood.
    """
    tags = dataset.tags()
    axes = tags.get("NETCDF_DIM_EXTRA", "").strip("{}")
    if not axes:
        return None
    if axes != "time":
        what = f"has the axes {axes} besides those of the map, where time alone is understood"
        raise InputError(Problem(dataset.name, what, "take one level of the file"))
    calendar = tags.get("time#calendar", "standard").lower()
    if calendar not in SOLAR_CALENDARS:
        mend = "convert it to the standard calendar (cdo setcalendar), 29 February included"
        raise InputError(Problem(dataset.name, f"has the calendar {calendar}", mend))
    unit = tags.get("time#units", "")
    found = re.fullmatch(r"(\w+) since (\d+)-(\d+)-(\d+)(.*)", unit.strip())
    if found is None or found[1].lower() not in HOURS:
        what = f"has the unit {unit!r} of time"
        raise InputError(Problem(dataset.name, what, "such as days since 2001-01-01"))
    clock = re.match(r"[T ](\d+):(\d+)", found[5])
    hour, minute = (int(clock[1]), int(clock[2])) if clock else (0, 0)
    start = dt.datetime(int(found[2]), int(found[3]), int(found[4]), hour, minute)
    steps = tags["NETCDF_DIM_time_VALUES"].strip("{}").split(",")
    hours = HOURS[found[1].lower()]
    return [(start + dt.timedelta(hours=float(step) * hours)).date() for step in steps]
