"""What drives the map: importance by variable and by group, SHAP values, partial dependence."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..colours import OKABE_ITO
from .blocks import Block, Note, Picture, Section
from .canvas import INK, finish, new_figure, tidy
from .dependence_figure import dependence_pictures
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
        blocks.append(_importance(run, importance, order))
    blocks.append(shap_picture(run, order))
    blocks += dependence_pictures(run, order)
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


def _importance(run: RunDirectory, importance: pd.DataFrame, order: list[str]) -> Picture:
    methods = [method for method in _METHODS if (importance["method"] == method).any()]
    shown = order[:_MOST]
    by_group = group_shares(run, importance)
    chosen = by_group[by_group["method"] == methods[0]]
    groups = list(chosen.sort_values("share_pct", ascending=False)["group"])
    figure = new_figure(1160, 170 + 24 * (len(shown) + len(groups)))
    rows = figure.subplots(
        2, len(methods), squeeze=False, sharey="row", height_ratios=[len(shown), len(groups)]
    )
    for column, method in enumerate(methods):
        part = importance[importance["method"] == method].set_index("variable").reindex(shown)
        _bars(rows[0, column], part, part["group"])
        tidy(rows[0, column], title=_METHODS[method])
        part = by_group[by_group["method"] == method].set_index("group").reindex(groups)
        _bars(rows[1, column], part, part.index)
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


def group_shares(run: RunDirectory, importance: pd.DataFrame) -> pd.DataFrame:
    """Return shares by group with their SD between members; sums alone where a run lacks it."""
    table = run.table("2-models/importance_by_group.csv")
    if table is not None:
        return table
    sums = importance.groupby(["method", "group"])["share_pct"].sum().reset_index()
    return sums.assign(sd_pct=np.nan)


def _bars(axes: Axes, part: pd.DataFrame, groups: Iterable[str]) -> None:
    """Draw one bar a row of `part`, coloured by its group, with the SD between members."""
    places = np.arange(len(part))[::-1]
    shares = part["share_pct"].fillna(0.0).to_numpy()
    spread = part["sd_pct"].fillna(0.0).to_numpy()
    colours = [GROUP_COLOURS.get(str(group), GROUP_COLOURS["other"]) for group in groups]
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
