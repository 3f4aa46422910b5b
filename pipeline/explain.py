"""SHAP, importance and partial dependence of a run's model, for all sites or for one cell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from features.atomic_files import write_json
from features.errors import InputError, Problem
from features.stack import Stack
from models.explanation import Explanation, explain, explain_cell
from models.settings import ModelSettings

from .design_table import read_design
from .final_model import read_final, read_map_model
from .progress import ProgressReporter
from .run_paths import RunPaths
from .store import read_json, write_table


def explain_run(run_dir: Path, at: str | None = None) -> None:
    """Explain a run's model on its sites, or with `at` the prediction of one cell.

    Parameters
    ----------
    run_dir : Path
        A run whose models are finished.
    at : str, optional
        ``X,Y`` in the run's CRS.

    Raises
    ------
    InputError
        If the run is unfinished, or `at` is no place that can be predicted.
    """
    paths = RunPaths(run_dir)
    if not paths.final_model.is_file():
        raise InputError(
            Problem(str(run_dir), "holds no finished models", "run `solum run` on its manifest")
        )
    settings = ModelSettings.model_validate(read_final(paths)["settings"])
    if at is not None:
        _print_cell(paths, settings, at)
        return
    progress = ProgressReporter()
    model = read_map_model(paths)
    explanation = explain(model.members, model.preparation, read_design(paths), settings)
    write_explanation(paths, explanation)
    progress.say(f"wrote {paths.explain} and {paths.model_table('importance')}")
    if paths.summary.is_file():
        from .report import build_report

        progress.say(f"wrote {build_report(run_dir)}")


def write_explanation(paths: RunPaths, explanation: Explanation) -> None:
    """Write importance, SHAP and partial-dependence tables of the chosen model."""
    write_table(paths.model_table("importance"), explanation.importance)
    write_table(paths.model_table("importance_by_group"), explanation.group_importance)
    write_table(paths.explain / "shap_sites.csv", explanation.shap_sites)
    write_table(paths.explain / "partial_dependence.csv", explanation.partial_dependence)
    write_table(paths.explain / "ice.csv", explanation.ice)
    write_json(
        paths.explain / "explanation.json",
        {"base_value": explanation.base, "n_members": explanation.n_members},
    )


def _print_cell(paths: RunPaths, settings: ModelSettings, at: str) -> None:
    x, y = _coordinates(at)
    model, stack = read_map_model(paths), Stack.open(paths.stack)
    if stack.grid.row_col([x], [y])[0][0] < 0:
        west, south, east, north = stack.grid.bounds
        raise InputError(
            Problem(
                f"--at {at}",
                "lies outside the run's grid",
                f"x from {west:g} to {east:g}, y from {south:g} to {north:g} "
                f"({stack.grid.crs.name})",
            )
        )
    cell = stack.sample(np.array([x]), np.array([y]), model.preparation.ids)[0]
    explained = explain_cell(model.members, model.preparation, read_design(paths), cell, settings)
    unit = read_json(paths.design)["unit"]
    table = Table(title=f"Why {explained.prediction:.3g} {unit} at {x:g}, {y:g}")
    for column in ("covariate", "group", "value", f"effect ({unit})", "SD over members"):
        table.add_column(column)
    for row in explained.table.to_dict("records"):
        table.add_row(
            str(row["variable"]),
            str(row["group"]),
            str(row["label"]) or f"{row['value']:.4g}",
            f"{row['shap_mean']:+.3f}",
            f"{row['shap_sd']:.3f}",
        )
    console = Console()
    console.print(table)
    console.print(
        f"average prediction {explained.base:.3g} {unit} + effects = {explained.prediction:.3g} "
        f"(SD over {explained.n_members} members {explained.sd:.2g})",
        highlight=False,
    )


def _coordinates(at: str) -> tuple[float, float]:
    try:
        x, y = (float(part) for part in at.split(","))
    except ValueError:
        raise InputError(
            Problem(f"--at {at}", "expected two numbers", "write --at X,Y in the run's CRS")
        ) from None
    return x, y
