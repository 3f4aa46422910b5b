"""RothC-26.3 against the outputs of the official programs."""

import json

import numpy as np
import pandas as pd
import pytest

from features.errors import InputError
from models.erosion_carbon.carbon.kernel_rothc_months import RothcMonths
from models.erosion_carbon.carbon.parameters import ROTHC
from models.erosion_carbon.carbon.rothc import (
    RothcSite,
    RothcState,
    _run,
    run_rothc,
    spin_up_analytic,
    spin_up_iterated,
)
from models.erosion_carbon.carbon.rothc_cells import product_shares

POOLS = ["dpm", "rpm", "bio", "hum", "iom", "soc"]
NAMES = {
    "tmp_c": "temperature_c",
    "evap_mm": "pan_evaporation_mm",
    "c_inp_t_ha": "plant_input_t_ha",
    "fym_t_ha": "manure_t_ha",
    "dpm_rpm": "dpm_rpm_ratio",
}
EQUILIBRIUM = [0.14546618698414296, 5.678120858752452, 0.7405937979752077, 27.642769420831222]
DECEMBER_2007 = [0.1858764195, 6.3703237336, 0.8285615862, 27.8026620605, 3.0041, 38.1915237999]


def _case(data_root, name):
    folder = data_root / "reference_cases" / "rothc"
    site = json.loads((folder / f"{name}_site.json").read_text())
    monthly = pd.read_csv(folder / f"{name}_input_monthly.csv").rename(columns=NAMES)
    expected = pd.read_csv(folder / f"{name}_expected_month.csv")
    return RothcSite(site["clay_pct"], site["depth_cm"], site["iom_t_ha"]), monthly, expected


def _first_year(monthly) -> RothcMonths:
    return RothcMonths(*(np.array(monthly[name][:12], float) for name in RothcMonths._fields))


@pytest.fixture(scope="module")
def official(data_root):
    return _case(data_root, "standard")


def _steady_site() -> tuple[RothcSite, dict]:
    monthly = {name: np.full(12, 0.0) for name in RothcMonths._fields}
    monthly |= {"temperature_c": np.full(12, 9.0), "rain_mm": np.full(12, 60.0)}
    monthly |= {"plant_input_t_ha": np.full(12, 0.2), "dpm_rpm_ratio": np.full(12, 1.44)}
    return RothcSite(clay_percent=20.0, depth_cm=23.0, inert_t_ha=3.0), monthly


@pytest.mark.real_data
def test_iterated_spin_up_is_the_official_one(official):
    site, monthly, _ = official
    state = spin_up_iterated(site, _first_year(monthly))
    assert state.months == 19872
    np.testing.assert_allclose(state.pools[:4], EQUILIBRIUM, atol=1e-9, rtol=0)


@pytest.mark.real_data
def test_828_months_are_the_official_ones(official):
    site, monthly, expected = official
    table = run_rothc(site, monthly, spin_up="iterated")
    columns = [f"{pool.upper()}_t_C_ha" for pool in POOLS]
    rounding = 0.5e-6  # the official table has six decimals
    np.testing.assert_allclose(table[POOLS][1:], expected[columns], atol=rounding + 1e-9, rtol=0)
    np.testing.assert_allclose(table[POOLS].iloc[-1], DECEMBER_2007, atol=1e-9, rtol=0)


@pytest.mark.real_data
def test_analytic_spin_up_is_a_fixed_point(official):
    site, monthly, _ = official
    year = _first_year(monthly)
    state = spin_up_analytic(site, year)
    following, *_ = _run(site, year, state)
    np.testing.assert_allclose(following.pools, state.pools, rtol=1e-12)
    assert following.deficit_mm == state.deficit_mm


