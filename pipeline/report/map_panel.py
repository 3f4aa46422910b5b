"""One map in one panel: values, colour bar with unit, graticule, scale bar, north arrow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colorbar import Colorbar
from matplotlib.colors import BoundaryNorm, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from .canvas import INK, NO_DATA
from .graticule import (
    Extent,
    add_graticule,
    add_north_arrow,
    add_scale_bar,
    aspect_of,
    extent_of,
)
from .run_directory import Layer

MAP_ROW_GAP = 0.15
"""Inches above and below a panel, so that a title is not read with the bar above it."""


@dataclass(frozen=True)
class Scale:
    """Colour scale of a map: values beyond `lowest` and `highest` take the end colours."""

    lowest: float
    highest: float
    ramp: str

    @classmethod
    def of(cls, values: npt.NDArray[np.floating], ramp: str) -> Scale:
        """Stretch from the 1st to the 99th percentile, so that a few cells do not dull the rest."""
        valid = values[np.isfinite(values)]
        if valid.size == 0:
            return cls(0.0, 1.0, ramp)
        lowest, highest = np.percentile(valid, [1, 99])
        if highest <= lowest:
            lowest, highest = lowest - 0.5, lowest + 0.5
        return cls(float(lowest), float(highest), ramp)

    @classmethod
    def around_zero(cls, values: npt.NDArray[np.floating], ramp: str = "PuOr") -> Scale:
        """Stretch evenly to both sides of zero."""
        valid = values[np.isfinite(values)]
        reach = float(np.percentile(np.abs(valid), 99)) if valid.size else 1.0
        return cls(-(reach or 1.0), reach or 1.0, ramp)


def draw_map(
    figure: Figure,
    axes: Axes,
    layer: Layer,
    *,
    title: str,
    label: str,
    scale: Scale,
    values: npt.NDArray[np.floating] | None = None,
) -> None:
    """Draw a continuous map; `values` replaces those of `layer` on the same cells."""
    shown = layer.values if values is None else values
    extent = extent_of(layer.grid)
    image = axes.imshow(
        shown,
        extent=extent,
        cmap=colormaps[scale.ramp],
        norm=Normalize(scale.lowest, scale.highest),
        interpolation="nearest",
        zorder=2,
    )
    valid = shown[np.isfinite(shown)]
    below = bool(valid.size) and float(valid.min()) < scale.lowest
    above = bool(valid.size) and float(valid.max()) > scale.highest
    extend = {(1, 1): "both", (1, 0): "min", (0, 1): "max"}.get((below, above), "neither")
    add_colour_bar(figure, axes, image, label, extend)
    _furnish(axes, layer, extent, title)


def add_colour_bar(
    figure: Figure, axes: Axes, drawn: ScalarMappable, label: str, extend: str = "neither"
) -> Colorbar:
    """Put a colour bar below a panel: the same place and size for every panel of a figure."""
    bar = figure.colorbar(
        drawn,
        ax=axes,
        orientation="horizontal",
        shrink=0.72,
        aspect=30,
        pad=0.02,
        extend=extend,
    )
    bar.set_label(label, fontsize=10, color=INK)
    bar.ax.tick_params(labelsize=9, colors=INK)
    bar.outline.set_visible(False)
    return bar


def draw_class_map(
    figure: Figure, axes: Axes, layer: Layer, *, title: str, colours: dict[int, str]
) -> None:
    """Draw a map of classes, its legend where other maps have their colour bar."""
    codes = sorted(colours)
    listed = list(colours)  # the legend keeps the caller's order
    extent = extent_of(layer.grid)
    edges = [code - 0.5 for code in codes] + [codes[-1] + 0.5]
    image = axes.imshow(
        layer.values,
        extent=extent,
        cmap=ListedColormap([colours[code] for code in codes]),
        norm=BoundaryNorm(edges, len(codes)),
        interpolation="nearest",
        zorder=2,
    )
    handles = [Patch(color=colours[code], label=layer.classes[code]) for code in listed]
    place = add_colour_bar(figure, axes, image, "").ax
    place.clear()  # the place of a bar keeps the panel in line with its neighbours
    place.set_axis_off()
    place.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, 1.6),
        ncols=2,
        frameon=False,
        fontsize=9,
        labelcolor=INK,
        handlelength=1.4,
        columnspacing=1.4,
    )
    _furnish(axes, layer, extent, title)


def panel_height(layer: Layer, width: float) -> float:
    """Return the height that suits a map panel of this width, within reason."""
    west, east, south, north = extent_of(layer.grid)
    ratio = (north - south) / (east - west) * aspect_of(layer.grid.crs, (west, east, south, north))
    return width * min(1.6, max(0.45, ratio))


def _furnish(axes: Axes, layer: Layer, extent: Extent, title: str) -> None:
    crs = layer.grid.crs
    axes.set_facecolor(NO_DATA)
    axes.set_aspect(aspect_of(crs, extent))
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK)
    axes.tick_params(labelsize=8.5, colors=INK, length=3)
    for spine in axes.spines.values():
        spine.set_color("#9aa5ae")
    add_graticule(axes, crs, extent)
    add_scale_bar(axes, crs, extent)
    add_north_arrow(axes, crs, extent)
