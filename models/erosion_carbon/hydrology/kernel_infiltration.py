"""Compiled infiltration laws: Green-Ampt, exact within a step, and the Holtan law of ANSWERS."""

from __future__ import annotations

import math

from numba import njit

from ..kernel_elementary import logarithm_of_one_and
from .parameters_overland import OverlandParameters

RELATIVE_ACCURACY = 1e-13
MOST_ITERATIONS = 60
LEAST_SUCTION_DEFICIT_M = 1e-15
"""Saturated but for rounding."""
NEGLIGIBLE_ADVANCE = 1e-7
"""Share of the wetting front; below it Newton's start is as exact as the residual's rounding."""


@njit(cache=True, nogil=True)
def suction_deficit(suction_m: float, porosity: float, water_content: float) -> float:
    """Return the Green-Ampt product of wetting-front suction and water deficit, m.

    Parameters
    ----------
    suction_m : float
        Wetting-front suction, positive.
    porosity, water_content : float
        m3 m-3 of the layers that the front wets; no deficit where the soil is saturated.
    """
    return suction_m * max(porosity - water_content, 0.0)


@njit(cache=True, nogil=True)
def suction_deficit_of_sorptivity(sorptivity_m_s05: float, conductivity_m_s: float) -> float:
    """Return the Green-Ampt suction deficit (m) of a soil known by its sorptivity (m s-0.5).

    Both laws infiltrate S t^0.5 at early time, hence S^2 = 2 K psi dtheta (Philip 1957).
    """
    return sorptivity_m_s05**2 / (2.0 * conductivity_m_s)


@njit(cache=True, nogil=True)
def effective_conductivity(
    saturated_m_s: float,
    ice_fraction: float,
    ground_cover: float,
    leaf_area_index: float,
    parameters: OverlandParameters,
) -> float:
    """Return the conductivity that limits infiltration, m s-1.

    Rain seals the bare share of the ground (crust), plants open macropores, and ice in the pores
    closes them: 10^(-6 f) (Swenson et al. 2012, as in CLM4.5).

    Parameters
    ----------
    saturated_m_s : float
        Of the thawed, undisturbed soil.
    ice_fraction : float
        Share of the soil's pores that ice fills, 0 to 1.
    ground_cover : float
        Share of the ground under litter, stones or plants, 0 to 1.
    leaf_area_index : float
        m2 m-2.
    """
    crust = ground_cover + (1.0 - ground_cover) * parameters.crust_factor
    macropores = 1.0 + parameters.macropores_per_leaf_area * leaf_area_index
    ice = 10.0 ** (-parameters.ice_impedance * ice_fraction)
    return float(saturated_m_s * parameters.conductivity_multiplier * crust * macropores * ice)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def first_advance(cumulative_m: float, gravity_m: float, suction_deficit_m: float) -> float:
    """Return a first u of `ponded_infiltration`, from above: with ln(1+u) <= u (u+2)/(2 (u+1))."""
    slope = cumulative_m - gravity_m
    curvature = 2.0 * cumulative_m + suction_deficit_m
    root = math.sqrt(slope * slope + 2.0 * gravity_m * curvature)
    # two forms of the same root of a quadratic: each is free of cancellation on its side
    forward, backward = 2.0 * gravity_m / (slope + root), (root - slope) / curvature
    return forward if slope > 0.0 else backward


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def excess_advance(
    u: float, cumulative_m: float, gravity_m: float, suction_deficit_m: float
) -> float:
    """Return by how much Newton's step lowers u; steps are monotone from above."""
    scale = cumulative_m + suction_deficit_m
    residual = scale * u - suction_deficit_m * logarithm_of_one_and(u) - gravity_m
    return residual * (1.0 + u) / (cumulative_m + scale * u)


