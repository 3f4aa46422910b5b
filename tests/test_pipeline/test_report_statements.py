"""What the report says in words: doubts about skill, units of stocks, shared errors, spreads."""

import shutil

import pandas as pd
import pytest

from pipeline.report.driver_section import group_shares
from pipeline.report.headline import headline_cards, skill_note
from pipeline.report.run_directory import RunDirectory
from pipeline.report.stock_section import stock_section
from tests.test_pipeline.example_run import write_example_run


@pytest.fixture(scope="module")
def pristine(tmp_path_factory):
    return write_example_run(tmp_path_factory.mktemp("pristine") / "run", cell_m=40_000)


@pytest.fixture
def copy(pristine, tmp_path):
    shutil.copytree(pristine, tmp_path / "run")
    return tmp_path / "run"


def test_all_stocks_of_a_report_have_one_unit(copy):
    file = copy / "3-stocks/stocks.csv"
    stocks = pd.read_csv(file)
    whole = stocks["group"] == "all"
    in_pg = ["stock_pg", "stock_lo", "stock_hi", "stock_pm_study"]
    scale = 0.094 / stocks.loc[whole, "stock_pg"].min()
    stocks[in_pg] *= scale
    stocks.to_csv(file, index=False)
    run = RunDirectory.open(copy)
    shown = [card.value for card in headline_cards(run) if card.title.startswith("Stock")]
    assert len(shown) > 1
    assert {value.split("\u00a0", 1)[1] for value in shown} == {"Tg\u00a0C"}
    assert "Stock (Tg\u00a0C)" in stock_section(run).blocks[0].header


def change_efficiency(directory, depth, scheme, lower):
    file = directory / "2-models/scores.csv"
    scores = pd.read_csv(file)
    scores.loc[(scores["depth"] == depth) & (scores["scheme"] == scheme), "mec_lo"] = lower
    scores.to_csv(file, index=False)


def test_skill_is_not_doubted_where_the_interval_lies_above_zero(copy):
    for depth in ("0_10", "0_30", "0_50"):
        for scheme in ("random", "spatial"):
            change_efficiency(copy, depth, scheme, 0.01)
    assert skill_note(RunDirectory.open(copy)) == ""


def test_a_map_no_better_than_the_mean_is_called_so(copy):
    for scheme in ("random", "spatial"):
        change_efficiency(copy, "0_10", scheme, 0.01)
    change_efficiency(copy, "0_10", "spatial", -0.25)
    said = skill_note(RunDirectory.open(copy))
    assert "do not show that the map is better than the plain mean" in said
    surface = said.split(";")[0]
    assert "at 0–10\u00a0cm away from the sites" in surface
    assert "−0.25 to" in surface
    assert "among the sites" not in surface


@pytest.mark.parametrize(
    ("status", "range_m", "sentence"),
    [
        ("fitted", 52_000, "alike, up to about 156\u00a0km"),
        ("unbounded", 52_000, "more than 52.0\u00a0km"),
        ("pure_nugget", 0, "nothing is added"),
        ("too_few_sites", 0, "Too few sites"),
    ],
)
def test_the_error_that_cells_share_is_said_beside_the_stocks(copy, status, range_m, sentence):
    depths = ["0_10", "0_30", "0_50"]
    table = pd.DataFrame({"depth": depths, "status": status, "range_m": range_m})
    table["regional_sd_kg_m2"] = [0.28, 0.76, 1.05]
    table.to_csv(copy / "3-stocks/correlated_error.csv", index=False)
    blocks = stock_section(RunDirectory.open(copy)).blocks
    assert sentence in " ".join(block.text for block in blocks if block.kind == "note")


def test_group_shares_are_those_of_the_run_with_their_spread(copy):
    run = RunDirectory.open(copy)
    shares = group_shares(run, run.table("2-models/importance.csv"))
    assert shares["sd_pct"].gt(0).all()


def test_group_shares_are_summed_where_a_run_has_none(copy):
    (copy / "2-models/importance_by_group.csv").unlink()
    run = RunDirectory.open(copy)
    shares = group_shares(run, run.table("2-models/importance.csv"))
    assert shares.groupby("method")["share_pct"].sum().to_numpy() == pytest.approx(100.0)
    assert shares["sd_pct"].isna().all()
