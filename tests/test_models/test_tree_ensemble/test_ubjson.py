"""UBJSON reader: values worked out by hand from the specification."""

import json

import numpy as np
import pytest
import xgboost

from models.tree_ensemble import ubjson


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"i\xff", -1),
        (b"U\xff", 255),
        (b"I\x01\x00", 256),
        (b"L" + (2**40).to_bytes(8, "big"), 2**40),
        (b"d\x3f\x80\x00\x00", 1.0),
        (b"SU\x03abc", "abc"),
        (b"[U\x01U\x02]", [1, 2]),
        (b"[#U\x02U\x01SU\x01x", [1, "x"]),
        (b"{U\x01aTU\x01bZ}", {"a": True, "b": None}),
        (b"{#U\x01U\x01aF", {"a": False}),
        (b"{$U#U\x02U\x01a\x07U\x01b\x08", {"a": 7, "b": 8}),
        (b"[]", []),
    ],
)
def test_values(data, value):
    assert ubjson.loads(data) == value


def test_typed_arrays_become_numpy():
    array = ubjson.loads(b"[$d#U\x02" + np.array([1.5, -2], ">f4").tobytes())
    np.testing.assert_array_equal(array, [1.5, -2])


def test_unknown_marker_names_its_place():
    with pytest.raises(ValueError, match="b'Q' at byte 1"):
        ubjson.loads(b"[Q]")


def test_reads_the_same_as_xgboosts_json():
    X = np.random.default_rng(0).normal(size=(30, 2))
    booster = xgboost.XGBRegressor(n_estimators=2, n_jobs=1).fit(X, X[:, 0]).get_booster()
    from_json = json.loads(booster.save_raw(raw_format="json"))
    from_ubj = ubjson.loads(bytes(booster.save_raw(raw_format="ubj")))
    trees_json = from_json["learner"]["gradient_booster"]["model"]["trees"]
    trees_ubj = from_ubj["learner"]["gradient_booster"]["model"]["trees"]
    for a, b in zip(trees_json, trees_ubj, strict=True):
        np.testing.assert_allclose(a["split_conditions"], b["split_conditions"], rtol=1e-6)
        np.testing.assert_array_equal(a["left_children"], b["left_children"])
