"""The block scheme beside Eqs. 21-25 of Lu et al. 2024, written here as they are printed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.profile.kernel_profile import LU2024, NO_ENRICHMENT, deposit, erode
from models.erosion_carbon.profile.parameters import PROFILE

H = (0.0, 0.05, 0.10, 0.15, 0.20, 0.30, 0.50, 0.80, 1.20, 2.00, 4.00)
BULK_DENSITY = 1250.0
one_step = st.floats(1e-5, 0.0249)
"""Thicker erosion is cut into steps, which the paper's daily formula does not know."""
stocks = st.lists(st.floats(1e-3, 1e4), min_size=10, max_size=10)


def printed_eq_24(soc, z):
    """Return the new stocks; `soc[i]` is the paper's SOC_i, 1 to 10."""
    total = soc[1] + soc[2] + soc[3]
    new = dict.fromkeys(range(1, 11), 0.0)
    for i in (1, 2, 3):
        new[i] = ((1 - z / H[3]) * total + z / (H[4] - H[3]) * soc[4]) * soc[i] / total
    for i in range(4, 10):
        gained = z / (H[i + 1] - H[i]) * soc[i + 1]
        new[i] = (1 - z / (H[i] - H[i - 1])) * soc[i] + gained
    new[10] = (1 - z / (H[10] - H[9])) * soc[10]
    return new


def printed_eq_25(soc, z, came, above_layer_4):
    """Return the new stocks where `came` settles; `above_layer_4` divides the block's outflow."""
    total = soc[1] + soc[2] + soc[3]
    new = dict.fromkeys(range(1, 11), 0.0)
    for i in (1, 2, 3):
        new[i] = (came + (1 - z / H[3]) * total) * soc[i] / total
    new[4] = z / above_layer_4 * total + (1 - z / (H[4] - H[3])) * soc[4]
    for i in range(5, 10):
        pushed = z / (H[i - 1] - H[i - 2]) * soc[i - 1]
        new[i] = pushed + (1 - z / (H[i] - H[i - 1])) * soc[i]
    new[10] = z / (H[9] - H[8]) * soc[9] + soc[10]
    return new


def numbered(stocks):
    """Return stocks by the paper's layer numbers."""
    return dict(enumerate(stocks, start=1))


def kernel_eroded(stocks, z):
    soil, removed = np.array(stocks).reshape(1, 10, 1), np.empty((1, 1))
    mass, density = np.array([z * BULK_DENSITY]), np.array([BULK_DENSITY])
    erode(0, 1, soil, mass, density, LU2024, NO_ENRICHMENT, PROFILE.defaults, removed)
    return soil[0, :, 0], removed[0, 0]


def kernel_settled(stocks, z, came):
    soil = np.array(stocks).reshape(1, 10, 1)
    mass, density = np.array([z * BULK_DENSITY]), np.array([BULK_DENSITY])
    deposit(0, 1, soil, mass, density, LU2024, np.array([[came]]))
    return soil[0, :, 0]


@settings(deadline=None)
@given(stocks=stocks, z=one_step)
def test_eroded_carbon_is_the_block_mean_of_eq_23(stocks, z):
    _, removed = kernel_eroded(stocks, z)
    assert removed == pytest.approx(z / 0.15 * sum(stocks[:3]), rel=1e-12)


@settings(deadline=None)
@given(stocks=stocks, z=one_step)
def test_eroded_profile_equals_printed_eq_24(stocks, z):
    after, _ = kernel_eroded(stocks, z)
    printed = printed_eq_24(numbered(stocks), z)
    np.testing.assert_allclose(after, list(printed.values()), rtol=1e-11, atol=1e-12)


@settings(deadline=None)
@given(stocks=stocks, z=one_step, came=st.floats(0.0, 500.0))
def test_depositional_profile_equals_printed_eq_25(stocks, z, came):
    printed = printed_eq_25(numbered(stocks), z, came, above_layer_4=H[3])
    after = kernel_settled(stocks, z, came)
    np.testing.assert_allclose(after, list(printed.values()), rtol=1e-11, atol=1e-12)


def test_layer_thickness_in_place_of_block_depth_would_create_twice_the_outflow():
    stocks, z, came = (
        [900.0, 700.0, 500.0, 400.0, 600.0, 800.0, 700.0, 500.0, 600.0, 800.0],
        0.01,
        5,
    )
    outflow = z / H[3] * sum(stocks[:3])
    garbled = printed_eq_25(numbered(stocks), z, came, above_layer_4=H[4] - H[3])
    assert sum(garbled.values()) - sum(stocks) - came == pytest.approx(2 * outflow, rel=1e-9)
    assert kernel_settled(stocks, z, came).sum() - sum(stocks) == pytest.approx(came, rel=1e-9)
