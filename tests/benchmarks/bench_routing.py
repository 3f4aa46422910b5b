"""Routing of water and sediment: our kernel beside numpy by level, and beside landlab.

    python -m tests.benchmarks.bench_routing [--side 1000] [--hours 24] [--pairs 5]
    python -m tests.benchmarks.bench_routing --landlab-python PATH    # a Python that has landlab

Synthetic ground of 1 km cells with random storms. The numpy version does the same maths, level by
level over the whole network, by Newton's method from the cube root of the supply; it and ours take
turns. landlab (MIT) runs its KinwaveImplicitOverlandFlow, the same class of scheme without
sediment, in a Python of its own, on smaller ground as it is slow, and on a ramp where both must
agree; its table line is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.routing import (
    CHANNEL,
    ChannelRouter,
    FlowNetwork,
    flow_network,
    sediment_fractions,
)
from models.erosion_carbon.routing.geometry import ChannelLinks, channel_links
from tests.benchmarks.measuring import cpu_seconds, keep, machine, table

FloatArray = npt.NDArray[np.float64]
STEP_S = 3600.0
RAIN_MM_H = 10.0
RAMP_SIDE_M = 10.0
LANDLAB = """
import sys, time
import numpy as np
from landlab import RasterModelGrid
from landlab.components import KinwaveImplicitOverlandFlow, FlowAccumulator
ground, rain, step, side = np.load(sys.argv[1]), *(float(x) for x in sys.argv[2:5])
steps = 3
def new_grid():
    grid = RasterModelGrid(ground.shape, xy_spacing=side)
    grid.add_field("topographic__elevation", ground.ravel(), at="node")
    return grid
grid = new_grid()
flow = KinwaveImplicitOverlandFlow(grid, runoff_rate=rain, roughness=0.035, depth_exp=5 / 3)
flow.run_one_step(step)
start = time.process_time()
for _ in range(steps):
    flow.run_one_step(step)
seconds = (time.process_time() - start) / steps
accumulator = FlowAccumulator(new_grid(), "topographic__elevation", flow_director="D8")
start = time.process_time()
accumulator.run_one_step()
print(grid.number_of_core_nodes, seconds, time.process_time() - start)
np.save(sys.argv[1], flow.depth.reshape(ground.shape))
"""


def main() -> None:
    """Time all versions and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=1000)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--landlab-python", default="python")
    parser.add_argument("--landlab-side", type=int, default=150)
    options = parser.parse_args()
    started = time.perf_counter()
    net = network_of(landscape(options.side))
    first = time.perf_counter() - started
    started = time.perf_counter()
    net = network_of(landscape(options.side))
    again = time.perf_counter() - started
    lines, notes = compare(net, options)
    keep(
        "routing",
        f"# Routing of water and sediment\n\n{machine()}\n\n"
        f"{net.n_cells} cells, {options.hours} steps of 1 h, water and sediment, synthetic ground "
        f"and storms; median of {options.pairs} turns each. M updates/s: cells times steps per "
        "second of the wall and of CPU. CPU ratio: against ours on one thread, per update. "
        "Difference: largest, over the largest value.\n\n"
        + table(["engine", "threads", "M/s wall", "M/s CPU", "CPU ratio", "difference"], lines)
        + f"\n\nMaking the network (ground included): {again:.2f} s, the first time in a process "
        f"{first:.2f} s; {net.schedule.n_groups} groups, trunk "
        f"{trunk_cells(net) / net.n_cells:.2%} of cells.\n\n" + "\n\n".join(notes),
    )


def landscape(side: int) -> FloatArray:
    """Return hills on a tilted plane, m."""
    rng = np.random.default_rng(3)
    layers = []
    for scale, height in ((40, 120.0), (6, 12.0)):
        noise = gaussian_filter(rng.standard_normal((side, side)), scale, mode="nearest")
        layers.append(height * noise / noise.std())
    return np.asarray(sum(layers) + 0.4 * np.arange(side, 0, -1)[:, None])


def network_of(ground: FloatArray) -> FlowNetwork:
    """Return the network of 1 km cells."""
    return flow_network(ground, np.ones(ground.shape, bool), 1e6, 1e3, 1e3)


