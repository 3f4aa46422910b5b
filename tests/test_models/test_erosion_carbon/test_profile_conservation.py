"""Carbon is neither made nor lost where soil erodes and settles (Lu et al. 2024, Eqs. 23-25)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.profile.kernel_profile import (
    LAYERWISE,
    LU2024,
    MENZEL,
    NO_ENRICHMENT,
    WATEM_C,
    deposit,
    erode,
)
from models.erosion_carbon.profile.parameters import PROFILE

P = PROFILE.defaults
BULK_DENSITY = 1300.0
SCHEMES = pytest.mark.parametrize("scheme", [LU2024, LAYERWISE], ids=["lu2024", "layerwise"])
thicknesses = st.floats(1e-5, 0.05)
seeds = st.integers(0, 2**32 - 1)


def columns(seed, n_cells=3, n_pools=7):
    """Return carbon (n, 10, P) from 1e-3 to 1e4 g m-2, some of it absent."""
    rng = np.random.default_rng(seed)
    soil = 10.0 ** rng.uniform(-3, 4, (n_cells, 10, n_pools))
    return soil * (rng.random((n_cells, 1, n_pools)) > 0.2)


def eroded(soil, thickness_m, scheme, enrichment=NO_ENRICHMENT):
    """Return the profiles after erosion and the carbon removed."""
    after, n = soil.copy(), len(soil)
    removed = np.full((n, soil.shape[2]), np.nan)
    mass = np.full(n, thickness_m * BULK_DENSITY)
    erode(0, n, after, mass, np.full(n, BULK_DENSITY), scheme, enrichment, P, removed)
    return after, removed


def settled(soil, thickness_m, scheme, carbon):
    """Return the profiles after deposition."""
    after, n = soil.copy(), len(soil)
    mass = np.full(n, thickness_m * BULK_DENSITY)
    deposit(0, n, after, mass, np.full(n, BULK_DENSITY), scheme, carbon)
    return after


@SCHEMES
@settings(deadline=None)
@given(seed=seeds, thickness_m=thicknesses, enrichment=st.sampled_from([0, MENZEL, WATEM_C]))
def test_eroded_profile_loses_exactly_what_sediment_carries(scheme, seed, thickness_m, enrichment):
    soil = columns(seed)
    after, removed = eroded(soil, thickness_m, scheme, enrichment)
    gap = after.sum(1) + removed - soil.sum(1)
    assert np.abs(gap).max() < 1e-10 * max(soil.sum(), 1.0)


@SCHEMES
@settings(deadline=None)
@given(seed=seeds, thickness_m=thicknesses)
def test_depositional_profile_gains_exactly_what_settles(scheme, seed, thickness_m):
    soil, carbon = columns(seed), columns(seed + 1)[:, 0]
    after = settled(soil, thickness_m, scheme, carbon)
    gap = after.sum(1) - carbon - soil.sum(1)
    assert np.abs(gap).max() < 1e-10 * max(soil.sum() + carbon.sum(), 1.0)


@SCHEMES
@settings(deadline=None)
@given(seed=seeds, thickness_m=st.floats(0.05, 6.0))
def test_gully_deeper_than_layers_leaves_no_layer_negative(scheme, seed, thickness_m):
    after, removed = eroded(columns(seed), thickness_m, scheme, MENZEL)
    assert after.min() >= 0.0
    assert removed.min() >= 0.0


@SCHEMES
@settings(deadline=None)
@given(seed=seeds, thickness_m=st.floats(0.05, 6.0))
def test_deposit_thicker_than_layers_leaves_no_layer_negative(scheme, seed, thickness_m):
    assert settled(columns(seed), thickness_m, scheme, columns(seed)[:, 0]).min() >= 0.0


@SCHEMES
def test_tenfold_enriched_sediment_never_carries_more_than_its_soil_had(scheme):
    soil = columns(3)
    tenfold = {"menzel_intercept": 4.0, "menzel_slope": 0.0, "enrichment_upper": 10.0}
    p = PROFILE.with_values(tenfold)
    after, removed = soil.copy(), np.empty((3, 7))
    density = np.full(3, BULK_DENSITY)
    erode(0, 3, after, 0.024 * density, density, scheme, MENZEL, p, removed)
    carrying = soil[:, 0] if scheme == LAYERWISE else soil[:, :3].sum(1)
    np.testing.assert_allclose(removed, carrying, rtol=1e-12)
    assert after.min() >= 0.0


@SCHEMES
def test_deposit_on_bare_ground_spreads_over_the_block_by_thickness(scheme):
    after = settled(np.zeros((1, 10, 1)), 0.001, scheme, np.array([[9.0]]))[0, :, 0]
    expected = [3.0, 3.0, 3.0] if scheme == LU2024 else [9.0, 0.0, 0.0]
    assert after[:3] == pytest.approx(expected, rel=1e-12)


@SCHEMES
def test_carbon_without_soil_is_not_lost(scheme):
    soil = columns(4)
    carbon = np.full((3, 7), 2.0)
    assert settled(soil, 0.0, scheme, carbon).sum() == pytest.approx(soil.sum() + carbon.sum())


def test_cells_without_erosion_keep_their_profile_and_report_nothing():
    soil = columns(5)
    after, removed = eroded(soil, 0.0, LAYERWISE)
    assert (after == soil).all()
    assert (removed == 0.0).all()


@SCHEMES
def test_any_number_of_threads_gives_the_same_profiles(scheme):
    n = 10_000
    soil = columns(6, n, 2)
    mass, density = np.random.default_rng(7).uniform(0, 40, n), np.full(n, BULK_DENSITY)
    one, two, removed = soil.copy(), soil.copy(), np.empty((n, 2))
    with CellThreads(1) as threads:
        threads.over_cells(erode, n, one, mass, density, scheme, MENZEL, P, removed)
    with CellThreads(3) as threads:
        threads.over_cells(erode, n, two, mass, density, scheme, MENZEL, P, removed)
    assert (one == two).all()


@SCHEMES
def test_compiled_erosion_equals_plain_python(scheme):
    soil = columns(8)
    density = np.full(3, BULK_DENSITY)
    plain, removed = soil.copy(), np.empty((3, 7))
    erode.py_func(0, 3, plain, 0.03 * density, density, scheme, MENZEL, P, removed)
    compiled, also_removed = eroded(soil, 0.03, scheme, MENZEL)
    np.testing.assert_allclose(compiled, plain, rtol=1e-14)
    np.testing.assert_allclose(also_removed, removed, rtol=1e-14)
