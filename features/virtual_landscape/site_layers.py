"""What a virtual field campaign measures: a complete table of layers, consistent with Eq. 1."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .plant_cover import FOREST, GRASSLAND, VEGETATION_CLASSES, WETLAND
from .site_sampling import SitePlaces

LAYER_EDGES_CM = (0, 10, 20, 30, 50)
SUB_CELL_LOG_SD = 0.24
"""SD of the log of a site's SOCD about its cell's: variation within 1 km², and measurement."""
REACHING = (1.0, 125 / 147, 105 / 147, 63 / 147)
"""Share of sites sampled in each layer: 440 layers at 147 sites, as in the study."""

BD_SURFACE_G_CM3, BD_DECAY_KG_G, BD_LOG_SD = 1.35, 0.0045, 0.10
"""Bulk density of mineral layers is 1.35·exp(-0.0045·SOC) with lognormal scatter."""
_DENSEST_MINERAL = 85.0
"""SOC·BD in kg/m3 beyond which a layer is organic: mineral ones hold 100 at most, at 1/0.0045."""

_SOIL_TYPES = {
    FOREST: (("brown coniferous forest soil", "dark brown soil"), (0.5, 0.5)),
    GRASSLAND: (("chernozem", "kastanozem", "meadow soil"), (0.5, 0.3, 0.2)),
    WETLAND: (("bog soil", "meadow soil"), (0.6, 0.4)),
}
_GRAVEL_PERCENT = {
    "brown coniferous forest soil": 14.0,
    "dark brown soil": 10.0,
    "chernozem": 2.0,
    "kastanozem": 5.0,
    "meadow soil": 2.0,
    "bog soil": 0.5,
}
_CARBON_TO_NITROGEN = {FOREST: 18.5, GRASSLAND: 14.0, WETLAND: 17.5}


@dataclass(frozen=True)
class Campaign:
    """The virtual measurements, before gaps.

    Parameters
    ----------
    layers : DataFrame
        One row a layer: site (its position), top_cm, bottom_cm, soc_g_kg, bulk_density_g_cm3,
        coarse_fragments_percent (of volume), total_nitrogen_g_kg, vegetation, soil_type.
    site_ids : array of str, shape (n,)
        Names of the sites.
    socd : array of float64, shape (n, 3)
        SOCD 0-10, 0-30, 0-50 cm at the site itself, kg m-2; NaN where not sampled that deep.
    """

    layers: pd.DataFrame
    site_ids: npt.NDArray[np.str_]
    socd: npt.NDArray[np.float64]


def measure_layers(
    places: SitePlaces,
    socd: npt.NDArray[Any],
    vegetation: npt.NDArray[Any],
    rng: np.random.Generator,
) -> Campaign:
    """Dig, sample and analyse.

    Parameters
    ----------
    places : SitePlaces
        Where, n sites.
    socd : array of float64, shape (3, rows, columns)
        True SOCD of the cells: 0-10, 0-30, 0-50 cm, kg m-2.
    vegetation : array of uint8, shape (rows, columns)
        Class codes.
    rng : Generator
        Source of sub-cell variation and scatter.
    """
    cell_socd = socd[:, places.rows, places.cols]
    kinds = vegetation[places.rows, places.cols].astype(np.int64)
    stocks = _layer_stocks(cell_socd, rng)
    depth_reached = _layers_reached(len(kinds), rng)
    soil_types = np.array([rng.choice(_SOIL_TYPES[k][0], p=_SOIL_TYPES[k][1]) for k in kinds])
    rows = []
    for i, kind in enumerate(kinds):
        carbon_to_nitrogen = np.clip(rng.normal(_CARBON_TO_NITROGEN[kind], 2.5), 12, 25)
        peaty = kind == WETLAND and rng.random() < 0.2
        gravel = rng.gamma(4.0, _GRAVEL_PERCENT[soil_types[i]] / 4.0)
        density_level = rng.normal(0, 0.7 * BD_LOG_SD)
        for k in range(depth_reached[i]):
            row = _layer(stocks[i, k], k, gravel, density_level, peaty, rng)
            nitrogen = row["soc_g_kg"] / carbon_to_nitrogen * np.exp(rng.normal(0, 0.06))
            names = {"vegetation": VEGETATION_CLASSES[kind], "soil_type": soil_types[i]}
            rows.append({"site": i, **row, "total_nitrogen_g_kg": round(nitrogen, 3), **names})
    site_ids = np.array([f"V{i + 1:04d}" for i in range(len(kinds))])
    return Campaign(pd.DataFrame(rows), site_ids, _site_socd(stocks, depth_reached))


def _layer_stocks(
    cell_socd: npt.NDArray[np.float64], rng: np.random.Generator
) -> npt.NDArray[np.float64]:
    """Return kg m-2 in each layer of each site, (n, 4): the cell's carbon times local variation."""
    n = cell_socd.shape[1]
    local = rng.normal(0, SUB_CELL_LOG_SD, size=(n,))
    surface = cell_socd[0]
    to_30, to_50 = np.diff(cell_socd, axis=0)
    # Deeper carbon follows the surface's local luck in part, and has luck of its own.
    surface = surface * _mean_one(local, SUB_CELL_LOG_SD)
    own_30 = rng.normal(0, 0.10, size=(n,))
    own_50 = rng.normal(0, 0.15, size=(n,))
    to_30 = to_30 * _mean_one(0.9 * local + own_30, 0.9 * SUB_CELL_LOG_SD, 0.10)
    to_50 = to_50 * _mean_one(0.7 * local + own_50, 0.7 * SUB_CELL_LOG_SD, 0.15)
    upper = rng.normal(0.56, 0.025, n)  # share of 10-20 cm in 10-30 cm
    return np.column_stack([surface, upper * to_30, (1 - upper) * to_30, to_50])


