"""The carbon schemes: names of their pools and the kernels that run them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..parameter_table import ParameterTable
from ..soil_columns import FloatArray
from .ibis import IBIS_SOIL_POOLS, IBIS_SURFACE_POOLS, ibis_base_rates, prepare_ibis
from .kernel_factors import IBIS_REFERENCE_C
from .kernel_ibis import decay_factors_ibis, decompose_ibis
from .kernel_mend import decay_factors_mend, decompose_mend
from .kernel_rothc import decay_factors_rothc, decompose_rothc
from .kernel_steady_ibis import steady_state_ibis
from .kernel_steady_mend import steady_state_mend
from .kernel_steady_rothc import steady_state_rothc
from .mend_cells import MEND_REFERENCE_C, MEND_SOIL_POOLS, mend_base_rates, prepare_mend
from .parameters import IBIS, ROTHC
from .parameters_mend import MEND
from .rothc_cells import ROTHC_REFERENCE_C, ROTHC_SOIL_POOLS, prepare_rothc, rothc_base_rates


@dataclass(frozen=True)
class CarbonScheme:
    """A set of carbon pools with its kernels.

    Parameters
    ----------
    name : str
        Key in `SCHEMES`.
    soil_pools : tuple of str
        Names of the P pools of each layer.
    surface_pools : tuple of str
        Names of the S litter pools on the surface.
    microbial_pool : int
        Pool that dissolved carbon is taken up into.
    table : ParameterTable
        Parameters of the scheme.
    base_rates : callable
        ``base_rates(values)``: decay (P,) and (S,) in d-1 at `reference_temperature_c` in moist
        soil, from which dissolved carbon is produced (Lu et al. 2024, Eqs. 5-7); 0 for pools that
        yield none, such as resistant litter.
    reference_temperature_c : float
        Temperature of these rates; Lu's factor T_s is 1 at 0 degC.
    prepare : callable
        ``prepare(values, soil_columns, dpm_rpm_ratio (n,))``: what the kernels read.
    decay_factors, decompose, steady_state : callable
        Cell-range kernels.
    """

    name: str
    soil_pools: tuple[str, ...]
    surface_pools: tuple[str, ...]
    microbial_pool: int
    table: ParameterTable[Any]
    base_rates: Callable[[Any], tuple[FloatArray, FloatArray]]
    reference_temperature_c: float
    prepare: Callable[..., Any]
    decay_factors: Callable[..., None]
    decompose: Callable[..., None]
    steady_state: Callable[..., None]


SCHEMES = {
    "ibis": CarbonScheme(
        name="ibis",
        soil_pools=IBIS_SOIL_POOLS,
        surface_pools=IBIS_SURFACE_POOLS,
        microbial_pool=IBIS_SOIL_POOLS.index("microbes"),
        table=IBIS,
        base_rates=ibis_base_rates,
        reference_temperature_c=IBIS_REFERENCE_C,
        prepare=prepare_ibis,
        decay_factors=decay_factors_ibis,
        decompose=decompose_ibis,
        steady_state=steady_state_ibis,
    ),
    "rothc": CarbonScheme(
        name="rothc",
        soil_pools=ROTHC_SOIL_POOLS,
        surface_pools=(),
        microbial_pool=ROTHC_SOIL_POOLS.index("bio"),
        table=ROTHC,
        base_rates=rothc_base_rates,
        reference_temperature_c=ROTHC_REFERENCE_C,
        prepare=prepare_rothc,
        decay_factors=decay_factors_rothc,
        decompose=decompose_rothc,
        steady_state=steady_state_rothc,
    ),
    "mend": CarbonScheme(
        name="mend",
        soil_pools=MEND_SOIL_POOLS,
        surface_pools=(),
        microbial_pool=MEND_SOIL_POOLS.index("microbes_active"),
        table=MEND,
        base_rates=mend_base_rates,
        reference_temperature_c=MEND_REFERENCE_C,
        prepare=prepare_mend,
        decay_factors=decay_factors_mend,
        decompose=decompose_mend,
        steady_state=steady_state_mend,
    ),
}
