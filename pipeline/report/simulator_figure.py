"""Maps of a handful of physics features."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .blocks import Picture
from .canvas import finish, new_figure
from .map_panel import MAP_ROW_GAP, Scale, draw_map, panel_height
from .run_directory import Layer, RunDirectory
from .wording import with_unit

_WIDTH_PX = 1160
_TITLES = {
    "runoff": "Runoff",
    "soil_moisture_driest": "Soil moisture of the driest month",
    "soil_erosion": "Gross soil erosion",
    "lateral_carbon": "Lateral carbon: settled less lost",
    "soc_0_30": "Simulated carbon, 0–30 cm",
    "turnover_time": "Turnover time, 0–100 cm",
    "thaw_depth": "Thaw depth, at most 4 m",
    "snow_cover_days": "Days with snow",
}
"""In the order of the panels; a map that is the same everywhere is not drawn."""
MOST_PANELS = 6


def physics_picture(run: RunDirectory) -> Picture | None:
    """Return up to six maps; None where the run has none."""
    layers = {name: run.layer(f"4-simulator/physics/{name}.tif") for name in _TITLES}
    drawn = {name: layer for name, layer in layers.items() if layer is not None and _varies(layer)}
    shown = dict(list(drawn.items())[:MOST_PANELS])
    if not shown:
        return None
    caption = (
        "A year’s sums and means of one simulation. Colours run from the 1st to the 99th "
        "percentile of the cells."
    )
    titles = {name: _TITLES[name] for name in shown}
    return map_grid("physics", shown, titles, caption, centred=("lateral_carbon",))


def map_grid(
    name: str,
    layers: Mapping[str, Layer],
    titles: Mapping[str, str],
    caption: str,
    centred: tuple[str, ...] = (),
) -> Picture:
    """Return maps two a row; those `centred` have colours around zero."""
    n_rows = -(-len(layers) // 2)
    height = panel_height(next(iter(layers.values())), _WIDTH_PX / 2 - 60) + 120
    figure = new_figure(_WIDTH_PX, round(n_rows * height), row_gap=MAP_ROW_GAP)
    panels = figure.subplots(n_rows, 2, squeeze=False).ravel()
    for axes, (key, layer) in zip(panels, layers.items(), strict=False):
        ramp = "magma_r" if "erosion" in key else "viridis"
        around = key in centred
        scale = Scale.around_zero(layer.values) if around else Scale.of(layer.values, ramp)
        label = with_unit(titles[key].split(",")[0].split(":")[0], layer.unit)
        draw_map(figure, axes, layer, title=titles[key], label=label, scale=scale)
    for axes in panels[len(layers) :]:
        axes.set_axis_off()
    return finish(figure, name, caption, f"Maps: {', '.join(titles.values())}")


def _varies(layer: Layer) -> bool:
    present = layer.values[np.isfinite(layer.values)]
    return bool(present.size) and float(present.min()) < float(present.max())
