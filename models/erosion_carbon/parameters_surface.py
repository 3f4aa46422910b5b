"""Parameters of the ground's surface: what links hillslope, soil water, frost and cover."""

from __future__ import annotations

from typing import NamedTuple

from .parameter_table import Parameter, ParameterTable

CALIBRATED = "calibrated: tests/benchmarks/results/plausibility.md"


class SurfaceParameters(NamedTuple):
    """Values of `SURFACE`."""

    drainage_density_multiplier: float
    wetting_depth_m: float
    consolidation_c: float
    light_extinction: float
    friction_row_crops: float
    friction_grass: float
    friction_forest_floor: float
    residue_share_of_roots: float


SURFACE = ParameterTable(
    "surface",
    SurfaceParameters,
    {
        "drainage_density_multiplier": Parameter(
            0.6, "1", 0.2, 5.0, CALIBRATED, "scale of every cover's channel density"
        ),
        "wetting_depth_m": Parameter(
            0.20, "m", 0.05, 1.0, "own: reach of one storm's front", "depth of the counted deficit"
        ),
        "consolidation_c": Parameter(
            10.0, "degC", 0.0, 30.0, "own: early summer", "so warm, topsoil has settled"
        ),
        "light_extinction": Parameter(
            0.5, "1", 0.2, 1.0, "Monsi and Saeki 1953", "turns leaf area into canopy cover"
        ),
        "friction_row_crops": Parameter(
            0.0, "1", 0.0, 20.0, "WEPP plant files: 0 maize, soy; 3 cereals", "of standing crops"
        ),
        "friction_grass": Parameter(
            7.0, "1", 0.0, 30.0, "WEPP: brome 12 at 0.51 m; grass of 0.3 m", "of grass and sedge"
        ),
        "friction_forest_floor": Parameter(
            13.0, "1", 0.0, 30.0, "WEPP: old forest 17 at 20 m; trees of 15 m", "of forest"
        ),
        "residue_share_of_roots": Parameter(
            0.2, "1", 0.0, 1.0, "own", "buried litter of 0-15 cm over the mass of its roots"
        ),
    },
)  # fmt: skip
