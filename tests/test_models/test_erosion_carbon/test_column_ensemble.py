"""Columns by themselves: the landscape's own numbers where no channel joins its cells."""

import dataclasses

import numpy as np
import pytest

from models.erosion_carbon import Settings
from models.erosion_carbon.cell_threads import CellThreads
from models.erosion_carbon.column_ensemble import columns_of, run_member
from models.erosion_carbon.column_forcing import forcing_of_columns
from models.erosion_carbon.knob_samples import knobs_of, with_knobs
from models.erosion_carbon.landscape import make_landscape
from models.erosion_carbon.parameters import make_parameters
from models.erosion_carbon.representatives import representatives, stand_ins

LOCAL = ("soc_0_10", "soc_0_50", "runoff", "soil_erosion", "soil_moisture", "doc_export",
         "respiration", "thaw_depth", "snow_cover_days")  # fmt: skip
SETTINGS = Settings(spin_up_years=2, deposits_in_channels=False)
DECAY = "profile.decomposition_multiplier"
CHOSEN = np.array([17, 3, 8, 29])
"""Cells of the flattened grid, in no order."""


@pytest.fixture(scope="module")
def landscape_run(valley, simulated):
    """A landscape whose channels carry everything away, and its state after the spin-up."""
    simulation = simulated(valley(), deposits_in_channels=False)
    start = {name: each.copy() for name, each in simulation.state.arrays().items()}
    return simulation, start


@pytest.fixture(scope="module")
def columns(valley, landscape_run):
    simulation, start = landscape_run
    position = np.argsort(simulation.landscape.network.cell_of)[CHOSEN]
    state = {name: each[position] for name, each in start.items()}
    return columns_of(valley(), CHOSEN, state, SETTINGS, 2001)


@pytest.fixture(scope="module")
def default_member(columns):
    return run_member(columns, SETTINGS)


@pytest.fixture(scope="module")
def same_year(landscape_run):
    """The year that follows, of the whole landscape."""
    simulation, _ = landscape_run
    simulation.settle(2001)
    values = simulation.run_year(2001).values
    return {name: simulation.landscape.network.to_grid(values[name]).ravel() for name in LOCAL}


@pytest.mark.parametrize("quantity", LOCAL)
def test_columns_give_the_landscapes_own_numbers(default_member, same_year, quantity):
    """No water, soil or carbon comes from upstream where channels carry everything away."""
    expected = same_year[quantity][CHOSEN]
    np.testing.assert_allclose(default_member.values[quantity], expected, rtol=1e-9, atol=1e-12)


def test_stocks_are_those_of_the_layers(default_member):
    by_layer = default_member.soil_kg_m2[:, :2].sum(axis=1)
    np.testing.assert_allclose(default_member.values["soc_0_10"], by_layer, rtol=1e-12)


def test_easily_eroded_soil_erodes_more(columns, default_member):
    knob = "erosion.erodibility_factor"
    member = run_member(columns, with_knobs(SETTINGS, {knob: 3.0 * knobs_of(SETTINGS)[knob]}))
    assert member.values["soil_erosion"].sum() > default_member.values["soil_erosion"].sum()


@pytest.mark.parametrize("carbon", ["ibis", "rothc"])
def test_twice_the_decay_leaves_half_of_the_carbon(columns, carbon, valley, prepared):
    """And a little more: microbes die no faster, and what washes down or off does not decay."""
    settings = dataclasses.replace(SETTINGS, carbon=carbon)
    state = prepared(valley(), carbon=carbon).state.arrays()
    chosen = {name: each[: len(CHOSEN)] for name, each in state.items()}
    alike = dataclasses.replace(columns, state=chosen)
    stocks = [
        run_member(alike, with_knobs(settings, {DECAY: rate})).values["soc_0_50"]
        for rate in (1.0, 2.0)
    ]
    left = stocks[1] / stocks[0]
    assert ((left > 0.49) & (left < 0.6)).all()


def test_a_member_leaves_the_columns_as_they_were(columns, default_member):
    again = run_member(columns, SETTINGS)
    np.testing.assert_array_equal(again.soil_kg_m2, default_member.soil_kg_m2)


@pytest.mark.parametrize(
    "choice",
    [
        {"erosion": "musle"},
        {"erosion": "rusle_watem"},
        {"carbon": "rothc"},
        {"carbon": "mend"},
    ],
    ids=str,
)
def test_columns_run_by_every_law(columns, choice, valley, prepared):
    settings = dataclasses.replace(SETTINGS, **choice)
    state = prepared(valley(), **choice).state.arrays()
    of_columns = {name: each[: len(CHOSEN)] for name, each in state.items()}
    member = run_member(dataclasses.replace(columns, state=of_columns), settings)
    assert (member.soil_kg_m2[:, :6] > 0).all()


def test_columns_lie_inside_the_region(valley):
    forcing = valley()
    region = forcing.region.copy()
    region.flat[CHOSEN[0]] = False
    erosion = make_parameters({}).erosion
    with pytest.raises(ValueError, match="inside the region"):
        forcing_of_columns(dataclasses.replace(forcing, region=region), CHOSEN, erosion)


def test_forcing_of_columns_is_sound(valley):
    forcing = forcing_of_columns(valley(), CHOSEN, make_parameters({}).erosion)
    forcing.check()
    landscape = make_landscape(forcing, make_parameters({}), SETTINGS, CellThreads(1))
    assert landscape.network.is_outlet.all()


@pytest.fixture(scope="module")
def made(valley):
    return make_landscape(valley(8, 9), make_parameters({}), SETTINGS, CellThreads(1))


def test_a_chosen_cell_stands_for_itself(made):
    chosen, stand_in = representatives(made, enough=12)
    assert len(chosen) < made.n_cells
    np.testing.assert_array_equal(stand_in[chosen], np.arange(len(chosen)))


def test_a_cell_is_stood_for_by_one_of_its_cover(made):
    chosen, _ = representatives(made, enough=12)
    stand_in = stand_ins(made, chosen[::-1])
    np.testing.assert_array_equal(made.is_forest[chosen[::-1]][stand_in], made.is_forest)