def trunk_cells(net: FlowNetwork) -> int:
    """Return the number of cells that wait for all groups."""
    return int(net.n_cells - net.schedule.level_start[net.schedule.group_level[-2]])


def storms(net: FlowNetwork, hours: int) -> tuple[FloatArray, FloatArray]:
    """Return water m3 and sediment kg of each hour and cell."""
    rng = np.random.default_rng(1)
    water = rng.gamma(0.3, 3e3, (hours, net.n_cells))
    return water, water * rng.uniform(0, 4, water.shape)


def compare(net: FlowNetwork, options: argparse.Namespace) -> tuple[list[list[str]], list[str]]:
    """Return the table's lines and what else there is to say."""
    water, sediment = storms(net, options.hours)
    updates = net.n_cells * options.hours / 1e6
    links = channel_links(net, CHANNEL.defaults)
    whole = network_of_levels(net)

    def by_numpy() -> list[FloatArray]:
        return numpy_hours(net, whole, links, water, sediment)

    ours = {threads: our_hours(net, threads, water, sediment) for threads in (1, 2)}
    runs: dict[Any, Callable[[], list[FloatArray]]] = {**ours, "numpy": by_numpy}
    results = {name: run() for name, run in runs.items()}  # compiles, too
    clock = {name: [] for name in runs}  # type: dict[Any, list[tuple[float, float]]]
    for _ in range(options.pairs):
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), cpu_seconds()
            run()
            clock[name].append((time.perf_counter() - wall, cpu_seconds() - cpu))
    seconds = {name: [median(x) for x in zip(*times, strict=True)] for name, times in clock.items()}
    lines = []
    for name, (wall, cpu) in seconds.items():
        gap = max(
            float(np.abs(a - b).max() / b.max())
            for a, b in zip(results[name], results[1], strict=True)
        )
        lines.append(
            [
                "numpy by level, same maths" if name == "numpy" else "Solum",
                "1" if name == "numpy" else f"{name}",
                f"{updates / wall:.1f}",
                f"{updates / cpu:.1f}",
                f"{cpu / seconds[1][1]:.1f}",
                f"{gap:.1e}",
            ]
        )
    per_update = seconds[1][1] / updates / 1e6
    landlab = landlab_line(options, per_update)
    notes = [tracer_note(net)]
    if landlab is None:
        notes.append("landlab is not installed in the Python given: not compared.")
    else:
        lines.append(landlab[0])
        notes.append(landlab[1])
    return lines, notes


def our_hours(
    net: FlowNetwork, threads: int, water: FloatArray, sediment: FloatArray
) -> Callable[[], list[FloatArray]]:
    """Return our day from dry links on."""
    router = ChannelRouter(net, CHANNEL.defaults, CellThreads(threads))

    def run() -> list[FloatArray]:
        store, fluxes = router.new_store(), router.new_fluxes(len(water))
        router.route_hours(store, water, sediment, STEP_S, fluxes)
        return [*store, fluxes.outflow_m3, fluxes.sediment_out_kg, fluxes.deposited_kg]

    return run


def network_of_levels(net: FlowNetwork) -> list[npt.NDArray[np.int64]]:
    """Return the cells of each level of the whole network: as few numpy calls as can be."""
    height = np.zeros(net.n_cells, np.int64)
    for cell, below in enumerate(net.downstream):
        if below != cell:
            height[below] = max(height[below], height[cell] + 1)
    order = np.argsort(height, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(height[order])) + 1)


