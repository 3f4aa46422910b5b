"""Virtual sites and layers: the design, Eq. 1, and the gaps of literature tables."""

import numpy as np
import pandas as pd
import pytest

from features.manifest import VirtualLandscape
from features.virtual_landscape.climate import MOIST_BEARING
from features.virtual_landscape.literature_table import literature_table
from features.virtual_landscape.random_fields import random_generator
from features.virtual_landscape.site_layers import SUB_CELL_LOG_SD, Campaign, measure_layers
from features.virtual_landscape.site_sampling import SitePlaces, place_sites
from features.virtual_landscape.world_lattice import WorldLattice

LATTICE = WorldLattice(5_000)
SHAPE = LATTICE.shape


@pytest.fixture(scope="module")
def vegetation() -> np.ndarray:
    """Grassland in the west, forest in the east, wetlands scattered over both."""
    codes = np.where(np.arange(SHAPE[1])[None, :] < 60, 2, 1) * np.ones(SHAPE, dtype=int)
    codes[np.random.default_rng(0).random(SHAPE) < 0.09] = 3
    return codes


@pytest.fixture(scope="module")
def socd() -> np.ndarray:
    surface = np.random.default_rng(1).gamma(6.0, 0.7, SHAPE)
    return np.stack([surface, 0.07 + 2.27 * surface, 1.44 + 2.63 * surface])


@pytest.fixture(scope="module")
def places(vegetation: np.ndarray) -> SitePlaces:
    return place_sites(VirtualLandscape(resolution_m=5_000), LATTICE, vegetation)


@pytest.fixture(scope="module")
def campaign(places: SitePlaces, socd: np.ndarray, vegetation: np.ndarray) -> Campaign:
    return measure_layers(places, socd, vegetation, random_generator(1, "campaign"))


@pytest.fixture(scope="module")
def table(places: SitePlaces, campaign: Campaign) -> pd.DataFrame:
    return literature_table(places, campaign, random_generator(1, "gaps"))


def test_the_study_design_keeps_the_studys_quotas(
    places: SitePlaces, vegetation: np.ndarray
) -> None:
    kinds = vegetation[places.rows, places.cols]
    assert [np.count_nonzero(kinds == k) for k in (1, 2, 3)] == [78, 25, 44]


def test_other_numbers_of_sites_are_proportional(vegetation: np.ndarray) -> None:
    settings = VirtualLandscape(resolution_m=5_000, n_sites=294)
    places = place_sites(settings, LATTICE, vegetation)
    kinds = vegetation[places.rows, places.cols]
    assert [np.count_nonzero(kinds == k) for k in (1, 2, 3)] == [156, 50, 88]
    assert places.on_transect.sum() == 60


def test_thirty_sites_lie_along_an_800_km_transect(places: SitePlaces) -> None:
    direction = np.array([np.cos(MOIST_BEARING), np.sin(MOIST_BEARING)])
    xy = np.column_stack([places.x, places.y - 55_000])[places.on_transect]
    along, across = xy @ direction, xy @ np.array([-direction[1], direction[0]])
    assert len(xy) == 30
    assert np.ptp(along) == pytest.approx(800_000, rel=0.1)
    assert np.quantile(np.abs(across), 0.8) < 20_000


def nearest_neighbour_m(places: SitePlaces) -> np.ndarray:
    from scipy.spatial import KDTree

    xy = np.column_stack([places.x, places.y])
    return KDTree(xy).query(xy, 2)[0][:, 1]


def test_the_study_design_is_clustered_and_the_random_sample_is_not(
    places: SitePlaces, vegetation: np.ndarray
) -> None:
    settings = VirtualLandscape(resolution_m=5_000, sampler="simple_random")
    random_sample = place_sites(settings, LATTICE, vegetation)
    expected = 0.5 * np.sqrt(5.6e11 / 147)  # mean distance in a Poisson process
    assert nearest_neighbour_m(places).mean() < 0.7 * expected
    assert nearest_neighbour_m(random_sample).mean() == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("sampler", ["study", "simple_random"])
def test_sites_lie_inside_their_own_cell_of_the_region(
    sampler: str, vegetation: np.ndarray
) -> None:
    settings = VirtualLandscape.model_validate({"resolution_m": 5_000, "sampler": sampler})
    places = place_sites(settings, LATTICE, vegetation)
    assert LATTICE.region[places.rows, places.cols].all()
    assert np.abs(places.x - LATTICE.easting[0, places.cols]).max() < 2_500
    assert np.abs(places.y - LATTICE.northing[places.rows, 0]).max() < 2_500


def test_more_sites_than_cells_share_cells() -> None:
    lattice = WorldLattice(50_000)
    vegetation = np.ones(lattice.shape, dtype=int)
    vegetation[:, :6], vegetation[5, 5:9] = 2, 3
    places = place_sites(VirtualLandscape(resolution_m=50_000), lattice, vegetation)
    assert np.count_nonzero(vegetation[places.rows, places.cols] == 3) == 44


