"""Numba kernels: carbon in the ten layers of eroding and of depositional cells.

The surface is the frame: soil lost at the top lifts all layers towards it, soil gained pushes them
down, so that carbon moves through layers of fixed thickness (Lu et al. 2024, Eqs. 21-25). Eq. 18
describes the same carbon in the sediment as Eq. 23, so that only the latter takes it out. Each
amount is taken from one place and put in another, so that carbon is conserved to rounding. Bulk
density does not change with depth in a cell, so that moving soil by thickness moves equal masses.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

from ..soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M, N_LAYERS, N_TOP_LAYERS
from .parameters import ProfileParameters

Floats: TypeAlias = npt.NDArray[np.float64]

LU2024 = 0
"""The top 15 cm are one block (Eqs. 22-25 as printed)."""
LAYERWISE = 1
"""Every layer for itself; sediment has the carbon of the top 5 cm. Less numerical diffusion."""
PROFILE_SCHEMES = {"lu2024": LU2024, "layerwise": LAYERWISE}
NO_ENRICHMENT = 0
MENZEL = 1
WATEM_C = 2
ENRICHMENT_LAWS = {"none": NO_ENRICHMENT, "menzel": MENZEL, "watem_c": WATEM_C}

BLOCK_M = float(LAYER_BOTTOM_M[N_TOP_LAYERS - 1])
PER_THICKNESS = 1.0 / LAYER_THICKNESS_M
BLOCK_SHARE = LAYER_THICKNESS_M[:N_TOP_LAYERS] / BLOCK_M
LARGEST_STEP_M = 0.5 * float(LAYER_THICKNESS_M.min())
KG_HA_PER_KG_M2 = 1e4


@njit(cache=True, nogil=True)
def enrichment_ratio(
    form: int, eroded_kg_m2: float, thickness_m: float, p: ProfileParameters
) -> float:
    """Return carbon of the sediment over that of its soil, for one day's erosion.

    Menzel (1980) by the mass of the event. WATEM_C by the eroded depth of a year: most of it comes
    in a few storms, so the day's depth stands for the year's.
    """
    if form == MENZEL and eroded_kg_m2 > 0.0:
        sediment = math.log(KG_HA_PER_KG_M2 * eroded_kg_m2)
        ratio = math.exp(p.menzel_intercept - p.menzel_slope * sediment)
    elif form == WATEM_C:
        ratio = 1.0 + p.watem_c_amplitude * math.exp(-p.watem_c_decay_per_m * thickness_m)
    else:
        return 1.0
    return min(max(ratio, p.enrichment_lower), p.enrichment_upper)


@njit(cache=True, nogil=True)
def lift(soil: Floats, i: int, pool: int, top: int, step_m: float, taken_g: float) -> None:
    """Take carbon from layer `top` and lift that of all layers below it (Eq. 24).

    From below the last layer comes none.
    """
    here = soil[i, top, pool] - taken_g
    for k in range(top, N_LAYERS - 1):
        below = soil[i, k + 1, pool]
        risen = step_m * PER_THICKNESS[k + 1] * below
        soil[i, k, pool] = here + risen
        here = below - risen
    soil[i, N_LAYERS - 1, pool] = here


@njit(cache=True, nogil=True)
def sink(soil: Floats, i: int, pool: int, top: int, step_m: float, added_g: float) -> None:
    """Add carbon to layer `top` and push its own and that below down (Eq. 25).

    The last layer keeps all that reaches it.
    """
    for k in range(top, N_LAYERS - 1):
        here = soil[i, k, pool]
        sunk = step_m * PER_THICKNESS[k] * here
        soil[i, k, pool] = here - sunk + added_g
        added_g = sunk
    soil[i, N_LAYERS - 1, pool] += added_g


@njit(cache=True, nogil=True)
def block_carbon(soil: Floats, i: int, pool: int) -> float:
    """Return SOCT, g m-2 (Eq. 22)."""
    carbon = 0.0
    for k in range(N_TOP_LAYERS):
        carbon += soil[i, k, pool]
    return carbon


@njit(cache=True, nogil=True)
def rescale_block(soil: Floats, i: int, pool: int, old: float, new: float) -> None:
    """Change the block's carbon by its layers' shares (Eqs. 24, 25, i <= 3), or by thickness."""
    if old > 0.0:
        factor = new / old
        for k in range(N_TOP_LAYERS):
            soil[i, k, pool] *= factor
    else:
        for k in range(N_TOP_LAYERS):
            soil[i, k, pool] = new * BLOCK_SHARE[k]


@njit(cache=True, nogil=True)
def erode_block(soil: Floats, i: int, pool: int, step_m: float, enrichment: float) -> float:
    """Lift a column whose top 15 cm are one block; return the carbon that leaves it (Eq. 23)."""
    block = block_carbon(soil, i, pool)
    removed = block * min(enrichment * step_m / BLOCK_M, 1.0)
    risen = step_m * PER_THICKNESS[N_TOP_LAYERS] * soil[i, N_TOP_LAYERS, pool]
    lift(soil, i, pool, N_TOP_LAYERS, step_m, risen)
    rescale_block(soil, i, pool, block, block - removed + risen)
    return removed


@njit(cache=True, nogil=True)
def erode_layers(soil: Floats, i: int, pool: int, step_m: float, enrichment: float) -> float:
    """Lift a column of ten equal layers; return the carbon that leaves the first."""
    removed: float = soil[i, 0, pool] * min(enrichment * step_m * PER_THICKNESS[0], 1.0)
    lift(soil, i, pool, 0, step_m, removed)
    return removed


@njit(cache=True, nogil=True)
def deposit_on_block(soil: Floats, i: int, pool: int, step_m: float, added_g: float) -> None:
    """Push down a column whose top 15 cm are one block.

    What leaves the block is its stock times Z over H_3 = 0.15 m, the whole block's thickness.
    """
    block = block_carbon(soil, i, pool)
    sunk = block * step_m / BLOCK_M
    sink(soil, i, pool, N_TOP_LAYERS, step_m, sunk)
    rescale_block(soil, i, pool, block, block - sunk + added_g)


@njit(cache=True, nogil=True)
def carbon_brought(deposited_g: Floats, i: int) -> float:
    """Return the carbon of all pools that cell `i` gains, be it without any mass of soil."""
    carbon = 0.0
    for pool in range(deposited_g.shape[1]):
        carbon += deposited_g[i, pool]
    return carbon


@njit(cache=True, nogil=True)
def steps(thickness_m: float) -> int:
    """Return into how many steps a thickness must be cut so that no layer gives more than half."""
    return max(math.ceil(thickness_m / LARGEST_STEP_M), 1)


@njit(cache=True, nogil=True)
def erode(
    start: int,
    stop: int,
    soil: Floats,
    eroded_kg_m2: Floats,
    bulk_density_kg_m3: Floats,
    scheme: int,
    enrichment: int,
    p: ProfileParameters,
    removed_g: Floats,
) -> None:
    """Take the day's eroded carbon from the profiles and lift them (Eqs. 21-24).

    Parameters
    ----------
    soil : array (n, 10, P)
        Carbon, g m-2; changed in place.
    eroded_kg_m2 : array (n,)
        Soil lost in the day.
    scheme : int
        `LU2024` or `LAYERWISE`.
    enrichment : int
        `NO_ENRICHMENT`, `MENZEL` or `WATEM_C`.
    removed_g : array (n, P)
        Overwritten with the carbon in the sediment, g m-2; never more than the stock.
    """
    for i in range(start, stop):
        removed_g[i] = 0.0
        if eroded_kg_m2[i] <= 0.0:
            continue
        thickness_m = eroded_kg_m2[i] / bulk_density_kg_m3[i]
        ratio = enrichment_ratio(enrichment, eroded_kg_m2[i], thickness_m, p)
        n_steps = steps(thickness_m)
        step_m = thickness_m / n_steps
        for pool in range(soil.shape[2]):
            for _ in range(n_steps):
                if scheme == LU2024:
                    removed_g[i, pool] += erode_block(soil, i, pool, step_m, ratio)
                else:
                    removed_g[i, pool] += erode_layers(soil, i, pool, step_m, ratio)


@njit(cache=True, nogil=True)
def deposit(
    start: int,
    stop: int,
    soil: Floats,
    deposited_kg_m2: Floats,
    bulk_density_kg_m3: Floats,
    scheme: int,
    deposited_g: Floats,
) -> None:
    """Add the day's deposited carbon to the profiles and push them down (Eq. 25).

    Lu et al. 2024 print the donor's thickness and all of one donor's carbon; here both are the
    receiver's own: what was deposited there, over its own bulk density.

    Parameters
    ----------
    soil : array (n, 10, P)
        Carbon, g m-2; changed in place.
    deposited_kg_m2 : array (n,)
        Soil gained in the day.
    scheme : int
        `LU2024` or `LAYERWISE`.
    deposited_g : array (n, P)
        Carbon that came with the soil, g m-2.
    """
    for i in range(start, stop):
        if deposited_kg_m2[i] <= 0.0 and carbon_brought(deposited_g, i) == 0.0:
            continue
        thickness_m = max(deposited_kg_m2[i], 0.0) / bulk_density_kg_m3[i]
        n_steps = steps(thickness_m)
        step_m = thickness_m / n_steps
        for pool in range(soil.shape[2]):
            added_g = deposited_g[i, pool] / n_steps
            for _ in range(n_steps):
                if scheme == LU2024:
                    deposit_on_block(soil, i, pool, step_m, added_g)
                else:
                    sink(soil, i, pool, 0, step_m, added_g)