@pytest.mark.real_data
def test_official_iteration_stops_one_part_in_ten_thousand_short(official):
    # Its last year changes carbon by just under 1e-6 t/ha. Humus, the slowest mode, loses
    # 0.74 % of its distance a year, so that 1e-6 / 0.0074 = 1.3e-4 t/ha are still missing.
    site, monthly, _ = official
    year = _first_year(monthly)
    exact, iterated = spin_up_analytic(site, year), spin_up_iterated(site, year)
    missing = exact.pools - iterated.pools
    later, *_ = _run(site, year, iterated)
    closed = 1 - (exact.pools - later.pools).sum() / missing.sum()
    last_change = later.pools.sum() - iterated.pools.sum()
    assert missing.sum() == pytest.approx(last_change / closed, rel=1e-6)
    assert missing.sum() == pytest.approx(1.34e-4, abs=1e-6)


@pytest.mark.real_data
def test_farina_case_of_the_official_fortran(data_root):
    site, monthly, expected = _case(data_root, "farina")
    table = run_rothc(site, monthly, spin_up="iterated")[1:]
    expected = expected[2:]
    # Four decimals; the program's constants are single precision, which moves humus by 4e-6.
    columns = [f"{pool.upper()}_t_C_ha" for pool in POOLS]
    np.testing.assert_allclose(table[POOLS], expected[columns], atol=0.5e-4 + 1e-5, rtol=0)
    np.testing.assert_allclose(
        table["respired_t_ha"].cumsum(), expected["CO2_t_C_ha"], atol=0.5e-4 + 1e-5, rtol=0
    )


@pytest.mark.real_data
def test_farina_case_has_the_official_modifiers(data_root):
    site, monthly, expected = _case(data_root, "farina")
    table = run_rothc(site, monthly)[1:]
    ours = ["temperature_modifier", "moisture_modifier", "cover_modifier"]
    theirs = ["RM_TMP", "RM_Moist", "RM_PC"]
    np.testing.assert_allclose(table[ours], expected[theirs][2:], atol=0.5e-4 + 1e-6, rtol=0)
    np.testing.assert_allclose(table["deficit_mm"], expected["SMD_mm"][2:], atol=0.00501, rtol=0)


def test_product_shares_of_13_percent_clay():
    bio, hum = product_shares(np.array([13.0]), ROTHC.defaults)
    np.testing.assert_allclose([bio[0], hum[0]], [0.09106608, 0.10690366], atol=1e-8)


def test_months_conserve_carbon():
    site, monthly = _steady_site()
    year = RothcMonths(*monthly.values())
    start = RothcState(np.array([1.0, 5.0, 1.0, 20.0, 3.0]), 0.0)
    after, _, _, climate = _run(site, year, start)
    gained = year.plant_input_t_ha.sum() - climate[:, 1].sum()
    assert after.pools.sum() - start.pools.sum() == pytest.approx(gained, abs=1e-12)


def test_bare_soil_drying_to_the_wilting_point_decomposes_less():
    _, monthly = _steady_site()
    monthly |= {"rain_mm": np.zeros(12), "pan_evaporation_mm": np.full(12, 100.0)}
    sites = [RothcSite(20.0, 23.0, 3.0, bare_soil=b) for b in ("standard", "wilting_point")]
    standard, dry = (run_rothc(site, monthly)["soc"][0] for site in sites)
    assert dry > standard


def test_problems_of_months_are_told_together():
    site, monthly = _steady_site()
    monthly["rain_mm"][3] = np.nan
    monthly["manure_t_ha"][0] = -1.0
    with pytest.raises(InputError, match=r"rain_mm: nan in month 4(.|\n)*manure_t_ha: -1.0"):
        run_rothc(site, monthly)


def test_missing_column_is_named():
    site, monthly = _steady_site()
    del monthly["plant_cover"]
    with pytest.raises(InputError, match="there is no `plant_cover`"):
        run_rothc(site, monthly)


@pytest.mark.parametrize("spin_up", ["analytic", "iterated"])
def test_frozen_site_with_input_has_no_equilibrium(spin_up, monkeypatch):
    monkeypatch.setattr("models.erosion_carbon.carbon.rothc.LONGEST_SPIN_UP_YEARS", 20)
    site, monthly = _steady_site()
    monthly["temperature_c"][:] = -20.0
    with pytest.raises(InputError, match="RothC spin-up"):
        run_rothc(site, monthly, spin_up=spin_up)
