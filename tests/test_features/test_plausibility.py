"""Gates on values: impossible ones are named and left out, wrong units stop the run."""

import numpy as np
import pandas as pd
import pytest

from features.errors import InputError
from features.issues import IssueLog
from features.plausibility import bulk_density_limits, plausible_values

N = 100


def table(**columns):
    """Return 100 ordinary layers with the given columns' first values replaced."""
    frame = pd.DataFrame(
        {
            "id": [f"s{i}" for i in range(N)],
            "file_row": np.arange(N) + 2,
            "top_cm": 0.0,
            "soc_g_kg": 20.0,
            "som_g_kg": np.nan,
            "soc_density_kg_m3": np.nan,
            "bulk_density_g_cm3": 1.3,
            "coarse_fragments": 0.1,
        }
    )
    for name, values in columns.items():
        frame.loc[: len(values) - 1, name] = values
    return frame


def gate(frame):
    log = IssueLog()
    return plausible_values(frame, "sites.csv", log), log


def test_ordinary_layers_pass_unremarked():
    kept, log = gate(table())
    assert len(kept) == N
    assert log.counts() == {}


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("soc_g_kg", 581.0, "soc_out_of_range"),
        ("soc_g_kg", -1.0, "soc_out_of_range"),
        ("soc_density_kg_m3", -1.0, "soc_density_out_of_range"),
    ],
)
def test_a_layer_with_impossible_carbon_is_dropped_by_its_row(column, value, code):
    kept, log = gate(table(**{column: [20.0, value, *[20.0] * (N - 2)]}))
    assert 3 not in kept["file_row"].tolist()
    assert [(issue.code, issue.row) for issue in log.issues] == [(code, 3)]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("bulk_density_g_cm3", 2.21, "bulk_density_out_of_range"),
        ("bulk_density_g_cm3", 0.04, "bulk_density_out_of_range"),
        ("coarse_fragments", 1.2, "coarse_fragments_out_of_range"),
    ],
)
def test_an_impossible_value_is_blanked_and_the_layer_kept(column, value, code):
    kept, log = gate(table(**{column: [value]}))
    assert len(kept) == N
    assert np.isnan(kept.loc[0, column])
    assert [(issue.code, issue.row) for issue in log.issues] == [(code, 2)]


def test_dense_peat_is_impossible_jointly_though_each_value_passes():
    kept, log = gate(table(soc_g_kg=[450.0], bulk_density_g_cm3=[1.3]))
    assert np.isnan(kept.loc[0, "bulk_density_g_cm3"])
    assert log.counts() == {"bulk_density_against_soc": 1}


def test_limits_of_bulk_density_at_both_ends():
    low, high = bulk_density_limits([0.0, 580.0])
    assert low == pytest.approx([0.5, 0.05])
    assert high == pytest.approx([2.2, 0.7])


@pytest.mark.parametrize(
    ("column", "factor", "words"),
    [
        ("bulk_density_g_cm3", 1000, "kg/m3 is common"),
        ("coarse_fragments", 100, "% is common"),
        ("soc_g_kg", 100, "check the declared unit"),
        ("soc_g_kg", 10, "g/kg or %"),  # each value possible, not with its bulk density
    ],
)
def test_a_wrong_unit_stops_the_run_and_says_so(column, factor, words):
    frame = table()
    frame[column] = frame[column] * factor
    with pytest.raises(InputError, match=words) as raised:
        plausible_values(frame, "sites.csv", IssueLog())
    assert "100 of 100 values" in str(raised.value)
    assert "rows 2, 3, 4" in str(raised.value)


def test_percent_read_as_g_per_kg_is_doubted():
    frame = table()
    frame["soc_g_kg"] = 2.0
    _, log = gate(frame)
    assert log.counts() == {"soc_low": 1}


def test_more_carbon_than_organic_matter_is_dropped():
    kept, log = gate(table(som_g_kg=[15.0]))
    assert len(kept) == N - 1
    assert log.counts() == {"soc_above_som": 1}


def test_no_carbon_is_a_gap_and_zero_carbon_a_doubt():
    kept, log = gate(table(soc_g_kg=[np.nan, 0.0]))
    assert kept["file_row"].tolist()[0] == 3
    assert log.counts() == {"not_sampled": 1, "soc_zero": 1}


def test_a_table_without_carbon_is_an_error():
    with pytest.raises(InputError, match="no layer has a usable value"):
        gate(table(soc_g_kg=[np.nan] * N))
