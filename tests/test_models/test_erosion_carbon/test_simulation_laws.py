"""The simulator under each of its laws, and what must follow from rain, slope and cover."""

import numpy as np
import pytest

from models.erosion_carbon.ledger import TOLERANCE
from models.erosion_carbon.vegetation import COVER_CODES

CHOICES = [
    {"infiltration": "holtan", "capacity": "govers", "enrichment": "menzel"},
    {"erosion": "answers", "enrichment": "watem_c", "burial": "none"},
    {"erosion": "musle", "evaporation": "priestley_taylor", "profile": "lu2024"},
    {"erosion": "rusle_watem", "burial": "attenuated"},
    {"carbon": "rothc", "capacity": "yalin"},
    {"carbon": "mend", "deposits_in_channels": False},
]


def named(choices):
    return "-".join(str(value) for value in choices.values())


def in_ledger(year, balance, term):
    return sum(row.amount for row in year.ledger if (row.balance, row.term) == (balance, term))


def all_cropland(forcing):
    return np.full(forcing.region.shape, COVER_CODES["cropland"])


@pytest.mark.parametrize("choices", CHOICES, ids=named)
def test_every_law_keeps_the_balances_and_erodes(valley, simulated, choices):
    year = simulated(valley(4, 3), **choices).run_year(2001)
    worst = [row.amount for row in year.ledger if row.term == "worst_cell_relative"]
    assert len(worst) == 36
    assert max(worst) <= TOLERANCE
    assert in_ledger(year, "soil", "detached") > 0.0
    assert in_ledger(year, "carbon", "respiration") > 0.0


@pytest.mark.parametrize(("carbon", "slope"), [("ibis", 0.15), ("rothc", 0.15), ("mend", 0.0)])
@pytest.mark.parametrize("profile", ["lu2024", "layerwise"])
def test_every_carbon_model_is_in_equilibrium_after_the_spin_up(
    valley, simulated, carbon, slope, profile
):
    """Soil gains and loses alike within 2 % of what plants give.

    With erosion too, but for MEND: its kinetics are not linear, so that its steady state leaves
    erosion to the days that follow.
    """
    shape = (4, 3)
    forcing = valley(*shape, hillslope_slope=np.full(shape, slope))
    simulation = simulated(forcing, carbon=carbon, profile=profile)
    before = simulation.state.soil.sum(axis=(1, 2))
    npp_g_m2 = simulation.run_year(2001).values["npp"]
    change_g_m2 = simulation.state.soil.sum(axis=(1, 2)) - before
    assert abs(change_g_m2.mean()) < 0.02 * npp_g_m2.mean()


def test_without_rain_nothing_runs_off_and_nothing_erodes(valley, simulated):
    forcing = valley(4, 3)
    dry = valley(4, 3, precipitation_mm=np.zeros_like(forcing.precipitation_mm))
    year = simulated(dry).run_year(2001)
    for quantity in ("precipitation", "overland_runoff", "soil_erosion", "doc_export", "npp"):
        assert (year.values[quantity] == 0.0).all(), quantity


def test_leaves_that_make_no_carbon_owe_none_to_the_rain(valley, simulated):
    """Rain washes carbon off leaves; where a map shows leaves but no production, none is theirs."""
    shape = (2, 2)
    leafy = valley(*shape, lai=np.full((12, *shape), 4.0), npp_g_m2=np.zeros(shape))
    simulation = simulated(leafy)
    simulation.run_year(2001)
    assert (simulation.state.owed_by_leaves_g_m2 == 0.0).all()


def test_level_land_erodes_next_to_nothing(valley, simulated):
    """The flow needs some slope, 0.001; what leaves it is a thousandth of what leaves 0.15.

    Drops loosen soil on level land too: it settles where it was.
    """
    shape = (4, 3)
    loosened, left = {}, {}
    for slope in (0.0, 0.15):
        forcing = valley(*shape, hillslope_slope=np.full(shape, slope))
        forcing = valley(*shape, hillslope_slope=np.full(shape, slope), cover=all_cropland(forcing))
        values = simulated(forcing).run_year(2001).values
        loosened[slope] = values["soil_erosion"].sum()
        left[slope] = loosened[slope] - values["soil_deposition"].sum()
    assert 0.0 < left[0.0] < 1e-3 * left[0.15]
    assert loosened[0.0] < 0.03 * loosened[0.15]


