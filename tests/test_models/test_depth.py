"""Depth lines: a linear truth is recovered, layers stay in order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from models.depth import DepthLines, DepthRatios, depth_table, ordered

DEPTHS = ((0.0, 10.0), (0.0, 30.0), (0.0, 50.0))


def targets(n=50, scatter=0.0, seed=0):
    """Surface and two deeper sums near the lines the study implies, half the sites shallow."""
    random = np.random.default_rng(seed)
    surface = random.uniform(1, 8, n)
    deep = np.column_stack([surface, 0.07 + 2.27 * surface, 1.44 + 2.63 * surface])
    deep[:, 1:] += scatter * random.standard_normal((n, 2))
    deep[: n // 2, 2] = np.nan
    return deep


def test_a_linear_truth_is_recovered():
    lines = DepthLines.fit(targets())
    assert lines.intercept == pytest.approx([0, 0.07, 1.44], abs=1e-12)
    assert lines.slope == pytest.approx([1, 2.27, 2.63])
    assert lines.residual_sd == pytest.approx([0, 0, 0], abs=1e-12)
    assert lines.r2 == pytest.approx([1, 1, 1])
    assert lines.n.tolist() == [50, 50, 25]


def test_errors_of_the_coefficients_match_statsmodels():
    from statsmodels.api import OLS, add_constant

    y = targets(scatter=0.7)
    lines = DepthLines.fit(y)
    for k in (1, 2):
        rows = np.isfinite(y[:, k])
        fit = OLS(y[rows, k], add_constant(y[rows, 0])).fit()
        assert [lines.intercept[k], lines.slope[k]] == pytest.approx(fit.params)
        assert [lines.intercept_se[k], lines.slope_se[k]] == pytest.approx(fit.bse)
        assert lines.residual_sd[k] == pytest.approx(np.sqrt(fit.mse_resid))
        assert lines.r2[k] == pytest.approx(fit.rsquared)


def test_the_first_depth_is_the_surface_itself():
    surface = np.linspace(0, 8, 7, dtype=np.float32).reshape(1, 7)
    down = DepthLines.fit(targets()).apply(surface)
    assert down.shape == (3, 1, 7)
    assert down.dtype == np.float32
    np.testing.assert_array_equal(down[0], surface)


def test_two_sites_do_not_make_a_line():
    y = targets()
    y[:-2, 2] = np.nan
    with pytest.raises(ValueError, match=r"depth 0_50 cm: 2 site\(s\) are complete"):
        DepthLines.fit(y, DEPTHS)


def test_equal_surface_values_do_not_make_a_line():
    y = targets(scatter=1)
    y[:, 0] = 4.0
    with pytest.raises(ValueError, match=r"depth 0_30 cm: .* same surface value \(4\)"):
        DepthLines.fit(y, DEPTHS)


def test_a_single_depth_needs_no_line():
    lines = DepthLines.fit(targets()[:, :1])
    assert lines.n.tolist() == [50]


def test_lines_survive_saving():
    lines = DepthLines.fit(targets(scatter=0.3))
    again = DepthLines.from_arrays({**lines.to_arrays(), "other": np.zeros(3)})
    for name, array in lines.to_arrays().items():
        np.testing.assert_array_equal(getattr(again, name), array)


def test_the_ratio_is_of_sums_over_the_same_sites():
    y = np.array([[1.0, 3.0], [3.0, 5.0], [4.0, 8.0], [100.0, np.nan]])
    ratios = DepthRatios.fit(y)
    assert ratios.ratio == pytest.approx([1, 2])
    assert ratios.n.tolist() == [4, 3]
    assert ratios.apply(np.array([2.0, 5.0])) == pytest.approx(np.array([[2, 5], [4, 10]]))


def test_ordered_by_hand():
    values = np.array([[-0.5, 2.0, np.nan, 1.0], [1.0, 1.5, 3.0, np.nan], [0.5, 4.0, 2.0, 0.5]])
    out, corrected = ordered(values)
    np.testing.assert_array_equal(
        out, [[0.0, 2.0, np.nan, 1.0], [1.0, 2.0, 3.0, np.nan], [1.0, 4.0, 3.0, 1.0]]
    )
    assert corrected.tolist() == [1, 1, 3]


@given(
    hnp.arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(0, 6)),
        elements=st.floats(-10, 30, width=32) | st.just(np.float32(np.nan)),
    )
)
def test_deeper_sums_never_hold_less(values):
    before = values.copy()
    out, corrected = ordered(values)
    np.testing.assert_array_equal(values, before)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(np.isnan(out), np.isnan(values))
    for column in out.T:
        present = column[~np.isnan(column)]
        assert (np.diff(present, prepend=np.float32(0)) >= 0).all()
    changed = (out != values) & ~np.isnan(values)
    np.testing.assert_array_equal(corrected, changed.sum(axis=1))
    again, none = ordered(out)
    np.testing.assert_array_equal(again, out)
    assert not none.any()


def test_the_table_of_the_run_directory():
    table = depth_table(DepthLines.fit(targets()), DEPTHS, np.array([0, 1, 2]))
    assert table["depth"].tolist() == ["0_10", "0_30", "0_50"]
    assert table["n_cells_corrected"].tolist() == [0, 1, 2]
