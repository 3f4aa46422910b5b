"""Values of the knobs for an ensemble: a Latin hypercube in log space.

Besides the five knobs of calibration, which move water and soil, an ensemble varies how fast carbon
decays: the simulator's stocks go with it, and the five hardly move them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from .parameters import KNOBS, TABLES, make_parameters
from .settings import Settings
from .soil_columns import FloatArray

ENSEMBLE_KNOBS = (*KNOBS, "profile.decomposition_multiplier")
RANGE_FACTORS: dict[str, float] = {
    "overland.conductivity_multiplier": 4.0,
    "surface.drainage_density_multiplier": 2.0,
    "erosion.erodibility_factor": 4.0,
    "erosion.transport_coefficient": 3.0,
    "dissolved.production_share": 4.0,
    "profile.decomposition_multiplier": 3.0,
}
"""By how much each knob is divided and multiplied at most; own. Conductivities of one texture
scatter by a factor of 3 to 10 (Rawls et al. 1982), WEPP's erodibilities by 2 to 5, drainage
densities at different map scales by 2. Decomposition: wide enough for stocks three times those of
the carbon model's rates, and a third of them."""


def knobs_of(settings: Settings) -> dict[str, float]:
    """Return the value of each of `ENSEMBLE_KNOBS` in a run's own settings."""
    values = make_parameters(settings.parameters, settings.carbon)
    parts = {knob: knob.split(".") for knob in ENSEMBLE_KNOBS}
    return {knob: getattr(getattr(values, process), name)
            for knob, (process, name) in parts.items()}  # fmt: skip


def knob_ranges(settings: Settings) -> dict[str, tuple[float, float]]:
    """Return the lowest and highest value of each knob.

    Around the values of `settings`, by `RANGE_FACTORS`, within the bounds of the parameter tables.
    A knob that is 0 stays 0.
    """
    ranges = {}
    for knob, centre in knobs_of(settings).items():
        process, name = knob.split(".")
        factor = RANGE_FACTORS[knob]
        known = TABLES[process].parameters[name]
        ranges[knob] = (max(known.lower, centre / factor), min(known.upper, centre * factor))
    return {knob: span if span[1] > 0 else (0.0, 0.0) for knob, span in ranges.items()}


def knob_samples(
    settings: Settings, n_members: int, seed: int, knobs: Sequence[str] = ENSEMBLE_KNOBS
) -> list[dict[str, float]]:
    """Return the knobs of each member.

    A Latin hypercube (McKay et al. 1979, Technometrics 21:239-245): of each knob's range, every
    one of `n_members` parts equal in log space holds one member.

    Parameters
    ----------
    settings : Settings
        The run's; its knobs are the middle of the ranges.
    n_members : int
        Size of the ensemble.
    seed : int
        Of the design.
    knobs : sequence of str
        Those that are varied.
    """
    from scipy.stats import qmc

    every = knob_ranges(settings)
    ranges = {knob: every[knob] for knob in knobs}
    unit: FloatArray = qmc.LatinHypercube(d=len(ranges), seed=seed).random(n_members)
    members: list[dict[str, float]] = []
    for row in unit:
        drawn = zip(ranges.items(), row, strict=True)
        members.append({knob: _between(span, float(share)) for (knob, span), share in drawn})
    return members


def with_knobs(settings: Settings, knobs: dict[str, float]) -> Settings:
    """Return the settings with knobs, such as ``{"erosion.erodibility_factor": 2}``, replaced."""
    parameters = {process: dict(values) for process, values in settings.parameters.items()}
    for knob, value in knobs.items():
        process, name = knob.split(".")
        parameters.setdefault(process, {})[name] = value
    return replace(settings, parameters=parameters)


def _between(span: tuple[float, float], share: float) -> float:
    low, high = span
    if low <= 0.0:
        return low + share * (high - low)
    return float(np.clip(low * (high / low) ** share, low, high))
