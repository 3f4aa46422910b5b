"""Screening against reference libraries and hand-made definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.screening import DECISION_COLUMNS, inflation_factors, screen
from features.variables import Variable, VariableGroup


def continuous(n: int) -> list[Variable]:
    return [Variable(f"x{i}", "continuous") for i in range(n)]


def correlated(rng: np.random.Generator, n: int, p: int) -> np.ndarray:
    return rng.normal(size=(n, p)) @ rng.normal(size=(p, p)) + rng.normal(size=(n, p))


def test_vif_equals_statsmodels() -> None:
    from statsmodels.stats.outliers_influence import variance_inflation_factor

    x = correlated(np.random.default_rng(1), 147, 6)
    with_constant = np.column_stack([np.ones(len(x)), x])
    expected = [variance_inflation_factor(with_constant, j + 1) for j in range(6)]
    np.testing.assert_allclose(inflation_factors(x, continuous(6)), expected, rtol=1e-9)


def test_gvif_equals_its_definition_by_determinants() -> None:
    rng = np.random.default_rng(2)
    classes = rng.integers(0, 4, 200)
    x = np.column_stack([rng.normal(size=200) + classes, rng.normal(size=200), 10 * classes])
    variables = [*continuous(2), Variable("c", "categorical")]
    dummies = np.column_stack([x[:, :2], *(classes == k for k in (0, 1, 3))])  # 2 is left out
    r = np.corrcoef(dummies, rowvar=False)
    det = np.linalg.det
    gvif = det(r[2:, 2:]) * det(r[:2, :2]) / det(r)  # Fox & Monette (1992)
    np.testing.assert_allclose(inflation_factors(x, variables)[2], (gvif ** (1 / 6)) ** 2)


def test_category_of_two_classes_has_the_vif_of_its_indicator() -> None:
    rng = np.random.default_rng(3)
    x = np.column_stack([rng.normal(size=90), rng.integers(0, 2, 90)])
    x[:, 0] += x[:, 1]
    as_numbers = inflation_factors(x, continuous(2))
    as_classes = inflation_factors(x, [Variable("a", "continuous"), Variable("b", "categorical")])
    np.testing.assert_allclose(as_classes, as_numbers)


def test_spearman_equals_scipy_with_ties() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(4)
    x, y = rng.integers(0, 5, (60, 3)).astype(float), rng.integers(0, 6, 60).astype(float)
    table = screen(x, continuous(3), y, 1.1, 1e9).decisions.head(3)
    for j in range(3):
        expected = spearmanr(x[:, j], y)
        assert table["value"][j] == pytest.approx(expected.statistic, rel=1e-12)
        assert table["p_value"][j] == pytest.approx(expected.pvalue, rel=1e-9)


def test_kruskal_wallis_equals_scipy_with_ties() -> None:
    from scipy.stats import kruskal

    rng = np.random.default_rng(5)
    codes, y = rng.integers(1, 4, 80).astype(float), rng.integers(0, 9, 80).astype(float)
    row = screen(codes[:, None], [Variable("c", "categorical")], y, 1.1, 10).decisions.iloc[0]
    expected = kruskal(*(y[codes == code] for code in (1, 2, 3)))
    assert row["value"] == pytest.approx(expected.statistic, rel=1e-12)
    assert row["p_value"] == pytest.approx(expected.pvalue, rel=1e-9)


@pytest.mark.parametrize("kind", ["continuous", "categorical"])
def test_noise_is_dropped_nineteen_times_in_twenty(kind: str) -> None:
    rng = np.random.default_rng(6)
    dropped = 0
    for _ in range(400):
        y = rng.normal(size=100)
        noise = rng.normal(size=100) if kind == "continuous" else rng.integers(0, 3, 100)
        variables = [Variable("signal", "continuous"), Variable("noise", kind)]
        kept = screen(np.column_stack([y + rng.normal(size=100), noise]), variables, y, 0.05, 10)
        dropped += 1 not in kept.kept
    assert 0.92 < dropped / 400 < 0.98  # binomial SD is 1.1 %


def test_highest_inflation_goes_first_and_the_rest_is_measured_anew() -> None:
    rng = np.random.default_rng(7)
    a, b = rng.normal(size=(2, 300))
    total = a + b + 0.05 * rng.normal(size=300)  # inflates all three, itself most
    y = a + b + rng.normal(size=300)
    result = screen(np.column_stack([a, total, b]), continuous(3), y, 0.05, 10)
    assert result.kept == (0, 2)
    final = result.decisions[result.decisions["step"] == "collinearity final"]
    assert (final["value"] < 1.1).all()


def test_simulated_quantities_never_drive_out_what_is_measured() -> None:
    rng = np.random.default_rng(5)
    rain = rng.normal(size=200)
    runoffs = [rain + 0.2 * rng.normal(size=200) for _ in range(2)]
    x, names = np.column_stack([rain, *runoffs]), ["rain", "runoff_1", "runoff_2"]
    assert inflation_factors(x, continuous(3)).argmax() == 0  # rain would go first

    def kept(group: VariableGroup) -> tuple[int, ...]:
        groups = ["other", group, group]
        pairs = zip(names, groups, strict=True)
        variables = [Variable(name, "continuous", each) for name, each in pairs]
        return screen(x, variables, rain, 0.05, 10.0).kept

    assert kept("physics") == (0,)
    assert 0 not in kept("other")


def test_of_duplicates_the_better_associated_is_kept() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=120)
    y = np.exp(x) + 0.1 * rng.normal(size=120)
    other = rng.normal(size=120) + y
    result = screen(np.column_stack([x, other, x]), continuous(3), y, 0.05, 10)
    assert result.kept == (0, 1)


def test_exact_sum_is_infinitely_inflated_and_does_not_crash() -> None:
    rng = np.random.default_rng(9)
    x = rng.normal(size=(50, 3))
    x[:, 2] = x[:, 0] - 2 * x[:, 1]
    factors = inflation_factors(np.column_stack([x, rng.normal(size=50)]), continuous(4))
    assert np.isinf(factors[:3]).all()
    assert factors[3] < 1.5


def test_category_that_a_number_encodes_is_infinitely_inflated() -> None:
    codes = np.repeat([1.0, 2.0, 5.0], 20)
    height = np.select([codes == 1, codes == 2], [10.0, 30.0], 90.0)
    variables = [Variable("c", "categorical"), Variable("h", "continuous")]
    y = codes + np.random.default_rng(10).normal(size=60)
    result = screen(np.column_stack([codes, height]), variables, y, 0.05, 10)
    assert len(result.kept) == 1


@pytest.mark.parametrize("kind", ["continuous", "categorical"])
def test_constant_covariate_is_dropped_by_name(kind: str) -> None:
    y = np.arange(30.0)
    variables = [Variable("x", "continuous"), Variable("flat", kind)]
    result = screen(np.column_stack([y**2, np.full(30, 7.0)]), variables, y, 0.05, 10)
    assert result.kept == (0,)
    assert result.decisions["decision"][1] == "dropped: constant"


def test_without_any_signal_the_best_covariate_stays_and_is_marked() -> None:
    rng = np.random.default_rng(11)
    x, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    result = screen(x, continuous(4), y, 1e-9, 10)
    assert len(result.kept) == 1
    decisions = result.decisions["decision"]
    assert decisions[result.kept[0]] == "kept: no covariate passes, this is the best"


def test_more_covariates_than_sites_leaves_a_regular_set() -> None:
    rng = np.random.default_rng(12)
    x = rng.normal(size=(12, 20))
    result = screen(x, continuous(20), rng.normal(size=12), 1.1, 10)
    assert 1 <= len(result.kept) < 12
    assert (inflation_factors(x[:, result.kept], continuous(len(result.kept))) < 10).all()


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_kept_covariates_are_below_the_limit_whatever_their_scale(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = correlated(rng, 60, 6)
    y = x @ rng.normal(size=6) + rng.normal(size=60)
    result = screen(x, continuous(6), y, 0.05, 5)
    scaled = screen(x * 10.0 ** rng.integers(-5, 5, 6) + 100, continuous(6), y, 0.05, 5)
    assert result.kept == scaled.kept
    if len(result.kept) > 1:
        kept = list(result.kept)
        assert (inflation_factors(x[:, kept], continuous(len(kept))) < 5).all()


def test_every_decision_is_recorded_in_the_contract_columns() -> None:
    rng = np.random.default_rng(13)
    result = screen(rng.normal(size=(40, 3)), continuous(3), rng.normal(size=40), 1.1, 10)
    assert tuple(result.decisions.columns) == DECISION_COLUMNS
    assert list(result.decisions["step"]) == ["association"] * 3 + ["collinearity final"] * 3


def test_missing_values_are_refused() -> None:
    with pytest.raises(ValueError, match="missing values"):
        screen(np.array([[1.0], [np.nan]]), continuous(1), [1.0, 2.0], 0.05, 10)