def _mean_one(log_factor: npt.NDArray[np.float64], *log_sds: float) -> npt.NDArray[np.float64]:
    """Return lognormal factors of mean one: sites must not hold more carbon than their cells."""
    return np.asarray(np.exp(log_factor - sum(sd**2 for sd in log_sds) / 2))


def _layers_reached(n_sites: int, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Return how many layers each site has, in the study's proportions."""
    reaching = np.array([round(share * n_sites) for share in REACHING])
    ranks = rng.permutation(n_sites)
    return np.asarray((ranks[:, None] < reaching[None, :]).sum(axis=1))


def _site_socd(
    stocks: npt.NDArray[np.float64], reached: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    sampled = np.where(np.arange(4)[None, :] < reached[:, None], stocks, np.nan)
    return np.asarray(np.cumsum(sampled, axis=1)[:, [0, 2, 3]])


def _layer(
    stock: float, k: int, gravel: float, density_level: float, peaty: bool, rng: np.random.Generator
) -> dict[str, float]:
    """Return SOC, bulk density and gravel that hold the stock by Eq. 1 (Yang et al. 2025)."""
    top, bottom = LAYER_EDGES_CM[k], LAYER_EDGES_CM[k + 1]
    gravel = round(float(np.clip(gravel * (1 + 0.15 * k) + rng.normal(0, 0.5), 0, 60)), 1)
    carbon_density = stock / ((bottom - top) * (1 - gravel / 100) * 0.01)  # SOC·BD, kg/m3
    scatter = density_level + rng.normal(0, 0.7 * BD_LOG_SD)
    organic = carbon_density > _DENSEST_MINERAL or (peaty and carbon_density > 45)
    bulk_density = (_organic if organic else _mineral)(carbon_density, scatter)
    return {
        "top_cm": top,
        "bottom_cm": bottom,
        "soc_g_kg": round(carbon_density / bulk_density, 3),
        "bulk_density_g_cm3": bulk_density,
        "coarse_fragments_percent": gravel,
    }


def _mineral(carbon_density: float, scatter: float) -> float:
    """Solve SOC·BD = carbon_density on the curve BD = a·exp(-b·SOC), g/cm3.

    With SOC = -W(-b·c/a)/b on the branch of mineral soil (W: Lambert's function).
    """
    from scipy.special import lambertw

    surface = BD_SURFACE_G_CM3 * np.exp(scatter)
    # Held below the curve's largest SOC·BD = a/(e·b).
    surface = max(surface, 1.12 * carbon_density * math.e * BD_DECAY_KG_G)
    soc = -lambertw(-BD_DECAY_KG_G * carbon_density / surface).real / BD_DECAY_KG_G
    return round(float(surface * np.exp(-BD_DECAY_KG_G * soc)), 3)


def _organic(carbon_density: float, scatter: float) -> float:
    """Return the bulk density of an organic layer, g/cm3: light, and SOC 120-500 g/kg."""
    light = 0.28 * np.exp(2 * scatter)
    return round(float(np.clip(light, carbon_density / 500, carbon_density / 130)), 3)
