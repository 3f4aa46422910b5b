"""Building the stack layer by layer, skipping what is already there."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .align import align_covariate
from .atomic_files import fingerprint, hash_file, write_json
from .cleaning import merged_codes
from .errors import InputError, Problem
from .grid import Grid
from .issues import Issue, IssueLog
from .layer_file import FINGERPRINT_TAG, layer_fingerprint, write_layer
from .manifest import Covariate, SourcesManifest
from .region import region_files, region_grid
from .source_raster import Values, source_files
from .stack import INDEX, REGION, Stack, variable_to_dict
from .terrain import ATTRIBUTE_UNITS, MARGIN, terrain_attribute
from .units import conversion, group_of
from .variables import Variable, VariableGroup

VERSION = 1
"""Raised when the same inputs would give other layers."""

TEXT_ONLY = {
    *("product", "native_resolution", "period", "licence", "citation", "address"),
    *("group", "role"),
}
"""Settings that describe a covariate and leave its values alone."""

BoolArray = npt.NDArray[np.bool_]


@dataclass
class _Build:
    """What is shared between the layers of one build."""

    manifest: SourcesManifest
    base_dir: Path
    directory: Path
    grid: Grid
    inside: BoolArray
    region_print: str
    earlier: dict[str, dict[str, Any]]
    hashes: dict[Path, str] = field(default_factory=dict)
    elevation: tuple[str, Values] | None = None

    def hash_of(self, path: Path) -> str:
        if path not in self.hashes:
            self.hashes[path] = hash_file(path)
        return self.hashes[path]


def build_stack(
    manifest: SourcesManifest,
    base_dir: Path,
    directory: Path,
    log: IssueLog,
    progress: Callable[[str], None] | None = None,
) -> Stack:
    """Bring all covariates onto the region's grid and write them, one at a time.

    A layer is skipped when its settings, the content of its files, the grid and the version of
    this code are those of the layer that is there; what its alignment reported is reported again.

    Parameters
    ----------
    manifest : SourcesManifest
        With region and covariates.
    base_dir : Path
        What relative paths are relative to.
    directory : Path
        Receives ``<id>.tif``, ``region.tif`` and ``stack.json``.
    log : IssueLog
        Receives what was resampled, refused or found missing.
    progress : callable, optional
        Called with one line of text a layer.

    Raises
    ------
    InputError
        With the problems of all covariates at once.
    """
    build = _prepare(manifest, base_dir, directory)
    layers: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for number, covariate in enumerate(manifest.covariates, 1):
        try:
            layer, built = _layer(build, covariate)
        except InputError as error:
            problems += error.problems
            continue
        layers.append(layer)
        log.extend(Issue(*values) for values in layer["issues"])
        if built:
            # Written after each layer: an interrupted build goes on where it stopped.
            rest = [old for name, old in build.earlier.items() if name != covariate.id]
            build.earlier = {entry["id"]: entry for entry in [*rest, layer]}
            _write_index(build, list(build.earlier.values()), complete=False)
        if progress is not None:
            state = "" if built else " (unchanged)"
            progress(f"  covariate {number}/{len(manifest.covariates)}: {covariate.id}{state}")
    if problems:
        # A missing elevation is a problem of every attribute derived from it: said once.
        raise InputError(list(dict.fromkeys(problems)))
    _remove_stale(build, layers)
    _write_index(build, layers, complete=True)
    return Stack.open(directory)


def _prepare(manifest: SourcesManifest, base_dir: Path, directory: Path) -> _Build:
    """Make grid and region, and read what an earlier build left."""
    if manifest.region is None:
        raise InputError(Problem("manifest", "has no `region`", "add the section"))
    grid, inside = region_grid(manifest.region, manifest.covariates, base_dir)
    files = region_files(manifest.region, manifest.covariates, base_dir)
    region_print = fingerprint(
        VERSION,
        grid.to_dict(),
        manifest.region.model_dump(mode="json"),
        [hash_file(path) for path in files],
        int(inside.sum()),
    )
    index = directory / INDEX
    content = json.loads(index.read_text(encoding="utf-8")) if index.is_file() else {}
    same_region = content.get("region", {}).get("fingerprint") == region_print
    if not same_region or not (directory / REGION).is_file():
        index.unlink(missing_ok=True)  # no layer of another region is of use
        write_layer(
            directory / REGION, inside, grid, description="region: 1 inside, 0 outside", unit="1"
        )
    earlier = {layer["id"]: layer for layer in content.get("layers", [])}
    return _Build(manifest, base_dir, directory, grid, inside, region_print, earlier)


def _layer(build: _Build, covariate: Covariate) -> tuple[dict[str, Any], bool]:
    """Return the entry of one layer in the index, and whether it had to be built."""
    source = _elevation_of(build, covariate) if covariate.derived_from else covariate
    files = source_files(source, source.files, build.base_dir)
    inputs = {str(path): build.hash_of(path) for path in files}
    settings = [entry.model_dump(mode="json", exclude=TEXT_ONLY) for entry in (covariate, source)]
    layer_print = fingerprint(VERSION, build.region_print, settings, sorted(inputs.values()))
    path = build.directory / f"{covariate.id}.tif"
    described = {"role": covariate.role, "group": _group(covariate)}
    earlier = build.earlier.get(covariate.id)
    # The file is asked too: a build killed before it wrote the index may have left another's.
    if earlier is not None and earlier["fingerprint"] == layer_print == layer_fingerprint(path):
        return {**earlier, **described, "inputs": inputs}, False
    log = IssueLog()
    values = _values(build, covariate, source, log)
    _require_values(covariate, values, build.inside, log)
    variable = _variable(covariate, values[build.inside], log)
    tags = {"kind": variable.kind, "quantity": variable.quantity, FINGERPRINT_TAG: layer_print}
    if variable.classes:
        tags["classes"] = json.dumps({str(k): name for k, name in variable.classes.items()})
    write_layer(
        path,
        values,
        build.grid,
        description=covariate.id,
        unit=variable.unit,
        categorical=variable.is_categorical,
        tags=tags,
    )
    return {
        **variable_to_dict(variable),
        **described,
        "fingerprint": layer_print,
        "inputs": inputs,
        "issues": [list(astuple(issue)) for issue in log.issues],
    }, True


def _elevation_of(build: _Build, covariate: Covariate) -> Covariate:
    for other in build.manifest.covariates:
        if other.id == covariate.derived_from and other.derived_from is None:
            return other
    raise InputError(
        Problem(
            f"covariate {covariate.id}",
            f"derived_from: no covariate {covariate.derived_from!r} with a file of its own",
            "name the id of the elevation covariate (role: auxiliary keeps it out of the model)",
        )
    )


def _values(build: _Build, covariate: Covariate, source: Covariate, log: IssueLog) -> Values:
    if covariate.attribute is None:
        return align_covariate(covariate, build.grid, build.base_dir, log)
    padded = build.grid.padded(MARGIN)
    if build.elevation is None or build.elevation[0] != source.id:
        # The elevation reports its own issues where it is a layer itself.
        build.elevation = (
            source.id,
            align_covariate(source, padded, build.base_dir, IssueLog()),
        )
    values = terrain_attribute(covariate.attribute, build.elevation[1], padded)
    return values[MARGIN:-MARGIN, MARGIN:-MARGIN]


def _require_values(covariate: Covariate, values: Values, inside: BoolArray, log: IssueLog) -> None:
    """Refuse a layer that is empty in the region, and report the cells that it lacks."""
    name = covariate.file or covariate.derived_from or covariate.url or ", ".join(covariate.files)
    n_missing = int(np.isnan(values[inside]).sum())
    n_cells = int(inside.sum())
    if n_missing == n_cells:
        raise InputError(
            Problem(
                name,
                f"covariate {covariate.id} has no value in the region",
                "check nodata, valid_range, classes and band of this covariate",
            )
        )
    if n_missing:
        message = f"{n_missing} of {n_cells} cells of the region have no value"
        code = "covariate_missing_in_region"
        log.add(Issue(name, None, covariate.id, code, str(n_missing), "flagged", message))


def _group(covariate: Covariate) -> VariableGroup:
    return covariate.group or group_of(covariate.quantity)


def _variable(covariate: Covariate, values: npt.NDArray[np.float32], log: IssueLog) -> Variable:
    """Return what a layer is, from its settings and its values in the region."""
    classes: dict[int, str] = {}
    unit = "1"
    if covariate.kind == "categorical":
        classes = _classes(covariate, values)
    elif covariate.attribute is not None:
        unit = ATTRIBUTE_UNITS[covariate.attribute]
        if covariate.unit != unit:
            message = f"{covariate.attribute} is computed in {unit}, not in {covariate.unit}"
            log.add(
                Issue(
                    covariate.derived_from or "",
                    None,
                    covariate.id,
                    "unit_of_attribute",
                    covariate.unit,
                    "flagged",
                    message,
                )
            )
    else:
        unit = conversion(covariate.unit, covariate.quantity).unit
    return Variable(
        covariate.id, covariate.kind, _group(covariate), covariate.quantity, unit, classes
    )


def _classes(covariate: Covariate, values: npt.NDArray[np.float32]) -> dict[int, str]:
    """Return class names by code: as declared, else from the codes in the region."""
    if covariate.classes:
        merged = set(merged_codes(covariate).values())
        return {code: name for code, name in covariate.classes.items() if code in merged}
    codes = np.unique(values[~np.isnan(values)])
    if (codes != np.round(codes)).any():
        raise InputError(
            Problem(
                f"covariate {covariate.id}",
                f"kind is categorical, but the raster holds values such as {codes[0]:g}",
                "declare it continuous, or resample it by mode or nearest",
            )
        )
    return {int(code): f"class {int(code)}" for code in codes}


def _remove_stale(build: _Build, layers: list[dict[str, Any]]) -> None:
    """Remove the files of covariates that an earlier manifest had and this one has not."""
    for name in set(build.earlier) - {layer["id"] for layer in layers}:
        (build.directory / f"{name}.tif").unlink(missing_ok=True)


def _write_index(build: _Build, layers: list[dict[str, Any]], *, complete: bool) -> None:
    write_json(
        build.directory / INDEX,
        {
            "complete": complete,
            "version": VERSION,
            "grid": build.grid.to_dict(),
            "region": {"fingerprint": build.region_print, "n_cells": int(build.inside.sum())},
            "layers": layers,
        },
    )
