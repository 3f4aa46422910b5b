"""What can be wrong with a project, and the words that its message must hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.test_pipeline.small_project import CELL_M, NORTH, SIDE, WEST, SmallProject, write_raster

Change = Callable[[SmallProject], Any]
SOME = np.linspace(0, 1, SIDE * SIDE).reshape(SIDE, SIDE)


def setting(*path: Any, to: Any) -> Change:
    """Return a change of one key of the manifest."""

    def change(project: SmallProject) -> None:
        place = project.manifest
        for key in path[:-1]:
            place = place.setdefault(key, {}) if isinstance(place, dict) else place[key]
        place[path[-1]] = to

    return change


def cells(column: str, rows: Any, value: Any) -> Change:
    """Return a change of some cells of the sites table."""

    def change(project: SmallProject) -> None:
        project.table[column] = project.table[column].astype(object)
        project.table.loc[rows, column] = value

    return change


def ready_target_with_a_gap(project: SmallProject) -> None:
    project.table = project.table[project.table["top"] == 0].assign(stock=3.0)
    project.table.loc[project.table.index[5], "stock"] = np.nan
    columns = project.manifest["sites"]["columns"]
    project.manifest["sites"]["columns"] = {name: columns[name] for name in ("id", "x", "y")}
    project.manifest["sites"]["targets"] = [
        {"column": "stock", "unit": "kg/m2", "depth_cm": [0, 10]}
    ]


def one_site(project: SmallProject) -> None:
    project.table = project.table[project.table["profile"] == "P00"]


def one_place(project: SmallProject) -> None:
    project.table[["easting", "northing"]] = WEST + 500, NORTH - 500


def alike_at_all_sites(project: SmallProject) -> None:
    row = ((NORTH - project.table["northing"]) / CELL_M).astype(int)
    col = ((project.table["easting"] - WEST) / CELL_M).astype(int)
    for name in ("rain", "elevation", "ndvi"):
        values = SOME.copy()
        values[row, col] = 0.5
        write_raster(project.raster(name), values)


SOURCES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "missing column": (
        lambda p: p.table.pop("soc"),
        ("sites.csv", "no column 'soc'", "sites.columns.soc"),
    ),
    "wrong unit of a covariate": (
        setting("covariates", 0, "unit", to="degC"),
        ("covariates.rain.unit", "'degC'", "mm/yr"),
    ),
    "wrong unit of a column": (
        setting("sites", "columns", "soc", "unit", to="kg/m3"),
        ("sites.columns.soc.unit", "'kg/m3'", "g/kg"),
    ),
    "no CRS": (
        lambda p: write_raster(p.raster("ndvi"), SOME, crs=None),
        ("ndvi.tif", "has no CRS", "gdal_edit.py -a_srs"),
    ),
    "raster elsewhere": (
        lambda p: write_raster(p.raster("ndvi"), SOME, west=WEST + 1e6),
        ("ndvi.tif", "does not overlap the region", "check the CRS"),
    ),
    "all nodata": (
        lambda p: write_raster(p.raster("ndvi"), np.full((SIDE, SIDE), -9999.0)),
        ("ndvi.tif band 1", "no data", "`nodata`"),
    ),
    "constant covariate": (
        lambda p: write_raster(p.raster("ndvi"), np.full((SIDE, SIDE), 0.4)),
        ("ndvi.tif band 1", "constant", "0.4", "remove covariate ndvi"),
    ),
    "band that is not there": (
        setting("covariates", 0, "band", to=3),
        ("rain.tif", "no band 3", "`band` of covariate rain"),
    ),
    "unreadable raster": (
        lambda p: p.raster("ndvi").write_bytes(b"this is no raster"),
        ("ndvi.tif", "cannot be read as a raster"),
    ),
    "cut raster": (
        lambda p: p.raster("ndvi").write_bytes(p.raster("ndvi").read_bytes()[:1200]),
        ("ndvi.tif", "cannot be read to its end", "download the file again"),
    ),
    "missing raster": (
        lambda p: p.raster("ndvi").unlink(),
        ("ndvi", "file not found", "rasters/ndvi.tif"),
    ),
    "no carbon at all": (
        cells("soc", slice(None), None),
        ("sites.csv", "no layer has a usable value", "sites.columns"),
    ),
    "NaN in a ready target": (
        ready_target_with_a_gap,
        ("sites.csv", "1 row", "no target", "row 7", "sites.where"),
    ),
    "text where carbon belongs": (
        cells("soc", [4, 5], "n.d."),
        ("sites.csv, column soc", "rows 6, 7", "'n.d.'", "leave the cells empty"),
    ),
    "no coordinate": (
        cells("easting", [3], None),
        ("sites.csv", "no x", "row 5"),
    ),
    "sites in another CRS": (
        setting("sites", "crs", to="EPSG:4326"),
        ("sites.csv", "beyond degrees", "sites.crs"),
    ),
    "one site only": (one_site, ("sites.csv", "1 of 1 sites", "needs more")),
    "one place only": (one_place, ("sites.csv", "1 place with a target", "at least 10")),
    "fewer places than folds": (
        setting("model", "folds", "outer", to=60),
        ("sites.csv", "40 places", "at least 60", "model.folds"),
    ),
    "fewer places than inner folds": (
        setting("model", "folds", "inner", to=39),
        ("sites.csv", "40 places", "model.folds"),
    ),
    "depth that no site reaches": (
        setting("model", "depths", to=[[0, 10], [0, 100]]),
        ("model.depths", "no site reaches 100 cm", "leave this depth out"),
    ),
}

SETTINGS: dict[str, tuple[Change, tuple[str, ...]]] = {
    "unknown key": (
        setting("sites", "colums", to={}),
        ("data_manifest.yaml:", "sites.colums", "did you mean `columns`"),
    ),
    "learners empty": (
        setting("model", "learners", to=[]),
        ("model.learners", "too few", "at least 1"),
    ),
    "learner unknown": (
        setting("model", "learners", to=["ann"]),
        ("model.learners[0]", "'ann'", "'rf', 'svm', 'brt' or 'xgb'"),
    ),
    "learner twice": (
        setting("model", "learners", to=["rf", "rf"]),
        ("model", "names rf twice"),
    ),
    "schemes empty": (
        setting("model", "schemes", to=[]),
        ("model.schemes", "too few"),
    ),
    "chosen by a scheme that is not run": (
        setting("model", "schemes", to=["spatial"]),
        ("model.choose_by", "add random to model.schemes", "to spatial"),
    ),
    "maps by physics without a simulator": (
        setting("model", "final_approach", to="ml_physics"),
        ("forcing", "elevation"),
    ),
    "final approach unknown": (
        setting("model", "final_approach", to="physics"),
        ("model.final_approach", "ml_physics"),
    ),
    "search parameter unknown": (
        setting("model", "search", to={"brt": {"eta": [0.1]}}),
        ("model.search.brt.eta", "no parameter 'eta'", "learning_rate"),
    ),
    "search value impossible": (
        setting("model", "search", to={"brt": {"n_estimators": [-5]}}),
        ("model.search.brt.n_estimators", "-5", "whole number above 0"),
    ),
    "search without values": (
        setting("model", "search", to={"xgb": {"subsample": []}}),
        ("model.search.xgb.subsample", "no value"),
    ),
    "search value no list": (
        setting("model", "search", to={"brt": {"n_estimators": 50}}),
        ("model.search.brt.n_estimators", "a list is expected"),
    ),
    "group_by names nothing": (
        setting("model", "group_by", to="landcover"),
        ("model.group_by", "'landcover'", "categorical"),
    ),
    "group_by names numbers": (
        setting("model", "group_by", to="ndvi"),
        ("model.group_by", "ndvi is continuous"),
    ),
    "site values without columns": (
        setting("sites", "covariate_source", to="site"),
        ("sites", "covariate_columns"),
    ),
    "covariate id": (
        setting("covariates", 0, "id", to="Rain fall"),
        ("covariates[0] (Rain fall).id", "Rain fall"),
    ),
}

FILES: dict[str, tuple[Change, tuple[str, ...]]] = {
    "missing manifest": (lambda p: p.file.unlink(), ("data_manifest.yaml", "does not exist")),
    "broken YAML": (
        lambda p: p.file.write_text("name: x\n  region: {"),
        ("data_manifest.yaml:2", "not valid YAML"),
    ),
    "manifest without content": (
        lambda p: p.file.write_text(""),
        ("data_manifest.yaml", "no manifest", "solum init"),
    ),
    "key given twice": (
        lambda p: p.file.write_text(p.file.read_text() + "name: again\n"),
        ("`name`", "already in line 1"),
    ),
    "missing table": (lambda p: p.sites.unlink(), ("sites", "file not found", "sites.csv")),
    "binary table": (
        lambda p: p.sites.write_bytes(bytes(range(256)) * 20),
        ("sites.csv", "cannot be read", "UTF-8"),
    ),
    "empty table": (lambda p: p.sites.write_bytes(b""), ("sites.csv", "cannot be read")),
    "semicolons": (
        lambda p: p.table.to_csv(p.sites, index=False, sep=";", decimal=","),
        ("sites.csv", "separated by semicolons", "save it as comma-separated"),
    ),
}
