import pandas as pd
import pytest
from pydantic import ValidationError

from features.manifest import Sites
from features.wide_table import lengthen

SECTION = {
    "file": "wide.csv",
    "crs": "EPSG:4326",
    "columns": {name: {"column": name} for name in ("id", "x", "y")},
    "layer_columns": [
        {"quantity": "soc_density", "column": "d2", "unit": "kg/m3", "depth_cm": [5, 15]},
        {"quantity": "soc_density", "column": "d1", "unit": "kg/m3", "depth_cm": [0, 5]},
    ],
}
TABLE = pd.DataFrame(
    {"id": ["b", "a"], "x": ["1", "2"], "y": ["0", "0"], "d1": ["9", "8"], "d2": ["7", None]}
)


def test_each_site_gives_its_layers_from_the_top_and_no_empty_ones():
    long, sites = lengthen(TABLE, Sites.model_validate(SECTION))
    names = [sites.columns.top_cm.column, sites.columns.soc_density.column]
    assert long["id"].tolist() == ["b", "b", "a"]
    assert long[names[0]].tolist() == ["0", "5", "0"]
    assert long[names[1]].tolist() == ["9", "7", "8"]
    assert sites.layer_columns == ()
    assert sites.columns.soc_density.unit == "kg/m3"


def test_a_long_table_is_left_alone():
    section = {**SECTION, "layer_columns": [], "targets": [
        {"column": "d1", "unit": "kg/m2", "depth_cm": [0, 5]}
    ]}  # fmt: skip
    sites = Sites.model_validate(section)
    assert lengthen(TABLE, sites) == (TABLE, sites)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": "g/cm3"}, "one unit"),
        ({"quantity": "bulk_density"}, None),
    ],
)
def test_units_of_one_quantity_must_agree(change, message):
    section = {**SECTION, "layer_columns": [SECTION["layer_columns"][0] | change,
                                            SECTION["layer_columns"][1]]}  # fmt: skip
    if message is None:
        assert len(Sites.model_validate(section).layer_columns) == 2
        return
    with pytest.raises(ValidationError, match=message):
        Sites.model_validate(section)


def test_depths_are_given_once():
    columns = SECTION["columns"] | {"top_cm": {"column": "top"}}
    with pytest.raises(ValidationError, match="bring their own depths"):
        Sites.model_validate({**SECTION, "columns": columns})
