"""Bars of group means with letters: sites and cells side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from ..colours import class_colours
from .blocks import Block, Note, Picture, Table, cells
from .canvas import INK, finish, new_figure, tidy
from .run_directory import RunDirectory
from .wording import count, decimals, pretty_depth, probability, significant, with_unit

_TITLES = {"sites": "At the sites", "cells": "On the map"}


def group_blocks(run: RunDirectory) -> list[Block]:
    """Return the bars and the table of the tests behind the letters."""
    tests = run.table("3-stocks/group_tests.csv")
    if tests is None:
        return [Note("No groups were compared in this run.", "missing")]
    return [_bars(run, tests), _test_table(run, tests)]


def _bars(run: RunDirectory, tests: pd.DataFrame) -> Picture:
    bases = [basis for basis in _TITLES if (tests["basis"] == basis).any()]
    figure = new_figure(580 * len(bases), 430)
    panels = figure.subplots(1, len(bases), squeeze=False, sharey=True)[0]
    groups = [str(group) for group in pd.unique(tests["group"])]
    for axes, basis in zip(panels, bases, strict=True):
        _draw_basis(axes, tests[tests["basis"] == basis], run.depths, groups)
        tidy(axes, title=_TITLES[basis])
        axes.grid(axis="x", visible=False)
    panels[0].set_ylabel(with_unit(run.target_title, run.unit), fontsize=10, color=INK)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        fontsize=9.5,
        frameon=False,
        labelcolor=INK,
        loc="outside upper left",
        ncols=min(4, len(labels)),
    )
    caption = (
        "Mean and SD of each group; groups of a depth that share a letter do not differ (Dunn’s "
        "test after Kruskal-Wallis, Holm-corrected, 0.05). With many thousand cells any "
        "difference is significant, and cells of one map are not independent: judge the right "
        "panel by the effect size, not the letters."
    )
    return finish(figure, "groups", caption, "Group means with letters")


def _draw_basis(
    axes: Axes, tests: pd.DataFrame, depths: tuple[str, ...], groups: list[str]
) -> None:
    width = 0.8 / len(groups)
    for i, (group, colour) in enumerate(zip(groups, class_colours(len(groups)), strict=True)):
        part = tests[tests["group"] == group].set_index("depth").reindex(list(depths))
        places = np.arange(len(depths)) + (i - (len(groups) - 1) / 2) * width
        axes.bar(
            places,
            part["mean"],
            0.92 * width,
            yerr=part["sd"],
            color=colour,
            label=group,
            error_kw={"ecolor": INK, "elinewidth": 1, "capsize": 3},
        )
        tops = (part["mean"] + part["sd"]).to_numpy()
        for place, top, letters in zip(places, tops, part["letters"], strict=True):
            if isinstance(letters, str):
                axes.annotate(
                    letters,
                    (place, top),
                    xytext=(0, 4),
                    textcoords="offset points",
                    ha="center",
                    fontsize=10.5,
                    color=INK,
                )
    axes.set_xticks(range(len(depths)), [pretty_depth(depth) for depth in depths])
    axes.margins(y=0.12)
    axes.set_ylim(bottom=0)


def _test_table(run: RunDirectory, tests: pd.DataFrame) -> Table:
    rows = []
    for depth in run.depths:
        for basis in _TITLES:
            part = tests[(tests["depth"] == depth) & (tests["basis"] == basis)]
            if part.empty:
                continue
            first = part.iloc[0]
            means = ", ".join(
                f"{row['group']} {decimals(row['mean'])} {row['letters']} (n = {count(row['n'])})"
                for _, row in part.iterrows()
            )
            rows.append(
                cells(
                    pretty_depth(depth),
                    basis,
                    means,
                    significant(first["kruskal_h"]),
                    probability(first["kruskal_p"]),
                    decimals(first["epsilon2"]),
                    decimals(part["cliffs_delta_max"].abs().max()),
                )
            )
    header = ("Depth", "Basis", "Group means", "H", "p", "ε²", "largest δ")
    caption = (
        "Kruskal-Wallis tests with effect sizes: ε² is the share of rank variance between groups "
        "(0 none, 1 all), δ is the size of Cliff’s delta of the most different pair (0 none, 1 no "
        "overlap)."
    )
    return Table(header, rows, caption, numeric=(3, 4, 5, 6))
