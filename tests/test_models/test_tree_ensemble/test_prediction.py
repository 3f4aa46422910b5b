"""Prediction of many members: the same as walking every row down every tree, bit for bit."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.tree_ensemble import TreeEnsemble, kernel_order, kernel_predict, predict_members
from models.tree_ensemble.ensemble import Tree, join
from models.tree_ensemble.kernel_predict import BLOCK


def random_tree(rng, depth, n_columns, grid):
    """Grow a tree whose thresholds lie on a coarse grid, so that rows meet them."""
    feature, threshold, left, right, value = [], [], [], [], []

    def grow(level):
        node = len(feature)
        leaf = level == 0 or rng.random() < 0.15
        feature.append(-1 if leaf else int(rng.integers(n_columns)))
        threshold.append(0.0 if leaf else float(rng.integers(grid)))
        value.append(float(rng.normal()) if leaf else 0.0)
        left.append(0)
        right.append(0)
        if not leaf:
            left[node] = grow(level - 1)
            right[node] = grow(level - 1)
        return node

    grow(depth)
    return Tree(
        *(np.array(a) for a in (feature, threshold, left, right, value)), np.ones(len(left))
    )


def random_ensemble(rng, n_trees=5, depth=4, n_columns=3, grid=10, base_first=False):
    trees = [random_tree(rng, depth, n_columns, grid) for _ in range(n_trees)]
    return join(trees, float(rng.normal()), n_columns, base_first)


def walked(model: TreeEnsemble, X):
    """Walk in plain Python, summing float32 in the order the class states."""
    out = []
    for row in X:
        total = np.float32(model.base if model.base_first else 0)
        for first in model.offsets[:-1]:
            node = first
            while model.feature[node] >= 0:
                goes_left = row[model.feature[node]] < model.threshold[node]
                node = first + (model.left if goes_left else model.right)[node]
            total = np.float32(total + model.value[node])
        out.append(total if model.base_first else np.float32(total + np.float32(model.base)))
    return np.array(out, dtype=np.float32)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    depth=st.integers(0, 7),
    n_rows=st.integers(1, 40),
    spread=st.sampled_from([0, 1, 3, 12]),
    base_first=st.booleans(),
)
def test_equals_walking_every_row(seed, depth, n_rows, spread, base_first):
    rng = np.random.default_rng(seed)
    model = random_ensemble(rng, depth=depth, base_first=base_first)
    X = (4 + rng.integers(-spread, spread + 1, (n_rows, 3))).astype(np.float32)
    np.testing.assert_array_equal(model.predict(X), walked(model, X))


@pytest.mark.parametrize("n_rows", [BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_block_edges(n_rows):
    rng = np.random.default_rng(1)
    model = random_ensemble(rng)
    X = rng.uniform(0, 10, (n_rows, 3)).astype(np.float32)
    np.testing.assert_array_equal(model.predict(X), walked(model, X))


def test_trees_too_large_to_prune_are_walked():
    rng = np.random.default_rng(2)
    model = random_ensemble(rng, n_trees=2, depth=14, grid=1000)
    X = rng.uniform(0, 1000, (BLOCK, 3)).astype(np.float32)
    nodes = [size > kernel_predict.MAX_NODES for size in np.diff(model.offsets)]
    assert any(nodes)
    np.testing.assert_array_equal(model.predict(X), walked(model, X))


def test_members_together_are_members_alone():
    rng = np.random.default_rng(3)
    models = [random_ensemble(rng, base_first=k % 2 == 0) for k in range(4)]
    X = rng.uniform(0, 10, (2000, 3)).astype(np.float32)
    together = predict_members(models, X)
    np.testing.assert_array_equal(together, [model.predict(X) for model in models])


def test_a_row_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(4)
    model = random_ensemble(rng, n_trees=30, depth=6)
    X = rng.uniform(0, 10, (3000, 3)).astype(np.float32)
    shuffled = rng.permutation(len(X))
    np.testing.assert_array_equal(model.predict(X[shuffled]), model.predict(X)[shuffled])


def test_threads_do_not_disturb_each_other():
    rng = np.random.default_rng(5)
    models = [random_ensemble(rng, n_trees=20) for _ in range(3)]
    tiles = [rng.uniform(0, 10, (1500, 3)).astype(np.float32) for _ in range(8)]
    with ThreadPoolExecutor(4) as pool:
        parallel = list(pool.map(lambda tile: predict_members(models, tile), tiles))
    for tile, result in zip(tiles, parallel, strict=True):
        np.testing.assert_array_equal(result, predict_members(models, tile))


def test_no_rows_and_no_members():
    model = random_ensemble(np.random.default_rng(6))
    assert predict_members([model, model], np.empty((0, 3))).shape == (2, 0)
    assert predict_members([], np.zeros((4, 3))).shape == (0, 4)


def test_kernels_compiled_and_plain_agree():
    rng = np.random.default_rng(7)
    model = random_ensemble(rng, n_trees=3, depth=3)
    columns = rng.uniform(3, 6, (2, 3, BLOCK)).astype(np.float32)
    boxes = columns.min(axis=2), columns.max(axis=2)
    trees = (model.feature, model.threshold, model.left, model.right, model.value, model.offsets)
    compiled, plain = np.empty((2, 2, BLOCK), np.float32)
    room = np.empty((kernel_predict.MAX_NODES + 2, BLOCK), np.float32)
    kernel_predict.predict_blocks(*trees, columns, *boxes, np.float32(1), room, compiled)
    kernel_predict.predict_blocks.py_func(*trees, columns, *boxes, np.float32(1), room, plain)
    np.testing.assert_array_equal(compiled, plain)


def test_pruning_keeps_what_a_box_may_reach():
    feature = np.array([0, 1, -1, -1, -1], np.int16)
    threshold = np.array([5, 2, 0, 0, 0], np.float32)
    left, right = np.array([1, 2, 0, 0, 0], np.int32), np.array([4, 3, 0, 0, 0], np.int32)
    alive, stack = np.empty(9, np.int64), np.empty(9, np.int64)

    def kept(low, high):
        boxes = np.array(low, np.float32), np.array(high, np.float32)
        found = kernel_predict.prune.py_func(feature, threshold, left, right, *boxes, alive, stack)
        return alive[:found].tolist()

    assert kept([0, 0], [9, 9]) == [0, 1, 2, 3, 4]
    assert kept([0, 0], [4, 9]) == [1, 2, 3]
    assert kept([5, 0], [9, 9]) == [4]  # at the threshold is right of it
    assert kept([0, 2], [9, 9]) == [0, 3, 4]


def test_a_box_with_too_many_nodes_says_so():
    tree = random_tree(np.random.default_rng(8), 6, 1, 10**6)
    arrays = (tree.feature.astype(np.int16), tree.threshold.astype(np.float32),
              tree.left.astype(np.int32), tree.right.astype(np.int32))  # fmt: skip
    wide = np.array([-1], np.float32), np.array([2e6], np.float32)
    small, stack = np.empty(3, np.int64), np.empty(99, np.int64)
    assert kernel_predict.prune.py_func(*arrays, *wide, small, stack) == -1


@pytest.mark.parametrize("kernel", [kernel_order.block_order, kernel_order.block_order.py_func])
def test_order_is_a_permutation_that_parts_the_split_column(kernel):
    rng = np.random.default_rng(9)
    columns = rng.uniform(0, 1, (2, 256)).astype(np.float32)
    cuts = np.linspace(0.1, 0.9, 50, dtype=np.float32)  # all in column 1
    order = kernel(columns, cuts, np.array([0, 0, 50]), 32)
    assert sorted(order) == list(range(256))
    blocks = columns[1, order].reshape(8, 32)
    lows, highs = np.sort(blocks.min(axis=1)), np.sort(blocks.max(axis=1))
    assert (highs[:-1] <= lows[1:]).all()


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60), st.data())
def test_selection_puts_smaller_before_and_larger_after(values, data):
    keys = np.array(values, np.float32)
    nth = data.draw(st.integers(0, len(keys) - 1))
    order = np.arange(len(keys))
    kernel_order.select_nth.py_func(keys, order, 0, len(keys), nth)
    ranked = keys[order]
    assert (ranked[:nth] <= ranked[nth]).all()
    assert (ranked[nth:] >= ranked[nth]).all()
