"""Where each equation of Lu et al. 2024 is in this package."""

from __future__ import annotations

EQUATIONS: dict[int, str] = {
    1: "dissolved.kernel_laws.throughfall_carbon",
    2: "dissolved.kernel_laws.throughfall_enrichment",
    3: "dissolved.kernel_laws.stemflow_carbon",
    4: "dissolved.kernel_laws.stemflow_enrichment",
    5: "dissolved.kernel_laws.dissolve",
    6: "dissolved.kernel_laws.dissolve",
    7: "dissolved.kernel_laws.dissolve",
    8: "carbon.kernel_factors.dissolved_temperature_factor",
    9: "carbon.kernel_factors.moisture_factor",
    10: "dissolved.kernel_laws.exuded_carbon",
    11: "dissolved.kernel_dissolved.split",
    12: "dissolved.kernel_dissolved.split",
    13: "dissolved.kernel_laws.decayed",
    14: "dissolved.kernel_dissolved.decay_solution",
    15: "dissolved.kernel_dissolved.decay_solution",
    16: "dissolved.kernel_laws.dissolved_share",
    17: "dissolved.kernel_laws.washed_out",
    18: "profile.kernel_profile.erode",
    19: "profile.initial.initial_profile",
    20: "profile.initial.initial_profile",
    21: "profile.kernel_profile.erode",
    22: "profile.kernel_profile.erode",
    23: "profile.kernel_profile.erode",
    24: "profile.kernel_profile.erode",
    25: "profile.kernel_profile.deposit",
    26: "agreement.relative_bias_percent",
    27: "agreement.nash_sutcliffe",
}
"""Number to the function that holds it, named from this package on. Eq. 18 describes the same
carbon as Eq. 23, so that only the latter is carried (see `profile.kernel_profile`)."""
