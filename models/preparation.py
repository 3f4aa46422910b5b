"""From candidate covariates to a learner's columns: screening, encoding, scaling constants.

All three are learned from training rows alone; inside cross-validation they are learned anew in
every outer fold, or the held-out sites would have had a say in what the model may see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.variables import Variable

from .design import BoolArray, FloatArray
from .encoding import Encoder, Float32Array
from .settings import ScreeningSettings


@dataclass(frozen=True)
class Preparation:
    """What training rows taught about the covariates.

    Parameters
    ----------
    kept : tuple of int
        Positions of the kept variables among the candidates.
    ids : tuple of str
        Names of the kept variables, in the same order.
    encoder : Encoder
        Takes the kept columns; its variable positions count within `kept`.
    mean, sd : array of float64, shape (q,)
        Of the encoded training columns; `sd` is 1 where a column is constant.
    decisions : DataFrame
        Why each variable was kept or dropped; not part of `to_dict`.
    """

    kept: tuple[int, ...]
    ids: tuple[str, ...]
    encoder: Encoder
    mean: FloatArray
    sd: FloatArray
    decisions: pd.DataFrame = field(default_factory=pd.DataFrame, compare=False, repr=False)

    @classmethod
    def fit(
        cls,
        matrix: npt.NDArray[np.floating],
        variables: Sequence[Variable],
        target: FloatArray,
        screening: ScreeningSettings,
    ) -> Preparation:
        """Learn screening, encoding and scaling from training rows.

        Parameters
        ----------
        matrix : array, shape (n, p)
            All candidate covariates of the training rows, no NaN.
        variables : sequence of Variable, length p
            What each column is.
        target : array of float64, shape (n,)
            Target at the modelled depth.
        screening : ScreeningSettings
            The rule; with ``enabled: false`` every candidate is kept.
        """
        kept: tuple[int, ...] = tuple(range(len(variables)))
        decisions = pd.DataFrame()
        if screening.enabled:
            # Imported here: screening pulls in scipy, which a run without it need not load.
            from features.screening import screen

            outcome = screen(matrix, variables, target, screening.alpha, screening.max_vif)
            kept, decisions = tuple(int(k) for k in outcome.kept), outcome.decisions
        encoder = Encoder.fit(matrix[:, kept], [variables[k] for k in kept])
        encoded = encoder.transform(matrix[:, kept]).astype(np.float64)
        sd = encoded.std(axis=0)
        return cls(
            kept=kept,
            ids=tuple(variables[k].id for k in kept),
            encoder=encoder,
            mean=encoded.mean(axis=0),
            sd=np.where(sd > 0, sd, 1.0),
            decisions=decisions,
        )

    def encode(self, matrix: npt.NDArray[np.floating]) -> Float32Array:
        """Encode rows of ALL candidates, shape (n, p), into learner columns, float32 (n, q)."""
        return self.encoder.transform(matrix[:, self.kept])

    def encode_kept(self, matrix: npt.NDArray[np.floating]) -> Float32Array:
        """Encode rows of the KEPT variables only, shape (n, len(kept)), as maps read them."""
        return self.encoder.transform(matrix)

    def applicable(self, matrix: npt.NDArray[np.floating]) -> BoolArray:
        """Return which rows of ALL candidates can be predicted: nothing missing, classes seen."""
        return self.encoder.applicable(matrix[:, self.kept])

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able description."""
        return {
            "kept": list(self.kept),
            "ids": list(self.ids),
            "encoder": self.encoder.to_dict(),
            "mean": self.mean.tolist(),
            "sd": self.sd.tolist(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Preparation:
        """Rebuild a preparation from `to_dict`."""
        return cls(
            kept=tuple(int(k) for k in data["kept"]),
            ids=tuple(str(name) for name in data["ids"]),
            encoder=Encoder.from_dict(data["encoder"]),
            mean=np.asarray(data["mean"], dtype=np.float64),
            sd=np.asarray(data["sd"], dtype=np.float64),
        )
