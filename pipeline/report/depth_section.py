"""How deeper layers follow from the modelled one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from .blocks import Block, Cell, Note, Picture, Section, Table, cells
from .canvas import ACCENT, CONTRAST, draw_note, finish, new_figure, tidy
from .run_directory import RunDirectory
from .wording import count, decimals, learner_title, pretty_depth, scheme_title, with_unit

_METHODS = {"line": "line", "ratio": "ratio of the means", "ratio_only": "ratio of the means"}
_ORACLE = "observed_surface"  # the true surface value carried down, not a prediction


def depth_section(run: RunDirectory) -> Section:
    """Return the depth lines with their sites, and how they score on held-out depths."""
    lines, sites = run.table("3-stocks/depth_lines.csv"), run.sites
    blocks: list[Block] = []
    if len(run.depths) < 2:
        blocks.append(Note("This run maps one depth only; there are no depth lines.", "missing"))
    elif lines is None or sites is None:
        blocks.append(Note("This run holds no depth lines.", "missing"))
    else:
        picture = _lines(run, lines, sites)
        blocks += [] if picture is None else [picture]
        blocks.append(_line_table(run, lines))
    scores = run.table("2-models/depth_scores.csv")
    if scores is not None:
        blocks.append(_score_table(run, scores))
    return Section("depth", "Deeper layers", blocks)


def _lines(run: RunDirectory, lines: pd.DataFrame, sites: pd.DataFrame) -> Picture | None:
    first = run.depths[0]
    columns = {f"target_{depth}" for depth in run.depths}
    deeper = [
        depth
        for depth in run.depths[1:]
        if (lines["depth"] == depth).any() and columns <= set(sites.columns)
    ]
    if not deeper:
        return None
    figure = new_figure(580 * min(2, len(deeper)), 420)
    panels = figure.subplots(1, len(deeper), squeeze=False)[0]
    for axes, depth in zip(panels, deeper, strict=True):
        pairs = sites[[f"target_{first}", f"target_{depth}"]].dropna()
        line = lines[lines["depth"] == depth].iloc[0]
        _draw_line(axes, pairs, line)
        tidy(
            axes,
            title=pretty_depth(depth),
            xlabel=with_unit(f"{run.target_title} {pretty_depth(first)}", run.unit),
            ylabel=with_unit(f"{run.target_title} {pretty_depth(depth)}", run.unit),
        )
    caption = (
        f"Lines that carry {run.target_title} from {pretty_depth(first)} downward, fitted on the "
        "sites complete to each depth and refitted in every member and outer fold. Dashed: plus "
        "and minus one residual SD, which the deeper intervals include."
    )
    return finish(figure, "depth_lines", caption, "Deeper layers against the modelled one")


def _draw_line(axes: Axes, pairs: pd.DataFrame, line: pd.Series) -> None:
    x, y = pairs.iloc[:, 0].to_numpy(), pairs.iloc[:, 1].to_numpy()
    small = 26 if x.size < 1000 else 5
    axes.scatter(x, y, s=small, c=ACCENT, alpha=0.5, edgecolors="white", linewidths=0.4)
    ends = np.array([0.0, x.max() if x.size else 1.0])
    fitted = line["intercept"] + line["slope"] * ends
    axes.plot(ends, fitted, color=CONTRAST, linewidth=2)
    for side in (-1, 1):
        shifted = fitted + side * line["residual_sd"]
        axes.plot(ends, shifted, color=CONTRAST, linewidth=1, linestyle="--")
    sign = "+" if line["slope"] >= 0 else "−"
    slope = decimals(abs(line["slope"]))
    draw_note(
        axes,
        f"y = {decimals(line['intercept'])} {sign} {slope} x\n"
        f"n = {count(line['n'])}, R² = {decimals(line['r2'])}",
    )


def _line_table(run: RunDirectory, lines: pd.DataFrame) -> Table:
    rows = [
        cells(
            pretty_depth(str(line["depth"])),
            count(line["n"]),
            f"{decimals(line['intercept'])} ± {decimals(line['intercept_se'])}",
            f"{decimals(line['slope'])} ± {decimals(line['slope_se'])}",
            decimals(line["residual_sd"]),
            decimals(line["r2"]),
            count(line["n_cells_corrected"]),
        )
        for _, line in lines[lines["depth"] != run.depths[0]].iterrows()
    ]
    header = (
        "Depth",
        "n sites",
        "Intercept ± SE",
        "Slope ± SE",
        with_unit("Residual SD", run.unit),
        "R²",
        "Cells corrected",
    )
    caption = (
        "Coefficients of the depth lines. Corrected cells: those where the line alone would have "
        "put less carbon into the deeper layer than into the shallower one."
    )
    return Table(header, rows, caption, numeric=range(1, 7))


def _score_table(run: RunDirectory, scores: pd.DataFrame) -> Table:
    shown = scores[
        scores["learner"].isin([run.best_learner, _ORACLE]) & (scores["scheme"] != "random_study")
    ]
    rows: list[list[Cell]] = []
    for depth in run.depths[1:]:
        part = shown[shown["depth"] == depth].sort_values(["scheme", "learner", "method"])
        rows.append([Cell(pretty_depth(depth))])
        rows += [_score_row(row) for _, row in part.iterrows()]
    header = ("Validation", "From the surface", "Carried down by", "n")
    units = (*(with_unit(name, run.unit) for name in ("RMSE", "MAE", "Bias")), "MEC")
    caption = (
        "The line beside the simpler ratio of means, on deep observations held out. With the "
        "observed surface layer instead of the predicted one, what remains is the error of "
        "carrying down alone."
    )
    return Table((*header, *units), rows, caption, numeric=range(3, 8))


def _score_row(row: pd.Series) -> list[Cell]:
    surface = str(row["learner"])
    return cells(
        scheme_title(str(row["scheme"])),
        "observed" if surface == _ORACLE else f"predicted, {learner_title(surface)}",
        _METHODS.get(str(row["method"]), str(row["method"]).replace("_", " ")),
        count(row["n"]),
        *(decimals(row[score]) for score in ("rmse", "mae", "bias", "mec")),
    )
