"""How often does the comparison claim that physics helps, where the truth is known?

Each seed is another synthetic world, of which 147 or 1,000 sites are measured. A share of the
variance of its carbon (0, 0.1, 0.3) comes from redistribution. A gain is claimed where the 95 %
limits of the RMSE of `ml_physics` less that of `ml_inputs` lie below zero. At share 0 every claim
is false. Two kinds of truth:

- ``formula``: hollows gain and crests lose, between cells of 1 km, by a formula of the virtual
  landscape that is unlike any erosion model. The simulator erodes the hillslopes inside cells and
  does not know it.
- ``simulated``: net lateral carbon of another law of erosion (ANSWERS) with other knobs, drawn from
  the ensemble's ranges, and other weather. Nature then erodes as the simulator thinks, but not as
  it is set.

Two kinds of physics features:

- ``simulator``: those of stage 4, one default run a world.
- ``oracle``: the redistribution itself. It asks whether the comparison finds a gain where there is
  one to be found; what it finds and the simulator does not is the simulator's part.

To be cheap, the learner is not tuned (the first point of the comparison's grid, for both
approaches), sites are dealt once, not five times, and a world of 1 km is looked at through wider
cells, whose values are those of the 1 km cell at their centre.

    python -m tests.benchmarks.bench_hybrid_power --seeds 1-30 --out FOLDER
    python -m tests.benchmarks.bench_hybrid_power --out FOLDER --only-summary

FOLDER gets a CSV a seed; finished ones are kept, and several calls may share it. Each call uses one
core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from features.variables import Variable
from models.design import Design, FloatArray
from models.hybrid import (
    Evidence,
    SiteFeatures,
    comparison_table,
    held_out_predictions,
    hybrid_tasks,
    run_hybrid_fold,
)
from models.hybrid.tasks import SMALL_GRIDS
from models.settings import ModelSettings
from models.validation import spatial_block_size
from pipeline.store import write_table
from tests.benchmarks.measuring import RESULTS, keep, machine, table
from tests.benchmarks.power_worlds import (
    SHARES,
    CellKnowledge,
    Sites,
    knowledge_of_cells,
    naturally_redistributed,
    sites_of_world,
)

SIZES = (147, 1000)
INPUTS, PHYSICS = "ml_inputs", "ml_physics"
SCHEMES = ("random", "spatial")
COLUMNS = ("seed", "n", "truth", "share", "physics", "scheme", "rmse_inputs", "d_rmse", "lo", "hi",
           "seconds")  # fmt: skip


class Case(NamedTuple):
    """Sites of one truth, with what is known of their cells."""

    n: int
    truth: str
    share: float
    design: Design
    known: CellKnowledge
    redistribution: FloatArray


def cases_of(sites: dict[tuple[int, float], Sites], seed: int, resolution_m: int) -> Iterator[Case]:
    """Yield every sample size, truth and share of a world."""
    places = np.unique(np.concatenate([each.cells for each in sites.values()]), axis=0)
    started = time.process_time()
    known = knowledge_of_cells(places, seed, resolution_m)
    print(f"seed {seed}: {len(places)} cells in {time.process_time() - started:.0f} s", flush=True)
    number = {tuple(place): k for k, place in enumerate(places.tolist())}
    for (n, share), measured in sites.items():
        at = np.array([number[tuple(cell)] for cell in measured.cells.tolist()])
        here = known.rows(at)
        yield Case(n, "formula", share, measured.design, here, here.redistribution)
        if share > 0:
            continue
        lateral = here.natural_lateral_carbon
        for moved in SHARES[1:]:
            design, redistribution = naturally_redistributed(measured, lateral, moved)
            yield Case(n, "simulated", moved, design, here, redistribution)


def compared(case: Case, learner: str, n_fold_seeds: int) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each kind of physics and the comparison with it; `ml_inputs` is learned once."""
    oracle = SiteFeatures(
        case.redistribution[:, None], (Variable("physics_oracle", "continuous", "physics"),)
    )
    kinds = {"simulator": case.known.physics} | ({"oracle": oracle} if case.share > 0 else {})
    untuned = {axis: values[:1] for axis, values in SMALL_GRIDS[learner].items()}
    settings = ModelSettings(schemes=SCHEMES, search={learner: untuned})
    size_m = spatial_block_size(case.design, settings).size_m
    nothing = np.zeros_like(case.design.targets)  # no simulator by itself is compared

    def predictions(physics: SiteFeatures, approach: str) -> pd.DataFrame:
        evidence = Evidence(case.design, case.known.inputs, physics, nothing, nothing[None])
        tasks = hybrid_tasks(evidence, settings, learner, size_m, n_fold_seeds, (approach,))
        held_out = held_out_predictions(case.design, [run_hybrid_fold(task) for task in tasks])
        return held_out[held_out["depth"] == held_out["depth"].iloc[0]]

    without = predictions(case.known.physics, INPUTS)
    for kind, physics in kinds.items():
        both = pd.concat([without, predictions(physics, PHYSICS)], ignore_index=True)
        yield kind, comparison_table(both, case.design, size_m, settings.seed)


