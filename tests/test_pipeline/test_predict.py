"""``solum predict``: nothing of the input is lost, and points are told what the map tells."""

import json

import numpy as np
import pandas as pd
import pytest
import rasterio
from pyproj import Transformer
from typer.testing import CliRunner

from features.errors import InputError
from features.stack import Stack
from features.units import conversion
from pipeline import points_file
from pipeline.cli import app
from pipeline.predict import OUTPUT_COLUMNS, predict_points
from pipeline.run_paths import RunPaths

NUMBERS = ["mean", "pi_lower", "pi_upper", "sd"]


@pytest.fixture(scope="module")
def stack(small_run):
    return Stack.open(RunPaths(small_run).stack)


@pytest.fixture(scope="module")
def kept(small_run):
    return json.loads(RunPaths(small_run).final_model.read_text())["covariates_kept"]


@pytest.fixture(scope="module")
def places(small_run, stack):
    """Return rows, columns, x, y of 60 mapped cells."""
    with rasterio.open(RunPaths(small_run).map("socd", "0_10", "mean")) as dataset:
        mapped = np.argwhere(np.isfinite(dataset.read(1)))
    rows, cols = mapped[np.random.default_rng(3).choice(len(mapped), 60, replace=False)].T
    return rows, cols, *stack.grid.xy(rows, cols)


@pytest.fixture
def predicted(small_run, tmp_path):
    def predict(text_or_table, **options):
        points, out = tmp_path / "points.csv", tmp_path / "out.csv"
        if isinstance(text_or_table, pd.DataFrame):
            text_or_table.to_csv(points, index=False)
        else:
            points.write_text(text_or_table, encoding="utf-8")
        predict_points(small_run, points, out, **options)
        return pd.read_csv(out, keep_default_na=False, na_values=dict.fromkeys(NUMBERS, ""))

    return predict


def at(places, n=None):
    return pd.DataFrame({"x": places[2][:n], "y": places[3][:n]})


def test_every_cell_of_the_input_is_kept_as_it_was(small_run, tmp_path, places):
    x, y = places[2][0], places[3][0]
    lines = [
        'label,x,y,"note, quoted",00code,label',
        f"é,{x},{y},NA,007,1.50",
        f'b,  {x} ,{y},"a, b",,1e3',
        ",,,,,",
        f"c,{x},{y},null,1,",
    ]
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text("\n".join(lines) + "\n", encoding="utf-8")
    predict_points(small_run, points, out)
    written = out.read_text(encoding="utf-8").splitlines()
    assert len(written) == len(lines)
    assert written[0] == f"{lines[0]},{','.join(OUTPUT_COLUMNS)}"
    for before, after in zip(lines[1:], written[1:], strict=True):
        assert after.startswith(before + ",")
    assert written[3].endswith(",false,missing:coordinates")


def test_predictions_at_cell_centres_are_the_maps(small_run, predicted, places):
    rows, cols, *_ = places
    for depth in ("0_10", "0_30", "0_50"):
        table = predicted(at(places), depth=depth)
        assert (table["status"] == "ok").all()
        for name in NUMBERS:
            with rasterio.open(RunPaths(small_run).map("socd", depth, name)) as dataset:
                expected = dataset.read(1)[rows, cols]
            np.testing.assert_allclose(table[name], expected, rtol=2e-6)


def test_applicability_is_the_maps(small_run, predicted, places):
    with rasterio.open(RunPaths(small_run).applicability_map) as dataset:
        expected = dataset.read(1)[places[0], places[1]] == 1
    table = predicted(at(places))
    assert (table["applicable"].astype(str).str.lower() == "true").tolist() == expected.tolist()


def test_the_first_depth_is_the_default(predicted, places):
    pd.testing.assert_frame_equal(predicted(at(places)), predicted(at(places), depth="0_10"))


def test_coordinates_in_another_crs(predicted, places, stack):
    here = predicted(at(places))
    to_degrees = Transformer.from_crs(stack.grid.crs, "EPSG:4326", always_xy=True)
    lon, lat = to_degrees.transform(places[2], places[3])
    there = predicted(pd.DataFrame({"x": lon, "y": lat}), crs="EPSG:4326")
    pd.testing.assert_frame_equal(here[NUMBERS], there[NUMBERS])


def test_rows_that_cannot_be_predicted_are_empty_and_never_dropped(predicted, places, stack):
    x, y = places[2], places[3]
    west, _, _, north = stack.grid.bounds
    table = predicted(
        f"id,x,y\nin,{x[0]},{y[0]}\nfar,{west - 1e6},{north}\nempty,,{y[0]}\n"
        f"na,NA,{y[0]}\ninf,inf,{y[0]}\nlast,{x[1]},{y[1]}\n"
    )
    assert table["id"].tolist() == ["in", "far", "empty", "na", "inf", "last"]
    assert table["status"].tolist() == [
        "ok", "outside_grid", *["missing:coordinates"] * 3, "ok",
    ]  # fmt: skip
    lost = table["status"] != "ok"
    assert table.loc[lost, NUMBERS].isna().all(axis=None)
    assert table.loc[~lost, NUMBERS].notna().all(axis=None)


def test_a_cell_without_a_covariate_names_it(predicted, places, kept, monkeypatch):
    whole = Stack.sample

    def with_a_hole(self, x, y, ids):
        values = whole(self, x, y, ids)
        values[3, list(ids).index(kept[-1])] = np.nan
        return values

    monkeypatch.setattr(Stack, "sample", with_a_hole)
    table = predicted(at(places))
    assert table["status"][3] == f"missing:{kept[-1]}"
    assert table.loc[3, NUMBERS].isna().all()
    assert (table["status"].drop(index=3) == "ok").all()


