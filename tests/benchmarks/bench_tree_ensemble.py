"""Prediction of 100 tree ensembles at many cells: our kernel beside the libraries' own.

    python -m tests.benchmarks.bench_tree_ensemble [--cells 560000] [--members 100] [--trees 300]
    python -m tests.benchmarks.bench_tree_ensemble --cells 50000 --members 10     # quick

147 sites and 8 covariates with a spatial pattern; cells are in map order, as a tile has them. Ours
evaluates all members; each library is timed on a few of its own models and scaled to all of them
("scaled" in the table). Work is counted in pixel-trees: one tree at one cell. Threads: ours by
parts of the cells, the libraries by their own option; CPU seconds beside, for a shared machine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from models.learners import LEARNERS
from models.portable import predict_members
from tests.benchmarks.measuring import cpu_seconds, keep, machine, table

N_SITES, N_COVARIATES, PEER_MODELS = 147, 8, 3
DEPTH_4 = {"max_depth": 4, "learning_rate": 0.05}
SETTINGS: dict[str, dict[str, Any]] = {
    "xgb": {**DEPTH_4, "subsample": 0.8, "colsample_bytree": 0.8, "min_child_weight": 3.0},
    "brt": {**DEPTH_4, "min_data_in_leaf": 5, "bagging_fraction": 0.6},
    "rf": {"min_samples_leaf": 3, "max_features": 1 / 3, "max_leaf_nodes": 64},
}
PEERS = {"xgb": "XGBoost inplace_predict", "brt": "LightGBM predict", "rf": "scikit-learn RF"}
Float32s = npt.NDArray[np.float32]


def main() -> None:
    """Time every learner on one and two threads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=560_000)
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--trees", type=int, default=300)
    parser.add_argument("--learners", nargs="+", default=list(SETTINGS), choices=list(SETTINGS))
    options = parser.parse_args()
    cells = landscape(options.cells)
    lines = [line for name in options.learners for line in compare(name, cells, options)]
    header = ["engine", "threads", "wall s", "CPU s", "M px-trees/s", "CPU ratio", "max abs diff"]
    keep(
        "tree_ensemble",
        f"# Prediction of tree ensembles\n\n{machine()}\n\n"
        f"{options.members} members of {options.trees} trees over {len(cells)} cells, {N_SITES} "
        f"sites, {N_COVARIATES} covariates; libraries timed on {PEER_MODELS} models and scaled. "
        "M px-trees/s: by CPU seconds on all threads together. CPU ratio: library over ours at "
        "the same number of threads. Difference: between our member and the library's model, in "
        "units of a target with SD 1.\n\n" + table(header, lines),
    )


def landscape(n_cells: int) -> Float32s:
    """Return smooth covariates in map order, float32 (n_cells, p)."""
    side = int(np.ceil(np.sqrt(n_cells)))
    rng = np.random.default_rng(1)
    layers = []
    for scale in np.linspace(2, 30, N_COVARIATES):
        noise = gaussian_filter(rng.standard_normal((side, side)), scale, mode="wrap")
        layers.append(noise / noise.std() + 0.2 * rng.standard_normal((side, side)))
    return np.stack(layers, axis=-1).reshape(-1, N_COVARIATES)[:n_cells].astype(np.float32)


def compare(name: str, cells: Float32s, options: argparse.Namespace) -> list[list[str]]:
    """Return the table's lines of one learner."""
    rng = np.random.default_rng(2)
    sites = cells[rng.choice(len(cells), N_SITES, replace=False)]
    target = sites @ rng.standard_normal(N_COVARIATES) + rng.standard_normal(N_SITES)
    target = (target / target.std()).astype(np.float64)
    params = {**SETTINGS[name], "n_estimators": options.trees}
    fitted = []
    for seed in range(options.members):
        rows = rng.integers(N_SITES, size=N_SITES)
        fitted.append(LEARNERS[name].fit(sites[rows], target[rows], params, seed))
    members = [model.portable() for model in fitted]
    predict_members(members[:1], cells[:2000])  # compile before the clock starts
    peers = [library_prediction(name, model, sites, target, params) for model in fitted]
    lines = []
    for threads in (1, 2):
        ours, wall, cpu = clocked(lambda n=threads: on_threads(members, cells, n))
        theirs, peer_wall, peer_cpu = clocked(
            lambda n=threads: np.stack([p(cells, n) for p in peers[:PEER_MODELS]])
        )
        scale = options.members / len(theirs)
        work = len(cells) * sum(len(member.offsets) - 1 for member in members) / 1e6
        difference = float(np.abs(ours[: len(theirs)] - theirs).max())
        peer = f"{PEERS[name]}, scaled"
        lines += [
            _line(f"Solum, {LEARNERS[name].title}", threads, wall, cpu, work, "", difference),
            _line(
                peer,
                threads,
                peer_wall * scale,
                peer_cpu * scale,
                work,
                f"{peer_cpu * scale / cpu:.1f}",
                None,
            ),
        ]
    return lines


def library_prediction(
    name: str, model: Any, sites: Float32s, target: npt.NDArray[np.float64], params: dict[str, Any]
) -> Callable[[Float32s, int], npt.NDArray[Any]]:
    """Return the library's own way of predicting (cells, threads)."""
    if name == "xgb":

        def predict(cells: Float32s, threads: int) -> npt.NDArray[Any]:
            model.booster.set_param({"nthread": threads})
            return np.asarray(model.booster.inplace_predict(cells))

        return predict
    if name == "brt":
        return lambda cells, threads: np.asarray(model.booster.predict(cells, num_threads=threads))
    return forest_prediction(model)


def forest_prediction(model: Any) -> Callable[[Float32s, int], npt.NDArray[Any]]:
    """Return ``RandomForestRegressor.predict`` with the trees of our forest in it."""
    from sklearn.ensemble import RandomForestRegressor

    forest = RandomForestRegressor(n_estimators=len(model.estimators_))
    forest.estimators_ = list(model.estimators_)
    forest.n_outputs_, forest.n_features_in_ = 1, model.n_features_in_

    def predict(cells: Float32s, threads: int) -> npt.NDArray[Any]:
        return np.asarray(forest.set_params(n_jobs=threads).predict(cells))

    return predict


def on_threads(members: Sequence[Any], cells: Float32s, threads: int) -> Float32s:
    """Predict parts of the cells in threads, as stage 3 does tiles."""
    parts = np.array_split(cells, threads)
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(lambda part: predict_members(members, part), parts)), 1)


def clocked(work: Callable[[], npt.NDArray[Any]]) -> tuple[npt.NDArray[Any], float, float]:
    """Return the result, wall and CPU seconds."""
    wall, cpu = time.perf_counter(), cpu_seconds()
    result = work()
    return result, time.perf_counter() - wall, cpu_seconds() - cpu


def _line(
    title: str,
    threads: int,
    wall: float,
    cpu: float,
    work: float,
    ratio: str,
    difference: float | None,
) -> list[str]:
    gap = "" if difference is None else f"{difference:.1e}"
    speed = f"{work / cpu:.0f}"
    return [title, f"{threads}", f"{wall:.1f}", f"{cpu:.1f}", speed, ratio, gap]


if __name__ == "__main__":
    main()
