"""The whole study by Solum beside the script a user would write today, stage by stage.

    python -m tests.benchmarks.bench_study               # full size, 1 km, about 5.6e5 cells
    python -m tests.benchmarks.bench_study --quick       # 10 km
    python -m tests.benchmarks.bench_study --resolution 5000 --keep DIRECTORY

Both work on the same virtual landscape: Solum's stage 1 makes and aligns it, ``naive_study.py`` is
handed the aligned rasters, the site table and the covariates that screening kept, so it is spared
all that. Solum runs twice: as it is by default (nested cross-validation under two schemes and the
study's, intervals, coverage, explanation, stocks, report), and with work that compares: the study's
single 10-fold grid search over the same four learners, then 100 bootstrap members of XGBoost, the
learner of the naive script and with the settings that it chose, and their maps.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from features.stack import Stack
from models.settings import ModelSettings
from models.validation import fold_tasks, run_fold
from pipeline.design_table import read_design, stack_variables
from pipeline.execution import ThreadRunner
from pipeline.progress import ProgressReporter
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.store import read_json
from tests.benchmarks.measuring import Stages, cpu_seconds, keep, machine, table

TUNING, FITS, MAPS = "tuning", "bootstrap fits", "prediction and statistics"
RASTERS, REST = "raster I/O", "report"


class Stopwatch(ProgressReporter):
    """A silent reporter that notes what each tracked loop takes."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
        self.stages = Stages()

    def track(self, items: Iterable[Any], title: str, total: int) -> Iterator[Any]:
        """Yield the items and note the time until the last."""
        with self.stages.timed(title.split(" (")[0]):
            yield from items