def test_layers_are_as_many_as_in_the_study(campaign: Campaign) -> None:
    reached = campaign.layers.groupby("site")["bottom_cm"].max()
    assert len(campaign.layers) == 440
    assert [(reached >= bottom).sum() for bottom in (10, 20, 30, 50)] == [147, 125, 105, 63]


def test_eq_1_of_the_complete_layers_gives_the_sites_socd(campaign: Campaign) -> None:
    layers = campaign.layers
    thickness = layers["bottom_cm"] - layers["top_cm"]
    fine = 1 - layers["coarse_fragments_percent"] / 100
    stock = layers["soc_g_kg"] * layers["bulk_density_g_cm3"] * thickness * fine * 0.01
    for k, bottom in enumerate((10, 30, 50)):
        within = stock.where(layers["bottom_cm"] <= bottom)
        summed = within.groupby(layers["site"]).sum().to_numpy()
        reached = np.isfinite(campaign.socd[:, k])
        np.testing.assert_allclose(summed[reached], campaign.socd[reached, k], rtol=1e-3)


def test_a_sites_carbon_varies_about_its_cells(
    campaign: Campaign, places: SitePlaces, socd: np.ndarray
) -> None:
    ratio = campaign.socd[:, 0] / socd[0, places.rows, places.cols]
    assert ratio.mean() == pytest.approx(1, abs=0.06)
    assert np.log(ratio).std() == pytest.approx(SUB_CELL_LOG_SD, abs=0.04)


def test_layers_pass_the_gates_of_plausible_soil(campaign: Campaign) -> None:
    layers = campaign.layers
    assert layers["soc_g_kg"].between(0, 580).all()
    assert layers["bulk_density_g_cm3"].between(0.05, 2.2).all()
    assert layers["coarse_fragments_percent"].between(0, 60).all()


def test_organic_layers_are_light(campaign: Campaign) -> None:
    organic = campaign.layers[campaign.layers["soc_g_kg"] >= 120]
    assert len(organic) > 0
    assert organic["bulk_density_g_cm3"].median() < 0.45


def test_bulk_density_falls_exponentially_with_carbon(campaign: Campaign) -> None:
    mineral = campaign.layers[campaign.layers["soc_g_kg"] < 100]
    log_density = np.log(mineral["bulk_density_g_cm3"])
    slope, level = np.polyfit(mineral["soc_g_kg"], log_density, 1)
    assert slope == pytest.approx(-0.0045, abs=0.001)
    assert np.exp(level) == pytest.approx(1.35, abs=0.08)
    assert (log_density - level - slope * mineral["soc_g_kg"]).std() > 0.05


def test_nitrogen_is_carbon_over_12_to_25(campaign: Campaign) -> None:
    ratio = campaign.layers["soc_g_kg"] / campaign.layers["total_nitrogen_g_kg"]
    assert ratio.quantile([0.02, 0.98]).between(11, 28).all()
    assert ratio.std() > 1.5


def test_gaps_are_those_of_literature(table: pd.DataFrame) -> None:
    missing = table.drop_duplicates("id").isna().mean()
    assert missing["bulk_density_g_cm3"] == pytest.approx(0.40, abs=0.01)
    assert missing["coarse_fragments_percent"] == pytest.approx(0.25, abs=0.01)
    assert missing["total_nitrogen_g_kg"] == pytest.approx(0.25, abs=0.01)
    assert missing["soc_g_kg"] == pytest.approx(0.12, abs=0.01)


def test_carbon_is_given_as_soc_or_as_som(table: pd.DataFrame, campaign: Campaign) -> None:
    assert (table["soc_g_kg"].isna() != table["som_g_kg"].isna()).all()
    soc = table["soc_g_kg"].fillna(0.58 * table["som_g_kg"])
    np.testing.assert_allclose(soc, campaign.layers["soc_g_kg"], rtol=1e-3, atol=0.01)


def test_the_transect_has_no_gaps(table: pd.DataFrame) -> None:
    transect = table[table["origin"] == "virtual transect"]
    assert transect.drop(columns="som_g_kg").notna().all(axis=None)


def test_places_come_in_degrees(table: pd.DataFrame, places: SitePlaces) -> None:
    assert table["longitude"].between(116, 131).all()
    assert table["latitude"].between(47, 54).all()


def test_sites_hold_on_average_what_their_cells_hold_at_every_depth(
    vegetation: np.ndarray, socd: np.ndarray
) -> None:
    settings = VirtualLandscape(resolution_m=5_000, n_sites=1_500, sampler="simple_random")
    places = place_sites(settings, LATTICE, vegetation)
    measured = measure_layers(places, socd, vegetation, random_generator(2, "campaign")).socd
    cells = socd[:, places.rows, places.cols].T
    for depth in range(3):
        reached = np.isfinite(measured[:, depth])
        ratio = measured[reached, depth] / cells[reached, depth]
        standard_error = ratio.std() / np.sqrt(reached.sum())
        assert abs(ratio.mean() - 1) < 3 * standard_error
