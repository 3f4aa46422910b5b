"""Stage 3: maps, stocks, areas and group tests (``3-stocks/``)."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.depths import depth_key
from features.stack import Stack
from models.depth import DepthLines, depth_table
from models.design import Design
from models.group_tests import group_table
from models.settings import ModelSettings
from models.spatial_error import Variogram, fit_variogram, regional_error_sds
from models.stocks import RegionSums, stock_table

from .area_causes import area_table
from .design_table import equal_area_xy, read_design, stack_variables
from .execution import TaskRunner
from .final_model import read_final
from .map_mosaic import write_maps
from .map_tiles import TileTask, map_tile, tile_side
from .progress import ProgressReporter
from .run_paths import RunPaths
from .store import read_json, read_table, write_table

SAMPLED_CELLS = 20_000
"""Cells drawn at random for group tests and for the correlated error of regional means."""


def map_stocks(
    settings: ModelSettings, paths: RunPaths, runner: TaskRunner, progress: ProgressReporter
) -> None:
    """Map every depth tile by tile, then write areas, depth lines, stocks and group tests."""
    design, final = read_design(paths), read_final(paths)
    stack = Stack.open(paths.stack)
    tasks = tile_tasks(paths, stack)
    done = runner.run(map_tile, tasks)
    for _ in progress.track(done, "map tiles", len(tasks)):
        pass
    write_maps(paths, stack, tasks, read_json(paths.design), settings.intervals)
    sums = _region_sums(_tiles(paths, tasks))
    cells = _sampled_cells(_tiles(paths, tasks))
    write_table(paths.stock_table("area"), area_table(_tiles(paths, tasks)))
    lines = DepthLines.fit(design.targets, design.depths)
    n_corrected = np.sum([tile["n_corrected"] for tile in _tiles(paths, tasks)], axis=0)
    write_table(paths.stock_table("depth_lines"), depth_table(lines, design.depths, n_corrected))
    if _is_carbon_density(paths):
        variograms = residual_variograms(paths, design, final["seed"])
        xy = equal_area_xy(stack.grid.crs, np.column_stack([cells["x"], cells["y"]]))
        error_sd = regional_error_sds(
            variograms,
            xy,
            cells["area_km2"],
            cells["group"],
            len(final["group_codes"]),
            final["seed"],
        )
        write_table(
            paths.stock_table("correlated_error"),
            _error_table(design, variograms, error_sd[:, 0]),
        )
        stocks = stock_table(
            sums, design.depths, _group_names(stack, final), error_sd, settings.intervals.confidence
        )
        write_table(paths.stock_table("stocks"), stocks)
    write_table(paths.stock_table("group_tests"), _group_tests(design, stack, cells, final))
    shutil.rmtree(paths.tile(0).parent)


def tile_tasks(paths: RunPaths, stack: Stack) -> list[TileTask]:
    """Return the tasks of all tiles of the grid, in row-major order."""
    final = read_final(paths)
    side = tile_side(final["n_members"], len(final["depths"]))
    windows = list(stack.grid.windows(side))
    n_cells = sum(int(stack.region(window).sum()) for window in windows)
    share = min(1.0, SAMPLED_CELLS / max(1, n_cells))
    return [
        TileTask(
            paths.root,
            index,
            int(window.col_off),
            int(window.row_off),
            int(window.width),
            int(window.height),
            share,
        )
        for index, window in enumerate(windows)
    ]


def residual_variograms(paths: RunPaths, design: Design, seed: int) -> list[Variogram]:
    """Return the variogram of the out-of-bag residuals of each depth, in (kg m-2)².

    Deeper maps are the surface map carried down by lines, so their errors are alike in space;
    fewer sites reach them, too few for a variogram of their own. They take the surface's, in
    proportion to the variance of their residuals.
    """
    table = read_table(paths.model_table("out_of_bag"))
    table["residual"] = table["observed"] - table["predicted"]
    keys = [depth_key(depth) for depth in design.depths]
    surface = table[table["depth"] == keys[0]]
    places = design.xy[surface["site"].to_numpy(np.int64)]
    variogram = fit_variogram(places, surface["residual"].to_numpy(np.float64), seed)
    variances = table.groupby("depth")["residual"].var()
    return [variogram.scaled(float(variances[key] / variances[keys[0]])) for key in keys]


def _error_table(
    design: Design, variograms: Sequence[Variogram], regional_sd: npt.NDArray[np.float64]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "depth": [depth_key(depth) for depth in design.depths],
            "status": [variogram.status for variogram in variograms],
            "nugget": [variogram.nugget for variogram in variograms],
            "sill": [variogram.sill for variogram in variograms],
            "range_m": [variogram.range_m for variogram in variograms],
            "regional_sd_kg_m2": regional_sd,
        }
    )


def _tiles(paths: RunPaths, tasks: Sequence[TileTask]) -> Iterator[Any]:
    """Give one finished tile after the other: of a large region there are thousands of files."""
    for task in tasks:
        with np.load(paths.tile(task.index)) as tile:
            yield tile


def _region_sums(tiles: Iterable[Any]) -> RegionSums:
    names = ("area_km2", "member_sums", "mean", "squares")
    parts = [RegionSums(*(tile[f"sums/{name}"] for name in names)) for tile in tiles]
    return sum(parts[1:], start=parts[0])


def _sampled_cells(tiles: Iterable[Any]) -> dict[str, npt.NDArray[Any]]:
    """Return the cells sampled in all tiles; `mean` has shape (d, cells)."""
    names = ("x", "y", "area_km2", "group", "mean")
    parts = [{name: tile[f"sample/{name}"] for name in names} for tile in tiles]
    return {name: np.concatenate([part[name] for part in parts], axis=-1) for name in names}


def _is_carbon_density(paths: RunPaths) -> bool:
    return bool(read_json(paths.design)["quantity"] == "socd")


def _group_names(stack: Stack, final: dict[str, Any]) -> list[str]:
    if final["group_by"] is None:
        return []
    variable = stack_variables(stack, [final["group_by"]])[0]
    return [variable.classes.get(code, str(code)) for code in final["group_codes"]]


def _group_tests(
    design: Design, stack: Stack, cells: dict[str, npt.NDArray[Any]], final: dict[str, Any]
) -> pd.DataFrame:
    names = dict(enumerate(_group_names(stack, final)))
    codes = [float(code) for code in final["group_codes"]]
    ids = [variable.id for variable in design.variables]
    tables = []
    for d, depth in enumerate(design.depths):
        key = depth_key(depth)
        if final["group_by"] in ids:
            at_sites = design.covariates[:, ids.index(final["group_by"])]
            position = np.array([codes.index(c) if c in codes else np.nan for c in at_sites])
            tables.append(group_table(design.targets[:, d], position, names, key, "sites"))
        group = np.where(cells["group"] >= 0, cells["group"].astype(float), np.nan)
        tables.append(
            group_table(
                cells["mean"][d].astype(float), group, names, key, "cells", int(final["seed"])
            )
        )
    return pd.concat(tables, ignore_index=True)