def main() -> None:
    """Run both and print seconds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resolution", type=float, default=1000.0, help="of the landscape, in m")
    parser.add_argument("--quick", action="store_true", help="10 km, 20 bootstraps")
    parser.add_argument("--bootstraps", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="directory for the runs; temporary by default")
    options = parser.parse_args()
    if options.quick:
        options.resolution, options.bootstraps = 10_000.0, 20
    folder = options.keep or Path(tempfile.mkdtemp(prefix="solum_bench_"))
    settings = [
        f"virtual.resolution_m={options.resolution}",
        f"model.bootstraps={options.bootstraps}",
    ]
    whole = default_run(folder / "default", settings)
    naive = naive_run(folder, RunPaths(folder / "default"), options.bootstraps)
    alike = comparable_run(folder / "alike", settings, naive["best"]["xgb"])
    name = "study" if options.resolution == 1000 else f"study_{options.resolution:.0f}m"
    keep(name, _report(options, folder, whole, alike, naive))


def default_run(run: Path, settings: list[str]) -> Stages:
    """Run everything at default settings and return seconds by stage."""
    watch, stages = Stopwatch(), Stages()
    for stage in ("features", "models", "stocks", "report"):
        with stages.timed(stage):
            run_stages(None, run, [stage], settings, progress=watch)
    for part, seconds in watch.stages.wall.items():
        stages.add(f"  of which {part}", seconds, watch.stages.cpu[part])
    return stages


def comparable_run(run: Path, settings: list[str], best: dict[str, Any]) -> Stages:
    """Run what the naive script does, and little else, and return seconds under its stage names.

    `best` holds its XGBoost settings: our members are given the same number of trees, depth and
    regularisation (XGBoost's defaults for what its grid leaves out).
    """
    watch, stages = Stopwatch(), Stages()
    point = {"colsample_bytree": 1.0, "min_child_weight": 1.0} | {
        name: value for name, value in best.items() if name != "rmse"
    }
    # the shortest nested run that chooses XGBoost: its folds are left out of the account
    short = [
        *(f"model.search.xgb.{name}=[{value}]" for name, value in point.items()),
        *settings,
        "model.learners=[xgb]",
        "model.schemes=[random]",
        "model.folds.outer=2",
        "model.folds.inner=2",
        "model.intervals.fold_bootstraps=10",
        "model.explanation.members=2",
    ]
    run_stages(None, run, ["features", "models"], short, progress=watch)
    stages.add(FITS, watch.stages.wall["bootstrap members"], watch.stages.cpu["bootstrap members"])
    with stages.timed(TUNING):
        tune_like_the_study(run)
    with stages.timed("stage 3"):
        run_stages(None, run, ["stocks"], short, progress=watch)
    tiles = "map tiles"
    stages.add(MAPS, watch.stages.wall[tiles], watch.stages.cpu[tiles])
    with stages.timed(REST):
        run_stages(None, run, ["report"], short, progress=watch)
    stages.add(
        RASTERS,
        stages.wall["stage 3"] - stages.wall[MAPS],
        stages.cpu["stage 3"] - stages.cpu[MAPS],
    )
    return stages


def tune_like_the_study(run: Path) -> None:
    """Search the default grids of all learners in one 10-fold cross-validation on all sites."""
    tasks = fold_tasks(read_design(RunPaths(run)), ModelSettings(schemes=("random_study",)))
    list(ThreadRunner().run(run_fold, tasks))


def naive_run(folder: Path, paths: RunPaths, bootstraps: int) -> dict[str, Any]:
    """Run the naive script in a process of its own and return what it noted."""
    final = read_json(paths.final_model)
    variables = stack_variables(Stack.open(paths.stack), final["covariates_kept"])
    classes = [variable.id for variable in variables if variable.is_categorical]
    surface = read_design(paths).depths[0]
    command = [
        sys.executable,
        str(Path(__file__).with_name("naive_study.py")),
        str(paths.sites),
        str(paths.stack),
        str(folder / "naive"),
        "--target",
        f"target_{surface[0]:g}_{surface[1]:g}",
        "--mask",
        str(paths.stack / "region.tif"),
        "--bootstraps",
        f"{bootstraps}",
        "--covariates",
        *final["covariates_kept"],
        "--categorical",
        *classes,
    ]
    wall, cpu = time.perf_counter(), cpu_seconds()
    subprocess.run(command, check=True)
    noted: dict[str, Any] = json.loads((folder / "naive" / "seconds.json").read_text())
    noted["wall"], noted["cpu"] = time.perf_counter() - wall, cpu_seconds() - cpu
    return noted


def _report(
    options: argparse.Namespace,
    folder: Path,
    whole: Stages,
    alike: Stages,
    naive: dict[str, Any],
) -> str:
    final = read_json(RunPaths(folder / "default").final_model)
    grouped = _naive_stages(naive)
    rows = []
    for name in (TUNING, FITS, MAPS, RASTERS):
        theirs, ours = (grouped.wall[name], grouped.cpu[name]), (alike.wall[name], alike.cpu[name])
        rows.append(_row(name, theirs, ours))
    names = (TUNING, FITS, MAPS, RASTERS)
    rows.append(
        _row(
            "sum of these",
            (sum(grouped.wall[n] for n in names), sum(grouped.cpu[n] for n in names)),
            (sum(alike.wall[n] for n in names), sum(alike.cpu[n] for n in names)),
        )
    )
    header = ["stage", "naive wall s", "naive CPU s", "Solum wall s", "Solum CPU s", "CPU ratio"]
    by_grid = ", ".join(
        f"{key.removeprefix('tuning: ')} {value['cpu']:.0f}"
        for key, value in naive["seconds"].items()
        if key.startswith("tuning")
    )
    tops = ("features", "models", "stocks", "report")
    ours = [[name, f"{whole.wall[name]:.1f}", f"{whole.cpu[name]:.1f}"] for name in whole.wall]
    ours.append(
        ["all stages", *(f"{sum(s[n] for n in tops):.1f}" for s in (whole.wall, whole.cpu))]
    )
    return (
        f"# The whole study beside a naive script\n\n{machine()}\n\n"
        f"Virtual landscape at {options.resolution:g} m: {naive['cells']} cells, {naive['sites']} "
        f"sites, {options.bootstraps} bootstraps. Where the machine is shared, compare CPU "
        "seconds.\n\n## Work that compares\n\n"
        + table(header, rows)
        + f"\n\nNaive grids in CPU s: {by_grid}. Solum's tuning covers its default grids of four "
        "learners in the study's single 10-fold search; its own grids are smaller, and the number "
        "of trees costs no fit of its own. Members of both have the XGBoost settings that the "
        f"naive script chose: {_settings(naive)}. Solum's maps hold three depths (mean, SD, "
        "confidence and prediction limits, area of applicability, stocks by group); the naive ones "
        "hold one depth (mean, SD, three percentiles). Raster I/O of Solum is what stage 3 does "
        "beside the tiles: writing 22 maps with overviews and styles, tables and tests.\n\n"
        f"## Solum at default settings ({final['learner']} chosen)\n\n"
        + table(["stage", "wall s", "CPU s"], ours)
        + "\n\nThis includes what the naive script lacks: making, aligning and screening the data, "
        "nested cross-validation under random and spatial folds beside the study's, prediction "
        "intervals and their coverage in every fold, explanation, stocks and the report. The naive "
        f"script as a whole: {naive['wall']:.1f} s wall, {naive['cpu']:.1f} s CPU."
    )


def _settings(naive: dict[str, Any]) -> str:
    return ", ".join(f"{k} {v}" for k, v in naive["best"]["xgb"].items() if k != "rmse")


def _naive_stages(naive: dict[str, Any]) -> Stages:
    stages = Stages()
    for name, spent in naive["seconds"].items():
        kind = TUNING if name.startswith(TUNING) else RASTERS if "raster" in name else name
        stages.add(kind, spent["wall"], spent["cpu"])
    return stages


def _row(name: str, theirs: tuple[float, float], ours: tuple[float, float]) -> list[str]:
    return [
        name,
        *(f"{x:.1f}" for x in (*theirs, *ours)),
        f"{theirs[1] / ours[1]:.2g}" if ours[1] > 0 else "",
    ]


if __name__ == "__main__":
    main()
