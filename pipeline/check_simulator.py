"""What can be wrong with the simulator's settings and inputs, found before it works."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

from features.check import check_sources, sources_of_simulator
from features.check_forcing import missing_inputs
from features.errors import InputError, Problem
from features.region import region_grid
from models.erosion_carbon.vegetation import COVER_NAMES

from .config import BUILT_IN, LoadedManifest, Manifest
from .progress import ProgressReporter


def raise_simulator_problems(loaded: LoadedManifest, progress: ProgressReporter) -> None:
    """Check settings and inputs of the simulator alone; sites and models are not looked at.

    Raises
    ------
    InputError
        With every problem found.
    """
    manifest, file = loaded.manifest, loaded.file or Path(BUILT_IN)
    problems = setting_problems(manifest, file)
    if manifest.virtual is None:
        problems += missing_inputs(manifest.forcing, file)
        found, doubts = check_sources(sources_of_simulator(manifest), loaded.base_dir, file)
        problems += found + gauge_problems(manifest, loaded.base_dir, file)
        for doubt in doubts.issues:
            progress.say(f"  doubt: {doubt.file} {doubt.column}: {doubt.message}")
    if problems:
        raise InputError(problems)


def gauge_problems(manifest: Manifest, base_dir: Path, file: Path) -> list[Problem]:
    """Return a problem for each gauge of the manifest that lies outside the region."""
    gauges = manifest.simulator.gauges
    if isinstance(gauges, str) or manifest.region is None:
        return []
    try:
        grid, inside = region_grid(manifest.region, manifest.covariates, base_dir)
    except InputError:
        return []  # told with the sources
    rows, cols = grid.row_col([each.x for each in gauges], [each.y for each in gauges])
    return [
        Problem(
            f"{file} simulator.gauges {each.id}",
            f"{each.x:g}, {each.y:g} is outside the region",
            "give x and y in the region's CRS, within the region",
        )
        for each, row, col in zip(gauges, rows, cols, strict=True)
        if row < 0 or not inside[row, col]
    ]


def lacking_inputs(manifest: Manifest) -> list[Problem]:
    """Return a problem that names what the simulator lacks; a virtual landscape has everything."""
    if manifest.virtual is not None:
        return []
    return missing_inputs(manifest.forcing, Path("manifest"))


def setting_problems(manifest: Manifest, file: Path) -> list[Problem]:
    """Return parameters out of their bounds and land-cover classes that are not known."""
    return _parameter_problems(manifest, file) + _class_problems(manifest, file)


def _parameter_problems(manifest: Manifest, file: Path) -> list[Problem]:
    choices = manifest.simulator
    changes: list[tuple[str, Mapping[str, Mapping[str, float]]]] = [
        ("simulator.parameters.", choices.parameters)
    ]
    if choices.scenario is not None:
        storms = choices.scenario.values().parameters(choices.parameters)
        changes.append(("simulator.scenario.rain_intensity_factor: ", storms))
    from models.erosion_carbon.parameters import make_parameters

    for section, parameters in changes:
        try:
            make_parameters(parameters, choices.carbon)
        except InputError as error:
            return [
                Problem(f"{file} {section}{each.where.removeprefix(section)}", each.what, each.mend)
                for each in error.problems
            ]
    return []


def _class_problems(manifest: Manifest, file: Path) -> list[Problem]:
    """Return a problem for each class of the land cover that the simulator does not know."""
    given = manifest.forcing.get("land_cover")
    if given is None:
        return []
    referred = {each.id: each.classes for each in manifest.covariates}.get(
        given.covariate or "", {}
    )
    problems = []
    for code, name in (given.classes or referred).items():
        if name in COVER_NAMES:
            continue
        close = get_close_matches(name, COVER_NAMES, n=1)
        hint = f"did you mean `{close[0]}`? " if close else ""
        where = f"{file} forcing.land_cover.classes"
        what = f"{code} is {name!r}, which the simulator does not know"
        problems.append(Problem(where, what, f"{hint}known are {', '.join(COVER_NAMES)}"))
    return problems
