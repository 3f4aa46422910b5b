"""The solved steady state against the days it stands for, and against an exact profile."""

import numpy as np
import pytest

from models.erosion_carbon.carbon.kernel_rothc import IOM
from models.erosion_carbon.carbon.kernel_steady import SteadyForcing, moved_shares, solve_layer
from models.erosion_carbon.carbon.kernel_steady_rothc import inert_share
from models.erosion_carbon.carbon.parameters import ROTHC
from models.erosion_carbon.carbon.scheme import SCHEMES, CarbonScheme
from models.erosion_carbon.dissolved.kernel_dissolved import decay_solution, dissolve_pools
from models.erosion_carbon.dissolved.kernel_laws import decayed
from models.erosion_carbon.dissolved.parameters import DISSOLVED, production_rates
from models.erosion_carbon.profile.kernel_profile import LAYERWISE, NO_ENRICHMENT, deposit, erode
from models.erosion_carbon.profile.parameters import PROFILE
from models.erosion_carbon.soil_columns import SoilColumns
from models.erosion_carbon.soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M, N_LAYERS

DENSITY_KG_M3 = 1300.0
MM_A_YEAR = 1e-3 / 365
N_CELLS = 6
VELOCITIES = np.array([0.0, 1.0, 20.0, -1.0, -20.0, 0.0]) * MM_A_YEAR
SOLUTION = DISSOLVED.with_values({"production_share": 0.05})


def _prepared(scheme: CarbonScheme, rng: np.random.Generator):
    columns = SoilColumns(*(rng.uniform(1.0, 50.0, N_CELLS) for _ in SoilColumns._fields))
    return scheme.prepare(scheme.table.defaults, columns, rng.uniform(0.25, 1.44, N_CELLS))


def _forcing(scheme: CarbonScheme, rng: np.random.Generator) -> SteadyForcing:
    layers = (N_CELLS, N_LAYERS)
    soil_rates, surface_rates = scheme.base_rates(scheme.table.defaults)
    brought = rng.uniform(0.0, 0.05, (N_CELLS, len(soil_rates))) * (soil_rates > 0)
    return SteadyForcing(
        factor=rng.uniform(0.05, 1.5, layers),
        surface_factor=rng.uniform(0.05, 1.5, N_CELLS),
        dissolved_factor=rng.uniform(0.5, 4.0, layers),
        production_factor=rng.uniform(0.2, 3.0, layers),
        leaf_input=rng.uniform(0.0, 1.0, N_CELLS),
        root_input=rng.uniform(0.1, 1.0, N_CELLS),
        wood_input=rng.uniform(0.0, 1.0, N_CELLS),
        root_share=rng.dirichlet(np.ones(N_LAYERS), N_CELLS),
        exudates=rng.uniform(0.0, 0.05, (*layers, 2)),
        exudates_to_microbes=rng.uniform(0.0, 0.05, layers),
        production_rates=production_rates(soil_rates, SOLUTION),
        surface_production_rates=production_rates(surface_rates, SOLUTION),
        dissolved_rates=np.array(
            [SOLUTION.labile_decay_per_day, SOLUTION.recalcitrant_decay_per_day]
        ),
        uptake_efficiency=SOLUTION.carbon_use_efficiency,
        velocity_m_day=VELOCITIES,
        exchanged_share=np.zeros(N_CELLS),
        deposited_carbon=np.where(VELOCITIES[:, None] < 0.0, brought, 0.0),
        thickness_m=LAYER_THICKNESS_M,
    )


def _solve(scheme, forcing, prepared):
    soil = np.full((N_CELLS, N_LAYERS, len(scheme.soil_pools)), np.nan)
    surface = np.full((N_CELLS, len(scheme.surface_pools)), np.nan)
    dissolved = np.full((N_CELLS, N_LAYERS, 2), np.nan)
    scheme.steady_state(0, N_CELLS, forcing, prepared, soil, surface, dissolved)
    return soil, surface, dissolved