@pytest.mark.parametrize("erosion", ["wepp", "rusle_watem"])
def test_teleported_sediment_never_settles_in_channels(valley, simulated, erosion):
    year = simulated(valley(), deposits_in_channels=False, erosion=erosion).run_year(2001)
    assert in_ledger(year, "soil", "deposited_in_channels") == 0.0
    assert in_ledger(year, "soil", "left_by_outlets") > 0.0
    on_slopes = in_ledger(year, "soil", "deposited_on_hillslopes")
    assert (year.values["soil_deposition"] * 1e6).sum() == pytest.approx(on_slopes)


def test_sediment_settles_in_channels_by_default(valley, simulated):
    year = simulated(valley()).run_year(2001)
    assert in_ledger(year, "soil", "deposited_in_channels") > 0.0


def test_annual_erosion_moves_all_soil_on_the_last_day(valley, simulated):
    year = simulated(valley(), erosion="rusle_watem").run_year(2001)
    detached = {row.month: row.amount for row in year.ledger if row.term == "detached"}
    assert detached.pop(12) > 0.0
    assert set(detached.values()) == {0.0}
    assert (year.outlets.sediment_kg[:-1] == 0.0).all()
    left = in_ledger(year, "soil", "left_by_outlets")
    assert year.outlets.sediment_kg[-1].sum() == pytest.approx(left)


def test_annual_erosion_leaves_the_water_as_hourly_erosion_has_it(valley, simulated):
    wepp, rusle = (
        simulated(valley(4, 3), erosion=law).run_year(2001).values
        for law in ("wepp", "rusle_watem")
    )
    for quantity in ("runoff", "overland_runoff", "evapotranspiration"):
        assert np.array_equal(wepp[quantity], rusle[quantity]), quantity


def test_holtan_and_green_ampt_share_the_rain_differently(valley, simulated):
    holtan, green_ampt = (
        simulated(valley(4, 3), infiltration=law).run_year(2001).values
        for law in ("holtan", "green_ampt")
    )
    assert np.array_equal(holtan["precipitation"], green_ampt["precipitation"])
    assert not np.allclose(holtan["overland_runoff"], green_ampt["overland_runoff"], rtol=1e-3)


def test_erosion_takes_carbon_where_soil_is_lost_and_buries_it_where_soil_settles(
    valley, simulated
):
    """Cropland on the slopes, grass on the floor of the valley, where sediment settles.

    Sediment of cropland is poorer than grass soil: the whole column gains, its top 30 cm do not.
    Much is moved, whatever the calibration.
    """
    shape = (5, 5)
    cover = np.full(shape, COVER_CODES["cropland"])
    cover[:, shape[1] // 2] = COVER_CODES["grassland"]
    slope = np.where(cover == COVER_CODES["cropland"], 0.15, 0.0)
    stocks = {}
    for factor in (0.01, 1.0):
        simulation = simulated(
            valley(*shape, cover=cover, hillslope_slope=slope),
            parameters={"erosion": {"erodibility_factor": factor, "transport_coefficient": 0.008}},
        )
        year = simulation.run_year(2001)
        stocks[factor] = year.values["soc_total"]
    lowered = year.values["soil_erosion"] - year.values["soil_deposition"]
    change = stocks[1.0] / stocks[0.01] - 1.0
    eroding, raised = lowered > 0.1, lowered < -0.01
    assert eroding.any()
    assert raised.any()
    assert (change[eroding] < -0.1).all()
    assert (change[raised] > 0.01).all()


def test_burial_slows_the_soil_and_not_the_litter_on_it(valley, simulated):
    stocks = {}
    for burial in ("none", "attenuated"):
        values = simulated(valley(4, 3), burial=burial).run_year(2001).values
        stocks[burial] = (values["soc_total"], values["litter"])
    assert (stocks["attenuated"][0] > stocks["none"][0]).all()
    np.testing.assert_allclose(stocks["attenuated"][1], stocks["none"][1], rtol=1e-6)
