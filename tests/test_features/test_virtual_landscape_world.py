"""The virtual world itself: area, shares, drainage, and the true carbon map."""

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from features.manifest import VirtualLandscape
from features.virtual_landscape.kernel_drainage import raise_above_receiver
from features.virtual_landscape.random_fields import gaussian_field, uncorrelated_with
from features.virtual_landscape.relief import FALL_M
from features.virtual_landscape.site_layers import measure_layers
from features.virtual_landscape.site_sampling import place_sites
from features.virtual_landscape.world import World, make_world
from features.virtual_landscape.world_lattice import CRS, WorldLattice

SEEDS = (1, 2, 11)


@lru_cache(maxsize=4)
def world_of(seed: int, share: float = 0.1) -> World:
    return make_world(seed, share)


@pytest.fixture(scope="module")
def region() -> np.ndarray:
    return WorldLattice().region


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    return world_of(request.param)


@settings(max_examples=20, deadline=None)
@given(st.floats(500, 50_000))
def test_the_region_holds_the_studys_area_at_every_resolution(resolution_m: float) -> None:
    cells = np.count_nonzero(WorldLattice(resolution_m).region)
    assert cells * resolution_m**2 / 1e6 == pytest.approx(5.6e5, rel=0.005)


def test_the_region_is_where_the_study_was(region: np.ndarray) -> None:
    lattice = WorldLattice()
    east, north = np.broadcast_arrays(lattice.easting, lattice.northing)
    to_lonlat = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    longitude, latitude = to_lonlat.transform(east[region], north[region])
    # Quantiles: 5.6e5 km² do not fit into the study's box, so the outline bulges beyond it.
    assert np.quantile(longitude, [0.01, 0.99]) == pytest.approx([117.5, 129.4], abs=0.5)
    assert np.quantile(latitude, [0.01, 0.99]) == pytest.approx([47.6, 53.4], abs=0.35)


def test_the_region_is_in_one_piece_and_clear_of_the_worlds_edge(region: np.ndarray) -> None:
    from scipy.ndimage import label

    assert label(region)[1] == 1
    assert not np.concatenate([region[0], region[-1], region[:, 0], region[:, -1]]).any()


def test_vegetation_has_the_studys_shares_of_area(world: World, region: np.ndarray) -> None:
    shares = np.bincount(world.cover.vegetation[region], minlength=4)[1:] / region.sum()
    assert shares == pytest.approx([0.62, 0.29, 0.09], abs=0.001)


def test_climate_keeps_within_the_studys_ranges(world: World, region: np.ndarray) -> None:
    for field, low, high in (
        (world.climate.mat, -4.3, 1.7),
        (world.climate.map, 236, 680),
        (world.climate.aridity_index, 0.2, 1.1),
    ):
        assert field[region].min() == pytest.approx(low, abs=0.001)
        assert field[region].max() == pytest.approx(high, abs=0.001)


def test_it_is_colder_higher_up(world: World, region: np.ndarray) -> None:
    assert np.corrcoef(world.relief.elevation[region], world.climate.mat[region])[0, 1] < -0.3


def test_rivers_leave_from_every_cell(world: World) -> None:
    z = world.relief.elevation
    low = np.full_like(z[1:-1, 1:-1], np.inf)
    for dr in (-1, 0, 1):
        for dc in (-1, 0, 1):
            if (dr, dc) != (0, 0):
                shifted = z[1 + dr : z.shape[0] - 1 + dr, 1 + dc : z.shape[1] - 1 + dc]
                low = np.minimum(low, shifted)
    assert (z[1:-1, 1:-1] - low).min() >= FALL_M * 0.999


@pytest.mark.parametrize("kernel", [raise_above_receiver, raise_above_receiver.py_func])
def test_a_cell_is_raised_above_its_receiver_and_no_further(kernel) -> None:  # type: ignore[no-untyped-def]
    # 0 is the outlet; 1 drains to 0, 2 and 3 drain to 1.
    elevation = np.array([5.0, 5.0, 4.0, 9.0])
    raised = kernel(elevation, np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3]), 0.5)
    np.testing.assert_array_equal(raised, [5.0, 5.5, 6.0, 9.0])
    np.testing.assert_array_equal(elevation, [5.0, 5.0, 4.0, 9.0])


def test_true_carbon_has_the_studys_mean(world: World, region: np.ndarray) -> None:
    assert world.carbon.socd[0][region].mean() == pytest.approx(4.2, abs=1e-6)
    assert world.carbon.socd[0][region].std() == pytest.approx(1.7, abs=0.1)


def test_true_carbon_grows_with_depth_and_is_never_negative(world: World) -> None:
    assert world.carbon.socd[0].min() > 0
    assert (np.diff(world.carbon.socd, axis=0) >= 0).all()


def test_wetlands_hold_more_than_forests_and_forests_more_than_grassland(
    world: World, region: np.ndarray
) -> None:
    surface, vegetation = world.carbon.socd[0], world.cover.vegetation
    forest, grassland, wetland = (surface[region & (vegetation == k)].mean() for k in (1, 2, 3))
    assert wetland > forest + 0.3
    assert forest > grassland + 0.3


