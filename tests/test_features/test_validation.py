from pathlib import Path

import pytest

from features.errors import InputError
from features.manifest import SourcesManifest
from features.validation import validate
from features.yaml_loader import load_yaml

GOOD = """\
name: small
region: {template: ndvi}
sites:
  file: sites.csv
  crs: EPSG:4326
  columns:
    id: {column: id}
    x: {column: x}
    y: {column: y}
    top_cm: {column: top}
    bottom_cm: {column: bottom}
    soc: {column: soc, unit: g/kg}
covariates:
  - id: ndvi
    quantity: ndvi
    unit: "1"
    file: ndvi.tif
"""


def problems_of(tmp_path, text):
    path = tmp_path / "m.yaml"
    path.write_text(text)
    data, lines = load_yaml(path)
    with pytest.raises(InputError) as caught:
        validate(SourcesManifest, data, lines, Path("m.yaml"))
    return caught.value.problems


def test_a_good_manifest_becomes_its_model(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(GOOD)
    data, lines = load_yaml(path)
    assert validate(SourcesManifest, data, lines, path).covariates[0].id == "ndvi"


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "mend"),
    [
        ("    file: ndvi.tif", "    flie: ndvi.tif", "m.yaml:17", "unknown key `flie`", "`file`"),
        ("  crs: EPSG:4326", "  crs: 4326", "m.yaml:5 sites.crs", "number 4326", '"4326"'),
        ("soc, unit: g/kg", "soc, basis: volum", "columns.soc.basis", "'volum'", "`volume`"),
        ("    quantity: ndvi\n", "", "[0] (ndvi).quantity", "`quantity` is missing", "add"),
        ('unit: "1"', "unit:", "[0] (ndvi).unit", "no value", "give it one"),
        ("name: small", "name: small\nextra: 1", "m.yaml:2 extra", "unknown key", "region"),
        ("    file: ndvi.tif", "    band: top", "[0] (ndvi).band", "'top'", "correct"),
        ("    id: {column: id}\n", "", "sites.columns.id", "`id` is missing", "add"),
        ("region: {template: ndvi}\n", "", "m.yaml:1", "missing section(s): region", "change"),
        ("    file: ndvi.tif", "    band: 1", "[0] (ndvi)", "give exactly one of `file`", "change"),
    ],
)
def test_each_fault_names_its_place_what_and_mend(tmp_path, old, new, where, what, mend):
    problems = problems_of(tmp_path, GOOD.replace(old, new))
    assert any(
        where in problem.where and what in problem.what and mend in problem.mend
        for problem in problems
    ), problems


def test_all_faults_come_at_once_in_the_order_of_the_file(tmp_path):
    text = GOOD.replace("file: sites.csv", "fle: sites.csv").replace("id: ndvi", "id: NDVI")
    found = problems_of(tmp_path, text.replace("name: small", "name: small\nnane: x"))
    lines = [int(problem.where.split(":")[1].split()[0]) for problem in found]
    assert lines == sorted(lines)
    assert len(found) == 3


def test_a_value_that_fits_no_type_of_a_union_is_one_problem(tmp_path):
    text = GOOD.replace("  crs: EPSG:4326", "  crs: EPSG:4326\n  where: {a: [[1]]}")
    assert len(problems_of(tmp_path, text)) == 1
