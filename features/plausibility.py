"""Gates that name the rows no soil can have: values out of range, and bulk density against SOC.

A value or row that fails is left out and logged. Where more than `GROSS_SHARE` of the values fail,
the unit is wrong rather than the soil, and the run stops.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .errors import InputError, Problem
from .issues import IssueLog
from .site_table import rows_text

GROSS_SHARE = 0.05
SOC_MAX_G_KG = 580.0  # pure organic matter: 0.58 of 1000 g/kg (Yang et al. 2025, Eq. 2)
BULK_DENSITY_RANGE = (0.05, 2.2)  # g/cm3
SOC_DENSITY_MAX = 406.0  # kg/m3: 580 g/kg at the densest organic material, 0.7 g/cm3

_DENSEST = (0.7, 2.2)  # g/cm3 of organic and of mineral material, drained and compacted
_LOOSEST = (0.05, 0.5)  # g/cm3 of moss peat and of volcanic ash

Failure = Literal["row", "value"]


@dataclass(frozen=True)
class Gate:
    """One rule: which rows fail, and what becomes of them.

    Parameters
    ----------
    code : str
        Name in ``issues.csv``.
    column : str
        Column of the table concerned.
    failing : array of bool
        Rows that fail.
    leaves_out : {"row", "value"}
        Whether the whole layer is dropped or only the value (which is then filled).
    message : str
        What the rule is.
    mend : str
        What is wrong if many rows fail.
    """

    code: str
    column: str
    failing: pd.Series
    leaves_out: Failure
    message: str
    mend: str


def bulk_density_limits(
    soc_g_kg: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and highest bulk density (g/cm3) a soil of this SOC (g/kg) can have.

    Volumes of organic and mineral material add (Adams 1973, J. Soil Sci. 24:10-17):
    1/BD = f/BD_organic + (1 - f)/BD_mineral, with f = SOC/580 the organic mass fraction. The
    densest mixture has 0.7 and 2.2 g/cm3, the loosest 0.05 and 0.5. Of 98,558 WoSIS layers
    within 0.05-2.2 g/cm3, 0.13 % lie above and 0.04 % below; SOC ten times too high (% read as
    g/kg the wrong way round) puts 12 to 39 % above in four data sets.
    """
    organic = np.clip(np.asarray(soc_g_kg, dtype=np.float64) / SOC_MAX_G_KG, 0.0, 1.0)
    low, high = (
        1.0 / (organic / peat + (1.0 - organic) / mineral) for peat, mineral in (_LOOSEST, _DENSEST)
    )
    return low, high


def plausible_values(table: pd.DataFrame, file: str, log: IssueLog) -> pd.DataFrame:
    """Return the layers whose values can be true, others dropped or blanked, and logged.

    Raises
    ------
    InputError
        If more than 5 % of the values of a column fail a gate, or no layer has carbon.
    """
    problems: list[Problem] = []
    for gates in (_single_value_gates, _joint_gates):  # joint rules judge only values that passed
        for gate in gates(table):
            table, found = _apply(table, gate, file, log)
            problems += found
        if problems:
            raise InputError(problems)
    carbon = table["soc_density_kg_m3"].notna() | table["soc_g_kg"].notna()
    if not carbon.any():
        mend = "check `sites.columns` and `sites.where`"
        raise InputError(Problem(file, "no layer has a usable value of soil carbon", mend))
    unsampled = table[~carbon]
    log.add_rows(
        file, unsampled["file_row"], "soc", "not_sampled", unsampled["id"], "dropped",
        "no carbon value: a gap in the profile, not a zero",
    )  # fmt: skip
    _doubt_zero_carbon(table, file, log)
    _doubt_low_carbon(table, file, log)
    return table[carbon].reset_index(drop=True)


