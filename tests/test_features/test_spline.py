"""The mass-preserving spline: exact in mass, never negative, smooth, equal in both builds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features import kernel_spline
from features.spline import spline_stocks

UNKNOWN = np.array([np.inf])


@st.composite
def profiles(draw):
    """Return top, bottom, density of 1-8 layers, with gaps, densities over six decades."""
    n = draw(st.integers(1, 8))
    thickness = draw(st.lists(st.floats(0.5, 80), min_size=n, max_size=n))
    gaps = draw(st.lists(st.sampled_from([0.0, 0.0, 1.0, 17.3]), min_size=n, max_size=n))
    exponents = draw(st.lists(st.floats(-3, 2.6), min_size=n, max_size=n))
    density = np.where(draw(st.lists(st.booleans(), min_size=n, max_size=n)), 10.0, 1.0)
    density = density * 10.0 ** (np.array(exponents) - 1)
    edges = np.cumsum(np.column_stack([gaps, thickness]).ravel())
    return edges[::2], edges[1::2], density


def stocks(top, bottom, density, depths, bedrock=UNKNOWN):
    return spline_stocks(np.array([0, len(top)]), top, bottom, density, bedrock, depths)


@given(profiles())
@settings(max_examples=200, deadline=None)
def test_mass_of_every_layer_is_kept(profile):
    top, bottom, density = profile
    found, _ = stocks(top, bottom, density, list(zip(top, bottom, strict=True)))
    mass = density * (bottom - top) / 100
    assert np.allclose(found[0], mass, rtol=0, atol=1e-9 * mass.max())


@given(profiles())
@settings(max_examples=100, deadline=None)
def test_the_curve_itself_holds_the_mass_of_every_layer(profile):
    # A whole layer is added by its mean; just short of its bottom the parabola is integrated.
    top, bottom, density = profile
    almost = bottom - 1e-9
    found, _ = stocks(top, bottom, density, list(zip(top, almost, strict=True)))
    mass = density * (bottom - top) / 100
    assert np.allclose(found[0], mass, rtol=0, atol=1e-8 * mass.max())


@given(profiles())
@settings(max_examples=100, deadline=None)
def test_no_depth_has_negative_carbon(profile):
    top, bottom, density = profile
    edges = np.linspace(0, bottom[-1] + 20, 400)
    found, _ = stocks(top, bottom, density, list(pairwise(edges)))
    assert found.min() >= 0


@given(profiles(), st.floats(1, 300))
@settings(max_examples=50, deadline=None)
def test_stocks_of_adjoining_depths_add(profile, middle):
    top, bottom, density = profile
    found, _ = stocks(top, bottom, density, [(0, middle), (middle, 400), (0, 400)])
    assert found[0, 0] + found[0, 1] == pytest.approx(found[0, 2], rel=1e-12)


def test_a_uniform_profile_stays_uniform():
    top, bottom = np.array([0.0, 10.0, 35.0]), np.array([10.0, 30.0, 60.0])
    found, limited = stocks(top, bottom, np.full(3, 7.0), [(0, 10), (5, 50)])
    assert np.allclose(found[0], [0.7, 7.0 * 0.45])
    assert limited[0] == 0


def test_two_layers_worked_by_hand():
    # Layers 0-10 and 10-20 cm at 20 and 10 kg/m3: the one inner slope g solves
    # g·(10 + 10)/3 = 10 - 20, so g = -1.5; the edge holds f = 20 + 10·g/3 = 15.
    f_top, f_bottom, slope = kernel_spline.spline_edges(
        np.array([0.0, 10.0]), np.array([10.0, 20.0]), np.array([20.0, 10.0])
    )
    assert slope == pytest.approx([0, -1.5, 0])
    assert f_bottom[0] == pytest.approx(15.0)
    assert f_top[1] == pytest.approx(15.0)
    assert f_top[0] == pytest.approx(22.5)
    assert f_bottom[1] == pytest.approx(7.5)


def test_values_and_slopes_are_continuous_where_layers_touch():
    top = np.array([0.0, 8.0, 30.0, 42.0])
    bottom = np.array([8.0, 30.0, 42.0, 90.0])
    f_top, f_bottom, _ = kernel_spline.spline_edges(top, bottom, np.array([30.0, 18.0, 9.0, 6.0]))
    assert f_top[1:] == pytest.approx(f_bottom[:-1])


def test_spline_is_the_smoothest_curve_with_these_layer_means():
    # Bishop et al. 1999: of all curves with the layer means, it has the least integral of f'².
    # A fine polygon, solved as a constrained quadratic programme, must come to the same stocks.
    top, bottom, density = np.array([0.0, 10.0]), np.array([10.0, 30.0]), np.array([25.0, 9.0])
    step = 0.05
    centre = np.arange(step / 2, 30, step)
    n = len(centre)
    difference = (np.eye(n, k=1) - np.eye(n))[:-1] / step
    mean = np.array([(centre > t) & (centre < b) for t, b in zip(top, bottom, strict=True)], float)
    mean /= mean.sum(axis=1, keepdims=True)
    system = np.block([[difference.T @ difference, mean.T], [mean, np.zeros((2, 2))]])
    polygon = np.linalg.solve(system, np.r_[np.zeros(n), density])[:n]
    found, _ = stocks(top, bottom, density, [(0, 5), (5, 15), (15, 30)])
    expected = [polygon[(centre > a) & (centre < b)].sum() * step / 100
                for a, b in ((0, 5), (5, 15), (15, 30))]  # fmt: skip
    assert found[0] == pytest.approx(expected, rel=2e-4)


def test_a_layer_that_would_go_negative_is_flattened_and_counted():
    top, bottom = np.array([0.0, 5.0, 30.0]), np.array([5.0, 30.0, 60.0])
    density = np.array([90.0, 1.0, 0.5])
    _, limited = stocks(top, bottom, density, [(0, 60)])
    assert limited[0] >= 1
    f_top, f_bottom, _ = kernel_spline.spline_edges(top, bottom, density)
    assert min(f_top.min(), f_bottom.min()) < 0  # it would have been negative


def test_bedrock_holds_nothing():
    top, bottom, density = np.array([0.0]), np.array([25.0]), np.array([20.0])
    found, _ = stocks(top, bottom, density, [(0, 30), (30, 50)], bedrock=np.array([25.0]))
    assert found[0] == pytest.approx([5.0, 0.0])


@pytest.mark.parametrize("name", ["spline_edges", "keep_positive", "integral_above"])
def test_compiled_and_plain_kernels_agree(name):
    top, bottom = np.array([0.0, 5.0, 40.0]), np.array([5.0, 33.0, 60.0])
    density = np.array([60.0, 2.0, 3.0])
    arguments = {
        "spline_edges": (top, bottom, density),
        "keep_positive": (density, top - 3.0, bottom - 40.0),
        "integral_above": (36.0, top, bottom, density, density * 1.2, density * 0.7),
    }[name]
    kernel = getattr(kernel_spline, name)
    compiled, plain = (
        np.hstack(found) if isinstance(found, tuple) else found
        for found in (kernel(*arguments), kernel.py_func(*arguments))
    )
    assert np.allclose(compiled, plain, rtol=1e-14)


def test_many_profiles_equal_each_alone():
    generator = np.random.default_rng(4)
    start = np.array([0, 2, 3, 7])
    top = np.array([0, 12, 0, 0, 5, 20, 44], float)
    bottom = np.array([12, 40, 90, 5, 20, 40, 80], float)
    density = generator.uniform(1, 40, 7)
    depths = [(0, 10), (0, 30), (0, 50)]
    together, _ = spline_stocks(start, top, bottom, density, np.full(3, np.inf), depths)
    for i in range(3):
        rows = slice(start[i], start[i + 1])
        alone, _ = stocks(top[rows], bottom[rows], density[rows], depths)
        assert np.array_equal(together[i], alone[0])


@pytest.mark.parametrize(
    ("top", "bottom", "density", "message"),
    [
        ([0, 20], [30, 40], [1, 1], "overlap"),
        ([0, 5], [5, 5], [1, 1], "bottom below top"),
        ([0, 5], [5, 9], [1, -1], "density >= 0"),
    ],
)
def test_impossible_layers_are_refused(top, bottom, density, message):
    with pytest.raises(ValueError, match=message):
        stocks(np.array(top), np.array(bottom), np.array(density), [(0, 10)])