def test_carbon_grows_from_south_west_to_north_east(world: World, region: np.ndarray) -> None:
    lattice = WorldLattice()
    along = (lattice.easting + lattice.northing)[region]
    assert np.corrcoef(along, world.carbon.socd[0][region])[0, 1] > 0.3


def test_deeper_carbon_lies_near_the_studys_lines_with_scatter(
    world: World, region: np.ndarray
) -> None:
    surface, to_30, to_50 = (layer[region] for layer in world.carbon.socd)
    for deep, intercept, slope, scatter in ((to_30, 0.07, 2.27, 0.9), (to_50, 1.44, 2.63, 1.2)):
        fitted = np.polynomial.Polynomial.fit(surface, deep, 1).convert().coef
        assert fitted[1] == pytest.approx(slope, abs=0.1)
        assert fitted[0] + fitted[1] * 4.2 == pytest.approx(intercept + slope * 4.2, abs=0.15)
        assert np.std(deep - fitted[0] - fitted[1] * surface) == pytest.approx(scatter, abs=0.3)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3])
def test_redistribution_has_its_share_of_the_variance(share: float, region: np.ndarray) -> None:
    carbon = world_of(2, share).carbon
    truth, part = carbon.socd[0][region], carbon.redistribution[region]
    assert part.var() / truth.var() == pytest.approx(share, abs=0.015)
    # Leaving it out takes just this share away: it hides in no other part.
    assert 1 - (truth - part).var() / truth.var() == pytest.approx(share, abs=0.03)


def test_parts_of_the_truth_add_up(world: World, region: np.ndarray) -> None:
    carbon = world.carbon
    parts = carbon.covariate_part + carbon.redistribution + carbon.noise
    far_above_zero = region & (carbon.socd[0] > 2)
    difference = carbon.socd[0][far_above_zero] - parts[far_above_zero]
    assert np.std(difference) < 0.02


@pytest.mark.parametrize("name", ["mat", "clay_silt", "noise"])
def test_what_has_no_part_in_the_truth_says_little_of_it(
    world: World, region: np.ndarray, name: str
) -> None:
    soil = world.soil
    field = {"mat": world.climate.mat, "clay_silt": soil.clay + soil.silt, "noise": soil.noise}
    assert abs(np.corrcoef(field[name][region], world.carbon.socd[0][region])[0, 1]) < 0.3


def test_a_coarser_grid_sees_the_same_world() -> None:
    world, fine, coarse = world_of(1), WorldLattice(1000), WorldLattice(10_000)
    for field in (world.climate.map, world.carbon.socd, world.cover.vegetation):
        everywhere, seen = fine.sample(field), coarse.sample(field)
        # A 10 km cell's centre is the corner of four 1 km cells; it falls in the lower right one.
        np.testing.assert_array_equal(seen, everywhere[..., 5::10, 5::10])


def test_a_random_field_has_the_range_it_was_asked_for() -> None:
    field = gaussian_field(5, "any", range_km=60)
    lagged = np.mean([np.mean(field[:, 60:] * field[:, :-60]), np.mean(field[60:] * field[:-60])])
    assert lagged == pytest.approx(np.exp(-3), abs=0.1)


def test_fields_of_two_names_are_unrelated() -> None:
    one, other = gaussian_field(5, "one", range_km=15), gaussian_field(5, "other", range_km=15)
    assert abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) < 0.05


def test_the_remainder_of_a_regression_is_uncorrelated(region: np.ndarray) -> None:
    one, other = gaussian_field(1, "a", 60), gaussian_field(1, "b", 60)
    rest = uncorrelated_with(one + 0.5 * other, (other,), region)
    assert np.corrcoef(rest[region], other[region])[0, 1] == pytest.approx(0, abs=1e-9)


def site_data(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return covariates (vegetation as two indicators) and true SOCD 0-10 cm at study sites."""
    world, lattice = world_of(seed), WorldLattice(5_000)
    vegetation = lattice.sample(world.cover.vegetation)
    places = place_sites(VirtualLandscape(resolution_m=5_000, seed=seed), lattice, vegetation)
    campaign = measure_layers(
        places, lattice.sample(world.carbon.socd), vegetation, np.random.default_rng(seed)
    )
    climate, cover, soil = world.climate, world.cover, world.soil
    fields = (
        climate.aridity_index, climate.map, cover.ndvi, cover.evi, cover.npp, soil.total_nitrogen,
        soil.ph, cover.vegetation == 1, cover.vegetation == 3,
    )  # fmt: skip
    sampled = np.stack([lattice.sample(field) for field in fields])
    return sampled[:, places.rows, places.cols].T, campaign.socd[:, 0]


def test_sites_are_as_hard_to_predict_as_the_studys() -> None:
    """Yang et al. 2025, Table 2: R² 0.45, RMSE 1.52; three seeds cannot tell 0.45 from 0.40."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.model_selection import cross_val_predict

    efficiency, spread = [], []
    for seed in SEEDS:
        covariates, observed = site_data(seed)
        forest = RandomForestRegressor(100, min_samples_leaf=2, max_features=0.4, random_state=0)
        error = observed - cross_val_predict(forest, covariates, observed, cv=10)
        efficiency.append(1 - error.var() / observed.var())
        spread.append(observed.std())
    assert np.mean(efficiency) == pytest.approx(0.45, abs=0.12)
    assert np.mean(spread) == pytest.approx(2.0, abs=0.25)
