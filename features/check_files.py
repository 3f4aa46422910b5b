"""Which files are there; for each that is not, where to obtain it and where to put it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .errors import InputError, Problem
from .manifest import SourcesManifest
from .section import Source
from .source_raster import source_files


def check_files(
    manifest: SourcesManifest, base_dir: Path, file: Path
) -> tuple[list[Problem], dict[str, bool]]:
    """Return a problem for each missing or altered file, and what is there.

    Returns
    -------
    problems : list of Problem
    present : dict of str to bool
        By covariate id, ``forcing.<name>``, ``sites`` and ``region``: whether it can be opened.
        Derived covariates have nothing to open: False.
    """
    sources: dict[str, tuple[Source, tuple[str, ...]]] = {
        each.id: (each, each.files) for each in manifest.covariates if each.derived_from is None
    }
    for name, forcing in manifest.forcing.items():
        if forcing.file or forcing.files or forcing.url:
            sources[f"forcing.{name}"] = (forcing, forcing.files)
    if manifest.sites is not None:
        sources["sites"] = (manifest.sites, ())
    problems: dict[str, Problem] = {}
    present = {each.id: False for each in manifest.covariates}
    present |= {f"forcing.{name}": False for name in manifest.forcing}
    for name, (source, patterns) in sources.items():
        found = _look_for(source, patterns, base_dir, name, str(file))
        present[name] = not found
        # A simulator input often repeats the files of a covariate: each path is told once.
        for path, problem in found.items():
            problems.setdefault(path, problem)
    present["region"] = _template_is_there(manifest, present)
    for path, problem in _region_problems(manifest, base_dir, file).items():
        present["region"] = False
        problems.setdefault(path, problem)
    return list(problems.values()), present


def _look_for(
    source: Source, patterns: tuple[str, ...], base_dir: Path, name: str, file: str
) -> dict[str, Problem]:
    """Return the problems of one source by the path concerned."""
    if not (source.file or source.url or patterns):
        return {name: Problem(f"{file} {name}", "names no file", "give `file`")}
    try:
        paths = source_files(source, patterns, base_dir)
    except InputError as error:
        what = f"file not found{_described(source)}"
        missing = sorted({problem.where for problem in error.problems})
        return {path: Problem(f"{file} {name}", what, _obtain(source, path)) for path in missing}
    return _altered(source, paths, name, file)


def _described(source: Source) -> str:
    details = [source.product, source.period, source.native_resolution]
    text = ", ".join(detail for detail in details if detail)
    return f"; it should hold {text}" if text else ""


def _obtain(source: Source, path: str) -> str:
    if source.url:
        return f"download {source.url}, and put it at {path}"
    publisher = source.address or source.product
    if publisher is None:
        return f"correct the path in the manifest, or put the file at {path}"
    licence = f" (licence: {source.licence})" if source.licence else ""
    return f"obtain it from {publisher}{licence}, and put it at {path}"


def _altered(source: Source, paths: list[Path], name: str, file: str) -> dict[str, Problem]:
    """Compare the checksum, where one is declared."""
    if source.sha256 is None or len(paths) != 1:
        return {}
    with paths[0].open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found == source.sha256.strip().lower():
        return {}
    what = f"{paths[0]} has sha256 {found}, declared is {source.sha256}"
    mend = "fetch the file again, or correct `sha256` if the new version is meant"
    return {str(paths[0]): Problem(f"{file} {name}.sha256", what, mend)}


def _region_problems(manifest: SourcesManifest, base_dir: Path, file: Path) -> dict[str, Problem]:
    """Return the problems of mask and template by the path concerned."""
    problems: dict[str, Problem] = {}
    ids = sorted(each.id for each in manifest.covariates)
    for key in ("mask", "template"):
        name = getattr(manifest.region, key, None)
        path = base_dir / (name or "")
        if name is None or name in ids or path.is_file():
            continue
        what, mend = "mask not found", f"put the raster or polygon file at {path}"
        if key == "template":
            what = f"template {name!r} is neither the id of a covariate nor a file"
            mend = f"name one of the covariates ({', '.join(ids)}) or a raster file"
        problems[str(path)] = Problem(f"{file} region.{key}", what, mend)
    return problems


def _template_is_there(manifest: SourcesManifest, present: dict[str, bool]) -> bool:
    template = manifest.region.template if manifest.region else None
    by_id = {each.id: each for each in manifest.covariates}
    if template not in by_id:
        return True
    origin = by_id[template].derived_from or template
    return present.get(origin, False)
