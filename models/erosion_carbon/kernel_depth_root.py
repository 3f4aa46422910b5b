"""A first guess of the depth of flow, by the exponent's bits: for kinematic waves of all kinds.

Manning's law makes every implicit step a polynomial y^3 + kappa y^5 = supply of the cube root y of
the depth.
"""

from __future__ import annotations

import numpy as np
from numba import njit, types

from .kernel_elementary import reinterpretation

THIRD_ROOT_BITS = np.uint32(709921077)
"""(1 - 1/3) of the bits of 1.0f, less a correction that centres the error (Kahan 1991)."""
FIFTH_ROOT_BITS = np.uint32(1277939712)
"""(1 + 1/5) of the bits of 1.0f: x^(-1/5) from the exponent alone; centred likewise."""

_bits = reinterpretation(types.float32, types.uint32)
_from_bits = reinterpretation(types.uint32, types.float32)


@njit(cache=True, nogil=True, error_model="numpy", forceinline=True)
def root_depth_guess(supply_m: float, kappa: float) -> float:
    """Return about y where y^3 + kappa y^5 = supply, within a few percent.

    y = s^(1/3) (1 + c K)^(-1/5) with K = kappa s^(2/3); c is 5/3 for small K, 1 for large, so that
    both limits are right; roots by the exponent bits of float32.
    """
    third_root = _from_bits(
        np.uint32(_bits(np.float32(supply_m)) // np.uint32(3) + THIRD_ROOT_BITS)
    )
    K = np.float32(kappa) * third_root * third_root
    wide = np.float32(0.3) * K
    c = (np.float32(5 / 3) + wide) / (np.float32(1.0) + wide)
    fifth_root = _from_bits(
        np.uint32(FIFTH_ROOT_BITS - _bits(np.float32(1.0) + c * K) // np.uint32(5))
    )
    return np.float64(third_root * fifth_root)
