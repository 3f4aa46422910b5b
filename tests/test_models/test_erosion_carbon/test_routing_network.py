"""Who drains to whom: directions, depressions, flats, lakes, holes, order of work."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from features.errors import InputError
from models.erosion_carbon.routing import flow_network

SIDE = 100.0


def network(elevation, region=None, lakes=None, dx=SIDE, dy=SIDE, **options):
    elevation = np.asarray(elevation, float)
    region = np.ones(elevation.shape, bool) if region is None else region
    return flow_network(elevation, region, dx * dy, dx, dy, lakes, **options)


def receiver(net, row, col):
    """Row and column that a cell drains to."""
    position = int(np.flatnonzero(net.cell_of == row * net.shape[1] + col)[0])
    return tuple(int(x) for x in divmod(net.cell_of[net.downstream[position]], net.shape[1]))


def plane(fall_east, fall_south, size=7):
    row, col = np.mgrid[0:size, 0:size]
    return 100.0 - fall_east * col - fall_south * row


def bowl(bottom=2.0, spill=7.0):
    elevation = np.full((5, 5), 10.0)
    elevation[2, 1:4], elevation[2, 2], elevation[2, 4] = 8.0, bottom, spill
    elevation[2, 3] = spill
    return elevation


rough_ground = hnp.arrays(
    float, st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.integers(0, 6).map(float)
)
"""Whole metres, as in global elevation models: many flats, pits and ties."""


@pytest.mark.parametrize(
    ("east", "south"),
    [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)],
)
def test_water_runs_down_an_analytic_plane(east, south):
    assert receiver(network(plane(east, south)), 3, 3) == (3 + south, 3 + east)


def test_equal_slopes_drain_east_first():
    row, col = np.mgrid[-2:3, -2:3]
    pyramid = 10.0 - np.abs(row) - np.abs(col)
    pyramid[1, 1] = pyramid[1, 3] = pyramid[3, 1] = pyramid[3, 3] = 9.5
    assert receiver(network(pyramid), 2, 2) == (2, 3)


def test_steepest_descent_is_metric_where_cells_are_oblong():
    # Falls by 1 m per cell both ways: diagonal on squares, east where a cell is 4 times as tall.
    assert receiver(network(plane(1, 1)), 3, 3) == (4, 4)
    assert receiver(network(plane(1, 1), dx=100.0, dy=400.0), 3, 3) == (3, 4)


def test_diagonal_link_has_metric_length_and_slope():
    net = network(plane(1, 1), dx=100.0, dy=100.0)
    inner = ~net.is_outlet & (net.distance_m > 100)
    assert inner.any()
    np.testing.assert_allclose(net.distance_m[inner], 100 * np.sqrt(2))
    np.testing.assert_allclose(net.slope[inner], 2 / (100 * np.sqrt(2)))


def test_depression_is_filled_to_its_spill():
    net = network(bowl())
    assert net.to_grid(net.filled_m)[2, 2] == 5.0
    assert net.filled_m.sum() == 5.0


def test_slope_out_of_a_filled_depression_is_the_least_not_negative():
    net = network(bowl())
    assert net.to_grid(net.slope)[2, 2] == 1e-4


def test_water_leaves_a_filled_depression_by_its_spill():
    net = network(bowl())
    assert receiver(net, 2, 2) == (2, 3)
    assert net.to_grid(net.is_outlet)[2, 4] == 1


def test_lake_keeps_its_water():
    lakes = np.zeros((5, 5), bool)
    lakes[2, 2] = True
    net = network(bowl(), lakes=lakes)
    assert receiver(net, 2, 2) == (2, 2)
    assert net.to_grid(net.is_lake)[2, 2] == 1
    assert net.filled_m.max() == 0.0
    assert receiver(net, 2, 1) == (2, 2)


def test_flat_drains_by_the_shortest_way_to_its_exit():
    elevation = np.full((13, 13), 20.0)
    elevation[1:-1, 1:-1] = 5.0
    elevation[11, 12] = 4.0
    net = network(elevation)
    steps = np.zeros(net.n_cells)
    for cell in range(net.n_cells - 1, -1, -1):
        if not net.is_outlet[cell]:
            steps[cell] = steps[net.downstream[cell]] + 1
    row, col = np.mgrid[1:12, 1:12]
    chebyshev = np.maximum(np.abs(row - 11), np.abs(col - 12))
    np.testing.assert_array_equal(net.to_grid(steps)[1:-1, 1:-1], chebyshev)


def test_river_crosses_a_hole_of_the_region():
    elevation = plane(1, 0) + np.abs(np.arange(7) - 3)[:, None]
    region = np.ones((7, 7), bool)
    region[3, 3] = False
    net = network(elevation, region)
    assert receiver(net, 3, 2) == (3, 4)
    assert net.to_grid(net.distance_m)[3, 2] == 200.0
    assert net.to_grid(net.upstream_area_m2)[3, 6] == pytest.approx(48 * SIDE**2)


def test_hole_without_elevation_ends_its_river_there():
    elevation = plane(1, 0) + np.abs(np.arange(7) - 3)[:, None]
    elevation[3, 3] = np.nan
    net = network(elevation)
    assert net.n_cells == 48
    assert net.to_grid(net.is_outlet)[3, 2] == 1


def test_edge_cell_drains_out_of_the_region_where_that_is_steepest():
    region = np.zeros((7, 7), bool)
    region[:, :4] = True
    net = network(plane(1, 0), region)
    np.testing.assert_array_equal(net.to_grid(net.is_outlet)[1:-1, 3], 1)
    np.testing.assert_allclose(net.slope, 0.01)
    np.testing.assert_array_equal(net.distance_m, 100.0)


def test_outlet_continues_the_slope_of_its_main_link():
    # A long gentle river and one steep cell meet in the corner.
    elevation = np.array([[10.0, 9.0, 8.0, 7.0, 6.0], [90.0, 90.0, 90.0, 90.0, 50.0]])
    net = network(elevation, np.array([[True] * 5, [False] * 4 + [True]]))
    (outlet,) = np.flatnonzero(net.to_grid(net.is_outlet).ravel() == 1)
    assert outlet == 4
    assert net.to_grid(net.slope)[1, 4] == 0.44
    assert net.to_grid(net.slope)[0, 4] == 0.01


def test_v_catchment_is_symmetric():
    row, col = np.mgrid[0:20, 0:21]
    net = network(200.0 - row + 3.0 * np.abs(col - 10))
    area = net.to_grid(net.upstream_area_m2)
    np.testing.assert_array_equal(area[1:-1], area[1:-1, ::-1])
    assert area[-1, 10] == area.max()


@settings(max_examples=60, deadline=None)
@given(rough_ground, st.data())
def test_every_cell_comes_before_the_cell_it_drains_to(elevation, data):
    lakes = data.draw(hnp.arrays(bool, elevation.shape))
    net = network(elevation, lakes=lakes, group_cells=data.draw(st.integers(1, 40)))
    own = np.arange(net.n_cells)
    assert net.n_cells == elevation.size
    assert (net.downstream[~net.is_outlet] > own[~net.is_outlet]).all()
    assert (net.is_outlet == (net.downstream == own)).all()


@settings(max_examples=60, deadline=None)
@given(rough_ground, st.data())
def test_water_ends_at_the_edge_or_in_a_lake_only(elevation, data):
    lakes = data.draw(hnp.arrays(bool, elevation.shape))
    net = network(elevation, lakes=lakes)
    edge = np.ones(elevation.shape, bool)
    edge[1:-1, 1:-1] = False
    assert (edge | lakes).ravel()[net.cell_of[net.is_outlet]].all()
    assert net.is_outlet[net.is_lake].all()


@settings(max_examples=60, deadline=None)
@given(rough_ground)
def test_water_never_climbs_filled_ground(elevation):
    net = network(elevation)
    filled = net.from_grid(elevation) + net.filled_m
    assert (filled[net.downstream] <= filled).all()
    assert (net.filled_m >= 0).all()


@settings(max_examples=60, deadline=None)
@given(rough_ground, st.integers(1, 40))
def test_area_of_all_outlets_is_the_area_of_the_region(elevation, group_cells):
    net = network(elevation, group_cells=group_cells)
    total = net.upstream_area_m2[net.is_outlet].sum()
    assert total == pytest.approx(elevation.size * SIDE**2, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(rough_ground, st.integers(1, 40))
def test_schedule_lists_each_link_once_and_levels_are_independent(elevation, group_cells):
    net = network(elevation, group_cells=group_cells)
    schedule = net.schedule
    below = np.repeat(np.arange(net.n_cells), np.diff(schedule.upstream_start))
    np.testing.assert_array_equal(net.downstream[schedule.upstream], below)
    np.testing.assert_array_equal(np.sort(schedule.upstream), np.flatnonzero(~net.is_outlet))
    level = np.repeat(np.arange(len(schedule.level_start) - 1), np.diff(schedule.level_start))
    assert (level[schedule.upstream] < level[below]).all()


@settings(max_examples=60, deadline=None)
@given(rough_ground, st.integers(1, 40))
def test_groups_drain_to_themselves_or_to_the_trunk(elevation, group_cells):
    net = network(elevation, group_cells=group_cells)
    schedule = net.schedule
    bounds = schedule.level_start[schedule.group_level]
    group = np.repeat(np.arange(schedule.n_groups + 1), np.diff(bounds))
    below = group[net.downstream]
    assert ((below == group) | (below == schedule.n_groups)).all()
    assert (np.diff(bounds)[:-1] <= group_cells).all()
    crossing = np.flatnonzero(below != group)
    np.testing.assert_array_equal(schedule.root, crossing)
    np.testing.assert_array_equal(
        np.repeat(np.arange(schedule.n_groups), np.diff(schedule.group_root)), group[crossing]
    )


@settings(max_examples=40, deadline=None)
@given(rough_ground, st.data())
def test_cells_upstream_hold_the_upstream_area(elevation, data):
    net = network(elevation)
    cell = data.draw(st.integers(0, net.n_cells - 1))
    upstream = net.upstream_of(cell)
    assert upstream[cell]
    assert net.area_m2[upstream].sum() == pytest.approx(net.upstream_area_m2[cell], rel=1e-12)


def test_basins_are_the_cells_upstream_of_their_outlets():
    net = network(np.random.default_rng(0).random((20, 20)))
    for outlet in np.flatnonzero(net.is_outlet):
        np.testing.assert_array_equal(net.basin == outlet, net.upstream_of(int(outlet)))


def test_groups_change_the_order_but_not_the_network():
    ground = np.random.default_rng(1).random((30, 30))
    one, many = network(ground), network(ground, group_cells=20)
    assert many.schedule.n_groups > 5
    for name in ("distance_m", "slope", "upstream_area_m2", "is_outlet", "filled_m"):
        first, second = getattr(one, name), getattr(many, name)
        np.testing.assert_array_equal(one.to_grid(first), many.to_grid(second))


def test_grid_and_order_are_inverse():
    region = np.random.default_rng(2).random((9, 8)) < 0.7
    net = network(np.random.default_rng(3).random((9, 8)), region)
    raster = np.random.default_rng(4).random((9, 8, 2))
    back = net.to_grid(net.from_grid(raster))
    np.testing.assert_array_equal(back[region], raster[region])
    assert np.isnan(back[~region]).all()


def test_region_without_elevation_is_refused():
    with pytest.raises(InputError, match="no cell of the region has an elevation"):
        network(np.full((3, 3), np.nan))


def test_cells_without_size_are_refused():
    with pytest.raises(InputError, match="without a positive area"):
        network(plane(1, 0), dx=0.0)
