"""Layers to target depths: Eq. 1 by hand, gaps, bedrock, overlaps, and the error of fills."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.profiles import (
    Layers,
    carbon_density,
    harmonise,
    harmonise_nested,
    socd_kg_m2,
    without_overlaps,
)

DEPTHS = [(0.0, 10.0), (0.0, 30.0), (0.0, 50.0)]


def layers(*rows, site=None, bd_log_sd=None, cf_log_sd=None):
    """Return layers from (top, bottom, density) of one profile."""
    top, bottom, density = np.array(rows, float).T
    n = len(rows)
    zero = np.zeros(n)
    return Layers(
        np.zeros(n, np.int64) if site is None else np.array(site),
        top,
        bottom,
        density,
        zero if bd_log_sd is None else np.array(bd_log_sd),
        zero if cf_log_sd is None else np.array(cf_log_sd),
    )


def thickness(profile, depths=DEPTHS, bedrock=np.inf, min_coverage=0.8, correlation=0.5):
    n_sites = profile.site.max() + 1
    return harmonise(
        profile, np.broadcast_to(bedrock, n_sites), depths,
        method="thickness", min_coverage=min_coverage, correlation=correlation,
    )  # fmt: skip


def test_equation_1_by_hand():
    # 0-10 cm: 40 g/kg x 0.9 g/cm3 x 10 cm x (1 - 0.1) x 0.01 = 3.24 kg/m2
    # 10-30 cm: 20 x 1.2 x 20 x (1 - 0.25) x 0.01 = 3.60 kg/m2
    density = carbon_density(np.array([40.0, 20.0]), np.array([0.9, 1.2]), np.array([0.1, 0.25]))
    terms = socd_kg_m2(density, np.array([10.0, 20.0]))
    assert terms == pytest.approx([3.24, 3.60])
    found = thickness(layers((0, 10, density[0]), (10, 30, density[1])), DEPTHS[:2])
    assert found.stock[0] == pytest.approx([3.24, 6.84])


def test_a_layer_across_the_limit_counts_by_its_share():
    found = thickness(layers((0, 20, 30), (20, 60, 10)))
    assert found.stock[0] == pytest.approx([3.0, 7.0, 9.0])


def test_a_small_gap_is_filled_from_its_neighbours_and_shows_in_coverage():
    # 20-26 cm is missing: 3 cm at 30 kg/m3 from above, 3 cm at 10 from below.
    found = thickness(layers((0, 20, 30), (26, 40, 10)), [(0, 30)])
    assert found.coverage[0, 0] == pytest.approx(24 / 30)
    assert found.stock[0, 0] == pytest.approx((23 * 30 + 7 * 10) / 100)


def test_too_large_a_gap_is_missing_not_zero():
    found = thickness(layers((0, 23, 30)), [(0, 10), (0, 30)])
    assert found.stock[0, 0] == pytest.approx(3.0)
    assert np.isnan(found.stock[0, 1])
    assert np.isnan(found.fill_log_sd[0, 1])


def test_bedrock_is_a_true_zero():
    found = thickness(layers((0, 20, 30)), bedrock=20.0)
    assert found.stock[0] == pytest.approx([3.0, 6.0, 6.0])
    assert found.coverage[0] == pytest.approx([1, 1, 1])


def test_what_was_not_sampled_above_bedrock_stays_missing():
    found = thickness(layers((0, 10, 30)), [(0, 30)], bedrock=25.0)
    assert found.coverage[0, 0] == pytest.approx(0.5)
    assert np.isnan(found.stock[0, 0])


def test_overlapping_layers_are_averaged_where_both_lie():
    found = without_overlaps(layers((0, 20, 30), (10, 30, 10)))
    assert found.top.tolist() == [0, 10, 20]
    assert found.bottom.tolist() == [10, 20, 30]
    assert found.density.tolist() == [30, 20, 10]


def test_two_records_of_one_depth_do_not_count_as_deeper_coverage():
    found = thickness(layers((0, 25, 30), (0, 27, 10)), [(0, 10), (0, 50)])
    assert found.coverage[0] == pytest.approx([1.0, 27 / 50])


@st.composite
def contiguous(draw):
    thickness_cm = draw(st.lists(st.floats(1, 40), min_size=1, max_size=6))
    edges = np.r_[0, np.cumsum(thickness_cm)]
    density = draw(st.lists(st.floats(0, 200), min_size=len(edges) - 1, max_size=len(edges) - 1))
    return [(a, b, y) for a, b, y in zip(edges[:-1], edges[1:], density, strict=True)]


@given(contiguous(), st.sampled_from(["thickness", "spline"]))
@settings(max_examples=60, deadline=None)
def test_both_methods_keep_the_mass_of_a_whole_profile(rows, method):
    total = sum((b - a) * y / 100 for a, b, y in rows)
    found = harmonise(
        layers(*rows), np.array([np.inf]), [(0, rows[-1][1])],
        method=method, min_coverage=0.8, correlation=0.5,
    )  # fmt: skip
    assert found.stock[0, 0] == pytest.approx(total, abs=1e-9 * max(total, 1))


def test_nested_records_each_serve_their_own_depth():
    records = layers((0, 10, 20), (0, 30, 15), (0, 10, 22), site=[0, 0, 1])
    found = harmonise_nested(records, 2, DEPTHS, correlation=0.5)
    assert found.stock[0, :2] == pytest.approx([2.0, 4.5])
    assert found.stock[1, 0] == pytest.approx(2.2)
    assert np.isnan(found.stock[1, 1])
    assert np.isnan(found.stock[:, 2]).all()


def test_repeated_nested_records_are_averaged():
    found = harmonise_nested(layers((0, 10, 20), (0, 10, 30)), 1, [(0, 10)], correlation=0.5)
    assert found.stock[0, 0] == pytest.approx(2.5)


def test_fill_error_agrees_with_drawing_the_errors():
    rows = [(0, 10, 40), (10, 30, 20), (30, 50, 8)]
    sd_bd, sd_cf, correlation = np.array([0.0, 0.12, 0.15]), np.array([0.05, 0.05, 0.0]), 0.6
    found = thickness(
        layers(*rows, bd_log_sd=sd_bd, cf_log_sd=sd_cf), [(0, 50)], correlation=correlation
    )
    generator = np.random.default_rng(1)
    shared, own = generator.standard_normal((2, 40_000, 3))
    bd = np.sqrt(correlation) * shared[:, :1] + np.sqrt(1 - correlation) * own
    cf = generator.standard_normal((40_000, 1))
    mass = np.array([4.0, 4.0, 1.6])
    drawn = np.log((mass * np.exp(bd * sd_bd + cf * sd_cf)).sum(axis=1)).std()
    assert found.fill_log_sd[0, 0] == pytest.approx(drawn, rel=0.02)


def test_measured_profiles_have_no_fill_error():
    found = thickness(layers((0, 60, 10)))
    assert (found.fill_log_sd == 0).all()
    assert not found.bd_filled.any()


def test_a_filled_layer_below_the_depth_does_not_mark_it():
    profile = layers((0, 10, 30), (10, 30, 10), bd_log_sd=[0, 0.2])
    found = thickness(profile, DEPTHS[:2])
    assert found.bd_filled[0].tolist() == [False, True]
