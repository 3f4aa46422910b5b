"""Gates on depths: inverted, negative, repeated, overlapping and gapped layers."""

import numpy as np
import pandas as pd
import pytest

from features.errors import InputError
from features.issues import IssueLog
from features.layer_depths import plausible_depths


def table(*rows, n_ordinary=40):
    """Return (id, top, bottom, soc) rows among ordinary ones, which come first."""
    ordinary = [(f"o{i}", 0.0, 30.0, 10.0) for i in range(n_ordinary)]
    frame = pd.DataFrame([*ordinary, *rows], columns=["id", "top_cm", "bottom_cm", "soc_g_kg"])
    return frame.assign(file_row=np.arange(len(frame)) + 2, bedrock_cm=np.nan)


def gate(frame, **options):
    log = IssueLog()
    kept = plausible_depths(frame, "sites.csv", log, nested=options.get("nested", False))
    return kept[~kept["id"].str.startswith("o")], log


def test_organic_layers_start_the_profile_anew():
    frame = table(("a", -6, 0, 300), ("a", 0, 20, 30))
    frame["bedrock_cm"] = 40.0
    kept, log = gate(frame)
    assert kept["top_cm"].tolist() == [0, 6]
    assert kept["bottom_cm"].tolist() == [6, 26]
    assert kept["bedrock_cm"].tolist() == [46, 46]
    assert log.counts() == {"organic_surface": 1}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("a", 30, 20, 5), "depth_inverted"),
        (("a", 14, 14, 5), "depth_inverted"),
        (("a", np.nan, 20, 5), "depth_missing"),
    ],
)
def test_impossible_layers_are_dropped_by_their_row(row, code):
    kept, log = gate(table(row))
    assert kept.empty
    assert [(issue.code, issue.row) for issue in log.issues] == [(code, 42)]


def test_exact_repeats_go_and_other_measurements_stay():
    kept, log = gate(table(("a", 0, 20, 5), ("a", 0, 20, 5), ("a", 0, 20, 7)))
    assert kept["soc_g_kg"].tolist() == [5, 7]
    assert log.counts() == {"duplicate": 1, "depth_overlap": 1}


def test_overlaps_and_gaps_are_flagged_where_they_begin():
    _, log = gate(table(("a", 0, 20, 5), ("a", 18, 40, 4), ("a", 50, 60, 3)))
    assert [(issue.code, issue.row) for issue in log.issues] == [
        ("depth_overlap", 43),
        ("depth_gap", 44),
    ]


def test_nested_records_do_not_overlap():
    _, log = gate(table(("a", 0, 10, 5), ("a", 0, 30, 4)), nested=True)
    assert log.counts() == {}


def test_overlap_throughout_points_to_nested_records():
    rows = [(f"n{i}", 0, bottom, 5 + bottom) for i in range(20) for bottom in (10, 30)]
    with pytest.raises(InputError, match="layers: nested"):
        gate(table(*rows))


def test_depths_exchanged_throughout_are_an_error():
    rows = [(f"n{i}", 30, 0, 5) for i in range(20)]
    with pytest.raises(InputError, match="top and bottom are not exchanged"):
        gate(table(*rows))


def test_layers_come_back_from_the_surface_down():
    kept, _ = gate(table(("a", 20, 40, 4), ("a", 0, 20, 5)))
    assert kept["top_cm"].tolist() == [0, 20]
