"""IBIS: what its kernel needs, made once from the parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..profile.initial import initial_profile
from ..soil_columns import FloatArray, SoilColumns
from .parameters import IbisParameters

IBIS_SOIL_POOLS = (
    "metabolic_litter",
    "structural_litter",
    "resistant_litter",
    "microbes",
    "slow_unprotected",
    "slow_protected",
    "passive",
)
IBIS_SURFACE_POOLS = (
    "leaf_metabolic",
    "leaf_structural",
    "leaf_resistant",
    "wood_metabolic",
    "wood_structural",
    "wood_resistant",
)


class LitterShares(NamedTuple):
    """How litter splits, summing to one."""

    metabolic: float
    structural: float
    resistant: float


class IbisRates(NamedTuple):
    """What the IBIS kernels read: shares of litter, rates per day and yields.

    `mixing` (10,) is the share of decomposed surface litter that reaches each layer.
    """

    leaf: LitterShares
    root: LitterShares
    wood: LitterShares
    mixing: FloatArray
    values: IbisParameters


def litter_shares(
    litter_cn: float, structural_cn: float, parameters: IbisParameters
) -> LitterShares:
    """Split litter by its C:N ratio into metabolic, structural and resistant parts.

    Verberne et al. (1990) with the erratum of Whitmore et al. (1997, Geoderma 81): resistant from
    the C:N ratio, structural and metabolic so that nitrogen adds up. Where litter is poorer than
    its structural part allows (wood: -1 % metabolic), the negative part is set to zero and the
    rest scaled to one.

    Parameters
    ----------
    litter_cn : float
        C:N ratio of the litter.
    structural_cn : float
        C:N ratio of its structural part, above `litter_cn`.
    parameters : IbisParameters
        C:N ratios of the other parts.

    Returns
    -------
    LitterShares
        Not negative, summing to one.
    """
    square = litter_cn**2
    resistant = (
        parameters.largest_resistant_share
        * square
        / (parameters.resistant_half_cn_squared + square)
    )
    nitrogen = (
        1 / litter_cn
        - resistant / parameters.cn_resistant
        - (1 - resistant) / parameters.cn_metabolic
    )
    structural = nitrogen / (1 / structural_cn - 1 / parameters.cn_metabolic)
    parts = [max(part, 0.0) for part in (1 - resistant - structural, structural, resistant)]
    return LitterShares(*(part / sum(parts) for part in parts))


def prepare_ibis(
    values: IbisParameters, _soil: SoilColumns, _dpm_rpm_ratio: FloatArray
) -> IbisRates:
    """Return the kernel's parameters; those of IBIS are the same in every cell."""
    return IbisRates(
        leaf=litter_shares(values.cn_leaf, values.cn_structural, values),
        root=litter_shares(values.cn_root, values.cn_structural, values),
        wood=litter_shares(values.cn_wood, values.cn_structural_wood, values),
        mixing=initial_profile(np.ones(1), np.array([values.humus_extinction_per_cm]))[0],
        values=values,
    )


def ibis_base_rates(p: IbisParameters) -> tuple[FloatArray, FloatArray]:
    """Return the rates (7,) and (6,) in d-1 at 15 degC that dissolved carbon is produced with.

    Microbes by their fast turnover; resistant litter yields none (Lu et al. 2024, Eq. 5: k = 1, 2).
    """
    soil = [p.root_metabolic_rate, p.root_structural_rate, 0.0]
    soil += [p.microbial_turnover_share * p.unprotected_microbes_rate]
    soil += [p.unprotected_rate, p.protected_rate, p.passive_rate]
    surface = [p.leaf_metabolic_rate, p.leaf_structural_rate, 0.0]
    surface += [p.wood_metabolic_rate, p.wood_structural_rate, 0.0]
    return np.array(soil), np.array(surface)
