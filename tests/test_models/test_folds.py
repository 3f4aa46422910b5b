"""Folds: nothing that belongs together is parted, and folds are balanced."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.folds import (
    block_size_from_variogram,
    block_size_within_bounds,
    random_folds,
    spatial_blocks,
    spatial_folds,
)
from models.settings import FoldSettings

GROUPS = st.lists(st.integers(0, 30), min_size=2, max_size=80).map(np.array)
SEEDS = st.integers(0, 2**31 - 1)


def _sites(seed, n=150, extent_m=1e6):
    return np.random.default_rng(seed).uniform(0, extent_m, size=(n, 2))


@given(groups=GROUPS, seed=SEEDS)
def test_random_folds_never_part_a_group_and_leave_none_empty(groups, seed):
    n = min(4, len(np.unique(groups)))
    folds = random_folds(groups, n, seed)
    assert set(folds) == set(range(n))
    for group in np.unique(groups):
        assert len(set(folds[groups == group])) == 1


@given(groups=GROUPS, seed=SEEDS)
def test_fold_sizes_differ_by_no_more_than_the_largest_group(groups, seed):
    n = min(4, len(np.unique(groups)))
    sizes = np.bincount(random_folds(groups, n, seed), minlength=n)
    assert np.ptp(sizes) <= np.bincount(groups).max()


def test_single_sites_are_dealt_evenly_and_by_the_seed():
    groups = np.arange(147)
    folds = random_folds(groups, 10, 1)
    assert sorted(np.bincount(folds)) == [14] * 3 + [15] * 7
    np.testing.assert_array_equal(folds, random_folds(groups, 10, 1))
    assert (folds != random_folds(groups, 10, 2)).any()


@given(groups=GROUPS, seed=SEEDS)
def test_spatial_folds_part_neither_blocks_nor_groups(groups, seed):
    xy = _sites(seed, len(groups))
    blocks = spatial_blocks(xy, groups, 3e5)
    n = min(3, len(np.unique(blocks)))
    folds = spatial_folds(xy, groups, n, 3e5, seed)
    for labels in (groups, blocks):
        for label in np.unique(labels):
            assert len(set(folds[labels == label])) == 1


def test_blocks_are_squares_of_the_given_side():
    xy = np.array([[0.0, 0], [99, 99], [101, 0], [0, 101]])
    blocks = spatial_blocks(xy, np.arange(4), 100)
    assert blocks[0] == blocks[1]
    assert len(set(blocks)) == 3


def test_too_few_groups_are_named():
    with pytest.raises(ValueError, match=r"10 folds need at least 10 groups.*there are 2"):
        random_folds(np.array([1, 1, 2]), 10, 0)


def test_too_few_blocks_are_named():
    with pytest.raises(ValueError, match="at least 5 blocks; squares of 2000 km give 1"):
        spatial_folds(_sites(0), np.arange(150), 5, 2e6, 0)


def test_a_given_block_size_is_taken():
    size = block_size_within_bounds(_sites(0), np.arange(150), None, FoldSettings(block_size_m=2e5))
    assert size.size_m == 2e5
    assert size.n_blocks == 25


def test_a_range_within_bounds_is_the_block_size():
    size = block_size_within_bounds(_sites(0), np.arange(150), 1.8e5, FoldSettings())
    assert size.size_m == 1.8e5
    assert size.reason == "variogram range 180 km"


@pytest.mark.parametrize("range_m", [None, 4e5, 9e6])
def test_blocks_shrink_until_enough_hold_sites_and_say_so(range_m):
    size = block_size_within_bounds(_sites(0), np.arange(150), range_m, FoldSettings())
    assert size.n_blocks >= FoldSettings().min_blocks
    assert "shrunk until 20 blocks hold sites" in size.reason


def test_blocks_are_not_smaller_than_the_spacing_of_sites_allows():
    size = block_size_within_bounds(_sites(0), np.arange(150), 1.0, FoldSettings())
    assert size.size_m > 5e4
    assert "raised to 2 site spacings" in size.reason


def test_sites_in_few_places_cannot_have_more_blocks_than_places():
    xy = np.repeat(_sites(0, 12), 5, axis=0)
    groups = np.repeat(np.arange(12), 5)
    size = block_size_within_bounds(xy, groups, 4e5, FoldSettings())
    assert size.n_blocks == 12


def test_the_range_of_a_smooth_field_is_found_within_a_factor_of_two():
    rng = np.random.default_rng(5)
    xy = _sites(5, 400)
    distance = np.linalg.norm(xy[:, None] - xy[None], axis=-1)
    field = np.linalg.cholesky(np.exp(-distance / 5e4) + 1e-9 * np.eye(400)) @ rng.normal(size=400)
    size = block_size_from_variogram(xy, field, FoldSettings())
    assert size.range_m is not None
    assert 0.75e5 < size.range_m < 3e5  # correlation falls to 5 % at 3 · 50 km
