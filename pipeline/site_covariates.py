"""Covariates measured at the sites, brought to the unit and the class codes of the stack."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.issues import Issue, IssueLog
from features.manifest import Column, SourcesManifest
from features.units import conversion
from features.variables import Variable


def with_site_covariates(
    sites: pd.DataFrame, manifest: SourcesManifest, variables: tuple[Variable, ...], log: IssueLog
) -> pd.DataFrame:
    """Return the sites with ``site_<covariate>`` as numbers that compare with the stack's.

    With ``covariate_source: site`` models train on them, gaps filled from the stack; else they are
    there to look at. A site still needs the stack's value of every candidate: held-out rows and
    the map have no other.

    Parameters
    ----------
    sites : DataFrame
        Holds ``site_<covariate>`` as the table has it: numbers in the unit declared for the
        column, class names or codes as text.
    manifest : SourcesManifest
        Declares units and quantities.
    variables : tuple of Variable
        Of the stack: its class codes.
    log : IssueLog
        Receives how many sites lack a value, and names of no class.
    """
    assert manifest.sites is not None
    out = sites.copy()
    by_id = {variable.id: variable for variable in variables}
    declared = {covariate.id: covariate for covariate in manifest.covariates}
    for name, column in manifest.sites.covariate_columns.items():
        values = sites[f"site_{name}"]
        out[f"site_{name}"] = measured = (
            _class_codes(values, by_id[name], declared[name].classes, column, log)
            if by_id[name].is_categorical
            else _in_canonical_unit(values, by_id[name], column)
        )
        absent = int(np.isnan(measured).sum())
        if absent and manifest.sites.covariate_source == "site":
            message = f"{absent} sites have no value of their own: they train on the stack's"
            log.add(
                Issue("sites", None, column.column, "site_covariate_absent", str(absent), "filled",
                      message)
            )  # fmt: skip
    return out


def _in_canonical_unit(
    values: pd.Series, variable: Variable, column: Column
) -> npt.NDArray[np.float64]:
    change = conversion(str(column.unit), variable.quantity)
    numbers = pd.to_numeric(values, errors="coerce").to_numpy(np.float64)
    return np.asarray(numbers * change.factor + change.offset)


def _class_codes(
    values: pd.Series,
    variable: Variable,
    declared: Mapping[int, str],
    column: Column,
    log: IssueLog,
) -> npt.NDArray[np.float64]:
    """Return codes of class names, or of codes written as text; NaN for anything else."""
    codes = {name.casefold(): float(code) for code, name in variable.classes.items()}
    # codes whose names the manifest merges stand for the one code that the stack keeps
    codes |= {
        str(code): codes[name.casefold()]
        for code, name in (declared or variable.classes).items()
        if name.casefold() in codes
    }
    found = [
        np.nan if pd.isna(value) else codes.get(str(value).strip().casefold(), np.nan)
        for value in values
    ]
    named = values[np.isnan(found)].dropna()
    unknown = sorted({str(value).strip() for value in named})
    if unknown:
        log.add(
            Issue("sites", None, column.column, "site_class_unknown", ", ".join(unknown), "dropped",
                  f"no class of {variable.id} has this name: it has "
                  f"{', '.join(variable.classes.values())}")
        )  # fmt: skip
    return np.array(found, dtype=np.float64)
