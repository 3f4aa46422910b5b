"""Finished map tiles put together as GeoTIFFs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from features.depths import depth_key, depth_label
from features.stack import Stack
from models.settings import IntervalSettings

from .colours import BAND_RAMPS, OKABE_ITO
from .map_tiles import APPLICABILITY_CLASSES, INSIDE, NOT_IN_REGION, OUTSIDE, TileTask
from .maps import MosaicWriter
from .run_paths import RunPaths

BAND_TITLES = {
    "mean": "mean of the bootstrap members",
    "sd": "standard deviation of the bootstrap members",
    "ci_lower": "lower confidence limit of the bootstrap mean (Eq. 7)",
    "ci_upper": "upper confidence limit of the bootstrap mean (Eq. 7)",
    "uncertainty": "width of the confidence interval of the mean over the mean (Eq. 8)",
    "pi_lower": "lower prediction limit for a new measurement",
    "pi_upper": "upper prediction limit for a new measurement",
}
APPLICABILITY_COLOURS = {INSIDE: OKABE_ITO[2], OUTSIDE: OKABE_ITO[1]}
NOT_MAPPED_COLOUR = "#9e9e9e"


def write_maps(
    paths: RunPaths,
    stack: Stack,
    tasks: Sequence[TileTask],
    header: dict[str, Any],
    intervals: IntervalSettings,
) -> None:
    """Write the maps of every depth and band, and the map of applicability, from the tiles.

    One map is open at a time, and one tile of it in memory.

    Parameters
    ----------
    header : dict
        ``design.json``: quantity, unit, depths.
    """
    levels = {
        "ci_lower": intervals.confidence,
        "ci_upper": intervals.confidence,
        "uncertainty": intervals.confidence,
        "pi_lower": intervals.level,
        "pi_upper": intervals.level,
    }
    for d, depth in enumerate(header["depths"]):
        for band, title in BAND_TITLES.items():
            tags = {"level": levels[band]} if band in levels else {}
            with MosaicWriter(
                paths.map(header["quantity"], depth_key(tuple(depth)), band),
                stack.grid,
                description=f"{header['quantity']} {depth_label(tuple(depth))}: {title}",
                unit="1" if band == "uncertainty" else header["unit"],
                tags=tags,
                colours=BAND_RAMPS[band],
            ) as mosaic:
                for task in tasks:
                    with np.load(paths.tile(task.index)) as tile:
                        values = _painted(tile, tile[band][d], np.float32(np.nan))
                    mosaic.write(values, task.window)
    with MosaicWriter(
        paths.applicability_map,
        stack.grid,
        description="area of applicability (Meyer & Pebesma 2021)",
        unit="class",
        dtype="uint8",
        nodata=NOT_IN_REGION,
        categorical=True,
        colours={
            code: (name, APPLICABILITY_COLOURS.get(code, NOT_MAPPED_COLOUR))
            for code, name in APPLICABILITY_CLASSES.items()
        },
    ) as mosaic:
        for task in tasks:
            with np.load(paths.tile(task.index)) as tile:
                codes = np.full(tile["region"].shape, NOT_IN_REGION, dtype=np.uint8)
                codes[tile["region"]] = tile["applicability"]
            mosaic.write(codes, task.window)


def _painted(
    tile: Any, values: npt.NDArray[np.float32], missing: np.float32
) -> npt.NDArray[np.float32]:
    """Return the values of predictable cells painted back on the tile."""
    region = tile["region"]
    cells = np.full(int(region.sum()), missing, dtype=np.float32)
    cells[tile["predictable"]] = values
    painted = np.full(region.shape, missing, dtype=np.float32)
    painted[region] = cells
    return painted
