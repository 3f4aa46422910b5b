"""Horizons to target depths: carbon stocks with their coverage and the error of filled values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from .depths import DepthInterval

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

_TOUCHING_CM = 1e-6
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Layers:
    """Layers of many profiles, sorted by site and depth.

    Parameters
    ----------
    site : array of int64, shape (n,)
        Number of the profile, 0 to n_sites - 1, ascending.
    top, bottom : array of float64, shape (n,)
        Depths in cm below the (organic) surface.
    density : array of float64, shape (n,)
        Carbon density SOC·BD·(1-δ) in kg m-3.
    bd_log_sd, cf_log_sd : array of float64, shape (n,)
        SD of ln density from filled bulk density and from filled coarse fragments; 0 if measured.
    """

    site: IntArray
    top: FloatArray
    bottom: FloatArray
    density: FloatArray
    bd_log_sd: FloatArray
    cf_log_sd: FloatArray

    def take(self, rows: BoolArray | IntArray) -> Layers:
        """Return the layers of the given rows."""
        return Layers(
            self.site[rows], self.top[rows], self.bottom[rows],
            self.density[rows], self.bd_log_sd[rows], self.cf_log_sd[rows],
        )  # fmt: skip


@dataclass(frozen=True)
class Harmonised:
    """Profiles at the target depths; arrays are (n_sites, n_depths) unless said otherwise.

    Parameters
    ----------
    stock : array of float64
        Carbon in kg m-2; NaN where coverage falls short.
    coverage : array of float64
        Share of the interval that was sampled (or is bedrock).
    fill_log_sd : array of float64
        SD of ln stock from filled values; NaN where the stock is NaN.
    bd_filled, cf_filled : array of bool
        Whether a filled layer takes part in the stock.
    limited : array of int64, shape (n_sites,)
        Spline only: layers flattened to keep the curve from going negative.
    """

    stock: FloatArray
    coverage: FloatArray
    fill_log_sd: FloatArray
    bd_filled: BoolArray
    cf_filled: BoolArray
    limited: IntArray


def carbon_density(
    soc_g_kg: FloatArray, bulk_density: FloatArray, coarse_fraction: FloatArray
) -> FloatArray:
    """Return SOC·BD·(1-δ) in kg m-3; g/kg x g/cm3 = 1e-3 x 1e3 kg m-3."""
    return soc_g_kg * bulk_density * (1.0 - coarse_fraction)


def socd_kg_m2(density: FloatArray, thickness_cm: FloatArray) -> FloatArray:
    """Return each layer's term of Yang et al. 2025, Eq. 1: SOC·BD·D·(1-δ)·0.01, in kg m-2."""
    return density * thickness_cm * 0.01


def harmonise(
    layers: Layers,
    bedrock_cm: FloatArray,
    depths: Sequence[DepthInterval],
    *,
    method: Literal["thickness", "spline"],
    min_coverage: float,
    correlation: float,
) -> Harmonised:
    """Bring sequential layers to target depths.

    Parameters
    ----------
    layers : Layers
        May overlap (densities are averaged where they do) and have gaps.
    bedrock_cm : array of float64, shape (n_sites,)
        Depth to bedrock, inf where unknown: a true zero below it.
    depths : sequence of (top, bottom)
        Target intervals in cm.
    method : {"thickness", "spline"}
        Layers as boxes, or a mass-preserving spline of density.
    min_coverage : float
        Share of an interval that must be sampled; the rest takes the neighbouring density.
    correlation : float
        Between the errors of two filled bulk densities of one profile.
    """
    layers = without_overlaps(layers)
    n_sites = len(bedrock_cm)
    filling = _stretch_over_gaps(layers, bedrock_cm)
    coverage, stock = np.empty((2, n_sites, len(depths)))
    boxes = []
    for k, (a, b) in enumerate(depths):
        sampled = np.bincount(layers.site, _overlap(layers, a, b, bedrock_cm), n_sites)
        coverage[:, k] = (sampled + np.clip(b - np.maximum(bedrock_cm, a), 0, None)) / (b - a)
        boxes.append(socd_kg_m2(layers.density, _overlap(filling, a, b, bedrock_cm)))
        stock[:, k] = np.bincount(layers.site, boxes[k], n_sites)
    errors = [_fill_error(layers, box, n_sites, correlation) for box in boxes]
    limited = np.zeros(n_sites, np.int64)
    if method == "spline":
        # Loaded here: numba costs seconds that a check of the manifest should not pay.
        from .spline import spline_stocks

        start = np.searchsorted(layers.site, np.arange(n_sites + 1))
        stock, limited = spline_stocks(
            start, layers.top, layers.bottom, layers.density, bedrock_cm, depths
        )
    short = coverage < min_coverage - _ROUNDING
    return Harmonised(
        stock=np.where(short, np.nan, stock),
        coverage=np.minimum(coverage, 1.0),
        fill_log_sd=np.where(short, np.nan, np.column_stack([each[0] for each in errors])),
        bd_filled=np.column_stack([each[1] for each in errors]) & ~short,
        cf_filled=np.column_stack([each[2] for each in errors]) & ~short,
        limited=limited,
    )


