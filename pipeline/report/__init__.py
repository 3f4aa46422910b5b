"""The report of a run: one HTML page that opens offline, made from the run directory alone."""

from __future__ import annotations

from pathlib import Path

__all__ = ["build_report"]


def build_report(run_dir: Path) -> Path:
    """Write ``report.html`` and ``figures/*.png`` into `run_dir` and return the page's path.

    Whatever the run lacks (no stocks, no truth, no explanation) is said in a sentence instead.
    matplotlib, bokeh and jinja2 are imported only here.

    Raises
    ------
    features.errors.InputError
        If `run_dir` holds no readable ``summary.json``.
    """
    from .build import build

    return build(run_dir)
