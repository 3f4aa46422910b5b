"""What plants give to the soil in a day, and what is taken from them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

FloatArray = npt.NDArray[np.float64]


@njit(cache=True, nogil=True)
def litter_of_day(
    start: int,
    stop: int,
    npp_g: FloatArray,
    leaf_allocation: FloatArray,
    root_allocation: FloatArray,
    wood_allocation: FloatArray,
    plant_carbon_g: FloatArray,
    exuded_share: float,
    owed_by_leaves_g: FloatArray,
    leaf_g: FloatArray,
    root_g: FloatArray,
    wood_g: FloatArray,
    root_npp_g: FloatArray,
    harvest_g: FloatArray,
) -> None:
    """Split the day's production into litter, exudates and harvest, all g C m-2.

    Vegetation is at steady state: it passes on what it makes. Carbon that rain washed off the
    plants comes out of the leaves' share; where the day's leaves cannot pay, later ones do. Roots
    give `exuded_share` of their production as exudates (Lu et al. 2024, Eq. 10), the rest as
    litter. NPP = leaves + roots + wood + harvest, as allocated; what is not allocated is harvest.

    Parameters
    ----------
    npp_g, plant_carbon_g : array (n,)
        Produced, and washed off by rain.
    owed_by_leaves_g : array (n,)
        Debt of the leaves; changed.
    leaf_g, root_g, wood_g : array (n,)
        Overwritten with litter.
    root_npp_g, harvest_g : array (n,)
        Overwritten.
    """
    for i in range(start, stop):
        leaves = leaf_allocation[i] * npp_g[i]
        owed = owed_by_leaves_g[i] + plant_carbon_g[i]
        paid = min(owed, leaves)
        owed_by_leaves_g[i] = owed - paid
        leaf_g[i] = leaves - paid
        root_npp_g[i] = root_allocation[i] * npp_g[i]
        root_g[i] = (1.0 - exuded_share) * root_npp_g[i]
        wood_g[i] = wood_allocation[i] * npp_g[i]
        harvest_g[i] = max(npp_g[i] - leaves - root_npp_g[i] - wood_g[i], 0.0)
