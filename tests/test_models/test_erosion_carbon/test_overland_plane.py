"""Overland flow against the exact kinematic plane, and its water budget."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from features.errors import InputError
from models.erosion_carbon import hillslope_block as block
from models.erosion_carbon.hydrology.hillslope_event import (
    EventSoil,
    Hillslope,
    Hydrograph,
    run_event,
)
from models.erosion_carbon.hydrology.kernel_kinematic_wave import (
    end_weight,
    flow_resistance,
    kinematic_root,
    wave_celerity,
)
from models.erosion_carbon.hydrology.kernel_overland import substeps
from models.erosion_carbon.hydrology.kinematic_plane import equilibrium_time_s, exact_discharge
from models.erosion_carbon.kernel_hillslope_lanes import run_down_lanes

MM_PER_HOUR = 1e-3 / 3_600.0


class Plane(NamedTuple):
    length_m: float
    slope: float
    manning: float
    rain_m_s: float
    rain_s: float
    end_s: float

    def exact(self, time_s: np.ndarray) -> np.ndarray:
        return exact_discharge(
            time_s, self.length_m, self.slope, self.manning, self.rain_m_s, self.rain_s
        )

    def run(self, nodes: int, step_s: float) -> Hydrograph:
        time_s = np.arange(step_s, self.end_s + step_s / 2, step_s)
        rain = np.where(time_s <= self.rain_s + 1e-6, self.rain_m_s, 0.0)
        return run_event(rain, step_s, Hillslope(self.length_m, self.slope, self.manning, nodes))

    def at(self, hydrograph: Hydrograph, time_s: float) -> float:
        return float(hydrograph.discharge_m2_s[np.searchsorted(hydrograph.time_s, time_s - 1e-6)])


A = Plane(100.0, 0.05, 0.05, 50.0 * MM_PER_HOUR, 1_800.0, 3_600.0)
B = Plane(1_000.0, 0.05, 0.1, 20.0 * MM_PER_HOUR, 14_400.0, 36_000.0)
KNOWN = [
    (A, 300.0, 4.824988e-4, 0.01),
    (A, 1_800.0, 1.388889e-3, 0.01),
    (A, 2_100.0, 5.447362e-4, 0.05),
    (A, 2_400.0, 2.181341e-4, 0.05),
    (A, 3_600.0, 2.066102e-5, 0.05),
    (B, 3_600.0, 3.295098e-3, 0.01),
    (B, 14_400.0, 5.555556e-3, 0.01),
    (B, 18_000.0, 1.522687e-3, 0.05),
    (B, 36_000.0, 3.780957e-5, 0.05),
]


@pytest.mark.parametrize(("plane", "equilibrium_s"), [(A, 565.749), (B, 4_925.133)])
def test_equilibrium_time_of_a_plane(plane: Plane, equilibrium_s: float) -> None:
    time_s = equilibrium_time_s(plane.length_m, plane.slope, plane.manning, plane.rain_m_s)
    assert time_s == pytest.approx(equilibrium_s, abs=1e-3)


@pytest.mark.parametrize(("plane", "time_s", "discharge", "_tolerance"), KNOWN)
def test_exact_hydrograph_of_a_plane(
    plane: Plane, time_s: float, discharge: float, _tolerance: float
) -> None:
    assert plane.exact(np.array([time_s]))[0] == pytest.approx(discharge, rel=1e-6)


@pytest.mark.parametrize(("plane", "time_s", "discharge", "tolerance"), KNOWN)
def test_100_nodes_in_steps_of_60_s_follow_the_exact_plane(
    plane: Plane, time_s: float, discharge: float, tolerance: float
) -> None:
    assert plane.at(plane.run(100, 60.0), time_s) == pytest.approx(discharge, rel=tolerance)


@pytest.mark.parametrize("plane", [A, B])
def test_ten_nodes_in_steps_of_300_s_keep_the_shape_of_the_hydrograph(plane: Plane) -> None:
    run = plane.run(10, 300.0)
    mean = run.outflow_m * plane.length_m / 300.0
    inside = np.linspace(0.0, 300.0, 21)[1:] - 7.5
    exact = np.array([plane.exact(end - 300.0 + inside).mean() for end in run.time_s])
    efficiency = 1.0 - ((mean - exact) ** 2).sum() / ((exact - exact.mean()) ** 2).sum()
    assert efficiency > 0.98


@pytest.mark.parametrize("plane", [A, B])
def test_error_falls_with_finer_nodes_and_steps(plane: Plane) -> None:
    errors = []
    for nodes, step_s in ((10, 300.0), (40, 75.0), (160, 18.75)):
        run = plane.run(nodes, step_s)
        errors.append(np.abs(run.discharge_m2_s - plane.exact(run.time_s)).mean())
    assert errors[1] < 0.4 * errors[0]
    assert errors[2] < 0.4 * errors[1]


def test_exact_plane_refuses_rain_that_ends_early() -> None:
    with pytest.raises(ValueError, match="until equilibrium"):
        exact_discharge(np.array([1.0]), 100.0, 0.05, 0.05, 50.0 * MM_PER_HOUR, 500.0)


def test_depth_at_equilibrium_of_plane_a() -> None:
    resistance = flow_resistance(A.slope, A.manning)
    depth = resistance * (A.rain_m_s * A.length_m) ** 0.6
    assert depth == pytest.approx(7.8576e-3, abs=5e-8)


@settings(deadline=None)
@given(st.floats(1e-12, 1.0), st.floats(1e-3, 1e5))
def test_kinematic_root_solves_its_polynomial(water: float, courant: float) -> None:
    y = kinematic_root(water, courant)
    assert y**3 + courant * y**5 == pytest.approx(water, rel=3e-10)  # two steps: worst 2.7e-10


@settings(deadline=None)
@given(st.floats(0.0, 0.1), st.floats(1.0, 1e5))
def test_end_of_step_weighs_between_half_and_all(depth: float, duration: float) -> None:
    weight = end_weight(depth, 0.5, 100.0, duration)
    assert 0.5 <= weight <= 1.0


def test_celerity_is_five_thirds_of_velocity() -> None:
    resistance = flow_resistance(0.05, 0.05)
    velocity = np.sqrt(0.05) / 0.05 * 0.005 ** (2 / 3)
    assert wave_celerity(0.005, resistance) == pytest.approx(5 / 3 * velocity)


def test_steady_rain_leaves_the_same_flow_at_any_number_of_nodes() -> None:
    steady = np.full(200, A.rain_m_s)
    for nodes in (1, 5, 50):
        run = run_event(steady, 300.0, Hillslope(A.length_m, A.slope, A.manning, nodes))
        assert run.discharge_m2_s[-1] == pytest.approx(A.rain_m_s * A.length_m, rel=1e-6)


node_arrays = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        *(st.lists(st.floats(0.0, top), min_size=n, max_size=n) for top in (0.05, 0.02, 0.02)),
        st.lists(st.floats(0.01, 5.0), min_size=n, max_size=n),
    )
)


@settings(deadline=None)
@given(node_arrays, st.floats(0.0, 0.02), st.floats(1.0, 7_200.0))
def test_a_step_moves_water_and_loses_none(
    arrays: tuple[list[float], ...], retention: float, duration: float
) -> None:
    n = len(arrays[0])
    lanes = np.zeros((block.n_rows(n), 1))
    groups = (block.DEPTH, block.DISCHARGE, block.EXCESS, block.RESISTANCE)
    rows = [slice(block.node_row(group, 0, n), block.node_row(group, n, n)) for group in groups]
    for row, values in zip(rows, arrays, strict=True):
        lanes[row, 0] = values
    lanes[[block.LENGTH_M, block.SPACING_M], 0] = n * 20.0, 20.0
    lanes[block.RETENTION_M] = retention
    before = lanes[rows[0]].sum() + lanes[rows[2]].sum()
    run_down_lanes(lanes, 1, n, duration)
    depth, discharge = lanes[rows[0], 0], lanes[rows[1], 0]
    passed = lanes[block.node_row(block.PASSED, 0, n) :, 0] * (duration / 20.0)
    outflow = lanes[block.INFLOW_M, 0] / n
    assert (depth >= 0.0).all()
    assert (discharge >= 0.0).all()
    assert (passed >= 0.0).all()
    assert outflow == pytest.approx(passed[-1] / depth.size, rel=1e-15)
    assert_allclose(depth.sum() + outflow * depth.size, before, rtol=1e-12, atol=1e-16)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(0.0, 3e-5), min_size=1, max_size=20),
    st.floats(0.0, 1e-5),
    st.floats(0.0, 0.1),
    st.floats(0.0, 0.02),
    st.floats(0.2, 1.0),
    st.integers(1, 10),
)
def test_a_storm_balances(
    rain: list[float],
    conductivity: float,
    deficit: float,
    retention: float,
    relief: float,
    nodes: int,
) -> None:
    slope = Hillslope(200.0, 0.08, 0.1, nodes, retention, relief)
    run = run_event(np.array(rain), 600.0, slope, EventSoil(conductivity, deficit))
    assert abs(run.residual_m) <= 1e-12 * max(run.rain_m.sum(), 1e-6)
    assert run.left_m >= 0.0
    assert (run.infiltrated_m >= 0.0).all()
    assert (run.outflow_m >= 0.0).all()


def test_no_water_leaves_below_retention() -> None:
    slope = Hillslope(100.0, 0.1, 0.05, 5, retention_m=0.02)
    run = run_event(np.full(12, 1e-5), 150.0, slope)
    assert run.outflow_m.sum() == 0.0
    assert run.left_m == pytest.approx(12 * 150.0 * 1e-5)


def test_run_on_infiltrates_downslope_after_the_rain() -> None:
    """A longer slope gives its water more time to infiltrate."""
    rain = np.where(np.arange(60) < 6, 2e-5, 0.0)
    soil = EventSoil(2e-6, 0.03)
    short, long = (
        run_event(rain, 300.0, Hillslope(length, 0.05, 0.2, 10), soil) for length in (50.0, 500.0)
    )
    assert long.infiltrated_m.sum() > 1.2 * short.infiltrated_m.sum()


def test_flow_is_continuous_where_roughness_changes() -> None:
    """At equilibrium each node passes all rain above it, whatever its slope."""
    slope = Hillslope(100.0, np.array([0.02, 0.2, 0.05, 0.3, 0.01]), 0.05, 5)
    run = run_event(np.full(400, A.rain_m_s), 60.0, slope)
    assert run.discharge_m2_s[-1] == pytest.approx(A.rain_m_s * 100.0, rel=1e-9)


@pytest.mark.parametrize(
    ("mobile_m", "length_m", "expected"),
    [
        pytest.param(0.0, 300.0, 1, id="nothing flows"),
        pytest.param(0.001, 300.0, 6, id="slow flow on a long slope"),
        pytest.param(0.0057, 100.0, 9, id="half the slope in 7 minutes"),
        pytest.param(0.022, 50.0, 12, id="fast flow on a short slope"),
    ],
)
def test_an_hour_is_cut_only_where_water_flows(
    mobile_m: float, length_m: float, expected: int
) -> None:
    resistance = flow_resistance(0.05, 0.1)
    assert substeps(mobile_m, resistance, length_m, 3_600.0, 300.0, 600.0, 0.5) == expected


@pytest.mark.parametrize(
    ("slope", "rain", "message"),
    [
        (Hillslope(100.0, 0.0, 0.1), 1e-5, "least slope is 0"),
        (Hillslope(-5.0, 0.1, 0.1), 1e-5, "is -5"),
        (Hillslope(100.0, 0.1, 0.1), -1e-5, "least intensity is -1e-05"),
    ],
)
def test_event_names_what_cannot_be_run(slope: Hillslope, rain: float, message: str) -> None:
    with pytest.raises(InputError, match=message):
        run_event(np.array([rain]), 60.0, slope)
