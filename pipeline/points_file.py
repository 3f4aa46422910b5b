"""Points of a user's CSV file: read in chunks as text, so that every cell is written back as is."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.errors import InputError, Problem

CHUNK_ROWS = 65_536
NO_VALUE = ("", "na", "nan", "n/a", "null", "none")
"""Cells that hold no number on purpose (compared in lower case)."""


def read_header(file: Path) -> list[str]:
    """Return the column names as they stand in the file.

    Raises
    ------
    InputError
        If the file cannot be read or is empty.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(file, error) from None
    if not header:
        raise InputError(Problem(str(file), "is empty", "give a table with a header line"))
    return header


def read_chunks(file: Path) -> Iterator[pd.DataFrame]:
    """Yield the rows as text, a chunk at a time; the index counts the rows from 0.

    Columns of one name are told apart by a number behind the name, as pandas does.

    Raises
    ------
    InputError
        If the file cannot be read as comma-separated text.
    """
    try:
        with (
            warnings.catch_warnings(),
            pd.read_csv(
                file,
                dtype="str",
                keep_default_na=False,
                skip_blank_lines=False,  # a blank line is a row of the input: it is kept
                index_col=False,
                encoding="utf-8-sig",
                chunksize=CHUNK_ROWS,
            ) as chunks,
        ):
            # a row longer than the header would lose its last cells with no more than a warning
            warnings.simplefilter("error", pd.errors.ParserWarning)
            for chunk in chunks:
                yield chunk.fillna("")
    except InputError:
        raise
    except (OSError, ValueError, pd.errors.ParserWarning) as error:
        # ParserError and UnicodeDecodeError are ValueErrors
        raise _unreadable(file, error) from None


def require_columns(header: Sequence[str], needed: Sequence[str], file: Path) -> None:
    """Check that all columns are there.

    Raises
    ------
    InputError
        Naming every column that is not.
    """
    absent = [name for name in needed if name not in header]
    if not absent:
        return
    what = f"has no column {', '.join(absent)}; it has {', '.join(header)}"
    mend = f"name the column{'s' * (len(absent) > 1)} {', '.join(absent)}"
    if len(header) == 1 and ";" in header[0]:
        mend = "save it as comma-separated text: its columns are separated by semicolons"
    raise InputError(Problem(str(file), what, mend))


def numbers(table: pd.DataFrame, column: str, file: Path) -> npt.NDArray[np.float64]:
    """Return a column as numbers, NaN where a cell is empty.

    Raises
    ------
    InputError
        If a cell holds text that is no number.
    """
    text = table[column].str.strip()
    values = pd.to_numeric(text, errors="coerce")
    bad = table.index[(values.isna() & ~text.str.lower().isin(NO_VALUE)).to_numpy()]
    if len(bad):
        raise InputError(
            Problem(
                f"{file}, row {bad[0] + 2}, column {column}",
                f"{text[bad[0]]!r} is not a number"
                + (f", nor are {len(bad) - 1} more cells" if len(bad) > 1 else ""),
                "give numbers with a decimal point, or leave the cell empty",
            )
        )
    return np.array(values, dtype=np.float64)


def _unreadable(file: Path, error: Exception) -> InputError:
    if isinstance(error, FileNotFoundError):
        return InputError(Problem(str(file), "does not exist", "check the path"))
    reason = str(error).strip().splitlines()[-1] if str(error) else type(error).__name__
    what = f"cannot be read as a table ({reason})"
    return InputError(Problem(str(file), what, "save it as comma-separated text in UTF-8"))
