"""Group comparisons: against hand-worked and library answers, letters by their law."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.group_tests import (
    MAX_CELLS_PER_GROUP,
    cliffs_delta,
    compact_letters,
    dunn_holm,
    group_table,
    kruskal_wallis,
)

NAMES = {1: "forest", 2: "grassland", 3: "wetland"}


def dunn_by_hand(samples):
    """Dunn (1964) with tie correction and Holm's steps, written out."""
    from scipy.stats import norm, rankdata

    pooled = np.concatenate(samples)
    n, ranks = len(pooled), rankdata(pooled)
    ties = np.unique(pooled, return_counts=True)[1]
    spread = n * (n + 1) / 12 - (ties**3 - ties).sum() / (12 * (n - 1))
    stops = np.cumsum([0, *map(len, samples)])
    means = [ranks[a:b].mean() for a, b in pairwise(stops)]
    pairs = [(i, j) for i in range(len(samples)) for j in range(i)]
    p = np.array(
        [
            2
            * norm.sf(
                abs(means[i] - means[j])
                / np.sqrt(spread * (1 / len(samples[i]) + 1 / len(samples[j])))
            )
            for i, j in pairs
        ]
    )
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * (len(p) - np.arange(len(p))))
    out = np.ones((len(samples), len(samples)))
    for rank, index in enumerate(order):
        i, j = pairs[index]
        out[i, j] = out[j, i] = min(stepped[rank], 1)
    return out


def samples_of(*shifts, n=15, seed=0):
    random = np.random.default_rng(seed)
    return [np.round(random.gamma(4, 1, n) + shift, 1) for shift in shifts]


def coded(samples):
    codes = np.repeat(np.arange(1, len(samples) + 1), [len(s) for s in samples]).astype(float)
    return np.concatenate(samples), codes


def test_kruskal_wallis_by_hand():
    # ranks 1 2 3 | 4 5 6: H = 12/(6·7)·(6²/3 + 15²/3) - 3·7 = 27/7
    h, _, epsilon2 = kruskal_wallis([np.array([1.0, 2, 3]), np.array([4.0, 5, 6])])
    assert h == pytest.approx(27 / 7)
    assert epsilon2 == pytest.approx(27 / 35)


def test_equal_values_do_not_differ():
    same = [np.full(5, 2.0), np.full(4, 2.0)]
    assert kruskal_wallis(same) == (0.0, 1.0, 0.0)
    assert (dunn_holm(same) == 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_dunn_matches_the_formula(seed):
    samples = samples_of(0, 0.8, 2.5, 0.3, seed=seed)
    np.testing.assert_allclose(dunn_holm(samples), dunn_by_hand(samples), rtol=1e-9)


def test_letters_by_hand():
    # a chain: neighbours alike, ends different
    different = np.zeros((3, 3), dtype=bool)
    different[0, 2] = different[2, 0] = True
    assert compact_letters(different) == ["a", "ab", "b"]


@given(st.integers(1, 8), st.data())
def test_groups_share_a_letter_if_and_only_if_they_do_not_differ(n, data):
    different = np.zeros((n, n), dtype=bool)
    for i in range(n):
        for j in range(i):
            different[i, j] = different[j, i] = data.draw(st.booleans())
    letters = compact_letters(different)
    for i in range(n):
        assert letters[i]
        for j in range(n):
            shared = set(letters[i]) & set(letters[j])
            assert bool(shared) != different[i, j]


@given(
    st.lists(st.integers(0, 9), min_size=1, max_size=8),
    st.lists(st.integers(0, 9), min_size=1, max_size=8),
)
def test_cliffs_delta_counts_pairs(a, b):
    counted = np.mean([np.sign(x - y) for x in a for y in b])
    assert cliffs_delta(np.array(a, float), np.array(b, float)) == pytest.approx(counted)


def test_a_clear_difference_gets_its_own_letter_and_the_highest_is_a():
    values, codes = coded(samples_of(0, 0, 10))
    table = group_table(values, codes, NAMES, "0_10", "sites").set_index("group")
    assert table.loc["wetland", "letters"] == "a"
    assert table.loc["forest", "letters"] == table.loc["grassland", "letters"] == "b"
    assert table.loc["wetland", "cliffs_delta_max"] == 1
    assert table.loc["forest", "cliffs_delta_max"] == -1


def test_missing_values_and_unnamed_codes_are_left_out():
    values, codes = coded(samples_of(0, 1, 2, 3))
    values[0] = np.nan
    table = group_table(values, codes, NAMES, "0_10", "sites")
    assert table["n"].tolist() == [14, 15, 15]


def test_a_tiny_group_is_described_but_not_tested():
    values, codes = coded([*samples_of(0, 5), np.array([3.0])])
    row = group_table(values, codes, NAMES, "0_10", "sites").iloc[2]
    assert (row["n"], row["mean"], row["letters"]) == (1, 3.0, "")
    assert np.isnan(row["cliffs_delta_max"])


def test_one_group_is_no_comparison():
    values, codes = coded(samples_of(0))
    table = group_table(values, codes, NAMES, "0_10", "sites")
    assert table["letters"].tolist() == ["", "", ""]
    assert table["kruskal_p"].isna().all()


def test_cells_are_sampled_the_same_way_each_time():
    random = np.random.default_rng(0)
    values = random.gamma(9, 0.5, 9000)
    codes = np.repeat([1.0, 2.0, 3.0], 3000)
    first = group_table(values, codes, NAMES, "0_10", "cells", seed=5)
    assert (first["n"] == MAX_CELLS_PER_GROUP).all()
    assert first.equals(group_table(values, codes, NAMES, "0_10", "cells", seed=5))
    assert (group_table(values, codes, NAMES, "0_10", "sites")["n"] == 3000).all()


def test_no_groups_make_an_empty_table_with_the_same_columns():
    values, codes = coded(samples_of(0, 1))
    empty = group_table(values, codes, {}, "0_10", "sites")
    assert len(empty) == 0
    assert list(empty.columns) == list(group_table(values, codes, NAMES, "0_10", "sites").columns)
