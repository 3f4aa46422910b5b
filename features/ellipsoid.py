"""True areas and lengths of grid cells on the ellipsoid, whatever the projection.

The area of a cell is the integral of the surface element |∂P/∂x × ∂P/∂y| over the cell, where
P(x, y) is the point of the ellipsoid, in Earth-centred Cartesian coordinates, that the projection
draws at (x, y). Working on P, not on longitude and latitude, keeps poles and the date line regular;
working on the projection's inverse, not on PROJ's scale factors, keeps EPSG:3857 right (its scale
factors are those of a sphere, its latitudes those of the ellipsoid: 0.3 % apart).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Geod, Proj

FloatArray = npt.NDArray[np.float64]
Inverse = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

STENCIL_M = 4000.0
"""Half step of the numerical derivative: truncation (step / Earth radius)⁴ and rounding (1 nm /
step) are both below 1e-11."""


def zone_area(latitude: FloatArray, geod: Geod) -> FloatArray:
    """Return the area per radian of longitude between the equator and a parallel, in m².

    The closed form of Snyder (1987), Map Projections: A Working Manual, Eq. 3-12, times a²/2.

    Parameters
    ----------
    latitude : array of float64
        Geodetic latitude in radians, positive northward.
    geod : Geod
        The ellipsoid.
    """
    sine = np.sin(latitude)
    eccentricity = np.sqrt(geod.es)
    if eccentricity == 0:
        return np.asarray(geod.a**2 * sine)
    q = sine / (1 - geod.es * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
    return np.asarray(geod.a**2 * (1 - geod.es) / 2 * q)


def surface_point(longitude: FloatArray, latitude: FloatArray, geod: Geod) -> FloatArray:
    """Return Earth-centred coordinates in m, shape (..., 3), of points given in degrees."""
    lam, phi = np.radians(longitude), np.radians(latitude)
    normal_radius = geod.a / np.sqrt(1 - geod.es * np.sin(phi) ** 2)
    return np.stack(
        [
            normal_radius * np.cos(phi) * np.cos(lam),
            normal_radius * np.cos(phi) * np.sin(lam),
            normal_radius * (1 - geod.es) * np.sin(phi),
        ],
        axis=-1,
    )


def inverse_projection(crs: CRS) -> tuple[Inverse, float]:
    """Return the map from grid coordinates to degrees, and the length of one coordinate unit.

    Returns
    -------
    inverse : callable
        ``(x, y) -> (longitude, latitude)`` in degrees; not finite outside the projection's domain.
    unit : float
        One unit of `crs` in m (projected) or in radians (geographic).
    """
    unit = float(crs.axis_info[0].unit_conversion_factor) if crs.axis_info else 1.0
    if crs.is_geographic:
        degrees = np.degrees(unit)
        return lambda x, y: (x * degrees, y * degrees), unit
    projection = Proj(crs)

    def inverse(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        longitude, latitude = projection(x, y, inverse=True, errcheck=False)
        return np.asarray(longitude), np.asarray(latitude)

    return inverse, unit


def surface_derivatives(x: FloatArray, y: FloatArray, crs: CRS) -> tuple[FloatArray, FloatArray]:
    """Return ∂P/∂x and ∂P/∂y, metres on the ground per unit of the CRS.

    Parameters
    ----------
    x, y : array of float64, shape (...)
        Coordinates in `crs`.
    crs : CRS
        Projected or geographic.

    Returns
    -------
    two arrays of float64, shape (..., 3)
        Not finite where the projection has no inverse.
    """
    geod = crs.get_geod()
    assert geod is not None  # a CRS without an ellipsoid is refused when the grid is made
    inverse, unit = inverse_projection(crs)
    step = STENCIL_M / (unit if crs.is_projected else unit * geod.a)

    def point(shift_x: float, shift_y: float) -> FloatArray:
        with np.errstate(invalid="ignore"):
            return surface_point(*inverse(x + shift_x, y + shift_y), geod)

    def derivative(along_x: float, along_y: float) -> FloatArray:
        near = point(along_x, along_y) - point(-along_x, -along_y)
        far = point(2 * along_x, 2 * along_y) - point(-2 * along_x, -2 * along_y)
        with np.errstate(invalid="ignore"):
            return np.asarray((8 * near - far) / (12 * step))  # five-point stencil, fourth order

    return derivative(step, 0.0), derivative(0.0, step)


def surface_element(x: FloatArray, y: FloatArray, crs: CRS) -> FloatArray:
    """Return the true area in m² that one square unit of the CRS covers at each point."""
    along_x, along_y = surface_derivatives(x, y, crs)
    return np.asarray(np.linalg.norm(np.cross(along_x, along_y), axis=-1))
