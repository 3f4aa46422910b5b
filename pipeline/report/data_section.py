"""What the run was made from: doubts about the data, and which covariates were kept."""

from __future__ import annotations

import pandas as pd

from .blocks import Block, Note, Section, Table, cells
from .run_directory import RunDirectory
from .wording import count, probability, significant

_STATISTICS = {
    "spearman_rho": "Spearman’s ρ",
    "kruskal_wallis_h": "Kruskal-Wallis H",
    "vif": "VIF",
    "gvif_1_df": "GVIF^(1/df)",
}
_LONG = 30


def data_section(run: RunDirectory) -> Section:
    """Return the issues by code and the screening decisions."""
    return Section("data", "Data and screening", [_issues(run), _screening(run)])


def _issues(run: RunDirectory) -> Block:
    issues = run.table("1-features/issues.csv")
    if issues is None:
        return Note("Nothing was dropped, filled or doubted in this run.")
    keys = ["code", "action", "file"]
    counted = (
        issues.assign(file=issues["file"].fillna(""))
        .groupby(keys, dropna=False)
        .agg(n=("code", "size"), example=("message", "first"))
        .reset_index()
        .sort_values("n", ascending=False)
    )
    rows = [
        cells(
            str(row["code"]),
            str(row["file"]),
            str(row["action"]),
            count(row["n"]),
            str(row["example"]),
        )
        for _, row in counted.iterrows()
    ]
    caption = (
        "Everything dropped, filled, converted or doubted, by kind; 1-features/issues.csv lists "
        "each with its row and value."
    )
    header = ("Code", "File", "Action", "Count", "First message")
    return Table(header, rows, caption, numeric=(3,), folded=len(rows) > _LONG)


def _screening(run: RunDirectory) -> Block:
    screening = run.table("1-features/screening.csv")
    if screening is None:
        return Note("Covariates were not screened in this run.", "missing")
    rows = [
        cells(
            str(row["variable"]),
            str(row["step"]).replace("_", " "),
            f"{_STATISTICS.get(str(row['statistic']), str(row['statistic']))} = "
            f"{significant(row['value'])}",
            probability(row["p_value"]),
            "–" if pd.isna(row["threshold"]) else f"{row['threshold']:g}",
            str(row["decision"]).replace("_", " "),
        )
        for _, row in screening.iterrows()
    ]
    caption = (
        "Screening of covariates on all sites, as used for the maps; inside every outer fold it is "
        "redone on the training sites."
    )
    header = ("Covariate", "Step", "Statistic", "p", "Threshold", "Decision")
    return Table(header, rows, caption, numeric=(3, 4), folded=len(rows) > _LONG)
