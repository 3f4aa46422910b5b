"""From fold results to one table of held-out predictions, and what was tuned on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.depths import depth_key

from .design import Design, FloatArray
from .fold_intervals import FoldIntervals
from .fold_tasks import SITE_SUFFIX, FoldResult
from .settings import STUDY, ModelSettings
from .study_cv import with_best_grid_point

SELECTED = "selected"
"""Pseudo-learner: whatever each outer fold would choose; its score pays for the choice too."""
OBSERVED = "observed_surface"
"""Pseudo-learner of the depth comparison: lines on the observed surface, without a map's error."""

COLUMNS = (
    "id",
    "x",
    "y",
    "depth",
    "learner",
    "scheme",
    "fold",
    "observed",
    "predicted",
    "pi_lower",
    "pi_upper",
)


@dataclass(frozen=True)
class CrossValidation:
    """All held-out predictions.

    Parameters
    ----------
    predictions : DataFrame
        Columns of ``cv_predictions.csv``: a row for each site observed at a depth, learner and
        scheme; `predicted` is NaN where the fold could not predict the site; x, y in m.
    by_ratio : DataFrame
        The same columns, deep layers by ratios alone and, as learner ``observed_surface``, by
        lines and ratios from the observed surface; with a column ``method`` (line, ratio).
    tuned : dict
        JSON-able: scheme, then fold (or ``all``), then learners' params and rmse, the fold's
        choice and its kept variables.
    """

    predictions: pd.DataFrame
    by_ratio: pd.DataFrame
    tuned: dict[str, Any]


def collect(
    design: Design,
    settings: ModelSettings,
    results: Sequence[FoldResult],
    intervals: Sequence[FoldIntervals] = (),
) -> CrossValidation:
    """Bring the results of all folds together.

    Parameters
    ----------
    design : Design
        All sites.
    settings : ModelSettings
        As in the tasks.
    results : sequence of FoldResult
        One a task, in any order.
    intervals : sequence of FoldIntervals
        Of the second round, if it has been run.
    """
    study = [result for result in results if result.scheme == STUDY]
    done = [result for result in results if result.scheme != STUDY]
    if study:
        done += with_best_grid_point(design, settings, study)
    done.sort(key=lambda result: (result.scheme, result.fold))
    extra = {(i.scheme, i.fold, i.learner): (i.lower, i.upper) for i in intervals}
    frames = [frame for result in done for frame in _predictions(design, result, extra)]
    ratio = [frame for result in done for frame in _by_ratio(design, result)]
    return CrossValidation(_concat(frames), _concat(ratio), _tuned(done))


def _predictions(
    design: Design,
    result: FoldResult,
    extra: dict[tuple[str, int, str], tuple[FloatArray, FloatArray]],
) -> Iterator[pd.DataFrame]:
    nothing = np.full_like(result.lower, np.nan)
    for name, values in result.predicted.items():
        own = (result.lower, result.upper) if name == result.selected else (nothing, nothing)
        limits = extra.get((result.scheme, result.fold, name), own)
        yield _frame(design, result, name, result.scheme, values, *limits)
    if result.selected:
        values = result.predicted[result.selected]
        yield _frame(design, result, SELECTED, result.scheme, values, result.lower, result.upper)
    scheme = f"{result.scheme}{SITE_SUFFIX}"
    for name, values in result.predicted_site.items():
        yield _frame(design, result, name, scheme, values, nothing, nothing)


def _by_ratio(design: Design, result: FoldResult) -> Iterator[pd.DataFrame]:
    nothing = np.full_like(result.lower, np.nan)
    sources = [(name, "ratio", values) for name, values in result.ratio.items()]
    if result.selected:
        sources.append((SELECTED, "ratio", result.ratio[result.selected]))
    sources.append((OBSERVED, "line", result.observed_lines))
    sources.append((OBSERVED, "ratio", result.observed_ratio))
    for name, method, values in sources:
        frame = _frame(design, result, name, result.scheme, values, nothing, nothing)
        yield frame[frame["depth"] != depth_key(design.depths[0])].assign(method=method)


def _frame(
    design: Design,
    result: FoldResult,
    learner: str,
    scheme: str,
    predicted: FloatArray,
    lower: FloatArray,
    upper: FloatArray,
) -> pd.DataFrame:
    """Return a row for each held-out site and depth that was observed."""
    observed = design.targets[result.test]
    site, depth = np.nonzero(np.isfinite(observed))
    rows = result.test[site]
    keys: npt.NDArray[Any] = np.array([depth_key(interval) for interval in design.depths])
    columns = {
        "id": design.ids[rows],
        "x": design.xy[rows, 0],
        "y": design.xy[rows, 1],
        "depth": keys[depth],
        "learner": learner,
        "scheme": scheme,
        "fold": result.fold,
        "observed": observed[site, depth],
        "predicted": predicted[site, depth],
        "pi_lower": lower[site, depth],
        "pi_upper": upper[site, depth],
    }
    return pd.DataFrame(columns)


def _concat(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


def _tuned(results: Sequence[FoldResult]) -> dict[str, Any]:
    tuned: dict[str, Any] = {}
    for result in results:
        entry = {"learners": result.tuned, "kept": list(result.kept)}
        if result.scheme == STUDY:
            tuned[STUDY] = {"all": entry}
        else:
            by_fold = tuned.setdefault(result.scheme, {})
            by_fold[str(result.fold)] = {**entry, "selected": result.selected}
    return tuned
