"""What every fitted model becomes: arrays that predict without the library that fitted them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from . import tree_ensemble
from .support_vectors import SupportVectors
from .tree_ensemble import TreeEnsemble

Float32Array = npt.NDArray[np.float32]


class PortableModel(Protocol):
    """A fitted model as arrays.

    Attributes
    ----------
    kind : str
        Name under which the arrays are saved and found again.
    """

    kind: ClassVar[str]

    def predict(self, X: npt.ArrayLike) -> Float32Array:
        """Return predictions (n,) for encoded covariates (n, p) without NaN."""
        ...

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays."""
        ...


def from_arrays(kind: str, arrays: Mapping[str, npt.NDArray[Any]]) -> PortableModel:
    """Rebuild a model from its kind and its arrays.

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    if kind == TreeEnsemble.kind:
        return TreeEnsemble.from_arrays(arrays)
    if kind == SupportVectors.kind:
        return SupportVectors.from_arrays(arrays)
    raise ValueError(
        f"unknown kind of model {kind!r}; known are {TreeEnsemble.kind}, {SupportVectors.kind}"
    )


def predict_members(models: Sequence[PortableModel], X: npt.ArrayLike) -> Float32Array:
    """Evaluate several members at the same rows, tree ensembles all at once.

    Parameters
    ----------
    models : sequence of PortableModel, length K
        Members with the same columns.
    X : array, shape (n, p)
        Encoded covariates without NaN.

    Returns
    -------
    array of float32, shape (K, n)
        Predictions in the unit of the target.
    """
    ensembles = [model for model in models if isinstance(model, TreeEnsemble)]
    if len(ensembles) == len(models):
        return tree_ensemble.predict_members(ensembles, X)
    return np.stack([model.predict(X) for model in models])
