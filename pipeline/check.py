"""Everything that can be wrong with the input, found before long work begins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from features.check import check_sources
from features.errors import InputError

from .config import LoadedManifest, load_manifest
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
    raise_problems(loaded, progress)
    manifest = loaded.manifest
    progress.say(
        f"{file}: no problems; {len(manifest.covariates)} covariates, "
        f"{len(manifest.model.learners)} learners"
    )


def raise_problems(loaded: LoadedManifest, progress: ProgressReporter) -> None:
    """Open every source of the manifest; say what is doubtful, raise what is wrong.

    Raises
    ------
    InputError
        With every problem found.
    """
    if loaded.manifest.virtual is not None:
        return
    problems, doubts = check_sources(
        loaded.manifest,
        loaded.base_dir,
        loaded.file or Path("manifest"),
        loaded.manifest.model.depths,
    )
    for doubt in doubts.issues:
        progress.say(f"  doubt: {doubt.file} {doubt.column}: {doubt.message}")
    if problems:
        raise InputError(problems)
