"""The report's answer to whether physics helps."""

import itertools
import json

import pandas as pd
import pytest

from models.hybrid import APPROACHES
from pipeline.report.blocks import Note, Picture, Table
from pipeline.report.comparison_section import comparison_section
from pipeline.report.run_directory import RunDirectory
from pipeline.schemas import COMPARISON_TABLES

TOLD = {
    "status": "done",
    "verdict": "At 0–10 cm there is no detectable gain from physics.",
    "learner": "rf",
    "n_fold_seeds": 5,
    "n_members": 50,
    "effective_members": 12.3,
    "effective_members_in_folds": 9.8,
    "final_approach": "ml",
}


def run_with(directory, told, *, table=True):
    (directory / "4-simulator").mkdir()
    summary = {"unit": "kg m-2", "depths": ["0_10", "0_30"], "hybrid": told}
    (directory / "summary.json").write_text(json.dumps(summary))
    if table:
        keys = itertools.product(APPROACHES, ("random", "spatial"), ("0_10", "0_30"))
        rows = [{"approach": a, "scheme": s, "depth": d} for a, s, d in keys]
        frame = pd.DataFrame(rows, columns=COMPARISON_TABLES["comparison"])
        numbers = [name for name in frame if name not in ("approach", "scheme", "depth")]
        frame[numbers] = 0.5
        frame[["n", "n_units", "n_missing"]] = 147, 140, 0
        own = [name for name in frame if name.startswith("d_rmse_inputs")]
        frame.loc[frame["approach"] == "ml_inputs", own] = float("nan")
        frame.to_csv(directory / "4-simulator/comparison.csv", index=False)
    return RunDirectory.open(directory)


@pytest.fixture(scope="module")
def section(tmp_path_factory):
    return comparison_section(run_with(tmp_path_factory.mktemp("run"), TOLD))


def test_the_sentence_comes_first(section):
    assert section.blocks[0] == Note(TOLD["verdict"])


def test_differences_are_drawn(section):
    assert isinstance(section.blocks[1], Picture)


def test_every_approach_has_a_row_under_each_scheme_and_depth(section):
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert sum(len(row) > 1 for row in table.rows) == len(APPROACHES) * 4


def test_small_differences_do_not_read_as_none(tmp_path):
    run = run_with(tmp_path, TOLD)
    table = pd.read_csv(run.path / "4-simulator/comparison.csv")
    table[["d_rmse_inputs", "d_rmse_inputs_lo", "d_rmse_inputs_hi"]] = -0.004, -0.012, 0.004
    table.to_csv(run.path / "4-simulator/comparison.csv", index=False)
    scores = next(each for each in comparison_section(run).blocks if isinstance(each, Table))
    assert scores.rows[1][-1].text == "−0.004"
    assert scores.rows[1][-1].small == "−0.012 to 0.004"


def test_effective_members_are_told(section):
    said = " ".join(block.text for block in section.blocks if isinstance(block, Note))
    assert "50 members" in said
    assert "9.8 effective members" in said


def test_maps_of_the_chosen_approach_are_named(tmp_path):
    section = comparison_section(run_with(tmp_path, TOLD | {"final_approach": "ml_physics"}))
    assert "4-simulator/maps" in section.blocks[-1].text


def test_no_comparison_says_why(tmp_path):
    told = {"status": "not available", "reason": "the target is pH"}
    section = comparison_section(run_with(tmp_path, told, table=False))
    assert section.blocks == [Note("Nothing was compared: the target is pH.", "missing")]