def _single_value_gates(table: pd.DataFrame) -> list[Gate]:
    low, high = BULK_DENSITY_RANGE
    return [
        _range(table, "soc_g_kg", 0, SOC_MAX_G_KG, "row", "g/kg", "or organic matter, not carbon?"),
        _range(table, "soc_density_kg_m3", 0, SOC_DENSITY_MAX, "row", "kg/m3", ""),
        _range(table, "bulk_density_g_cm3", low, high, "value", "g/cm3", "(kg/m3 is common)"),
        _range(table, "coarse_fragments", 0, 1, "value", "as a fraction", "(% is common)"),
    ]


def _range(
    table: pd.DataFrame, name: str, low: float, high: float, out: Failure, unit: str, hint: str
) -> Gate:
    values = table[name]
    mend = f"check the declared unit; values must lie in {low:g} to {high:g} {unit} {hint}"
    return Gate(
        code=f"{name.split('_g_')[0].split('_kg_')[0]}_out_of_range",
        column=name,
        failing=values.notna() & ~values.between(low, high),
        leaves_out=out,
        message=f"outside {low:g} to {high:g} {unit}",
        mend=mend.rstrip(),
    )


def _joint_gates(table: pd.DataFrame) -> list[Gate]:
    soc, density = table["soc_g_kg"], table["bulk_density_g_cm3"]
    low, high = bulk_density_limits(soc)
    both = soc.notna() & density.notna()
    return [
        Gate(
            "bulk_density_against_soc",
            "bulk_density_g_cm3",
            both & ((density < low) | (density > high)),
            "value",
            "no mixture of organic and mineral material of this SOC has this bulk density",
            "check the units of SOC (g/kg or %?) and of bulk density",
        ),
        Gate(
            "soc_above_som",
            "soc_g_kg",
            soc.notna() & (soc > table["som_g_kg"]),
            "row",
            "more carbon than organic matter",
            "check the units of `soc` and `som`, and that they are not exchanged",
        ),
    ]


def _apply(
    table: pd.DataFrame, gate: Gate, file: str, log: IssueLog
) -> tuple[pd.DataFrame, list[Problem]]:
    """Log and leave out what fails, or return the problem if too much fails."""
    failing = gate.failing.reindex(table.index, fill_value=False)
    rows = table.loc[failing]
    problem = gross_failure(gate, rows, int(table[gate.column].notna().sum()), file)
    if problem or rows.empty:
        return table, problem
    values, action = rows[gate.column], "dropped"
    log.add_rows(file, rows["file_row"], gate.column, gate.code, values, action, gate.message)
    if gate.leaves_out == "row":
        return table[~failing], []
    table = table.copy()
    table.loc[failing, gate.column] = np.nan
    return table, []


def gross_failure(gate: Gate, rows: pd.DataFrame, n_checked: int, file: str) -> list[Problem]:
    """Return a problem if the failing rows are more than `GROSS_SHARE` of those checked."""
    if len(rows) <= GROSS_SHARE * n_checked:
        return []
    what = (
        f"{len(rows)} of {n_checked} values of {gate.column} fail: {gate.message} "
        f"({rows_text(rows['file_row'])}; the first is {rows[gate.column].iloc[0]:g})"
    )
    return [Problem(file, what, gate.mend)]


def _doubt_zero_carbon(table: pd.DataFrame, file: str, log: IssueLog) -> None:
    zero = table[table["soc_g_kg"] == 0]
    log.add_rows(
        file, zero["file_row"], "soc", "soc_zero", zero["soc_g_kg"], "kept",
        "carbon is zero: below detection, or missing written as 0?",
    )  # fmt: skip


def _doubt_low_carbon(table: pd.DataFrame, file: str, log: IssueLog) -> None:
    """Flag topsoils so poor in carbon that % was probably declared as g/kg."""
    median = table.loc[table["top_cm"] < 10, "soc_g_kg"].median()
    if median < 2.5:
        log.add_rows(
            file, [1], "soc", "soc_low", [float(median)], "flagged",
            "the median topsoil holds less than 2.5 g/kg: is the column in %?",
        )  # fmt: skip
