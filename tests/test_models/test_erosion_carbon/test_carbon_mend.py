"""Microbial-enzyme kinetics: their laws and their steady state."""

import numpy as np
import pytest

from models.erosion_carbon.carbon.kernel_mend import (
    ACTIVE,
    DISSOLVED,
    N_POOLS,
    SORBED,
    mend_change,
    mend_day,
    mortality_per_hour,
    saturated,
)
from models.erosion_carbon.carbon.kernel_steady import SteadyForcing
from models.erosion_carbon.carbon.parameters_mend import MEND
from models.erosion_carbon.carbon.scheme import SCHEMES
from models.erosion_carbon.soil_columns import SoilColumns
from models.erosion_carbon.soil_layers import LAYER_THICKNESS_M, N_LAYERS

SCHEME = SCHEMES["mend"]
DEFAULTS = MEND.defaults
FACTORS = np.array([1.0, 0.5, 0.25, 0.1])
N_CELLS = len(FACTORS)


def _cells(values=DEFAULTS):
    columns = SoilColumns(*(np.full(N_CELLS, 0.3) for _ in SoilColumns._fields))
    return SCHEME.prepare(values, columns, np.ones(N_CELLS))


def _forcing(litter_g=1.0, exudates_g=0.0, dissolving=0.0) -> SteadyForcing:
    layers = (N_CELLS, N_LAYERS)
    shares = np.exp(-3.0 * (np.cumsum(LAYER_THICKNESS_M) - LAYER_THICKNESS_M / 2))
    shares *= LAYER_THICKNESS_M / (shares * LAYER_THICKNESS_M).sum()
    rates = np.zeros((N_POOLS, 2))
    rates[DISSOLVED] = dissolving
    return SteadyForcing(
        factor=np.repeat(FACTORS[:, None], N_LAYERS, axis=1),
        surface_factor=FACTORS,
        dissolved_factor=np.ones(layers),
        production_factor=np.ones(layers),
        leaf_input=np.full(N_CELLS, 0.3 * litter_g),
        root_input=np.full(N_CELLS, 0.5 * litter_g),
        wood_input=np.full(N_CELLS, 0.2 * litter_g),
        root_share=np.repeat(shares[None], N_CELLS, axis=0),
        exudates=np.full((*layers, 2), exudates_g),
        exudates_to_microbes=np.full(layers, exudates_g),
        production_rates=rates,
        surface_production_rates=np.zeros((0, 2)),
        dissolved_rates=np.array([0.3, 0.0016]),
        uptake_efficiency=0.5,
        velocity_m_day=np.zeros(N_CELLS),
        exchanged_share=np.zeros(N_CELLS),
        deposited_carbon=np.zeros((N_CELLS, N_POOLS)),
        thickness_m=LAYER_THICKNESS_M,
    )


def _solve(forcing, values=DEFAULTS):
    soil = np.full((N_CELLS, N_LAYERS, N_POOLS), np.nan)
    dissolved = np.full((N_CELLS, N_LAYERS, 2), np.nan)
    surface = np.empty((N_CELLS, 0))
    SCHEME.steady_state(0, N_CELLS, forcing, _cells(values), soil, surface, dissolved)
    return soil, dissolved


def _run_days(soil, forcing, days):
    respiration = np.zeros(N_CELLS)
    litter = forcing.leaf_input, forcing.root_input, forcing.wood_input, forcing.root_share
    factors = forcing.factor, forcing.surface_factor
    for _ in range(days):
        SCHEME.decompose(
            0, N_CELLS, soil, np.empty((N_CELLS, 0)), *factors, *litter, _cells(), respiration
        )
    return respiration / days


def test_a_year_of_days_leaves_the_steady_state_as_it_is():
    forcing = _forcing()
    soil, _ = _solve(forcing)
    before = soil.copy()
    respired = _run_days(soil, forcing, 365)
    np.testing.assert_allclose(soil, before, rtol=1e-9)
    np.testing.assert_allclose(respired, 1.0, rtol=1e-9)


