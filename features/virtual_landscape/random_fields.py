"""Spatially correlated Gaussian random fields, and what is done to fields of the world."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

from .world_lattice import BoolArray, FloatArray, WorldLattice


def random_generator(seed: int, name: str) -> np.random.Generator:
    """Return a generator that depends on the seed and a name only.

    Each field has its own stream, so a new field leaves the others as they were.
    """
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def gaussian_field(
    seed: int, name: str, range_km: float, smoothness: float = 0.5, region: BoolArray | None = None
) -> FloatArray:
    """Return a Matérn Gaussian random field on the world lattice.

    Parameters
    ----------
    seed, name : int, str
        Which realisation.
    range_km : float
        Distance at which correlation has fallen to about 5 % for `smoothness` 0.5 (exponential).
    smoothness : float
        Matérn ν: 0.5 is rough, 2 is smooth.
    region : array of bool, shape (750, 950), optional
        Where mean 0 and SD 1 are wanted; None: everywhere.

    Returns
    -------
    array of float64, shape (750, 950)

    Notes
    -----
    White noise is filtered by the root of the Matérn spectrum (Whittle 1954) on a torus that is
    larger than the world by two ranges, so that opposite edges stay unrelated.
    """
    from scipy import fft

    length = range_km / 3.0
    shape = WorldLattice().shape
    size = [fft.next_fast_len(int(n + 2 * range_km), real=True) for n in shape]
    noise = random_generator(seed, name).standard_normal(size, dtype=np.float32)
    frequency = (2 * np.pi) ** 2 * (
        np.fft.fftfreq(size[0])[:, None] ** 2 + np.fft.rfftfreq(size[1])[None, :] ** 2
    )
    amplitude = (1 + frequency * length**2) ** (-(smoothness + 1) / 2)
    spectrum = fft.rfft2(noise) * amplitude.astype(np.float32)
    field = fft.irfft2(spectrum, s=size)[: shape[0], : shape[1]]
    return standardised(field.astype(np.float64), region)


def standardised(field: FloatArray, region: BoolArray | None = None) -> FloatArray:
    """Return the field with mean 0 and SD 1 in the region."""
    inside = field if region is None else field[region]
    return np.asarray((field - inside.mean()) / inside.std())


def uncorrelated_with(
    field: FloatArray, others: tuple[FloatArray, ...], region: BoolArray
) -> FloatArray:
    """Return the field less its linear regression on others in the region."""
    design = np.column_stack([np.ones(np.count_nonzero(region)), *(o[region] for o in others)])
    slopes = np.linalg.solve(design.T @ design, design.T @ field[region])
    fitted = slopes[0] + sum(b * other for b, other in zip(slopes[1:], others, strict=True))
    return np.asarray(field - fitted)


def stretched(field: FloatArray, low: float, high: float, region: BoolArray) -> FloatArray:
    """Return the field moved so that all but 0.1 % at each end of the region is in low..high.

    The few values beyond are set to the limits.
    """
    first, last = np.quantile(field[region], [0.001, 0.999])
    scaled = low + (high - low) * (field - first) / (last - first)
    return np.asarray(np.clip(scaled, low, high))


def logistic(x: npt.NDArray[np.float64]) -> FloatArray:
    """Return 1 / (1 + exp(-x))."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))
