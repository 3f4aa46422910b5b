"""The study's way of scoring: whole-data screening, one cross-validation, the best grid point.

The fold predictions that chose the grid point are also the ones reported (Yang et al. 2025 do not
say otherwise), and the held-out sites took part in the screening: both flatter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .depth import DepthLines, DepthRatios
from .design import Design
from .fold_tasks import FoldResult
from .learners import LEARNERS
from .nested_cv import carried_down
from .settings import STUDY, ModelSettings
from .tuning import Tuned, choose


def with_best_grid_point(
    design: Design, settings: ModelSettings, results: Sequence[FoldResult]
) -> list[FoldResult]:
    """Choose each learner's grid point by all folds together and give its predictions to them.

    Parameters
    ----------
    design : Design
        All sites; the depth lines are fitted on all of them, as the study did.
    settings : ModelSettings
        What was searched.
    results : sequence of FoldResult
        Of every fold of ``random_study``.
    """
    tuned = study_tuned(design, settings, results)
    described: dict[str, dict[str, Any]] = {
        name: {"params": dict(best.params), "rmse": best.rmse} for name, best in tuned.items()
    }
    finished = []
    for result in results:
        surface = {name: best.predictions[result.test] for name, best in tuned.items()}
        lines, ratio = (
            {n: carried_down(m, design.targets, design.depths, v) for n, v in surface.items()}
            for m in (DepthLines, DepthRatios)
        )
        finished.append(replace(result, predicted=lines, ratio=ratio, tuned=described))
    return finished


def study_tuned(
    design: Design, settings: ModelSettings, results: Sequence[FoldResult]
) -> dict[str, Tuned]:
    """Return the outcome of each learner's grid search over the folds of ``random_study``.

    Raises
    ------
    ValueError
        If a result is of another scheme.
    """
    strange = sorted({result.scheme for result in results} - {STUDY})
    if strange:
        raise ValueError(f"only {STUDY} has grid predictions, got {', '.join(strange)}")
    tuned = {}
    for name in settings.learners:
        space = LEARNERS[name].search_space(design.n_sites, settings.search.get(name))
        first = results[0].grid[name]
        predictions = np.full((len(first), design.n_sites), np.nan)
        for result in results:
            predictions[:, result.test] = result.grid[name]
        tuned[str(name)] = choose(predictions, design.target, space)
    return tuned
