"""The whole simulator on tiny landscapes: nothing is lost, and the same comes out every time."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from features.errors import InputError
from models.erosion_carbon import Settings, Simulation, cell_threads
from models.erosion_carbon.kernel_ledger import water_storage
from models.erosion_carbon.ledger import TOLERANCE, LedgerError
from models.erosion_carbon.quantities import STATES, SUMS
from models.erosion_carbon.soil_layers import LAYER_THICKNESS_M
from models.erosion_carbon.state import State

MM_PER_M = 1000.0


def held(simulation):
    """Return the water (m3), sediment (kg) and carbon (g) of the landscape, summed by numpy."""
    state, area_m2 = simulation.state, simulation.landscape.network.area_m2
    water = state.water
    depth_m = (
        water.canopy_m + water.snow_water_m + water.groundwater_m
        + water.surface_m.mean(axis=1) + water.soil @ LAYER_THICKNESS_M
    )  # fmt: skip
    carbon_g_m2 = (
        state.soil.sum(axis=(1, 2)) + state.surface.sum(axis=1)
        + state.dissolved.sum(axis=(1, 2)) - state.owed_by_leaves_g_m2
    )  # fmt: skip
    in_channel_g = state.poc_in_channel_g.sum() + state.doc_in_channel_g.sum()
    return {
        "water": (depth_m * area_m2 + water.channel_m3).sum(),
        "soil": state.suspended_kg.sum(),
        "carbon": (carbon_g_m2 * area_m2).sum() + in_channel_g,
    }


def moved(ledger, balance, sign):
    return sum(row.amount for row in ledger if (row.balance, row.sign) == (balance, sign))


class RunYear:
    """A simulated year and what the landscape held before and after it."""

    def __init__(self, simulation):
        self.simulation = simulation
        self.area_m2 = simulation.landscape.network.area_m2
        self.before = held(simulation)
        self.year = simulation.run_year(2001)
        self.after = held(simulation)

    def total(self, quantity):
        return (self.year.values[quantity] * self.area_m2).sum()

    def in_ledger(self, balance, term):
        rows = self.year.ledger
        return sum(row.amount for row in rows if (row.balance, row.term) == (balance, term))


@pytest.fixture(scope="module", params=["v_valley", "plain_with_lake", "geographic_slope"])
def run(request, reliefs, simulated):
    return RunYear(simulated(reliefs[request.param]()))


@pytest.fixture(scope="module")
def valley_run(valley, simulated):
    return RunYear(simulated(valley()))


@pytest.mark.parametrize("balance", ["water", "soil", "carbon"])
def test_every_cell_balances_every_day(run, balance):
    worst = [
        row.amount
        for row in run.year.ledger
        if (row.balance, row.term) == (balance, "worst_cell_relative")
    ]
    assert len(worst) == 12
    assert max(worst) <= TOLERANCE


@pytest.mark.parametrize("balance", ["water", "soil", "carbon"])
def test_stores_change_by_what_the_ledger_says(run, balance):
    """Against stores summed without the ledger's own kernels."""
    gained, lost = moved(run.year.ledger, balance, "in"), moved(run.year.ledger, balance, "out")
    scale = run.before[balance] + gained + lost
    assert run.after[balance] - run.before[balance] == pytest.approx(
        gained - lost, abs=TOLERANCE * scale
    )


def test_the_ledgers_rows_add_up_month_by_month(run):
    for month in range(1, 13):
        for balance in ("water", "soil", "carbon"):
            rows = [row for row in run.year.ledger if (row.month, row.balance) == (month, balance)]
            signs = {"in": 1.0, "out": -1.0, "change": -1.0}
            rest = sum(signs.get(row.sign, 0.0) * row.amount for row in rows)
            (residual,) = (row.amount for row in rows if row.term == "residual")
            scale = sum(abs(row.amount) for row in rows)
            assert rest == pytest.approx(residual, abs=TOLERANCE * scale)


@pytest.mark.parametrize(
    ("quantity", "balance", "term", "unit"),
    [
        ("precipitation", "water", "precipitation", 1 / MM_PER_M),
        ("evapotranspiration", "water", "evapotranspiration", 1 / MM_PER_M),
        ("soil_erosion", "soil", "detached", 1.0),
        ("npp", "carbon", "net_primary_production", 1.0),
        ("harvest", "carbon", "harvest", 1.0),
        ("respiration", "carbon", "respiration", 1.0),
        ("transit_respiration", "carbon", "respiration_in_transit", 1.0),
    ],
)
def test_quantities_of_the_year_are_those_of_the_ledger(run, quantity, balance, term, unit):
    assert run.total(quantity) * unit == pytest.approx(run.in_ledger(balance, term), rel=1e-9)


def test_deposition_of_the_year_is_that_on_hillslopes_and_in_channels(run):
    settled = run.in_ledger("soil", "deposited_on_hillslopes") + run.in_ledger(
        "soil", "deposited_in_channels"
    )
    assert run.total("soil_deposition") == pytest.approx(settled, rel=1e-9)


def test_eroded_carbon_settles_or_is_respired_or_leaves(run):
    fates = (
        run.total("soc_deposition"),
        run.total("transit_respiration"),
        run.simulation.state.poc_in_channel_g.sum(),
        run.year.outlets.poc_g.sum(),
    )
    assert sum(fates) == pytest.approx(run.total("soc_erosion"), rel=1e-9)


