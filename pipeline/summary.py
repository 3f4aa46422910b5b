"""Headline numbers of a run: ``summary.json`` and the short tables on the terminal."""

from __future__ import annotations

from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table

from features.atomic_files import write_json
from features.depths import depth_key

from .comparison_paths import ComparisonPaths
from .config import Manifest
from .run_paths import RunPaths
from .schemas import DEPTH_BANDS
from .store import read_json, read_table

NOT_AVAILABLE = {"status": "not available", "reason": "stage simulator was not run"}


def write_summary(paths: RunPaths, manifest: Manifest) -> None:
    """Collect the headline numbers of all finished stages into ``summary.json``."""
    design = read_json(paths.design)
    final = read_json(paths.final_model)
    scores = read_table(paths.model_table("scores"), text=())
    intervals = manifest.model.intervals
    status = paths.simulator_status
    comparison = ComparisonPaths(paths.simulator).record
    simulator = read_json(status) if status.is_file() else NOT_AVAILABLE
    records = {
        stage.stem: read_json(stage) for stage in sorted((paths.root / ".stages").glob("*.json"))
    }
    write_json(
        paths.summary,
        {
            "name": manifest.name,
            "virtual": design["virtual"],
            "target": design["quantity"],
            "unit": design["unit"],
            "n_sites": int(final["n_sites"]),
            "depths": [depth_key((top, bottom)) for top, bottom in design["depths"]],
            "best_learner": final["learner"],
            "best_learner_by_scheme": final["best_by_scheme"],
            "covariates_kept": final["covariates_kept"],
            "blocks": final["blocks"],
            "scores": _scores_by_learner(scores),
            "intervals": _intervals(scores, final["learner"]),
            "stocks": _stocks(paths),
            "area_km2": _areas(paths),
            "hybrid": read_json(comparison) if comparison.is_file() else NOT_AVAILABLE,
            "simulator": simulator,
            "ledger": simulator.get("worst_relative_residual", simulator),
            "levels": {
                "prediction_interval": intervals.level,
                "confidence_interval_of_the_mean": intervals.confidence,
            },
            "bands": list(DEPTH_BANDS),
            "seconds": {stage: record.get("seconds") for stage, record in records.items()},
            "peak_memory_mib": {
                stage: record.get("peak_memory_mib") for stage, record in records.items()
            },
        },
    )


def headline(paths: RunPaths, console: Console) -> None:
    """Print a short table of scores and one of stocks."""
    summary = read_json(paths.summary)
    unit, surface = summary["unit"], summary["depths"][0]
    table = Table(title=f"Scores at {surface.replace('_', '-')} cm ({unit})", title_justify="left")
    for column in ("learner", "validation", "RMSE", "MEC", "CCC", "bias"):
        table.add_column(column, justify="left" if column in ("learner", "validation") else "right")
    for learner, schemes in summary["scores"].items():
        mark = " *" if learner == summary["best_learner"] else ""
        for scheme, depths in schemes.items():
            values = depths.get(surface, {})
            numbers = [_number(values.get(key)) for key in ("rmse", "mec", "ccc", "bias")]
            table.add_row(learner + mark, scheme, *numbers)
    console.print(table)
    if summary["stocks"]:
        level = summary["levels"]["confidence_interval_of_the_mean"]
        _print_stocks(summary["stocks"], level, console)


def _print_stocks(stocks: dict[str, Any], level: float, console: Console) -> None:
    title = f"Stocks (Pg C, with the {100 * level:g} % interval of the total)"
    table = Table(title=title, title_justify="left")
    for column in ("depth (cm)", "group", "area (km²)", "kg/m²", "Pg C", "interval"):
        table.add_column(column, justify="left" if column == "group" else "right")
    for depth, groups in stocks.items():
        for group, row in groups.items():
            table.add_row(
                depth.replace("_", "-"),
                group,
                f"{row['area_km2']:,.0f}",
                _number(row["mean_kg_m2"]),
                _number(row["stock_pg"], 4),
                f"{_number(row['stock_lo'], 4)} – {_number(row['stock_hi'], 4)}",
            )
    console.print(table)


def _number(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}g}"


def _scores_by_learner(scores: pd.DataFrame) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for row in scores.to_dict("records"):
        place = nested.setdefault(str(row["learner"]), {}).setdefault(str(row["scheme"]), {})
        place[str(row["depth"])] = {
            str(key): value
            for key, value in row.items()
            if key not in ("learner", "scheme", "depth")
        }
    return nested


def _intervals(scores: pd.DataFrame, learner: str) -> dict[str, Any]:
    chosen = scores[(scores["learner"] == learner) & scores["picp90"].notna()]
    nested: dict[str, Any] = {}
    for row in chosen.to_dict("records"):
        nested.setdefault(str(row["scheme"]), {})[str(row["depth"])] = {
            "picp90": row["picp90"],
            "width90": row["width90"],
        }
    return nested


def _stocks(paths: RunPaths) -> dict[str, Any]:
    path = paths.stock_table("stocks")
    if not path.is_file():
        return {}
    nested: dict[str, Any] = {}
    for row in read_table(path, text=("group",)).to_dict("records"):
        values = {str(key): value for key, value in row.items() if key not in ("depth", "group")}
        nested.setdefault(str(row["depth"]), {})[str(row["group"])] = values
    return nested


def _areas(paths: RunPaths) -> dict[str, float]:
    areas = read_table(paths.stock_table("area"), text=("cause",))
    return dict(zip(areas["cause"].astype(str), areas["area_km2"].astype(float), strict=True))
