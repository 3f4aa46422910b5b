"""Reading the sites table: units, rows as a spreadsheet shows them, every problem at once."""

import pytest

from features.errors import InputError
from features.issues import IssueLog
from features.manifest import Sites
from features.site_table import read_sites

COLUMNS = {
    "id": {"column": "id"},
    "x": {"column": "x"},
    "y": {"column": "y"},
    "top_cm": {"column": "top"},
    "bottom_cm": {"column": "bottom"},
    "soc": {"column": "soc", "unit": "g/kg"},
}


@pytest.fixture
def read(tmp_path):
    """Return a function that writes a CSV and reads it as sites."""

    def _read(text, log=None, columns=None, **sites):
        (tmp_path / "sites.csv").write_text(text, encoding="utf-8")
        section = Sites(
            file="sites.csv", crs="EPSG:4326", columns={**COLUMNS, **(columns or {})}, **sites
        )
        return read_sites(section, tmp_path, log)

    return _read


def problems(raised):
    return "\n".join(str(problem) for problem in raised.value.problems)


def test_units_become_canonical(read):
    table = read(
        "id,x,y,top,bottom,soc,bd,stones\na,1,2,0,0.1,2.5,1300,15\n",
        columns={
            "soc": {"column": "soc", "unit": "%"},
            "bulk_density": {"column": "bd", "unit": "kg/m3"},
            "coarse_fragments": {"column": "stones", "unit": "%"},
            "bottom_cm": {"column": "bottom", "unit": "m"},
        },
    )
    row = table.iloc[0]
    assert row["soc_g_kg"] == pytest.approx(25)
    assert row["bulk_density_g_cm3"] == pytest.approx(1.3)
    assert row["coarse_fragments"] == pytest.approx(0.15)
    assert row["bottom_cm"] == pytest.approx(10)


def test_rows_are_numbered_as_a_spreadsheet_does_blank_lines_included(read):
    table = read("id,x,y,top,bottom,soc\na,1,2,0,10,20\n\nb,1,2,0,10,30\n")
    assert table["file_row"].tolist() == [2, 4]


def test_organic_matter_becomes_carbon_and_is_counted(read):
    log = IssueLog()
    table = read(
        "id,x,y,top,bottom,soc,som\na,1,2,0,10,20,50\nb,1,2,0,10,,50\n",
        log,
        columns={"som": {"column": "som", "unit": "g/kg"}},
    )
    assert table["soc_g_kg"].tolist() == pytest.approx([20, 29])
    assert [(issue.code, issue.row) for issue in log.issues] == [("som_converted", 3)]


def test_where_keeps_text_and_numbers_and_counts_the_rest(read):
    log = IssueLog()
    text = "id,x,y,top,bottom,soc,set,year\na,1,2,0,10,20,train,2001\n"
    text += "b,1,2,0,10,30,test,2001\nc,1,2,0,10,30,train,1980\n"
    table = read(text, log, where={"set": ("train",), "year": (2001.0,)})
    assert table["id"].tolist() == ["a"]
    assert log.counts() == {"where": 2}


def test_identifiers_keep_their_zeros(read):
    assert read("id,x,y,top,bottom,soc\n007,1,2,0,10,20\n")["id"].tolist() == ["007"]


def test_wide_table_becomes_layers(tmp_path):
    (tmp_path / "wide.csv").write_text("id,x,y,d1,d2\na,1,2,30,20\nb,3,4,10,\n")
    depths = (("d1", (0, 5)), ("d2", (5, 15)))
    columns = [
        {"column": name, "quantity": "soc_density", "unit": "kg/m3", "depth_cm": depth}
        for name, depth in depths
    ]
    place = {key: COLUMNS[key] for key in ("id", "x", "y")}
    section = Sites(file="wide.csv", crs="EPSG:4326", columns=place, layer_columns=columns)
    table = read_sites(section, tmp_path)
    found = table[["id", "top_cm", "bottom_cm", "soc_density_kg_m3", "file_row"]]
    assert found.to_numpy().tolist() == [
        ["a", 0, 5, 30, 2],
        ["a", 5, 15, 20, 2],
        ["b", 0, 5, 10, 3],
    ]


def test_all_missing_columns_are_named_at_once(read):
    with pytest.raises(InputError) as raised:
        read("id,x,top,bottom,organic\na,1,0,10,20\n")
    assert "'soc'" in problems(raised)
    assert "'y'" in problems(raised)
    assert "'organic'" in problems(raised)  # what the table does have


def test_text_among_numbers_names_its_row(read):
    with pytest.raises(InputError, match=r"(?s)column soc.*row 3.*'<2'"):
        read("id,x,y,top,bottom,soc\na,1,2,0,10,20\nb,1,2,0,10,<2\n")


def test_wrong_unit_and_lost_coordinates_come_together(read):
    with pytest.raises(InputError) as raised:
        read(
            "id,x,y,top,bottom,soc\na,,2,0,10,20\n",
            columns={"soc": {"column": "soc", "unit": "kg/m3"}},
        )
    assert "kg/m3" in problems(raised)
    assert "has no x (row 2)" in problems(raised)


def test_a_property_needs_a_unit(read):
    with pytest.raises(InputError, match="no unit is given for soc"):
        read("id,x,y,top,bottom,soc\na,1,2,0,10,20\n", columns={"soc": {"column": "soc"}})


def test_where_that_keeps_nothing_is_an_error(read):
    with pytest.raises(InputError, match="no row is left"):
        read("id,x,y,top,bottom,soc\na,1,2,0,10,20\n", where={"id": ("z",)})


def test_missing_file_says_where_it_is_to_be_had(tmp_path):
    section = Sites(
        file="none.csv", crs="EPSG:4326", columns=COLUMNS, address="https://example.org/soil"
    )
    with pytest.raises(InputError, match=r"none.csv: no such file\n.*https://example.org/soil"):
        read_sites(section, tmp_path)


def test_a_file_that_is_no_table_is_refused(tmp_path):
    (tmp_path / "sites.csv").write_bytes(b"\xff\xfe\x00\x80" * 10)
    section = Sites(file="sites.csv", crs="EPSG:4326", columns=COLUMNS)
    with pytest.raises(InputError, match="cannot be read"):
        read_sites(section, tmp_path)