@njit(cache=True, nogil=True, error_model="numpy")
def ponded_infiltration(
    cumulative_m: float, conductivity_m_s: float, suction_deficit_m: float, duration_s: float
) -> float:
    """Return what infiltrates in a step (m) under water all the time.

    Green-Ampt: F - F0 - s ln((F + s)/(F0 + s)) = K t, for u = (F - F0)/(F0 + s).
    """
    gravity_m = conductivity_m_s * duration_s
    if gravity_m <= 0.0 or suction_deficit_m <= LEAST_SUCTION_DEFICIT_M:
        return gravity_m
    u = first_advance(cumulative_m, gravity_m, suction_deficit_m)
    if u >= NEGLIGIBLE_ADVANCE:
        for _ in range(MOST_ITERATIONS):
            change = excess_advance(u, cumulative_m, gravity_m, suction_deficit_m)
            u -= change
            if change <= RELATIVE_ACCURACY * u:
                break
    return u * (cumulative_m + suction_deficit_m)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def green_ampt_step(
    cumulative_m: float,
    supply_m: float,
    conductivity_m_s: float,
    suction_deficit_m: float,
    duration_s: float,
) -> float:
    """Return the depth (m) that infiltrates in a step of steady supply; never above the supply.

    Where the surface is not ponded at the start, it takes all until the time of ponding, which
    lies at the cumulative depth F_p = K s/(i - K), and the implicit equation holds for the rest of
    the step (Mein & Larson 1973; Chow et al. 1988, section 4.4).

    Parameters
    ----------
    cumulative_m : float
        Infiltrated since the event began.
    supply_m : float
        Rain, melt, standing water and run-on of the step.
    conductivity_m_s : float
        Effective conductivity K.
    suction_deficit_m : float
        Suction times water deficit s; 0 leaves gravity alone.
    duration_s : float
        Length of the step.
    """
    gravity_m = conductivity_m_s * duration_s
    if supply_m <= gravity_m:
        return supply_m
    if gravity_m <= 0.0:
        return 0.0
    ponding_m = suction_deficit_m * gravity_m / (supply_m - gravity_m)
    before_m = max(ponding_m - cumulative_m, 0.0)
    if before_m >= supply_m:
        return supply_m
    rest_s = duration_s * (1.0 - before_m / supply_m)
    after_m = ponded_infiltration(
        cumulative_m + before_m, conductivity_m_s, suction_deficit_m, rest_s
    )
    return min(before_m + after_m, supply_m)


@njit(cache=True, nogil=True)
def holtan_capacity(
    free_pores_m: float,
    all_pores_m: float,
    steady_m_s: float,
    dry_rate_m_s: float,
    exponent: float,
) -> float:
    """Return the infiltration capacity f = FC + A (PIV/TP)^P, m s-1 (Holtan 1961)."""
    return float(steady_m_s + dry_rate_m_s * (free_pores_m / all_pores_m) ** exponent)


@njit(cache=True, nogil=True)
def holtan_drainage(free_pores_m: float, gravity_pores_m: float, steady_m_s: float) -> float:
    """Return the drainage of the control zone DR = FC (1 - PIV/GWC)^3, m s-1 (Huggins & Monke)."""
    if free_pores_m >= gravity_pores_m:
        return 0.0
    return steady_m_s * (1.0 - free_pores_m / gravity_pores_m) ** 3


@njit(cache=True, nogil=True)
def holtan_step(
    free_pores_m: float,
    supply_m: float,
    all_pores_m: float,
    gravity_pores_m: float,
    steady_m_s: float,
    dry_rate_m_s: float,
    exponent: float,
    duration_s: float,
) -> tuple[float, float]:
    """Return infiltration and drainage (m) of the control zone of ANSWERS in a step.

    Backward Euler: what is free at the end decides both rates. Free pores at the end are
    ``free_pores_m - infiltrated + drained``. Bisection, since the capacity's slope is infinite at
    saturation.

    Parameters
    ----------
    free_pores_m : float
        PIV, pores of the control zone without water.
    supply_m : float
        Water on the surface in the step.
    all_pores_m : float
        TP, all pores of the zone.
    gravity_pores_m : float
        GWC, pores between field capacity and saturation.
    steady_m_s, dry_rate_m_s : float
        FC, the steady rate, and A, what dry soil takes above it.
    exponent : float
        P.
    duration_s : float
        Length of the step.
    """
    lower, upper = 0.0, all_pores_m
    infiltrated = 0.0
    for _ in range(MOST_ITERATIONS):
        free = 0.5 * (lower + upper)
        capacity = holtan_capacity(free, all_pores_m, steady_m_s, dry_rate_m_s, exponent)
        infiltrated = min(supply_m, capacity * duration_s)
        drained = holtan_drainage(free, gravity_pores_m, steady_m_s) * duration_s
        if free - free_pores_m + infiltrated - drained > 0.0:
            upper = free
        else:
            lower = free
    # what is left of the residual goes to drainage, which keeps the mass exact
    return infiltrated, max(0.5 * (lower + upper) - free_pores_m + infiltrated, 0.0)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def area_infiltration(
    cumulative_m: float,
    rain_m: float,
    standing_m: float,
    inundated: float,
    conductivity_m_s: float,
    suction_deficit_m: float,
    duration_s: float,
) -> float:
    """Return what infiltrates (m) where standing water covers only a share of the ground.

    Rain falls on all of it, water in depressions infiltrates under itself (Huggins & Monke 1966).

    Parameters
    ----------
    standing_m : float
        Water on the surface as a mean over the ground.
    inundated : float
        Share of the ground under that water, above 0 where there is any.
    """
    infiltrated = 0.0
    if inundated < 1.0:
        infiltrated += (1.0 - inundated) * green_ampt_step(
            cumulative_m, rain_m, conductivity_m_s, suction_deficit_m, duration_s
        )
    if inundated > 0.0:
        infiltrated += inundated * green_ampt_step(
            cumulative_m,
            rain_m + standing_m / inundated,
            conductivity_m_s,
            suction_deficit_m,
            duration_s,
        )
    return min(infiltrated, rain_m + standing_m)
