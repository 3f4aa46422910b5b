"""Detachment between rills and its delivery to them (WEPP)."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def interrill_detachment(
    erodibility_kg_s_m4: float,
    intensity_m_s: float,
    runoff_m_s: float,
    delivery_ratio: float,
    intensity_square_ratio: float,
) -> float:
    """Return soil delivered to rills per ground area, kg m-2 s-1.

    WEPP (Foster et al. 1995, eq. 11.2.3) without the factor spacing / rill width, which turns
    ground area into rill bed.

    Parameters
    ----------
    erodibility_kg_s_m4 : float
        Adjusted interrill erodibility.
    intensity_m_s, runoff_m_s : float
        Mean rain intensity and interrill runoff of the step.
    delivery_ratio : float
        Share of the splashed soil that reaches a rill.
    intensity_square_ratio : float
        E[I^2] / E[I]^2 within the step, 1 for uniform rain: detachment goes with intensity
        squared, so that a mean over an hour hides the peaks.
    """
    return (
        erodibility_kg_s_m4 * intensity_m_s * runoff_m_s * delivery_ratio * intensity_square_ratio
    )
