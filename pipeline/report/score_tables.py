"""Tables of cross-validation scores, the flattering way marked as such."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ..schemas import SCORES
from .blocks import Block, Cell, Note, Table
from .run_directory import RunDirectory
from .wording import (
    SCORE_TITLES,
    count,
    decimals,
    interval,
    learner_title,
    percent,
    pretty_depth,
    pretty_unit,
    scheme_title,
)

_MEASURED = (
    "OPTIMISTIC: held-out sites, too, are predicted from covariates measured there, as no map can"
)
_FLATTERING = {
    "random_study": "OPTIMISTIC: covariates screened on all sites, tuned and scored on the same "
    "folds",
    "random_site_covariates": _MEASURED,
    "spatial_site_covariates": _MEASURED,
}
_EXPLANATIONS = {
    "random": "honest for places that lie among the sites",
    "spatial": "honest for places away from the sites",
    **_FLATTERING,
}


@dataclass(frozen=True)
class Score:
    """A score and its confidence limits, NaN where there are none."""

    value: float
    lower: float
    upper: float


def score_of(run: RunDirectory, score: str, learner: str, scheme: str, depth: str) -> Score | None:
    """Return one score of ``scores.csv``; None if it is not there."""
    table = run.table("2-models/scores.csv")
    if table is None or score not in table:
        return None
    rows = table[
        (table["learner"] == learner) & (table["scheme"] == scheme) & (table["depth"] == depth)
    ]
    if rows.empty or pd.isna(rows[score].iloc[0]):
        return None
    row = rows.iloc[0]
    return Score(
        row[score], row.get(f"{score}_lo", float("nan")), row.get(f"{score}_hi", float("nan"))
    )


def score_table_blocks(run: RunDirectory) -> list[Block]:
    """Return the scores of the modelled depth, of deeper ones, and on measured bulk density."""
    table = run.table("2-models/scores.csv")
    if table is None:
        return [Note("This run holds no scores.", "missing")]
    first = run.depths[0]
    blocks: list[Block] = [
        _learner_table(run, table[table["depth"] == first], _caption(run, first)),
        Note(_choice_sentence(run, table)),
    ]
    deeper = table[(table["depth"] != first) & (table["learner"] == run.best_learner)]
    if not deeper.empty:
        blocks.append(_depth_table(run, deeper))
    measured = run.table("2-models/scores_measured_bd.csv")
    if measured is not None:
        blocks.append(
            _learner_table(
                run,
                measured[measured["depth"] == first],
                "The same scores on the sites whose bulk density was measured, not filled.",
                folded=True,
            )
        )
    return blocks


def _learner_table(
    run: RunDirectory, table: pd.DataFrame, caption: str, *, folded: bool = False
) -> Table:
    rows: list[list[Cell]] = []
    for scheme in _schemes(table):
        rows.append([_scheme_heading(scheme)])
        part = table[table["scheme"] == scheme]
        real = part[part["learner"] != "selected"]
        best = _lowest_rmse(real)
        for _, row in part.iterrows():
            name = str(row["learner"])
            style = "best" if name == best else ""
            small = "makes the maps" if name == run.best_learner else ""
            start = [Cell(learner_title(name), small, style), Cell(count(row["n"]))]
            rows.append([*start, *(_score_cell(row, score, style) for score in SCORES)])
    header = ("Learner", "n", *(_title(score, run) for score in SCORES))
    return Table(header, rows, caption, numeric=range(1, 11), folded=folded)


def _depth_table(run: RunDirectory, deeper: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = []
    for depth in run.depths[1:]:
        part = deeper[deeper["depth"] == depth]
        rows.append([Cell(pretty_depth(depth))])
        for scheme in _schemes(part):
            row = part[part["scheme"] == scheme].iloc[0]
            style = "doubt" if scheme in _FLATTERING else ""
            start = [Cell(scheme_title(scheme), style=style), Cell(count(row["n"]))]
            rows.append([*start, *(_score_cell(row, score, "") for score in SCORES)])
    header = ("Validation", "n", *(_title(score, run) for score in SCORES))
    caption = (
        f"Deeper layers ({learner_title(run.best_learner)} carried down by the depth lines), "
        "scored on held-out observations of those depths."
    )
    return Table(header, rows, caption, numeric=range(1, 11))


def _lowest_rmse(table: pd.DataFrame) -> str:
    """Return the learner of the lowest RMSE; empty where no learner has one."""
    known = table.dropna(subset=["rmse"]).sort_values("rmse")
    return "" if known.empty else str(known["learner"].iloc[0])


def _schemes(table: pd.DataFrame) -> list[str]:
    present = [str(scheme) for scheme in pd.unique(table["scheme"])]
    known = [scheme for scheme in _EXPLANATIONS if scheme in present]
    return known + [scheme for scheme in present if scheme not in known]


def _scheme_heading(scheme: str) -> Cell:
    explanation = _EXPLANATIONS.get(scheme, "")
    return Cell(scheme_title(scheme), explanation, "doubt" if scheme in _FLATTERING else "")


def _score_cell(row: pd.Series, score: str, style: str) -> Cell:
    value, limits = row.get(score), (row.get(f"{score}_lo"), row.get(f"{score}_hi"))
    if score == "picp90":
        low, high = (percent(limit).removesuffix("\u00a0%") for limit in limits)
        small = "" if "–" in (low, high) else f"{low} to {high}"
        return Cell(percent(value, 1) if pd.notna(value) else "–", small, style)
    return Cell(decimals(value), interval(*limits), style)


def _title(score: str, run: RunDirectory) -> str:
    title = SCORE_TITLES[score]
    has_unit = score in ("rmse", "mae", "bias", "width90") and pretty_unit(run.unit)
    return f"{title} ({pretty_unit(run.unit)})" if has_unit else title


def _caption(run: RunDirectory, depth: str) -> str:
    return (
        f"Scores at {pretty_depth(depth)}, with 95 % bootstrap intervals (whole blocks are "
        "resampled for spatial folds). Bold: lowest RMSE of a scheme. MEC is the model "
        "efficiency 1 − Σ(O−P)²/Σ(O−Ō)²: 1 is perfect, 0 no better than the mean. R² (Eq. 4) is "
        "Σ(P−Ō)²/Σ(O−Ō)², which rewards scatter; it is here to compare with the study that uses "
        f"it. PICP: share of observations inside the {percent(run.interval_level)} "
        "prediction interval, given where every fold made one. “Chosen in each fold” includes "
        "the choice of learner in what is validated."
    )


def _choice_sentence(run: RunDirectory, table: pd.DataFrame) -> str:
    real = table[(table["depth"] == run.depths[0]) & (table["learner"] != "selected")]
    spatial = real[real["scheme"] == "spatial"].dropna(subset=["rmse"])
    text = f"The maps are made by {learner_title(run.best_learner)}."
    if spatial.empty:
        return text
    winner = _lowest_rmse(spatial)
    if winner == run.best_learner:
        text += " Random and spatial folds agree on this choice."
    else:
        text += f" Spatial folds would choose {learner_title(winner)} instead."
    blocks = run.summary.get("blocks")
    if isinstance(blocks, dict) and blocks.get("reason"):
        size = f"{blocks.get('size_m', float('nan')) / 1000:.3g} km"
        reason = str(blocks["reason"]).removesuffix(f": {size}")
        text += f" Spatial blocks: {blocks.get('n_blocks')} squares of {size} ({reason})."
    return text
