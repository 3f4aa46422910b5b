"""Does physics help? The sentence, the differences, the scores, the weights of the members."""

from __future__ import annotations

from typing import Any

import pandas as pd

from .blocks import Block, Cell, Note, Section, Table
from .comparison_figure import comparison_picture
from .run_directory import RunDirectory
from .wording import (
    count,
    decimals,
    interval,
    learner_title,
    pretty_depth,
    pretty_unit,
    scheme_title,
    significant,
    with_unit,
)

COMPARISON = "4-simulator/comparison.csv"
APPROACHES = {
    "ml": "Machine learning alone",
    "ml_inputs": "Machine learning, given the simulator’s raw inputs",
    "simulator": "Simulator alone, not calibrated",
    "simulator_weighted": "Simulator alone, members weighted on the training sites",
    "ml_physics": "Machine learning with raw inputs and physics features",
    "residual": "Machine learning with raw inputs on the simulator’s residual",
}
_SMALL = {
    "ml": "the maps of this report",
    "ml_inputs": "what physics is measured against",
}
_DIGITS = {"rmse": 2, "mec": 2, "bias": 2, "d_rmse": 3, "d_rmse_inputs": 3}
"""Decimals of each score: differences between good approaches are a hundredth of their RMSE."""


def comparison_section(run: RunDirectory) -> Section:
    """Return the comparison on equal folds, or say why there is none."""
    table, told = run.table(COMPARISON), _told(run)
    blocks: list[Block] = []
    if table is None:
        reason = told.get("reason", "stage simulator was not run")
        blocks.append(Note(f"Nothing was compared: {reason}.", "missing"))
    else:
        blocks += [
            Note(str(told.get("verdict", "")).replace(run.unit, pretty_unit(run.unit))),
            comparison_picture(run, table, APPROACHES),
            _score_table(run, table, told),
            Note(_method(told)),
            Note(_members(told)),
            *_maps(told),
        ]
    return Section("physics", "Does physics help?", blocks)


def _told(run: RunDirectory) -> dict[str, Any]:
    told = run.summary.get("hybrid")
    return told if isinstance(told, dict) else {}


def _score_table(run: RunDirectory, table: pd.DataFrame, told: dict[str, Any]) -> Table:
    rows: list[list[Cell]] = []
    for scheme in pd.unique(table["scheme"]):
        for depth in pd.unique(table["depth"]):
            part = table[(table["scheme"] == scheme) & (table["depth"] == depth)]
            rows.append([_heading(str(scheme), str(depth), part)])
            rows += [_row(row) for _, row in part.iterrows()]
    header = (
        "Approach",
        with_unit("RMSE", run.unit),
        "MEC",
        with_unit("Bias", run.unit),
        with_unit("RMSE less that of machine learning alone", run.unit),
        with_unit("RMSE less that of raw inputs", run.unit),
    )
    caption = (
        f"The same folds for all approaches, the sites dealt {_times(told.get('n_fold_seeds'))}. "
        "95 % limits by drawing sites (random folds) or blocks (spatial folds); limits of "
        "differences count the choice of "
        "training sites too (Nadeau & Bengio 2003). Below zero is better; only what lies below "
        "zero against the raw inputs is a gain from physics, and only the first question, physics "
        "features at the modelled depth, was asked beforehand: among the many other differences "
        "some lie off zero by chance."
    )
    return Table(header, rows, caption, numeric=range(1, 6))


def _times(number: Any) -> str:
    return "once" if number == 1 else f"{number} times"


def _heading(scheme: str, depth: str, part: pd.DataFrame) -> Cell:
    first = part.iloc[0]
    units = "blocks" if scheme == "spatial" else "places"
    counted = f"{count(first['n'])} sites in {count(first['n_units'])} {units}"
    if first["n_missing"]:
        counted += f"; {count(first['n_missing'])} that some approach cannot predict left out"
    return Cell(f"{scheme_title(scheme)}, {pretty_depth(depth)}", counted)


def _row(row: pd.Series) -> list[Cell]:
    name = str(row["approach"])
    scores = [
        Cell(decimals(row[score], digits), interval(row[f"{score}_lo"], row[f"{score}_hi"], digits))
        for score, digits in _DIGITS.items()
    ]
    return [Cell(APPROACHES.get(name, name), _SMALL.get(name, "")), *scores]


def _method(told: dict[str, Any]) -> str:
    return (
        f"The learner that makes the maps ({learner_title(str(told.get('learner', '')))}) serves "
        "all approaches that learn: screened and tuned anew on the training sites of each fold, "
        "over a small grid that is the same for all, so that scores may differ a little from those "
        "above. Raw inputs are what the simulator is driven with: terrain, seasonal climate, "
        "texture, land cover. Physics features come from one run that never saw a site’s carbon."
    )


def _maps(told: dict[str, Any]) -> list[Block]:
    """Say which approach was mapped beside machine learning alone."""
    approach = str(told.get("final_approach", "ml"))
    if approach == "ml":
        return []
    text = f"The manifest chose {approach} (“{APPROACHES[approach]}”): its maps lie in "
    return [Note(text + "4-simulator/maps. Stocks and figures of this report are of stage 3.")]


def _members(told: dict[str, Any]) -> str:
    """Say how many members the weights leave, and what the spread maps show."""
    overall = significant(told.get("effective_members"), 2)
    in_folds = significant(told.get("effective_members_in_folds"), 2)
    return (
        "The simulator’s five calibration knobs and its rate of decay were varied in "
        f"{told.get('n_members')} members, run in columns, without channels: some hundred cells, "
        "with and without sites, each standing for those most like it. Members are weighted by "
        "their fit to training sites (GLUE, Beven & Binley 1992); how sharply, inner folds "
        f"decide. That leaves {in_folds} effective members in the median fold, and "
        f"{overall} by all sites; few are left where only the outermost come near what was "
        "measured. The maps of 4-simulator/spread give the SD of features and stocks "
        "over all members, equally weighted: what these knobs do, and not the simulator’s error. "
        "Other parameters are not varied."
    )
