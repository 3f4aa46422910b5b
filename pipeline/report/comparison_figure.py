"""Differences of RMSE between approaches, with their limits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from ..colours import OKABE_ITO
from .blocks import Picture
from .canvas import INK, finish, new_figure, tidy
from .run_directory import RunDirectory
from .wording import pretty_depth, scheme_title, with_unit

SHOWN = ("ml", "ml_physics", "residual", "simulator_weighted", "simulator")
"""Against the raw inputs, the best first in the usual case."""
LINEAR_WITHIN = 0.2
"""In the target's unit: where gains lie. Simulators err ten to a hundred times as much beyond."""
TICKS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
_MARKERS = ("o", "s", "^", "D")


def comparison_picture(
    run: RunDirectory, table: pd.DataFrame, titles: Mapping[str, str]
) -> Picture:
    """Draw one panel a scheme: RMSE of each approach less that of the raw inputs, by depth."""
    schemes = [str(scheme) for scheme in pd.unique(table["scheme"])]
    depths = [str(depth) for depth in pd.unique(table["depth"])]
    figure = new_figure(1160, 400)
    panels = figure.subplots(1, len(schemes), squeeze=False, sharey=True, sharex=True)[0]
    for axes, scheme in zip(panels, schemes, strict=True):
        _draw_scheme(axes, table[table["scheme"] == scheme], depths)
        axes.set_yticks(range(len(SHOWN)), [_wrapped(titles[name]) for name in SHOWN])
        tidy(
            axes,
            title=scheme_title(scheme),
            xlabel=with_unit("RMSE less that of machine learning with raw inputs", run.unit),
        )
        axes.grid(axis="y", visible=False)
    panels[0].invert_yaxis()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=9.5, frameon=False, labelcolor=INK,
                  loc="outside upper right", ncols=len(labels))  # fmt: skip
    caption = (
        "How much worse (right of the line) or better (left) each approach predicts held-out sites "
        "than machine learning given the simulator’s raw inputs. Bars: 95 % limits, the choice of "
        "training sites counted. A gain from physics is claimed only where the whole bar lies left "
        f"of the line. The axis is linear to {LINEAR_WITHIN:g} and logarithmic beyond."
    )
    return finish(figure, "physics_gain", caption, "Differences of RMSE with their limits")


def _draw_scheme(axes: Axes, table: pd.DataFrame, depths: list[str]) -> None:
    for k, depth in enumerate(depths):
        part = table[table["depth"] == depth].set_index("approach").reindex(list(SHOWN))
        found, low, high = (
            part[f"d_rmse_inputs{end}"].to_numpy(np.float64) for end in ("", "_lo", "_hi")
        )
        axes.errorbar(
            found,
            np.arange(len(SHOWN)) + 0.2 * (k - (len(depths) - 1) / 2),
            xerr=np.maximum([found - low, high - found], 0.0),
            fmt=_MARKERS[k % len(_MARKERS)],
            color=OKABE_ITO[k % len(OKABE_ITO)],
            markersize=6,
            capsize=3,
            linewidth=1.4,
            label=pretty_depth(depth),
        )
    axes.axvline(0.0, color=INK, linewidth=1.1, linestyle="--")
    axes.set_xscale("symlog", linthresh=LINEAR_WITHIN)
    axes.xaxis.set_major_locator(FixedLocator([-each for each in TICKS] + [0.0, *TICKS]))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())


def _wrapped(title: str) -> str:
    """Return a title on two lines."""
    words = title.split(" ")
    half = next(k for k in range(1, len(words) + 1) if 2 * len(" ".join(words[:k])) >= len(title))
    return " ".join(words[:half]) + "\n" + " ".join(words[half:])
