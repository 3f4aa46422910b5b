"""Everything that can be wrong with the input, found before long work begins."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from math import ceil
from pathlib import Path

from features.check import check_sources
from features.check_forcing import missing_inputs
from features.check_sites import DEPTH_LEFT_OUT
from features.errors import InputError, Problem
from features.issues import IssueLog
from models.search_spaces import search_problems
from models.settings import STUDY, FoldSettings, ModelSettings

from .check_simulator import gauge_problems, raise_simulator_problems, setting_problems
from .config import BUILT_IN, LoadedManifest, Manifest, load_manifest
from .progress import ProgressReporter


def check_manifest(file: Path, overrides: Sequence[str] = ()) -> None:
    """Check a manifest and its files; say what was looked at.

    Raises
    ------
    InputError
        With every problem found.
    """
    progress = ProgressReporter()
    loaded = load_manifest(file, overrides)
    if _simulates_only(loaded.manifest):
        raise_simulator_problems(loaded, progress)
    else:
        raise_problems(loaded, progress)
    progress.say(f"{file}: no problems; {_contents(loaded.manifest)}")


def raise_problems(
    loaded: LoadedManifest, progress: ProgressReporter, *, sources: bool = True
) -> None:
    """Check the settings and open every source; say what is doubtful, raise what is wrong.

    Parameters
    ----------
    loaded : LoadedManifest
        The manifest.
    progress : ProgressReporter
        Is told the doubts.
    sources : bool
        Whether to open the sources too; without them only the settings are checked.

    Raises
    ------
    InputError
        With every problem found.
    """
    manifest, file = loaded.manifest, loaded.file or Path(BUILT_IN)
    if _simulates_only(manifest):
        mend = "add `sites` and `covariates`, or run  solum simulate"
        raise InputError(Problem(str(file), "has no sites to map carbon from", mend))
    problems = search_problems(manifest.model) + _choice_problems(manifest.model, file)
    problems += setting_problems(manifest, file)
    if manifest.virtual is None:
        problems += _group_problems(manifest, file)
        if sources:
            found, doubts = check_sources(
                manifest, loaded.base_dir, file, manifest.model.depths, _places(manifest)
            )
            problems += found + _depth_problems(manifest, file, doubts)
            problems += gauge_problems(manifest, loaded.base_dir, file)
            for doubt in doubts.issues:
                progress.say(f"  doubt: {doubt.file} {doubt.column}: {doubt.message}")
            lacking = missing_inputs(manifest.forcing, file)
            if "simulator" in manifest.model_fields_set or manifest.model.final_approach != "ml":
                problems += lacking
            elif manifest.forcing:
                for problem in lacking:
                    progress.say(f"  doubt: {problem.where}: {problem.what}")
    if problems:
        raise InputError(problems)


def _simulates_only(manifest: Manifest) -> bool:
    """Whether a manifest has what drives the simulator, but no sites."""
    return manifest.virtual is None and manifest.sites is None


def _contents(manifest: Manifest) -> str:
    if _simulates_only(manifest):
        return f"simulator alone, {len(manifest.forcing)} inputs"
    learners = f"learners {', '.join(manifest.model.learners)}"
    if manifest.virtual is not None:
        return f"virtual landscape (synthetic data), {learners}"
    return f"{len(manifest.covariates)} covariates, {learners}"


def _choice_problems(settings: ModelSettings, file: Path) -> list[Problem]:
    """Return a problem if the scheme that chooses the learner is not run."""
    if settings.choose_by in settings.schemes:
        return []
    what = f"the learner is chosen by {settings.choose_by} folds, which model.schemes leaves out"
    nested = [name for name in settings.schemes if name != STUDY]
    mend = f"add {settings.choose_by} to model.schemes"
    # random_study cannot choose: its score is the one it was tuned for
    mend += f", or set model.choose_by to {nested[0]}" if nested else ""
    return [Problem(f"{file} model.choose_by", what, mend)]


def _group_problems(manifest: Manifest, file: Path) -> list[Problem]:
    """Return a problem if ``group_by`` names nothing that stocks can be grouped by."""
    name = manifest.model.group_by
    categorical = [each.id for each in manifest.covariates if each.kind == "categorical"]
    if name is None or name in categorical:
        return []
    is_number = name in [each.id for each in manifest.covariates]
    what = f"no covariate has the id {name!r}"
    if is_number:
        what = f"covariate {name} is continuous: only classes make groups"
    if not categorical:
        mend = "leave it out: no covariate is `kind: categorical`"
    else:
        close = get_close_matches(name, categorical, n=1)
        hint = f"did you mean `{close[0]}`? " if close else ""
        mend = f"{hint}categorical are: {', '.join(categorical)}"
    return [Problem(f"{file} model.group_by", what, mend)]


def _places(manifest: Manifest) -> int:
    """Return the fewest places that fill every outer fold, and the inner folds of the rest."""
    folds: FoldSettings = manifest.model.folds
    places = folds.outer
    while places - ceil(places / folds.outer) < folds.inner:
        places += 1
    return places


def _depth_problems(manifest: Manifest, file: Path, doubts: IssueLog) -> list[Problem]:
    """Return a problem for each depth that was asked for and that too few sites reach.

    A depth of the defaults is left out with a doubt: a manifest without ``model:`` shall run.
    """
    if "depths" not in manifest.model.model_fields_set:
        return []
    mend = "leave this depth out of model.depths, or add deeper profiles"
    return [
        Problem(f"{file} model.depths", doubt.message, mend)
        for doubt in doubts.issues
        if doubt.code == DEPTH_LEFT_OUT
    ]