def world(seed: int, arguments: argparse.Namespace) -> pd.DataFrame:
    """Return the rows of one world."""
    resolution_m, rows = arguments.resolution, []
    sites = {
        (n, share): sites_of_world(seed, resolution_m, n, share)
        for n in arguments.sizes
        for share in SHARES
    }
    for case in cases_of(sites, seed, resolution_m):
        started = time.process_time()
        for kind, comparison in compared(case, arguments.learner, arguments.fold_seeds):
            seconds = time.process_time() - started
            rows += _rows(comparison, (seed, case.n, case.truth, case.share, kind), seconds)
            started = time.process_time()
        print(f"  n {case.n}, {case.truth}, share {case.share:g}", flush=True)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(table: pd.DataFrame, key: tuple[object, ...], seconds: float) -> list[tuple[object, ...]]:
    by_approach = table.set_index(["approach", "scheme"])
    rows = []
    for scheme in SCHEMES:
        found = by_approach.loc[(PHYSICS, scheme)]
        limits = (found[f"d_rmse_inputs{end}"] for end in ("", "_lo", "_hi"))
        rmse_inputs = by_approach.loc[(INPUTS, scheme), "rmse"]
        rows.append((*key, scheme, rmse_inputs, *limits, seconds))
    return rows


def summary(folder: Path) -> pd.DataFrame:
    """Return the share of worlds in which a gain, or a loss, is claimed."""
    worlds = pd.concat([pd.read_csv(path) for path in sorted(folder.glob("seed_*.csv"))])
    claims = worlds.assign(gain=worlds["hi"] < 0, loss=worlds["lo"] > 0)
    groups = claims.groupby(["physics", "truth", "n", "scheme", "share"])
    shares: pd.DataFrame = groups.agg(
        worlds=("seed", "nunique"),
        gain=("gain", "mean"),
        loss=("loss", "mean"),
        d_rmse=("d_rmse", "mean"),
        d_rmse_sd=("d_rmse", "std"),
        rmse_inputs=("rmse_inputs", "mean"),
    ).reset_index()
    return shares


def report(shares: pd.DataFrame) -> str:
    """Return the page of results."""
    header = [
        "physics",
        "truth",
        "n",
        "folds",
        "share",
        "worlds",
        "gain claimed",
        "loss claimed",
        "mean difference",
        "SD",
        "RMSE of ml_inputs",
    ]
    rows = [
        [
            str(row.physics),
            str(row.truth),
            str(row.n),
            str(row.scheme),
            f"{row.share:g}",
            str(row.worlds),
            f"{row.gain:.0%}",
            f"{row.loss:.0%}",
            f"{row.d_rmse:+.3f}",
            f"{row.d_rmse_sd:.3f}",
            f"{row.rmse_inputs:.2f}",
        ]
        for row in shares.itertuples()
    ]
    return (
        f"# How often is a gain from physics claimed, where the truth is known?\n\n{machine()}\n\n"
        "Synthetic worlds. Gain and loss: share of worlds in which the 95 % limits of RMSE of "
        "`ml_physics` less that of `ml_inputs` (kg m-2) lie below and above zero. Share: of the "
        "true variance that comes from redistribution; at 0 every claim of a gain is false. Truth "
        "by `formula`: crests of 1 km lose to hollows, which no erosion model was asked about; "
        "`simulated`: as by another law of erosion (ANSWERS), with other knobs and other weather. "
        "Physics of the `oracle`: that redistribution itself; of the `simulator`: the features of "
        f"stage four.\n\n{table(header, rows)}"
    )


def main() -> None:
    """Run the worlds that are not finished and print the shares of claims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-30", help="first and last, as in 1-30")
    parser.add_argument(
        "--out", type=Path, default=RESULTS / "hybrid_power", help="folder of the finished seeds"
    )
    parser.add_argument("--resolution", type=int, default=10_000, help="side of a cell in m")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--learner", default="rf")
    parser.add_argument("--fold-seeds", type=int, default=1)
    parser.add_argument("--only-summary", action="store_true")
    arguments = parser.parse_args()
    first, _, last = arguments.seeds.partition("-")
    if not arguments.only_summary:
        for seed in range(int(first), int(last or first) + 1):
            path = arguments.out / f"seed_{seed:04d}.csv"
            if not path.is_file():
                write_table(path, world(seed, arguments))
    keep("hybrid_power", report(summary(arguments.out)))


if __name__ == "__main__":
    main()
