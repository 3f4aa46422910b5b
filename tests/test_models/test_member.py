"""Members come back from their files as they were, and files are whole or absent."""

from dataclasses import fields

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.svm import SVR

from models.atomic_npz import load_npz, save_npz
from models.depth import DepthLines
from models.member import FORMAT_VERSION, Member, load_member, save_member
from models.support_vectors import from_svr
from models.tree_ensemble import from_forest

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 3)).astype(np.float32)
Y = 5 + X[:, 0]


def forest():
    return from_forest(RandomForestRegressor(5, random_state=0).fit(X, Y))


def support_vectors():
    return from_svr(SVR().fit(X, Y), np.zeros(3), np.ones(3), 0.0, 1.0)


def member(model):
    lines = DepthLines.fit(np.column_stack([Y, 2 * Y + RNG.normal(size=40)]))
    oob = np.where(RNG.random((40, 2)) < 0.4, RNG.random((40, 2)), np.nan)
    return Member(7, model, lines, RNG.integers(0, 3, 40).astype(np.int16), oob)


@pytest.mark.parametrize("model", [forest(), support_vectors()], ids=lambda model: model.kind)
def test_round_trip(tmp_path, model):
    saved = member(model)
    save_member(saved, tmp_path / "members" / "member_007.npz")
    loaded = load_member(tmp_path / "members" / "member_007.npz")
    assert loaded.index == 7
    np.testing.assert_array_equal(loaded.model.predict(X), saved.model.predict(X))
    np.testing.assert_array_equal(loaded.in_bag, saved.in_bag)
    np.testing.assert_array_equal(loaded.oob, saved.oob)
    for item in fields(DepthLines):
        np.testing.assert_array_equal(
            getattr(loaded.lines, item.name), getattr(saved.lines, item.name)
        )


def test_only_the_finished_file_is_left(tmp_path):
    save_member(member(forest()), tmp_path / "member.npz")
    assert [path.name for path in tmp_path.iterdir()] == ["member.npz"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "arrays.npz"
    save_npz(path, 1, {"a": np.arange(3)})
    with pytest.raises(ValueError, match="zip"):
        save_npz(path, 1, {"a": Unsaveable()})
    assert [found.name for found in tmp_path.iterdir()] == ["arrays.npz"]
    np.testing.assert_array_equal(load_npz(path, 1)["a"], np.arange(3))


class Unsaveable:
    def __array__(self, dtype=None, copy=None):
        raise ValueError("cannot be put in a zip file")


def test_another_format_is_refused(tmp_path):
    save_npz(tmp_path / "member.npz", FORMAT_VERSION + 1, {"index": np.int64(0)})
    with pytest.raises(ValueError, match=rf"format {FORMAT_VERSION + 1}.*delete it"):
        load_member(tmp_path / "member.npz")


def test_an_unknown_kind_of_model_is_refused(tmp_path):
    saved = member(forest())
    save_member(saved, tmp_path / "member.npz")
    arrays = load_npz(tmp_path / "member.npz", FORMAT_VERSION)
    save_npz(tmp_path / "member.npz", FORMAT_VERSION, {**arrays, "kind": np.str_("oracle")})
    with pytest.raises(ValueError, match="'oracle'"):
        load_member(tmp_path / "member.npz")


def test_a_pickle_in_a_file_is_not_run(tmp_path):
    np.savez(tmp_path / "member.npz", format_version=FORMAT_VERSION, index=np.array([object()]))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load_member(tmp_path / "member.npz")
