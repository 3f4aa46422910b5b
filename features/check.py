"""Everything that can be wrong with the sources, found in seconds and told all at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from .check_declarations import check_declarations
from .check_files import check_files
from .check_forcing import check_forcing, input_problems
from .check_rasters import check_covariate
from .check_sites import MIN_SITES, check_sites
from .depths import DepthInterval
from .errors import InputError, Problem
from .grid import Grid
from .issues import IssueLog
from .manifest import SourcesManifest
from .region import BoolArray, region_grid

AnyManifest = TypeVar("AnyManifest", bound=SourcesManifest)


def check_sources(
    manifest: SourcesManifest,
    base_dir: Path,
    manifest_file: Path,
    depths: Sequence[DepthInterval] | None = None,
    min_places: int = MIN_SITES,
) -> tuple[list[Problem], IssueLog]:
    """Open every source a manifest names and return all that is wrong with it.

    Rasters are read thinned out; only a band that looks empty or constant is read whole.

    Parameters
    ----------
    manifest : SourcesManifest
        Validated.
    base_dir : Path
        Directory that relative paths start from.
    manifest_file : Path
        Named in the problems.
    depths : sequence of (top, bottom), optional
        Target depths in cm; by default those of the ready targets, else the study's.
    min_places : int
        Places that the folds asked for need.

    Returns
    -------
    problems : list of Problem
        Errors; empty when a run may start.
    log : IssueLog
        Doubts, one for each kind and column: a run may start, but a person should look.
    """
    log = IssueLog()
    if manifest.virtual is not None or manifest.region is None:
        return [], log
    problems = check_declarations(manifest, manifest_file)
    absent, present = check_files(manifest, base_dir, manifest_file)
    problems += absent
    region, found = _region(manifest, base_dir, region_is_there=present["region"])
    problems += found
    grid = region[0] if region else None
    for covariate in manifest.covariates:
        if present[covariate.id]:
            found = check_covariate(covariate, base_dir, grid, log)
            present[covariate.id] = not found
            problems += found
    ready = _ready_inputs(manifest, manifest_file, present)
    problems += check_forcing(manifest, base_dir, region, ready)
    if manifest.sites is not None and present["sites"]:
        # a unit that the declarations refused fails again when the table is read: say it once
        told = {(problem.what, problem.mend) for problem in problems}
        found = check_sites(manifest.sites, base_dir, grid, log, depths, min_places)
        problems += [each for each in found if (each.what, each.mend) not in told]
    return list(dict.fromkeys(problems)), log


def sources_of_simulator(manifest: AnyManifest) -> AnyManifest:
    """Return the manifest without what the simulator does not read: sites, most covariates."""
    used = {forcing.covariate for forcing in manifest.forcing.values()}
    if manifest.region is not None:
        used.add(manifest.region.template)
    used |= {each.derived_from for each in manifest.covariates if each.id in used}
    kept = tuple(
        each.model_copy(update={"role": "auxiliary"})
        for each in manifest.covariates
        if each.id in used
    )
    return manifest.model_copy(update={"sites": None, "covariates": kept})


def _ready_inputs(manifest: SourcesManifest, file: Path, present: dict[str, bool]) -> list[str]:
    """Return the simulator's inputs whose declaration is sound and whose files are there."""
    derived = {each.id for each in manifest.covariates if each.derived_from is not None}
    return [
        name
        for name, forcing in manifest.forcing.items()
        if (present.get(forcing.covariate or f"forcing.{name}") or forcing.covariate in derived)
        and not input_problems(name, forcing, file)
    ]


def _region(
    manifest: SourcesManifest, base_dir: Path, *, region_is_there: bool
) -> tuple[tuple[Grid, BoolArray] | None, list[Problem]]:
    """Return grid and cells of the region, or None and why there is none."""
    if manifest.region is None or not region_is_there:
        return None, []
    try:
        return region_grid(manifest.region, manifest.covariates, base_dir), []
    except InputError as error:
        return None, list(error.problems)
