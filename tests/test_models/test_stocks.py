"""Eq. 3 by hand; stocks from tiles, whatever the tiles."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.stocks import RegionSums, stock_pg, stock_table, tile_sums

DEPTHS = ((0.0, 10.0), (0.0, 30.0))
NO_ERROR = np.zeros((2, 5))


def landscape(cells=400, members=8, seed=0):
    """Synthetic maps (2 depths), areas, and three groups beside cells of no group."""
    random = np.random.default_rng(seed)
    maps = random.gamma(9, 0.5, (2, members, cells)).astype(np.float32)
    return maps, maps.mean(axis=1), random.uniform(0.7, 1.1, cells), random.integers(-1, 3, cells)


def sums_of(maps, mean, area, group, cells=slice(None)):
    return tile_sums(maps[..., cells], mean[:, cells], area[cells], group[cells], 3)


def table_of(sums: RegionSums, error=NO_ERROR, level=0.9):
    return stock_table(sums, DEPTHS, ["forest", "grassland", "wetland"], error, level)


def test_equation_3_reproduces_the_published_total():
    assert stock_pg(5.6e5, 9.8) == pytest.approx(5.49, abs=0.005)


def test_a_uniform_map_is_area_times_density():
    area = np.full(560, 1000.0)
    maps = np.full((1, 3, 560), 9.8)
    sums = tile_sums(maps, maps[:, 0], area, np.zeros(560, dtype=int), 1)
    row = stock_table(sums, DEPTHS[1:], ["forest"], np.zeros((1, 3)), 0.9).iloc[0]
    assert row["stock_pg"] == pytest.approx(5.488)
    assert row["sd_spatial_kg_m2"] == pytest.approx(0, abs=1e-12)
    assert [row["stock_lo"], row["stock_hi"]] == pytest.approx([5.488, 5.488])


@given(st.lists(st.integers(0, 400), max_size=6), st.randoms(use_true_random=False))
def test_stocks_do_not_depend_on_the_tiles(cuts, shuffler):
    parts = landscape()
    edges = [0, *sorted(cuts), 400]
    tiles = [slice(a, b) for a, b in pairwise(edges)]
    shuffler.shuffle(tiles)
    streamed = sums_of(*parts, tiles[0])
    for tile in tiles[1:]:
        streamed = streamed + sums_of(*parts, tile)
    whole = table_of(sums_of(*parts))
    tiled = table_of(streamed)
    numbers = whole.select_dtypes("number").columns
    np.testing.assert_allclose(tiled[numbers], whole[numbers], rtol=1e-12)


def test_moments_are_those_of_the_whole_map():
    maps, mean, area, group = landscape()
    table = table_of(sums_of(maps, mean, area, group)).set_index(["depth", "group"])
    m = mean[1].astype(float)
    average = np.average(m, weights=area)
    row = table.loc[("0_30", "all")]
    assert row["mean_kg_m2"] == pytest.approx(average)
    assert row["sd_spatial_kg_m2"] == pytest.approx(
        np.sqrt(np.average((m - average) ** 2, weights=area))
    )
    members = np.average(maps[1].astype(float), axis=1, weights=area)
    assert row["sd_mean_kg_m2"] == pytest.approx(members.std(ddof=1))
    assert row["stock_pm_study"] == pytest.approx(row["area_km2"] * row["sd_spatial_kg_m2"] * 1e-6)
    forest = group == 0
    row = table.loc[("0_30", "forest")]
    assert row["area_km2"] == pytest.approx(area[forest].sum())
    assert row["mean_kg_m2"] == pytest.approx(np.average(m[forest], weights=area[forest]))


def test_groups_and_unclassified_cells_add_up_to_the_whole():
    table = table_of(sums_of(*landscape()))
    for _, rows in table.groupby("depth"):
        parts = rows[rows["group"] != "all"]
        whole = rows[rows["group"] == "all"].iloc[0]
        assert parts["group"].tolist() == ["forest", "grassland", "wetland", "unclassified"]
        assert parts["area_km2"].sum() == pytest.approx(whole["area_km2"])
        assert parts["stock_pg"].sum() == pytest.approx(whole["stock_pg"])


def test_without_groups_the_whole_stands_alone():
    maps, mean, area, group = landscape()
    sums = tile_sums(maps, mean, area, np.full_like(group, -1), 0)
    table = stock_table(sums, DEPTHS, [], np.full((len(DEPTHS), 2), 0.1), 0.9)
    assert set(table["group"]) == {"all"}


def test_a_group_without_cells_has_no_density_and_no_stock():
    maps, mean, area, group = landscape()
    group[group == 2] = 0
    row = table_of(sums_of(maps, mean, area, group)).set_index("group").loc["wetland"].iloc[0]
    assert row["area_km2"] == 0
    assert row["stock_pg"] == 0
    assert np.isnan(row["mean_kg_m2"])


def test_the_interval_without_residual_is_that_of_the_member_totals():
    maps, mean, area, group = landscape(members=200)
    row = table_of(sums_of(maps, mean, area, group)).iloc[0]
    totals = maps[0].astype(float) @ area * 1e-6
    assert [row["stock_lo"], row["stock_hi"]] == pytest.approx(
        np.quantile(totals, [0.05, 0.95]), rel=1e-3
    )


def test_the_correlated_residual_widens_the_interval_as_variances_add():
    random = np.random.default_rng(3)
    members = 4000
    shift = random.normal(0, 0.3, members)
    maps = np.full((1, members, 50), 5.0) + shift[None, :, None]
    sums = tile_sums(maps, maps.mean(axis=1), np.full(50, 1e6), np.zeros(50, dtype=int), 1)
    row = stock_table(sums, DEPTHS[:1], ["forest"], np.full((1, 3), 0.4), 0.9).iloc[0]
    half = (row["stock_hi"] - row["stock_lo"]) / 2
    assert half == pytest.approx(50 * 1.645 * 0.5, rel=0.03)  # 0.5² = 0.3² + 0.4²
    assert row["sd_mean_kg_m2"] == pytest.approx(0.3, rel=0.05)


def test_missing_cells_are_refused():
    maps, mean, area, group = landscape()
    mean[0, 7] = np.nan
    with pytest.raises(ValueError, match="mapped cells only"):
        sums_of(maps, mean, area, group)
