"""The four stages chained, each skipped when nothing it depends on has changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from features.atomic_files import fingerprint, write_text
from features.errors import InputError, Problem

from .check import raise_problems
from .check_simulator import lacking_inputs, raise_simulator_problems
from .comparison_paths import ComparisonPaths
from .comparison_store import COMPARISON_CODE
from .config import LoadedManifest, load_manifest, to_yaml
from .cost import CostMeter
from .execution import TaskRunner, task_runner
from .progress import ProgressReporter
from .provenance import input_files, input_hashes, write_provenance
from .run_paths import RunPaths
from .schemas import STAGE4_TABLES
from .store import code_fingerprint, is_finished, mark_finished, mark_started, resumes

STAGES = ("features", "models", "stocks", "simulator", "report")
STAGE_CODE = {
    "features": ["features", "pipeline/stage1_features.py", "pipeline/site_covariates.py"],
    "models": [
        "models",
        "pipeline/stage2_models.py",
        "pipeline/training_tasks.py",
        "pipeline/design_table.py",
        "pipeline/fold_store.py",
        "pipeline/explain.py",
    ],
    "stocks": [
        "pipeline/stage3_stocks.py",
        "pipeline/map_tiles.py",
        "pipeline/map_mosaic.py",
        "pipeline/area_causes.py",
        "pipeline/maps.py",
        "pipeline/band_statistics.py",
        "pipeline/colours.py",
        "pipeline/qml.py",
        "pipeline/final_model.py",
    ],
    "simulator": [
        "pipeline/stage4_simulator.py",
        "pipeline/physics_features.py",
        "pipeline/feature_maps.py",
        "pipeline/scenario.py",
        "pipeline/simulate.py",
        "pipeline/simulator_forcing.py",
        "pipeline/simulator_inputs.py",
        "pipeline/simulator_outputs.py",
        "pipeline/simulator_tables.py",
        "pipeline/simulator_temperature.py",
        "pipeline/simulator_weather.py",
        "pipeline/comparison_store.py",
        *COMPARISON_CODE,
    ],
    "report": ["pipeline/report", "pipeline/summary.py"],
}
"""Code that each stage's results depend on, beside that of the stages before it."""
NEEDS = {"models": "features", "stocks": "models", "simulator": "models", "report": "stocks"}
"""The stage that each stage builds on."""
SHOWS = {"report": "simulator"}
"""A stage whose results another one shows where they are there: it does without them."""


@dataclass(frozen=True)
class RunContext:
    """What every stage is handed."""

    loaded: LoadedManifest
    paths: RunPaths
    runner: TaskRunner
    progress: ProgressReporter


def run_stages(
    manifest_file: Path | None,
    out: Path | None = None,
    stages: Sequence[str] = (),
    overrides: Sequence[str] = (),
    workers: int = 0,
    scheduler: str | None = None,
    progress: ProgressReporter | None = None,
) -> Path:
    """Run stages, all by default, and return the run directory.

    Parameters
    ----------
    manifest_file : Path or None
        The manifest; None for the built-in virtual landscape.
    out : Path, optional
        Run directory; ``runs/<name>`` by default. A second call resumes.
    stages : sequence of str
        Some of ``features models stocks simulator report``; empty for all.
    overrides : sequence of str
        Settings replaced, as ``key.path=value``.
    workers, scheduler : optional
        Passed to `task_runner`.

    Raises
    ------
    InputError
        If the manifest or its files are at fault, or an earlier stage is missing.
    """
    progress = progress or ProgressReporter()
    chosen = _chosen_stages(stages)
    loaded = load_manifest(manifest_file, overrides)
    raise_problems(loaded, progress, sources="features" in chosen)
    if "simulator" in chosen and "features" not in chosen and not lacking_inputs(loaded.manifest):
        raise_simulator_problems(loaded, progress)
    # Absolute: workers of a cluster may have been started elsewhere.
    paths = RunPaths((out or Path("runs") / loaded.manifest.name).resolve())
    write_text(paths.manifest, to_yaml(loaded.manifest))
    hashes = input_hashes(loaded)
    fingerprints = _stage_fingerprints(loaded, hashes)
    with task_runner(workers, scheduler) as runner:
        context = RunContext(loaded, paths, runner, progress)
        for stage in chosen:
            _run_stage(stage, context, fingerprints)
    write_provenance(paths, loaded, hashes)
    if "report" in chosen:
        _say_outcome(context)
    return paths.root


def _say_outcome(context: RunContext) -> None:
    """Print scores, stocks and where the report is, also when nothing had to be done again."""
    from .summary import headline, write_summary

    write_summary(context.paths, context.loaded.manifest)  # now with the cost of the report itself
    headline(context.paths, context.progress.console)
    context.progress.say(f"report: {context.paths.report.resolve()}")


def _chosen_stages(stages: Sequence[str]) -> tuple[str, ...]:
    unknown = [stage for stage in stages if stage not in STAGES]
    if unknown:
        raise InputError(
            Problem(
                f"--stage {' '.join(unknown)}",
                "no such stage",
                f"choose from {', '.join(STAGES)}",
            )
        )
    return tuple(stage for stage in STAGES if not stages or stage in stages)


