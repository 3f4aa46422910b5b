"""Where stage 2 spends its time: core-seconds by learner and task, at the default settings.

    python -m tests.benchmarks.bench_training_cost [--manifest FILE] [--set key=value ...]

Runs stages 1 and 2 of the built-in virtual landscape at a coarse resolution (the cost of stage 2
does not depend on it) and adds up the CPU seconds of the thread that did each task. On n quiet
cores a row takes its core-seconds divided by n. Nothing is cached between calls.
"""

from __future__ import annotations

import argparse
import functools
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import models.intervals
import models.learners
import models.nested_cv
import models.preparation
import models.validation
import pipeline.stage2_models
import pipeline.training_tasks
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.store import read_json
from tests.benchmarks.measuring import cpu_seconds, keep, machine, table

Label = Callable[[tuple[Any, ...]], str]


class Costs:
    """CPU seconds and calls by label; a call inside another labelled call counts for the outer."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self._lock, self._busy = threading.Lock(), threading.local()

    def watch(self, module: Any, name: str, label: Label) -> None:
        """Replace a function by one that notes what it costs."""
        original = getattr(module, name)

        @functools.wraps(original)
        def measured(*args: Any, **kwargs: Any) -> Any:
            if getattr(self._busy, "inside", False):
                return original(*args, **kwargs)
            self._busy.inside, start = True, time.thread_time()
            try:
                return original(*args, **kwargs)
            finally:
                self._busy.inside = False
                with self._lock:
                    self.seconds[label(args)] += time.thread_time() - start
                    self.calls[label(args)] += 1

        setattr(module, name, measured)


def watch_stage_two(costs: Costs) -> None:
    """Note every kind of work of stage 2."""
    costs.watch(models.nested_cv, "tune", lambda a: f"nested grid search: {a[0].name}")
    costs.watch(models.nested_cv, "grid_predictions", lambda a: f"study's grid: {a[0].name}")
    costs.watch(models.nested_cv, "intervals_of", lambda a: f"intervals in folds: {a[2]}")
    costs.watch(models.nested_cv, "_refit", lambda a: "refits of the outer folds")
    costs.watch(models.nested_cv.Preparation, "fit", lambda a: "screening and encoding in folds")
    costs.watch(
        pipeline.training_tasks, "run_intervals", lambda a: f"intervals in folds: {a[0].learner}"
    )
    costs.watch(models.validation, "tune", lambda a: "final grid search of the chosen learner")
    costs.watch(pipeline.training_tasks, "fit_member", lambda a: f"bootstrap members: {a[3]}")
    costs.watch(pipeline.stage2_models, "explain", lambda a: "explanation (this thread)")
    costs.watch(pipeline.stage2_models, "_write_validation", lambda a: "scores and their intervals")
    costs.watch(pipeline.stage2_models, "_write_applicability", lambda a: "area of applicability")
    costs.watch(pipeline.stage2_models, "spatial_block_size", lambda a: "block size")
    costs.watch(pipeline.stage2_models, "calibrate", lambda a: "interval calibration")


def main() -> None:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--set", dest="overrides", action="append", default=[])
    parser.add_argument("--name", default="training_cost", help="of the file under results/")
    options = parser.parse_args()
    overrides = options.overrides or ([] if options.manifest else ["virtual.resolution_m=10000"])
    costs = Costs()
    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder) / "run"
        run_stages(options.manifest, run, ["features"], overrides, progress=silent())
        watch_stage_two(costs)
        wall, cpu = time.perf_counter(), cpu_seconds()
        run_stages(options.manifest, run, ["models"], overrides, progress=silent())
        wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
        final = read_json(run / "2-models" / "final_model.json")
    rows = [
        [label, f"{costs.calls[label]}", f"{seconds:.1f}"]
        for label, seconds in sorted(costs.seconds.items(), key=lambda item: -item[1])
    ]
    tuning = sum(s for label, s in costs.seconds.items() if label.startswith("nested grid"))
    study = sum(s for label, s in costs.seconds.items() if label.startswith("study's grid"))
    named = sum(costs.seconds.values())
    rows += [
        ["all grid searches under nested folds", "", f"{tuning:.1f}"],
        ["all of the study's grid", "", f"{study:.1f}"],
        ["named above", "", f"{named:.1f}"],
        ["whole process, with imports, compiling and files", "", f"{cpu:.1f}"],
    ]
    source = options.manifest or "the built-in virtual landscape"
    keep(
        options.name,
        f"# Core-seconds of stage 2\n\n{machine()}\n\n"
        f"{source}, settings {overrides or 'default'}: {final['n_sites']} sites, "
        f"{len(final['covariates_kept'])} covariates kept, chosen learner {final['learner']}, "
        f"{final['n_members']} members. Wall {wall:.0f} s on this machine with that load.\n\n"
        + table(["task", "calls", "core-seconds"], rows),
    )


if __name__ == "__main__":
    main()