def _dissolve(scheme, forcing, soil, surface, dissolved):
    for i in range(N_CELLS):
        top = forcing.production_factor[i, 0]
        dissolve_pools(surface[i], forcing.surface_production_rates, top, dissolved[i, 0])
        for k in range(N_LAYERS):
            factor = forcing.production_factor[i, k]
            dissolve_pools(soil[i, k], forcing.production_rates, factor, dissolved[i, k])
            dissolved[i, k] += forcing.exudates[i, k]
            decaying = [
                decayed(1.0, rate, forcing.dissolved_factor[i, k])
                for rate in forcing.dissolved_rates
            ]
            kept, _ = decay_solution(dissolved[i, k], *decaying, forcing.uptake_efficiency)
            soil[i, k, scheme.microbial_pool] += kept + forcing.exudates_to_microbes[i, k]


def _run_day(scheme, forcing, prepared, soil, surface, dissolved):
    """A day of the simulator's own kernels: decompose, dissolve, erode and deposit."""
    factors = forcing.factor, forcing.surface_factor
    litter = forcing.leaf_input, forcing.root_input, forcing.wood_input, forcing.root_share
    scheme.decompose(0, N_CELLS, soil, surface, *factors, *litter, prepared, np.zeros(N_CELLS))
    _dissolve(scheme, forcing, soil, surface, dissolved)
    moved = np.abs(VELOCITIES) * DENSITY_KG_M3
    density = np.full(N_CELLS, DENSITY_KG_M3)
    lost, gained = np.where(VELOCITIES > 0.0, moved, 0.0), np.where(VELOCITIES < 0.0, moved, 0.0)
    removed = np.empty((N_CELLS, soil.shape[2]))
    erode(0, N_CELLS, soil, lost, density, LAYERWISE, NO_ENRICHMENT, PROFILE.defaults, removed)
    deposit(0, N_CELLS, soil, gained, density, LAYERWISE, forcing.deposited_carbon)


@pytest.mark.parametrize("name", ["ibis", "rothc"])
def test_a_year_of_days_leaves_the_steady_state_as_it_is(name):
    rng = np.random.default_rng(7)
    scheme = SCHEMES[name]
    forcing, prepared = _forcing(scheme, rng), _prepared(scheme, rng)
    solved = _solve(scheme, forcing, prepared)
    state = [array.copy() for array in solved]
    if name == "rothc":
        state[0][..., IOM] = solved[0][..., IOM] = 0.0  # inert: moves with soil, never comes back
    for _ in range(365):
        _run_day(scheme, forcing, prepared, *state)
    for before, after in zip(solved, state, strict=True):
        np.testing.assert_allclose(after, before, rtol=1e-11)


def test_steady_state_holds_where_few_microbes_are_all_protected():
    rng = np.random.default_rng(8)
    scheme = SCHEMES["ibis"]
    forcing, prepared = _forcing(scheme, rng), _prepared(scheme, rng)
    forcing = forcing._replace(
        factor=np.full((N_CELLS, N_LAYERS), 0.01),
        exudates=np.zeros((N_CELLS, N_LAYERS, 2)),
        exudates_to_microbes=np.zeros((N_CELLS, N_LAYERS)),
    )
    solved = _solve(scheme, forcing, prepared)
    protected = solved[0][..., 3] < 0.017 * solved[0].sum(2)
    assert protected.any()
    assert not protected.all()
    state = [array.copy() for array in solved]
    for _ in range(365):
        _run_day(scheme, forcing, prepared, *state)
    np.testing.assert_allclose(state[0], solved[0], rtol=1e-11)


