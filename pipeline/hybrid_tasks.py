"""The tasks of the comparison: each reads the evidence from the run and writes its own fold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.hybrid import HybridTask, hybrid_tasks, run_hybrid_fold
from models.settings import ModelSettings

from .comparison_paths import ComparisonPaths
from .fold_store import save_fold
from .hybrid_evidence import read_evidence
from .run_paths import RunPaths


@dataclass(frozen=True)
class HybridWork:
    """One outer fold of one scheme and fold seed.

    Parameters
    ----------
    run : Path
        Run directory.
    settings : ModelSettings
        As in the manifest.
    learner : str
        The same for every approach.
    block_size_m : float
        Side of the spatial blocks.
    n_fold_seeds : int
        Times that the sites are dealt into folds.
    position : int
        Among `hybrid_tasks`.
    """

    run: Path
    settings: ModelSettings
    learner: str
    block_size_m: float
    n_fold_seeds: int
    position: int

    def task(self) -> HybridTask:
        """Return the task with the evidence in it."""
        evidence = read_evidence(RunPaths(self.run))
        dealt = hybrid_tasks(
            evidence, self.settings, self.learner, self.block_size_m, self.n_fold_seeds
        )
        return dealt[self.position]


def hybrid_fold_file(run: Path, task: HybridTask) -> Path:
    """Return where a finished fold lies."""
    paths = ComparisonPaths(RunPaths(run).simulator)
    return paths.fold(task.fold.scheme, task.fold_seed, task.fold.fold)


def do_hybrid_fold(work: HybridWork) -> Path:
    """Run every approach on one fold and write it; skip it if it is there."""
    task = work.task()
    path = hybrid_fold_file(work.run, task)
    if not path.is_file():
        save_fold(path, run_hybrid_fold(task))
    return path
