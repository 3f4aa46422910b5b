"""Compiled loops over the drainage network: pure functions on arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit


@njit(cache=True, nogil=True)
def raise_above_receiver(
    elevation: npt.NDArray[np.float64],
    idxs_ds: npt.NDArray[np.int64],
    seq: npt.NDArray[np.int64],
    step: float,
) -> npt.NDArray[np.float64]:
    """Return elevations (cells,) in m where every cell lies `step` m or more above its receiver.

    `idxs_ds` holds each cell's receiver (an outlet its own), `seq` the cells from down to up.
    Filled depressions are flat; without a fall, water of another model would stand there.
    """
    out = elevation.copy()
    for idx0 in seq:  # down -> up
        receiver = idxs_ds[idx0]
        if receiver != idx0 and out[idx0] < out[receiver] + step:
            out[idx0] = out[receiver] + step
    return out
