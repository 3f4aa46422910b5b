"""A map to point at: value and interval of every depth under the cursor, without a network."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt
from affine import Affine
from rasterio.warp import Resampling, reproject

from features.grid import Grid

from ..colours import RAMPS
from .blocks import Embed, Note
from .map_panel import Scale
from .map_section import FEW_SITES
from .run_directory import Layer, RunDirectory
from .wording import percent, pretty_depth, pretty_unit, with_unit

_MOST_CELLS = 45_000  # keeps the page below a few MB
_PLOT_HEIGHT_PX = 640
_MOST_SITES = 5000


def interactive_block(run: RunDirectory) -> Embed | Note:
    """Return the map as HTML with its JavaScript, or say why there is none."""
    first = run.depth_layer(run.depths[0], "mean") if run.depths else None
    if first is None:
        return Note("Without a map there is nothing to point at.", "missing")
    coarse = _coarse_grid(first.grid)
    columns = _columns(run, coarse)
    html = _draw(run, first, coarse, columns)
    size_km = math.sqrt(float(np.nanmean(coarse.cell_areas_km2())))
    caption = (
        f"Point at a place to read the mean and the {percent(run.interval_level)} "
        f"prediction interval ({pretty_unit(run.unit) or run.unit}); drag to move. The wheel "
        "zooms once it is switched on above the map. "
    )
    if coarse.shape != first.grid.shape or first.shrink > 1:
        caption += (
            f"Cells are averaged to about {size_km:.3g} km here; the GeoTIFFs in 3-stocks hold "
            "full resolution."
        )
    return Embed(html, caption)


def _coarse_grid(grid: Grid) -> Grid:
    factor = max(1, math.ceil(math.sqrt(grid.height * grid.width / _MOST_CELLS)))
    return Grid(
        grid.crs,
        grid.transform @ Affine.scale(factor),
        math.ceil(grid.height / factor),
        math.ceil(grid.width / factor),
    )


def _coarsen(layer: Layer, grid: Grid) -> npt.NDArray[np.float32]:
    out = np.full(grid.shape, np.nan, np.float32)
    if grid.shape == layer.grid.shape:
        return layer.values
    crs = grid.crs.to_wkt()
    reproject(
        layer.values,
        out,
        src_transform=layer.grid.transform,
        src_crs=crs,
        src_nodata=np.nan,
        dst_transform=grid.transform,
        dst_crs=crs,
        dst_nodata=np.nan,
        resampling=Resampling.average,
    )
    return out


def _columns(run: RunDirectory, grid: Grid) -> dict[str, npt.NDArray[np.float32]]:
    columns = {}
    for depth in run.depths:
        for band in ("mean", "pi_lower", "pi_upper"):
            layer = run.depth_layer(depth, band)
            if layer is not None:
                values = _coarsen(layer, grid)[::-1]  # Bokeh draws rows upward
                columns[f"{band}_{depth}"] = np.ascontiguousarray(values)
    return columns


def _draw(
    run: RunDirectory,
    first: Layer,
    grid: Grid,
    columns: dict[str, npt.NDArray[np.float32]],
) -> str:
    embed: Any = import_module("bokeh.embed")
    resources: Any = import_module("bokeh.resources")
    models: Any = import_module("bokeh.models")
    west, south, east, north = grid.bounds
    unit_km = 1.0 if grid.crs.is_geographic else _km_per_unit(grid)
    depth = run.depths[0]
    scale = Scale.of(columns[f"mean_{depth}"], "viridis")
    mapper = models.LinearColorMapper(
        palette=_smooth(RAMPS["viridis"]),
        low=scale.lowest,
        high=scale.highest,
        nan_color="rgba(0,0,0,0)",
    )
    title = with_unit(f"{run.target_title} {pretty_depth(depth)}", run.unit)
    plot = _empty_plot(grid, unit_km, title)
    image = plot.image(
        image=f"mean_{depth}",
        x=west * unit_km,
        y=south * unit_km,
        dw=(east - west) * unit_km,
        dh=(north - south) * unit_km,
        source=models.ColumnDataSource({name: [values] for name, values in columns.items()}),
        color_mapper=mapper,
    )
    plot.add_tools(
        models.HoverTool(
            renderers=[image], tooltips=_tooltips(run, columns, grid.crs.is_geographic)
        )
    )
    _add_sites(run, first, plot, unit_km)
    ticker = models.BasicTicker(desired_num_ticks=7)
    plot.add_layout(models.ColorBar(color_mapper=mapper, ticker=ticker), "right")
    script, body = embed.components(plot)
    library = resources.Resources(mode="inline", components=["bokeh"]).render_js()
    return f"{library}{body}{script}"


def _empty_plot(grid: Grid, unit_km: float, title: str) -> Any:
    plotting: Any = import_module("bokeh.plotting")
    west, south, east, north = grid.bounds
    ratio = (north - south) / (east - west)
    if grid.crs.is_geographic:
        ratio /= math.cos(math.radians((north + south) / 2))
    labels = ("easting (km)", "northing (km)")
    if grid.crs.is_geographic:
        labels = ("longitude (°)", "latitude (°)")
    plot = plotting.figure(
        width=round(min(1080.0, max(420.0, _PLOT_HEIGHT_PX / ratio + 130))),
        height=_PLOT_HEIGHT_PX,
        x_range=(west * unit_km, east * unit_km),
        y_range=(south * unit_km, north * unit_km),
        title=title,
        tools="pan,wheel_zoom,box_zoom,reset,save",
        toolbar_location="above",
        background_fill_color="#eceff1",
        x_axis_label=labels[0],
        y_axis_label=labels[1],
        match_aspect=not grid.crs.is_geographic,
    )
    plot.toolbar.logo = None  # the logo links to the network
    plot.grid.visible = False
    return plot


def _tooltips(
    run: RunDirectory, columns: dict[str, npt.NDArray[np.float32]], is_geographic: bool
) -> list[tuple[str, str]]:
    rows = []
    for depth in run.depths:
        if f"mean_{depth}" not in columns:
            continue
        text = f"@{{mean_{depth}}}{{0.00}}"
        if f"pi_upper_{depth}" in columns:
            text += f" (@{{pi_lower_{depth}}}{{0.00}} to @{{pi_upper_{depth}}}{{0.00}})"
        rows.append((pretty_depth(depth), text))
    place = "$x{0.00}, $y{0.00}" if is_geographic else "$x{0,0.0}, $y{0,0.0}"
    return [*rows, ("longitude, latitude" if is_geographic else "x, y", place)]


def _add_sites(run: RunDirectory, layer: Layer, plot: Any, unit_km: float) -> None:
    models: Any = import_module("bokeh.models")
    x, y = run.site_places(layer)
    if x.size == 0 or x.size > _MOST_SITES or run.sites is None:
        return
    sites = run.sites
    values = sites.get(f"target_{run.depths[0]}")
    data = {
        "x": x * unit_km,
        "y": y * unit_km,
        "id": sites["id"].astype(str).tolist(),
        "observed": np.full(x.size, np.nan) if values is None else values.to_numpy(np.float64),
    }
    dots = plot.scatter(
        "x",
        "y",
        source=models.ColumnDataSource(data),
        size=6 if x.size <= FEW_SITES else 3,
        fill_color="#111111",
        line_color="#ffffff" if x.size <= FEW_SITES else None,
        line_width=0.7,
    )
    tooltips = [("site", "@id"), (f"observed {pretty_depth(run.depths[0])}", "@observed{0.00}")]
    plot.add_tools(models.HoverTool(renderers=[dots], tooltips=tooltips))


def _smooth(colours: tuple[str, ...], n: int = 256) -> list[str]:
    """Interpolate a ramp of hex colours to `n` of them."""
    rgb = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in colours])
    at = np.linspace(0, len(colours) - 1, n)
    bands = [np.interp(at, np.arange(len(colours)), rgb[:, band]) for band in range(3)]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.rint(bands).astype(int).T]


def _km_per_unit(grid: Grid) -> float:
    factor = grid.crs.axis_info[0].unit_conversion_factor if grid.crs.axis_info else 1.0
    return float(factor) / 1000
