"""An eroding profile in balance with its input, beside the exact c = I0 exp(-az) / (k + aE)."""

import numpy as np
import pytest

from models.erosion_carbon.profile.kernel_profile import LAYERWISE, LU2024, NO_ENRICHMENT, erode
from models.erosion_carbon.profile.parameters import PROFILE

BOTTOM_M = np.array([0.05, 0.10, 0.15, 0.20, 0.30, 0.50, 0.80, 1.20, 2.00, 4.00])
INPUT_KG_M3_YR, PER_M, DECAY_YR = 1.0, 5.0, 0.02
STEP_YR, YEARS = 0.02, 700
BULK_DENSITY = 1300.0
FAST, SLOW = 1e-3, 1e-4
"""Erosion, m yr-1."""
CASES = [(LU2024, FAST), (LAYERWISE, FAST), (LU2024, SLOW), (LAYERWISE, SLOW)]


def yearly_input(bottom_m):
    """Return the input of each layer, kg m-2 yr-1."""
    return INPUT_KG_M3_YR / PER_M * np.diff(1.0 - np.exp(-PER_M * bottom_m), prepend=0.0)


def balance(scheme, erosion_m_yr):
    """Return stock, kg m-2, and export, kg m-2 yr-1, after centuries of the kernel's steps."""
    gained = yearly_input(BOTTOM_M)
    soil = (gained / (DECAY_YR + PER_M * erosion_m_yr)).reshape(1, 10, 1)
    removed = np.empty((1, 1))
    mass, density = np.array([erosion_m_yr * STEP_YR * BULK_DENSITY]), np.array([BULK_DENSITY])
    for _ in range(round(YEARS / STEP_YR)):
        soil[0, :, 0] += STEP_YR * (gained - DECAY_YR * soil[0, :, 0])
        erode(0, 1, soil, mass, density, scheme, NO_ENRICHMENT, PROFILE.defaults, removed)
    return soil.sum(), removed[0, 0] / STEP_YR


def solved(scheme, erosion_m_yr):
    """Return stock and export of the continuous-time layers, from the bottom upwards."""
    bottom_m = BOTTOM_M[2:] if scheme == LU2024 else BOTTOM_M
    rising = stock = 0.0
    thickness_m = np.diff(bottom_m, prepend=0.0)
    for gained, dz in zip(yearly_input(bottom_m)[::-1], thickness_m[::-1], strict=True):
        layer = (gained + rising) / (DECAY_YR + erosion_m_yr / dz)
        rising = erosion_m_yr / dz * layer
        stock += layer
    return stock, rising


@pytest.fixture(scope="module")
def balances():
    return {case: balance(*case) for case in CASES}


@pytest.mark.parametrize("case", CASES)
def test_steady_stock_and_export_solve_the_layers_equations(balances, case):
    assert balances[case] == pytest.approx(solved(*case), rel=2e-4)


@pytest.mark.parametrize(
    ("case", "export", "stock"),
    [((LU2024, FAST), 0.0305, 8.477), ((LAYERWISE, FAST), 0.0361, 8.194)],
    ids=["lu2024", "layerwise"],
)
def test_steady_stock_and_export_are_the_known_numbers(balances, case, export, stock):
    found_stock, found_export = balances[case]
    assert found_export == pytest.approx(export, abs=5e-5)
    assert found_stock == pytest.approx(stock, abs=5e-4)


@pytest.mark.parametrize(
    ("case", "percent"),
    list(zip(CASES, [-24, -10, -29, -11], strict=True)),
    ids=["block, 1 mm/yr", "layers, 1 mm/yr", "block, 0.1 mm/yr", "layers, 0.1 mm/yr"],
)
def test_export_falls_short_of_the_exact_one_by_the_known_percentage(balances, case, percent):
    exact = INPUT_KG_M3_YR * case[1] / (DECAY_YR + PER_M * case[1])
    assert round(100 * (balances[case][1] / exact - 1)) == percent


@pytest.mark.parametrize("case", CASES)
def test_decay_and_export_spend_the_input(balances, case):
    stock, export = balances[case]
    assert DECAY_YR * stock + export == pytest.approx(yearly_input(BOTTOM_M).sum(), rel=1e-3)