def harmonise_nested(
    layers: Layers, n_sites: int, depths: Sequence[DepthInterval], *, correlation: float
) -> Harmonised:
    """Take each target depth from the record that spans exactly it; repeats are averaged.

    Parameters as in `harmonise`. Depths without a record of their own are missing.
    """
    shape = (n_sites, len(depths))
    stock, fill_log_sd = np.full(shape, np.nan), np.full(shape, np.nan)
    bd_filled, cf_filled = np.zeros(shape, bool), np.zeros(shape, bool)
    for k, (a, b) in enumerate(depths):
        exact = (abs(layers.top - a) < _TOUCHING_CM) & (abs(layers.bottom - b) < _TOUCHING_CM)
        here = layers.take(exact)
        records = np.bincount(here.site, minlength=n_sites)
        mass = socd_kg_m2(here.density, here.bottom - here.top) / records[here.site]
        present = records > 0
        stock[present, k] = np.bincount(here.site, mass, n_sites)[present]
        error, bd_filled[:, k], cf_filled[:, k] = _fill_error(here, mass, n_sites, correlation)
        fill_log_sd[present, k] = error[present]
    return Harmonised(
        stock=stock,
        coverage=np.where(np.isnan(stock), 0.0, 1.0),
        fill_log_sd=fill_log_sd,
        bd_filled=bd_filled,
        cf_filled=cf_filled,
        limited=np.zeros(n_sites, np.int64),
    )


def without_overlaps(layers: Layers) -> Layers:
    """Return layers cut at every boundary, with the mean density where several lie.

    Profiles without overlap come back untouched.
    """
    same = layers.site[1:] == layers.site[:-1]
    crossing = same & (layers.top[1:] < layers.bottom[:-1] - _TOUCHING_CM)
    affected = np.isin(layers.site, layers.site[1:][crossing])
    if not affected.any():
        return _without_slivers(layers)
    pieces = [layers.take(~affected)]
    inside = layers.take(affected)
    starts = np.flatnonzero(np.r_[True, np.diff(inside.site) > 0])
    for rows in np.split(np.arange(len(inside.site)), starts[1:]):
        pieces.append(_cut_at_boundaries(inside.take(rows)))
    joined = Layers(
        *(
            np.concatenate([getattr(piece, name) for piece in pieces])
            for name in Layers.__dataclass_fields__
        )
    )
    return _without_slivers(joined.take(np.lexsort((joined.top, joined.site))))


def _without_slivers(layers: Layers) -> Layers:
    """Close overlaps within rounding, which a spline would refuse."""
    top = layers.top.copy()
    same = layers.site[1:] == layers.site[:-1]
    top[1:] = np.where(same, np.maximum(top[1:], layers.bottom[:-1]), top[1:])
    return replace(layers, top=top)


def _cut_at_boundaries(profile: Layers) -> Layers:
    edges = np.unique(np.r_[profile.top, profile.bottom])
    covers = (profile.top <= edges[:-1, None]) & (profile.bottom >= edges[1:, None])
    covered = covers.any(axis=1)
    share = covers[covered] / covers[covered].sum(axis=1, keepdims=True)
    density = share @ profile.density
    mass = np.where(density > 0, density, 1.0)
    return Layers(
        site=np.full(len(density), profile.site[0]),
        top=edges[:-1][covered],
        bottom=edges[1:][covered],
        density=density,
        bd_log_sd=share @ (profile.density * profile.bd_log_sd) / mass,
        cf_log_sd=share @ (profile.density * profile.cf_log_sd) / mass,
    )


def _stretch_over_gaps(layers: Layers, bedrock_cm: FloatArray) -> Layers:
    """Return layers stretched to the middle of each gap, the outermost without limit."""
    top, bottom = layers.top.copy(), layers.bottom.copy()
    same = layers.site[1:] == layers.site[:-1]
    middle = (layers.bottom[:-1] + layers.top[1:]) / 2.0
    top[1:] = np.where(same, middle, 0.0)
    bottom[:-1] = np.where(same, middle, np.inf)
    top[:1], bottom[-1:] = 0.0, np.inf
    return replace(layers, top=top, bottom=np.minimum(bottom, bedrock_cm[layers.site]))


def _overlap(layers: Layers, a: float, b: float, bedrock_cm: FloatArray) -> FloatArray:
    """Return the thickness of each layer within a-b cm and above bedrock."""
    floor = np.minimum(b, bedrock_cm[layers.site])
    thickness = np.minimum(layers.bottom, floor) - np.maximum(layers.top, a)
    return np.asarray(np.maximum(thickness, 0.0))


def _fill_error(
    layers: Layers, mass: FloatArray, n_sites: int, correlation: float
) -> tuple[FloatArray, BoolArray, BoolArray]:
    """Return SD of ln stock by the delta method, and whether filled layers take part.

    With m the mass of each layer and s its log SD, the variance of the sum of m·(1 + error) is
    (1 - ρ)·Σ(m·s)² + ρ·(Σ m·s)² for errors correlated by ρ. Stoniness is a trait of the whole
    profile, so errors of coarse fragments are taken as fully correlated.
    """

    def total(values: FloatArray) -> FloatArray:
        return np.bincount(layers.site, values, n_sites).astype(np.float64)

    bd, cf = mass * layers.bd_log_sd, mass * layers.cf_log_sd
    variance = (1.0 - correlation) * total(bd**2) + correlation * total(bd) ** 2 + total(cf) ** 2
    stock = total(mass)
    log_sd = np.sqrt(variance) / np.where(stock > 0, stock, 1.0)
    return log_sd, total(bd) > 0, total(cf) > 0
