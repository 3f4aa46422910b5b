"""From covariate values to the columns a learner sees: classes become indicator columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from features.variables import Variable

from .design import BoolArray

Float32Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Encoder:
    """One indicator column for each class seen in training; continuous columns pass through.

    A class that training never saw has no column of its own, and all zeros would claim that it is
    "none of the others", which no training site ever was. Its columns are therefore NaN and
    `applicable` is false there.

    Parameters
    ----------
    columns : tuple of (int, str), length q
        For each encoded column the position of its variable and a label: the variable's id, or
        ``id=class name`` for an indicator.
    codes : tuple of float or None, length q
        Class code of an indicator column, None for a continuous one.
    n_variables : int
        Number of columns that `transform` takes.
    """

    columns: tuple[tuple[int, str], ...]
    codes: tuple[float | None, ...]
    n_variables: int

    @classmethod
    def fit(cls, matrix: npt.NDArray[np.floating], variables: Sequence[Variable]) -> Encoder:
        """Learn the classes present in a matrix.

        Parameters
        ----------
        matrix : array, shape (n, p)
            Covariate values, class codes for categorical variables.
        variables : sequence of Variable, length p
            What each column is.
        """
        columns: list[tuple[int, str]] = []
        codes: list[float | None] = []
        for position, variable in enumerate(variables):
            if not variable.is_categorical:
                columns.append((position, variable.id))
                codes.append(None)
                continue
            values = np.asarray(matrix[:, position], dtype=np.float64)
            for code in np.unique(values[np.isfinite(values)]):
                name = variable.classes.get(int(code), f"{code:g}")
                columns.append((position, f"{variable.id}={name}"))
                codes.append(float(code))
        return cls(tuple(columns), tuple(codes), len(variables))

    @property
    def n_columns(self) -> int:
        """Number of encoded columns, q."""
        return len(self.columns)

    def transform(self, matrix: npt.NDArray[np.floating]) -> Float32Array:
        """Return the encoded columns, float32, shape (n, q); NaN where not applicable."""
        encoded = np.empty((len(matrix), self.n_columns), dtype=np.float32)
        known = self._known_classes(matrix)
        for column, ((position, _), code) in enumerate(zip(self.columns, self.codes, strict=True)):
            values = matrix[:, position]
            if code is None:
                encoded[:, column] = values
            else:
                encoded[:, column] = np.where(known[position], values == code, np.nan)
        return encoded

    def applicable(self, matrix: npt.NDArray[np.floating]) -> BoolArray:
        """Return which rows have every value present and every class seen in training."""
        complete = np.isfinite(matrix).all(axis=1)
        for known in self._known_classes(matrix).values():
            complete &= known
        return np.asarray(complete, dtype=np.bool_)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-able description."""
        return {
            "columns": [[position, label] for position, label in self.columns],
            "codes": list(self.codes),
            "n_variables": self.n_variables,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Encoder:
        """Rebuild an encoder from `to_dict`."""
        return cls(
            tuple((int(position), str(label)) for position, label in data["columns"]),
            tuple(None if code is None else float(code) for code in data["codes"]),
            int(data["n_variables"]),
        )

    def _known_classes(self, matrix: npt.NDArray[np.floating]) -> dict[int, BoolArray]:
        """Return, for each categorical variable, the rows whose class training has seen."""
        known: dict[int, BoolArray] = {}
        for (position, _), code in zip(self.columns, self.codes, strict=True):
            if code is not None:
                match = np.asarray(matrix[:, position] == code, dtype=np.bool_)
                known[position] = known[position] | match if position in known else match
        return known
