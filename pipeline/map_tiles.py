"""One tile of the maps: a self-contained task that any worker can do from the run directory."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rasterio.windows import Window

from features.atomic_files import replacing
from features.stack import Stack
from models.intervals import confidence_interval, relative_uncertainty
from models.prediction import MapModel, Prediction, predict_depths
from models.stocks import tile_sums

from .area_causes import unmapped_causes
from .design_table import stack_variables
from .final_model import read_final, read_map_model
from .run_paths import RunPaths

INSIDE, OUTSIDE, CLASS_WITHOUT_SITES, COVARIATE_MISSING, NOT_IN_REGION = 1, 0, 2, 3, 255
APPLICABILITY_CLASSES = {
    OUTSIDE: "outside the area of applicability",
    INSIDE: "inside the area of applicability",
    CLASS_WITHOUT_SITES: "not mapped: class without training sites",
    COVARIATE_MISSING: "not mapped: covariate missing",
}
TILE_VALUES = 20_000_000
"""Member predictions of all depths that a tile holds at once: 80 MB."""
SMALLEST_TILE, LARGEST_TILE = 32, 256
"""Sides of a tile in cells."""


def tile_side(n_members: int, n_depths: int) -> int:
    """Return the side of a tile in cells, so that more members do not take more memory."""
    side = math.isqrt(TILE_VALUES // (n_members * n_depths))
    return min(max(side // 32 * 32, SMALLEST_TILE), LARGEST_TILE)


@dataclass(frozen=True)
class TileTask:
    """One tile of the maps.

    Parameters
    ----------
    run : Path
        Run directory.
    index : int
        Number of the tile.
    col_off, row_off, width, height : int
        Window in cells of the grid.
    sampled_share : float
        Share of the mapped cells drawn at random for statistics on cells.
    """

    run: Path
    index: int
    col_off: int
    row_off: int
    width: int
    height: int
    sampled_share: float

    @property
    def window(self) -> Window:
        """The window in the grid."""
        return Window(self.col_off, self.row_off, self.width, self.height)


def map_tile(task: TileTask) -> Path:
    """Predict one tile, write its bands and sums, and return the file; skip it if it is there."""
    paths = RunPaths(task.run)
    file = paths.tile(task.index)
    if not file.is_file():
        arrays: dict[str, Any] = _tile_arrays(task, paths)
        with replacing(file) as temporary, temporary.open("wb") as stream:
            np.savez(stream, **arrays)
    return file


def _tile_arrays(task: TileTask, paths: RunPaths) -> dict[str, Any]:
    model, final = read_map_model(paths), read_final(paths)
    stack = Stack.open(paths.stack)
    region, matrix = stack.table(model.preparation.ids, task.window)
    predictable = model.preparation.encoder.applicable(matrix)
    encoded = model.preparation.encode_kept(matrix[predictable])
    areas = stack.grid.cell_areas_km2(task.window)[region]
    prediction = predict_depths(model.members, model.calibrations, encoded)
    group = _groups(stack, final, task.window)[predictable]
    sums = tile_sums(
        prediction.values, prediction.mean, areas[predictable], group, len(final["group_codes"])
    )
    variables = stack_variables(stack, model.preparation.ids)
    causes = unmapped_causes(matrix, predictable, variables, model.preparation.encoder)
    return {
        "region": region,
        "predictable": predictable,
        "applicability": _applicability(model, matrix, predictable, encoded),
        "areas_km2": areas,
        "causes": causes,
        "n_corrected": prediction.n_corrected,
        **{f"sums/{field.name}": getattr(sums, field.name) for field in fields(sums)},
        **_sample(task, stack, region, predictable, areas, group, prediction),
        **_bands(prediction, final["confidence"]),
    }


def _bands(prediction: Prediction, confidence: float) -> dict[str, npt.NDArray[np.generic]]:
    """Return the bands of all depths by name, each float32 of shape (d, n)."""
    n_members = prediction.values.shape[1]
    mean, sd = prediction.mean, prediction.sd
    lower, upper = confidence_interval(mean, sd, n_members, confidence)
    bands = {
        "mean": mean,
        "sd": sd,
        "ci_lower": lower,
        "ci_upper": upper,
        "uncertainty": relative_uncertainty(mean, sd, n_members, confidence),
        "pi_lower": prediction.pi_lower,
        "pi_upper": prediction.pi_upper,
    }
    return {name: np.asarray(values, dtype=np.float32) for name, values in bands.items()}


def _sample(
    task: TileTask,
    stack: Stack,
    region: npt.NDArray[np.bool_],
    predictable: npt.NDArray[np.bool_],
    areas: npt.NDArray[np.float64],
    group: npt.NDArray[np.int64],
    prediction: Prediction,
) -> dict[str, npt.NDArray[np.generic]]:
    """Return a random sample of the mapped cells, the same whatever else has run before."""
    random = np.random.default_rng(task.index)
    chosen = random.random(len(group)) < task.sampled_share
    rows, cols = (positions[predictable][chosen] for positions in np.nonzero(region))
    x, y = stack.grid.xy(rows + task.row_off, cols + task.col_off)
    return {
        "sample/x": x,
        "sample/y": y,
        "sample/area_km2": areas[predictable][chosen],
        "sample/group": group[chosen],
        "sample/mean": prediction.mean[:, chosen],
    }


def _groups(stack: Stack, final: dict[str, Any], window: Window) -> npt.NDArray[np.int64]:
    """Return the group of each region cell: position among ``group_codes``, -1 where none."""
    if final["group_by"] is None:
        return np.full(int(stack.region(window).sum()), -1, dtype=np.int64)
    codes = stack.table([final["group_by"]], window)[1][:, 0]
    group = np.full(len(codes), -1, dtype=np.int64)
    for position, code in enumerate(final["group_codes"]):
        group[codes == code] = position
    return group


def _applicability(
    model: MapModel,
    matrix: npt.NDArray[np.float32],
    predictable: npt.NDArray[np.bool_],
    encoded: npt.NDArray[np.float32],
) -> npt.NDArray[np.uint8]:
    complete = np.isfinite(matrix).all(axis=1)
    codes = np.where(complete, CLASS_WITHOUT_SITES, COVARIATE_MISSING).astype(np.uint8)
    codes[predictable] = np.where(model.applicability.inside(encoded), INSIDE, OUTSIDE)
    return codes
