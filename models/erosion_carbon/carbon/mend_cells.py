"""The microbial-enzyme scheme: pools, and what its kernels need."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..soil_columns import FloatArray, SoilColumns
from ..soil_layers import LAYER_THICKNESS_M
from .ibis import LitterShares, litter_shares
from .parameters import IBIS
from .parameters_mend import MendParameters
from .rothc_cells import plough_shares

MEND_SOIL_POOLS = (
    "particulate_oxidative",
    "particulate_hydrolytic",
    "mineral_associated",
    "sorbed",
    "dissolved_organic",
    "microbes_active",
    "microbes_dormant",
    "enzymes_oxidative",
    "enzymes_hydrolytic",
    "enzymes_mineral",
)
MEND_REFERENCE_C = 20.0


class MendCells(NamedTuple):
    """What the kernels read: shares of litter, of layers (10,), thickness (10,) m, and values."""

    leaf: LitterShares
    root: LitterShares
    wood: LitterShares
    plough_share: FloatArray
    thickness_m: FloatArray
    values: MendParameters


def prepare_mend(
    values: MendParameters, _soil: SoilColumns, _dpm_rpm_ratio: FloatArray
) -> MendCells:
    """Return the kernel's parameters.

    Litter splits as in IBIS: resistant (lignin) is oxidative, structural (cellulose) hydrolytic
    particulate carbon, metabolic litter dissolves.
    """
    ibis = IBIS.defaults
    return MendCells(
        leaf=litter_shares(ibis.cn_leaf, ibis.cn_structural, ibis),
        root=litter_shares(ibis.cn_root, ibis.cn_structural, ibis),
        wood=litter_shares(ibis.cn_wood, ibis.cn_structural_wood, ibis),
        plough_share=plough_shares(),
        thickness_m=LAYER_THICKNESS_M,
        values=values,
    )


def mend_base_rates(_p: MendParameters) -> tuple[FloatArray, FloatArray]:
    """Return the rates (10,) in d-1 at 20 degC: the scheme's own solution turns over in a day."""
    rates = np.zeros(len(MEND_SOIL_POOLS))
    rates[MEND_SOIL_POOLS.index("dissolved_organic")] = 1.0
    return rates, np.empty(0)
