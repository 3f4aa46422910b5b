"""Parameters of the microbial-enzyme scheme with their sources."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable

WANG = "Wang et al. 2013, Ecol. Appl. 23:255-272; 2015, ISME J. 9:226-237"


class MendParameters(NamedTuple):
    """Values of the microbial-enzyme scheme; see `MEND` for units, bounds and sources."""

    enzyme_capacity: float
    half_oxidative: float
    half_hydrolytic: float
    half_mineral: float
    largest_sorption: float
    sorption_affinity: float
    desorption_rate: float
    enzyme_turnover: float
    enzyme_production: float
    mineral_enzyme_ratio: float
    dissolved_share: float
    dead_dissolved_share: float
    dead_oxidative_share: float
    growth_rate: float
    maintenance_share: float
    half_uptake: float
    growth_yield: float
    dormant_maintenance: float
    mortality_ratio: float
    crowding_exponent: float
    crowding_reference: float
    q10: float
    largest_step_loss: float


MEND = ParameterTable(
    "mend",
    MendParameters,
    {
        "enzyme_capacity": Parameter(
            2.0, "h-1", 0.1, 100.0, WANG, "carbon that a unit of enzyme decomposes"
        ),
        "half_oxidative": Parameter(
            50.0, "kg m-3", 10.0, 100.0, WANG, "half saturation of oxidative particulate carbon"
        ),
        "half_hydrolytic": Parameter(
            5.0, "kg m-3", 1.0, 50.0, WANG, "half saturation of hydrolytic particulate carbon"
        ),
        "half_mineral": Parameter(
            500.0, "kg m-3", 100.0, 2000.0, WANG, "half saturation of mineral-associated carbon"
        ),
        "largest_sorption": Parameter(
            1.7, "kg m-3", 0.5, 5.0, WANG, "sorption capacity for dissolved carbon"
        ),
        "sorption_affinity": Parameter(
            6.0, "m3 kg-1", 1.0, 16.0, WANG, "adsorption over desorption rate"
        ),
        "desorption_rate": Parameter(
            0.003, "kg m-3 h-1", 1e-4, 0.01, WANG, "desorption from full sorption sites"
        ),
        "enzyme_turnover": Parameter(0.003, "h-1", 1e-4, 0.01, WANG, "turnover of enzymes"),
        "enzyme_production": Parameter(
            0.01, "1", 0.001, 0.1, WANG, "enzymes for particulate carbon per maintenance"
        ),
        "mineral_enzyme_ratio": Parameter(
            1.0, "1", 0.1, 5.0, WANG, "enzymes for mineral-associated over particulate carbon"
        ),
        "dissolved_share": Parameter(
            0.5, "1", 0.1, 0.9, WANG, "share of decomposed particulate carbon that dissolves"
        ),
        "dead_dissolved_share": Parameter(
            0.38, "1", 0.1, 1.0, WANG, "share of dead microbes that dissolves"
        ),
        "dead_oxidative_share": Parameter(
            0.1, "1", 0.0, 1.0, WANG, "oxidative share of dead microbes that do not dissolve"
        ),
        "growth_rate": Parameter(0.01, "h-1", 0.001, 0.1, WANG, "growth of active microbes"),
        "maintenance_share": Parameter(
            0.2, "1", 0.01, 0.5, WANG, "maintenance over growth plus maintenance"
        ),
        "half_uptake": Parameter(
            0.26, "kg m-3", 1e-4, 0.5, WANG, "half saturation of uptake of dissolved carbon"
        ),
        "growth_yield": Parameter(0.30, "1", 0.1, 0.6, WANG, "carbon use efficiency of uptake"),
        "dormant_maintenance": Parameter(
            0.001, "1", 5e-4, 0.05, WANG, "maintenance of dormant over active microbes"
        ),
        "mortality_ratio": Parameter(
            1.0, "1", 0.01, 20.0, WANG, "mortality over maintenance at the reference density"
        ),
        "crowding_exponent": Parameter(
            2.0,
            "1",
            1.0,
            2.0,
            "Georgiou et al. 2017, Nat. Commun. 8:1223",
            "power of microbial carbon in mortality; at 1 stocks do not depend on inputs",
        ),
        "crowding_reference": Parameter(
            1.0, "kg m-3", 0.01, 10.0, "own: microbes of rich topsoil", "density of that mortality"
        ),
        "q10": Parameter(2.0, "1", 1.2, 2.5, WANG, "rise of biological rates over 10 degrees"),
        "largest_step_loss": Parameter(
            0.1, "1", 0.01, 0.9, "own: 1 % of a day's respiration", "loss of a pool in a sub-step"
        ),
    },
)
