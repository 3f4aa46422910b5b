"""Parameters of the carbon schemes with their sources."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable

IBIS_SOURCE = "IBIS 2.6 (Kucharik et al. 2000, GBC 14:795-825)"


class IbisParameters(NamedTuple):
    """Values of the IBIS pools; see `IBIS` for units, bounds and sources."""

    cn_leaf: float
    cn_root: float
    cn_wood: float
    cn_metabolic: float
    cn_structural: float
    cn_structural_wood: float
    cn_resistant: float
    largest_resistant_share: float
    resistant_half_cn_squared: float
    leaf_metabolic_rate: float
    leaf_structural_rate: float
    leaf_resistant_rate: float
    root_metabolic_rate: float
    root_structural_rate: float
    root_resistant_rate: float
    wood_metabolic_rate: float
    wood_structural_rate: float
    wood_resistant_rate: float
    unprotected_microbes_rate: float
    protected_microbes_rate: float
    microbial_turnover_share: float
    protected_microbes_cap: float
    unprotected_rate: float
    unprotected_to_passive_rate: float
    protected_rate: float
    protected_to_passive_rate: float
    passive_rate: float
    metabolic_yield: float
    structural_yield: float
    unprotected_yield: float
    protected_yield: float
    passive_yield: float
    resistant_to_protected: float
    dead_microbes_to_protected: float
    smallest_factor: float
    largest_factor: float
    humus_extinction_per_cm: float


def _cn(value: float, lower: float, upper: float, of: str) -> Parameter:
    return Parameter(value, "1", lower, upper, IBIS_SOURCE, f"C:N ratio of {of}")


def _rate(value: float, of: str) -> Parameter:
    return Parameter(
        value, "d-1", value / 20, value * 20, IBIS_SOURCE, f"rate at 15 degC, W_s = 1, of {of}"
    )


def _share(value: float, meaning: str) -> Parameter:
    return Parameter(value, "1", 0.0, 1.0, IBIS_SOURCE, meaning)


IBIS = ParameterTable(
    "ibis",
    IbisParameters,
    {
        "cn_leaf": _cn(60.0, 10.0, 149.0, "leaf litter"),
        "cn_root": _cn(80.0, 10.0, 149.0, "dead fine roots"),
        "cn_wood": _cn(200.0, 10.0, 249.0, "dead wood"),
        "cn_metabolic": _cn(6.0, 3.0, 9.0, "metabolic litter"),
        "cn_structural": _cn(150.0, 100.0, 250.0, "structural litter of leaves and roots"),
        "cn_structural_wood": _cn(250.0, 200.0, 500.0, "structural litter of wood"),
        "cn_resistant": _cn(100.0, 50.0, 300.0, "resistant litter"),
        "largest_resistant_share": Parameter(
            0.45, "1", 0.0, 0.8, "Verberne et al. 1990", "resistant share of litter without N"
        ),
        "resistant_half_cn_squared": Parameter(
            1200.0,
            "1",
            100.0,
            1e4,
            "Whitmore et al. 1997, Geoderma 81",
            "square of the C:N ratio at which half of that share is reached",
        ),
        "leaf_metabolic_rate": _rate(0.15, "metabolic leaf litter"),
        "leaf_structural_rate": _rate(0.01, "structural leaf litter"),
        "leaf_resistant_rate": _rate(0.01, "resistant leaf litter"),
        "root_metabolic_rate": _rate(0.10, "metabolic root litter"),
        "root_structural_rate": _rate(0.005, "structural root litter"),
        "root_resistant_rate": _rate(0.005, "resistant root litter"),
        "wood_metabolic_rate": _rate(0.001, "metabolic wood litter"),
        "wood_structural_rate": _rate(0.001, "structural wood litter"),
        "wood_resistant_rate": _rate(0.001, "resistant wood litter"),
        "unprotected_microbes_rate": Parameter(
            0.045, "d-1", 0.001, 1.0, IBIS_SOURCE, "turnover of unprotected microbes"
        ),
        "protected_microbes_rate": Parameter(
            0.005, "d-1", 0.0001, 1.0, IBIS_SOURCE, "turnover of protected microbes"
        ),
        "microbial_turnover_share": Parameter(
            0.40,
            "1",
            0.01,
            1.0,
            "Molina et al. 1983, SSSAJ 47:85-91",
            "share of the turnover that leaves the microbes; they reuse the rest",
        ),
        "protected_microbes_cap": Parameter(
            0.017,
            "1",
            0.0,
            0.2,
            "Verberne et al. 1990",
            "protected microbes, at most, per carbon of the layer",
        ),
        "unprotected_rate": _rate(1e-3, "unprotected slow carbon to microbes"),
        "unprotected_to_passive_rate": _rate(1e-6, "unprotected slow to passive carbon"),
        "protected_rate": _rate(1e-4, "protected slow carbon to microbes"),
        "protected_to_passive_rate": _rate(1e-6, "protected slow to passive carbon"),
        "passive_rate": _rate(8e-7, "passive carbon to microbes"),
        "metabolic_yield": _share(0.40, "microbial growth per metabolic litter"),
        "structural_yield": _share(0.30, "microbial growth per structural litter"),
        "unprotected_yield": _share(0.25, "microbial growth per unprotected slow carbon"),
        "protected_yield": _share(0.20, "microbial growth per protected slow carbon"),
        "passive_yield": _share(0.20, "microbial growth per passive carbon"),
        "resistant_to_protected": _share(0.5, "share of resistant litter to protected carbon"),
        "dead_microbes_to_protected": _share(0.5, "share of dead microbes to protected carbon"),
        "smallest_factor": Parameter(
            0.001, "1", 0.0, 0.1, IBIS_SOURCE, "lower bound of temperature times moisture factor"
        ),
        "largest_factor": Parameter(
            10.0, "1", 1.0, 20.0, IBIS_SOURCE, "upper bound of temperature times moisture factor"
        ),
        "humus_extinction_per_cm": Parameter(
            0.97,
            "cm-1",
            0.9,
            0.999,
            "Lu et al. 2024, Eq. 19; 0.97 gives the 0-10 / 0-50 cm ratio of Yang et al. 2025, 0.33",
            "beta of the depths that animals and water mix decomposed surface litter into",
        ),
    },
)


class RothcParameters(NamedTuple):
    """Values of RothC-26.3; see `ROTHC` for units, bounds and sources."""

    dpm_rate: float
    rpm_rate: float
    bio_rate: float
    hum_rate: float
    bio_share: float
    smallest_moisture_modifier: float
    covered_modifier: float
    inert_coefficient: float
    inert_exponent: float


ROTHC_SOURCE = "RothC-26.3 (Coleman & Jenkinson 2014)"

ROTHC = ParameterTable(
    "rothc",
    RothcParameters,
    {
        "dpm_rate": Parameter(
            10.0, "yr-1", 1.0, 30.0, ROTHC_SOURCE, "decay of decomposable plant material"
        ),
        "rpm_rate": Parameter(
            0.3, "yr-1", 0.03, 3.0, ROTHC_SOURCE, "decay of resistant plant material"
        ),
        "bio_rate": Parameter(0.66, "yr-1", 0.066, 6.6, ROTHC_SOURCE, "decay of microbes"),
        "hum_rate": Parameter(0.02, "yr-1", 0.002, 0.2, ROTHC_SOURCE, "decay of humus"),
        "bio_share": Parameter(
            0.46, "1", 0.0, 1.0, ROTHC_SOURCE, "microbes' share of what is not respired"
        ),
        "smallest_moisture_modifier": Parameter(
            0.2, "1", 0.0, 1.0, "Farina et al. 2013, Geoderma 200:18-30", "b of the driest soil"
        ),
        "covered_modifier": Parameter(0.6, "1", 0.1, 1.0, ROTHC_SOURCE, "c under plants"),
        "inert_coefficient": Parameter(
            0.049, "(t/ha)^-0.139", 0.0, 0.2, "Falloon et al. 1998, SBB 30:1207", "inert carbon"
        ),
        "inert_exponent": Parameter(
            1.139, "1", 1.0, 1.5, "Falloon et al. 1998, SBB 30:1207", "exponent of inert carbon"
        ),
    },
)
