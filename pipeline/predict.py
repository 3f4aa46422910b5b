"""``solum predict``: the run's model at points of a table, with interval and applicability."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError

from features.depths import depth_key
from features.errors import InputError, Problem
from features.stack import Stack
from features.units import conversion
from features.variables import Variable
from models.prediction import predict_depths

from .area_causes import MAPPED, unmapped_causes
from .design_table import stack_variables
from .final_model import read_final, read_map_model
from .run_paths import RunPaths
from .store import read_json, write_table

OUTPUT_COLUMNS = ("mean", "pi_lower", "pi_upper", "sd", "applicable", "status")
CHUNK_ROWS = 65_536


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
    ``ok``, ``outside_grid``, ``missing:<covariate>``, ``class_without_sites:<covariate>``. Rows
    that cannot be predicted have empty numbers; none is dropped.

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
    table = _read_points(points)
    variables = stack_variables(Stack.open(paths.stack), read_map_model(paths).preparation.ids)
    if covariates == "columns":
        matrix = _own_columns(table, variables, read_json(paths.design)["units"], points)
        on_grid = np.full(len(table), True)
    elif covariates == "stack":
        matrix, on_grid = _sampled(table, paths, variables, crs, points)
    else:
        raise InputError(
            Problem("--covariates", f"{covariates!r} is no source", "choose stack or columns")
        )
    predicted = _predicted(matrix, on_grid, paths, variables, position)
    clashing = [name for name in OUTPUT_COLUMNS if name in table]
    if clashing:
        raise InputError(
            Problem(
                str(points),
                f"column(s) {', '.join(clashing)} would be overwritten by the predictions",
                "rename them",
            )
        )
    path = out or points.with_name(f"{points.stem}_predicted.csv")
    write_table(path, table.join(predicted))
    return path


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


def _read_points(points: Path) -> pd.DataFrame:
    """Return the table as text, so that every input cell is written back as it was."""
    try:
        return pd.read_csv(points, dtype=str, keep_default_na=False)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(
            Problem(str(points), f"cannot be read as CSV ({error})", "give a comma-separated file")
        ) from None


def _numbers(table: pd.DataFrame, column: str, points: Path) -> npt.NDArray[np.float64]:
    if column not in table:
        raise InputError(
            Problem(
                str(points),
                f"has no column {column}; it has {', '.join(table.columns)}",
                f"name a column {column}",
            )
        )
    text = table[column].str.strip()
    numbers = pd.to_numeric(text, errors="coerce")
    bad = np.flatnonzero((numbers.isna() & (text != "") & (text.str.lower() != "nan")).to_numpy())
    if len(bad):
        raise InputError(
            Problem(
                f"{points}, row {bad[0] + 2}, column {column}",
                f"{text.iloc[bad[0]]!r} is not a number ({len(bad)} such rows)",
                "give numbers with a decimal point, or leave the cell empty",
            )
        )
    return np.array(numbers, dtype=np.float64)


def _sampled(
    table: pd.DataFrame,
    paths: RunPaths,
    variables: tuple[Variable, ...],
    crs: str | None,
    points: Path,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    stack = Stack.open(paths.stack)
    x, y = _numbers(table, "x", points), _numbers(table, "y", points)
    if crs is not None:
        try:
            given = CRS.from_user_input(crs)
        except CRSError as error:
            raise InputError(
                Problem("--crs", f"{crs!r} is no CRS ({error})", "give for example EPSG:4326")
            ) from None
        x, y = Transformer.from_crs(given, stack.grid.crs, always_xy=True).transform(x, y)
    on_grid = np.isfinite(x) & np.isfinite(y) & (stack.grid.row_col(x, y)[0] >= 0)
    matrix = np.full((len(table), len(variables)), np.nan)
    if on_grid.any():
        matrix[on_grid] = stack.sample(x[on_grid], y[on_grid], [v.id for v in variables])
    return matrix, on_grid


def _own_columns(
    table: pd.DataFrame, variables: tuple[Variable, ...], units: dict[str, str], points: Path
) -> npt.NDArray[np.float64]:
    """Return the points' own covariates, brought from the manifest's units to canonical ones."""
    columns = []
    for variable in variables:
        if variable.is_categorical and variable.id in table:
            codes = {name: str(code) for code, name in variable.classes.items()}
            named = table.assign(**{variable.id: table[variable.id].str.strip().replace(codes)})
            columns.append(_numbers(named, variable.id, points))
        else:
            change = conversion(units[variable.id], variable.quantity)
            columns.append(_numbers(table, variable.id, points) * change.factor + change.offset)
    return np.column_stack(columns)


def _predicted(
    matrix: npt.NDArray[np.float64],
    on_grid: npt.NDArray[np.bool_],
    paths: RunPaths,
    variables: tuple[Variable, ...],
    position: int,
) -> pd.DataFrame:
    model = read_map_model(paths)
    predictable = on_grid & model.preparation.encoder.applicable(matrix)
    numbers = pd.DataFrame(
        np.nan, index=range(len(matrix)), columns=["mean", "pi_lower", "pi_upper", "sd"]
    )
    applicable = np.full(len(matrix), "false", dtype=object)
    rows = np.flatnonzero(predictable)
    for start in range(0, len(rows), CHUNK_ROWS):
        chunk = rows[start : start + CHUNK_ROWS]
        encoded = model.preparation.encode_kept(matrix[chunk])
        prediction = predict_depths(model.members, model.calibrations, encoded)
        for name in numbers:
            numbers.loc[chunk, name] = getattr(prediction, str(name))[position].astype(float)
        applicable[chunk] = np.where(model.applicability.inside(encoded), "true", "false")
    numbers["applicable"] = applicable
    causes = unmapped_causes(
        matrix, model.preparation.encoder.applicable(matrix), variables, model.preparation.encoder
    )
    reasons = np.where(causes == MAPPED, "ok", causes)
    numbers["status"] = np.where(on_grid, reasons, "outside_grid")
    return numbers
