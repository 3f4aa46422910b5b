"""Compiled kernels of the mass-preserving quadratic spline: pure functions on arrays."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@njit(cache=True, nogil=True)
def spline_edges(
    top: FloatArray, bottom: FloatArray, density: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the spline of one profile by its values and slopes at the edges of layers.

    Between the edges of a layer the curve is a parabola, across a gap a straight line; value and
    slope are continuous, the slope is zero at both ends, and the mean over each layer is its
    density: the interpolating limit of Bishop et al. (1999, Geoderma 91:27-45). With g the slope
    at the edges and y, d the density and thickness of a layer, the mean of its parabola is
    f_top + d·(g_top/3 + g_bottom/6); continuity across edge i (gap e) then gives a tridiagonal
    system for the slopes.

    Parameters
    ----------
    top, bottom, density : array of float64, shape (n,)
        Sorted layers of one profile that do not overlap; cm and kg m-3.

    Returns
    -------
    f_top, f_bottom : array of float64, shape (n,)
        Density at the top and the bottom edge of each layer, kg m-3.
    slope : array of float64, shape (n + 1,)
        Slope at the top of layer i (and across the gap above it), kg m-3 per cm.
    """
    n = len(density)
    thickness = bottom - top
    slope = np.zeros(n + 1)
    # Thomas algorithm, rows i = 1..n-1: lower[i]·g[i-1] + diagonal·g[i] + upper[i]·g[i+1] = step
    reduced = np.zeros(n + 1)
    for i in range(1, n):
        lower = thickness[i - 1] / 6.0
        upper = thickness[i] / 6.0
        diagonal = (thickness[i - 1] + thickness[i]) / 3.0 + top[i] - bottom[i - 1]
        step = density[i] - density[i - 1]
        if i == 1:
            lower = 0.0  # the slope at the surface is zero
        pivot = diagonal - lower * reduced[i - 1]
        reduced[i] = upper / pivot
        slope[i] = (step - lower * slope[i - 1]) / pivot
    for i in range(n - 2, 0, -1):
        slope[i] -= reduced[i] * slope[i + 1]
    f_top = density - thickness * (slope[:n] / 3.0 + slope[1:] / 6.0)
    f_bottom = density + thickness * (slope[:n] / 6.0 + slope[1:] / 3.0)
    return f_top, f_bottom, slope


@njit(cache=True, nogil=True)
def keep_positive(
    density: FloatArray, f_top: FloatArray, f_bottom: FloatArray
) -> tuple[FloatArray, FloatArray, int]:
    """Return edge values with every parabola drawn toward its mean until it is nowhere negative.

    The limiter of Zhang & Shu (2010, J. Comput. Phys. 229:3091-3120): f <- y + θ(f - y) with
    θ = min(1, y / (y - min f)). The mean of each layer, and so the mass, is untouched; layers
    that are not negative anywhere stay as they are.

    Returns
    -------
    f_top, f_bottom : array of float64, shape (n,)
    limited : int
        Number of layers changed.
    """
    f_top, f_bottom = f_top.copy(), f_bottom.copy()
    limited = 0
    for i in range(len(density)):
        lowest = min(f_top[i], f_bottom[i])
        # f(s) = f_top + p·s + q·s², s in 0-1, with the mean fixed at y
        q = 3.0 * (f_top[i] + f_bottom[i] - 2.0 * density[i])
        p = f_bottom[i] - f_top[i] - q
        if q > 0.0:
            vertex = -p / (2.0 * q)
            if 0.0 < vertex < 1.0:
                lowest = min(lowest, f_top[i] - p * p / (4.0 * q))
        if lowest < 0.0:
            shrink = density[i] / (density[i] - lowest)
            f_top[i] = density[i] + shrink * (f_top[i] - density[i])
            f_bottom[i] = density[i] + shrink * (f_bottom[i] - density[i])
            limited += 1
    return f_top, f_bottom, limited


@njit(cache=True, nogil=True)
def integral_above(
    depth: float,
    top: FloatArray,
    bottom: FloatArray,
    density: FloatArray,
    f_top: FloatArray,
    f_bottom: FloatArray,
) -> float:
    """Return the carbon between the surface and a depth, in kg m-3 · cm.

    Above the first and below the last layer the edge value is held; across a gap the curve runs
    straight from edge to edge.
    """
    n = len(density)
    total: float = f_top[0] * min(depth, top[0])
    for i in range(n):
        if depth <= top[i]:
            break
        if depth >= bottom[i]:
            total += density[i] * (bottom[i] - top[i])  # exactly: the mean is the density
        else:
            s = (depth - top[i]) / (bottom[i] - top[i])
            q = 3.0 * (f_top[i] + f_bottom[i] - 2.0 * density[i])
            p = f_bottom[i] - f_top[i] - q
            total += (depth - top[i]) * (f_top[i] + s * (p / 2.0 + s * q / 3.0))
        end = min(depth, top[i + 1]) if i + 1 < n else depth
        if end > bottom[i]:
            run = end - bottom[i]
            rise = 0.0
            if i + 1 < n:
                rise = (f_top[i + 1] - f_bottom[i]) / (top[i + 1] - bottom[i])
            total += run * (f_bottom[i] + rise * run / 2.0)
    return total


@njit(cache=True, nogil=True)
def spline_masses(
    start: NDArray[np.int64],
    top: FloatArray,
    bottom: FloatArray,
    density: FloatArray,
    floor: FloatArray,
    depths: FloatArray,
) -> tuple[FloatArray, NDArray[np.int64]]:
    """Return the carbon of each profile within each depth interval.

    Parameters
    ----------
    start : array of int64, shape (n_sites + 1,)
        Layers of site i are ``start[i]:start[i + 1]``, sorted, not overlapping.
    top, bottom, density : array of float64, shape (n_layers,)
        cm and kg m-3.
    floor : array of float64, shape (n_sites,)
        Depth to bedrock in cm, below which there is none; inf where unknown.
    depths : array of float64, shape (d, 2)
        Intervals in cm.

    Returns
    -------
    mass : array of float64, shape (n_sites, d)
        kg m-2.
    limited : array of int64, shape (n_sites,)
        Layers of each profile that had to be kept from going negative.
    """
    n_sites, n_depths = len(start) - 1, len(depths)
    mass = np.empty((n_sites, n_depths))
    limited = np.zeros(n_sites, np.int64)
    for site in range(n_sites):
        rows = slice(start[site], start[site + 1])
        t, b, y = top[rows], bottom[rows], density[rows]
        f_top, f_bottom, _ = spline_edges(t, b, y)
        f_top, f_bottom, limited[site] = keep_positive(y, f_top, f_bottom)
        for k in range(n_depths):
            upper = integral_above(min(depths[k, 0], floor[site]), t, b, y, f_top, f_bottom)
            lower = integral_above(min(depths[k, 1], floor[site]), t, b, y, f_top, f_bottom)
            mass[site, k] = max(lower - upper, 0.0) / 100.0  # cm to m
    return mass, limited
