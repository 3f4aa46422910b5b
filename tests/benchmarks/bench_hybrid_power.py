"""How often does the comparison claim that physics helps, where the truth is known?

Each seed is another synthetic world. Part of its true carbon comes from hillslope redistribution,
by a formula that the simulator does not know (share 0, 0.1, 0.3 of the variance); 147 or 1,000
sites are measured. A gain is claimed where the 95 % limits of the RMSE of `ml_physics` less that of
`ml_inputs` lie below zero. At share 0 every claim is false. Two kinds of physics features:

- ``simulator``: those of stage 4, one default run a world, shared by all shares and sample sizes
  (the forcing does not depend on the share).
- ``oracle``: the world's true redistribution at the site's cell. It asks whether the comparison
  finds a gain where there is one to be found; what it finds and the simulator does not is the
  simulator's part.

To be cheap, the learner is not tuned (the first point of the comparison's grid, for both
approaches) and sites are dealt twice, not five times.

    python tests/benchmarks/bench_hybrid_power.py --seeds 1-30 --out FOLDER
    python tests/benchmarks/bench_hybrid_power.py --out FOLDER --only-summary

FOLDER gets a CSV a seed; finished ones are kept, and several calls may share it. Each call uses one
core.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from features.stack import Stack
from features.variables import Variable
from features.virtual_landscape.world import make_world
from features.virtual_landscape.world_lattice import WorldLattice
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
from pipeline.config import load_manifest
from pipeline.design_table import read_design, read_sites_table
from pipeline.physics_features import (
    features_at_sites,
    withheld_inputs,
    write_inputs,
    write_physics,
)
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.simulate import files_of, simulate_landscape
from pipeline.simulator_paths import SIMULATED, SimulatorPaths
from pipeline.store import write_table

SIZES, SHARES = (147, 1000), (0.0, 0.1, 0.3)
APPROACHES = ("ml_inputs", "ml_physics")
COLUMNS = ("seed", "n", "share", "physics", "scheme", "rmse_inputs", "d_rmse", "lo", "hi",
           "seconds")  # fmt: skip


def overrides(seed: int, resolution_m: int, n: int, share: float) -> list[str]:
    """Return the settings of a world and its sites."""
    return [
        f"virtual.seed={seed}",
        f"virtual.resolution_m={resolution_m}",
        f"virtual.n_sites={n}",
        f"virtual.redistribution_share={share}",
        "model.schemes=[random, spatial]",
        "simulator.gauges=none",
    ]


def features_run(settings: list[str], directory: Path) -> RunPaths:
    """Run stage 1."""
    return RunPaths(run_stages(None, directory, ("features",), settings, progress=silent()))


def simulated_run(settings: list[str], directory: Path) -> RunPaths:
    """Run stage 1 and the simulator, and write its features."""
    paths = features_run(settings, directory)
    loaded = load_manifest(None, settings)
    sources, _ = withheld_inputs(files_of(loaded, paths.virtual, silent()))
    simulated = SimulatorPaths(paths.simulator, SIMULATED)
    prepared = simulate_landscape(sources, simulated, 1, silent())
    write_physics(paths, simulated, prepared.grid, virtual=True)
    write_inputs(paths, prepared, virtual=True)
    return paths


def true_redistribution(paths: RunPaths, seed: int, resolution_m: int) -> np.ndarray:
    """Return the world's redistribution at the sites' cells, in no unit, whatever its share."""
    field = WorldLattice(resolution_m).sample(make_world(seed, max(SHARES)).carbon.redistribution)
    sites = read_sites_table(paths)
    rows, cols = Stack.open(paths.stack).grid.row_col(sites["x"], sites["y"])
    return field[rows, cols].astype(np.float64)


def evidences(simulated: RunPaths, paths: RunPaths, seed: int, resolution_m: int):
    """Yield the name of the physics and the evidence with it; only the modelled depth."""
    design = read_design(paths)
    for table in ("physics", "inputs"):
        for source in (simulated.simulator / table, simulated.simulator_table(table)):
            copy = shutil.copytree if source.is_dir() else shutil.copy
            paths.simulator.mkdir(exist_ok=True)
            copy(source, paths.simulator / source.name)
    inputs, physics = (features_at_sites(paths, table) for table in ("inputs", "physics"))
    inside = np.isfinite(np.hstack([inputs.values, physics.values])).all(axis=1)
    design = design.take(inside)
    known = SiteFeatures(inputs.values[inside], inputs.variables)
    oracle = Variable("physics_oracle", "continuous", "physics")
    truth = true_redistribution(paths, seed, resolution_m)[inside, None]
    nothing = np.zeros_like(design.targets)  # no simulator by itself is compared
    for name, values, variables in (
        ("simulator", physics.values[inside], physics.variables),
        ("oracle", truth, (oracle,)),
    ):
        table = SiteFeatures(values, variables)
        yield name, Evidence(design, known, table, nothing, nothing[None])


def compare(evidence: Evidence, learner: str, n_fold_seeds: int) -> pd.DataFrame:
    """Return the comparison of `ml_physics` with `ml_inputs` at the modelled depth."""
    untuned = {axis: values[:1] for axis, values in SMALL_GRIDS[learner].items()}
    settings = ModelSettings(schemes=("random", "spatial"), search={learner: untuned})
    size_m = spatial_block_size(evidence.design, settings).size_m
    tasks = hybrid_tasks(evidence, settings, learner, size_m, n_fold_seeds, APPROACHES)
    predictions = held_out_predictions(evidence.design, [run_hybrid_fold(task) for task in tasks])
    surface = predictions[predictions["depth"] == predictions["depth"].iloc[0]]
    return comparison_table(surface, evidence.design, size_m, settings.seed)


def world(seed: int, arguments: argparse.Namespace) -> pd.DataFrame:
    """Return the rows of one world."""
    resolution_m, rows = arguments.resolution, []
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        of_world = overrides(seed, resolution_m, SIZES[0], SHARES[0])
        simulated = simulated_run(of_world, Path(folder) / "simulated")
        print(f"seed {seed}: simulated in {time.process_time() - started:.0f} CPU-s", flush=True)
        for n in arguments.sizes:
            for share in SHARES:
                settings = overrides(seed, resolution_m, n, share)
                paths = features_run(settings, Path(folder) / "sites")
                for name, evidence in evidences(simulated, paths, seed, resolution_m):
                    started = time.process_time()
                    table = compare(evidence, arguments.learner, arguments.fold_seeds)
                    seconds = time.process_time() - started
                    rows += _rows(table, (seed, n, share, name), seconds)
                    print(f"  n {n}, share {share:g}, {name}: {seconds:.0f} CPU-s", flush=True)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(table: pd.DataFrame, key: tuple[object, ...], seconds: float) -> list[tuple[object, ...]]:
    by_approach = table.set_index(["approach", "scheme"])
    rows = []
    for scheme in ("random", "spatial"):
        found = by_approach.loc[("ml_physics", scheme)]
        limits = (found[f"d_rmse_inputs{end}"] for end in ("", "_lo", "_hi"))
        rows.append(
            (*key, scheme, by_approach.loc[("ml_inputs", scheme), "rmse"], *limits, seconds)
        )
    return rows


def summary(folder: Path) -> pd.DataFrame:
    """Return the share of worlds in which a gain, or a loss, is claimed."""
    table = pd.concat([pd.read_csv(path) for path in sorted(folder.glob("seed_*.csv"))])
    claims = table.assign(gain=table["hi"] < 0, loss=table["lo"] > 0)
    groups = claims.groupby(["physics", "n", "scheme", "share"])
    return groups.agg(
        worlds=("seed", "nunique"),
        gain=("gain", "mean"),
        loss=("loss", "mean"),
        d_rmse=("d_rmse", "mean"),
        d_rmse_sd=("d_rmse", "std"),
        rmse_inputs=("rmse_inputs", "mean"),
    ).reset_index()


def main() -> None:
    """Run the worlds that are not finished and print the shares of claims."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-30", help="first and last, as in 1-30")
    parser.add_argument("--out", type=Path, required=True, help="folder of the finished seeds")
    parser.add_argument("--resolution", type=int, default=5000, help="side of a cell in m")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--learner", default="rf")
    parser.add_argument("--fold-seeds", type=int, default=2)
    parser.add_argument("--only-summary", action="store_true")
    arguments = parser.parse_args()
    first, _, last = arguments.seeds.partition("-")
    if not arguments.only_summary:
        for seed in range(int(first), int(last or first) + 1):
            path = arguments.out / f"seed_{seed:04d}.csv"
            if not path.is_file():
                write_table(path, world(seed, arguments))
    print(summary(arguments.out).to_string(index=False, float_format="%.3f"))


if __name__ == "__main__":
    main()
