"""What a manifest says, checked before any file is opened: units, references, combinations."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from .check_forcing import input_problems
from .errors import InputError, Problem
from .manifest import Covariate, Sites, SourcesManifest
from .unit_spelling import parse_unit
from .units import conversion

NEEDS_UNIT = (
    "soc", "som", "soc_density", "bulk_density", "coarse_fragments", "total_nitrogen", "clay",
)  # fmt: skip
"""Columns whose unit differs from table to table; depths default to cm, pH to pH."""


def check_declarations(manifest: SourcesManifest, file: Path) -> list[Problem]:
    """Return what is wrong with units, references and CRSs.

    Parameters
    ----------
    manifest : SourcesManifest
        Validated.
    file : Path
        Named in the problems.
    """
    problems = list(_unit_problems(manifest, file))
    ids = {covariate.id: covariate for covariate in manifest.covariates}
    for covariate in manifest.covariates:
        problems += _covariate_problems(covariate, ids, f"{file} covariates.{covariate.id}")
    trains = manifest.sites is not None
    if trains and not any(each.role == "candidate" for each in manifest.covariates):
        what = "every covariate is auxiliary: nothing is left to learn from"
        problems.append(Problem(f"{file} covariates", what, "give one `role: candidate`"))
    for name, forcing in manifest.forcing.items():
        if forcing.covariate is not None and forcing.covariate not in ids:
            where = f"{file} forcing.{name}.covariate"
            problems.append(_unknown_id(where, forcing.covariate, ids))
        problems += input_problems(name, forcing, file)
    if manifest.sites is not None:
        for name in sorted(set(manifest.sites.covariate_columns) - set(ids)):
            problems.append(_unknown_id(f"{file} sites.covariate_columns", name, ids))
        problems += _crs_problems(manifest.sites.crs, f"{file} sites.crs")
    region = manifest.region
    if region is not None and region.crs is not None:
        problems += _crs_problems(region.crs, f"{file} region.crs")
    return problems


def _unit_problems(manifest: SourcesManifest, file: Path) -> Iterator[Problem]:
    for where, unit, quantity in _declared_units(manifest):
        if unit is None:
            mend = f"add `unit:`, such as {_example(quantity)}"
            yield Problem(f"{file} {where}", f"no unit is given for {quantity}", mend)
            continue
        try:
            conversion(unit, quantity, f"{file} {where}.unit")
        except InputError as error:
            yield from error.problems


def _declared_units(manifest: SourcesManifest) -> Iterator[tuple[str, str | None, str]]:
    """Yield place, unit and quantity of all that has one."""
    for covariate in manifest.covariates:
        yield f"covariates.{covariate.id}", covariate.unit, covariate.quantity
    if manifest.sites is not None:
        yield from _units_of_sites(manifest.sites, {c.id: c for c in manifest.covariates})


def _units_of_sites(
    sites: Sites, covariates: dict[str, Covariate]
) -> Iterator[tuple[str, str | None, str]]:
    for name in NEEDS_UNIT:
        column = getattr(sites.columns, name)
        if column is not None and not sites.targets:
            yield f"sites.columns.{name}", column.unit, name
    for name, column in (
        ("top_cm", sites.columns.top_cm),
        ("bottom_cm", sites.columns.bottom_cm),
        ("bedrock_cm", sites.bedrock_cm),
        ("ph", sites.columns.ph),
    ):
        if column is not None and column.unit is not None:
            yield f"sites.columns.{name}", column.unit, name
    for position, target in enumerate(sites.targets):
        yield f"sites.targets[{position}]", target.unit, target.quantity
    for position, layer in enumerate(sites.layer_columns):
        yield f"sites.layer_columns[{position}]", layer.unit, layer.quantity
    for name, column in sites.covariate_columns.items():
        covariate = covariates.get(name)
        if covariate is not None and covariate.kind == "continuous":
            yield f"sites.covariate_columns.{name}", column.unit, covariate.quantity


def _example(quantity: str) -> str:
    try:
        conversion("no such unit", quantity)
    except InputError as error:
        return error.problems[0].mend
    return "1"


def _covariate_problems(
    covariate: Covariate, ids: dict[str, Covariate], where: str
) -> Iterator[Problem]:
    source = covariate.derived_from
    if source is not None and source not in ids:
        yield _unknown_id(f"{where}.derived_from", source, ids)
    elif source is not None and ids[source].quantity != "elevation":
        what = f"{source} has quantity {ids[source].quantity}, terrain needs elevation"
        yield Problem(f"{where}.derived_from", what, "name the elevation covariate")
    parsed = parse_unit(covariate.unit)
    if covariate.combine == "annual_sum" and parsed and "yr" in parsed.symbols:
        what = f"annual_sum adds twelve months, but the unit is {covariate.unit} already"
        yield Problem(where, what, "write the unit of one month's total (mm), or `combine: mean`")
    if covariate.valid_range and covariate.valid_range[0] >= covariate.valid_range[1]:
        what = f"valid_range {list(covariate.valid_range)} is not [lowest, highest]"
        yield Problem(f"{where}.valid_range", what, "exchange the two")
    if covariate.scale == 0:
        yield Problem(f"{where}.scale", "scale 0 makes every value the same", "use 1 for no scale")


def _crs_problems(crs: str, where: str) -> list[Problem]:
    try:
        CRS.from_user_input(crs)
    except CRSError:
        what = f"CRS {crs!r} is not understood"
        return [Problem(where, what, "write an EPSG code such as EPSG:4326, a PROJ string or WKT")]
    return []


def _unknown_id(where: str, name: str, ids: dict[str, Covariate]) -> Problem:
    close = get_close_matches(name, ids, n=1)
    hint = f"did you mean `{close[0]}`? " if close else ""
    return Problem(where, f"no covariate has the id {name!r}", f"{hint}ids: {', '.join(ids)}")
