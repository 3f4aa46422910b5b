"""Parameters of the hillslope erosion laws (WEPP and original ANSWERS)."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class ErosionParameters(NamedTuple):
    """Numbers of the erosion laws; units and sources are in the table `EROSION`."""

    erodibility_factor: float
    transport_coefficient: float
    interrill_delivery_ratio: float
    rill_spacing_m: float
    turbulence_with_rain: float
    turbulence_without_rain: float
    particle_diameter_m: float
    aggregate_density_kg_m3: float
    critical_shields: float
    grass_interrill_kg_s_m4: float
    forest_interrill_kg_s_m4: float
    undisturbed_rill_s_m: float
    undisturbed_critical_shear_pa: float
    weakening_per_frost_cycle: float
    weakening_by_frost_limit: float
    slope_fractal_dimension: float
    slope_scale_m: float
    slope_limit: float
    profile_curvature: float


EROSION = ParameterTable(
    "erosion",
    ErosionParameters,
    {
        "erodibility_factor": Parameter(
            4.2,
            "1",
            0.01,
            100.0,
            "calibrated: tests/benchmarks/results/plausibility.md",
            "multiplies interrill and rill erodibility, and K of ANSWERS, MUSLE and RUSLE",
        ),
        "transport_coefficient": Parameter(
            0.0037,
            "kg m-1 s-1 Pa-1.5",
            1e-4,
            0.3,
            "Finkner et al. 1989 (form); calibrated: tests/benchmarks/results/plausibility.md"
            " (Yalin 1963: 0.03 for 30-50 um, 1800 kg m-3, 5-10 Pa)",
            "capacity of a rill per width and shear to the power 1.5",
        ),
        "interrill_delivery_ratio": Parameter(
            0.5,
            "1",
            0.05,
            1.0,
            "own: between 1 (smooth) and 0.2 (rough), the span of WEPP (Foster et al. 1995)",
            "share of the soil splashed between rills that reaches a rill",
        ),
        "rill_spacing_m": Parameter(
            1.0, "m", 0.2, 10.0, "WEPP default (Foster et al. 1995)", "distance between rills"
        ),
        "turbulence_with_rain": Parameter(
            0.5,
            "1",
            0.1,
            1.0,
            "Foster et al. 1995, WEPP eq. 11.2.5",
            "beta of deposition while drops stir the flow",
        ),
        "turbulence_without_rain": Parameter(
            1.0,
            "1",
            0.1,
            1.0,
            "Foster et al. 1995, WEPP chapter 11",
            "beta of deposition under snow melt and after rain",
        ),
        "particle_diameter_m": Parameter(
            5e-5,
            "m",
            2e-6,
            2e-3,
            "own: Govers 1990 holds above about 50 um; aggregates of WEPP are 30-300 um",
            "effective particle of the Govers and Yalin capacities",
        ),
        "aggregate_density_kg_m3": Parameter(
            1800.0,
            "kg m-3",
            1300.0,
            2700.0,
            "Foster et al. 1985 (small aggregates)",
            "density of the effective particle of the Yalin capacity",
        ),
        "critical_shields": Parameter(
            0.138,
            "1",
            0.03,
            0.3,
            "Soulsby & Whitehouse 1997 for 50 um and 1800 kg m-3",
            "dimensionless shear at which the particle of the Yalin capacity starts to move",
        ),
        "grass_interrill_kg_s_m4": Parameter(
            1e6,
            "kg s m-4",
            1e5,
            2e6,
            "Disturbed WEPP: grass and shrub on loam and silt loam; sandy 4e5, clayey 1.5e6",
            "interrill erodibility under grass and shrub",
        ),
        "forest_interrill_kg_s_m4": Parameter(
            4e5,
            "kg s m-4",
            1e5,
            2e6,
            "Disturbed WEPP: forest on loam, sand and clay; FSWEPP files 1.2e5-4e5",
            "interrill erodibility under forest",
        ),
        "undisturbed_rill_s_m": Parameter(
            1.2e-4,
            "s m-1",
            2e-5,
            6e-4,
            "geometric mean of Disturbed WEPP (forest, shrub, grass on four textures: 2e-5-1e-4, "
            "mean 5.3e-5) and of forest in FSWEPP's road files (2e-4-4e-4, mean 2.9e-4)",
            "rill erodibility under grass, shrub and forest",
        ),
        "undisturbed_critical_shear_pa": Parameter(
            2.0,
            "Pa",
            0.5,
            7.0,
            "FSWEPP soil files: forest 2.0 (Disturbed WEPP 0.5-2)",
            "critical shear under grass, shrub and forest",
        ),
        "weakening_per_frost_cycle": Parameter(
            0.02,
            "1",
            0.0,
            0.1,
            "own: spring erodibility up to 1.5 times after many cycles",
            "growth of erodibility with each freeze-thaw cycle since the last reset",
        ),
        "weakening_by_frost_limit": Parameter(
            1.5, "1", 1.0, 3.0, "own", "largest multiplier of erodibility by freeze-thaw cycles"
        ),
        "slope_fractal_dimension": Parameter(
            1.3,
            "1",
            1.0,
            1.6,
            "form: Zhang et al. 1999; 1.3 makes 1 km slopes 2.3 times steeper at 60 m, seen: 2-4",
            "D of the slope power law S(d) = a d^(1 - D)",
        ),
        "slope_scale_m": Parameter(
            60.0,
            "m",
            10.0,
            500.0,
            "own: between the 30 and 90 m elevation models that show single hillslopes",
            "cell size at which slopes of the elevation model are those of hillslopes",
        ),
        "slope_limit": Parameter(
            1.0, "m m-1", 0.3, 2.0, "own: steeper soil does not stay", "steepest hillslope"
        ),
        "profile_curvature": Parameter(
            0.4,
            "1",
            0.0,
            1.0,
            "own: 0 is a plane, 1 a cosine with a level foot. Where channels are 1.5 km km-2, the "
            "lowest fifth of flow paths is 0.94 (Nucice, 10 m: SMODERP2D) and 0.69 (a field near "
            "Bonn, 6.25 m: WATEM_C) times as steep as the whole: curvature 0.1 and 0.6",
            "how much the hillslope is convex above and concave below",
        ),
    },
)
