"""The tasks of stage 2: each reads what it needs from the run directory and writes its own file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.bootstrap import fit_member
from models.member import save_member
from models.preparation import Preparation
from models.settings import ModelSettings
from models.validation import FoldTask, IntervalTask, fold_tasks, run_fold, run_intervals

from .design_table import read_design
from .fold_store import save_fold
from .run_paths import RunPaths


@dataclass(frozen=True)
class FoldWork:
    """One outer fold of one scheme.

    Parameters
    ----------
    run : Path
        Run directory.
    settings : ModelSettings
        As in the manifest.
    block_size_m : float
        Side of the spatial blocks.
    position : int
        Among the tasks of `fold_tasks`.
    """

    run: Path
    settings: ModelSettings
    block_size_m: float
    position: int

    def task(self) -> FoldTask:
        """Return the task with the design table in it."""
        design = read_design(RunPaths(self.run))
        return fold_tasks(design, self.settings, self.block_size_m)[self.position]


@dataclass(frozen=True)
class IntervalWork:
    """Interval of one learner in one outer fold."""

    fold: FoldWork
    learner: str
    params: dict[str, Any]


@dataclass(frozen=True)
class MemberWork:
    """One bootstrap member of the chosen learner.

    Parameters
    ----------
    run : Path
        Run directory.
    index : int
        Number of the member.
    learner : str
        Name in the registry.
    params : dict
        Tuned settings of the learner.
    preparation : dict
        `Preparation.to_dict`.
    seed : int
        Of the run.
    """

    run: Path
    index: int
    learner: str
    params: dict[str, Any]
    preparation: dict[str, Any]
    seed: int


def do_fold(work: FoldWork) -> Path:
    """Train and predict one fold and write it; skip it if it is there."""
    task = work.task()
    path = RunPaths(work.run).fold(task.scheme, task.fold)
    if not path.is_file():
        save_fold(path, run_fold(task))
    return path


def do_intervals(work: IntervalWork) -> Path:
    """Rebuild the interval of a learner in one fold and write it; skip it if it is there."""
    task = work.fold.task()
    path = RunPaths(work.fold.run).fold(task.scheme, task.fold, work.learner)
    if not path.is_file():
        save_fold(path, run_intervals(IntervalTask(task, work.learner, work.params)))
    return path


def do_member(work: MemberWork) -> Path:
    """Fit one bootstrap member and write it; skip it if it is there."""
    paths = RunPaths(work.run)
    path = paths.member(work.index)
    if not path.is_file():
        member = fit_member(
            work.index,
            read_design(paths),
            Preparation.from_dict(work.preparation),
            work.learner,
            work.params,
            work.seed,
        )
        save_member(member, path)
    return path
