"""Meridians, parallels, scale bar and north arrow on a map in any CRS."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from pyproj import CRS, Geod, Transformer

from features.grid import Grid

from .canvas import INK, PAPER

_GEOD = Geod(ellps="WGS84")
_HALO = [withStroke(linewidth=3.5, foreground=PAPER, alpha=0.85)]
_STEPS_DEG = (20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)
_PER_AXIS = 2.5  # graticule lines wanted, at least, across the shorter side

Extent = tuple[float, float, float, float]
"""West, east, south, north in the map's CRS."""


def extent_of(grid: Grid) -> Extent:
    """Return the outer edges of a north-up grid."""
    transform = grid.transform
    west, north = transform.c, transform.f
    return west, west + transform.a * grid.width, north + transform.e * grid.height, north


def add_graticule(axes: Axes, crs: CRS, extent: Extent) -> None:
    """Draw meridians and parallels, and label them where they leave the frame."""
    to_degrees = Transformer.from_crs(crs, CRS.from_epsg(4326), always_xy=True)
    to_map = Transformer.from_crs(CRS.from_epsg(4326), crs, always_xy=True)
    west, east, south, north = extent
    x, y = np.meshgrid(np.linspace(west, east, 25), np.linspace(south, north, 25))
    lon, lat = to_degrees.transform(x, y)
    usable = np.isfinite(lon) & np.isfinite(lat)
    if not usable.any():
        return
    lon, lat = lon[usable], lat[usable]
    step = _step(min(np.ptp(lon), np.ptp(lat)))
    meridians = _multiples(lon.min(), lon.max(), step)
    parallels = _multiples(lat.min(), lat.max(), step)
    along_lat = np.linspace(lat.min() - step, lat.max() + step, 200)
    along_lon = np.linspace(lon.min() - step, lon.max() + step, 200)
    lines: list[npt.NDArray[np.float64]] = []
    ticks: list[tuple[float, str]] = []
    for degree in meridians:
        line_x, line_y = to_map.transform(np.full(200, degree), np.clip(along_lat, -89.9, 89.9))
        lines.append(np.column_stack([line_x, line_y]))
        ticks += [(at, _degrees(degree, "EW", step)) for at in _crossing(line_y, line_x, south)]
    axes.set_xticks([at for at, _ in ticks], [label for _, label in ticks])
    ticks = []
    for degree in parallels:
        line_x, line_y = to_map.transform(along_lon, np.full(200, degree))
        lines.append(np.column_stack([line_x, line_y]))
        ticks += [(at, _degrees(degree, "NS", step)) for at in _crossing(line_x, line_y, west)]
    axes.set_yticks([at for at, _ in ticks], [label for _, label in ticks])
    drawn = LineCollection(lines, colors="#6b7780", linewidths=0.5, alpha=0.45, zorder=3)
    axes.add_collection(drawn, autolim=False)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)


def add_scale_bar(axes: Axes, crs: CRS, extent: Extent) -> None:
    """Draw a bar of round length, true on the ellipsoid at the middle of the map."""
    west, east, south, north = extent
    km_per_unit, _ = _local_scale(crs, extent)
    whole_km = (east - west) * km_per_unit
    length_km = _round_down(whole_km / 4)
    length = length_km / km_per_unit
    x = west + 0.04 * (east - west)
    y = south + 0.035 * (north - south)
    tick = 0.012 * (north - south)
    margin_x, margin_y = 0.015 * (east - west), 0.012 * (north - south)
    axes.add_patch(
        Rectangle(
            (x - margin_x, y - margin_y),
            length + 2 * margin_x,
            0.052 * (north - south) + 2 * margin_y,
            zorder=5,
            facecolor=PAPER,
            alpha=0.8,
            linewidth=0,
        )
    )
    axes.plot(
        [x, x, x + length, x + length],
        [y + tick, y, y, y + tick],
        color=INK,
        linewidth=1.6,
        solid_capstyle="butt",
        zorder=6,
    )
    label = f"{length_km:g} km" if length_km >= 1 else f"{1000 * length_km:g} m"
    axes.text(
        x + length / 2,
        y + tick * 1.3,
        label,
        ha="center",
        va="bottom",
        fontsize=9,
        color=INK,
        zorder=6,
    )


def add_north_arrow(axes: Axes, crs: CRS, extent: Extent) -> None:
    """Draw an arrow to true north at the middle of the map, in the upper right corner."""
    _, turn = _local_scale(crs, extent)
    x, y, reach = 0.945, 0.87, 0.075
    aspect = axes.bbox.width / axes.bbox.height
    tip = (x + reach * math.sin(turn) / aspect, y + reach * math.cos(turn))
    axes.annotate(
        "",
        xy=tip,
        xytext=(x, y),
        xycoords="axes fraction",
        textcoords="axes fraction",
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.4, "path_effects": _HALO},
        zorder=6,
    )
    axes.annotate(
        "N",
        (x, y),
        xytext=(0, -3),
        xycoords="axes fraction",
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=10,
        color=INK,
        path_effects=_HALO,
        zorder=6,
    )


def aspect_of(crs: CRS, extent: Extent) -> float:
    """Return how much longer a unit of y must be drawn than one of x."""
    if not crs.is_geographic:
        return 1.0
    return 1.0 / max(0.1, math.cos(math.radians((extent[2] + extent[3]) / 2)))


def _local_scale(crs: CRS, extent: Extent) -> tuple[float, float]:
    """Return km per CRS unit along x, and the angle of true north from up, at the middle."""
    west, east, south, north = extent
    x, y = (west + east) / 2, (south + north) / 2
    small = (east - west) / 100
    to_degrees = Transformer.from_crs(crs, CRS.from_epsg(4326), always_xy=True)
    lon, lat = to_degrees.transform([x - small, x + small, x, x], [y, y, y - small, y + small])
    if not np.all(np.isfinite(lon)):
        return 1e-3, 0.0
    _, _, across_m = _GEOD.inv(lon[0], lat[0], lon[1], lat[1])
    up_azimuth, _, _ = _GEOD.inv(lon[2], lat[2], lon[3], lat[3])
    return across_m / 1000 / (2 * small), -math.radians(up_azimuth)


def _crossing(
    along: npt.NDArray[np.float64], value: npt.NDArray[np.float64], at: float
) -> list[float]:
    """Return `value` where `along` passes `at`."""
    inside = np.isfinite(along) & np.isfinite(value)
    along, value = along[inside], value[inside]
    passes = np.flatnonzero((along[:-1] < at) != (along[1:] < at))
    share = (at - along[passes]) / (along[passes + 1] - along[passes])
    return list(value[passes] + share * (value[passes + 1] - value[passes]))


def _step(span_deg: float) -> float:
    return next((step for step in _STEPS_DEG if span_deg / step >= _PER_AXIS), _STEPS_DEG[-1])


def _multiples(lowest: float, highest: float, step: float) -> npt.NDArray[np.float64]:
    first, last = math.ceil(lowest / step), math.floor(highest / step)
    return step * np.arange(first, last + 1, dtype=np.float64)


def _degrees(value: float, letters: str, step: float) -> str:
    """Return a label with the decimals of the step, the same for every line of a map."""
    if abs(value) < 1e-9:
        return "0°"
    digits = max(0, -math.floor(math.log10(step)))
    return f"{abs(value):.{digits}f}°{letters[0] if value > 0 else letters[1]}"


def _round_down(length: float) -> float:
    power = 10.0 ** math.floor(math.log10(length))
    return max(step * power for step in (1, 2, 5) if step * power <= length)
