"""Random numbers without a state: hashed normals at lattice nodes, interpolated to cells."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
CornerArray = npt.NDArray[np.int32]

# Constants of the SplitMix64 generator (Steele, Lea & Flood 2014).
GOLDEN = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
FIRST_SHIFT = np.uint64(30)
SECOND_SHIFT = np.uint64(27)
THIRD_SHIFT = np.uint64(31)
SPARE_BITS = np.uint64(11)
UNIT_OF_53_BITS = 2.0**-53


@njit(cache=True, nogil=True)
def mixed(word: np.uint64) -> np.uint64:
    """Return 64 bits that look unrelated to those of the word."""
    word = word + GOLDEN
    word = (word ^ (word >> FIRST_SHIFT)) * FIRST_FACTOR
    word = (word ^ (word >> SECOND_SHIFT)) * SECOND_FACTOR
    return word ^ (word >> THIRD_SHIFT)


@njit(cache=True, nogil=True)
def open_unit(word: np.uint64) -> float:
    """Return a number above 0 and below 1."""
    return float((np.float64(word >> SPARE_BITS) + 0.5) * UNIT_OF_53_BITS)


@njit(cache=True, nogil=True)
def hashed_normal(seed: int, stream: int, ordinal: int, column: int, row: int) -> float:
    """Return the standard normal that belongs to a date and a lattice node."""
    word = mixed(np.uint64(seed))
    word = mixed(word ^ np.uint64(stream))
    word = mixed(word ^ np.uint64(ordinal))
    word = mixed(word ^ np.uint64(column))
    word = mixed(word ^ np.uint64(row))
    radius = math.sqrt(-2.0 * math.log(open_unit(word)))
    return radius * math.cos(2.0 * math.pi * open_unit(mixed(word)))


@njit(cache=True, nogil=True)
def node_normals(
    columns: IntArray,
    rows: IntArray,
    first_ordinal: int,
    stream: int,
    seed: int,
    normals: FloatArray,
) -> None:
    """Fill ``normals`` (n_nodes, n_days) for days from ``first_ordinal``."""
    for node in range(normals.shape[0]):
        for day in range(normals.shape[1]):
            normals[node, day] = hashed_normal(
                seed, stream, first_ordinal + day, columns[node], rows[node]
            )


@njit(cache=True, nogil=True)
def make_persistent(normals: FloatArray, correlation: float) -> None:
    """Turn independent days into a first-order autoregression of unit variance, in place."""
    innovation = math.sqrt(1.0 - correlation * correlation)
    for node in range(normals.shape[0]):
        for day in range(1, normals.shape[1]):
            normals[node, day] = (
                correlation * normals[node, day - 1] + innovation * normals[node, day]
            )


@njit(cache=True, nogil=True)
def field_at(
    cell: int, day: int, corners: CornerArray, weights: FloatArray, normals: FloatArray
) -> float:
    """Return the standard normal of a cell: its four nodes' normals, weighted to unit variance."""
    return float(
        weights[cell, 0] * normals[corners[cell, 0], day]
        + weights[cell, 1] * normals[corners[cell, 1], day]
        + weights[cell, 2] * normals[corners[cell, 2], day]
        + weights[cell, 3] * normals[corners[cell, 3], day]
    )


@njit(cache=True, nogil=True)
def exceedance(normal: float) -> float:
    """Return the probability that a standard normal is larger than this one."""
    return 0.5 * math.erfc(normal / math.sqrt(2.0))
