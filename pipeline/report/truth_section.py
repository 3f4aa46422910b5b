"""On a virtual landscape: the map beside the truth, and what intervals really hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .blocks import Block, Cell, Note, Picture, Section, Table, cells
from .canvas import INK, draw_note, finish, new_figure, tidy
from .map_panel import MAP_ROW_GAP, Scale, add_colour_bar, draw_map, panel_height
from .run_directory import Layer, RunDirectory
from .stock_section import stock_unit, whole_region
from .wording import decimals, digits_for, interval, percent, pretty_depth, with_unit

FloatArray = npt.NDArray[np.float64]


def truth_section(run: RunDirectory) -> Section | None:
    """Return predicted against true maps; None where the truth is unknown."""
    pairs = [(depth, _pair(run, depth)) for depth in run.depths]
    known = [(depth, pair) for depth, pair in pairs if pair is not None]
    if not known:
        return None
    blocks: list[Block] = [
        Note(
            "The data of this run were made up, so the true map is known. The table compares "
            "every mapped cell with it. The truth is free of the error that measurements at sites "
            "have, so an interval made for measurements holds more of it than it states."
        )
    ]
    depth, (truth, mean) = known[0]
    blocks.append(_picture(run, depth, truth, mean))
    blocks.append(_table(run, known))
    return Section("truth", "Against the true map", blocks)


@dataclass(frozen=True)
class TrueError:
    """Area-weighted comparison of a map with the truth."""

    true_mean: float
    mapped_mean: float
    rmse: float
    mec: float

    @classmethod
    def of(cls, truth: FloatArray, mapped: FloatArray, area: FloatArray) -> TrueError:
        """Compare cells, all of shape (n,)."""
        true_mean = float(np.average(truth, weights=area))
        error = float(np.average((mapped - truth) ** 2, weights=area))
        spread = float(np.average((truth - true_mean) ** 2, weights=area))
        mec = 1 - error / spread if spread > 0 else float("nan")
        return cls(true_mean, float(np.average(mapped, weights=area)), error**0.5, mec)


def _pair(run: RunDirectory, depth: str) -> tuple[Layer, Layer] | None:
    truth = run.layer(f"1-features/truth/socd_{depth}.tif")
    mean = run.depth_layer(depth, "mean")
    if truth is None or mean is None or truth.values.shape != mean.values.shape:
        return None
    both = np.isfinite(truth.values) & np.isfinite(mean.values)
    return (truth, mean) if both.any() else None


def _picture(run: RunDirectory, depth: str, truth: Layer, mean: Layer) -> Picture:
    rows = panel_height(mean, 520) + 120
    figure = new_figure(1160, round(2 * rows), row_gap=MAP_ROW_GAP)
    panels = figure.subplots(2, 2)
    mapped = np.isfinite(mean.values)
    shown_truth = np.where(mapped, truth.values, np.nan)
    scale = Scale.of(np.stack([shown_truth, mean.values]), "viridis")
    label = with_unit(run.target_title, run.unit)
    draw_map(
        figure, panels[0, 0], truth, values=shown_truth, title="Truth", label=label, scale=scale
    )
    draw_map(figure, panels[0, 1], mean, title="Mapped mean", label=label, scale=scale)
    error = mean.values - truth.values
    draw_map(
        figure,
        panels[1, 0],
        mean,
        values=error,
        title="Mapped − true",
        label=with_unit("error", run.unit),
        scale=Scale.around_zero(error),
    )
    _draw_cells(run, figure, panels[1, 1], truth, mean)
    caption = f"Truth and map of {run.target_title} at {pretty_depth(depth)}; virtual data."
    return finish(figure, f"truth_{depth}", caption, "True map, mapped mean and their difference")


def _draw_cells(run: RunDirectory, figure: Figure, axes: Axes, truth: Layer, mean: Layer) -> None:
    both = np.isfinite(mean.values) & np.isfinite(truth.values)
    x, y = mean.values[both], truth.values[both]
    ends = [float(min(x.min(), y.min())), float(max(x.max(), y.max()))]
    cells_drawn = axes.hexbin(x, y, gridsize=60, bins="log", cmap="viridis", mincnt=1)
    add_colour_bar(figure, axes, cells_drawn, "cells")
    axes.plot(ends, ends, color=INK, linewidth=1)
    score = TrueError.of(y.astype(np.float64), x.astype(np.float64), mean.areas_km2[both])
    draw_note(axes, f"RMSE = {decimals(score.rmse)}\nMEC = {decimals(score.mec)}")
    tidy(
        axes,
        title="All mapped cells",
        xlabel=with_unit(f"mapped {run.target_title}", run.unit),
        ylabel=with_unit(f"true {run.target_title}", run.unit),
    )
    axes.set_box_aspect(panel_height(mean, 1.0))


def _table(run: RunDirectory, known: list[tuple[str, tuple[Layer, Layer]]]) -> Table:
    stocks = run.table("3-stocks/stocks.csv")
    rows = [_row(run, stocks, depth, truth, mean) for depth, (truth, mean) in known]
    level, confidence = run.interval_level, run.confidence_level
    header = (
        "Depth",
        with_unit("True mean", run.unit),
        with_unit("Mapped mean", run.unit),
        with_unit("RMSE", run.unit),
        "MEC",
        f"Area inside the {percent(level)} prediction interval",
        f"Area inside the {percent(confidence)} CI of the mean (Eq. 7)",
        "True stock",
        "Stated stock interval",
    )
    caption = (
        "True errors and true coverage of the whole map. The CI of Eq. 7 concerns the average of "
        "the bootstrap members, not the soil; that it holds little of the truth is what one "
        "should expect of it."
    )
    return Table(header, rows, caption, numeric=range(1, 8))


def _row(
    run: RunDirectory, stocks: pd.DataFrame | None, depth: str, truth: Layer, mean: Layer
) -> list[Cell]:
    both = np.isfinite(truth.values) & np.isfinite(mean.values)
    area = mean.areas_km2[both]
    true = truth.values[both].astype(np.float64)
    score = TrueError.of(true, mean.values[both].astype(np.float64), area)
    true_stock = float((true * area).sum()) * 1e-6
    return cells(
        pretty_depth(depth),
        decimals(score.true_mean),
        decimals(score.mapped_mean),
        decimals(score.rmse),
        decimals(score.mec),
        _coverage(run, depth, "pi", truth, area, both),
        _coverage(run, depth, "ci", truth, area, both),
        *_stock_verdict(run, None if stocks is None else whole_region(stocks, depth), true_stock),
    )


def _stock_verdict(
    run: RunDirectory, stock: pd.Series | None, true_stock: float
) -> tuple[str, str]:
    """Return the true stock, and whether the stated interval holds it."""
    if stock is None:
        return "–", "–"
    factor, carbon = stock_unit(run)
    digits = digits_for(true_stock * factor)
    held = stock["stock_lo"] <= true_stock <= stock["stock_hi"]
    limits = interval(stock["stock_lo"] * factor, stock["stock_hi"] * factor, digits)
    verdict = f"{limits} {carbon}: {'holds it' if held else 'misses it'}"
    return f"{decimals(true_stock * factor, digits)} {carbon}", verdict


def _coverage(
    run: RunDirectory,
    depth: str,
    name: str,
    truth: Layer,
    area: FloatArray,
    both: npt.NDArray[np.bool_],
) -> str:
    lower, upper = run.depth_layer(depth, f"{name}_lower"), run.depth_layer(depth, f"{name}_upper")
    if lower is None or upper is None:
        return "–"
    inside = (truth.values >= lower.values) & (truth.values <= upper.values)
    return percent(float(area[inside[both]].sum()) / float(area.sum()), 1)