def test_steady_state_counts_the_carbon_of_the_solution():
    # Exudates and dissolved carbon of Lu et al. 2024 pass by once a day, not every hour.
    forcing = _forcing(exudates_g=0.001, dissolving=0.0005)
    soil, dissolved = _solve(forcing)
    before = soil.copy()
    inflow = forcing.exudates + forcing.production_rates[DISSOLVED] * soil[..., [DISSOLVED]]
    lost = -np.expm1(-forcing.dissolved_rates)
    np.testing.assert_allclose(dissolved, inflow * (1 - lost) / lost, rtol=1e-12)
    for _ in range(365):
        _run_days(soil, forcing, 1)
        produced = forcing.production_rates[DISSOLVED].sum() * soil[..., DISSOLVED]
        soil[..., DISSOLVED] -= produced
        soil[..., ACTIVE] += 0.5 * (produced + 0.002) + 0.001
    np.testing.assert_allclose(soil.sum((1, 2)), before.sum((1, 2)), rtol=1e-5)


def test_layers_without_input_hold_no_carbon():
    forcing = _forcing()
    forcing.root_share[:, -1] = 0.0
    assert not _solve(forcing)[0][:, -1].any()


def test_crowded_microbes_make_stocks_follow_inputs():
    little, much = (_solve(_forcing(litter))[0].sum((1, 2)) for litter in (0.5, 1.0))
    assert (much > 1.04 * little).all()


def test_without_crowding_mineral_carbon_ignores_inputs():
    values = MEND.with_values({"crowding_exponent": 1.0})
    little, much = (_solve(_forcing(litter), values)[0][0, :, 2] for litter in (0.5, 1.0))
    np.testing.assert_allclose(much, little, rtol=1e-9)


def test_warmer_soil_stores_less():
    stocks = _solve(_forcing())[0].sum((1, 2))
    assert (np.diff(stocks) > 0).all()  # factors fall from cell to cell


def test_sorption_sites_never_overfill():
    c = np.full(N_POOLS, 0.1)
    c[DISSOLVED] = 50.0
    mend_day(c, np.zeros(N_POOLS), 0.01, DEFAULTS)
    assert c[SORBED] <= DEFAULTS.largest_sorption * (1 + 1e-9)


def test_gains_losses_and_respiration_balance():
    c = np.random.default_rng(1).exponential(1.0, N_POOLS)
    gain, loss = np.empty(N_POOLS), np.empty(N_POOLS)
    respired = mend_change(c, 0.7, DEFAULTS, gain, loss)
    # Active microbes gain what they keep of their uptake, so that the loss of the solution
    # exceeds all gains by what is respired.
    assert loss.sum() - gain.sum() == pytest.approx(respired, rel=1e-12)
    assert min(gain.min(), loss.min()) >= 0.0


def test_shorter_steps_change_a_day_little():
    rng = np.random.default_rng(2)
    c = rng.exponential(1.0, N_POOLS) * np.array([5, 5, 20, 1, 0.1, 0.3, 0.3, 0.01, 0.01, 0.01])
    finely = DEFAULTS._replace(largest_step_loss=0.01)
    results = []
    for values in (DEFAULTS, finely):
        day = c.copy()
        respired = mend_day(day, np.full(N_POOLS, 1e-5), 1.0, values)
        results.append((*day, respired))
    np.testing.assert_allclose(*results, rtol=0.02)


def test_half_saturation_halves_the_rate():
    assert saturated(2.0, 0.1, 50.0, 50.0) == 0.1


def test_mortality_doubles_with_density():
    reference = mortality_per_hour(1.0, DEFAULTS)
    assert mortality_per_hour(2.0, DEFAULTS) == pytest.approx(2 * reference, rel=1e-12)
    assert reference == pytest.approx(0.0025, rel=1e-12)
