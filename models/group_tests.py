"""Do groups differ? Kruskal-Wallis, Dunn's test as letters, and how large the difference is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from string import ascii_letters
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

MIN_PER_GROUP = 3
"""Smaller groups are described but not tested."""
MAX_CELLS_PER_GROUP = 2000
COLUMNS = (
    "depth",
    "basis",
    "group",
    "n",
    "mean",
    "sd",
    "median",
    "letters",
    "kruskal_h",
    "kruskal_p",
    "epsilon2",
    "cliffs_delta_max",
)


def group_table(
    values: FloatArray,
    codes: FloatArray,
    names: Mapping[int, str],
    depth: str,
    basis: Literal["sites", "cells"],
    seed: int = 0,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """Return the rows of ``group_tests.csv`` of one depth and basis, one a group.

    Parameters
    ----------
    values : array of float64, shape (n,)
        Target at sites or cells; NaN is left out.
    codes : array of float64, shape (n,)
        Group code of each value; NaN or a code without a name is left out.
    names : mapping of int to str
        Groups by code.
    depth : str
        Depth key such as ``0_10``.
    basis : {"sites", "cells"}
        Of cells a random sample of at most 2000 a group is described and tested: neighbouring
        cells are no independent observations, so that with half a million of them any
        difference is "significant". Look at the effect sizes there, not at p.
    seed : int
        Chooses the sample of cells.
    alpha : float
        Pairs with a Holm-adjusted p below it share no letter.

    Notes
    -----
    Letters run from the highest median down; two groups share a letter if and only if they do not
    differ significantly. `epsilon2` is H / (n - 1) (Tomczak & Tomczak 2014); `cliffs_delta_max`
    is the group's largest Cliff's delta against any other, positive where it is the higher one.
    """
    samples = _samples(values, codes, names, seed if basis == "cells" else None)
    tested = {name: x for name, x in samples.items() if len(x) >= MIN_PER_GROUP}
    h, p, epsilon2 = kruskal_wallis(list(tested.values()))
    letters = dict.fromkeys(samples, "")
    if len(tested) > 1:
        by_median = sorted(tested, key=lambda name: -float(np.median(tested[name])))
        different = dunn_holm([tested[name] for name in by_median]) < alpha
        letters.update(zip(by_median, compact_letters(different), strict=True))
    rows = [
        (
            depth,
            basis,
            name,
            len(x),
            float(x.mean()) if len(x) else np.nan,
            float(x.std(ddof=1)) if len(x) > 1 else np.nan,
            float(np.median(x)) if len(x) else np.nan,
            letters[name],
            h,
            p,
            epsilon2,
            _largest_delta(name, tested),
        )
        for name, x in samples.items()
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def kruskal_wallis(samples: list[FloatArray]) -> tuple[float, float, float]:
    """Return H, its p and epsilon² = H / (n - 1); NaN for fewer than two groups."""
    from scipy.stats import kruskal

    if len(samples) < 2:
        return np.nan, np.nan, np.nan
    pooled = np.concatenate(samples)
    if np.ptp(pooled) == 0:  # scipy refuses ties throughout
        return 0.0, 1.0, 0.0
    h, p = kruskal(*samples)
    return float(h), float(p), float(h) / (len(pooled) - 1)


def dunn_holm(samples: list[FloatArray]) -> FloatArray:
    """Return Dunn's p of every pair, Holm-adjusted, shape (g, g), 1 on the diagonal."""
    from scikit_posthocs import posthoc_dunn

    if np.ptp(np.concatenate(samples)) == 0:
        return np.ones((len(samples), len(samples)))
    table = posthoc_dunn([sample.tolist() for sample in samples], p_adjust="holm")
    return np.array(table, dtype=np.float64)


def compact_letters(different: BoolArray) -> list[str]:
    """Return letters such that two groups share one if and only if they are not different.

    Insert and absorb (Piepho 2004): begin with one letter for all; each pair that differs splits
    every letter it shares in two; letters whose groups all carry another one are dropped.

    Parameters
    ----------
    different : array of bool, shape (g, g)
        Symmetric.
    """
    n = len(different)
    letters = [frozenset(range(n))]
    for i, j in combinations(range(n), 2):
        if different[i, j]:
            split = [part for one in letters for part in _without(one, i, j)]
            letters = [one for one in set(split) if not any(one < other for other in split)]
    letters.sort(key=sorted)
    marks = [ascii_letters[k] if k < len(ascii_letters) else f"[{k}]" for k in range(len(letters))]
    return [
        "".join(mark for mark, one in zip(marks, letters, strict=True) if group in one)
        for group in range(n)
    ]


def cliffs_delta(a: FloatArray, b: FloatArray) -> float:
    """Return P(a > b) - P(a < b) for a random pair (Cliff 1993), by ranks: O(n log n)."""
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([a, b]))
    u = ranks[: len(a)].sum() - len(a) * (len(a) + 1) / 2
    return float(2 * u / (len(a) * len(b)) - 1)


def _without(letter: frozenset[int], i: int, j: int) -> list[frozenset[int]]:
    """Return the letter, or the two it splits into when it holds both i and j."""
    return [letter - {i}, letter - {j}] if {i, j} <= letter else [letter]


def _samples(
    values: FloatArray, codes: FloatArray, names: Mapping[int, str], seed: int | None
) -> dict[str, FloatArray]:
    """Return the values of each group; with a seed, at most 2000 of each."""
    samples = {}
    for code, name in names.items():
        x = values[(codes == code) & np.isfinite(values)]
        if seed is not None and len(x) > MAX_CELLS_PER_GROUP:
            random = np.random.default_rng((seed, code))
            x = random.choice(x, MAX_CELLS_PER_GROUP, replace=False)
        samples[name] = x
    return samples


def _largest_delta(name: str, tested: Mapping[str, FloatArray]) -> float:
    """Return the delta of largest size of one group against any other."""
    if name not in tested or len(tested) < 2:
        return np.nan
    deltas = [cliffs_delta(tested[name], x) for other, x in tested.items() if other != name]
    return max(deltas, key=abs)
