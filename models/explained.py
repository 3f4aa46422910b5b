"""The sites on which a model is explained, as the model sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.variables import Variable

from .design import Design
from .preparation import Preparation

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Explained:
    """Kept covariates of the sites, raw and encoded.

    Parameters
    ----------
    rows : array of int64, shape (n,)
        Which sites of the design.
    ids : array of str, shape (n,)
    values : array of float64, shape (n, p)
        Kept covariates; class codes for categories.
    encoded : array of float32, shape (n, q)
        As the learner takes them.
    target : array of float64, shape (n,)
        At the modelled depth.
    variables : tuple of Variable, length p
        The kept ones.
    variable_of : array of int64, shape (q,)
        Variable of each encoded column.
    """

    rows: IntArray
    ids: npt.NDArray[np.str_]
    values: FloatArray
    encoded: Float32Array
    target: FloatArray
    variables: tuple[Variable, ...]
    variable_of: IntArray

    @property
    def indicator(self) -> FloatArray:
        """Which column belongs to which variable, 0 or 1, shape (q, p): x @ indicator sums."""
        return np.equal.outer(self.variable_of, np.arange(len(self.variables))).astype(np.float64)


def explained_sites(design: Design, preparation: Preparation, limit: int, seed: int) -> Explained:
    """Return the sites of a design for explanation; of more than `limit`, a random choice.

    They have the stack's values, as the map has. A site whose class on the stack no site trained
    with (``covariate_source: site``) cannot be predicted, so it is left out.
    """
    rows = np.flatnonzero(preparation.applicable(design.covariates))
    if len(rows) > limit:
        rows = np.sort(np.random.default_rng(seed).choice(rows, limit, replace=False))
    values = design.covariates[np.ix_(rows, np.array(preparation.kept, dtype=np.int64))]
    return Explained(
        rows=rows,
        ids=design.ids[rows],
        values=values,
        encoded=preparation.encode_kept(values),
        target=design.target[rows],
        variables=tuple(design.variables[k] for k in preparation.kept),
        variable_of=np.array([position for position, _ in preparation.encoder.columns]),
    )
