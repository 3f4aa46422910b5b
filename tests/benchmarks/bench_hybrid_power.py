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
approaches), sites are dealt twice, not five times, and a world of 1 km is looked at through wider
cells, whose values are those of the 1 km cell at their centre. Slope and wetness of that cell are
given to the simulator and to `ml_inputs`; the sites' cells are simulated by themselves, without
rivers between them, which no lattice of such points could have.

    python -m tests.benchmarks.bench_hybrid_power --seeds 1-30 --out FOLDER
    python -m tests.benchmarks.bench_hybrid_power --out FOLDER --only-summary

FOLDER gets a CSV a seed; finished ones are kept, and several calls may share it. Each call uses one
core.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.stack import Stack
from features.variables import Variable
from features.virtual_landscape.world import make_world
from features.virtual_landscape.world_lattice import WorldLattice
from models.design import Design, FloatArray, IntArray
from models.erosion_carbon import Settings, simulate
from models.erosion_carbon.erosion.parameters import EROSION
from models.erosion_carbon.erosion.subgrid_slope import hillslope_slope
from models.erosion_carbon.input_features import input_features
from models.erosion_carbon.physics_features import PHYSICS_FEATURES, feature_values
from models.erosion_carbon.vegetation import COVER_NAMES
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
from pipeline.physics_features import withheld_inputs
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.simulate import files_of
from pipeline.simulator_forcing import MARGIN, prepare_forcing
from pipeline.store import write_table
from tests.benchmarks.measuring import RESULTS, keep, machine, table

Places = npt.NDArray[np.int64]
YEAR = 2001
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
    ]


def features_run(settings: list[str], directory: Path) -> RunPaths:
    """Run stage 1."""
    return RunPaths(run_stages(None, directory, ("features",), settings, progress=silent()))


def features_of_sites(
    places: Places, seed: int, resolution_m: int
) -> tuple[SiteFeatures, SiteFeatures, FloatArray]:
    """Return physics features, raw inputs and the true redistribution at places (row, column)."""
    world, lattice = make_world(seed, max(SHARES)), WorldLattice(resolution_m)
    rows, cols = places.T
    local = {name: lattice.sample(getattr(world.relief, name)) for name in ("slope", "wetness")}
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_manifest(None, overrides(seed, resolution_m, SIZES[0], SHARES[0]))
        sources, _ = withheld_inputs(files_of(loaded, Path(folder), silent()))
        forcing = prepare_forcing(sources, [YEAR], lambda _: None).forcing
    at = (rows + MARGIN, cols + MARGIN)
    alone = np.zeros_like(forcing.region)
    alone[at] = True
    steepened = hillslope_slope(local["slope"].astype(np.float64), 1000.0, EROSION.defaults)
    forcing = replace(
        forcing, region=alone & forcing.region, hillslope_slope=np.pad(steepened, MARGIN)
    )
    result = simulate(forcing, Settings(), YEAR)
    physics = {name: feature_values(name, result.grid(name)[at]) for name in PHYSICS_FEATURES}
    known = {each.id: each.values[at] for each in input_features(forcing)}
    known["wetness"] = local["wetness"][rows, cols]
    redistribution = lattice.sample(world.carbon.redistribution)[rows, cols]
    return (
        _table("physics", physics),
        _table("inputs", known),
        np.asarray(redistribution, dtype=np.float64),
    )


def _table(group: str, values: dict[str, npt.NDArray[np.floating]]) -> SiteFeatures:
    """Return columns as a table; those that are the same everywhere teach nothing."""
    kept = {name: each for name, each in values.items() if np.ptp(each) > 0}
    classes = dict(enumerate(COVER_NAMES))
    variables = tuple(
        Variable(f"{group}_{name}", "categorical", "other", name, "1", classes)
        if name == "land_cover"
        else Variable(f"{group}_{name}", "continuous", "other", name)
        for name in kept
    )
    return SiteFeatures(np.column_stack(list(kept.values())).astype(np.float64), variables)


