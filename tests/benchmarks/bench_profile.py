"""A day's erosion and deposition in ten soil layers: our kernels beside the same step in numpy.

    python -m tests.benchmarks.bench_profile [--cells 400000] [--days 25]

Every cell erodes and gains soil, the busiest case there is: the simulator skips cells without
either. One update is one pool of one layer of one cell, once eroded or once deposited upon. Ours
and numpy take turns in one run and the fastest turn of each counts; CPU seconds stand beside wall
seconds, as other work may share the machine.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.profile.kernel_profile import (
    LAYERWISE,
    LU2024,
    NO_ENRICHMENT,
    deposit,
    erode,
)
from models.erosion_carbon.profile.parameters import PROFILE
from models.erosion_carbon.soil_layers import LAYER_THICKNESS_M
from tests.benchmarks.measuring import cpu_seconds, keep, machine, table

Floats = npt.NDArray[np.float64]
Work = Callable[[int], Floats]
SCHEMES = {"layerwise": LAYERWISE, "block (Lu et al. 2024)": LU2024}
BULK_DENSITY = 1300.0
PER_M = 1.0 / LAYER_THICKNESS_M[:, None]


def main() -> None:
    """Time both schemes with one and with seven pools, on one and on two threads."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=400_000)
    parser.add_argument("--days", type=int, default=25)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    lines = []
    for n_pools in (1, 7):
        n_cells = options.cells // n_pools
        for title, scheme in SCHEMES.items():
            lines += compare(title, scheme, n_cells, n_pools, options)
    header = ["scheme", "pools", "threads", "wall s", "CPU s", "M updates/s", "per CPU s", "ratio"]
    keep(
        "profile",
        f"# Carbon in the layers of eroding and depositional cells\n\n{machine()}\n\n"
        f"{options.cells} columns of ten layers (cells times pools), up to 2 kg of soil per m2 "
        f"eroded and deposited in each cell, {options.days} days, the fastest of "
        f"{options.repeats} turns. M updates/s: layers times pools eroded or deposited upon, by "
        "wall and by CPU seconds. Ratio: CPU of numpy over ours. Other work shared the machine."
        f"\n\n{table(header, lines)}",
    )


def compare(
    title: str, scheme: int, n_cells: int, n_pools: int, options: argparse.Namespace
) -> list[list[str]]:
    """Return the table's lines of one scheme and number of pools."""
    rng = np.random.default_rng(1)
    soil = rng.uniform(0, 1000, (n_cells, 10, n_pools))
    mass = rng.uniform(0, 2, n_cells)
    with CellThreads(1) as one, CellThreads(2) as two:
        works = [
            (title, 1, partial(kernel_days, soil.copy(), mass, scheme, one)),
            (title, 2, partial(kernel_days, soil.copy(), mass, scheme, two)),
        ]
        if scheme == LAYERWISE:
            works.append(("numpy, layerwise", 1, partial(numpy_days, soil.copy(), mass)))
            agree(*(work for _, _, work in works[1:]))
        works[0][2](1)  # compiles
        times = fastest([work for _, _, work in works], options.days, options.repeats)
    updates = 2e-6 * soil.size * options.days
    slowest_cpu = times[-1][1]
    lines = []
    for (name, threads, _), (wall, cpu) in zip(works, times, strict=True):
        ratio = f"{slowest_cpu / cpu:.1f}" if scheme == LAYERWISE and name == title else ""
        figures = [f"{wall:.2f}", f"{cpu:.2f}", f"{updates / wall:.0f}", f"{updates / cpu:.0f}"]
        lines.append([name, f"{n_pools}", f"{threads}", *figures, ratio])
    return lines


def kernel_days(soil: Floats, mass: Floats, scheme: int, threads: CellThreads, days: int) -> Floats:
    """Erode all cells and give each its own soil back, with our kernels."""
    n, density = len(soil), np.full(len(soil), BULK_DENSITY)
    moved, p = np.empty((n, soil.shape[2])), PROFILE.defaults
    for _ in range(days):
        threads.over_cells(erode, n, soil, mass, density, scheme, NO_ENRICHMENT, p, moved)
        threads.over_cells(deposit, n, soil, mass, density, scheme, moved)
    return soil


def numpy_days(soil: Floats, mass: Floats, days: int) -> Floats:
    """Erode all cells and give each its own soil back, layer by layer in numpy."""
    share = (mass / BULK_DENSITY)[:, None, None] * PER_M
    for _ in range(days):
        rising = share * soil
        soil -= rising
        soil[:, :-1] += rising[:, 1:]
        sinking = share[:, :-1] * soil[:, :-1]
        soil[:, :-1] -= sinking
        soil[:, 1:] += sinking
        soil[:, 0] += rising[:, 0]
    return soil


def agree(ours: Work, theirs: Work) -> None:
    """Raise where numpy and our kernels differ after a day."""
    np.testing.assert_allclose(ours(1), theirs(1), rtol=1e-10)


def fastest(works: list[Work], days: int, repeats: int) -> list[tuple[float, float]]:
    """Return the least wall and CPU seconds of each, taken in turns."""
    best = [(np.inf, np.inf)] * len(works)
    for _ in range(repeats):
        for k, work in enumerate(works):
            wall, cpu = time.perf_counter(), cpu_seconds()
            work(days)
            taken = time.perf_counter() - wall, cpu_seconds() - cpu
            best[k] = min(best[k][0], taken[0]), min(best[k][1], taken[1])
    return best


if __name__ == "__main__":
    main()
