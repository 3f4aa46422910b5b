"""Numba kernels: the laws of dissolved organic carbon, one function an equation of Lu et al. 2024.

Carbon in g m-2, water in m, rates per day. Eqs. 8 and 9, which other carbon shares, stand in
`carbon.kernel_factors`; Eqs. 11, 12, 14 and 15 are sums and stand in `kernel_dissolved`.
"""

from __future__ import annotations

from numba import njit

from ..kernel_elementary import share_lost_after
from .parameters import DissolvedParameters


@njit(cache=True, nogil=True)
def throughfall_enrichment(
    lai: float, lai_min: float, lai_max: float, p: DissolvedParameters
) -> float:
    """Return EN_thr (Eq. 2); 1 where no leaves ever grow, as rain meets no plant there."""
    if lai_max <= 0.0:
        return 1.0
    if lai_max <= lai_min:
        return p.branch_enrichment
    grown = min(max((lai - lai_min) / (lai_max - lai_min), 0.0), 1.0)
    return p.branch_enrichment + p.leaf_enrichment * grown


@njit(cache=True, nogil=True)
def throughfall_carbon(enrichment: float, throughfall_m: float, p: DissolvedParameters) -> float:
    """Return DOC_thr, g m-2 (Eq. 1)."""
    return enrichment * p.rain_carbon_g_m3 * throughfall_m


@njit(cache=True, nogil=True)
def stemflow_enrichment(dbh_cm: float, p: DissolvedParameters) -> float:
    """Return EN_ste (Eq. 4), 0 for stems thicker than 100.6 cm, where the line turns negative."""
    return max(p.stem_enrichment - p.stem_enrichment_per_cm * dbh_cm, 0.0)


@njit(cache=True, nogil=True)
def stemflow_carbon(
    enrichment: float, rain_m: float, basal_area_m2_m2: float, p: DissolvedParameters
) -> float:
    """Return DOC_ste, g m-2 (Eq. 3), with basal area per ground area so that units close."""
    return enrichment * p.rain_carbon_g_m3 * rain_m * basal_area_m2_m2


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def dissolve(
    stock_g: float, labile_per_day: float, recalcitrant_per_day: float, factor: float
) -> tuple[float, float]:
    """Return a pool's DOC of one day, g m-2, and its labile part (Eqs. 5-7); at most the stock."""
    per_day = labile_per_day + recalcitrant_per_day
    if per_day * factor <= 1.0:
        return stock_g * (per_day * factor), stock_g * (labile_per_day * factor)
    return stock_g, stock_g * (labile_per_day / per_day)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def exuded_carbon(root_npp_g: float, root_share: float, p: DissolvedParameters) -> float:
    """Return the root exudates of a layer, g m-2; Eq. 10 dissolves `exudate_dissolved` of them."""
    return root_npp_g * p.exuded_share * root_share


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def decayed(stock_g: float, per_day: float, temperature_factor: float) -> float:
    """Return what decays of a dissolved pool in a day, g m-2 (Eq. 13)."""
    return stock_g * share_lost_after(per_day * temperature_factor)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def dissolved_share(bulk_density_kg_m3: float, water_m3_m3: float, p: DissolvedParameters) -> float:
    """Return the share in solution of dissolved and sorbed carbon (Eq. 16).

    The paper's sorbed over dissolved carbon is K_D BD / theta, 0.035 in moist mineral soil.
    """
    return water_m3_m3 / (water_m3_m3 + p.sorption_m3_kg * bulk_density_kg_m3)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def washed_share(
    runoff_m: float,
    water_m3_m3: float,
    thickness_m: float,
    bulk_density_kg_m3: float,
    p: DissolvedParameters,
) -> float:
    """Return the share of a layer's dissolved and sorbed carbon that runoff takes (Eqs. 16, 17).

    The printed product of runoff and concentration is the limit of little runoff; the exponential
    form never takes more than is dissolved. A layer without liquid water has nothing in solution.
    """
    water_m = water_m3_m3 * thickness_m
    if water_m <= 0.0 or runoff_m <= 0.0:
        return 0.0
    return dissolved_share(bulk_density_kg_m3, water_m3_m3, p) * share_lost_after(
        runoff_m / water_m
    )


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def washed_out(
    stock_g: float,
    runoff_m: float,
    water_m3_m3: float,
    thickness_m: float,
    bulk_density_kg_m3: float,
    p: DissolvedParameters,
) -> float:
    """Return the DOC that runoff takes from a layer, g m-2 (Eqs. 16, 17)."""
    return stock_g * washed_share(runoff_m, water_m3_m3, thickness_m, bulk_density_kg_m3, p)
