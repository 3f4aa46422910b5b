"""Parameters of the profile: enrichment of sediment, decay, burial, carbon lost in transit."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class ProfileParameters(NamedTuple):
    """Values of the table `PROFILE`."""

    menzel_intercept: float
    menzel_slope: float
    enrichment_lower: float
    enrichment_upper: float
    watem_c_amplitude: float
    watem_c_decay_per_m: float
    buried_rate: float
    mixed_depth_m: float
    depth_attenuation_per_m: float
    transit_respired: float
    decomposition_multiplier: float


PROFILE = ParameterTable(
    "profile",
    ProfileParameters,
    {
        "menzel_intercept": Parameter(
            2.0,
            "1",
            0.0,
            4.0,
            "Menzel 1980 (CREAMS): ln ER = 2 - 0.2 ln(sediment in kg/ha)",
            "log of the enrichment ratio where an event moves 1 kg/ha",
        ),
        "menzel_slope": Parameter(
            0.2,
            "1",
            0.0,
            1.0,
            "Menzel 1980 (CREAMS)",
            "fall of the log enrichment ratio with the log of the sediment",
        ),
        "enrichment_lower": Parameter(
            1.0, "1", 0.0, 1.0, "own: sediment is not poorer than its soil", "least enrichment"
        ),
        "enrichment_upper": Parameter(
            3.5,
            "1",
            1.0,
            10.0,
            "review of eroded carbon: ratios of 2.3 to 3.5 observed",
            "largest enrichment",
        ),
        "watem_c_amplitude": Parameter(
            1.0,
            "1",
            0.0,
            5.0,
            "WATEM_C: ER = 1 + a exp(-b depth), a",
            "enrichment above 1 of the slightest erosion",
        ),
        "watem_c_decay_per_m": Parameter(
            2000.0,
            "m-1",
            0.0,
            1e5,
            "WATEM_C: ER = 1 + a exp(-b depth), b",
            "fall of the enrichment with the eroded depth",
        ),
        "buried_rate": Parameter(
            1 / 3,
            "1",
            0.0,
            1.0,
            "Zhang et al. 2016, in Lu et al. 2024: a third of the rate of slopes",
            "decomposition of buried carbon relative to that of other carbon",
        ),
        "mixed_depth_m": Parameter(
            0.15,
            "m",
            0.0,
            0.5,
            "own: the block that erosion and deposition mix (Lu et al. 2024, Eq. 22)",
            "depth above which carbon does not count as buried",
        ),
        "depth_attenuation_per_m": Parameter(
            3.3,
            "m-1",
            0.0,
            10.0,
            "WATEM_C: rates fall as exp(-3.3 depth)",
            "fall of decomposition with depth",
        ),
        "transit_respired": Parameter(
            0.2,
            "1",
            0.0,
            0.4,
            "review of eroded carbon: 20-40 % oxidised; own: its lower end",
            "share of eroded particulate carbon respired while it moves",
        ),
        "decomposition_multiplier": Parameter(
            1.0,
            "1",
            0.1,
            10.0,
            "own: 1 leaves the rates of the carbon model; the ensemble varies it",
            "rate of all decomposition within the soil relative to that of the carbon model",
        ),
    },
)