def test_carbon_reaches_channels_unless_it_settles_on_the_slope_or_is_respired(run):
    lost = run.total("soc_erosion") - run.total("transit_respiration")
    assert 0.0 <= run.total("poc_export") <= lost * (1 + 1e-12)


def test_what_passes_the_watched_outlets_is_what_left(run):
    outlets = run.year.outlets
    discharge_m3 = outlets.discharge_m3_s.sum() * 86_400.0
    dissolved_and_particulate_g = outlets.poc_g.sum() + outlets.doc_g.sum()
    for passed, balance in (
        (discharge_m3, "water"),
        (outlets.sediment_kg.sum(), "soil"),
        (dissolved_and_particulate_g, "carbon"),
    ):
        left = run.in_ledger(balance, "left_by_outlets")
        assert passed == pytest.approx(left, rel=1e-9), balance


def test_production_is_that_of_the_forcing(run):
    assert run.year.values["npp"] == pytest.approx(run.simulation.landscape.npp_g_m2, rel=1e-9)


def test_every_documented_quantity_is_returned_and_finite(run):
    assert set(run.year.values) == {*SUMS, *STATES}
    for name, values in run.year.values.items():
        assert values.shape == (run.simulation.landscape.n_cells,), name
        assert np.isfinite(values).all(), name


def test_carbon_is_in_equilibrium_with_the_repeated_year(run):
    """Gains and losses balance within 2 % of what plants give, without years of iteration."""
    assert abs(run.after["carbon"] - run.before["carbon"]) < 0.02 * run.total("npp")


def test_water_never_falls_below_zero_nor_beyond_the_pores(run):
    state, soil = run.simulation.state, run.simulation.landscape.soil
    assert (state.water.soil <= soil.porosity[:, None] * (1 + 1e-12)).all()
    for name, values in state.arrays().items():
        if name.startswith("water."):
            assert (values >= 0.0).all(), name


@pytest.mark.parametrize(
    ("balance", "part"), [("carbon", "_carbon"), ("water", "_heat"), ("soil", "_heat")]
)
def test_a_faulty_step_is_stopped_with_cell_and_day(valley, simulated, monkeypatch, balance, part):
    simulation = simulated(valley())
    faulty, cell = dt.date(2001, 3, 5), 7
    step = getattr(simulation, part)
    unbroken, days = step.run, iter(range(1000))

    def run_and_lose(*arguments):
        unbroken(*arguments)
        if dt.date(2001, 1, 1) + dt.timedelta(days=next(days)) == faulty:
            lose = {
                "carbon": simulation.state.soil[cell],
                "water": simulation.state.water.soil[cell],
                "soil": simulation._water.fluxes.hillslope.detached_kg_m2[cell : cell + 1],
            }[balance]
            lose += 1e-3

    monkeypatch.setattr(step, "run", run_and_lose)
    with pytest.raises(LedgerError, match=f"{balance} balance of cell {cell} .* on 2001-03-05"):
        simulation.run_year(2001)


def bits(simulation, year):
    yield from simulation.state.arrays().items()
    yield from year.values.items()
    yield "sediment of outlets", year.outlets.sediment_kg


def assert_same_bits(one, other):
    for (name, left), (_, right) in zip(bits(*one), bits(*other), strict=True):
        assert left.tobytes() == right.tobytes(), name


@pytest.fixture(scope="module")
def in_small_pieces():
    """Cut these thirty cells into pieces, so that all threads have some."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cell_threads, "FEWEST_CELLS", 11)
        yield


@pytest.mark.parametrize("n_threads", [2, 3])
def test_any_number_of_threads_gives_the_same_bits(
    valley, simulated, valley_run, in_small_pieces, n_threads
):
    many = simulated(valley(), n_threads=n_threads)
    assert_same_bits((valley_run.simulation, valley_run.year), (many, many.run_year(2001)))


def test_a_seed_gives_the_same_bits_and_another_seed_another_year(valley, simulated):
    one, again, other = (simulated(valley(), seed=seed) for seed in (5, 5, 6))
    years = [simulation.run_year(2002) for simulation in (one, again, other)]
    assert_same_bits((one, years[0]), (again, years[1]))
    assert not np.array_equal(years[0].values["soil_erosion"], years[2].values["soil_erosion"])


@pytest.mark.parametrize("erosion", ["wepp", "rusle_watem"])
def test_a_run_continued_from_saved_arrays_is_the_uninterrupted_one(
    valley, prepared, simulated, tmp_path: Path, erosion
):
    uninterrupted = simulated(valley(), erosion=erosion)
    uninterrupted.run_year(2001)
    np.savez(tmp_path / "state.npz", **uninterrupted.state.arrays())
    continued = prepared(valley(), erosion=erosion)
    with np.load(tmp_path / "state.npz") as arrays:
        continued.state = State.from_arrays(dict(arrays))
    assert_same_bits(
        (uninterrupted, uninterrupted.run_year(2002)), (continued, continued.run_year(2002))
    )


def test_stored_water_counts_every_store(valley_run):
    simulation = valley_run.simulation
    stored_m3 = np.empty(simulation.landscape.n_cells)
    water_storage(0, len(stored_m3), simulation.state.water, valley_run.area_m2, stored_m3)
    assert stored_m3.sum() == pytest.approx(held(simulation)["water"], rel=1e-12)


def test_an_outlet_outside_the_region_is_refused(valley):
    region = valley().region.copy()
    region[0, 0] = False
    with pytest.raises(InputError, match="row 0, column 0"):
        Simulation(valley(region=region), Settings(), outlets=[(0, 0)])
