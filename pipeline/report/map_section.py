"""Maps of every depth: mean, interval width, ensemble uncertainty, applicability and sites."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..colours import BAND_RAMPS
from .blocks import Block, Note, Picture, Section
from .canvas import PAPER, finish, new_figure
from .graticule import extent_of
from .map_panel import MAP_ROW_GAP, Scale, draw_class_map, draw_map, panel_height
from .run_directory import Layer, RunDirectory
from .value_histogram import histogram_blocks
from .wording import percent, pretty_depth, with_unit

APPLICABILITY = "3-stocks/applicability.tif"
_APPLICABILITY_LABELS = {0: "outside", 1: "inside"}
_APPLICABILITY_COLOURS = {0: "#e69f00", 1: "#56b4e9"}
_WIDTH_PX = 1160
FEW_SITES = 500  # up to so many, each site is drawn large


def map_section(run: RunDirectory) -> Section:
    """Return the maps with their histograms."""
    blocks: list[Block] = []
    for depth in run.depths:
        picture = _depth_maps(run, depth)
        if picture is None:
            text = f"This run holds no map of {run.target_title} at {pretty_depth(depth)}."
            blocks.append(Note(text, "missing"))
        else:
            blocks.append(picture)
    blocks.append(_applicability_note(run))
    blocks += histogram_blocks(run)
    return Section("maps", "Maps", blocks)


def applicable_share(run: RunDirectory) -> float | None:
    """Return the share of the mapped area inside the area of applicability."""
    layer = run.layer(APPLICABILITY)
    if layer is None:
        return None
    inside, outside = (float(layer.areas_km2[layer.values == code].sum()) for code in (1, 0))
    mapped = inside + outside  # codes beyond 1 say why a cell is not mapped
    return inside / mapped if mapped else None


def _depth_maps(run: RunDirectory, depth: str) -> Picture | None:
    mean = run.depth_layer(depth, "mean")
    if mean is None:
        return None
    rows = panel_height(mean, _WIDTH_PX / 2 - 60) + 120
    figure = new_figure(_WIDTH_PX, round(2 * rows), row_gap=MAP_ROW_GAP)
    panels = figure.subplots(2, 2)
    name = pretty_depth(depth)
    draw_map(
        figure,
        panels[0, 0],
        mean,
        title=f"Mean of the members, {name}",
        label=with_unit(run.target_title, run.unit),
        scale=Scale.of(mean.values, BAND_RAMPS["mean"]),
    )
    _draw_interval_width(run, depth, figure, panels[0, 1])
    _draw_band(run, depth, "uncertainty", figure, panels[1, 0])
    is_first = depth == run.depths[0]
    if is_first and run.layer(APPLICABILITY) is not None:
        _draw_applicability(run, figure, panels[1, 1])
    else:
        _draw_band(run, depth, "sd", figure, panels[1, 1])
    return finish(figure, f"maps_{depth}", _caption(run, depth), f"Four maps of {name}")


def _draw_interval_width(run: RunDirectory, depth: str, figure: Figure, axes: Axes) -> None:
    lower, upper = run.depth_layer(depth, "pi_lower"), run.depth_layer(depth, "pi_upper")
    if lower is None or upper is None:
        _leave_empty(axes, "No prediction interval in this run.")
        return
    width = upper.values - lower.values
    draw_map(
        figure,
        axes,
        lower,
        values=width,
        title=f"Width of the {percent(run.interval_level)} prediction interval",
        label=with_unit("upper − lower limit", run.unit),
        scale=Scale.of(width, "magma_r"),
    )


def _draw_band(run: RunDirectory, depth: str, band: str, figure: Figure, axes: Axes) -> None:
    layer = run.depth_layer(depth, band)
    if layer is None:
        _leave_empty(axes, f"No {band} map in this run.")
        return
    shown = layer.values
    title, label = "SD between members", with_unit("SD", run.unit)
    if band == "uncertainty":
        shown = 100 * shown
        title = "Relative uncertainty of the ensemble mean (Eq. 8)"
        label = f"width of the {percent(run.confidence_level)} CI of the mean / mean (%)"
    scale = Scale.of(shown, BAND_RAMPS[band])
    draw_map(figure, axes, layer, values=shown, title=title, label=label, scale=scale)


def _draw_applicability(run: RunDirectory, figure: Figure, axes: Axes) -> None:
    layer = run.layer(APPLICABILITY)
    if layer is None:
        return
    classes = layer.classes or _APPLICABILITY_LABELS
    labels = {
        code: f"{_short(classes.get(code, f'class {code}'))} ({percent(_share(layer, code), 1)})"
        for code in _present(layer)
    }
    spare = iter(("#cc79a7", "#999999", "#009e73", "#f0e442"))
    colours = {code: _APPLICABILITY_COLOURS.get(code) or next(spare, "#444444") for code in labels}
    labelled = Layer(layer.values, layer.grid, layer.unit, layer.description, labels, layer.shrink)
    title = "Area of applicability and sites"
    draw_class_map(figure, axes, labelled, title=title, colours=colours)
    x, y = run.site_places(layer)
    few = x.size <= FEW_SITES  # rims of thousands of dots would hide the dots themselves
    axes.scatter(
        x,
        y,
        s=14 if few else 2.5,
        c="#111111",
        edgecolors=PAPER if few else "none",
        linewidths=0.5,
        zorder=4,
    )
    west, east, south, north = extent_of(layer.grid)
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)


def _present(layer: Layer) -> list[int]:
    codes = np.unique(layer.values[np.isfinite(layer.values)]).astype(int).tolist()
    return sorted({0, 1, *codes}, key=lambda code: (code > 1, -code))


def _short(label: str) -> str:
    return label.removesuffix(" the area of applicability")


def _share(layer: Layer, code: int) -> float:
    area = layer.areas_km2
    total = float(area[np.isfinite(layer.values)].sum())
    return float(area[layer.values == code].sum()) / total if total else float("nan")


def _leave_empty(axes: Axes, text: str) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, fontsize=10)


def _caption(run: RunDirectory, depth: str) -> str:
    confidence, level = percent(run.confidence_level), percent(run.interval_level)
    text = (
        f"{run.target_title} at {pretty_depth(depth)}. The prediction interval is where a new "
        f"field measurement falls with {level} probability; the relative uncertainty of Eq. 8 is "
        f"that of the {confidence} interval of the members' mean only, and therefore far "
        "smaller. Grey: not mapped. Colours run from the 1st to the 99th percentile of the cells."
    )
    if depth == run.depths[0]:
        text += " Black dots: sites."
    mean = run.depth_layer(depth, "mean")
    if mean is not None and mean.shrink > 1:
        text += f" Drawn at 1/{mean.shrink:.1f} of the map's resolution."
    return text


def _applicability_note(run: RunDirectory) -> Note:
    share = applicable_share(run)
    if share is None:
        return Note("This run holds no map of the area of applicability.", "missing")
    return Note(
        f"{percent(share, 1)} of the mapped area lies inside the area of applicability "
        "(Meyer & Pebesma 2021): there the covariates are like those of the sites, and the scores "
        "below may be expected to hold. Outside it the model extrapolates."
    )
