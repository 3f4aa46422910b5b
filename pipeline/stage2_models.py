"""Stage 2: learners tuned, scored and chosen; bootstrap members of the chosen one (``2-models/``).

Order: outer folds of every scheme -> scores -> choice -> intervals of the chosen learner in the
folds that chose another -> members -> out-of-bag calibration -> applicability -> explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from features.atomic_files import write_json
from features.depths import depth_key
from features.stack import Stack
from models.applicability import Applicability
from models.design import Design, IntArray
from models.explanation import explain
from models.intervals import OutOfBag, calibrate
from models.learners import limits
from models.member import Member, load_member
from models.preparation import Preparation
from models.settings import ModelSettings
from models.validation import (
    CrossValidation,
    FoldIntervals,
    FoldResult,
    FoldTask,
    LearnerChoice,
    best_learner,
    collect,
    depth_score_table,
    fold_tasks,
    inner_folds,
    interval_tasks,
    outer_folds,
    score_table,
    spatial_block_size,
    training_design,
    tune_on_all,
)

from .design_table import read_design, read_sites_table, stack_variables
from .execution import TaskRunner
from .explain import write_explanation
from .fold_store import load_fold
from .progress import ProgressReporter
from .run_paths import RunPaths
from .store import write_table
from .training_tasks import FoldWork, IntervalWork, MemberWork, do_fold, do_intervals, do_member


def train_models(
    settings: ModelSettings, paths: RunPaths, runner: TaskRunner, progress: ProgressReporter
) -> None:
    """Score all learners, choose one, and fit its bootstrap members."""
    design = read_design(paths)
    blocks = spatial_block_size(design, settings)
    progress.say(f"  spatial blocks: {blocks.size_m / 1000:.3g} km ({blocks.reason})")
    for limit in limits(settings, design.n_sites):
        progress.say(f"  {limit}")
    tasks = fold_tasks(design, settings, blocks.size_m)
    for task in tasks:
        inner_folds(task, task.train)  # too few sites or blocks are told before anything is fitted
    results = _run_folds(tasks, settings, blocks.size_m, paths, runner, progress)
    choice = _choose(design, settings, blocks.size_m, results)
    progress.say(f"  {choice.statement}")
    intervals = _run_intervals(
        tasks, results, choice, settings, blocks.size_m, paths, runner, progress
    )
    validation = collect(design, settings, results, intervals)
    _write_validation(paths, validation, design, settings, blocks.size_m)
    preparation, tuned = tune_on_all(design, settings, choice.name, blocks.size_m)
    final = {
        "learner": choice.name,
        "best_by_scheme": choice.by_scheme,
        "statement": choice.statement,
        "params": dict(tuned.params),
        "preparation": preparation.to_dict(),
        "covariates_kept": list(preparation.ids),
        "blocks": {
            "size_m": blocks.size_m,
            "range_m": blocks.range_m,
            "n_blocks": blocks.n_blocks,
            "reason": blocks.reason,
        },
        "limits": list(limits(settings, design.n_sites)),
        "n_sites": design.n_sites,
        "n_members": settings.bootstraps,
        "seed": settings.seed,
        "settings": settings.model_dump(mode="json", exclude={"final_approach"}),
        "confidence": settings.intervals.confidence,
        "depths": [list(depth) for depth in design.depths],
        **_groups(settings, paths),
    }
    members = _fit_members(final, paths, runner, progress)
    final["calibrations"] = _calibrate(members, design, settings, paths)
    progress.say("  explaining the chosen model")
    explanation = explain(members, preparation, design, settings)
    write_explanation(paths, explanation)
    folds = outer_folds(design, settings, settings.choose_by, blocks.size_m)
    _write_applicability(paths, explanation.importance, preparation, design, folds)
    write_json(paths.final_model, final)


def _run_folds(
    tasks: Sequence[FoldTask],
    settings: ModelSettings,
    block_size_m: float,
    paths: RunPaths,
    runner: TaskRunner,
    progress: ProgressReporter,
) -> list[FoldResult]:
    works = [FoldWork(paths.root, settings, block_size_m, k) for k in range(len(tasks))]
    done = runner.run(do_fold, works)
    for _ in progress.track(done, "cross-validation folds", len(works)):
        pass
    return [load_fold(paths.fold(task.scheme, task.fold), FoldResult) for task in tasks]


def _choose(
    design: Design, settings: ModelSettings, block_size_m: float, results: Sequence[FoldResult]
) -> LearnerChoice:
    predictions = collect(design, settings, results).predictions
    surface = predictions[predictions["depth"] == depth_key(design.depths[0])]
    scores = score_table(surface, design, settings, block_size_m, n_draws=1)
    return best_learner(scores, design, settings)


def _run_intervals(
    tasks: Sequence[FoldTask],
    results: Sequence[FoldResult],
    choice: LearnerChoice,
    settings: ModelSettings,
    block_size_m: float,
    paths: RunPaths,
    runner: TaskRunner,
    progress: ProgressReporter,
) -> list[FoldIntervals]:
    position = {(task.scheme, task.fold): k for k, task in enumerate(tasks)}
    works = [
        IntervalWork(
            FoldWork(
                paths.root, settings, block_size_m, position[wanted.fold.scheme, wanted.fold.fold]
            ),
            wanted.learner,
            dict(wanted.params),
        )
        for wanted in interval_tasks(tasks, results, choice.name)
    ]
    done = runner.run(do_intervals, works)
    files = dict(progress.track(done, f"intervals of {choice.name} in those folds", len(works)))
    return [load_fold(files[k], FoldIntervals) for k in sorted(files)]


def _write_validation(
    paths: RunPaths,
    validation: CrossValidation,
    design: Design,
    settings: ModelSettings,
    block_size_m: float,
) -> None:
    predictions = validation.predictions
    scores = score_table(predictions, design, settings, block_size_m)
    write_table(paths.model_table("scores"), scores)
    if not design.measured_bd.all():
        measured = score_table(predictions, design, settings, block_size_m, measured_bd_only=True)
        write_table(paths.model_table("scores_measured_bd"), measured)
    write_table(paths.model_table("depth_scores"), depth_score_table(validation, design))
    places = read_sites_table(paths).set_index("id")[["x", "y"]]
    in_run_crs = predictions.drop(columns=["x", "y"]).join(places, on="id")[predictions.columns]
    write_table(paths.model_table("cv_predictions"), in_run_crs)
    write_json(paths.tuned, validation.tuned)


def _groups(settings: ModelSettings, paths: RunPaths) -> dict[str, Any]:
    """Return the covariate that stocks are grouped by, and its class codes."""
    stack = Stack.open(paths.stack)
    categorical = [variable for variable in stack.variables if variable.is_categorical]
    if settings.group_by is not None:
        chosen = [variable for variable in categorical if variable.id == settings.group_by]
    else:
        chosen = [variable for variable in categorical if variable.group == "vegetation"]
    if not chosen:
        return {"group_by": None, "group_codes": []}
    variable = stack_variables(stack, [chosen[0].id])[0]
    return {"group_by": variable.id, "group_codes": sorted(variable.classes)}


def _fit_members(
    final: dict[str, Any], paths: RunPaths, runner: TaskRunner, progress: ProgressReporter
) -> list[Member]:
    works = [
        MemberWork(
            paths.root, k, final["learner"], final["params"], final["preparation"], final["seed"]
        )
        for k in range(final["n_members"])
    ]
    done = runner.run(do_member, works)
    for _ in progress.track(done, f"bootstrap members ({final['learner']})", len(works)):
        pass
    return [load_member(paths.member(k)) for k in range(final["n_members"])]


def _calibrate(
    members: Sequence[Member], design: Design, settings: ModelSettings, paths: RunPaths
) -> list[dict[str, Any]]:
    """Write ``out_of_bag.csv`` and return the interval calibration of each depth."""
    out_of_bag = OutOfBag.of(members)
    calibrations = calibrate(out_of_bag, design.targets, settings.intervals.level)
    tables = []
    for d, depth in enumerate(design.depths):
        residual = design.targets[:, d] - out_of_bag.mean[:, d]
        site = np.flatnonzero(np.isfinite(residual))
        tables.append(
            pd.DataFrame(
                {
                    "id": design.ids[site],
                    "site": site,
                    "depth": depth_key(depth),
                    "observed": design.targets[site, d],
                    "predicted": out_of_bag.mean[site, d],
                    "sd": out_of_bag.sd[site, d],
                }
            )
        )
    write_table(paths.model_table("out_of_bag"), pd.concat(tables, ignore_index=True))
    return [calibration.to_dict() for calibration in calibrations]


def _write_applicability(
    paths: RunPaths,
    importance: pd.DataFrame,
    preparation: Preparation,
    design: Design,
    folds: IntArray,
) -> None:
    """Fit the area of applicability on the training sites, with the values they trained with.

    Distances are weighted by permutation importance, and a site's distance to its own fold does
    not count (Meyer & Pebesma 2021).
    """
    permutation = importance[importance["method"] == "permutation"]
    share = dict(zip(permutation["variable"], permutation["share_pct"], strict=True))
    weights = np.array(
        [share[preparation.ids[position]] for position, _ in preparation.encoder.columns]
    )
    trained = training_design(design, np.arange(design.n_sites))
    encoded = preparation.encode(trained.covariates)
    Applicability.fit(encoded, np.nan_to_num(weights), folds).save(paths.applicability_model)
