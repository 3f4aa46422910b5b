"""Compiled 3 x 3 neighbourhoods of elevation: derivatives and flow directions."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _value(elevation, row, col):  # type: ignore[no-untyped-def]
    """Return the elevation of a cell, NaN beyond the grid."""
    if 0 <= row < elevation.shape[0] and 0 <= col < elevation.shape[1]:
        return elevation[row, col]
    return np.nan


@njit(cache=True, nogil=True)
def _neighbourhood(elevation, row, col, out):  # type: ignore[no-untyped-def]
    """Fill `out` (3, 3) with a cell and its neighbours.

    A missing neighbour (edge of the grid or of the data) is continued linearly, so that a plane
    keeps its slope at the edge: along its own line if the opposite neighbour is there; a diagonal
    one else from its two sides; a side one is else taken as level.
    """
    centre = elevation[row, col]
    out[1, 1] = centre
    for i, j in ((0, 1), (1, 0), (1, 2), (2, 1), (0, 0), (0, 2), (2, 0), (2, 2)):
        value = _value(elevation, row + i - 1, col + j - 1)
        if np.isnan(value):
            value = 2 * centre - _value(elevation, row + 1 - i, col + 1 - j)
        if np.isnan(value):
            value = centre if i == 1 or j == 1 else out[i, 1] + out[1, j] - centre
        out[i, j] = value


@njit(cache=True, nogil=True)
def gradients(elevation, cell_x, cell_y):  # type: ignore[no-untyped-def]
    """Return the rise per metre eastward and northward by Horn's weights.

    Horn (1981), Proc. IEEE 69:14-47.

    Parameters
    ----------
    elevation : array of float64, shape (h, w)
        Metres, NaN where missing; rows run southward.
    cell_x, cell_y : array of float64, shape (h,)
        Ground size of the cells of each row in m.

    Returns
    -------
    eastward, northward : array of float64, shape (h, w)
        Dimensionless; NaN where elevation is missing.
    """
    height, width = elevation.shape
    eastward = np.full((height, width), np.nan)
    northward = np.full((height, width), np.nan)
    z = np.empty((3, 3))
    for row in range(height):
        for col in range(width):
            if np.isnan(elevation[row, col]):
                continue
            _neighbourhood(elevation, row, col, z)
            east = z[0, 2] + 2 * z[1, 2] + z[2, 2]
            west = z[0, 0] + 2 * z[1, 0] + z[2, 0]
            north = z[0, 0] + 2 * z[0, 1] + z[0, 2]
            south = z[2, 0] + 2 * z[2, 1] + z[2, 2]
            eastward[row, col] = (east - west) / (8 * cell_x[row])
            northward[row, col] = (north - south) / (8 * cell_y[row])
    return eastward, northward


@njit(cache=True, nogil=True)
def curvatures(elevation, cell_x, cell_y):  # type: ignore[no-untyped-def]
    """Return the second derivative of elevation along the slope line and along the contour.

    From the quadratic of Zevenbergen & Thorne (1987), Earth Surf. Process. Landf. 12:47-56, with
    the sign of the geometry: positive where the surface is hollow (a valley, a foot slope),
    negative where it bulges. On level ground, which has no slope line, both are the mean of the
    two axes.

    Parameters
    ----------
    elevation : array of float64, shape (h, w)
        Metres, NaN where missing; rows run southward.
    cell_x, cell_y : array of float64, shape (h,)
        Ground size of the cells of each row in m.

    Returns
    -------
    profile, plan : array of float64, shape (h, w)
        1/m; NaN where elevation is missing.
    """
    height, width = elevation.shape
    profile = np.full((height, width), np.nan)
    plan = np.full((height, width), np.nan)
    z = np.empty((3, 3))
    for row in range(height):
        dx, dy = cell_x[row], cell_y[row]
        for col in range(width):
            if np.isnan(elevation[row, col]):
                continue
            _neighbourhood(elevation, row, col, z)
            zx = (z[1, 2] - z[1, 0]) / (2 * dx)
            zy = (z[0, 1] - z[2, 1]) / (2 * dy)
            zxx = (z[1, 2] - 2 * z[1, 1] + z[1, 0]) / dx**2
            zyy = (z[0, 1] - 2 * z[1, 1] + z[2, 1]) / dy**2
            zxy = (z[0, 2] - z[0, 0] - z[2, 2] + z[2, 0]) / (4 * dx * dy)
            steepness = zx**2 + zy**2
            if steepness == 0:
                profile[row, col] = plan[row, col] = (zxx + zyy) / 2
                continue
            profile[row, col] = (zxx * zx**2 + 2 * zxy * zx * zy + zyy * zy**2) / steepness
            plan[row, col] = (zxx * zy**2 - 2 * zxy * zx * zy + zyy * zx**2) / steepness
    return profile, plan


@njit(cache=True, nogil=True)
def steepest_directions(filled, flooded, cell_x, cell_y):  # type: ignore[no-untyped-def]
    """Return D8 directions by steepest descent, on flats those of the flood.

    The flood of a depression filler sends water to the lowest neighbour, near or diagonal; steepest
    descent counts the distance (O'Callaghan & Mark 1984, Comput. Vis. Graph. 28:323-344). Flow
    cannot run in circles: a step goes to a lower cell, or on a flat to one flooded earlier.

    Parameters
    ----------
    filled : array of float64, shape (h, w)
        Elevation in m without depressions, NaN where missing.
    flooded : array of uint8, shape (h, w)
        D8 codes of the flood (1 east, clockwise to 128 north-east; 0 outlet; 247 missing).
    cell_x, cell_y : array of float64, shape (h,)
        Ground size of the cells of each row in m.

    Returns
    -------
    array of uint8, shape (h, w)
        D8 codes in the same notation.
    """
    height, width = filled.shape
    codes = flooded.copy()
    for row in range(height):
        dx, dy = cell_x[row], cell_y[row]
        diagonal = np.sqrt(dx * dx + dy * dy)
        for col in range(width):
            steepest = 0.0
            for k in range(8):
                # East, then clockwise.
                i = (0, 1, 1, 1, 0, -1, -1, -1)[k]
                j = (1, 1, 0, -1, -1, -1, 0, 1)[k]
                distance = diagonal if i != 0 and j != 0 else (dx if i == 0 else dy)
                fall = (filled[row, col] - _value(filled, row + i, col + j)) / distance
                if fall > steepest:  # never with a missing cell
                    steepest = fall
                    codes[row, col] = 1 << k
    return codes