def _run_stage(stage: str, context: RunContext, fingerprints: dict[str, str]) -> None:
    paths, progress = context.paths, context.progress
    _require_earlier_stages(stage, paths, fingerprints)
    if _is_done(stage, paths, fingerprints):
        progress.say(f"{stage}: up to date")
        return
    progress.say(f"{stage}:")
    if not resumes(paths, stage, fingerprints[stage]):
        _clear(stage, paths)
        mark_started(paths, stage, fingerprints[stage])
    with CostMeter() as cost:
        _STAGE_FUNCTIONS[stage](context)
    mark_finished(paths, stage, fingerprints[stage], cost.seconds, cost.peak_memory_mib)
    progress.say(f"  done in {cost.seconds:.1f} s, peak memory {cost.peak_memory_mib:.0f} MiB")


def _require_earlier_stages(stage: str, paths: RunPaths, fingerprints: dict[str, str]) -> None:
    for earlier in _forerunners(stage):
        if not _is_done(earlier, paths, fingerprints):
            raise InputError(
                Problem(
                    f"--stage {stage}",
                    f"stage {earlier} of {paths.root} is not finished with these settings",
                    f"run it first, with --stage {earlier}, or leave --stage out",
                )
            )


def _forerunners(stage: str) -> list[str]:
    """Return all stages that a stage builds on, the first one first."""
    if stage not in NEEDS:
        return []
    return [*_forerunners(NEEDS[stage]), NEEDS[stage]]


def _is_done(stage: str, paths: RunPaths, fingerprints: dict[str, str]) -> bool:
    """Whether a stage is finished with these settings and what it wrote last is still there."""
    last = {
        "features": paths.design,
        "models": paths.final_model,
        "stocks": paths.stock_table("group_tests"),
        "simulator": paths.simulator_status,
        "report": paths.report,
    }
    kept = stage not in last or last[stage].is_file()
    return kept and is_finished(paths, stage, fingerprints[stage])


def _clear(stage: str, paths: RunPaths) -> None:
    """Remove what other settings left of a stage and of all that builds on it.

    Nothing of it may be reused, nor stand beside new results as if it were made from them. The
    stack stays, and so do simulated years and the members and folds of the comparison: they know
    themselves what of them still holds.
    """
    left = {
        "models": [paths.models],
        "stocks": [paths.stocks],
        "simulator": [
            paths.simulator_status,
            paths.physics,
            paths.simulator_inputs,
            paths.scenario_summary,
            *map(paths.simulator_table, STAGE4_TABLES),
            *ComparisonPaths(paths.simulator).shown(),
        ],
        "report": [paths.report, paths.summary],
    }
    for dependent in STAGES:
        if stage not in (dependent, SHOWS.get(dependent), *_forerunners(dependent)):
            continue
        paths.stage_record(dependent).unlink(missing_ok=True)
        for path in left.get(dependent, []):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def _stage_fingerprints(loaded: LoadedManifest, hashes: dict[str, str]) -> dict[str, str]:
    manifest = loaded.manifest.model_dump(mode="json", exclude={"model", "simulator", "forcing"})
    unforced = loaded.manifest.model_copy(update={"forcing": {}})
    files = input_files(replace(loaded, manifest=unforced))
    model = loaded.manifest.model.model_dump(mode="json", exclude={"final_approach"})
    features = fingerprint(
        manifest,
        model["depths"],
        model["screening"],
        {name: each for name, each in hashes.items() if name in files},
        code_fingerprint(STAGE_CODE["features"]),
    )
    models = fingerprint(
        features,
        model,
        code_fingerprint(STAGE_CODE["models"]),
    )
    stocks = fingerprint(models, code_fingerprint(STAGE_CODE["stocks"]))
    simulator = fingerprint(
        models,
        loaded.manifest.model_dump(mode="json", include={"simulator", "forcing"}),
        loaded.manifest.model.final_approach,
        hashes,
        code_fingerprint(STAGE_CODE["simulator"]),
    )
    report = fingerprint(stocks, simulator, code_fingerprint(STAGE_CODE["report"]))
    return {
        "features": features,
        "models": models,
        "stocks": stocks,
        "simulator": simulator,
        "report": report,
    }


def _features(context: RunContext) -> None:
    from .stage1_features import prepare_features

    prepare_features(context.loaded, context.paths, context.progress)


def _models(context: RunContext) -> None:
    from .stage2_models import train_models

    train_models(context.loaded.manifest.model, context.paths, context.runner, context.progress)


def _stocks(context: RunContext) -> None:
    from .stage3_stocks import map_stocks

    map_stocks(context.loaded.manifest.model, context.paths, context.runner, context.progress)


def _simulator(context: RunContext) -> None:
    from .stage4_simulator import run_simulator

    run_simulator(context.loaded, context.paths, context.runner, context.progress)


def _report(context: RunContext) -> None:
    from .report import build_report
    from .summary import write_summary

    write_summary(context.paths, context.loaded.manifest)
    build_report(context.paths.root)


_STAGE_FUNCTIONS: dict[str, Callable[[RunContext], None]] = {
    "features": _features,
    "models": _models,
    "stocks": _stocks,
    "simulator": _simulator,
    "report": _report,
}