@pytest.mark.parametrize("name", ["ibis", "rothc"])
def test_steady_state_is_linear_in_its_inputs(name):
    rng = np.random.default_rng(9)
    scheme = SCHEMES[name]
    forcing, prepared = _forcing(scheme, rng), _prepared(scheme, rng)
    litter, solution = (
        ("leaf_input", "root_input", "wood_input"),
        ("exudates", "exudates_to_microbes"),
    )
    carbon = (*litter, *solution, "deposited_carbon")
    doubled = {field: 2 * getattr(forcing, field) for field in carbon}
    once, twice = (_solve(scheme, f, prepared) for f in (forcing, forcing._replace(**doubled)))
    for field, (a, b) in enumerate(zip(once, twice, strict=True)):
        pools = slice(0, IOM) if name == "rothc" and field == 0 else slice(None)
        np.testing.assert_allclose(b[..., pools], 2 * a[..., pools], rtol=1e-10)


def test_frozen_rothc_layers_store_a_finite_amount():
    rng = np.random.default_rng(10)
    scheme = SCHEMES["rothc"]
    forcing, prepared = _forcing(scheme, rng), _prepared(scheme, rng)
    frozen = forcing._replace(factor=np.zeros((N_CELLS, N_LAYERS)))
    soil, *_ = _solve(scheme, frozen, prepared)
    assert np.isfinite(soil).all()
    assert (soil[..., 0] > 0.0).all()


def test_inert_carbon_is_falloons_power_of_the_total():
    share = inert_share(40.0, ROTHC.defaults)
    total = 40.0 * (1 + share)
    assert total - 40.0 == pytest.approx(0.049 * total**1.139, rel=1e-12)


def _eroding_profile(erosion_m_year):
    """Stock and export of one pool: I0·exp(-a·z) enters, k decays, soil rises to the surface."""
    surface_input, a, k = 1.0, 5.0, 0.02  # kg m-3 yr-1, m-1, yr-1
    tops = LAYER_BOTTOM_M - LAYER_THICKNESS_M
    entering = surface_input / a * (np.exp(-a * tops) - np.exp(-a * LAYER_BOTTOM_M)) / 365
    pools, moving = np.zeros((N_LAYERS, 1)), np.zeros(1)
    for layer in range(N_LAYERS - 1, -1, -1):
        velocity = erosion_m_year / 365
        lost, _, gained = moved_shares(velocity, layer, LAYER_THICKNESS_M)
        matrix, constant = np.array([[-k / 365]]), entering[[layer]]
        solve_layer(matrix, constant, lost, gained * moving, pools[layer])
        moving = pools[layer] * (1 - k / 365) + constant
    export = 365 * lost * moving[0]
    return pools.sum(), export


@pytest.mark.parametrize(("erosion_m_year", "too_little_percent"), [(1e-3, 10.0), (1e-4, 11.0)])
def test_ten_layers_export_a_tenth_less_than_the_exact_profile(erosion_m_year, too_little_percent):
    # c(z) = I0·exp(-az) / (k + aE) is exact; ten layers mix the top 5 cm.
    _, export = _eroding_profile(erosion_m_year)
    exact = erosion_m_year / (0.02 + 5.0 * erosion_m_year)
    assert 100 * (1 - export / exact) == pytest.approx(too_little_percent, abs=0.5)


def test_eroding_profile_of_one_millimetre_a_year():
    # Exact: stock 8.000, export 0.0400 kg m-2.
    np.testing.assert_allclose(_eroding_profile(1e-3), (8.194, 0.0361), rtol=1e-3)


def test_eroding_profile_balances():
    stock, export = _eroding_profile(1e-3)
    assert 0.02 * stock + export == pytest.approx(0.2, rel=1e-6)


def test_buried_carbon_stays_in_the_last_layer():
    assert moved_shares(-1e-3, N_LAYERS - 1, LAYER_THICKNESS_M)[0] == 0.0


def test_parent_material_brings_no_carbon():
    lost, neighbour, gained = moved_shares(1e-3, N_LAYERS - 1, LAYER_THICKNESS_M)
    assert (lost, neighbour, gained) == (1e-3 / LAYER_THICKNESS_M[-1], -1, 0.0)