@pytest.fixture
def own_columns(stack, kept, places):
    """Return the stack's values at places as a user has them: declared units, class names."""
    values = stack.sample(places[2], places[3], kept)
    by_id = {variable.id: variable for variable in stack.variables}
    columns = {}
    for name, column in zip(kept, values.T, strict=True):
        classes = by_id[name].classes
        columns[name] = [classes[int(code)] for code in column] if classes else column
    return pd.DataFrame(columns)


def test_own_columns_that_hold_the_stacks_values_give_the_same(predicted, places, own_columns):
    expected = predicted(at(places))
    table = predicted(own_columns, covariates="columns")
    np.testing.assert_allclose(table[NUMBERS], expected[NUMBERS], rtol=2e-6)


def test_own_columns_are_in_the_unit_that_the_manifest_declares(
    small_run, tmp_path, predicted, places, own_columns, kept, stack, monkeypatch
):
    """As if the manifest had declared the first continuous covariate in another unit."""
    from pipeline import predict

    by_id = {variable.id: variable for variable in stack.variables}
    other = {"m": "km", "degC": "K", "mm/yr": "m/yr", "1": "%", "g/kg": "%"}
    name = next(n for n in kept if by_id[n].unit in other and not by_id[n].is_categorical)
    unit = other[by_id[name].unit]
    design = json.loads(RunPaths(small_run).design.read_text())
    design["units"][name] = unit
    monkeypatch.setattr(predict, "read_json", lambda path: _read(path, design))
    change = conversion(unit, by_id[name].quantity)
    own_columns[name] = (own_columns[name] - change.offset) / change.factor
    table = predicted(own_columns, covariates="columns")
    np.testing.assert_allclose(table[NUMBERS], predicted(at(places))[NUMBERS], rtol=1e-4)


def _read(path, design):
    return design if path.name == "design.json" else json.loads(path.read_text())


def test_own_columns_need_no_coordinates_but_every_covariate(predicted, own_columns, kept):
    with pytest.raises(InputError, match=f"has no column {kept[-1]}"):
        predicted(own_columns.drop(columns=kept[-1]), covariates="columns")


def test_an_empty_covariate_names_itself(predicted, own_columns, kept):
    own_columns[kept[0]] = own_columns[kept[0]].astype(object)
    own_columns.loc[2, kept[0]] = None
    table = predicted(own_columns, covariates="columns")
    assert table["status"][2] == f"missing:{kept[0]}"
    assert (table["status"].drop(index=2) == "ok").all()


def test_a_class_without_sites_is_named_and_empty(predicted, own_columns, stack, kept):
    classes = [v.id for v in stack.variables if v.is_categorical and v.id in kept]
    assert classes, "screening kept no class in the small run: this test sees nothing"
    own_columns.loc[4, classes[0]] = "mangrove"
    table = predicted(own_columns, covariates="columns")
    assert table["status"][4] == f"class_without_sites:{classes[0]}=mangrove"
    assert table.loc[4, NUMBERS].isna().all()


def test_chunks_do_not_show(predicted, places, monkeypatch):
    whole = predicted(at(places))
    monkeypatch.setattr(points_file, "CHUNK_ROWS", 7)
    pd.testing.assert_frame_equal(predicted(at(places)), whole)


def test_a_bad_number_beyond_the_first_chunk_names_its_row(predicted, places, monkeypatch):
    monkeypatch.setattr(points_file, "CHUNK_ROWS", 7)
    table = at(places, 20).astype(object)
    table.loc[16, "y"] = "12°N"
    with pytest.raises(InputError, match=r"row 18, column y: '12°N' is not a number"):
        predicted(table)


def test_a_table_without_rows(predicted):
    assert predicted("x,y\n").columns.tolist() == ["x", "y", *OUTPUT_COLUMNS]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("x,y,mean\n1,2,3\n", {}, "mean, as the predictions will be named"),
        ("lon,lat\n1,2\n", {}, "no column x, y; it has lon, lat"),
        ("x;y\n1;2\n", {}, "separated by semicolons"),
        ("x,y\n1,2,3,4\n", {}, "cannot be read as a table"),
        ("", {}, "is empty"),
        ("x,y\n1,2\n", {"depth": "0_99"}, "choose 0_10, 0_30, 0_50"),
        ("x,y\n1,2\n", {"crs": "EPSG:nonsense"}, "give for example EPSG:4326"),
        ("x,y\n1,2\n", {"covariates": "rasters"}, "choose stack or columns"),
    ],
)
def test_a_table_at_fault_is_refused_in_one_message(predicted, tmp_path, text, options, expected):
    with pytest.raises(InputError, match=expected) as caught:
        predicted(text, **options)
    assert len(caught.value.problems) == 1
    assert not (tmp_path / "out.csv").exists()


def test_a_directory_without_models(tmp_path):
    points = tmp_path / "points.csv"
    points.write_text("x,y\n1,2\n")
    result = CliRunner().invoke(app, ["predict", str(tmp_path), str(points)])
    assert result.exit_code == 1
    assert "holds no finished models" in result.output


def test_the_command_names_what_it_wrote(small_run, tmp_path, places):
    points = tmp_path / "points.csv"
    at(places).to_csv(points, index=False)
    result = CliRunner().invoke(app, ["predict", str(small_run), str(points)])
    assert result.exit_code == 0
    assert "points_predicted.csv" in result.output.replace("\n", "")
    assert len(pd.read_csv(tmp_path / "points_predicted.csv")) == len(places[0])
