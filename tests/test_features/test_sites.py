"""From a table of layers to one row a site, on small tables and on the real data sets."""

import numpy as np
import pandas as pd
import pytest

from features.errors import InputError
from features.issues import IssueLog
from features.manifest import Sites
from features.sites import build_sites

DEPTHS = ((0.0, 10.0), (0.0, 30.0), (0.0, 50.0))


def columns(**more):
    base = {
        "id": {"column": "id"},
        "x": {"column": "x"},
        "y": {"column": "y"},
        "top_cm": {"column": "top_cm", "unit": "cm"},
        "bottom_cm": {"column": "bottom_cm", "unit": "cm"},
        "soc": {"column": "soc_g_kg", "unit": "g/kg"},
        "bulk_density": {"column": "bd_g_cm3", "unit": "g/cm3"},
    }
    return {**base, **more}


HEADER = "id,x,y,top_cm,bottom_cm,soc_g_kg,bd_g_cm3\n"


@pytest.fixture
def build(tmp_path):
    def _build(rows, log=None, depths=DEPTHS, more_columns=None, header=HEADER, **options):
        (tmp_path / "sites.csv").write_text(header + "\n".join(rows) + "\n")
        section = Sites(
            file="sites.csv", crs="EPSG:32650", columns=columns(**(more_columns or {})), **options
        )
        return build_sites(section, tmp_path, depths, log or IssueLog())

    return _build


def test_equation_1_from_file_to_stock(build):
    # 40 x 0.9 x 10 x 0.01 = 3.6; 20 x 1.2 x 20 x 0.01 = 4.8; 10 x 1.4 x 20 x 0.01 = 2.8
    rows = [f"{i},0,{i},{layer}" for i in "12" for layer in ("0,10,40,0.9", "10,30,20,1.2", "30,50,10,1.4")]  # fmt: skip  # noqa: E501
    site = build(rows).sites.iloc[0]
    assert site[["target_0_10", "target_0_30", "target_0_50"]].tolist() == pytest.approx(
        [3.6, 8.4, 11.2]
    )
    assert not site["bd_filled"]


def test_sites_without_the_first_depth_are_left_out_and_counted(build):
    log = IssueLog()
    rows = ["a,0,0,0,30,20,1.2", "b,0,1,0,30,20,1.2", "c,0,2,20,50,20,1.2", "d,0,3,0,30,,1.2"]
    records = build(rows, log)
    assert records.sites["id"].tolist() == ["a", "b"]
    codes = {issue.value: issue.code for issue in log.issues if issue.value in "cd" and issue.value}
    assert codes["c"] == "no_target"
    assert codes["d"] == "site_without_layers"


def test_sites_at_one_place_share_a_group(build):
    log = IssueLog()
    sites = build(["a,5,5,0,30,20,1.2", "b,5,5,0,30,20,1.2", "c,5,6,0,30,20,1.2"], log).sites
    group = sites.set_index("id")["group_key"]
    assert group["a"] == group["b"] != group["c"]
    assert log.counts()["same_location"] == 1


def test_bedrock_closes_a_profile(build):
    rows = ["a,0,0,0,20,20,1.0,20", "b,0,1,0,20,20,1.0,"]
    header = HEADER.replace("\n", ",rock\n")
    records = build(rows, header=header, bedrock_cm={"column": "rock"})
    assert records.sites["target_0_50"].to_numpy()[0] == pytest.approx(4.0)
    assert np.isnan(records.sites["target_0_50"].to_numpy()[1])


def test_bedrock_above_a_sampled_layer_is_doubted(build):
    log = IssueLog()
    rows = ["a,0,0,0,40,20,1.0,20", "b,0,1,0,20,20,1.0,"]
    records = build(
        rows, log, header=HEADER.replace("\n", ",rock\n"), bedrock_cm={"column": "rock"}
    )
    assert records.sites["target_0_50"].to_numpy()[0] == pytest.approx(8.0)
    assert log.counts()["bedrock_above_layer"] == 1


def test_site_measurements_of_covariates_are_depth_weighted(build):
    rows = ["a,0,0,0,5,20,1.0,3", "a,0,0,5,30,20,1.0,1", "b,0,1,0,30,20,1.0,2"]
    records = build(
        rows,
        header=HEADER.replace("\n", ",tn\n"),
        covariate_columns={"nitrogen": {"column": "tn", "unit": "g/kg"}},
    )
    assert records.sites["site_nitrogen"].tolist() == pytest.approx([2.0, 2.0])


def test_a_horizon_id_in_place_of_a_profile_id_is_found(build):
    rows = [f"topsoil,0,{i},0,30,20,1.0" for i in range(10)]
    with pytest.raises(InputError, match="lie elsewhere than their site"):
        build(rows)


def test_one_site_is_not_enough(build):
    with pytest.raises(InputError, match="1 of 1 sites have a target"):
        build(["a,0,0,0,30,20,1.0"])


def test_soil_type_and_vegetation_travel_with_the_site(build):
    rows = ["a,0,0,0,30,20,1.0,forest", "b,0,1,0,30,20,1.0,"]
    records = build(
        rows, header=HEADER.replace("\n", ",veg\n"), more_columns={"vegetation": {"column": "veg"}}
    )
    assert records.sites["vegetation"].tolist()[0] == "forest"
    assert records.sites["vegetation"].isna().tolist() == [False, True]


