"""Parameters of dissolved organic carbon, and the production rates that follow from them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..parameter_table import Parameter, ParameterTable

FloatArray = npt.NDArray[np.float64]


class DissolvedParameters(NamedTuple):
    """Values of the table `DISSOLVED`."""

    rain_carbon_g_m3: float
    branch_enrichment: float
    leaf_enrichment: float
    stem_enrichment: float
    stem_enrichment_per_cm: float
    q10: float
    production_share: float
    production_labile: float
    exuded_share: float
    exudate_dissolved: float
    exudate_rest_respired: float
    throughfall_labile: float
    stemflow_labile: float
    exudate_labile: float
    labile_decay_per_day: float
    recalcitrant_decay_per_day: float
    carbon_use_efficiency: float
    sorption_m3_kg: float


DISSOLVED = ParameterTable(
    "dissolved",
    DissolvedParameters,
    {
        "rain_carbon_g_m3": Parameter(
            3.0,
            "g m-3",
            0.0,
            20.0,
            "Lu et al. 2024, Eq. 1 (Iavorivska et al. 2016, Asia)",
            "dissolved organic carbon in rain",
        ),
        "branch_enrichment": Parameter(
            1.2,
            "1",
            1.0,
            10.0,
            "Lu et al. 2024, Eq. 2",
            "throughfall carbon over rain carbon under bare branches",
        ),
        "leaf_enrichment": Parameter(
            1.5, "1", 0.0, 30.0, "Lu et al. 2024, Eq. 2", "what a full canopy adds to that ratio"
        ),
        "stem_enrichment": Parameter(
            111.65,
            "1",
            0.0,
            500.0,
            "Lu et al. 2024, Eq. 4 (Chen et al. 2019)",
            "stemflow carbon over that of rain on the basal area, of the thinnest stems",
        ),
        "stem_enrichment_per_cm": Parameter(
            1.11,
            "cm-1",
            0.0,
            10.0,
            "Lu et al. 2024, Eq. 4 (Chen et al. 2019)",
            "fall of that ratio with the stem's diameter",
        ),
        "q10": Parameter(
            2.0, "1", 1.0, 4.0, "Lu et al. 2024, Eq. 8", "rise of rates over 10 degrees"
        ),
        "production_share": Parameter(
            0.005,
            "1",
            0.0,
            0.5,
            "the rates of Eqs. 5-7 are not published; calibrated on dissolved carbon of rivers: "
            "tests/benchmarks/results/plausibility.md",
            "production rate over the base decomposition rate of the same pool",
        ),
        "production_labile": Parameter(
            0.4, "1", 0.0, 1.0, "own, see production_share", "labile share of what pools dissolve"
        ),
        "exuded_share": Parameter(
            0.40,
            "1",
            0.0,
            0.8,
            "Lu et al. 2024, Eq. 10 (Lynch and Whipps 1990)",
            "root exudates over the net primary production of fine roots",
        ),
        "exudate_dissolved": Parameter(
            0.55,
            "1",
            0.0,
            1.0,
            "Lu et al. 2024, Eq. 10 (Hoegberg and Hoegberg 2002)",
            "share of exudates that becomes dissolved carbon",
        ),
        "exudate_rest_respired": Parameter(
            0.5,
            "1",
            0.0,
            1.0,
            "own: microbes take the rest at once, with the efficiency of Eq. 15",
            "respired share of the other exudates; microbes keep the remainder",
        ),
        "throughfall_labile": Parameter(
            0.8, "1", 0.0, 1.0, "Lu et al. 2024, Eq. 11", "labile share of throughfall carbon"
        ),
        "stemflow_labile": Parameter(
            0.8, "1", 0.0, 1.0, "Lu et al. 2024, Eq. 11", "labile share of stemflow carbon"
        ),
        "exudate_labile": Parameter(
            0.5, "1", 0.0, 1.0, "Lu et al. 2024, Eq. 11", "labile share of dissolved exudates"
        ),
        "labile_decay_per_day": Parameter(
            0.3,
            "d-1",
            0.0,
            5.0,
            "Lu et al. 2024, Eq. 13 (Nakhavali et al. 2018)",
            "decay of labile dissolved carbon at 0 degC",
        ),
        "recalcitrant_decay_per_day": Parameter(
            0.0016,
            "d-1",
            0.0,
            1.0,
            "Lu et al. 2024, Eq. 13 (Nakhavali et al. 2018)",
            "decay of recalcitrant dissolved carbon at 0 degC",
        ),
        "carbon_use_efficiency": Parameter(
            0.5,
            "1",
            0.0,
            1.0,
            "Lu et al. 2024, Eq. 14 (Manzoni et al. 2012)",
            "share of decayed dissolved carbon that microbes keep",
        ),
        "sorption_m3_kg": Parameter(
            8.05e-6,
            "m3 kg-1",
            0.0,
            1e-2,
            "Lu et al. 2024, Eq. 16 (Nakhavali et al. 2018)",
            "sorbed over dissolved concentration, K_D",
        ),
    },
)


def production_rates(base_rates_per_day: FloatArray, p: DissolvedParameters) -> FloatArray:
    """Return R_k,i of Eqs. 5-7 at 0 degC.

    Parameters
    ----------
    base_rates_per_day : array (n_pools,)
        Base decomposition rate of each pool; 0 for pools that give nothing to the solution (Lu et
        al. 2024 name metabolic and structural litter, microbes and all soil pools).

    Returns
    -------
    array (n_pools, 2)
        Per day, to the labile and the recalcitrant dissolved pool.
    """
    to_solution = p.production_share * base_rates_per_day
    return np.outer(to_solution, (p.production_labile, 1.0 - p.production_labile))