def numpy_hours(
    net: FlowNetwork,
    levels: list[npt.NDArray[np.int64]],
    links: ChannelLinks,
    water: FloatArray,
    sediment: FloatArray,
) -> list[FloatArray]:
    """Do what the kernel does, with one numpy call per level and operation."""
    volume, suspended, outflow, load_out, deposited = np.zeros((5, net.n_cells))
    kappa, settling_m3 = links.conveyance * STEP_S, links.settling_m3_s * STEP_S
    for hour_water, hour_sediment in zip(water, sediment, strict=True):
        at_hand, load = volume + hour_water, suspended + hour_sediment
        for cells in levels:
            supply, k, bed = at_hand[cells] / links.bed_m2[cells], kappa[cells], links.bed_m2[cells]
            y = np.cbrt(supply) + 1e-14
            y *= (1 + k * y * y) ** -0.2
            for _ in range(5):
                y -= (y**3 * (1 + k * y**2) - supply) / (y**2 * (3 + 5 * k * y**2))
            out = np.minimum(k * y**5 * bed, at_hand[cells])
            carried = np.minimum(
                load[cells] / np.maximum(at_hand[cells] + settling_m3[cells], 1e-300),
                links.capacity_kg_m3[cells] / np.sqrt(y),
            )
            passing = np.minimum(carried * out, load[cells])
            volume[cells] = at_hand[cells] - out
            suspended[cells] = np.minimum(carried * volume[cells], load[cells] - passing)
            outflow[cells] += out
            load_out[cells] += passing
            deposited[cells] += load[cells] - passing - suspended[cells]
            inner = ~net.is_outlet[cells]
            np.add.at(at_hand, net.downstream[cells[inner]], out[inner])
            np.add.at(load, net.downstream[cells[inner]], passing[inner])
    return [volume, suspended, outflow, load_out, deposited]


def tracer_note(net: FlowNetwork) -> str:
    """Time the daily pass of seven pools."""
    router = ChannelRouter(net, CHANNEL.defaults, CellThreads(1))
    fractions = sediment_fractions(router.new_fluxes(), router.new_store())
    arrays = np.ones((5, net.n_cells, 7))
    router.route_tracers(fractions, *arrays)
    turns = 50
    start = cpu_seconds()
    for _ in range(turns):
        router.route_tracers(fractions, *arrays)
    return f"Daily pass of 7 carbon pools, 1 thread: {(cpu_seconds() - start) / turns:.4f} CPU s."


def landlab_line(options: argparse.Namespace, our_seconds: float) -> tuple[list[str], str] | None:
    """Return landlab's line and what it said, None without it."""
    import tempfile
    from pathlib import Path

    def run(ground: FloatArray, side_m: float) -> tuple[list[float], FloatArray] | None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "ground.npy"
            np.save(path, ground)
            arguments = [str(path), f"{RAIN_MM_H}", f"{STEP_S}", f"{side_m}"]
            done = subprocess.run(
                [options.landlab_python, "-c", LANDLAB, *arguments],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode != 0:
                return None
            return [float(x) for x in done.stdout.split()[-3:]], np.load(path)

    timed = run(landscape(options.landlab_side), 1000.0)
    if timed is None:
        return None
    (cells, seconds, accumulation), _ = timed
    ramp = np.repeat(0.02 * np.arange(42.0, 0.0, -1)[:, None], 5, axis=1)
    reached = run(ramp, RAMP_SIDE_M)
    assert reached is not None
    theirs = reached[1][1:-1, 2]
    gap = float(np.abs(ramp_depths(len(theirs)) - theirs).max() / theirs.max())
    note = (
        f"landlab: {cells:.0f} cells, water alone, {seconds:.2f} CPU s per step; its D8 "
        f"FlowAccumulator {accumulation:.3f} CPU s. Difference: depths on a ramp of "
        f"{len(theirs)} cells after 4 steps of 1 h at {RAIN_MM_H:g} mm/h."
    )
    ratio = seconds / cells / our_seconds
    speed = f"{cells / seconds / 1e6:.4f}"
    return (
        ["landlab KinwaveImplicitOverlandFlow", "1", "", speed, f"{ratio:.0f}", f"{gap:.1e}"],
        note,
    )


def ramp_depths(cells: int) -> FloatArray:
    """Return our depths on landlab's ramp: links as wide as cells are."""
    ground = 0.02 * np.arange(cells, 0, -1)[:, None]
    area = RAMP_SIDE_M**2
    net = flow_network(ground, np.ones((cells, 1), bool), area, RAMP_SIDE_M, RAMP_SIDE_M)
    as_wide = CHANNEL.with_values({"width_at_1_km2_m": RAMP_SIDE_M, "width_exponent": 0.0})
    router = ChannelRouter(net, as_wide, CellThreads(1))
    store = router.new_store()
    water = np.full((4, cells), RAIN_MM_H / 1000 * area)
    router.route_hours(store, water, 0 * water, STEP_S, router.new_fluxes(4))
    return np.asarray(net.to_grid(store.volume_m3 / area)[:, 0])


if __name__ == "__main__":
    main()