def evidences(
    design: Design, physics: SiteFeatures, inputs: SiteFeatures, truth: FloatArray
) -> Iterator[tuple[str, Evidence]]:
    """Yield the name of the physics and the evidence with it; only the modelled depth."""
    oracle = SiteFeatures(truth[:, None], (Variable("physics_oracle", "continuous", "physics"),))
    nothing = np.zeros_like(design.targets)  # no simulator by itself is compared
    for name, features in (("simulator", physics), ("oracle", oracle)):
        yield name, Evidence(design, inputs, features, nothing, nothing[None])


def rows_of(features: SiteFeatures, rows: IntArray) -> SiteFeatures:
    """Return some rows of a table."""
    return SiteFeatures(features.values[rows], features.variables)


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
    keys = [(n, share) for n in arguments.sizes for share in SHARES]
    designs, cells = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        for n, share in keys:
            paths = features_run(overrides(seed, resolution_m, n, share), Path(folder))
            sites = read_sites_table(paths)
            designs[n, share] = read_design(paths)
            grid = Stack.open(paths.stack).grid
            cells[n, share] = np.column_stack(grid.row_col(sites["x"], sites["y"]))
    started = time.process_time()
    places = np.unique(np.concatenate(list(cells.values())), axis=0)
    physics, inputs, truth = features_of_sites(places, seed, resolution_m)
    print(f"seed {seed}: {len(places)} cells in {time.process_time() - started:.0f} s", flush=True)
    number = {tuple(place): k for k, place in enumerate(places.tolist())}
    for n, share in keys:
        at = np.array([number[tuple(cell)] for cell in cells[n, share].tolist()])
        tables = (rows_of(physics, at), rows_of(inputs, at), truth[at])
        for name, evidence in evidences(designs[n, share], *tables):
            started = time.process_time()
            compared = compare(evidence, arguments.learner, arguments.fold_seeds)
            seconds = time.process_time() - started
            rows += _rows(compared, (seed, n, share, name), seconds)
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
    worlds = pd.concat([pd.read_csv(path) for path in sorted(folder.glob("seed_*.csv"))])
    claims = worlds.assign(gain=worlds["hi"] < 0, loss=worlds["lo"] > 0)
    groups = claims.groupby(["physics", "n", "scheme", "share"])
    return groups.agg(
        worlds=("seed", "nunique"),
        gain=("gain", "mean"),
        loss=("loss", "mean"),
        d_rmse=("d_rmse", "mean"),
        d_rmse_sd=("d_rmse", "std"),
        rmse_inputs=("rmse_inputs", "mean"),
    ).reset_index()


def report(shares: pd.DataFrame) -> str:
    """Return the page of results."""
    header = ["physics", "n", "folds", "share", "worlds", "gain claimed", "loss claimed",
              "mean difference", "SD", "RMSE of ml_inputs"]  # fmt: skip
    rows = [
        [str(row.physics), str(row.n), str(row.scheme), f"{row.share:g}", str(row.worlds),
         f"{row.gain:.0%}", f"{row.loss:.0%}", f"{row.d_rmse:+.3f}", f"{row.d_rmse_sd:.3f}",
         f"{row.rmse_inputs:.2f}"]
        for row in shares.itertuples()
    ]  # fmt: skip
    return (
        f"# How often is a gain from physics claimed, where the truth is known?\n\n{machine()}\n\n"
        "Synthetic worlds. Gain and loss: share of worlds in which the 95 % limits of RMSE of "
        "`ml_physics` less that of `ml_inputs` (kg m-2) lie below and above zero. `oracle` is "
        "offered the true redistribution, `simulator` the features of stage four. Share: of the "
        "true variance that comes from redistribution; at 0 every claim of a gain is false (the "
        f"oracle then says nothing and is screened out).\n\n{table(header, rows)}"
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
    parser.add_argument("--fold-seeds", type=int, default=2)
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
