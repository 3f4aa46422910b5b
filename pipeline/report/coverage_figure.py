"""Whether the prediction interval holds what it states, overall and along the prediction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from ..colours import OKABE_ITO
from .blocks import Note, Picture
from .canvas import INK, finish, new_figure, tidy
from .run_directory import RunDirectory
from .wording import learner_title, percent, pretty_depth, scheme_title, with_unit

_MARKERS = ("o", "s", "^")
_CLASSES = 4
_QUARTERS = ("lowest quarter", "second quarter", "third quarter", "highest quarter")


def coverage_picture(run: RunDirectory, predictions: pd.DataFrame) -> Picture | Note:
    """Return coverage by depth and scheme beside coverage by size of the prediction."""
    usable = predictions[
        (predictions["learner"] == run.best_learner) & (predictions["scheme"] != "random_study")
    ]
    usable = usable.dropna(subset=["observed", "pi_lower", "pi_upper"])
    if usable.empty:
        return Note("No prediction intervals were cross-validated in this run.", "missing")
    usable = usable.assign(
        held=(usable["observed"] >= usable["pi_lower"]) & (usable["observed"] <= usable["pi_upper"])
    )
    level = run.interval_level
    figure = new_figure(1160, 400)
    left, right = figure.subplots(1, 2, sharey=True)
    _by_depth(left, usable, run.depths, level)
    shares = _by_prediction(right, usable[usable["depth"] == run.depths[0]], level)
    low = min(left.dataLim.y0, right.dataLim.y0, 100 * level - 12)
    left.set_ylim(max(-1.0, low - 3), 101.5)
    right.set_xlabel(with_unit(f"predicted {run.target_title}", run.unit), fontsize=10, color=INK)
    caption = (
        f"Share of held-out observations inside their {percent(level)} prediction interval "
        f"({learner_title(run.best_learner)}), which is rebuilt in every outer fold on the "
        "training sites. Bars: 95 % Wilson interval of a share of n independent sites; clustered "
        f"sites carry less information than that. Right: {pretty_depth(run.depths[0])}, by "
        "quarters of the prediction. Intervals may hold overall and yet be too narrow where values "
        "are high and too wide where they are low, or the other way round. "
    ) + uneven_sentence(shares, level)
    return finish(figure, "interval_coverage", caption, "Coverage of the prediction interval")


def wilson(held: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """Return Wilson's (1927, JASA 22:209) interval of a share."""
    centre = (held + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(held * (1 - held) / n + z**2 / (4 * n**2))
    return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True)
class QuarterShare:
    """Share of the observations of a quarter (0 the lowest predictions) that intervals held."""

    scheme: str
    quarter: int
    share: float
    n: int


def uneven_sentence(shares: Sequence[QuarterShare], level: float) -> str:
    """Say which quarters depart from the stated share by more than chance, and what follows."""
    narrow, wide = [], []
    for one in shares:
        low, high = wilson(one.share, one.n)
        scheme = scheme_title(one.scheme).removesuffix(", nested")
        name = f"{_QUARTERS[one.quarter]} ({scheme}, {percent(one.share)})"
        if high < level:
            narrow.append(name)
        elif low > level:
            wide.append(name)
    if not narrow and not wide:
        return "Here no quarter departs from the stated share by more than chance allows."
    text = ""
    if narrow:
        text += (
            f"Here intervals are too narrow in the {', '.join(narrow)}: read them there as "
            "intervals of that lower level. "
        )
    if wide:
        text += f"Here intervals are wider than they need be in the {', '.join(wide)}."
    return text.rstrip()


def _by_depth(axes: Axes, usable: pd.DataFrame, depths: tuple[str, ...], level: float) -> None:
    schemes = [str(scheme) for scheme in pd.unique(usable["scheme"])]
    for i, scheme in enumerate(schemes):
        for j, depth in enumerate(depths):
            held = usable[(usable["scheme"] == scheme) & (usable["depth"] == depth)]["held"]
            if held.empty:
                continue
            place = j + 0.16 * (i - (len(schemes) - 1) / 2)
            label = scheme_title(scheme) if j == 0 else None
            _draw_share(axes, place, held.to_numpy(), i, label)
    axes.set_xticks(range(len(depths)), [pretty_depth(depth) for depth in depths])
    axes.set_xlim(-0.5, len(depths) - 0.5)
    _finish_panel(axes, "All sites", level)
    axes.legend(fontsize=9, frameon=False, loc="lower left")


def _by_prediction(axes: Axes, usable: pd.DataFrame, level: float) -> list[QuarterShare]:
    """Draw the share held by each quarter and scheme, and return them."""
    shares: list[QuarterShare] = []
    edges = np.quantile(usable["predicted"], np.linspace(0, 1, _CLASSES + 1))
    schemes = [str(scheme) for scheme in pd.unique(usable["scheme"])]
    quarter = np.clip(np.searchsorted(edges, usable["predicted"]) - 1, 0, _CLASSES - 1)
    for i, scheme in enumerate(schemes):
        for j in range(_CLASSES):
            held = usable["held"].to_numpy()[(quarter == j) & (usable["scheme"] == scheme)]
            if held.size:
                _draw_share(axes, j + 0.16 * (i - (len(schemes) - 1) / 2), held, i, None)
                shares.append(QuarterShare(scheme, j, float(held.mean()), held.size))
    names = [f"{low:.3g} to {high:.3g}" for low, high in pairwise(edges)]
    axes.set_xticks(range(_CLASSES), names)
    axes.set_xlim(-0.5, _CLASSES - 0.5)
    _finish_panel(axes, "By size of the prediction", level)
    return shares


def _draw_share(
    axes: Axes, place: float, held: npt.NDArray[np.bool_], style: int, label: str | None
) -> None:
    share = float(held.mean())
    low, high = wilson(share, held.size)
    axes.errorbar(
        place,
        100 * share,
        yerr=[[100 * max(0.0, share - low)], [100 * max(0.0, high - share)]],
        fmt=_MARKERS[style % len(_MARKERS)],
        color=OKABE_ITO[style],
        markersize=7,
        capsize=3,
        linewidth=1.4,
        label=label,
    )


def _finish_panel(axes: Axes, title: str, level: float) -> None:
    axes.axhline(100 * level, color=INK, linewidth=1.1, linestyle="--")
    tidy(axes, title=title, ylabel="observations inside (%)")
    axes.text(
        0.995,
        100 * level,
        "stated ",
        transform=axes.get_yaxis_transform(),
        ha="right",
        va="bottom",
        fontsize=8.5,
        color=INK,
    )
