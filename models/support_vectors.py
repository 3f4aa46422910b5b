"""Support vector regression with a radial kernel, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
_BLOCK = 4096  # rows: with 150 vectors the kernel matrix is 2.4 MB and stays in the L3 cache


@dataclass(frozen=True)
class SupportVectors:
    """``f(x) = y_mean + y_scale · (intercept + Σ c_j exp(-γ |z - s_j|²))``, z the standardised x.

    Parameters
    ----------
    vectors : array of float32, shape (m, p)
        Support vectors s, standardised.
    coefficients : array of float32, shape (m,)
        Dual coefficients c.
    intercept, gamma : float
        Of the standardised target; of the kernel.
    x_mean, x_scale : array of float32, shape (p,)
        Standardisation of the covariates.
    y_mean, y_scale : float
        Standardisation of the target.
    """

    kind: ClassVar[str] = "support_vectors"

    vectors: Float32Array
    coefficients: Float32Array
    intercept: float
    gamma: float
    x_mean: Float32Array
    x_scale: Float32Array
    y_mean: float
    y_scale: float

    def predict(self, X: npt.ArrayLike) -> Float32Array:
        """Return predictions in the unit of the target, shape (n,), for X (n, p) without NaN.

        Raises
        ------
        ValueError
            If X has not the columns of the support vectors.
        """
        rows = np.asarray(X, dtype=np.float32)
        if rows.ndim != 2 or rows.shape[1] != self.vectors.shape[1]:
            raise ValueError(
                f"rows of {self.vectors.shape[1]} columns were expected, got {rows.shape}"
            )
        out = np.empty(len(rows), dtype=np.float32)
        squares = np.einsum("ij,ij->i", self.vectors, self.vectors)
        for start in range(0, len(rows), _BLOCK):
            part = slice(start, start + _BLOCK)
            out[part] = self._block((rows[part] - self.x_mean) / self.x_scale, squares)
        return out

    def _block(self, z: Float32Array, squares: Float32Array) -> Float32Array:
        # |z - s|² = |z|² + |s|² - 2 z·s: one matrix product instead of m subtractions a row.
        kernel = z @ self.vectors.T
        kernel *= np.float32(-2)
        kernel += squares
        kernel += np.einsum("ij,ij->i", z, z)[:, None]
        np.maximum(kernel, 0, out=kernel)  # rounding may leave a distance below zero
        kernel *= np.float32(-self.gamma)
        np.exp(kernel, out=kernel)
        standard = kernel @ self.coefficients + np.float32(self.intercept)
        return np.asarray(standard * np.float32(self.y_scale) + np.float32(self.y_mean))

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return everything as arrays, to be saved."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> SupportVectors:
        """Rebuild a model from what `arrays` returned."""
        values: dict[str, Any] = {
            field.name: float(arrays[field.name]) if field.type == "float" else arrays[field.name]
            for field in fields(cls)
        }
        return cls(**values)


def from_svr(
    svr: Any, x_mean: npt.ArrayLike, x_scale: npt.ArrayLike, y_mean: float, y_scale: float
) -> SupportVectors:
    """Convert a scikit-learn SVR that was fitted on standardised covariates and target.

    Parameters
    ----------
    svr : sklearn.svm.SVR
        Fitted, ``kernel="rbf"``.
    x_mean, x_scale : array, shape (p,)
        The standardisation of the covariates, ``z = (x - mean) / scale``.
    y_mean, y_scale : float
        The standardisation of the target.

    Raises
    ------
    ValueError
        For another kernel.
    """
    if svr.kernel != "rbf":
        raise ValueError(f"only the rbf kernel can be converted, not {svr.kernel!r}")
    return SupportVectors(
        vectors=np.ascontiguousarray(svr.support_vectors_, dtype=np.float32),
        coefficients=np.ascontiguousarray(svr.dual_coef_[0], dtype=np.float32),
        intercept=float(svr.intercept_[0]),
        gamma=float(svr._gamma),  # the number behind "scale" and "auto"
        x_mean=np.asarray(x_mean, dtype=np.float32),
        x_scale=np.asarray(x_scale, dtype=np.float32),
        y_mean=float(y_mean),
        y_scale=float(y_scale),
    )