def macedonia(**options):
    return Sites(
        file="macedonia/horizons.csv",
        crs="EPSG:4326",
        columns=columns(
            coarse_fragments={"column": "cf_vol_pct", "unit": "%"},
            soil_type={"column": "soil_type"},
        ),
        **options,
    )


@pytest.mark.real_data
def test_colombia_published_stocks_are_reproduced_to_rounding(data_root):
    section = Sites(file="colombia/sites.csv", crs="EPSG:32618", columns=columns(), layers="nested")
    records = build_sites(section, data_root, DEPTHS[:2], IssueLog())
    table = pd.read_csv(data_root / "colombia" / "sites.csv")
    # SOC is given to 0.1 g/kg, BD to 0.01 g/cm3, the stock to 0.01 t/ha: each within half a unit.
    soc, density, thickness = table["soc_g_kg"], table["bd_g_cm3"], table["bottom_cm"] / 10
    rounding = thickness * (0.05 * density + 0.005 * soc + 0.05 * 0.005) + 0.005
    ours = records.sites.set_index("id")
    for depth, n in ((10, 122), (30, 118)):
        rows = table["bottom_cm"] == depth
        found = ours.loc[table.loc[rows, "id"], f"target_0_{depth}"].to_numpy() * 10  # t/ha
        assert len(found) == n
        off = np.abs(found - table.loc[rows, "soc_stock_t_ha"])
        assert (off <= rounding[rows] + 1e-9).all()


@pytest.mark.real_data
def test_macedonia_profiles_reach_the_published_counts(data_root):
    log = IssueLog()
    assert len(build_sites(macedonia(), data_root, [(0, 30)], log).sites) == 3043
    counts = log.counts()
    assert counts["soc_zero"] == 10
    assert counts["depth_overlap"] == 20
    # 845 gapped pairs in the file; one goes with its layer, whose bottom is not below its top.
    assert counts["depth_gap"] == 844
    assert counts["depth_inverted"] == 1
    # 2,400 by adding thicknesses; one of them holds 0-25 and 0-27 cm, which reach no deeper.
    assert len(build_sites(macedonia(), data_root, [(0, 50)], IssueLog()).sites) == 2399


@pytest.mark.real_data
def test_macedonia_fills_only_what_was_not_measured(data_root):
    records = build_sites(macedonia(), data_root, DEPTHS, IssueLog())
    measured = ~records.layers["bd_filled"]
    # 2,288 given, some outside the gates or in layers without carbon
    assert 2100 < measured.sum() <= 2288
    filled = records.sites["bd_filled"]
    assert (records.sites.loc[filled, "fill_log_sd_0_10"] > 0).mean() > 0.99
    clean = ~filled & ~records.sites["gravel_filled"]
    assert (records.sites.loc[clean, "fill_log_sd_0_10"] == 0).all()


@pytest.mark.real_data
def test_carbon_in_g_per_kg_declared_as_percent_is_refused(data_root):
    wrong = macedonia().columns.model_copy(
        update={"soc": macedonia().columns.soc.model_copy(update={"unit": "%"})}
    )
    section = macedonia().model_copy(update={"columns": wrong})
    with pytest.raises(InputError, match="bulk density"):
        build_sites(section, data_root, DEPTHS, IssueLog())


@pytest.mark.real_data
def test_splines_of_edgeroi_keep_their_mass(data_root):
    depths = (("0_5", 0, 5), ("5_15", 5, 15), ("15_30", 15, 30), ("30_60", 30, 60))
    section = Sites(
        file="edgeroi/spline_density.csv",
        crs="EPSG:32755",
        columns={name: {"column": name} for name in ("id", "x", "y")},
        layer_columns=[
            {"column": f"socd_kg_m3_{key}", "quantity": "soc_density", "unit": "kg/m3",
             "depth_cm": (a, b)}
            for key, a, b in depths
        ],
        depth_function="spline",
    )  # fmt: skip
    log = IssueLog()
    records = build_sites(section, data_root, [(0, 5), (0, 30), (0, 60)], log)
    table = pd.read_csv(data_root / "edgeroi" / "spline_density.csv").set_index("id")
    found = records.sites.set_index("id")
    table = table.loc[found.index]
    stock = {key: table[f"socd_kg_m3_{key}"] * (b - a) / 100 for key, a, b in depths}
    assert len(found) == 341
    assert np.allclose(found["target_0_5"], stock["0_5"], rtol=1e-9)
    thirty = stock["0_5"] + stock["5_15"] + stock["15_30"]
    assert np.allclose(found["target_0_30"], thirty, rtol=1e-9)


@pytest.mark.real_data
def test_africa_runs_through_with_its_faults_counted(data_root):
    section = Sites(
        file="africa20km/horizons.csv.gz",
        crs="EPSG:4326",
        columns=columns(coarse_fragments={"column": "cf_vol_pct", "unit": "%"}),
        depth_function="spline",
    )
    log = IssueLog()
    records = build_sites(section, data_root, DEPTHS, log)
    counts = log.counts()
    assert counts["organic_surface"] == 3
    assert counts["depth_inverted"] == 1
    assert len(records.sites) > 22_000
    stocks = records.sites[["target_0_10", "target_0_30", "target_0_50"]].to_numpy()
    complete = stocks[~np.isnan(stocks).any(axis=1)]
    assert (complete >= 0).all()
    assert (np.diff(complete, axis=1) >= -1e-12).all()
