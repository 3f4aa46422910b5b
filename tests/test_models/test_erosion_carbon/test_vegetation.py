"""Cover classes, roots, leaves and growth."""

import numpy as np
import pytest

from features.errors import InputError
from models.erosion_carbon.plant_growth import (
    growth,
    lai_from_ndvi,
    miami_npp_g_m2,
    seasonal_lai,
    share_of_growth,
)
from models.erosion_carbon.vegetation import (
    COVER_CODES,
    COVER_NAMES,
    COVERS,
    cover_properties,
    root_share,
)

ALL = np.arange(len(COVER_NAMES))


def test_each_cell_gets_the_values_of_its_class():
    cells = cover_properties(np.array([COVER_CODES["forest"], COVER_CODES["cropland"]]))
    assert cells.manning_n.tolist() == [0.40, 0.10]


def test_changed_values_reach_their_class_only():
    cells = cover_properties(ALL, {"forest": {"manning_n": 0.8}})
    assert cells.manning_n[COVER_CODES["forest"]] == 0.8
    assert cells.manning_n[COVER_CODES["grassland"]] == COVERS["grassland"].defaults.manning_n


def test_plants_give_litter_no_more_than_they_produce():
    cells = cover_properties(ALL)
    shares = cells.leaf_allocation + cells.root_allocation + cells.wood_allocation
    assert np.all(shares <= 1.0 + 1e-12)
    assert shares[COVER_CODES["cropland"]] == pytest.approx(0.55)
    assert shares[COVER_CODES["forest"]] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("code", "changes", "message"),
    [
        (8, None, "there is no class 8"),
        (-1, None, "there is no class -1"),
        (0, {"moor": {}}, "there is no 'moor'"),
        (0, {"forest": {"manning_n": 3.0}}, "3 s m-1/3 is outside 0.01 to 0.8"),
    ],
)
def test_unknown_covers_and_values_are_refused(code, changes, message):
    with pytest.raises(InputError, match=message):
        cover_properties(np.array([code]), changes)


def test_root_shares_follow_jackson_and_add_up():
    share = root_share(np.array([0.943, 0.966]))
    assert share.sum(axis=1) == pytest.approx([1.0, 1.0])
    # Jackson et al. 1996, Table 1: 83 % of grassland roots and 65 % of forest roots above 30 cm.
    assert share[:, :5].sum(axis=1) == pytest.approx([0.83, 0.65], abs=0.006)


@pytest.mark.parametrize(("ndvi", "lai"), [(-0.2, 0.0), (0.05, 0.0), (0.5, 1.386), (1.0, 8.0)])
def test_leaf_area_from_ndvi(ndvi, lai):
    assert lai_from_ndvi(np.array([ndvi]))[0] == pytest.approx(lai, abs=1e-3)


def test_leaves_fall_in_cold_months():
    assert seasonal_lai(np.array(5.0), np.array([-10.0, 5.0, 20.0])).tolist() == [1.0, 2.5, 5.0]


def test_miami_production_is_limited_by_warmth_or_water():
    # Dry matter: 3000 (1 - exp(-0.664)) by water, 3000 / (1 + exp(1.91)) by warmth.
    npp = miami_npp_g_m2(np.array([15.0, -5.0]), np.array([1000.0, 1000.0]))
    assert npp / 0.475 == pytest.approx([1455.7, 386.9], abs=0.1)


def test_shares_of_growth_add_up_to_the_year():
    lai = np.array([[0.0, 1.0], [3.0, 1.0], [2.0, 1.0]])
    mean_c = np.array([[10.0, -5.0], [10.0, -5.0], [5.0, -1.0]])
    grown = growth(lai, mean_c)
    shares = share_of_growth(grown, grown.sum(axis=0))
    assert shares[:, 0] == pytest.approx([0.0, 0.75, 0.25])
    assert shares[:, 1].tolist() == [0.0, 0.0, 0.0]
