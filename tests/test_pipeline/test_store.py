"""Nothing half-written stays behind, and tables come back to the bit."""

import numpy as np
import pandas as pd
import pytest

from features.atomic_files import fingerprint, replacing, write_json
from pipeline.run_paths import RunPaths
from pipeline.store import (
    is_finished,
    mark_finished,
    mark_started,
    read_json,
    read_table,
    resumes,
    write_table,
)


def _write_half(path):
    with replacing(path) as temporary:
        temporary.write_text("half a fi")
        raise RuntimeError("power cut")


def test_failed_write_leaves_the_old_file_and_no_other(tmp_path):
    path = tmp_path / "map.tif"
    path.write_text("old")
    with pytest.raises(RuntimeError, match="power cut"):
        _write_half(path)
    assert [file.name for file in tmp_path.iterdir()] == ["map.tif"]
    assert path.read_text() == "old"


def test_temporary_name_keeps_the_suffix_so_that_writers_know_the_format(tmp_path):
    with replacing(tmp_path / "map.tif") as temporary:
        assert temporary.suffix == ".tif"
        temporary.write_text("x")


def test_tables_come_back_to_the_same_bits(tmp_path):
    values = np.random.default_rng(0).normal(size=50) * 1e-7
    values[3] = np.nan
    table = pd.DataFrame({"id": [f"{k:03d}" for k in range(50)], "value": values})
    write_table(tmp_path / "t.csv", table)
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), table, check_exact=True)


def test_json_writes_not_a_number_as_null(tmp_path):
    write_json(tmp_path / "s.json", {"a": float("nan"), "b": [np.float64(1.5), np.nan], 3: 1})
    assert read_json(tmp_path / "s.json") == {"a": None, "b": [1.5, None], "3": 1}


def test_fingerprint_sees_values_not_the_order_of_keys():
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_started_stage_resumes_and_finished_stage_is_skipped(tmp_path):
    paths = RunPaths(tmp_path)
    assert not resumes(paths, "models", "abc")
    mark_started(paths, "models", "abc")
    assert resumes(paths, "models", "abc")
    assert not is_finished(paths, "models", "abc")
    mark_finished(paths, "models", "abc", 1.0, 2.0)
    assert is_finished(paths, "models", "abc")
    assert not is_finished(paths, "models", "other settings")
