"""The process model beside the statistical map, where the run has one."""

from __future__ import annotations

import pandas as pd

from .blocks import Block, Cell, Note, Section, Table, cells
from .run_directory import RunDirectory
from .wording import decimals, interval, pretty_depth, scheme_title, with_unit

_APPROACHES = {
    "ml": "Machine learning alone",
    "ml_inputs": "Machine learning, given the simulator’s raw inputs",
    "simulator": "Simulator alone",
    "ml_physics": "Machine learning with physics features",
    "residual": "Machine learning on the simulator’s residual",
}


def process_section(run: RunDirectory) -> Section:
    """Return the comparison on equal folds, or say that there is no simulator."""
    table = run.table("4-simulator/comparison.csv")
    block: Block
    if table is None or "rmse" not in table:
        block = Note(
            "This run holds no comparison of machine learning with and without the simulator.",
            "missing",
        )
    else:
        rows = [_row(row) for _, row in table.iterrows()]
        header = (
            "Approach",
            "Depth",
            "Validation",
            with_unit("RMSE", run.unit),
            "MEC",
            with_unit("RMSE minus that of machine learning alone", run.unit),
        )
        caption = (
            "The same folds for all. A difference whose interval lies below zero is an improvement."
        )
        block = Table(header, rows, caption, numeric=(3, 4, 5))
    return Section("process", "Process model", [block])


def _row(row: pd.Series) -> list[Cell]:
    return [
        *cells(
            _APPROACHES.get(str(row["approach"]), str(row["approach"])),
            pretty_depth(str(row["depth"])),
            scheme_title(str(row["scheme"])),
        ),
        *(
            Cell(decimals(row.get(name)), interval(row.get(f"{name}_lo"), row.get(f"{name}_hi")))
            for name in ("rmse", "mec", "d_rmse")
        ),
    ]
