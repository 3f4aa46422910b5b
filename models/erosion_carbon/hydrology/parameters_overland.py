"""Parameters of infiltration, surface storage and overland flow."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class OverlandParameters(NamedTuple):
    """Values of `OVERLAND`, as the kernels take them."""

    conductivity_multiplier: float
    crust_factor: float
    macropores_per_leaf_area: float
    ice_impedance: float
    holtan_dry_rate_m_s: float
    holtan_exponent: float
    holtan_zone_m: float
    micro_relief_roughness: float
    courant_number: float
    longest_wet_step_s: float
    shortest_wet_step_s: float


OVERLAND = ParameterTable(
    "overland",
    OverlandParameters,
    {
        "conductivity_multiplier": Parameter(
            0.03,
            "1",
            0.001,
            100.0,
            "calibrated: tests/benchmarks/results/plausibility.md",
            "effective conductivity of a square kilometre over that of soil samples",
        ),
        "crust_factor": Parameter(
            0.6,
            "1",
            0.2,
            1.0,
            "own: middle of the range of Rawls et al. 1990",
            "conductivity of sealed bare ground as a share of the unsealed",
        ),
        "macropores_per_leaf_area": Parameter(
            0.2,
            "1",
            0.0,
            2.0,
            "own: after the canopy and macropore factors of ANSWERS-2000",
            "gain of conductivity per unit of leaf area index",
        ),
        "ice_impedance": Parameter(
            6.0,
            "1",
            0.0,
            10.0,
            "Swenson et al. 2012 (CLM4.5)",
            "powers of ten of conductivity lost where ice fills all pores",
        ),
        "holtan_dry_rate_m_s": Parameter(
            1.0e-5,
            "m s-1",
            0.0,
            1.0e-4,
            "Beasley & Huggins 1982 (ANSWERS users manual), 36 mm/h",
            "infiltration capacity of dry soil above its steady rate (A)",
        ),
        "holtan_exponent": Parameter(
            0.65,
            "1",
            0.2,
            0.8,
            "Beasley & Huggins 1982: silt loam",
            "rate at which the capacity falls as pores fill (P)",
        ),
        "holtan_zone_m": Parameter(
            0.15,
            "m",
            0.02,
            1.0,
            "own: 0-15 cm, the tilled layers of the profile",
            "depth of the soil that controls infiltration (DF)",
        ),
        "micro_relief_roughness": Parameter(
            0.4,
            "1",
            0.05,
            1.0,
            "Beasley & Huggins 1982: 0.3 to 0.6",
            "shape of the micro-relief (ROUGH)",
        ),
        "courant_number": Parameter(
            0.5,
            "1",
            0.05,
            10.0,
            "own: error against the exact plane; stable beyond",
            "share of the hillslope that a wave may pass in one step",
        ),
        "longest_wet_step_s": Parameter(
            600.0,
            "s",
            60.0,
            3_600.0,
            "own: error against the exact plane",
            "longest step of runoff",
        ),
        "shortest_wet_step_s": Parameter(
            300.0,
            "s",
            10.0,
            3_600.0,
            "own: error against the exact plane",
            "shortest step of runoff",
        ),
    },
)
"""Infiltration, surface storage and overland flow."""
