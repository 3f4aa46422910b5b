"""Which covariates matter: by split gain, by permutation, by SHAP; as shares with their spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.variables import Variable

from .explained import Explained
from .kernel_split_gain import split_gain
from .portable import PortableModel
from .tree_ensemble import TreeEnsemble

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

REPEATS = 5
MAX_ROWS = 500
"""Out-of-bag sites of one member that are permuted; with more, a random choice of them."""


@dataclass(frozen=True)
class Importance:
    """One method's importance, member by member.

    Parameters
    ----------
    method : str
        gain, permutation or shap.
    amounts : array of float64, shape (K, p)
        Importance of each variable to each member in the method's own unit: variance reduction
        (gain), increase of the mean squared error (permutation), mean absolute SHAP value.
    variables : tuple of Variable, length p
    """

    method: str
    amounts: FloatArray
    variables: tuple[Variable, ...]

    def table(self) -> pd.DataFrame:
        """Return the rows of ``importance.csv``, the largest share first."""
        rows = self._shares(self.amounts)
        rows.insert(0, "variable", [variable.id for variable in self.variables])
        rows.insert(1, "group", [variable.group for variable in self.variables])
        return rows.sort_values("share_pct", ascending=False, ignore_index=True)

    def group_table(self) -> pd.DataFrame:
        """Return group, method, share_pct, sd_pct, n_members: variables of a group summed."""
        groups = list(dict.fromkeys(variable.group for variable in self.variables))
        member_of = np.array([[v.group == group for group in groups] for v in self.variables])
        rows = self._shares(self.amounts @ member_of)
        rows.insert(0, "group", groups)
        return rows.sort_values("share_pct", ascending=False, ignore_index=True)

    def _shares(self, amounts: FloatArray) -> pd.DataFrame:
        """Return shares of the members' mean, in percent; a mean below zero counts as zero.

        Permuting a variable that tells nothing may by chance lower the error: members are
        averaged first, so that such chances cancel, and only their mean is cut at zero.
        """
        mean = np.maximum(amounts.mean(axis=0), 0)
        whole = mean.sum()
        share = 100 / whole if whole > 0 else np.nan
        spread = amounts.std(axis=0, ddof=1) if len(amounts) > 1 else np.full(len(mean), np.nan)
        return pd.DataFrame(
            {
                "method": self.method,
                "share_pct": mean * share,
                "sd_pct": spread * share,
                "n_members": len(amounts),
            }
        )


def gain_importance(explained: Explained, models: Sequence[PortableModel]) -> Importance | None:
    """Return split gain by member, the study's kind of importance; None where there are no trees.

    Gain is counted on training rows, in favour of variables with many values: it is shown beside
    the other two for comparison, not to be believed alone.
    """
    trees = [model for model in models if isinstance(model, TreeEnsemble)]
    if len(trees) < len(models):
        return None
    columns = [
        split_gain(m.feature, m.left, m.right, m.value, m.cover, m.offsets, m.n_features)
        for m in trees
    ]
    return Importance("gain", np.stack(columns) @ explained.indicator, explained.variables)


def shap_importance(explained: Explained, shap_values: FloatArray) -> Importance:
    """Return mean absolute SHAP values by member from values of shape (K, n, p)."""
    return Importance("shap", np.abs(shap_values).mean(axis=1), explained.variables)


def permutation_importance(
    explained: Explained, models: Sequence[PortableModel], in_bag: IntArray, seed: int
) -> Importance:
    """Return by how much shuffling a variable raises the squared error on out-of-bag sites.

    Only sites that a member has not seen are asked: on its own training sites an overfitted noise
    variable looks important. A category is shuffled as one variable.

    Parameters
    ----------
    explained : Explained
    models : sequence of PortableModel, length K
    in_bag : array of int64, shape (K, n)
        How often each site of `explained` is in each member's resample.
    seed : int
    """
    amounts = [
        _increase(explained, model, np.flatnonzero(counts == 0), np.random.default_rng((seed, k)))
        for k, (model, counts) in enumerate(zip(models, in_bag, strict=True))
    ]
    kept = [amount for amount in amounts if amount is not None]
    if not kept:
        raise ValueError("no member leaves two sites out of its resample to permute")
    return Importance("permutation", np.stack(kept), explained.variables)


def _increase(
    explained: Explained, model: PortableModel, rows: IntArray, random: np.random.Generator
) -> FloatArray | None:
    """Return the mean increase of the squared error by variable; None without two rows."""
    if len(rows) < 2:
        return None
    if len(rows) > MAX_ROWS:
        rows = random.choice(rows, MAX_ROWS, replace=False)
    intact = explained.encoded[rows]
    p = len(explained.variables)
    shuffled = np.broadcast_to(intact, (p, REPEATS, *intact.shape)).copy()
    for variable in range(p):
        columns = np.flatnonzero(explained.variable_of == variable)
        for repeat in range(REPEATS):
            shuffled[variable, repeat][:, columns] = random.permutation(intact[:, columns])
    predicted = model.predict(shuffled.reshape(-1, intact.shape[1])).reshape(p, REPEATS, -1)
    target = explained.target[rows]
    error = np.square(predicted - target).mean(axis=2)
    return np.asarray((error - np.square(model.predict(intact) - target).mean()).mean(axis=1))
