"""How the mapped area is spread over values."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from .blocks import Block, Note, Picture
from .canvas import CONTRAST, INK, finish, new_figure, tidy
from .run_directory import Layer, RunDirectory
from .wording import decimals, pretty_depth, with_unit

_BINS = 60
_CLASSES_WANTED = 8
_WIDTH_PX = 1160


def histogram_blocks(run: RunDirectory) -> list[Block]:
    """Return the histograms of all depths, fine above and in classes below."""
    found = [(depth, run.depth_layer(depth, "mean")) for depth in run.depths]
    layers = [(depth, layer) for depth, layer in found if layer is not None]
    layers = [(depth, layer) for depth, layer in layers if np.isfinite(layer.values).any()]
    if not layers:
        return [Note("Without maps there are no histograms of cell values.", "missing")]
    return [_histograms(run, layers)]


def class_edges(lowest: float, highest: float) -> npt.NDArray[np.float64]:
    """Return round class limits of equal width that cover the range.

    Examples
    --------
    >>> class_edges(0.3, 8.1).tolist()
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
    """
    raw = max(highest - lowest, 1e-9) / _CLASSES_WANTED
    power = 10.0 ** math.floor(math.log10(raw))
    width = next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= raw)
    first, last = math.floor(lowest / width), math.ceil(highest / width)
    return width * np.arange(first, max(last, first + 1) + 1, dtype=np.float64)


def area_shares(
    values: npt.NDArray[np.floating],
    area: npt.NDArray[np.floating],
    edges: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """Return the share of the area in each class; the last class includes its upper limit."""
    weights, _ = np.histogram(values, edges, weights=area)
    return np.asarray(weights / area.sum(), np.float64)


def _histograms(run: RunDirectory, layers: list[tuple[str, Layer]]) -> Picture:
    width = min(_WIDTH_PX, 420 * len(layers) if len(layers) > 1 else 640)
    figure = new_figure(width, 560)
    panels = figure.subplots(2, len(layers), squeeze=False)
    for column, (depth, layer) in enumerate(layers):
        valid = np.isfinite(layer.values)
        values, area = layer.values[valid].astype(np.float64), layer.areas_km2[valid]
        label = with_unit(run.target_title, run.unit)
        _draw_fine(panels[0, column], values, area, depth)
        _draw_classes(panels[1, column], values, area, label)
    panels[0, 0].set_ylabel("area (10³ km²)" if _is_wide(layers) else "area (km²)")
    panels[1, 0].set_ylabel("share of the mapped area (%)")
    caption = (
        f"Mapped {run.target_title} by area (true cell areas). Above, the line marks the mean; "
        "the SD is that between cells, a spread and not an uncertainty. Below, the share of the "
        "mapped area in classes."
    )
    return finish(figure, "histograms", caption, "Histograms of the mapped values by depth")


def _is_wide(layers: list[tuple[str, Layer]]) -> bool:
    return float(layers[0][1].areas_km2.sum()) > 20_000


def _draw_fine(
    axes: Axes, values: npt.NDArray[np.float64], area: npt.NDArray[np.float64], depth: str
) -> None:
    scale = 1e-3 if area.sum() > 20_000 else 1.0
    weights, edges = np.histogram(values, _BINS, weights=area * scale)
    centres = (edges[1:] + edges[:-1]) / 2
    corners = [
        [(left, 0.0), (left, height), (right, height), (right, 0.0)]
        for (left, right), height in zip(pairwise(edges), weights, strict=True)
    ]
    axes.add_collection(PolyCollection(corners, facecolors=_ramp(values, centres)))
    axes.set_xlim(edges[0], edges[-1])
    axes.set_ylim(0, 1.08 * float(weights.max()))
    mean = float(np.average(values, weights=area))
    sd = math.sqrt(float(np.average((values - mean) ** 2, weights=area)))
    axes.axvline(mean, color=CONTRAST, linewidth=1.6)
    tidy(axes, title=pretty_depth(depth))
    axes.set_title(
        f"mean {decimals(mean)}, SD {decimals(sd)}", loc="right", fontsize=9.5, color=INK
    )


def _draw_classes(
    axes: Axes, values: npt.NDArray[np.float64], area: npt.NDArray[np.float64], label: str
) -> None:
    edges = class_edges(float(values.min()), float(values.max()))
    shares = 100 * area_shares(values, area, edges)
    centres = (edges[1:] + edges[:-1]) / 2
    places = np.arange(len(centres))
    bars = axes.bar(places, shares, 0.86, color=_ramp(values, centres))
    axes.bar_label(
        bars, [_share_label(share) for share in shares], fontsize=8.5, padding=2, color=INK
    )
    names = [f"{low:g}–{high:g}" for low, high in pairwise(edges)]
    tidy(axes, xlabel=label)
    axes.set_xticks(places, names, rotation=0 if len(names) <= 6 else 45)
    axes.tick_params(axis="x", labelsize=8)
    axes.grid(axis="x", visible=False)
    axes.set_ylim(0, max(1.0, float(shares.max())) * 1.15)


def _ramp(values: npt.NDArray[np.float64], at: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the colours that the map gives to the values `at`."""
    lowest, highest = np.percentile(values, [1, 99])
    share = (at - lowest) / max(highest - lowest, 1e-9)
    return np.asarray(colormaps["viridis"](np.clip(share, 0, 1)))


def _share_label(share: float) -> str:
    if share == 0:
        return "0"
    return "<0.1" if share < 0.1 else f"{share:.1f}"
