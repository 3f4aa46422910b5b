"""Figures by matplotlib's object-oriented interface: no global state, safe in threads."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from .blocks import Picture

SCREEN_DPI = 100
FILE_DPI = 150  # half as fine again as the screen, for paper
INK = "#24303a"
FAINT = "#dfe4e8"
PAPER = "#ffffff"
NO_DATA = "#eceff1"
ACCENT = "#0072b2"
CONTRAST = "#d55e00"


def new_figure(width_px: int, height_px: int, *, row_gap: float = 0.09) -> Figure:
    """Return an empty figure of this size at 100 % in a browser, `row_gap` inches about panels."""
    figure = Figure(
        figsize=(width_px / SCREEN_DPI, height_px / SCREEN_DPI),
        dpi=SCREEN_DPI,
        layout=ConstrainedLayoutEngine(h_pad=row_gap, w_pad=0.06),
        facecolor=PAPER,
    )
    FigureCanvasAgg(figure)
    return figure


def tidy(axes: Axes, *, title: str = "", xlabel: str = "", ylabel: str = "") -> None:
    """Give axes the house style: a light grid, no box, one ink."""
    axes.set_title(title, loc="left", fontsize=11, fontweight="bold", color=INK)
    axes.set_xlabel(xlabel, fontsize=10, color=INK)
    axes.set_ylabel(ylabel, fontsize=10, color=INK)
    axes.tick_params(labelsize=9, colors=INK, length=3)
    axes.grid(color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color("#9aa5ae")


def finish(figure: Figure, name: str, caption: str, alternative: str) -> Picture:
    """Draw the figure and return it as a picture."""
    buffer = BytesIO()
    options: dict[str, Any] = {"pil_kwargs": {"compress_level": 4}, "metadata": {"Software": None}}
    figure.savefig(buffer, format="png", dpi=FILE_DPI, **options)
    width_px = round(figure.get_figwidth() * SCREEN_DPI)
    return Picture(name, caption, alternative, buffer.getvalue(), width_px)


def draw_note(
    axes: Axes, text: str, *, corner: Literal["upper left", "lower right"] = "upper left"
) -> None:
    """Write scores or the like into a corner of a panel, the one that its dots leave free."""
    is_low = corner == "lower right"
    axes.text(
        0.97 if is_low else 0.03,
        0.03 if is_low else 0.97,
        text,
        transform=axes.transAxes,
        va="bottom" if is_low else "top",
        ha="right" if is_low else "left",
        multialignment="left",
        fontsize=9,
        color=INK,
        linespacing=1.35,
        bbox={"facecolor": PAPER, "edgecolor": FAINT, "alpha": 0.9, "boxstyle": "round,pad=0.4"},
        zorder=5,
    )
