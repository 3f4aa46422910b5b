"""The daily step of the carbon schemes: mass, signs, linearity and the flows' published shares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.carbon.ibis import litter_shares
from models.erosion_carbon.carbon.kernel_ibis import decompose_surface, microbial_turnover
from models.erosion_carbon.carbon.parameters import IBIS
from models.erosion_carbon.carbon.scheme import SCHEMES
from models.erosion_carbon.soil_columns import SoilColumns

N_LAYERS = 10
DEFAULTS = IBIS.defaults


class Day:
    """A day of one scheme in n cells with random carbon."""

    def __init__(self, name: str, seed: int, n: int = 3, largest_factor: float = 10.0) -> None:
        rng = np.random.default_rng(seed)
        self.scheme, self.n = SCHEMES[name], n
        columns = SoilColumns(*(rng.uniform(1.0, 60.0, n) for _ in SoilColumns._fields))
        ratio = rng.uniform(0.2, 2.0, n)
        self.prepared = self.scheme.prepare(self.scheme.table.defaults, columns, ratio)
        shape = (n, N_LAYERS, len(self.scheme.soil_pools))
        self.soil = rng.exponential(100.0, shape) * (rng.random(shape) < 0.8)
        self.surface = rng.exponential(100.0, (n, len(self.scheme.surface_pools)))
        self.factor = rng.uniform(0.0, largest_factor, (n, N_LAYERS))
        self.inputs = rng.exponential(1.0, (3, n))
        self.root_share = rng.dirichlet(np.ones(N_LAYERS), n)

    def run(self, soil=None, surface=None, inputs=None):
        """Return soil, surface and respiration after a day, from copies."""
        soil = (self.soil if soil is None else soil).copy()
        surface = (self.surface if surface is None else surface).copy()
        inputs = self.inputs if inputs is None else inputs
        respiration = np.zeros(self.n)
        factors = self.factor, self.factor[:, 0].copy()
        self.scheme.decompose(
            0, self.n, soil, surface, *factors, *inputs, self.root_share, self.prepared, respiration
        )
        return soil, surface, respiration


LINEAR = ["ibis", "rothc"]
names = st.sampled_from(sorted(SCHEMES))
linear = st.sampled_from(LINEAR)
seeds = st.integers(0, 10_000)


@settings(deadline=None, max_examples=50)
@given(names, seeds)
def test_input_is_stored_or_respired(name, seed):
    day = Day(name, seed)
    soil, surface, respiration = day.run()
    before = day.soil.sum((1, 2)) + day.surface.sum(1) + day.inputs.sum(0)
    np.testing.assert_allclose(soil.sum((1, 2)) + surface.sum(1) + respiration, before, rtol=1e-13)


@settings(deadline=None, max_examples=50)
@given(names, seeds)
def test_no_pool_becomes_negative(name, seed):
    largest_factor = 1000.0 if name in LINEAR else 20.0
    soil, surface, respiration = Day(name, seed, largest_factor=largest_factor).run()
    assert min(soil.min(), surface.min(initial=0.0), respiration.min()) >= 0.0


@settings(deadline=None, max_examples=50)
@given(linear, seeds, st.floats(0.1, 10.0))
def test_a_day_scales_with_all_carbon(name, seed, scale):
    day = Day(name, seed)
    scaled = day.run(day.soil * scale, day.surface * scale, day.inputs * scale)
    for once, result in zip(day.run(), scaled, strict=True):
        np.testing.assert_allclose(result, once * scale, rtol=1e-11)


@settings(deadline=None, max_examples=50)
@given(linear, seeds, st.floats(0.0, 10.0))
def test_effects_of_litter_add_up(name, seed, scale):
    day = Day(name, seed)
    without, with_once, with_scaled = (day.run(inputs=day.inputs * k) for k in (0.0, 1.0, scale))
    for a, b, c in zip(without, with_once, with_scaled, strict=True):
        np.testing.assert_allclose(c, a + scale * (b - a), rtol=1e-10, atol=1e-9)


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_cells_of_a_range_change_only(name):
    day = Day(name, 1)
    soil, surface, respiration = day.soil.copy(), day.surface.copy(), np.zeros(day.n)
    factors = day.factor, day.factor[:, 0].copy()
    day.scheme.decompose(
        1, 2, soil, surface, *factors, *day.inputs, day.root_share, day.prepared, respiration
    )
    np.testing.assert_array_equal(soil[[0, 2]], day.soil[[0, 2]])
    np.testing.assert_array_equal(respiration[[0, 2]], 0.0)
    np.testing.assert_array_equal(soil[1], day.run()[0][1])


@pytest.mark.parametrize(
    ("litter_cn", "structural_cn", "resistant", "structural", "metabolic"),
    [(60.0, 150.0, 0.3375, 0.6070, 0.0555), (80.0, 150.0, 0.3789, 0.5925, 0.0286)],
)
def test_ibis_litter_shares(litter_cn, structural_cn, resistant, structural, metabolic):
    shares = litter_shares(litter_cn, structural_cn, DEFAULTS)
    np.testing.assert_allclose(shares, (metabolic, structural, resistant), atol=5e-5)


def test_poor_wood_has_no_metabolic_part_and_the_rest_is_scaled():
    # Unclipped: resistant .4369, structural .5731, metabolic -.0100 (Kucharik et al. 2000).
    shares = litter_shares(200.0, 250.0, DEFAULTS)
    expected = (0.0, 0.5731 / (0.5731 + 0.4369), 0.4369 / (0.5731 + 0.4369))
    np.testing.assert_allclose(shares, expected, atol=1e-4)


def test_litter_shares_keep_the_nitrogen_of_leaves():
    shares = litter_shares(60.0, 150.0, DEFAULTS)
    parts = np.array([DEFAULTS.cn_metabolic, DEFAULTS.cn_structural, DEFAULTS.cn_resistant])
    assert (np.array(shares) / parts).sum() == pytest.approx(1 / 60.0, rel=1e-12)


def test_protected_microbes_turn_over_slowly_others_fast():
    carbon, microbes = 1000.0, 30.0
    a, b = microbial_turnover(microbes, carbon, DEFAULTS)
    expected = 0.40 * (0.005 * 17.0 + 0.045 * 13.0)
    assert a * microbes + b * carbon == pytest.approx(expected, rel=1e-12)


def test_few_microbes_are_all_protected():
    a, b = microbial_turnover(16.9, 1000.0, DEFAULTS)
    assert (a, b) == (0.40 * 0.005, 0.0)


def test_surface_litter_feeds_microbes_and_slow_carbon():
    to_microbes, to_slow, respired = decompose_surface(np.full(6, 100.0), 1.0, DEFAULTS)
    assert to_microbes == pytest.approx(0.4 * (15.0 + 0.1) + 0.3 * (1.0 + 0.1), rel=1e-12)
    assert to_slow == pytest.approx(1.0 + 0.1, rel=1e-12)
    assert respired == pytest.approx(0.6 * 15.1 + 0.7 * 1.1, rel=1e-12)


def test_microbial_turnover_of_ibis_needs_no_warmth():
    day = Day("ibis", 3)
    day.factor[:] = 0.0
    soil, *_ = day.run(inputs=np.zeros_like(day.inputs))
    assert (soil[..., 3] < day.soil[..., 3])[day.soil[..., 3] > 0].all()


def test_inert_carbon_of_rothc_never_changes():
    day = Day("rothc", 4)
    np.testing.assert_array_equal(day.run()[0][..., 4], day.soil[..., 4])


def test_a_year_of_rothc_days_decays_plant_material_exponentially():
    day = Day("rothc", 5)
    day.factor[:] = 0.7
    soil = day.soil
    for _ in range(365):
        soil, *_ = day.run(soil, inputs=np.zeros_like(day.inputs))
    kept = np.exp(-0.7 * np.array([10.0, 0.3]))
    np.testing.assert_allclose(soil[..., :2], day.soil[..., :2] * kept, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", ["rothc", "mend"])
def test_schemes_without_surface_litter_plough_it_into_20_cm(name):
    day = Day(name, 6)
    day.factor[:] = 0.0
    leaf_only = np.array([np.ones(day.n), np.zeros(day.n), np.zeros(day.n)])
    gained = (day.run(inputs=leaf_only)[0] - day.soil).sum(2)
    np.testing.assert_allclose(gained[0], [0.25] * 4 + [0.0] * 6, atol=1e-12)


@pytest.mark.parametrize("name", sorted(SCHEMES))
def test_base_rates_match_the_pools(name):
    scheme = SCHEMES[name]
    soil, surface = scheme.base_rates(scheme.table.defaults)
    assert (len(soil), len(surface)) == (len(scheme.soil_pools), len(scheme.surface_pools))
