"""Partial dependence with individual curves and the band of the members."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from .blocks import Note, Picture
from .canvas import ACCENT, CONTRAST, FAINT, INK, finish, new_figure, tidy
from .run_directory import RunDirectory
from .wording import with_unit

_MOST_PANELS = 12
_MOST_CURVES = 60


def dependence_picture(run: RunDirectory, order: list[str]) -> Picture | Note:
    """Return one panel a covariate, the most important first."""
    table = run.table("2-models/explain/partial_dependence.csv")
    if table is None:
        return Note("This run holds no partial dependence; `solum explain` makes it.", "missing")
    curves = run.table("2-models/explain/ice.csv")
    names = [str(name) for name in pd.unique(table["variable"])]
    shown = [name for name in order if name in names] + [n for n in names if n not in order]
    shown = shown[:_MOST_PANELS]
    columns = min(4, len(shown))
    rows = math.ceil(len(shown) / columns)
    figure = new_figure(max(420, 290 * columns), 270 * rows)
    panels = figure.subplots(rows, columns, squeeze=False, sharey=True)
    for axes, name in zip(panels.flat, shown, strict=False):
        part = table[table["variable"] == name]
        own = None if curves is None else curves[curves["variable"] == name]
        if part["label"].notna().any():
            _draw_classes(axes, part, own)
        else:
            _draw_curve(axes, part, own, run.sites)
        tidy(axes, xlabel=with_unit(name, run.covariate(name).unit))
    for axes in panels.flat[len(shown) :]:
        axes.set_axis_off()
    for axes in panels[:, 0]:
        axes.set_ylabel(with_unit(run.target_title, run.unit), fontsize=9.5, color=INK)
    caption = (
        "Partial dependence: the mean prediction when one covariate is set to a value at all "
        "sites. Blue: mean and band of the members; grey: single sites; ticks: deciles of the "
        "sites. Where covariates move together the curve also averages over combinations that "
        "do not occur."
    )
    return finish(figure, "partial_dependence", caption, "Partial dependence by covariate")


def _draw_curve(
    axes: Axes, part: pd.DataFrame, own: pd.DataFrame | None, sites: pd.DataFrame | None
) -> None:
    if own is not None:
        curves = [
            np.column_stack([pd.to_numeric(curve["value"]), curve["predicted"]])
            for _, curve in list(own.groupby("id", sort=False))[:_MOST_CURVES]
        ]
        axes.add_collection(LineCollection(curves, colors="#8a949c", linewidths=0.6, alpha=0.4))
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
    places = np.arange(len(part))
    if own is not None:
        for place, label in zip(places, part["label"], strict=True):
            single = own.loc[own["label"] == label, "predicted"].to_numpy()[:_MOST_CURVES]
            shift = np.linspace(-0.18, 0.18, single.size)
            axes.plot(place + shift, single, ".", color="#8a949c", markersize=3, alpha=0.5)
    mean = part["mean"].to_numpy()
    error = np.vstack([mean - part["lower"].to_numpy(), part["upper"].to_numpy() - mean])
    axes.errorbar(
        places, mean, yerr=np.maximum(error, 0), fmt="o", color=ACCENT, capsize=4, linewidth=2
    )
    labels = [str(label) for label in part["label"]]
    long = max(map(len, labels)) * len(labels) > 32
    axes.set_xticks(places, labels, rotation=40 if long else 0, ha="right" if long else "center")
    axes.set_xlim(-0.5, len(part) - 0.5)
    axes.set_facecolor("white")
    axes.grid(color=FAINT)
