"""Fills and bases: stones by soil type, bulk density by curve, all flagged and counted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.issues import IssueLog
from features.layer_fills import fill_layers, fine_earth_density, volume_fraction
from features.manifest import Sites


def sites(density_basis=None, coarse_basis=None):
    names = ("id", "x", "y", "top_cm", "bottom_cm")
    columns = {name: {"column": name} for name in names}
    columns["soc"] = {"column": "soc", "unit": "g/kg"}
    columns["bulk_density"] = {"column": "bd", "unit": "g/cm3", "basis": density_basis}
    columns["coarse_fragments"] = {"column": "cf", "unit": "%", "basis": coarse_basis}
    return Sites(file="sites.csv", crs="EPSG:4326", columns=columns)


def table(soc, density, coarse, soil_type="A"):
    n = len(soc)
    return pd.DataFrame(
        {
            "id": [f"s{i}" for i in range(n)],
            "file_row": np.arange(n) + 2,
            "soc_g_kg": soc,
            "soc_density_kg_m3": np.nan,
            "bulk_density_g_cm3": density,
            "coarse_fragments": coarse,
            "soil_type": soil_type,
        }
    )


def curve(soc):
    return 1.5 * np.exp(-0.008 * np.asarray(soc))


def test_missing_stones_take_the_mean_of_their_soil_type():
    frame = table([10.0] * 5, [1.3] * 5, [0.1, 0.2, np.nan, 0.5, np.nan], list("AAABB"))
    log = IssueLog()
    filled = fill_layers(frame, sites(), log).layers
    assert filled["coarse_fragments"].tolist() == pytest.approx([0.1, 0.2, 0.15, 0.5, 0.5])
    assert filled["cf_filled"].tolist() == [False, False, True, False, True]
    # d ln(1 - δ) = dδ / (1 - δ), with the SD of 0.1 and 0.2
    assert filled.loc[2, "cf_log_sd"] == pytest.approx(np.std([0.1, 0.2], ddof=1) / 0.85)
    assert [issue.row for issue in log.issues] == [4, 6]


def test_unknown_soil_type_takes_the_mean_of_all():
    frame = table([10.0] * 3, [1.3] * 3, [0.1, 0.3, np.nan], ["A", "B", None])
    assert fill_layers(frame, sites(), IssueLog()).layers.loc[2, "coarse_fragments"] == 0.2


def test_no_stones_anywhere_is_zero_and_said_once():
    log = IssueLog()
    filled = fill_layers(table([10.0] * 3, [1.3] * 3, [np.nan] * 3), sites(), log).layers
    assert filled["coarse_fragments"].tolist() == [0, 0, 0]
    assert not filled["cf_filled"].any()
    assert log.counts() == {"coarse_fragments_absent": 1}


def test_missing_bulk_density_follows_the_curve_of_the_measured():
    soc = np.linspace(5, 60, 20)
    density = curve(soc)
    density[7] = np.nan
    log = IssueLog()
    filled = fill_layers(table(soc, density, [0.0] * 20), sites(), log).layers
    assert filled.loc[7, "bulk_density_g_cm3"] == pytest.approx(curve(soc[7]))
    assert filled["bd_filled"].tolist() == [i == 7 for i in range(20)]
    assert log.counts() == {"bulk_density_curve_mineral": 1, "bd_filled": 1}


def test_peat_is_not_filled_by_the_mineral_curve():
    soc = np.r_[np.linspace(5, 60, 20), 500.0]
    density = np.r_[curve(soc[:20]), np.nan]
    log = IssueLog()
    filled = fill_layers(table(soc, density, [0.0] * 21), sites(), log).layers
    assert curve(500.0) < 0.03  # what the mineral curve would say
    assert filled.loc[20, "bulk_density_g_cm3"] == pytest.approx(0.096)
    assert log.counts()["bulk_density_default"] == 1


def test_no_bulk_density_at_all_takes_the_documented_curve_and_its_error():
    log = IssueLog()
    filled = fill_layers(table([20.0] * 3, [np.nan] * 3, [0.0] * 3), sites(), log).layers
    assert filled["bulk_density_g_cm3"].to_numpy() == pytest.approx(
        1.0144 * 1.545 * np.exp(-0.007 * 20)
    )
    assert (filled["bd_log_sd"] == 0.174).all()
    assert log.counts()["bulk_density_default"] == 1


def test_measured_carbon_density_needs_no_fill():
    frame = table([np.nan] * 2, [np.nan] * 2, [np.nan] * 2).assign(soc_density_kg_m3=12.0)
    log = IssueLog()
    filled = fill_layers(frame, sites(), log).layers
    assert not filled["bd_filled"].any()
    assert log.counts() == {}


def test_whole_soil_density_by_hand():
    # A litre of soil with 0.2 L stones: 0.53 kg of them; at 1.6 kg in all, 1.07 kg in 0.8 L.
    fine = fine_earth_density(np.array([1.6]), np.array([0.2]), coarse_by_mass=False)
    assert fine[0] == pytest.approx(1.07 / 0.8)


@given(st.floats(0.1, 1.8), st.floats(0, 0.9))
def test_bases_agree_with_each_other(fine, mass):
    volume = volume_fraction(np.array([mass]), np.array([fine]))
    whole = volume * 2.65 + (1 - volume) * fine
    by_mass = fine_earth_density(whole, np.array([mass]), coarse_by_mass=True)
    by_volume = fine_earth_density(whole, volume, coarse_by_mass=False)
    assert by_mass[0] == pytest.approx(fine, rel=1e-9)
    assert by_volume[0] == pytest.approx(fine, rel=1e-9)


def test_declared_bases_are_brought_to_fine_earth_and_volume():
    # 30 % stones by mass: 1.6 kg hold 0.48 kg in 0.1811 L; 1.12 kg of fine earth in 0.8189 L.
    frame = table([20.0] * 3, [1.6] * 3, [0.3] * 3)
    log = IssueLog()
    filled = fill_layers(frame, sites("whole_soil", "mass"), log).layers
    assert filled["coarse_fragments"].to_numpy() == pytest.approx(0.48 / 2.65)
    assert filled["bulk_density_g_cm3"].to_numpy() == pytest.approx(1.12 / (1 - 0.48 / 2.65))
    assert log.counts() == {"fine_earth_density": 3}
