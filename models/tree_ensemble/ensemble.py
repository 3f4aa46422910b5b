"""The one representation of a fitted tree ensemble, whatever library grew it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
LEAF = -1
"""`feature` of a leaf."""


@dataclass(frozen=True)
class TreeEnsemble:
    """Sum of regression trees: ``base + sum of the leaf values reached``.

    A row goes left at a node when ``x[feature] < threshold``. Rows hold no NaN. The leaf values are
    summed in float32 in the order of the trees. By default the sum starts from zero and `base` is
    added last: a sum of small deviations, whose rounding stays near 1e-7 of the prediction.

    Parameters
    ----------
    feature : array of int16, shape (n_nodes,)
        Column tested at the node, `LEAF` at a leaf.
    threshold : array of float32, shape (n_nodes,)
        Smallest value that goes right; 0 at a leaf.
    left, right : array of int32, shape (n_nodes,)
        Children, counted from the first node of their own tree; 0 at a leaf.
    value : array of float32, shape (n_nodes,)
        What a leaf adds, in the unit of the target; at inner nodes 0.
    cover : array of float32, shape (n_nodes,)
        Training weight that passed the node (sites for forests and LightGBM, hessian for XGBoost).
    offsets : array of int64, shape (n_trees + 1,)
        First node of each tree, its root, and the end.
    base : float
        Added to every prediction.
    n_features : int
        Columns a row must have.
    base_first : bool
        Whether the sum starts from `base`, as XGBoost's own does: its predictions bit for bit.
    """

    kind: ClassVar[str] = "tree_ensemble"

    feature: npt.NDArray[np.int16]
    threshold: Float32Array
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: Float32Array
    cover: Float32Array
    offsets: npt.NDArray[np.int64]
    base: float
    n_features: int
    base_first: bool = False

    @property
    def n_trees(self) -> int:
        """Number of trees."""
        return len(self.offsets) - 1

    def predict(self, X: npt.ArrayLike) -> Float32Array:
        """Return the prediction for each row.

        Parameters
        ----------
        X : array, shape (n, n_features)
            Encoded covariates without NaN, compared as float32.

        Returns
        -------
        array of float32, shape (n,)
        """
        from .prediction import predict_members

        members: Float32Array = predict_members([self], X)
        return np.asarray(members[0])

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays, to be saved."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> TreeEnsemble:
        """Rebuild an ensemble from what `arrays` returned."""
        values: dict[str, Any] = {field.name: arrays[field.name] for field in fields(cls)}
        values["base"] = float(values["base"])
        values["n_features"] = int(values["n_features"])
        values["base_first"] = bool(values["base_first"])
        return cls(**values)


@dataclass(frozen=True)
class Tree:
    """One tree as read from a library, before it joins an ensemble; see `TreeEnsemble`."""

    feature: npt.NDArray[Any]
    threshold: npt.NDArray[Any]
    left: npt.NDArray[Any]
    right: npt.NDArray[Any]
    value: npt.NDArray[Any]
    cover: npt.NDArray[Any]


def join(
    trees: Sequence[Tree], base: float, n_features: int, base_first: bool = False
) -> TreeEnsemble:
    """Lay trees end to end; see `TreeEnsemble` for the parameters.

    Raises
    ------
    ValueError
        If there is no tree, or more columns than an int16 can number.
    """
    if not trees:
        raise ValueError("an ensemble needs at least one tree; the model given has none")
    if n_features > np.iinfo(np.int16).max:
        raise ValueError(f"at most 32767 columns can be numbered, the model has {n_features}")

    def laid(name: str, kind: Any) -> npt.NDArray[Any]:
        return np.concatenate([np.asarray(getattr(tree, name)) for tree in trees]).astype(kind)

    leaf = laid("feature", np.int64) < 0
    sizes = [len(tree.feature) for tree in trees]
    return TreeEnsemble(
        feature=np.where(leaf, LEAF, laid("feature", np.int64)).astype(np.int16),
        threshold=np.where(leaf, 0, laid("threshold", np.float32)).astype(np.float32),
        left=np.where(leaf, 0, laid("left", np.int64)).astype(np.int32),
        right=np.where(leaf, 0, laid("right", np.int64)).astype(np.int32),
        value=np.where(leaf, laid("value", np.float64), 0).astype(np.float32),
        cover=laid("cover", np.float32),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        base=float(base),
        n_features=int(n_features),
        base_first=base_first,
    )


def first_right_float32(threshold: npt.NDArray[np.float64]) -> Float32Array:
    """Return the smallest float32 greater than each float64 threshold.

    LightGBM and scikit-learn send ``x <= threshold`` left with a float64 threshold. For a float32
    x that is the same as ``x < t`` with t the next float32 above the threshold.
    """
    with np.errstate(over="ignore"):  # beyond the float32 range: every finite x goes one way
        near = threshold.astype(np.float32)
    above = near.astype(np.float64) > threshold
    first: Float32Array = np.where(above, near, np.nextafter(near, np.float32(np.inf)))
    return first
