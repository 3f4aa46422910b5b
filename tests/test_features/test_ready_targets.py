"""Targets that the table holds ready made."""

import pytest

from features.errors import InputError
from features.issues import IssueLog
from features.manifest import Sites
from features.sites import build_sites

PLACE = {name: {"column": name} for name in ("id", "x", "y")}
STOCK = {"column": "stock", "unit": "t/ha", "depth_cm": (0, 30)}


@pytest.fixture
def build(tmp_path):
    def _build(text, targets, depths, log=None):
        (tmp_path / "sites.csv").write_text(text)
        section = Sites(file="sites.csv", crs="EPSG:4326", columns=PLACE, targets=targets)
        return build_sites(section, tmp_path, depths, log or IssueLog())

    return _build


def test_stocks_per_hectare_become_kg_per_m2(build):
    records = build("id,x,y,stock\na,1,2,45\nb,3,4,60\n", [STOCK], [(0, 30)])
    assert records.sites["target_0_30"].tolist() == pytest.approx([4.5, 6.0])
    assert (records.quantity, records.unit) == ("socd", "kg m-2")
    assert (records.sites["fill_log_sd_0_30"] == 0).all()


def test_another_quantity_keeps_its_name_and_unit(build):
    target = {**STOCK, "unit": "unconverted", "quantity": "other", "name": "cookbook"}
    records = build("id,x,y,stock\na,1,2,45\nb,3,4,60\n", [target], [(0, 30)])
    assert records.sites["target_0_30"].tolist() == [45, 60]
    assert (records.quantity, records.unit) == ("cookbook", "unconverted")


def test_a_depth_without_column_is_missing_and_said(build):
    log = IssueLog()
    records = build("id,x,y,stock\na,1,2,45\nb,3,4,60\n", [STOCK], [(0, 30), (0, 50)], log)
    assert records.sites["target_0_50"].isna().all()
    assert log.counts() == {"depth_not_reached": 1}


def test_a_site_may_lack_a_deeper_target(build):
    deep = {**STOCK, "column": "deep", "depth_cm": (0, 50)}
    text = "id,x,y,stock,deep\na,1,2,45,60\nb,3,4,60,\n"
    records = build(text, [STOCK, deep], [(0, 30), (0, 50)])
    assert records.sites["coverage_0_50"].tolist() == [1, 0]


def test_a_repeated_site_is_used_once(build):
    log = IssueLog()
    records = build("id,x,y,stock\na,1,2,45\nb,3,4,60\na,1,2,50\n", [STOCK], [(0, 30)], log)
    assert records.sites["target_0_30"].tolist() == pytest.approx([4.5, 6.0])
    assert [(issue.code, issue.row) for issue in log.issues] == [("duplicate", 4)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,x,y,stock\na,1,2,45\nb,3,4,nan\n", r"1 rows have no target \(row 3\)"),
        ("id,x,y,stock\na,1,2,45\nb,3,4,-1\n", r"below zero \(row 3\)"),
        ("id,x,y,stock\na,1,2,45\n", "1 of 1 sites have a target"),
    ],
)
def test_bad_targets_name_their_rows(build, text, message):
    with pytest.raises(InputError, match=message):
        build(text, [STOCK], [(0, 30)])


def test_the_first_depth_needs_a_column(build):
    with pytest.raises(InputError, match="no target column holds the first depth, 0_10 cm"):
        build("id,x,y,stock\na,1,2,45\nb,3,4,60\n", [STOCK], [(0, 10), (0, 30)])


def test_two_quantities_do_not_mix(build):
    other = {**STOCK, "quantity": "other", "name": "ph", "unit": "1", "depth_cm": (0, 10)}
    with pytest.raises(InputError, match="map one quantity in one run"):
        build("id,x,y,stock\na,1,2,45\nb,3,4,60\n", [STOCK, other], [(0, 30)])


@pytest.mark.parametrize(
    "changes", [{"quantity": "other"}, {"name": "carbon"}], ids=["other called socd", "stock not"]
)
def test_only_a_stock_per_area_is_called_socd(build, changes):
    with pytest.raises(ValueError, match="of which stocks are made"):
        build("id,x,y,stock\na,1,2,45\nb,3,4,60\n", [{**STOCK, **changes}], [(0, 30)])
