"""One storm over one hillslope, for experiments and comparison with measured hydrographs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import InputError, Problem

from .kernel_hillslope_event import storm_over_hillslope
from .kernel_kinematic_wave import flow_resistance

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Hillslope:
    """A slope of unit width from its divide to its foot.

    Parameters
    ----------
    length_m : float
        Along the surface.
    slope : float or array (nodes,)
        m m-1, above 0; an array gives each node its own, from the divide down.
    manning_s_m13 : float
        Manning's n of sheet flow: 0.03 bare, 0.1 cropland, 0.24 grass, 0.4 forest.
    nodes : int
        Parts of equal length.
    retention_m : float
        Water that depressions hold back.
    relief_roughness : float
        Share of ground under retained water (`inundated_fraction`); 1 for all of it.
    """

    length_m: float
    slope: float | FloatArray
    manning_s_m13: float
    nodes: int = 10
    retention_m: float = 0.0
    relief_roughness: float = 1.0

    @property
    def resistance(self) -> FloatArray:
        """`flow_resistance` of each node, shape (nodes,)."""
        slopes = np.broadcast_to(np.asarray(self.slope, dtype=np.float64), (self.nodes,))
        return np.array([flow_resistance(slope, self.manning_s_m13) for slope in slopes])


@dataclass(frozen=True)
class EventSoil:
    """The soil of a storm.

    Parameters
    ----------
    conductivity_m_s : float
        Effective conductivity; 0 for a sealed surface.
    suction_deficit_m : float
        Wetting-front suction times water deficit (`suction_deficit`,
        `suction_deficit_of_sorptivity`).
    """

    conductivity_m_s: float = 0.0
    suction_deficit_m: float = 0.0


@dataclass(frozen=True)
class Hydrograph:
    """What a storm did.

    Parameters
    ----------
    time_s : array (steps,)
        End of each step.
    rain_m, outflow_m, infiltrated_m : array (steps,)
        Depths over the hillslope in each step.
    discharge_m2_s : array (steps,)
        Flow per width at the foot at the end of each step.
    left_m : float
        Water on the surface at the end.
    """

    time_s: FloatArray
    rain_m: FloatArray
    outflow_m: FloatArray
    infiltrated_m: FloatArray
    discharge_m2_s: FloatArray
    left_m: float

    @property
    def residual_m(self) -> float:
        """Rain that is neither outflow nor infiltrated nor left: rounding."""
        gone_m = self.outflow_m.sum() + self.infiltrated_m.sum() + self.left_m
        return float(self.rain_m.sum() - gone_m)


_SEALED = EventSoil()


def run_event(
    rain_m_s: FloatArray, step_s: float, hillslope: Hillslope, soil: EventSoil = _SEALED
) -> Hydrograph:
    """Return the hydrograph of a storm on a dry surface.

    Parameters
    ----------
    rain_m_s : array (steps,)
        Intensity in each step.
    step_s : float
        Length of the steps.
    hillslope : Hillslope
        Geometry and surface.
    soil : EventSoil
        Infiltration; by default none.

    Raises
    ------
    InputError
        For negative rain, a level or rising slope, or lengths that are not positive.
    """
    _check(rain_m_s, step_s, hillslope)
    rain_m = np.ascontiguousarray(rain_m_s, dtype=np.float64) * step_s
    outflow_m, infiltrated_m, discharge_m2_s = (np.empty(rain_m.size) for _ in range(3))
    left_m = storm_over_hillslope(
        rain_m,
        step_s,
        hillslope.resistance,
        hillslope.retention_m,
        hillslope.relief_roughness,
        hillslope.length_m / hillslope.nodes,
        soil.conductivity_m_s,
        soil.suction_deficit_m,
        outflow_m,
        infiltrated_m,
        discharge_m2_s,
    )
    time_s = np.linspace(step_s, rain_m.size * step_s, rain_m.size)
    return Hydrograph(time_s, rain_m, outflow_m, infiltrated_m, discharge_m2_s, left_m)


def _check(rain_m_s: FloatArray, step_s: float, hillslope: Hillslope) -> None:
    problems = []
    if not np.all(np.asarray(rain_m_s) >= 0.0):
        problems.append(
            Problem(
                "rain_m_s", f"the least intensity is {np.min(rain_m_s):g} m s-1", "give 0 or more"
            )
        )
    if not np.all(np.asarray(hillslope.slope) > 0.0):
        problems.append(
            Problem(
                "hillslope.slope",
                f"the least slope is {np.min(hillslope.slope):g}",
                "give every node a fall above 0, such as 1e-4",
            )
        )
    for where, value in (
        ("step_s", step_s),
        ("hillslope.length_m", hillslope.length_m),
        ("hillslope.manning_s_m13", hillslope.manning_s_m13),
        ("hillslope.nodes", hillslope.nodes),
    ):
        if not value > 0:
            problems.append(Problem(where, f"is {value:g}", "give a number above 0"))
    if problems:
        raise InputError(problems)
