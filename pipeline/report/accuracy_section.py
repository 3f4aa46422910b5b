"""How good the predictions are: observed against predicted, scores, coverage of the interval."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from .blocks import Block, Note, Picture, Section
from .canvas import ACCENT, INK, draw_note, finish, new_figure, tidy
from .coverage_figure import coverage_picture
from .run_directory import RunDirectory
from .score_tables import score_of, score_table_blocks
from .wording import count, decimals, learner_title, pretty_depth, with_unit

PREDICTIONS = "2-models/cv_predictions.csv"
_HONEST = ("random", "spatial")
_SHORT_SCHEMES = {"random": "random folds", "spatial": "spatial blocks"}
_MANY = 3000  # points beyond which density says more than dots


def accuracy_section(run: RunDirectory) -> Section:
    """Return figures and tables of the cross-validation."""
    blocks: list[Block] = []
    predictions = run.table(PREDICTIONS)
    if predictions is None:
        blocks.append(Note("This run holds no cross-validated predictions.", "missing"))
    else:
        picture = _observed_predicted(run, predictions)
        blocks += [] if picture is None else [picture]
    blocks += score_table_blocks(run)
    if predictions is not None:
        blocks.append(coverage_picture(run, predictions))
    return Section("accuracy", "How good is it?", blocks)


def _observed_predicted(run: RunDirectory, predictions: pd.DataFrame) -> Picture | None:
    """Draw one panel a depth and scheme, each row of panels one scheme."""
    chosen = predictions[predictions["learner"] == run.best_learner]
    chosen = chosen.dropna(subset=["observed", "predicted"])
    schemes = [scheme for scheme in _HONEST if (chosen["scheme"] == scheme).any()]
    depths = [depth for depth in run.depths if (chosen["depth"] == depth).any()]
    if not schemes or not depths:
        return None
    if len(depths) == 1:
        figure = new_figure(560 * len(schemes), 500)
        panels = figure.subplots(1, len(schemes), squeeze=False).T
    else:
        figure = new_figure(min(1160, 386 * len(depths)), 390 * len(schemes))
        panels = figure.subplots(len(schemes), len(depths), squeeze=False)
    many = int(chosen.groupby(["scheme", "depth"]).size().max()) > _MANY
    for row, scheme in enumerate(schemes):
        for column, depth in enumerate(depths):
            part = chosen[(chosen["scheme"] == scheme) & (chosen["depth"] == depth)]
            _draw_panel(run, panels[row, column], part, scheme, depth, many=many)
    caption = (
        f"Observed against predicted {run.target_title} ({learner_title(run.best_learner)}); each "
        "site predicted by a model that has not seen it. Black line: 1:1. Random folds tell how "
        "well places like the sites are predicted, spatial blocks how well a place away from them "
        "is."
    )
    if many:
        caption += " Colours: sites to a hexagon, yellow most."
    return finish(figure, "observed_predicted", caption, "Observed against predicted")


def _draw_panel(
    run: RunDirectory, axes: Axes, part: pd.DataFrame, scheme: str, depth: str, *, many: bool
) -> None:
    observed, predicted = part["observed"].to_numpy(), part["predicted"].to_numpy()
    lowest = min(0.0, float(min(observed.min(), predicted.min())))
    highest = float(max(observed.max(), predicted.max()))
    pad = 0.03 * (highest - lowest)
    limits = (lowest - pad, highest + pad)
    if many:
        axes.hexbin(
            predicted,
            observed,
            gridsize=55,
            extent=(*limits, *limits),
            bins="log",
            cmap="viridis",
            mincnt=1,
        )
    else:
        axes.scatter(
            predicted, observed, s=24, c=ACCENT, alpha=0.55, edgecolors="white", linewidths=0.4
        )
    axes.plot([lowest, highest], [lowest, highest], color=INK, linewidth=1, zorder=3)
    draw_note(axes, _score_note(run, scheme, depth, len(part)), corner="lower right")
    tidy(
        axes,
        title=f"{pretty_depth(depth)}, {_SHORT_SCHEMES[scheme]}",
        xlabel=with_unit(f"predicted {run.target_title}", run.unit),
        ylabel=with_unit(f"observed {run.target_title}", run.unit),
    )
    axes.set_xlim(*limits)
    axes.set_ylim(*limits)
    axes.set_box_aspect(1)


def _score_note(run: RunDirectory, scheme: str, depth: str, n: int) -> str:
    lines = [f"n = {count(n)}"]
    for score, title in (("rmse", "RMSE"), ("mec", "MEC"), ("ccc", "CCC"), ("bias", "bias")):
        found = score_of(run, score, run.best_learner, scheme, depth)
        if found is not None:
            lines.append(f"{title} = {decimals(found.value)}")
    return "\n".join(lines)
