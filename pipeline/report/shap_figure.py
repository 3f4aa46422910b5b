"""Beeswarm of SHAP values: one dot a site, coloured by the covariate's value."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..colours import class_colours
from .blocks import Note, Picture
from .canvas import INK, finish, new_figure, tidy
from .run_directory import RunDirectory
from .wording import with_unit

_MOST_SITES = 800
_MOST_VARIABLES = 14
_SLICES = 70
_LEGEND_LETTERS = 170  # fit beside one another below the figure


def shap_picture(run: RunDirectory, order: list[str]) -> Picture | Note:
    """Return the beeswarm, the most important variable on top."""
    table = run.table("2-models/explain/shap_sites.csv")
    if table is None:
        return Note("This run holds no SHAP values; `solum explain` makes them.", "missing")
    names = [str(name) for name in pd.unique(table["variable"])]
    shown = [name for name in order if name in names] + [n for n in names if n not in order]
    shown = shown[:_MOST_VARIABLES]
    keep = _some_sites(table["id"])
    table = table[table["id"].isin(keep)]
    figure = new_figure(1160, 130 + 44 * len(shown))
    axes = figure.subplots()
    handles: list[Line2D] = []
    for place, name in enumerate(reversed(shown)):
        part = table[table["variable"] == name]
        colours = _draw_variable(axes, _named(part, run.covariate(name).classes), place)
        handles += [_handle(f"{name}: {label}", colour) for label, colour in colours.items()]
    axes.axvline(0, color=INK, linewidth=1)
    tidy(
        axes,
        xlabel=with_unit(f"SHAP value: contribution to predicted {run.target_title}", run.unit),
    )
    axes.set_yticks(range(len(shown)), list(reversed(shown)))
    axes.set_ylim(-0.6, len(shown) - 0.4)
    bar = figure.colorbar(
        ScalarMappable(Normalize(0, 1), colormaps["cividis"]), ax=axes, pad=0.01, aspect=28
    )
    bar.set_ticks([0, 1], labels=["low", "high"], fontsize=9)
    bar.set_label("value of the covariate (rank)", fontsize=9.5, color=INK)
    bar.outline.set_visible(False)
    if handles:
        _add_legend(figure, handles)
    caption = (
        f"SHAP values averaged over the members, one dot for each of {len(keep)} sites: how far "
        "the covariate moves that site’s prediction away from the average one."
    )
    if handles:
        caption += " Classes have the colours of the legend."
    return finish(figure, "shap_beeswarm", caption, "SHAP values by covariate")


def swarm_offsets(values: npt.NDArray[np.float64], reach: float) -> npt.NDArray[np.float64]:
    """Return vertical offsets within ±`reach` that spread dots of like value apart, shape (n,).

    Values are cut into slices; within a slice dots alternate above and below the middle line, and
    the fullest slice fills the reach.
    """
    if values.size == 0:
        return np.empty(0)
    span = np.ptp(values) or 1.0
    slices = ((values - values.min()) / span * (_SLICES - 1)).astype(np.int64)
    offsets = np.zeros(values.size)
    fullest = int(np.bincount(slices).max())
    for index in np.unique(slices):
        rows = np.flatnonzero(slices == index)
        ranks = np.arange(rows.size)
        sides = np.where(ranks % 2 == 0, 1, -1)
        offsets[rows] = sides * ((ranks + 1) // 2)
    return offsets * min(0.08, reach / max(1, fullest // 2))


def _named(part: pd.DataFrame, classes: dict[int, str]) -> pd.DataFrame:
    """Replace class codes by names."""
    if not classes:
        return part
    codes = pd.to_numeric(part["value"], errors="coerce")
    names = [classes.get(int(code)) if pd.notna(code) else None for code in codes]
    kept = [name or str(value) for name, value in zip(names, part["value"], strict=True)]
    return part.assign(value=kept)


def _draw_variable(axes: Axes, part: pd.DataFrame, place: int) -> dict[str, str]:
    """Draw one row; return the colours of its classes, none if it is continuous."""
    shap = part["shap_mean"].to_numpy(np.float64)
    heights = place + swarm_offsets(shap, 0.4)
    numbers = pd.to_numeric(part["value"], errors="coerce")
    if numbers.notna().all():
        colours = colormaps["cividis"](numbers.rank(pct=True).to_numpy())
        axes.scatter(shap, heights, s=15, c=colours, linewidths=0)
        return {}
    names = sorted(part["value"].astype(str).unique())
    palette = dict(zip(names, class_colours(len(names)), strict=True))
    axes.scatter(
        shap, heights, s=15, c=[palette[str(value)] for value in part["value"]], linewidths=0
    )
    return palette


def _handle(label: str, colour: str) -> Line2D:
    return Line2D([], [], marker="o", linestyle="", markersize=5, color=colour, label=label)


def _add_legend(figure: Figure, handles: list[Line2D]) -> None:
    """Name the classes below the figure, in as many columns as their names leave room for."""
    longest = max(len(str(handle.get_label())) for handle in handles)
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=max(1, min(4, _LEGEND_LETTERS // (longest + 6))),
        frameon=False,
        fontsize=8.5,
        labelcolor=INK,
        handletextpad=0.3,
    )


def _some_sites(ids: pd.Series) -> list[str]:
    every = pd.unique(ids)
    if len(every) <= _MOST_SITES:
        return list(every)
    chosen = np.linspace(0, len(every) - 1, _MOST_SITES).astype(np.int64)
    return [str(every[i]) for i in chosen]
