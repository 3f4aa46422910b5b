"""Gauges chosen by land cover, gauges of the manifest, and what a basin's balance says."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.basins import BasinLoads, basin_summary
from models.erosion_carbon.gauges import (
    LEAST_CELLS,
    cover_shares,
    dominated_sub_basins,
    gauge_cell,
)
from models.erosion_carbon.routing.network import flow_network
from models.erosion_carbon.vegetation import COVER_CODES

ROWS, COLS = 24, 24
CELL_KM2 = 4.0
FOREST, GRASSLAND, CROPLAND = (COVER_CODES[name] for name in ("forest", "grassland", "cropland"))


def three_valleys():
    """Return a network of three valleys side by side that fall south, and columns of the grid."""
    rows, cols = np.mgrid[0:ROWS, 0:COLS]
    elevation = 1000.0 - 10.0 * rows + 4.0 * np.abs(cols % 8 - 3.5)
    everywhere = np.ones((ROWS, COLS), bool)
    return flow_network(elevation, everywhere, CELL_KM2 * 1e6, 2000.0, 2000.0), cols


def cover_by_valley(network, cols, codes):
    return np.array(codes)[cols.ravel()[network.cell_of] // 8]


def test_each_class_gets_the_valley_that_it_dominates():
    network, cols = three_valleys()
    cover = cover_by_valley(network, cols, (GRASSLAND, CROPLAND, FOREST))
    chosen = dominated_sub_basins(network, cover, (80.0, 5000.0))
    valleys = {name: cols.ravel()[network.cell_of[cell]] // 8 for name, cell in chosen.items()}
    assert valleys == {"forest": 2, "grassland": 0, "cropland": 1}


def test_of_equal_shares_the_largest_basin_is_taken():
    network, cols = three_valleys()
    cover = cover_by_valley(network, cols, (GRASSLAND, CROPLAND, FOREST))
    chosen = dominated_sub_basins(network, cover, (80.0, 5000.0))
    largest = max(network.upstream_area_m2[cover == FOREST])
    assert network.upstream_area_m2[chosen["forest"]] == largest


def test_a_class_that_dominates_nowhere_has_no_gauge():
    network, cols = three_valleys()
    cover = cover_by_valley(network, cols, (GRASSLAND, GRASSLAND, FOREST))
    assert set(dominated_sub_basins(network, cover, (80.0, 5000.0))) == {"forest", "grassland"}


def test_no_basin_fits_bounds_that_are_too_narrow():
    network, cols = three_valleys()
    cover = cover_by_valley(network, cols, (GRASSLAND, CROPLAND, FOREST))
    assert dominated_sub_basins(network, cover, (1e5, 1e6)) == {}


@given(st.integers(0, 10_000))
def test_chosen_basins_keep_to_their_bounds_and_never_overlap(seed):
    rng = np.random.default_rng(seed)
    elevation = rng.uniform(0, 100, (ROWS, COLS)).cumsum(axis=0)[::-1]
    everywhere = np.ones((ROWS, COLS), bool)
    network = flow_network(elevation, everywhere, CELL_KM2 * 1e6, 2000.0, 2000.0)
    cover = rng.choice([FOREST, GRASSLAND, CROPLAND], network.n_cells)
    chosen = dominated_sub_basins(network, cover, (100.0, 600.0))
    shares = cover_shares(network, cover)
    times_used = np.zeros(network.n_cells, int)
    for name, cell in chosen.items():
        assert 100.0 <= network.upstream_area_m2[cell] / 1e6 <= 600.0
        basin = network.upstream_of(cell)
        assert basin.sum() >= LEAST_CELLS
        assert shares[:, cell].argmax() == COVER_CODES[name]
        times_used += basin
    assert times_used.max(initial=0) <= 1


def test_cover_shares_are_those_of_the_cells_upstream():
    network, _ = three_valleys()
    cover = np.random.default_rng(1).choice([FOREST, CROPLAND], network.n_cells)
    shares = cover_shares(network, cover)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)
    cell = int(np.argmax(network.upstream_area_m2))
    assert shares[FOREST, cell] == pytest.approx(
        (cover[network.upstream_of(cell)] == FOREST).mean()
    )


def test_a_gauge_with_a_known_area_moves_to_the_channel_beside_it():
    network, _ = three_valleys()
    channel = int(np.argmax(network.upstream_area_m2))
    row, col = divmod(int(network.cell_of[channel]), COLS)
    beside = gauge_cell(network, row, col - 1)
    assert network.cell_of[beside] == row * COLS + col - 1
    assert beside != channel
    area_km2 = network.upstream_area_m2[channel] / 1e6
    assert gauge_cell(network, row, col - 1, area_km2) == channel


def test_a_gauge_off_the_network_has_no_cell():
    rows, cols = np.mgrid[0:8, 0:8]
    region = cols < 4
    network = flow_network(100.0 - rows + 0.1 * cols, region, 1e6, 1000.0, 1000.0)
    assert gauge_cell(network, 2, 7) == -1
    assert gauge_cell(network, 2, 7, 5.0) == -1


class TestBasinSummary:
    def summary(self, **changes):
        network, _ = three_valleys()
        cover = np.full(network.n_cells, FOREST)
        cell = int(np.argmax(network.upstream_area_m2))
        values = {
            "precipitation": 500.0, "runoff": 125.0, "soil_erosion": 0.08,
            "soil_deposition": 0.06, "soc_erosion": 2.0, "npp": 400.0,
        } | changes  # fmt: skip
        area_m2 = network.upstream_area_m2[cell]
        loads = BasinLoads(sediment_kg=0.02 * area_m2, poc_g=0.5 * area_m2, doc_g=3.0 * area_m2)
        everywhere = {name: np.full(network.n_cells, each) for name, each in values.items()}
        return basin_summary(network, cell, cover, everywhere, loads)

    def test_it_gives_the_ratios_of_lu_et_al_2024_table_2(self):
        summary = self.summary()
        assert summary["runoff_coefficient"] == pytest.approx(0.25)
        assert summary["gross_soil_erosion_g_m2"] == pytest.approx(80.0)
        assert summary["net_soil_erosion_g_m2"] == pytest.approx(20.0)
        assert summary["delivery_ratio"] == pytest.approx(0.25)
        assert summary["land_deposition_share"] == pytest.approx(0.75)
        assert summary["gross_soc_erosion_of_npp"] == pytest.approx(0.005)
        assert summary["doc_export_g_m2"] == pytest.approx(3.0)
        assert summary["share_forest"] == pytest.approx(1.0)

    def test_a_ratio_to_nothing_is_no_number(self):
        assert np.isnan(self.summary(soil_erosion=0.0)["delivery_ratio"])
        assert np.isnan(self.summary(npp=0.0)["gross_soc_erosion_of_npp"])
