"""Erodibility from texture and what cover, roots and frost make of it."""

import numpy as np
import pytest

from models.erosion_carbon.erosion.erodibility import (
    SurfaceCover,
    adjusted_erodibility,
    baseline_erodibility,
    roughness_factor,
    with_undisturbed,
)
from models.erosion_carbon.erosion.kernel_frost import frost_weakening, thaw_factors
from models.erosion_carbon.erosion.parameters import EROSION

BARE = SurfaceCover(
    canopy_cover=np.zeros(1),
    ground_cover=np.zeros(1),
    canopy_height_m=np.zeros(1),
    roots_kg_m2=np.zeros(1),
    buried_residue_kg_m2=np.zeros(1),
    random_roughness_m=np.array([0.006]),
    slope=np.array([0.1]),
    undisturbed=np.array([False]),
)
LOAM = baseline_erodibility(*(np.array([value]) for value in (42.0, 18.0, 2.5, 10.0)))


def adjusted(cover=BARE, baseline=LOAM, **changes):
    return adjusted_erodibility(baseline, cover, EROSION.with_values(changes))


# Check values of the cropland equations: sand, clay, organic matter, very fine sand in percent.
@pytest.mark.parametrize(
    ("soil", "interrill", "rill", "shear"),
    [
        ((20, 15, 2.5, 10), 5.227e6, 0.01357, 3.50),
        ((20, 30, 3.0, 5), 4.400e6, 0.00723, 3.50),
        ((65, 10, 1.5, 15), 5.610e6, 0.00891, 2.45),
        ((42, 18, 2.5, 10), 4.649e6, 0.00536, 3.26),
        ((20, 60, 2.0, 3), 2.746e6, 0.00690, 3.50),
    ],
)
def test_cropland_equations_give_their_table(soil, interrill, rill, shear):
    result = baseline_erodibility(*(np.array([float(value)]) for value in soil))
    assert result.interrill_kg_s_m4[0] == pytest.approx(interrill, abs=600)
    assert result.rill_s_m[0] == pytest.approx(rill, abs=6e-6)
    assert result.critical_shear_pa[0] == pytest.approx(shear, abs=0.005)


@pytest.mark.parametrize(
    ("outside", "limit"),
    [
        ((60.0, 10.0, 2.0, 55.0), (60.0, 10.0, 2.0, 40.0)),
        ((60.0, 10.0, 0.1, 15.0), (60.0, 10.0, 0.35, 15.0)),
        ((40.0, 55.0, 2.0, 10.0), (40.0, 40.0, 2.0, 10.0)),
        ((10.0, 4.0, 2.0, 2.0), (10.0, 10.0, 2.0, 2.0)),
    ],
)
def test_soils_outside_the_equations_are_held_at_their_limits(outside, limit):
    results = [baseline_erodibility(*(np.array([v]) for v in soil)) for soil in (outside, limit)]
    np.testing.assert_array_equal(results[0], results[1])


def test_very_fine_sand_is_a_quarter_of_sand_where_not_measured():
    soil = (np.array([60.0]), np.array([10.0]), np.array([2.0]))
    np.testing.assert_array_equal(
        baseline_erodibility(*soil), baseline_erodibility(*soil, np.array([15.0]))
    )


def test_untilled_ground_takes_its_own_erodibility_and_fields_keep_theirs():
    p = EROSION.defaults
    three = baseline_erodibility(np.full(3, 42.0), np.full(3, 18.0), np.full(3, 2.5))
    grass, forest = np.array([False, True, False]), np.array([False, False, True])
    result = with_undisturbed(three, grass, forest, p)
    assert result.interrill_kg_s_m4.tolist() == [
        three.interrill_kg_s_m4[0], p.grass_interrill_kg_s_m4, p.forest_interrill_kg_s_m4,
    ]  # fmt: skip
    assert result.rill_s_m.tolist() == [
        three.rill_s_m[0], p.undisturbed_rill_s_m, p.undisturbed_rill_s_m,
    ]  # fmt: skip


def test_canopy_on_the_ground_shields_all_it_covers():
    half = adjusted(BARE._replace(canopy_cover=np.array([0.5])))
    ratio = half.interrill_kg_s_m4 / adjusted().interrill_kg_s_m4
    assert ratio[0] == pytest.approx(1.0 - 0.5 * 2.941 * 0.34, rel=1e-5)


def test_tall_canopy_shields_less_than_a_low_one():
    def behind(height):
        cover = BARE._replace(canopy_cover=np.ones(1), canopy_height_m=np.array([height]))
        return adjusted(cover).interrill_kg_s_m4[0]

    assert behind(0.3) < behind(2.0) < behind(15.0) < adjusted().interrill_kg_s_m4[0]


def test_ground_cover_and_roots_act_as_wepp_states():
    covered = adjusted(BARE._replace(ground_cover=np.array([0.4]), roots_kg_m2=np.array([0.2])))
    bare = adjusted()
    ratio = covered.interrill_kg_s_m4 / bare.interrill_kg_s_m4
    assert ratio[0] == pytest.approx(np.exp(-2.5 * 0.4 - 0.56 * 0.2))
    assert (covered.rill_s_m / bare.rill_s_m)[0] == pytest.approx(np.exp(-3.5 * 0.2))


def test_roots_do_not_count_twice_where_soil_was_never_tilled():
    forest = BARE._replace(undisturbed=np.array([True]))
    rooted = forest._replace(roots_kg_m2=np.array([0.8]), buried_residue_kg_m2=np.array([0.5]))
    np.testing.assert_array_equal(adjusted(rooted), adjusted(forest))


def test_steepness_raises_interrill_erodibility_up_to_its_ceiling():
    steep = adjusted(BARE._replace(slope=np.array([1e9])))
    level = adjusted(BARE._replace(slope=np.zeros(1)))
    ratio = steep.interrill_kg_s_m4 / level.interrill_kg_s_m4
    assert ratio[0] == pytest.approx((1.05 - 0.85 * np.exp(-4.0)) / 0.2)


def test_roughness_raises_critical_shear():
    assert roughness_factor(np.array([0.006, 0.016])).tolist() == pytest.approx([1.0, 1.08])


def test_thawed_soil_is_unchanged_at_ten_kilopascal():
    rill, shear = thaw_factors(10.0)
    assert rill == pytest.approx(1.0, abs=2e-3)
    assert shear == pytest.approx(1.0, abs=1e-3)


def test_wet_thawing_soil_is_weak_and_suction_is_held_in_range():
    rill, shear = thaw_factors(0.1)
    assert rill == pytest.approx(2.0 * 0.933**0.1)
    assert shear == pytest.approx(0.875 + 0.0543 * np.log(0.1))
    assert thaw_factors(0.0) == (rill, shear)
    assert thaw_factors(500.0) == thaw_factors(33.0)


def test_frost_cycles_weaken_soil_up_to_a_limit():
    factors = [frost_weakening(cycles, 0.02, 1.5) for cycles in (0.0, 10.0, 25.0, 80.0)]
    assert factors == pytest.approx([1.0, 1.2, 1.5, 1.5])


def test_erodibility_factor_scales_both_rates_and_not_the_threshold():
    halved, whole = adjusted(erodibility_factor=0.5), adjusted(erodibility_factor=1.0)
    assert halved.interrill_kg_s_m4[0] == pytest.approx(0.5 * whole.interrill_kg_s_m4[0])
    assert halved.rill_s_m[0] == pytest.approx(0.5 * whole.rill_s_m[0])
    assert halved.critical_shear_pa[0] == whole.critical_shear_pa[0]
