"""``solum predict``: the run's model at points of a table, with interval and applicability."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from features.atomic_files import replacing
from features.depths import depth_key
from features.errors import InputError, Problem
from features.stack import Stack
from features.units import conversion
from features.variables import Variable
from models.prediction import predict_depths

from .area_causes import MAPPED, unmapped_causes
from .design_table import stack_variables
from .final_model import read_final, read_map_model
from .points_file import NO_VALUE, numbers, read_chunks, read_header, require_columns
from .run_paths import RunPaths
from .store import read_json

NUMBERS = ("mean", "pi_lower", "pi_upper", "sd")
OUTPUT_COLUMNS = (*NUMBERS, "applicable", "status")
OUTSIDE_GRID, NO_COORDINATES = "outside_grid", "missing:coordinates"


def predict_points(
    run_dir: Path,
    points: Path,
    out: Path | None = None,
    depth: str | None = None,
    crs: str | None = None,
    covariates: str = "stack",
) -> Path:
    """Predict at the points of a CSV file and write them with the predictions beside.

    All input columns and the order of rows are kept. Added are `mean`, `pi_lower`, `pi_upper`,
    `sd` in the target's unit, `applicable` (inside the area of applicability) and `status`:
    ``ok``, ``outside_grid``, ``missing:coordinates``, ``missing:<covariate>``,
    ``class_without_sites:<covariate>=<class>``. Rows that cannot be predicted have empty numbers;
    none is dropped. The file is read and written in chunks, so it may be larger than memory.

    Parameters
    ----------
    run_dir : Path
        A run whose models are finished.
    points : Path
        CSV with columns x and y.
    out : Path, optional
        Default: ``<points>_predicted.csv`` beside the input.
    depth : str, optional
        Such as ``0_30``; the modelled depth by default.
    crs : str, optional
        CRS of x and y; the run's by default.
    covariates : {"stack", "columns"}
        Sample the run's stack, or take the points' own columns named by covariate id, in the
        unit the manifest declares (class names or codes for categorical ones).

    Raises
    ------
    InputError
        If the run is unfinished, the file unreadable, or a column missing or not a number.
    """
    paths = RunPaths(run_dir)
    _require_models(paths)
    position = _depth_position(paths, depth)
    header = read_header(points)
    variables = stack_variables(Stack.open(paths.stack), read_map_model(paths).preparation.ids)
    source = _covariate_source(covariates, paths, variables, crs, points)
    require_columns(header, source.columns, points)
    _refuse_clashes(header, points)
    path = out or points.with_name(f"{points.stem}_predicted.csv")
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerow([*header, *OUTPUT_COLUMNS])
        for chunk in read_chunks(points):
            predicted = _predicted(source.sample(chunk), paths, position).set_index(chunk.index)
            chunk.join(predicted).to_csv(stream, header=False, index=False, lineterminator="\n")
    return path


@dataclass(frozen=True)
class _Sampled:
    """Covariates of some points.

    Parameters
    ----------
    matrix : array of float64, shape (n, p)
        NaN where missing.
    variables : tuple of Variable, length p
    unplaced : array of str, shape (n,)
        Why a point has no place on the grid; empty where it has one.
    """

    matrix: npt.NDArray[np.float64]
    variables: tuple[Variable, ...]
    unplaced: npt.NDArray[np.str_]


@dataclass(frozen=True)
class _CovariateSource:
    """Where covariates come from: the columns needed, and how a chunk of points is given them."""

    columns: tuple[str, ...]
    sample: Callable[[pd.DataFrame], _Sampled]


def _covariate_source(
    name: str, paths: RunPaths, variables: tuple[Variable, ...], crs: str | None, points: Path
) -> _CovariateSource:
    if name == "columns":
        units = read_json(paths.design)["units"]
        return _CovariateSource(
            tuple(variable.id for variable in variables),
            lambda chunk: _own_columns(chunk, variables, units, points),
        )
    if name == "stack":
        stack = Stack.open(paths.stack)
        to_grid = _transformer(crs, stack)
        return _CovariateSource(
            ("x", "y"), lambda chunk: _from_stack(chunk, stack, variables, to_grid, points)
        )
    raise InputError(Problem("--covariates", f"{name!r} is no source", "choose stack or columns"))


def _refuse_clashes(header: Sequence[str], points: Path) -> None:
    clashing = [name for name in OUTPUT_COLUMNS if name in header]
    if clashing:
        what = f"has column(s) {', '.join(clashing)}, as the predictions will be named"
        raise InputError(Problem(str(points), what, "rename them"))


def _require_models(paths: RunPaths) -> None:
    if not paths.final_model.is_file():
        raise InputError(
            Problem(
                str(paths.root), "holds no finished models", "run `solum run` on its manifest first"
            )
        )


def _depth_position(paths: RunPaths, depth: str | None) -> int:
    keys = [depth_key(tuple(interval)) for interval in read_final(paths)["depths"]]
    if depth is None:
        return 0
    if depth not in keys:
        raise InputError(
            Problem("--depth", f"{depth!r} is not mapped by this run", f"choose {', '.join(keys)}")
        )
    return keys.index(depth)


def _transformer(crs: str | None, stack: Stack) -> Transformer | None:
    if crs is None:
        return None
    try:
        given = CRS.from_user_input(crs)
    except CRSError:
        what = f"{crs!r} is not understood"
        raise InputError(Problem("--crs", what, "give for example EPSG:4326")) from None
    return Transformer.from_crs(given, stack.grid.crs, always_xy=True)


def _from_stack(
    chunk: pd.DataFrame,
    stack: Stack,
    variables: tuple[Variable, ...],
    to_grid: Transformer | None,
    points: Path,
) -> _Sampled:
    x, y = numbers(chunk, "x", points), numbers(chunk, "y", points)
    placed = np.isfinite(x) & np.isfinite(y)
    if to_grid is not None:
        x, y = to_grid.transform(x, y)
    inside = placed & np.isfinite(x) & np.isfinite(y)
    inside[inside] = stack.grid.row_col(x[inside], y[inside])[0] >= 0
    matrix = np.full((len(chunk), len(variables)), np.nan)
    if inside.any():
        matrix[inside] = stack.sample(x[inside], y[inside], [v.id for v in variables])
    unplaced = np.where(inside, "", np.where(placed, OUTSIDE_GRID, NO_COORDINATES))
    return _Sampled(matrix, variables, unplaced)


def _own_columns(
    chunk: pd.DataFrame, variables: tuple[Variable, ...], units: dict[str, str], points: Path
) -> _Sampled:
    """Return the points' own covariates, brought from the manifest's units to canonical ones."""
    columns, described = [], []
    for variable in variables:
        if variable.is_categorical:
            codes, named = _class_codes(chunk[variable.id], variable)
            columns.append(codes)
            described.append(named)
        else:
            change = conversion(units[variable.id], variable.quantity)
            columns.append(numbers(chunk, variable.id, points) * change.factor + change.offset)
            described.append(variable)
    return _Sampled(np.column_stack(columns), tuple(described), np.full(len(chunk), ""))


def _class_codes(column: pd.Series, variable: Variable) -> tuple[npt.NDArray[np.float64], Variable]:
    """Return the codes of class names or codes; a class never heard of gets a code of its own."""
    text = column.str.strip()
    codes = {text: code for code in variable.classes for text in (str(code), f"{code}.0")}
    codes |= {name: code for code, name in variable.classes.items()}
    strange = sorted(set(text) - set(codes) - {name for name in text if name.lower() in NO_VALUE})
    lowest = min(variable.classes, default=0)
    new = {name: min(lowest, 0) - 1 - k for k, name in enumerate(strange)}
    numbered = text.map({**codes, **new}).to_numpy(np.float64)
    classes = {**variable.classes, **{code: name for name, code in new.items()}}
    return np.array(numbered), replace(variable, classes=classes)


def _predicted(sampled: _Sampled, paths: RunPaths, position: int) -> pd.DataFrame:
    model = read_map_model(paths)
    encoder = model.preparation.encoder
    complete = encoder.applicable(sampled.matrix)
    rows = np.flatnonzero((sampled.unplaced == "") & complete)
    values = {name: np.full(len(complete), np.nan, dtype=np.float32) for name in NUMBERS}
    applicable = np.full(len(complete), "false", dtype=object)
    if len(rows):
        encoded = model.preparation.encode_kept(sampled.matrix[rows])
        prediction = predict_depths(model.members, model.calibrations, encoded)
        for name in NUMBERS:
            values[name][rows] = getattr(prediction, name)[position]
        applicable[rows] = np.where(model.applicability.inside(encoded), "true", "false")
    causes = unmapped_causes(sampled.matrix, complete, sampled.variables, encoder)
    reasons = np.where(causes == MAPPED, "ok", causes)
    status = np.where(sampled.unplaced == "", reasons, sampled.unplaced)
    return pd.DataFrame({**values, "applicable": applicable, "status": status})
