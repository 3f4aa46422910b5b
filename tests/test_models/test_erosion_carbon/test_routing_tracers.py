"""Carbon moves as its carrier does, none is lost, and threads change nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.routing import (
    CHANNEL,
    CarrierFractions,
    ChannelRouter,
    flow_network,
    sediment_fractions,
    water_fractions,
)

ONE = CellThreads(1)


def hills(seed, size=40, **options):
    ground = np.random.default_rng(seed).integers(0, 20, (size, size)).astype(float)
    return flow_network(ground, np.ones(ground.shape, bool), 1e6, 1e3, 1e3, **options)


def storms(net, seed):
    rng = np.random.default_rng(seed)
    wet = rng.random((24, net.n_cells)) < 0.2
    lateral = np.where(wet, 10 ** rng.uniform(2, 5, wet.shape), 0.0)
    return lateral, lateral * rng.uniform(0, 3, wet.shape)


def empty(net, tracers):
    """Arrays of supply's shape: inflow, deposited, outflow."""
    return np.zeros((3, net.n_cells, tracers))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_no_tracer_is_lost_or_made(seed, group_cells):
    rng = np.random.default_rng(seed)
    net = hills(seed, 12, group_cells=group_cells)
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    supply, stored = rng.random((2, net.n_cells, 3))
    before = stored.copy()
    inflow, deposited, outflow = empty(net, 3)
    fractions = CarrierFractions(*rng.random((2, net.n_cells)))
    router.route_tracers(fractions, supply, stored, inflow, deposited, outflow)
    np.testing.assert_allclose(
        stored + deposited + outflow, before + inflow + supply, rtol=1e-12, atol=0
    )
    total_out = outflow[net.is_outlet].sum(0) + deposited.sum(0) + stored.sum(0)
    np.testing.assert_allclose(total_out, before.sum(0) + supply.sum(0), rtol=1e-12)
    assert all((values >= 0).all() for values in (stored, inflow, deposited, outflow))


def test_carbon_of_constant_share_stays_a_constant_share_of_sediment():
    # 2 % and 5 % of all sediment supplied: true of every flux and store on every day.
    share = np.array([0.02, 0.05])
    net = hills(1)
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    store, stored = router.new_store(), np.zeros((net.n_cells, 2))
    for day in range(4):
        lateral, sediment = storms(net, day)
        fluxes = router.new_fluxes()
        router.route_hours(store, lateral, sediment, 3600.0, fluxes)
        inflow, deposited, outflow = empty(net, 2)
        supply = sediment.sum(0)[:, None] * share
        fractions = sediment_fractions(fluxes, store)
        router.route_tracers(fractions, supply, stored, inflow, deposited, outflow)
        for carbon, carrier in (
            (outflow, fluxes.sediment_out_kg),
            (inflow, fluxes.sediment_in_kg),
            (deposited, fluxes.deposited_kg),
            (stored, store.suspended_kg),
        ):
            np.testing.assert_allclose(carbon, carrier[:, None] * share, rtol=1e-9, atol=1e-9)


def test_dissolved_carbon_of_constant_concentration_stays_so_and_never_settles():
    net = hills(2)
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    store, stored = router.new_store(), np.zeros((net.n_cells, 1))
    for day in range(4):
        lateral, sediment = storms(net, day)
        fluxes = router.new_fluxes()
        router.route_hours(store, lateral, sediment, 3600.0, fluxes)
        inflow, deposited, outflow = empty(net, 1)
        supply = 8.0 * lateral.sum(0)[:, None]
        fractions = water_fractions(fluxes, store)
        router.route_tracers(fractions, supply, stored, inflow, deposited, outflow)
        assert (deposited == 0).all()
        np.testing.assert_allclose(outflow[:, 0], 8.0 * fluxes.outflow_m3, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(stored[:, 0], 8.0 * store.volume_m3, rtol=1e-9, atol=1e-6)


def test_carbon_without_carrier_stays_and_dissolved_leaves():
    net = hills(3, 6)
    router = ChannelRouter(net, CHANNEL.defaults, ONE)
    store, fluxes = router.new_store(), router.new_fluxes()
    supply = np.ones((net.n_cells, 1))
    inflow, deposited, outflow = empty(net, 1)
    stored = np.zeros_like(supply)
    fractions = sediment_fractions(fluxes, store)
    router.route_tracers(fractions, supply, stored, inflow, deposited, outflow)
    np.testing.assert_array_equal(deposited, supply)
    fractions = water_fractions(fluxes, store)
    router.route_tracers(fractions, supply, stored, inflow, deposited, outflow)
    assert outflow[net.is_outlet].sum() == pytest.approx(net.n_cells)


def routed(net, n_threads):
    """Everything two days of routing leave behind."""
    results = []
    with CellThreads(n_threads) as threads:
        router = ChannelRouter(net, CHANNEL.defaults, threads, [5, net.n_cells - 1])
        store, fluxes = router.new_store(), router.new_fluxes()
        stored = np.zeros((net.n_cells, 3))
        for day in range(2):
            lateral, sediment = storms(net, day)
            router.route_hours(store, lateral, sediment, 1800.0, fluxes)
            tracers = empty(net, 3)
            supply = np.random.default_rng(day).random((net.n_cells, 3))
            router.route_tracers(sediment_fractions(fluxes, store), supply, stored, *tracers)
            results += [*(values.copy() for values in (*store, *fluxes, stored)), *tracers]
    return results


@pytest.mark.parametrize("n_threads", [2, 4])
def test_any_number_of_threads_gives_the_same_bits(n_threads):
    net = hills(4, 80, group_cells=150)
    assert net.schedule.n_groups > 8
    assert len(net.schedule.root) > 8
    for alone, together in zip(routed(net, 1), routed(net, n_threads), strict=True):
        np.testing.assert_array_equal(alone, together)


def test_groups_change_no_cell():
    whole, parts = hills(5, 60, group_cells=10_000), hills(5, 60, group_cells=50)
    assert parts.schedule.n_groups > 8
    volumes = []
    for net in (whole, parts):
        router = ChannelRouter(net, CHANNEL.defaults, ONE)
        store = router.new_store()
        wet = np.random.default_rng(6).random((60, 60, 24)) * 1e4
        lateral = np.ascontiguousarray(net.from_grid(wet).T)
        router.route_hours(store, lateral, lateral, 3600.0, router.new_fluxes())
        volumes.append(net.to_grid(store.volume_m3))
    np.testing.assert_allclose(volumes[0], volumes[1], rtol=1e-12)
