"""What drives the map: importance by variable and by group, SHAP values, partial dependence."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..colours import OKABE_ITO
from .blocks import Block, Note, Picture, Section
from .canvas import INK, finish, new_figure, tidy
from .dependence_figure import dependence_picture
from .run_directory import RunDirectory
from .shap_figure import shap_picture

_METHODS = {
    "shap": "SHAP, mean |value|",
    "gain": "Gain in training",
    "permutation": "Permutation",
}
GROUP_COLOURS = {
    "climate": OKABE_ITO[0],
    "vegetation": OKABE_ITO[2],
    "soil": OKABE_ITO[1],
    "terrain": OKABE_ITO[4],
    "physics": OKABE_ITO[3],
    "other": "#8a949c",
}
_MOST = 20  # bars beyond this many cannot be read


def driver_section(run: RunDirectory) -> Section:
    """Return importance, SHAP and partial dependence, or say what is not there."""
    blocks: list[Block] = []
    importance = run.table("2-models/importance.csv")
    if importance is None:
        blocks.append(Note("This run holds no importance of covariates.", "missing"))
        order: list[str] = []
    else:
        order = importance_order(importance)
        blocks.append(_importance(importance, order))
    blocks.append(shap_picture(run, order))
    blocks.append(dependence_picture(run, order))
    blocks.append(
        Note(
            "Importance and dependence describe the model, not the soil: covariates that move "
            "together share their importance, and none of this shows cause."
        )
    )
    return Section("drivers", "What drives the map", blocks)


def importance_order(importance: pd.DataFrame) -> list[str]:
    """Return the variables by falling share, by SHAP where there is SHAP."""
    method = next((m for m in _METHODS if (importance["method"] == m).any()), None)
    chosen = importance if method is None else importance[importance["method"] == method]
    return [str(name) for name in chosen.sort_values("share_pct", ascending=False)["variable"]]


def _importance(importance: pd.DataFrame, order: list[str]) -> Picture:
    methods = [method for method in _METHODS if (importance["method"] == method).any()]
    shown = order[:_MOST]
    figure = new_figure(1160, 330 + 24 * len(shown))
    rows = figure.subplots(
        2, len(methods), squeeze=False, sharey="row", height_ratios=[len(shown) + 1, 5]
    )
    chosen = importance[importance["method"] == methods[0]]
    groups = chosen.groupby("group")["share_pct"].sum().sort_values().index
    for column, method in enumerate(methods):
        part = importance[importance["method"] == method]
        _variable_bars(rows[0, column], part.set_index("variable").reindex(shown))
        tidy(rows[0, column], title=_METHODS[method])
        _group_bars(rows[1, column], part.groupby("group")["share_pct"].sum().reindex(groups))
        tidy(rows[1, column], xlabel="share (%)")
        for axes in rows[:, column]:
            axes.grid(axis="y", visible=False)
    members = importance["n_members"].max()
    caption = (
        "Share of each covariate (above) and of each group of covariates (below) in the model, "
        f"100 % within a column; whiskers: SD between members (at most {members:.0f}). A "
        "categorical covariate counts as one."
    )
    if len(order) > _MOST:
        caption += f" The {_MOST} most important of {len(order)} are shown."
    return finish(figure, "importance", caption, "Importance of covariates in percent")


def _variable_bars(axes: Axes, part: pd.DataFrame) -> None:
    places = np.arange(len(part))[::-1]
    shares = part["share_pct"].fillna(0.0).to_numpy()
    spread = part["sd_pct"].fillna(0.0).to_numpy()
    colours = [GROUP_COLOURS.get(str(group), GROUP_COLOURS["other"]) for group in part["group"]]
    axes.barh(
        places,
        shares,
        0.74,
        xerr=np.vstack([np.minimum(spread, shares), spread]),
        color=colours,
        error_kw={"ecolor": INK, "elinewidth": 0.9, "capsize": 2},
    )
    for place, share, sd in zip(places, shares, spread, strict=True):
        axes.annotate(
            f"{share:.1f}",
            (share + sd, place),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
            color=INK,
        )
    axes.set_yticks(places, [str(name) for name in part.index])
    axes.set_ylim(-0.6, len(part) - 0.4)
    axes.set_xlim(0, float((shares + spread).max()) * 1.16 + 1e-9)


def _group_bars(axes: Axes, shares: pd.Series) -> None:
    shares = shares.fillna(0.0)
    places = np.arange(len(shares))
    colours = [GROUP_COLOURS.get(str(group), GROUP_COLOURS["other"]) for group in shares.index]
    bars = axes.barh(places, shares.to_numpy(), 0.74, color=colours)
    axes.bar_label(bars, [f"{share:.1f}" for share in shares], fontsize=8.5, padding=4, color=INK)
    axes.set_yticks(places, [str(group) for group in shares.index])
    axes.set_xlim(0, float(shares.max()) * 1.16 + 1e-9)
