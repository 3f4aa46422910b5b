"""Partial dependence with individual curves and the band of the members."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from .blocks import Note, Picture
from .canvas import ACCENT, CONTRAST, INK, finish, new_figure, tidy
from .run_directory import RunDirectory
from .wording import pretty_unit, with_unit

_MOST_PANELS = 12
_MOST_CURVES = 60
_TITLE_LETTERS = 30  # of a covariate's name that fit above a panel
_CLASS_LETTERS = 34  # of a class's name that fit beside one
_GREY = "#8a949c"


def dependence_pictures(run: RunDirectory, order: list[str]) -> list[Picture | Note]:
    """Return one panel a covariate, the most important first; classes in a figure of their own."""
    table = run.table("2-models/explain/partial_dependence.csv")
    if table is None:
        text = "This run holds no partial dependence; `solum explain` makes it."
        return [Note(text, "missing")]
    curves = run.table("2-models/explain/ice.csv")
    names = [str(name) for name in pd.unique(table["variable"])]
    ranked = [name for name in order if name in names] + [n for n in names if n not in order]
    categorical = set(table.loc[table["label"].notna(), "variable"])
    numbers = [name for name in ranked if name not in categorical][:_MOST_PANELS]
    classes = [name for name in ranked if name in categorical][:_MOST_PANELS]
    found: list[Picture | Note] = []
    if numbers:
        found.append(_curves_picture(run, table, curves, numbers))
    if classes:
        found.append(_classes_picture(run, table, curves, classes))
    return found


def wrapped(name: str, letters: int) -> str:
    """Break a name after underscores, slashes or spaces into lines of at most so many letters."""
    lines = [""]
    for part in re.split(r"(?<=[_/ ])", name):
        if lines[-1] and len((lines[-1] + part).rstrip()) > letters:
            lines.append("")
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines)


def _curves_picture(
    run: RunDirectory, table: pd.DataFrame, curves: pd.DataFrame | None, shown: list[str]
) -> Picture:
    columns = min(4, len(shown))
    rows = math.ceil(len(shown) / columns)
    figure = new_figure(max(420, 290 * columns), 270 * rows)
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, name in zip(panels.flat, shown, strict=False):
        part, own = _of(table, name), None if curves is None else _of(curves, name)
        _draw_curve(axes, part, own, run.sites)
        tidy(axes, xlabel=pretty_unit(run.covariate(name).unit))
        _title(axes, name)
    _leave_out(panels, len(shown))
    for axes in panels[:, 0]:
        axes.set_ylabel(with_unit(run.target_title, run.unit), fontsize=9.5, color=INK)
    caption = (
        "Partial dependence: the mean prediction when one covariate is set to a value at all "
        "sites. Blue: mean and band of the members; grey: single sites; ticks: deciles of the "
        "sites. Where covariates move together the curve also averages over combinations that "
        "do not occur."
    )
    return finish(figure, "partial_dependence", caption, "Partial dependence by covariate")


def _classes_picture(
    run: RunDirectory, table: pd.DataFrame, curves: pd.DataFrame | None, shown: list[str]
) -> Picture:
    parts = [_of(table, name) for name in shown]
    figure, panels = _class_panels([len(part) for part in parts])
    for axes, name, part in zip(panels.flat, shown, parts, strict=False):
        _draw_classes(axes, part, None if curves is None else _of(curves, name))
        tidy(axes, xlabel=with_unit(run.target_title, run.unit))
        axes.grid(axis="y", visible=False)
        _title(axes, name)
    _leave_out(panels, len(shown))
    caption = (
        "Partial dependence on classes: the mean prediction when all sites are set to a class. "
        "Blue: mean and band of the members; grey: single sites."
    )
    return finish(figure, "partial_dependence_classes", caption, "Partial dependence by class")


def _class_panels(n_classes: list[int]) -> tuple[Figure, Any]:
    columns = min(2, len(n_classes))
    rows = math.ceil(len(n_classes) / columns)
    most = [max(n_classes[row * columns : (row + 1) * columns]) for row in range(rows)]
    heights = [110 + 32 * n for n in most]
    figure = new_figure(580 * columns if columns > 1 else 700, sum(heights))
    panels = figure.subplots(rows, columns, squeeze=False, sharex=True, height_ratios=heights)
    return figure, panels


def _of(table: pd.DataFrame, name: str) -> pd.DataFrame:
    return table[table["variable"] == name]


def _title(axes: Axes, name: str) -> None:
    text = wrapped(name, _TITLE_LETTERS)
    axes.set_title(text, loc="left", fontsize=10, fontweight="bold", color=INK)


def _leave_out(panels: Any, n_used: int) -> None:
    for axes in panels.flat[n_used:]:
        axes.set_axis_off()


def _draw_curve(
    axes: Axes, part: pd.DataFrame, own: pd.DataFrame | None, sites: pd.DataFrame | None
) -> None:
    if own is not None:
        curves = [
            np.column_stack([pd.to_numeric(curve["value"]), curve["predicted"]])
            for _, curve in list(own.groupby("id", sort=False))[:_MOST_CURVES]
        ]
        axes.add_collection(LineCollection(curves, colors=_GREY, linewidths=0.6, alpha=0.4))
    x = pd.to_numeric(part["value"], errors="coerce").to_numpy()
    axes.fill_between(x, part["lower"], part["upper"], color=ACCENT, alpha=0.22, linewidth=0)
    axes.plot(x, part["mean"], color=ACCENT, linewidth=2)
    name = str(part["variable"].iloc[0])
    if sites is not None and name in sites:
        deciles = np.nanquantile(sites[name].to_numpy(np.float64), np.linspace(0.1, 0.9, 9))
        axes.plot(
            deciles,
            np.zeros(9),
            "|",
            color=CONTRAST,
            markersize=9,
            transform=axes.get_xaxis_transform(),
            clip_on=False,
        )


def _draw_classes(axes: Axes, part: pd.DataFrame, own: pd.DataFrame | None) -> None:
    """Draw one line a class, so that names of any length can be read."""
    places = np.arange(len(part))[::-1]
    if own is not None:
        for place, label in zip(places, part["label"], strict=True):
            single = own.loc[own["label"] == label, "predicted"].to_numpy()[:_MOST_CURVES]
            shift = np.linspace(-0.2, 0.2, single.size)
            axes.plot(single, place + shift, ".", color=_GREY, markersize=3, alpha=0.5)
    mean = part["mean"].to_numpy()
    error = np.vstack([mean - part["lower"].to_numpy(), part["upper"].to_numpy() - mean])
    axes.errorbar(
        mean, places, xerr=np.maximum(error, 0), fmt="o", color=ACCENT, capsize=4, linewidth=2
    )
    axes.set_yticks(places, [wrapped(str(label), _CLASS_LETTERS) for label in part["label"]])
    axes.set_ylim(-0.6, len(part) - 0.4)
