"""The sites table as read: one row a layer record, canonical units, spreadsheet rows kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from .errors import InputError, Problem
from .issues import IssueLog
from .manifest import Column, Sites
from .units import conversion
from .wide_table import lengthen

CARBON_IN_ORGANIC_MATTER = 0.58
"""Yang et al. 2025, Eq. 2: SOC = 0.58 SOM."""

NUMBERS = {
    "top_cm": ("top_cm", "depth"),
    "bottom_cm": ("bottom_cm", "depth"),
    "soc": ("soc_g_kg", "soc"),
    "som": ("som_g_kg", "som"),
    "soc_density": ("soc_density_kg_m3", "soc_density"),
    "bulk_density": ("bulk_density_g_cm3", "bulk_density"),
    "coarse_fragments": ("coarse_fragments", "coarse_fragments"),
    "total_nitrogen": ("total_nitrogen_g_kg", "total_nitrogen"),
    "ph": ("ph", "ph"),
    "clay": ("clay_pct", "clay"),
}
"""Key under ``sites.columns``: name of the column in the table, and its quantity."""

TEXTS = ("id", "vegetation", "soil_type")
_UNIT_IN_THE_NAME = {"top_cm": "cm", "bottom_cm": "cm", "bedrock_cm": "cm", "ph": "pH"}
_ROWS_NAMED = 8


def read_sites(sites: Sites, base_dir: Path, log: IssueLog | None = None) -> pd.DataFrame:
    """Return the layer records of a sites table in canonical units.

    Parameters
    ----------
    sites : Sites
        The manifest's section.
    base_dir : Path
        Directory that relative paths start from.
    log : IssueLog, optional
        Receives rows left out by ``where`` and SOM turned into SOC.

    Returns
    -------
    DataFrame
        id, x, y (CRS of the table), vegetation, soil_type, top_cm, bottom_cm, soc_g_kg,
        soc_density_kg_m3, bulk_density_g_cm3, coarse_fragments (fraction, in its declared basis),
        total_nitrogen_g_kg, ph, clay_pct, bedrock_cm, ``target_<k>`` for the k-th ready target,
        ``site_<covariate>`` (declared unit), and file_row (the header is row 1). Columns that the
        manifest does not declare are NaN.

    Raises
    ------
    InputError
        File or column missing, unit absent or wrong, text where a number belongs, a row without
        id or coordinates, no row left; all at once.
    """
    log = log if log is not None else IssueLog()
    raw = _read_text(sites, base_dir)
    file = str(sites.file)
    problems = _missing_columns(file, raw, sites)
    if problems:
        raise InputError(problems)
    raw, sites = lengthen(_keep_where(raw, sites, log), sites)
    declared = _declared(sites)
    table = pd.DataFrame({"file_row": raw["file_row"]})
    for name, (column, quantity) in declared.items():
        if quantity == "text":
            table[name] = raw[column.column].str.strip()
            continue
        values, found = _numbers(raw, column, quantity, f"{file}, column {column.column}", name)
        table[name] = values
        problems += found
    problems += _rows_without_place(file, table)
    if table.empty:
        problems.append(Problem(file, "no row is left", "check `sites.where` and the file"))
    if problems:
        raise InputError(problems)
    for name in _all_names():
        if name not in table:
            table[name] = pd.Series(pd.NA, table.index, "str") if name in TEXTS else np.nan
    return _carbon_from_organic_matter(table, sites, log)


def rows_text(rows: Sequence[int] | pd.Series) -> str:
    """Return spreadsheet rows as text for a message: the first few, and how many more."""
    numbers = [int(row) for row in rows]
    text = ", ".join(str(number) for number in numbers[:_ROWS_NAMED])
    more = len(numbers) - _ROWS_NAMED
    return f"row{'s' if len(numbers) > 1 else ''} {text}" + (f" and {more} more" * (more > 0))


def _all_names() -> tuple[str, ...]:
    return (*TEXTS, *(name for name, _ in NUMBERS.values()), "bedrock_cm")


def _declared(sites: Sites) -> dict[str, tuple[Column, str]]:
    """Return our column name: (declared column, quantity) for all the manifest declares."""
    columns = sites.columns
    found = {"x": (columns.x, "coordinate"), "y": (columns.y, "coordinate")}
    for key in TEXTS:
        column = getattr(columns, key)
        if column is not None:
            found[key] = (column, "text")
    if not sites.targets:
        for key, (name, quantity) in NUMBERS.items():
            column = getattr(columns, key)
            if column is not None:
                found[name] = (column, quantity)
        if sites.bedrock_cm is not None:
            found["bedrock_cm"] = (sites.bedrock_cm, "depth")
    for position, target in enumerate(sites.targets):
        column = Column(column=target.column, unit=target.unit)
        found[f"target_{position}"] = (column, target.quantity)
    for covariate, column in sites.covariate_columns.items():
        # The covariate's quantity is not known here: the caller converts from the declared unit.
        found[f"site_{covariate}"] = (column, "text" if column.unit in (None, "class") else "raw")
    return found


def _read_text(sites: Sites, base_dir: Path) -> pd.DataFrame:
    if sites.file is None:
        where = sites.url or "sites"
        raise InputError(
            Problem(where, "the sites table has no local file", "give `sites.file`, a CSV table")
        )
    path = base_dir / sites.file
    if not path.is_file():
        mend = f"put the sites table there{f' (from {sites.address})' if sites.address else ''}"
        raise InputError(Problem(str(path), "no such file", mend))
    try:
        # Blank lines are kept until rows are numbered, or numbers would not be the spreadsheet's.
        raw = pd.read_csv(path, dtype="str", skip_blank_lines=False, encoding="utf-8-sig")
    except (ValueError, OSError) as error:  # ParserError and UnicodeDecodeError are ValueErrors
        mend = "save the table as comma-separated text in UTF-8"
        raise InputError(Problem(str(path), f"cannot be read ({error})", mend)) from error
    raw["file_row"] = np.arange(len(raw)) + 2
    return raw[raw.drop(columns="file_row").notna().any(axis=1)]


def _missing_columns(file: str, raw: pd.DataFrame, sites: Sites) -> list[Problem]:
    names = {column.column for column, _ in _declared(sites).values()} | set(sites.where)
    names |= {each.column for each in sites.layer_columns}
    present = [name for name in raw.columns if name != "file_row"]
    return [
        Problem(
            file,
            f"no column {name!r}; the table has {', '.join(map(repr, present))}",
            "correct the name in the manifest's `sites` section",
        )
        for name in sorted(names - set(present))
    ]


def _keep_where(raw: pd.DataFrame, sites: Sites, log: IssueLog) -> pd.DataFrame:
    keep = pd.Series(True, raw.index)
    for name, allowed in sites.where.items():
        text = raw[name].str.strip()
        number = pd.to_numeric(text, errors="coerce")
        numbers = [value for value in allowed if not isinstance(value, str)]
        keep &= text.isin([str(value) for value in allowed]) | number.isin(numbers)
    if sites.where:
        left_out = raw.loc[~keep]
        log.add_rows(
            str(sites.file), left_out["file_row"], ", ".join(sites.where), "where",
            left_out[next(iter(sites.where))], "dropped", "left out by `sites.where`",
        )  # fmt: skip
    return raw[keep]


def _numbers(
    raw: pd.DataFrame, column: Column, quantity: str, where: str, name: str
) -> tuple[pd.Series, list[Problem]]:
    """Return a column as numbers in the canonical unit, and what is wrong with it."""
    text = raw[column.column]
    numbers = pd.to_numeric(text, errors="coerce").astype(float)
    problems = []
    bad = (numbers.isna() & text.notna()) | np.isinf(numbers)
    if bad.any():
        first = text[bad].iloc[0]
        rows = rows_text(raw.loc[bad, "file_row"])
        n = bad.sum()
        said = "values are no numbers" if n > 1 else "value is no number"
        what = f"{n} {said} ({rows}; the first is {first!r})"
        problems.append(Problem(where, what, "correct them, or leave the cells empty"))
    if quantity in ("coordinate", "raw"):
        return numbers, problems
    unit = column.unit or _UNIT_IN_THE_NAME.get(name)
    if unit is None:
        mend = f"add `unit:` to `sites.columns` for {column.column}"
        problems.append(Problem(where, f"no unit is given for {quantity}", mend))
        return numbers, problems
    try:
        found = conversion(unit, quantity, where)
        numbers = numbers * found.factor + found.offset
    except InputError as error:
        problems += error.problems
    return numbers, problems


def _rows_without_place(file: str, table: pd.DataFrame) -> list[Problem]:
    problems = []
    for name in ("id", "x", "y"):
        absent = table[name].isna()
        if absent.any():
            n = absent.sum()
            rows = rows_text(table.loc[absent, "file_row"])
            what = f"{n} row{'s have' if n > 1 else ' has'} no {name} ({rows})"
            problems.append(Problem(file, what, "complete or remove these rows"))
    return problems


def _carbon_from_organic_matter(table: pd.DataFrame, sites: Sites, log: IssueLog) -> pd.DataFrame:
    converted = table["soc_g_kg"].isna() & table["som_g_kg"].notna()
    table.loc[converted, "soc_g_kg"] = CARBON_IN_ORGANIC_MATTER * table["som_g_kg"]
    rows = table.loc[converted]
    log.add_rows(
        str(sites.file), rows["file_row"], "som", "som_converted", rows["som_g_kg"], "converted",
        "SOC = 0.58 SOM",
    )  # fmt: skip
    return table
