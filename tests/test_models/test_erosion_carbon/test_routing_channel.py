"""Channel links against known answers of the kinematic wave, and sediment against its laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import InputError
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.routing import CHANNEL, ChannelRouter, flow_network
from models.erosion_carbon.routing.geometry import channel_links
from models.erosion_carbon.routing.kernel_channel import (
    ChannelState,
    ChannelTotals,
    channel_step,
    root_depth,
)

ONE = CellThreads(1)


def chain(n_cells, side_m, slope, **parameters):
    """A straight channel of links of equal slope; width 1 m unless said otherwise."""
    elevation = 100.0 - slope * side_m * np.arange(n_cells)[None, :]
    region = np.ones((1, n_cells), bool)
    net = flow_network(elevation, region, side_m**2, side_m, side_m)
    chosen = {"width_at_1_km2_m": 1.0, "width_exponent": 0.0, **parameters}
    return net, CHANNEL.with_values(chosen)


def valley(seed=0, size=24):
    row, col = np.mgrid[0:size, 0:size]
    rough = np.random.default_rng(seed).random((size, size))
    elevation = 3.0 * (size - row) + 5.0 * np.abs(col - size // 2) + 4 * rough
    return flow_network(elevation, np.ones(elevation.shape, bool), 1e6, 1000.0, 1000.0)


def constant(net, value, hours=24):
    return np.full((hours, net.n_cells), value)


def test_implicit_depth_solves_its_equation_over_all_magnitudes():
    rng = np.random.default_rng(0)
    for supply, kappa in 10 ** rng.uniform((-9, -6), (3, 6), (2000, 2)):
        y = root_depth(supply, kappa)
        assert y**3 + kappa * y**5 == pytest.approx(supply, rel=1e-9)


def test_compiled_depth_is_that_of_the_plain_iteration():
    y = 1.0
    for _ in range(60):
        y -= (y**3 + 2.0 * y**5 - 0.7) / (3 * y**2 + 10 * y**4)
    assert root_depth(0.7, 2.0) == pytest.approx(y, rel=1e-10)


@pytest.mark.parametrize(
    ("length_m", "slope", "manning_n", "rain_mm_h", "rain_s", "links", "step_s", "known"),
    [
        # m2/s after seconds, from q = alpha (i t)^m and L = q/i + m alpha^(1/m) q^((m-1)/m) (t-D)
        (
            *(100.0, 0.05, 0.05, 50.0, 1800, 200, 1.0),
            {300: 4.824988e-4, 1500: 1.388889e-3, 2100: 5.447362e-4, 3600: 2.066102e-5},
        ),
        (
            *(1000.0, 0.05, 0.1, 20.0, 14400, 100, 60.0),
            {3600: 3.295098e-3, 12000: 5.555556e-3, 18000: 1.522687e-3},
        ),
    ],
    ids=["case_a", "case_b"],
)
def test_kinematic_plane_rises_stands_and_recedes_as_the_closed_form(
    length_m, slope, manning_n, rain_mm_h, rain_s, links, step_s, known
):
    side_m = length_m / links
    net, parameters = chain(links, side_m, slope, manning_n=manning_n)
    rain_m3 = np.full(links, rain_mm_h / 3.6e6 * side_m * step_s)
    none = np.zeros(links)
    state, totals = ChannelState(*np.zeros((6, links))), ChannelTotals(*np.zeros((3, links)))
    geometry, levels = channel_links(net, parameters), len(net.schedule.level_start) - 1
    discharge = {}
    for step in range(1, round(max(known) / step_s) + 1):
        second = step * step_s
        lateral_m3 = rain_m3 if second <= rain_s else none
        channel_step(
            *(0, levels, net.schedule, geometry, step_s, 1.0),
            *(lateral_m3, none, none, state, totals, False),
        )
        discharge[second] = state.discharge_m3[-1] / step_s
    for second, exact in known.items():
        tolerance = 0.01 if second <= rain_s else 0.05
        assert discharge[second] == pytest.approx(exact, rel=tolerance), second


def test_steady_discharge_is_the_sum_of_lateral_inflow_upstream():
    net = valley()
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    store = router.new_store()
    for _ in range(60):
        fluxes = router.new_fluxes()
        router.route_hours(store, constant(net, 3.6), constant(net, 0.0), 3600.0, fluxes)
    expected = 24 * 3.6 * net.upstream_area_m2 / 1e6
    np.testing.assert_allclose(fluxes.outflow_m3, expected, rtol=1e-6)
    np.testing.assert_allclose(fluxes.inflow_m3, expected - 24 * 3.6, rtol=1e-6, atol=1e-6)


def test_steady_depth_is_the_normal_depth_of_manning():
    net, parameters = chain(20, 500.0, 0.002, width_at_1_km2_m=8.0)
    router = ChannelRouter(net, parameters, ONE)
    store = router.new_store()
    lateral = np.zeros((24, 20))
    lateral[:, 0] = 3600.0 * 5.0
    for _ in range(20):
        router.route_hours(store, lateral, 0 * lateral, 3600.0, router.new_fluxes())
    depth = (5.0 * parameters.manning_n / (8.0 * np.sqrt(0.002))) ** 0.6
    np.testing.assert_allclose(store.volume_m3, depth * 8.0 * 500.0, rtol=1e-7)


def test_channels_widen_with_upstream_area_as_bieger_found():
    net = valley()
    width_m = channel_links(net, CHANNEL.defaults).bed_m2 / net.distance_m
    np.testing.assert_allclose(width_m, 2.70 * (net.upstream_area_m2 / 1e6) ** 0.352)


def test_ramp_of_landlab_has_its_inflows():
    # Its test "ramp": 8 x 8 cells of 2 m, runoff 0.001 m/s, steady: 0, .004 ... .028 m3/s.
    elevation = np.repeat(0.1 * np.arange(8.0, 0.0, -1)[:, None] * 2, 8, axis=1)
    net = flow_network(elevation, np.ones((8, 8), bool), 4.0, 2.0, 2.0)
    router = ChannelRouter(net, CHANNEL.with_values({"width_exponent": 0.0}), ONE)
    store = router.new_store()
    lateral = constant(net, 0.001 * 4.0 * 3600)
    for _ in range(3):
        fluxes = router.new_fluxes()
        router.route_hours(store, lateral, 0 * lateral, 3600.0, fluxes)
    inflow = net.to_grid(fluxes.inflow_m3) / 86400
    np.testing.assert_allclose(
        inflow, np.repeat(0.004 * np.arange(8.0)[:, None], 8, axis=1), atol=5e-4
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([3600.0, 900.0]), st.booleans())
def test_no_water_and_no_sediment_is_lost_or_made(seed, step_s, teleport):
    rng = np.random.default_rng(seed)
    ground = rng.integers(0, 9, (12, 12)).astype(float)
    lakes = rng.random((12, 12)) < 0.05
    net = flow_network(ground, rng.random((12, 12)) < 0.9, 1e6, 1e3, 1e3, lakes, 30)
    router = ChannelRouter(net, CHANNEL.defaults, ONE, teleport=teleport)
    store, fluxes = router.new_store(), router.new_fluxes()
    wet = rng.random((24, net.n_cells)) < 0.3
    lateral = np.where(wet, 10 ** rng.uniform(-3, 6, wet.shape), 0.0)
    sediment = np.where(wet, 10 ** rng.uniform(-3, 6, wet.shape), 0.0)
    router.route_hours(store, lateral, sediment, step_s, fluxes)
    # Each cell, and with the outlets the whole, to rounding.
    np.testing.assert_allclose(
        store.volume_m3 + fluxes.outflow_m3, lateral.sum(0) + fluxes.inflow_m3, rtol=1e-12
    )
    np.testing.assert_allclose(
        store.suspended_kg + fluxes.sediment_out_kg + fluxes.deposited_kg,
        sediment.sum(0) + fluxes.sediment_in_kg,
        rtol=1e-12,
    )
    for kept in (*store, *fluxes):
        assert (kept >= 0).all()


def test_clear_water_settles_nothing_and_dry_links_stay_dry():
    net = valley()
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    store, fluxes = router.new_store(), router.new_fluxes()
    router.route_hours(store, constant(net, 0.0), constant(net, 0.0), 3600.0, fluxes)
    assert all((values == 0).all() for values in (*store, *fluxes))


def test_sediment_without_water_stays_where_it_is():
    net = valley()
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    store, fluxes = router.new_store(), router.new_fluxes()
    router.route_hours(store, constant(net, 0.0), constant(net, 5.0), 3600.0, fluxes)
    np.testing.assert_allclose(fluxes.deposited_kg, 120.0, rtol=1e-12)


def steady_sediment(net, parameters, water_m3_s, sediment_kg_s, **options):
    """Fluxes of a day after 40 days of constant supply to the first cell."""
    router = ChannelRouter(net, parameters, ONE, **options)
    store = router.new_store()
    lateral, sediment = np.zeros((2, 24, net.n_cells))
    lateral[:, 0], sediment[:, 0] = 3600 * water_m3_s, 3600 * sediment_kg_s
    for _ in range(40):
        fluxes = router.new_fluxes()
        router.route_hours(store, lateral, sediment, 3600.0, fluxes)
    return fluxes


def test_steady_settling_is_that_of_mixed_tanks_in_a_row():
    net, parameters = chain(6, 500.0, 0.002, width_at_1_km2_m=8.0, settling_velocity_m_s=1e-4)
    fluxes = steady_sediment(net, parameters, 5.0, 1.0)
    passing = 1 / (1 + 1e-4 * 8.0 * 500.0 / 5.0)
    np.testing.assert_allclose(
        fluxes.sediment_out_kg / 86400, passing ** np.arange(1, 7), rtol=1e-7
    )


def test_steady_load_above_capacity_is_cut_to_it():
    net, parameters = chain(
        3, 500.0, 0.002, width_at_1_km2_m=8.0, settling_velocity_m_s=0.0, capacity_coefficient=0.1
    )
    depth = (5.0 * parameters.manning_n / (8.0 * np.sqrt(0.002))) ** 0.6
    capacity_kg_s = 0.1 * (1000 * 9.80665 * depth * 0.002) ** 1.5 * 8.0
    fluxes = steady_sediment(net, parameters, 5.0, 10 * capacity_kg_s)
    np.testing.assert_allclose(fluxes.sediment_out_kg / 86400, capacity_kg_s, rtol=1e-7)


def test_lake_traps_all_sediment():
    ground = np.full((5, 5), 10.0)
    ground[2, 2] = 0.0
    lakes = ground == 0.0
    net = flow_network(ground, np.ones((5, 5), bool), 1e6, 1e3, 1e3, lakes)
    fluxes = ChannelRouter(net, CHANNEL.defaults, ONE).new_fluxes()
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    router.route_hours(router.new_store(), constant(net, 1e5), constant(net, 1e3), 3600.0, fluxes)
    (lake,) = np.flatnonzero(net.is_lake)
    assert fluxes.sediment_in_kg[lake] > 0
    assert fluxes.sediment_out_kg[lake] == 0.0


def test_teleported_sediment_leaves_the_same_day():
    net = valley()
    router = ChannelRouter(net, CHANNEL.defaults, ONE, teleport=True)
    store, fluxes = router.new_store(), router.new_fluxes()
    router.route_hours(store, constant(net, 1e3), constant(net, 2.0), 3600.0, fluxes)
    assert fluxes.sediment_out_kg[net.is_outlet].sum() == pytest.approx(48.0 * net.n_cells)
    assert fluxes.deposited_kg.sum() == 0.0


def test_sediment_does_not_outrun_the_water_that_carries_it():
    # A flood enters a long dry channel: by the hour its front is part way, so is the sediment.
    net, parameters = chain(300, 1000.0, 5e-4, width_at_1_km2_m=20.0, settling_velocity_m_s=0.0)
    router = ChannelRouter(net, parameters, ONE)
    store, fluxes = router.new_store(), router.new_fluxes(3)
    lateral, sediment = np.zeros((2, 3, 300))
    lateral[0, 0], sediment[0, 0] = 1e6, 1e3
    router.route_hours(store, lateral, sediment, 3600.0, fluxes)
    water, load = store.volume_m3 / 1e6, store.suspended_kg / 1e3
    np.testing.assert_allclose(load, water, atol=1e-9)


def test_gauge_shows_the_discharge_of_its_cell():
    net = valley()
    outlet = int(np.argmax(net.upstream_area_m2))
    router = ChannelRouter(net, CHANNEL.defaults, ONE, [0, outlet])
    store, fluxes = router.new_store(), router.new_fluxes()
    lateral = np.random.default_rng(0).random((24, net.n_cells)) * 1e4
    router.route_hours(store, lateral, 0 * lateral, 900.0, fluxes)
    np.testing.assert_allclose(
        fluxes.gauge_m3_s.sum(0) * 3600, fluxes.outflow_m3[[0, outlet]], rtol=1e-12
    )


def test_finer_steps_smear_the_flood_less():
    net, parameters = chain(50, 1000.0, 1e-3, width_at_1_km2_m=20.0)
    lateral = np.zeros((48, 50))
    lateral[:3, 0] = 1e6
    peaks = []
    for step_s in (3600.0, 600.0, 60.0):
        router = ChannelRouter(net, parameters, ONE, [49])
        fluxes = router.new_fluxes(48)
        router.route_hours(router.new_store(), lateral, 0 * lateral, step_s, fluxes)
        peaks.append(fluxes.gauge_m3_s.max())
    assert peaks == sorted(peaks)


@pytest.mark.parametrize("step_s", [0.0, -60.0, 7200.0, 1000.0])
def test_step_that_does_not_divide_the_hour_is_refused(step_s):
    net = valley()
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    water = constant(net, 0.0)
    with pytest.raises(InputError, match="does not divide an hour"):
        router.route_hours(router.new_store(), water, water, step_s, router.new_fluxes())
